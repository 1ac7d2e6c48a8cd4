//! Whether two observations speak of one attempt, and what they say together.

use std::sync::Arc;

use crate::model::{Client, Observation, Outcome, Provider, Role, Transport};

/// What OpenAI's client libraries say when no answer came.
const NO_ANSWER: [&str; 2] = ["Connection error", "Request timed out"];

/// Whether two observations do not contradict each other.
pub(super) fn is_compatible(known: &Observation, seen: &Observation) -> bool {
    let differ = |a: &Option<Arc<str>>, b: &Option<Arc<str>>| matches!((a, b), (Some(a), Some(b)) if a != b);
    // An answer of another provider takes what is raised because of it, unless that names OpenAI.
    let is_foreign = |seen: &Observation| seen.provider == Provider::Other;
    if is_foreign(seen) && !is_foreign(known) || is_foreign(known) && speaks_of_openai(seen) {
        return false;
    }
    if differ(&known.headers.request_id, &seen.headers.request_id)
        || differ(&known.error.code, &seen.error.code)
        || differ(&known.host, &seen.host)
        || differ(&known.model, &seen.model)
        || differ(&known.context.service, &seen.context.service)
        || known.outcome != seen.outcome && !failed_after_success(known, seen)
    {
        return false;
    }
    if matches!((known.error.status, seen.error.status), (Some(a), Some(b)) if a != b) {
        return false;
    }
    let answered = |seen: &Observation| {
        seen.error.status.is_some_and(|status| status != 407)
            || seen.error.code.is_some()
            || seen.page.is_some() && seen.transport.is_none()
    };
    if answered(known) && got_no_answer(seen) || answered(seen) && got_no_answer(known) {
        return false;
    }
    match (&known.error.message, &seen.error.message) {
        (Some(a), Some(b)) => same_text(a.as_str(), b.as_str()),
        _ => true,
    }
}

/// Whether the answer is one after which the client library gives up at once.
pub(super) fn is_never_retried(answer: &Observation) -> bool {
    let is_final = |status: u16| (400..500).contains(&status) && !matches!(status, 407 | 408 | 409 | 429);
    answer.headers.should_retry != Some(true) && answer.error.status.is_some_and(is_final)
}

/// Whether the record says that no answer came. LiteLLM calls answers it does not understand connection errors, with
/// the message of the answer.
fn got_no_answer(seen: &Observation) -> bool {
    let says = |or_nothing: bool| {
        let message = seen.error.message.as_ref().map(crate::model::Masked::as_str);
        message.map_or(or_nothing, |message| NO_ANSWER.iter().any(|words| message.contains(words)))
    };
    let has_answer = seen.error.status.is_some() || seen.error.code.is_some() || seen.page.is_some();
    match seen.transport {
        None => !has_answer && says(false),
        Some(Transport::Unknown) => !has_answer && says(true),
        Some(_) => true,
    }
}

/// Whether the answer itself names OpenAI; the client library alone does not: others are called with it.
fn speaks_of_openai(seen: &Observation) -> bool {
    let message = seen.error.message.as_ref();
    seen.headers.from_openai || message.is_some_and(|message| message.as_str().contains("openai.com"))
}

/// A stream, a batch or a page in place of an answer fails although the status was 200.
pub(super) fn failed_after_success(known: &Observation, seen: &Observation) -> bool {
    known.outcome == Outcome::Ok
        && seen.outcome == Outcome::Failed
        && seen.role == Role::Raise
        && seen.transport.is_none()
        && !got_no_answer(seen)
        && seen.error.status.is_none_or(|status| status == 200)
        && (seen.body.is_some() || seen.exception.as_deref().is_some_and(|class| class.ends_with("APIError")))
}

fn same_text(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    if are_two_wholes(a, b) {
        return false;
    }
    let squeeze =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).take(1_000).collect() };
    let (a, b) = (squeeze(a), squeeze(b));
    let start = |text: &str| -> String { text.chars().take(40).collect() };
    a.contains(start(&b).as_str()) || b.contains(start(&a).as_str())
}

/// Whether neither of two texts was cut, for both end alike, and their numbers differ: another limit, another use of it
/// or another pause is that of another call.
fn are_two_wholes(a: &str, b: &str) -> bool {
    const ENDING: usize = 16;
    let ending = |text: &str| -> String {
        text.chars().rev().filter(|letter| letter.is_alphanumeric()).take(ENDING).collect()
    };
    ending(a) == ending(b) && numbers(a) != numbers(b)
}

/// The digits of the numbers in a text, one behind the other however it was wrapped; of names none.
fn numbers(text: &str) -> String {
    const UNITS: [&str; 5] = ["", "h", "m", "ms", "s"];
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .filter_map(|word| {
            let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
            UNITS.contains(&unit).then(|| word.strip_suffix(unit))?
        })
        .collect()
}

/// One record names the library, another one its version.
fn merge_client(known: &mut Option<Client>, seen: Option<Client>) {
    match (known, seen) {
        (Some(known), Some(seen)) if known.name == seen.name && known.version.is_none() => {
            known.version = seen.version;
        }
        (Some(_), _) => {}
        (known, seen) => *known = seen,
    }
}

/// Takes over what the new observation knows. What decided is the record with the richest error; the
/// place of the call moves there.
pub(super) fn merge(known: &mut Observation, seen: Observation) {
    let richness = |seen: &Observation| {
        (
            seen.error.code.is_some(),
            seen.error.message.is_some(),
            seen.body.is_some(),
            seen.transport.is_some_and(|t| t != Transport::Unknown),
        )
    };
    if richness(&seen) > richness(known) {
        known.place = seen.place;
        known.last_line = seen.last_line;
        known.excerpt = seen.excerpt;
    }
    macro_rules! take {
        ($($field:ident),+) => {$( if known.$field.is_none() { known.$field = seen.$field; } )+};
    }
    macro_rules! take_in {
        ($part:ident: $($field:ident),+) => {$( if known.$part.$field.is_none() { known.$part.$field = seen.$part.$field; } )+};
    }
    if known.transport == Some(Transport::Unknown) && seen.transport.is_some() {
        known.transport = seen.transport;
    }
    take!(
        body,
        page,
        transport,
        gateway,
        method,
        host,
        endpoint,
        scheme,
        model,
        organization,
        project,
        has_context_headers,
        key
    );
    merge_client(&mut known.client, seen.client);
    take!(exception, retry_in_ms, attempt, last_seen, identity);
    take_in!(error: status, code, kind, param, message);
    take_in!(headers: request_id, organization, project, retry_after_ms, date, server, via, cf_ray, cf_mitigated, www_authenticate);
    take_in!(headers: proxy_authenticate, content_type, should_retry, gateway);
    let limits = seen.headers.limits;
    known.headers.limits.requests = known.headers.limits.requests.or(limits.requests);
    known.headers.limits.tokens = known.headers.limits.tokens.or(limits.tokens);
    known.headers.limits.images = known.headers.limits.images.or(limits.images);
    known.headers.limits.project_tokens = known.headers.limits.project_tokens.or(limits.project_tokens);
    known.headers.from_openai |= seen.headers.from_openai;
    known.headers.from_azure |= seen.headers.from_azure;
    take_in!(context: stamp, level, service, environment, release, host_name, trace_id);
    if matches!(known.provider, Provider::Unknown)
        || matches!(seen.provider, Provider::Azure | Provider::Gateway)
    {
        known.provider = seen.provider;
    }
    known.role = known.role.max(seen.role);
    known.is_scrubbed |= seen.is_scrubbed;
    known.exposed.extend(seen.exposed);
}
