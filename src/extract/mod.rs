//! What a record says about calls to the API.
//!
//! In goes a decoded [`Event`]; out come [`Observation`]s, one an attempt. Readers take pieces of evidence
//! from text, objects and fields; this file brings them together, decides who was called, and whether the
//! record speaks of a failure, a success, or neither. It knows no rule and no cause.

mod beside;
mod called;
mod client;
mod duration;
mod exchange;
mod exposed;
mod group;
mod headers;
mod http;
pub(crate) mod key;
mod lead;
mod literals;
mod markers;
mod marks;
mod members;
mod message;
mod name;
mod next;
mod objects;
mod others;
mod own;
mod page;
mod peer;
mod phrases;
mod piece;
mod provider;
pub mod quick;
mod quoted;
mod retold;
mod said;
mod scalar;
mod scope;
mod tail;
mod text;
mod tidy;
mod trace;
mod unseen;
mod unset;
mod url;
mod value;
mod verdict;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use serde_json::Value;

use self::called::Called;
use self::literals::Literals;
use self::name::Use;
use self::piece::Piece;
use self::provider::Named;
pub use self::unseen::{Unseen, unseen};
use crate::model::{
    ApiError, BodyKind, Event, Level, Masked, Observation, Outcome, Provider, Role, Stamp, StampOrigin,
    Transport, holds,
};
use crate::redact;

/// Origin of a line in which curl says why it got no answer, without naming the host.
const CURL: &str = "curl";

/// Longest excerpt that is kept for reports, in characters.
const MAX_EXCERPT: usize = 400;

