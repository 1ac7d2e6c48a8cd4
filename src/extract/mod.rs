//! What a record says about calls to the API.
//!
//! In goes a decoded [`Event`]; out come [`Observation`]s, one an attempt. Readers take pieces of evidence
//! from text, objects and fields; this file brings them together, decides who was called, and whether the
//! record speaks of a failure, a success, or neither. It knows no rule and no cause.

mod client;
mod duration;
mod exchange;
mod headers;
mod http;
mod key;
mod objects;
mod page;
mod phrases;
mod piece;
mod provider;
mod quoted;
mod scope;
mod text;
mod tidy;
mod value;

use std::sync::Arc;

use serde_json::Value;

use self::piece::{Piece, Trust};
use self::provider::Named;
use crate::model::{
    ApiError, BodyKind, Event, ExposedSecret, Headers, Level, Masked, Observation, Outcome, Provider, Role,
    ShownKey, Stamp, StampOrigin, Transport,
};
use crate::redact;

/// Longest excerpt that is kept for reports, in characters.
const MAX_EXCERPT: usize = 400;

/// What the event says, an observation for each attempt that it speaks of; none when it says nothing.
#[must_use]
pub fn observe(event: &Event) -> Vec<Observation> {
    let mut observations = match &event.exchange {
        Some(exchange) => exchange::observe(event, exchange).into_iter().collect(),
        None => observe_text(event),
    };
    let exposed = exposed(event);
    if !exposed.is_empty() {
        match observations.first_mut() {
            Some(first) => first.exposed = exposed,
            None => observations.push(Observation { exposed, outcome: Outcome::Info, ..blank(event) }),
        }
    }
    observations
}

fn observe_text(event: &Event) -> Vec<Observation> {
    let mut text = tidy::undecorated(&event.text).into_owned();
    let mut pieces = Vec::new();
    if let Some(fields) = &event.fields {
        scope::value_pieces(fields, text.len(), false, &mut pieces);
        let mut strings = Vec::new();
        loose_strings(fields, &event.text, 0, &mut strings);
        for string in strings {
            text.push_str("\n\n");
            text.push_str(string);
        }
    }
    pieces.extend(text::pieces(&text));
    let mut named = provider::named(&text);
    for piece in &pieces {
        if let Some(host) = piece.url.as_deref().and_then(host_of)
            && let Some(found) = provider::of_host(host)
        {
            match found {
                Provider::Other => named.other = true,
                known => named.host = named.host.or(Some(known)),
            }
        }
    }
    let logger = event.context.logger.as_deref().unwrap_or_default();
    named.openai |= logger.starts_with("openai")
        || logger.starts_with("async_openai")
        || event.modules.iter().any(|(name, _)| name == "openai");
    let is_other_host = calls_unknown_host(&pieces, named);
    pieces.retain(|piece| !piece.is_quoted);
    for piece in &mut pieces {
        piece.message = piece.message.take().map(|message| tidy::folded(&message));
    }
    let attempts = piece::attempts(pieces);
    let mut observations: Vec<Observation> = attempts
        .into_iter()
        .filter_map(|attempt| observation(event, attempt, &text, named, is_other_host))
        .collect();
    keep_the_failures(&mut observations);
    observations
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
    };
    let best = observations.iter().map(strength).max().unwrap_or(0);
    if best >= 2 {
        observations.retain(|seen| strength(seen) >= 2);
    } else {
        observations.truncate(1);
    }
}

/// The URL in the record is of a host that is nobody's we know, and nothing names OpenAI.
fn calls_unknown_host(pieces: &[Piece], named: Named) -> bool {
    named.host.is_none()
        && pieces
            .iter()
            .filter_map(|piece| piece.url.as_deref())
            .filter_map(host_of)
            .any(|host| provider::of_host(host).is_none() && !is_loopback(host))
}

/// Hosts of proxies and mock servers on the same machine say nothing about who answers behind them.
fn is_loopback(host: &str) -> bool {
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}

/// One attempt as an observation; `None` when it says nothing about the API.
fn observation(
    event: &Event,
    mut attempt: Piece,
    text: &str,
    named: Named,
    is_other_host: bool,
) -> Option<Observation> {
    let mut seen = blank(event);
    let headers = attempt.headers.take().map(|headers| *headers).unwrap_or_default();
    let gateway = headers.gateway.or(named.gateway);
    let provider = if headers.from_azure {
        Provider::Azure
    } else if gateway.is_some() {
        Provider::Gateway
    } else if headers.from_openai {
        Provider::Openai
    } else {
        named.provider()?
    };
    if provider == Provider::Other
        || is_other_host && !has_own_words(attempt.message.as_deref(), attempt.url.as_deref())
    {
        return None;
    }
    let provider = if is_other_host && provider == Provider::Openai && !headers.from_openai {
        Provider::Unknown
    } else {
        provider
    };
    seen.provider = provider;
    seen.gateway = gateway;
    seen.headers = headers;
    if seen.headers.request_id.is_none() {
        seen.headers.request_id = attempt
            .request_id
            .as_deref()
            .map(Arc::from)
            .or_else(|| request_id_in(attempt.message.as_deref()));
    }
    if seen.context.stamp.is_none_or(|stamp| stamp.origin == StampOrigin::Inherited)
        && let Some(date) = seen.headers.date
    {
        seen.context.stamp = Some(Stamp { at: date, origin: StampOrigin::DateHeader });
    }
    // Azure and LiteLLM repeat the status as code.
    if attempt.status.is_none() {
        attempt.status =
            attempt.code.as_deref().and_then(text::status_at).filter(|status| {
                *status >= 400 && attempt.code.as_deref().is_some_and(|code| code.len() == 3)
            });
    }
    let transport = attempt.transport.filter(|_| {
        is_unanswered(&attempt.status, attempt.code.as_deref(), attempt.message.as_deref(), attempt.body)
    });
    seen.outcome = outcome(
        &attempt.status,
        attempt.role,
        transport,
        attempt.is_before_request,
        &seen,
        attempt.code.as_deref(),
        attempt.message.as_deref(),
        attempt.body,
        attempt.trust,
    )?;
    seen.transport = transport;
    seen.role = role(event, &attempt, text);
    seen.exception = attempt.exception.or_else(|| event.exception.clone()).map(Arc::from);
    seen.body = attempt.body.or_else(|| attempt.code.as_ref().map(|_| BodyKind::Object));
    let status = attempt.status.or(match transport {
        Some(Transport::ProxyAuth) => Some(407),
        _ => None,
    });
    seen.key = echoed_key(attempt.message.as_deref());
    (seen.organization, seen.project) = ids_in(attempt.message.as_deref());
    seen.model = attempt.model.map(Arc::from).or_else(|| model_in(attempt.message.as_deref()));
    seen.error = ApiError {
        status,
        code: attempt.code.map(Arc::from),
        kind: attempt.kind.map(Arc::from),
        param: attempt.param.map(Arc::from),
        message: attempt.message.as_deref().map(redact::mask),
    };
    seen.page = attempt.page.as_deref().map(redact::mask);
    seen.method = attempt.method.map(|method| Arc::from(method.to_ascii_uppercase()));
    if let Some(url) = attempt.url.or_else(|| openai_url(text)) {
        locate(&mut seen, &url);
    }
    seen.retry_in_ms = attempt.retry_in_ms;
    seen.origin = attempt.origin;
    seen.attempt = attempt.attempt;
    seen.client = client::of(event, text, seen.exception.as_deref());
    seen.excerpt = excerpt(text);
    Some(seen)
}

/// The part that the record plays: what its wording tells, else its level and its first words.
fn role(event: &Event, attempt: &Piece, text: &str) -> Role {
    if event.is_sentry {
        return Role::Sentry;
    }
    match attempt.role {
        Some(role @ (Role::Retry | Role::Detail)) => return role,
        Some(Role::Response) if attempt.exception.is_none() => return Role::Response,
        _ => {}
    }
    if event.context.level.is_some_and(|level| level <= Level::Debug) {
        return Role::Detail;
    }
    if event.context.level.is_none_or(|level| level < Level::Error) && announces_retry(text, attempt.at) {
        return Role::Retry;
    }
    Role::Raise
}

/// Whether the words in front of the error say that it will be tried again.
fn announces_retry(text: &str, at: usize) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let lead = first.get(..at.min(first.len())).unwrap_or(first).to_ascii_lowercase();
    ["retrying", "trying again", "will retry", "retry in"].iter().any(|word| lead.contains(word))
}

/// A record that says nothing about the connection although it names a reason: an answer came.
fn is_unanswered(
    status: &Option<u16>,
    code: Option<&str>,
    message: Option<&str>,
    body: Option<BodyKind>,
) -> bool {
    let has_answer = status.is_some_and(|status| status != 407) && (code.is_some() || body.is_some());
    !has_answer
        && code.is_none()
        && !(body == Some(BodyKind::Object) && message.is_some())
        && body != Some(BodyKind::Html)
}