/// What stands in the line of a record that says most, best first. None overlaps itself, so the last place is
/// found from the front, which is quicker than from the end.
static SIGNS: LazyLock<[Finder<'static>; 5]> =
    LazyLock::new(|| ["Error code: ", "Error: ", "Exception: ", "message", "HTTP"].map(Finder::new));

/// Makes the searchers of all readers, which are otherwise made when they are first needed.
pub fn prepare() {
    literals::prepare();
    quoted::prepare();
    redact::prepare();
}

/// What the event says, an observation for each attempt that it speaks of; none when it says nothing.
#[must_use]
pub fn observe(event: &Event) -> Vec<Observation> {
    let mut observations = match &event.exchange {
        Some(exchange) => exchange::observe(event, exchange).into_iter().collect(),
        None => observe_text(event),
    };
    let exposed = exposed::secrets(event);
    if !exposed.is_empty() {
        match observations.first_mut() {
            Some(first) => first.exposed = exposed,
            None => observations.push(Observation { exposed, outcome: Outcome::Info, ..blank(event) }),
        }
    }
    observations.iter_mut().for_each(redact::mask_fields);
    observations
}

fn observe_text(event: &Event) -> Vec<Observation> {
    if is_turn(event) {
        return Vec::new();
    }
    let mut text = tidy::undecorated(&event.text);
    let mut pieces = Vec::new();
    if let Some(fields) = &event.fields {
        scope::value_pieces(fields, text.len(), &mut pieces);
        let mut strings = Vec::new();
        loose_strings(fields, &event.text, 0, &mut strings);
        if !strings.is_empty() {
            let text = text.to_mut();
            for string in strings {
                text.push_str("\n\n");
                text.push_str(string);
            }
        }
    }
    let text = quoted::blanked(&text, event.context.level);
    let literals = Literals::of(&text);
    let members = group::members(&text, &literals);
    if members.is_empty() {
        return observe_pieces(event, &text, &literals, pieces, None);
    }
    let whole = provider::named_by(&text, &literals);
    let told = members
        .into_iter()
        .filter_map(|member| text.get(member))
        .map(|member| observe_pieces(event, member, &Literals::of(member), Vec::new(), Some(whole)));
    let told: Vec<_> = told.filter(|told| !told.is_empty()).collect();
    match told.len() {
        0 | 1 => observe_pieces(event, &text, &literals, pieces, None),
        _ => told.into_iter().flatten().collect(),
    }
}

/// What the text says, beside the pieces of evidence that stand elsewhere; `around` is whom the text names of which this
/// one is a part.
fn observe_pieces(
    event: &Event,
    text: &str,
    literals: &Literals,
    mut pieces: Vec<Piece>,
    around: Option<Named>,
) -> Vec<Observation> {
    pieces.extend(text::pieces(text, literals));
    if !pieces.iter().any(Piece::says_failed) {
        pieces.extend(unset::piece(text, literals, event.context.level));
    }
    if let Some(request) = &event.failed_request {
        piece::called(&mut pieces, request);
    }
    let mut named = provider::named_by(text, literals);
    if let Some(around) = around.filter(|_| named.provider().is_none()) {
        named = around;
    }
    for piece in &pieces {
        if let Some(host) = piece.url.as_deref().and_then(url::host_of)
            && let Some(found) = provider::of_host(host)
        {
            match found {
                Provider::Other => named.other = true,
                known => named.host = named.host.or(Some(known)),
            }
        }
    }
    if let Some(fields) = event.fields.as_ref().filter(|_| !named.openai && named.host.is_none()) {
        named.openai |= marks::has_frame(fields);
        named.name |= marks::has_name(fields);
    }
    let logger = event.context.logger.as_deref().unwrap_or_default();
    named.openai |= logger.starts_with("async_openai")
        || logger.starts_with("openai") && name::of(logger, 0.."openai".len()) == Use::Library;
    if !pieces.iter().any(|piece| piece.says_failed() || piece.status.is_some()) {
        pieces.extend(said::piece(text, literals, event.context.level));
    }
    let called = Called::new(named, &pieces);
    for piece in &mut pieces {
        piece.message = piece.message.take().map(|message| tidy::folded(&message));
    }
    let attempts = piece::attempts(pieces);
    let mut observations: Vec<Observation> = attempts
        .into_iter()
        .filter_map(|attempt| observation(event, attempt, text, literals, called))
        .collect();
    keep_the_failures(&mut observations);
    beside::complete(&mut observations, text, literals);
    observations
}

/// A record that is a turn of a conversation: its message is what somebody said.
fn is_turn(event: &Event) -> bool {
    const ROLES: [&str; 7] = ["ai", "assistant", "developer", "human", "system", "tool", "user"];
    event.context.level.is_none_or(|level| level < Level::Error)
        && event
            .fields
            .as_ref()
            .and_then(|fields| fields.get("role")?.as_str())
            .is_some_and(|role| ROLES.contains(&role))
}

/// Within one record, leftovers without a status, code or message speak of the failure beside them.
fn keep_the_failures(observations: &mut Vec<Observation>) {
    if observations.len() < 2 {
        return;
    }
    let strength = |seen: &Observation| {
        u8::from(seen.error.code.is_some())
            + u8::from(seen.error.status.is_some())
            + u8::from(seen.headers.request_id.is_some())
            + u8::from(seen.error.message.is_some() && seen.body == Some(BodyKind::Object))
            // A page is what came instead of the object.
            + u8::from(seen.body == Some(BodyKind::Html))
    };
    let best = observations.iter().map(strength).max().unwrap_or(0);
    if best >= 2 {
        observations.retain(|seen| strength(seen) >= 2);
    } else {
        observations.truncate(1);
    }
}

/// One attempt as an observation; `None` when it says nothing about the API.
fn observation(
    event: &Event,
    mut attempt: Piece,
    text: &str,
    literals: &Literals,
    called: Called,
) -> Option<Observation> {
    let mut seen = blank(event);
    seen.headers = attempt.headers.take().map(|headers| *headers).unwrap_or_default();
    seen.provider = match called.provider(&attempt, &seen.headers, text) {
        Some(provider) => provider,
        // Whom curl called stands in its records before; folding decides.
        None if attempt.transport.is_some() && text.starts_with("curl: (") => {
            attempt.origin = CURL;
            Provider::Unknown
        }
        // What is raised because of it is not OpenAI's either; folding decides.
        None if is_refusal_of_another(&attempt) || called.is_of_another(&attempt, text) => Provider::Other,
        None => return None,
    };
    seen.gateway = seen.headers.gateway.or(called.named.gateway);
    complete_headers(&mut seen, &attempt);
    attempt.status = attempt.status.or_else(|| status_in_code(&attempt));
    seen.transport = attempt.transport.filter(|_| verdict::is_unanswered(&attempt));
    let address = attempt.url.take().or_else(|| url::of_openai(text, literals));
    if let Some(address) = &address {
        url::locate(&mut seen, address);
    }
    seen.outcome = verdict::outcome(&attempt, &seen)?;
    seen.role = verdict::role(event, &attempt, text);
    if seen.role == Role::Retry {
        attempt.attempt = attempt.attempt.or_else(|| verdict::attempt_number(text, attempt.at));
    }
    let retold = retold::kind(&event.text, text, attempt.at)
        .or_else(|| retold::kind_of_logger(event.context.logger.as_deref()?))
        .filter(|_| seen.outcome == Outcome::Failed && !event.is_sentry);
    if retold.is_some() && retold::is_cut(text, attempt.at) {
        attempt.message = None;
    }
    describe(&mut seen, attempt);
    if let Some(kind) = retold {
        seen.is_retold = true;
        seen.origin = kind;
        seen.role = match seen.role {
            Role::Response => Role::Response,
            // What is raised at last comes behind it.
            _ if kind == retold::GAVE_UP => Role::Retry,
            _ => Role::Raise,
        };
    }
    seen.exception = seen.exception.or_else(|| event.exception.as_deref().map(Arc::from));
    seen.client = client::of(event, text, literals, seen.exception.as_deref());
    if seen.outcome == Outcome::Ok {
        seen.key = event.fields.as_ref().and_then(key::sent_by);
    }
    if seen.outcome == Outcome::Failed {
        seen.traceback = trace::traceback(&event.text, text);
    }
    seen.excerpt = excerpt(text);
    Some(seen)
}

/// The status line that a client library logged of a refused call to another provider.
fn is_refusal_of_another(attempt: &Piece) -> bool {
    let host = attempt.url.as_deref().and_then(url::host_of);
    attempt.role == Some(Role::Response)
        && attempt.status.is_some_and(|status| status >= 400)
        && host.and_then(provider::of_host) == Some(Provider::Other)
}

/// What stands elsewhere when it is not among the headers, and the other way round.
fn complete_headers(seen: &mut Observation, attempt: &Piece) {
    if seen.headers.request_id.is_none() {
        let own = attempt.request_id.as_deref().map(Arc::from);
        seen.headers.request_id = own.or_else(|| message::request_id(attempt.message.as_deref()?));
    }
    if seen.context.stamp.is_none_or(|stamp| stamp.origin == StampOrigin::Inherited)
        && let Some(date) = seen.headers.date
    {
        seen.context.stamp = Some(Stamp { at: date, origin: StampOrigin::DateHeader });
    }
}

/// Azure and LiteLLM repeat the status as code.
fn status_in_code(attempt: &Piece) -> Option<u16> {
    let code = attempt.code.as_deref().filter(|code| code.len() == 3)?;
    text::status_at(code).filter(|status| *status >= 400)
}

/// Takes over what the attempt says about the error.
fn describe(seen: &mut Observation, attempt: Piece) {
    seen.body = attempt.body.or_else(|| attempt.code.as_ref().map(|_| BodyKind::Object));
    if let Some(message) = attempt.message.as_deref() {
        seen.key = message::echoed_key(message);
        (seen.organization, seen.project) = message::ids(message);
        seen.model = message::model(message);
    }
    seen.model = attempt.model.map(Arc::from).or(seen.model.take());
    let status_of_proxy = (seen.transport == Some(Transport::ProxyAuth)).then_some(407);
    seen.error = ApiError {
        status: attempt.status.or(status_of_proxy).or_else(|| page::status(attempt.page.as_deref()?)),
        code: attempt.code.map(Arc::from),
        kind: attempt.kind.map(Arc::from),
        param: attempt.param.map(Arc::from),
        message: attempt.message.as_deref().map(redact::mask),
    };
    seen.page = attempt.page.as_deref().map(redact::mask);
    seen.method = attempt.method.map(|method| Arc::from(method.to_ascii_uppercase()));
    seen.exception = attempt.exception.map(Arc::from);
    seen.retry_in_ms = attempt.retry_in_ms;
    seen.origin = attempt.origin;
    seen.attempt = attempt.attempt;
}

fn blank(event: &Event) -> Observation {
    let role = if event.is_sentry { Role::Sentry } else { Role::Raise };
    Observation {
        last_line: event.last_line,
        is_scrubbed: event.is_scrubbed,
        count: event.count.max(1),
        last_seen: event.last_seen,
        identity: event.identity.as_deref().map(Arc::from),
        ..Observation::new(event.place, event.context.clone(), role)
    }
}

/// Strings of a JSON record that are not part of its text yet and may hold evidence; none of those that
/// carry conversation.
fn loose_strings<'a>(value: &'a Value, text: &str, depth: usize, out: &mut Vec<&'a str>) {
    if depth > 8 || out.len() > 64 {
        return;
    }
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                if !quoted::is_conversation(name)
                    && !matches!(name.as_str(), "frames" | "vars" | "locals" | "modules")
                {
                    loose_strings(member, text, depth + 1, out);
                }
            }
        }
        Value::Array(elements) => {
            elements.iter().take(64).for_each(|element| loose_strings(element, text, depth + 1, out));
        }
        Value::String(string) if string.len() >= 16 && string.len() < 200_000 && !holds(text, string) => {
            out.push(string);
        }
        _ => {}
    }
}

/// Where the line stands that holds the byte at `at`, without its end.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    start..start + line.len()
}

/// The line of the record that says most, masked and bounded.
fn excerpt(text: &str) -> Masked {
    let at = SIGNS.iter().find_map(|sign| sign.find_iter(text.as_bytes()).last());
    let masked = redact::mask_part(text, line_at(text, at.unwrap_or_default()));
    // What was blanked stays visible as a gap.
    let parts = masked.as_str().split("        ").map(str::trim);
    let line = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" … ");
    let masked = redact::mask(&line);
    if masked.as_str().chars().count() <= MAX_EXCERPT {
        return masked;
    }
    let cut: String = masked.as_str().chars().take(MAX_EXCERPT).collect();
    Masked::from_redacted(&format!("{cut}…"))
}

#[cfg(test)]
mod tests;