#[expect(clippy::too_many_arguments, reason = "one decision over the parts of one attempt")]
fn outcome(
    status: &Option<u16>,
    role: Option<Role>,
    transport: Option<Transport>,
    is_before_request: bool,
    seen: &Observation,
    code: Option<&str>,
    message: Option<&str>,
    body: Option<BodyKind>,
    trust: Trust,
) -> Option<Outcome> {
    if transport.is_some() || is_before_request {
        return (seen.context.level.is_none_or(|level| level >= Level::Info)).then_some(Outcome::Failed);
    }
    match status {
        Some(400..) => Some(Outcome::Failed),
        Some(200..=299) => match (role, body) {
            (_, Some(BodyKind::Html)) => Some(Outcome::Failed),
            (Some(Role::Response), _) if code.is_none() && message.is_none() => Some(Outcome::Ok),
            _ if code.is_some() || message.is_some() => Some(Outcome::Failed),
            _ => None,
        },
        Some(_) => None,
        None => {
            let says = code.is_some()
                || message.is_some() && trust >= Trust::Prose
                || matches!(body, Some(BodyKind::Html | BodyKind::Text))
                || seen.headers.request_id.is_some() && role == Some(Role::Detail);
            (says || role == Some(Role::Retry)).then_some(Outcome::Failed)
        }
    }
}

/// Whether message or path show that the host, which is nobody's we know, speaks OpenAI's protocol.
fn has_own_words(message: Option<&str>, url: Option<&str>) -> bool {
    message.is_some_and(|message| provider::named(message).openai)
        || url.is_some_and(|url| provider::named(url).openai)
}

fn blank(event: &Event) -> Observation {
    Observation {
        place: event.place,
        last_line: event.last_line,
        context: event.context.clone(),
        role: if event.is_sentry { Role::Sentry } else { Role::Raise },
        origin: "",
        outcome: Outcome::Info,
        is_quoted: false,
        error: ApiError::default(),
        body: None,
        page: None,
        transport: None,
        headers: Headers::default(),
        provider: Provider::Unknown,
        gateway: None,
        method: None,
        host: None,
        endpoint: None,
        scheme: None,
        model: None,
        organization: None,
        project: None,
        has_context_headers: None,
        key: None,
        client: None,
        exception: None,
        retry_in_ms: None,
        attempt: None,
        exposed: Vec::new(),
        excerpt: Masked::default(),
        is_scrubbed: event.is_scrubbed,
        count: event.count.max(1),
        last_seen: event.last_seen,
        identity: event.identity.as_deref().map(Arc::from),
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
            elements.iter().take(64).for_each(|element| loose_strings(element, text, depth + 1, out))
        }
        Value::String(string)
            if string.len() >= 16 && string.len() < 200_000 && !text.contains(string.as_str()) =>
        {
            out.push(string)
        }
        _ => {}
    }
}

/// Host of a URL, with its port.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next().filter(|host| !host.is_empty())
}

/// Takes host, path and scheme from a URL or a path.
fn locate(seen: &mut Observation, url: &str) {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, url),
    };
    seen.scheme = match scheme {
        Some("http" | "ws") => Some("http"),
        Some("https" | "wss") => Some("https"),
        _ => None,
    };
    let path_at = if scheme.is_some() { rest.find('/') } else { Some(0) };
    if scheme.is_some() {
        let authority = rest.get(..path_at.unwrap_or(rest.len())).unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.strip_suffix(":443").unwrap_or(host).trim_end_matches(['"', '\'', ')']);
        if !host.is_empty() && host.len() < 254 {
            seen.host = Some(Arc::from(redact::mask(host).as_str()));
        }
    }
    if let Some(path) = path_at.and_then(|at| rest.get(at..)) {
        let path = path.split(['?', '#', ' ', '"', '\'']).next().unwrap_or_default();
        if path.starts_with('/') && path.len() < 400 {
            seen.endpoint = Some(Arc::from(redact::mask(path).as_str()));
        }
    }
}

/// The first URL of OpenAI's API in the text.
fn openai_url(text: &str) -> Option<String> {
    for marker in ["https://api.openai.com", "http://api.openai.com", "wss://api.openai.com"] {
        if let Some(at) = text.find(marker) {
            let url: String = text
                .get(at..)?
                .chars()
                .take_while(|c| {
                    !c.is_whitespace() && !matches!(c, '\'' | '"' | ')' | '>' | ',' | ']' | '`' | '\\' | '}')
                })
                .collect();
            return Some(url);
        }
    }
    None
}

/// The key that the API echoes in the message.
fn echoed_key(message: Option<&str>) -> Option<ShownKey> {
    const LEADS: [&str; 2] = ["Incorrect API key provided: ", "Invalid API key provided: "];
    let message = message?;
    let rest =
        LEADS.iter().find_map(|lead| message.find(lead).and_then(|at| message.get(at + lead.len()..)))?;
    let end = [". You can find", ". Find your", ". For details", ".\nYou can", ". You", "\n"]
        .iter()
        .filter_map(|end| rest.find(end))
        .min()
        .unwrap_or(rest.len());
    let echo = rest.get(..end)?.trim_end_matches(['\'', '"', ','].as_slice());
    let echo = if rest.get(..end)?.starts_with(['"', '\'']) { rest.get(..end)? } else { echo };
    let echo = echo.replace("\\\"", "\"").replace("\\'", "'");
    (!echo.is_empty() && echo.len() <= 4_000).then(|| key::from_echo(&echo))
}

/// Organization and project that the message names.
fn ids_in(message: Option<&str>) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let find = |prefix: &str| {
        let message = message?;
        let at = message.find(prefix)?;
        let id: String = message
            .get(at..)?
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .collect();
        (id.len() > prefix.len() + 7).then(|| Arc::from(id))
    };
    (find("org-"), find("proj_"))
}

/// The request id that the message asks to be told.
fn request_id_in(message: Option<&str>) -> Option<Arc<str>> {
    let message = message?;
    let at = message.find("request ID ")? + "request ID ".len();
    let id: String = message
        .get(at..)?
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    (id.len() >= 20).then(|| Arc::from(id))
}

/// The model that the message names.
fn model_in(message: Option<&str>) -> Option<Arc<str>> {
    let message = message?;
    for (lead, end) in [
        ("model `", '`'),
        ("model: `", '`'),
        ("Rate limit reached for ", ' '),
        ("Request too large for ", ' '),
        ("limit reached for ", ' '),
    ] {
        if let Some(at) = message.find(lead) {
            let model = message.get(at + lead.len()..)?.split(end).next()?;
            return (!model.is_empty() && model.len() < 100).then(|| Arc::from(model));
        }
    }
    None
}

/// Secrets that stand in the record in full.
fn exposed(event: &Event) -> Vec<ExposedSecret> {
    let hidden = event
        .exposed_texts
        .iter()
        .flat_map(|text| redact::find(text))
        .map(|secret| redact::Secret { range: 0..0, ..secret });
    let in_text = redact::find(&event.text);
    let in_fields = event.fields.as_ref().map(|fields| exposed_in(fields, &in_text)).unwrap_or_default();
    in_text
        .into_iter()
        .chain(hidden)
        .chain(in_fields)
        .filter(|secret| secret.fingerprint.is_some())
        .map(|secret| {
            let line =
                event.text.get(..secret.range.start).map_or(0, |before| before.matches('\n').count() as u64);
            ExposedSecret {
                family: secret.family,
                shown: secret.shown,
                fingerprint: secret.fingerprint,
                line: (event.place.line + line).min(event.last_line.max(event.place.line)),
            }
        })
        .collect()
}

/// Secrets in the fields of a JSON record that its text does not show, each once.
fn exposed_in(fields: &serde_json::Value, in_text: &[redact::Secret]) -> Vec<redact::Secret> {
    let mut found: Vec<redact::Secret> = Vec::new();
    let mut open = vec![fields];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::String(text) => {
                for secret in redact::find(text) {
                    let is_known = |known: &redact::Secret| known.fingerprint == secret.fingerprint;
                    if !in_text.iter().chain(&found).any(is_known) {
                        found.push(redact::Secret { range: 0..0, ..secret });
                    }
                }
            }
            serde_json::Value::Array(list) => open.extend(list.iter().rev()),
            serde_json::Value::Object(map) => {
                let parts: Vec<&serde_json::Value> = map.values().collect();
                open.extend(parts.into_iter().rev());
            }
            _ => {}
        }
    }
    found
}

/// The line of the record that says most, masked and bounded.
fn excerpt(text: &str) -> Masked {
    const SIGNS: [&str; 5] = ["Error code: ", "Error: ", "Exception: ", "message", "HTTP"];
    let line = SIGNS
        .iter()
        .find_map(|sign| text.lines().filter(|line| line.contains(sign)).last())
        .or_else(|| text.lines().next())
        .unwrap_or_default();
    let masked = redact::mask(line);
    if masked.as_str().chars().count() <= MAX_EXCERPT {
        return masked;
    }
    let cut: String = masked.as_str().chars().take(MAX_EXCERPT).collect();
    Masked::from_redacted(&format!("{cut}…"))
}
