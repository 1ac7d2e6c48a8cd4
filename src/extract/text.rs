//! Evidence in the text of a record: renderings of client libraries, statuses, prose.
//!
//! In goes the text; out come [`Piece`]s in no particular order. An anchor (a short literal) finds the
//! place, the reader behind it takes what stands there. Error objects in braces are read by
//! `objects.rs`, raw HTTP by `http.rs`. Facts: `renderings.md`, `surprises.md`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::http;
use super::objects;
use super::phrases::{self, Phrase};
use super::piece::{Piece, Trust};
use super::value;
use crate::model::{BodyKind, Role};

/// Longest message that is kept.
const MAX_MESSAGE: usize = 2_000;

type Reader = fn(&str, usize, usize) -> Option<Piece>;

/// Anchors: literal, and the reader that is given the text, where the literal begins and where it ends.
const ANCHORS: &[(&str, Reader)] = &[
    ("HTTP Request: ", http_request_line),
    ("HTTP Response: ", http_response_line),
    (" failed with status ", node_status_line),
    (" succeeded with status ", node_status_line),
    ("OpenAI:DEBUG:response ", node_debug_response),
    ("receive_response_headers.complete return_value=", httpcore_response),
    ("request_id: req_", detail_request_id),
    ("Retrying request", retry_notice),
    ("Retrying ", retry_notice),
    ("Retrying (Retry(", urllib3_retry),
    ("Retrying due to status code ", retry_reason),
    ("Error code: ", error_code),
    ("error_code=", logfmt_error),
    ("message='OpenAI API response'", logfmt_response),
    ("error, status code: ", number_behind),
    ("unexpected status ", number_behind),
    ("last status: ", number_behind),
    ("status_code: ", number_behind),
    ("status_code=", number_behind),
    ("statusCode: ", number_behind),
    ("statusCode=", number_behind),
    ("\"statusCode\":", number_behind),
    ("\"status_code\":", number_behind),
    ("status code ", number_behind),
    ("status code: ", number_behind),
    ("http_status=", number_behind),
    ("server responded with status ", number_behind),
    ("rejected WebSocket connection: HTTP ", number_behind),
    ("Unexpected server response: ", number_behind),
    ("HTTP code ", http_code),
    ("HTTP error: ", number_behind),
    ("HTTP 4", dotnet_or_spring),
    ("HTTP 5", dotnet_or_spring),
    ("status=", number_behind),
    (" responded ", number_behind),
    (" answered ", number_behind),
    ("returned ", number_behind),
    (" HTTP/1.1\" ", number_behind),
    (" HTTP/2\" ", number_behind),
    (" HTTP/2.0\" ", number_behind),
    (": 4", status_and_message),
    (": 5", status_and_message),
    ("\": 4", go_error),
    ("\": 5", go_error),
    (" Client Error: ", requests_error),
    (" Server Error: ", requests_error),
    ("Client error '", httpx_status_error),
    ("Server error '", httpx_status_error),
    ("Tracing client error ", tracing_side_channel),
    ("Error: ", class_led),
    ("Exception: ", class_led),
    ("Error]: ", class_led),
    ("Error(", class_repr),
    ("Timeout: ", class_led),
    ("OpenAIException - ", wrapper_led),
    ("AzureException ", wrapper_led),
    ("(code: ", rust_display),
    ("batch_", no_piece),
];

static SEARCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(ANCHORS.iter().map(|(text, _)| text))
        .ok()
});

/// Everything that the text says.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for searcher in SEARCHER.iter() {
        for found in searcher.find_iter(text) {
            let Some((_, reader)) = ANCHORS.get(found.pattern().as_usize()) else { continue };
            if let Some(mut piece) = reader(text, found.start(), found.end()) {
                piece.at = found.start();
                pieces.push(piece);
            }
        }
    }
    http::pieces(text, &mut pieces);
    objects::pieces(text, &mut pieces);
    pages(text, &mut pieces);
    for (at, phrase) in phrases::find(text) {
        pieces.extend(phrase_piece(text, at, phrase));
    }
    pieces
}

fn no_piece(_: &str, _: usize, _: usize) -> Option<Piece> {
    None
}

/// A status, 100 to 599, at the start of the text and not part of a longer number.
pub(crate) fn status_at(text: &str) -> Option<u16> {
    let text = text.trim_start_matches([' ', '"', '\'', '<', '[', '(']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 3
        || text.as_bytes().get(3).is_some_and(|byte| {
            byte.is_ascii_alphabetic()
                || *byte == b'.' && text.as_bytes().get(4).is_some_and(u8::is_ascii_digit)
        })
    {
        return None;
    }
    text.get(..3)?.parse().ok().filter(|status| (100..600).contains(status))
}

/// The rest of the line at `at`.
fn rest_of_line(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default().split('\n').next().unwrap_or_default()
}

/// The line up to `at`.
fn line_before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default()
}

/// `POST https://api.openai.com/v1/chat/completions "HTTP/1.1 429 Too Many Requests"`.
fn http_request_line(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let (method, rest) = line.split_once(' ')?;
    let (url, rest) = rest.split_once(' ')?;
    let status = rest.split_once("HTTP/")?.1.split_once(' ').and_then(|(_, status)| status_at(status))?;
    Some(Piece {
        trust: Trust::Rendering,
        origin: "httpx",
        role: Some(Role::Response),
        method: word(method),
        url: Some(url.to_owned()),
        status: Some(status),
        ..Piece::default()
    })
}

/// `POST https://… "429 Too Many Requests" Headers([…])`, or `POST 429` from 3.4 on.
fn http_response_line(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let (method, rest) = line.split_once(' ')?;
    let mut piece = Piece {
        trust: Trust::Rendering,
        origin: "openai-debug",
        role: Some(Role::Response),
        method: word(method),
        ..Piece::default()
    };
    if let Some(status) = status_at(rest).filter(|_| rest.starts_with(|c: char| c.is_ascii_digit())) {
        piece.status = Some(status);
        return Some(piece);
    }
    let (url, rest) = rest.split_once(' ')?;
    piece.url = Some(url.to_owned());
    piece.status = Some(status_at(rest)?);
    if let Some(at) = text.get(end..)?.find("Headers(").filter(|at| *at < line.len() + 2) {
        piece.headers = value::read(text.get(end + at..)?)
            .and_then(|reading| super::headers::from_value(&reading.value))
            .map(Box::new);
    }
    Some(piece)
}

/// `[log_109d18, x-request-id: "req_…"] post https://… failed with status 401 in 17ms - error; not retryable`.
fn node_status_line(text: &str, start: usize, end: usize) -> Option<Piece> {
    let before = line_before(text, start);
    let status = status_at(text.get(end..)?)?;
    let url = before.rsplit(' ').next().filter(|url| url.contains("://"))?;
    let method = before.rsplit(' ').nth(1).unwrap_or_default().to_ascii_uppercase();
    let request_id = before.split_once("x-request-id: \"").and_then(|(_, rest)| rest.split('"').next());
    let line = rest_of_line(text, end);
    Some(Piece {
        trust: Trust::Rendering,
        origin: "openai-node-log",
        role: Some(if line.contains("retrying") { Role::Retry } else { Role::Response }),
        method: word(&method),
        url: Some(url.to_owned()),
        status: Some(status),
        request_id: request_id.filter(|id| *id != "null" && *id != "undefined").map(str::to_owned),
        ..Piece::default()
    })
}

/// `OpenAI:DEBUG:response 200 https://… Headers {…}`, `…response (error; (error; not retryable)) 401 https://… {…}`.
fn node_debug_response(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let at = line.find("http")?;
    let status = line.get(..at)?.trim().rsplit(' ').next().and_then(status_at)?;
    let url = line.get(at..)?.split(' ').next()?;
    let headers = text
        .get(end..)?
        .find('{')
        .and_then(|brace| value::read(text.get(end + brace..)?))
        .map(|reading| reading.value);
    let headers = headers.as_ref().and_then(super::headers::from_value);
    Some(Piece {
        trust: Trust::Rendering,
        origin: "openai-node-debug",
        role: Some(if line.contains("retrying") { Role::Retry } else { Role::Response }),
        url: Some(url.to_owned()),
        status: Some(status),
        headers: headers.map(Box::new),
        ..Piece::default()
    })
}

/// `(b'HTTP/1.1', 401, b'Unauthorized', [(b'date', b'Fri, …'), …])`, HTTP/2: `(401, [(b'date', …)])`.
fn httpcore_response(text: &str, _: usize, end: usize) -> Option<Piece> {
    let reading = value::read(text.get(end..)?)?;
    let parts = reading.value.as_array()?;
    let status =
        parts.iter().find_map(serde_json::Value::as_u64).and_then(|status| u16::try_from(status).ok())?;
    let headers = parts.iter().find(|part| part.is_array()).and_then(super::headers::from_value);
    Some(Piece {
        trust: Trust::Rendering,
        origin: "httpcore",
        role: Some(Role::Response),
        status: Some(status),
        headers: headers.map(Box::new),
        ..Piece::default()
    })
}

fn detail_request_id(text: &str, start: usize, _: usize) -> Option<Piece> {
    let id = text.get(start + "request_id: ".len()..)?;
    let id: String = id.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    Some(Piece {
        trust: Trust::Rendering,
        origin: "openai-request-id",
        role: Some(Role::Detail),
        request_id: Some(id),
        ..Piece::default()
    })
}

/// `Retrying request to /chat/completions in 0.394219 seconds`, `Retrying f in 4.0 seconds as it raised X: …`.
fn retry_notice(text: &str, start: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let line = line.split(" as it raised").next()?;
    let (_, pause) = line.rsplit_once(" in ").or_else(|| line.split_once("in "))?;
    let number: f64 = pause.split(' ').next()?.parse().ok()?;
    let unit = pause.split(' ').nth(1).unwrap_or_default();
    (unit.starts_with("second") || unit.starts_with('s') || unit.is_empty()).then_some(())?;
    let path = rest_of_line(text, start)
        .split(" to ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .filter(|path| path.starts_with('/'));
    Some(Piece {
        trust: Trust::Rendering,
        origin: "retry",
        role: Some(Role::Retry),
        url: path.map(str::to_owned),
        retry_in_ms: (number.is_finite() && (0.0..1e9).contains(&number))
            .then(|| (number * 1000.0).round() as u64),
        ..Piece::default()
    })
}

/// `Retrying (Retry(total=1, …)) after connection broken by '…'` of urllib3.
fn urllib3_retry(_: &str, _: usize, _: usize) -> Option<Piece> {
    Some(Piece { trust: Trust::Prose, origin: "urllib3", role: Some(Role::Retry), ..Piece::default() })
}

/// `Retrying due to status code 429` at DEBUG, beside the notice itself.
fn retry_reason(text: &str, _: usize, end: usize) -> Option<Piece> {
    Some(Piece {
        trust: Trust::Rendering,
        origin: "openai-retry-reason",
        role: Some(Role::Detail),
        status: status_at(text.get(end..)?),
        ..Piece::default()
    })
}

/// `Error code: 401 - {'error': {…}}`, from 3.38 on `Error code: 401 - message`, or nothing behind the number.
fn error_code(text: &str, _: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end..)?;
    let status = status_at(rest).filter(|_| rest.starts_with(|c: char| c.is_ascii_digit()))?;
    let behind = rest.get(3..)?;
    let mut piece = Piece { trust: Trust::Rendering, status: Some(status), ..Piece::default() };
    if let Some(message) = behind.strip_prefix(" - ") {
        if !objects::begins_object(message) {
            piece.message = prose(message);
            piece.body = piece.message.as_ref().map(|_| BodyKind::Object);
        }
        return Some(piece);
    }
    let line = rest_of_line(behind, 0);
    let ends = line.is_empty()
        || line.starts_with(['"', '\'', ')', '\\', ',', '.', '\r', ']', '}', '<'])
        || line.starts_with(" (")
        || line.trim().is_empty();
    ends.then_some(piece)
}

/// `error_code=invalid_api_key error_message='Incorrect …' error_param=None error_type=… message='OpenAI API error received'`.
fn logfmt_error(text: &str, start: usize, _: usize) -> Option<Piece> {
    let line = rest_of_line(text, start);
    line.contains("error_message=").then_some(())?;
    let field = |name: &str| logfmt_value(line, name).filter(|value| value != "None");
    Some(Piece {
        trust: Trust::Object,
        origin: "openai-0.x-error",
        role: Some(Role::Detail),
        code: field("error_code="),
        kind: field("error_type="),
        param: field("error_param="),
        message: field("error_message="),
        body: Some(BodyKind::Object),
        ..Piece::default()
    })
}

/// `message='OpenAI API response' path=https://… processing_ms=12 request_id=req_… response_code=401`.
fn logfmt_response(text: &str, start: usize, _: usize) -> Option<Piece> {
    let line = rest_of_line(text, start);
    let field = |name: &str| logfmt_value(line, name).filter(|value| value != "None");
    Some(Piece {
        trust: Trust::Rendering,
        origin: "openai-0.x-response",
        role: Some(Role::Response),
        status: field("response_code=").as_deref().and_then(status_at),
        url: field("path="),
        request_id: field("request_id="),
        ..Piece::default()
    })
}

/// The value of a `key=` in Python's logfmt: bare, or a repr.
fn logfmt_value(line: &str, key: &str) -> Option<String> {
    let at = line.find(key)? + key.len();
    let rest = line.get(at..)?;
    if rest.starts_with(['\'', '"']) {
        return value::read(rest)?.value.as_str().map(str::to_owned);
    }
    rest.split(' ').next().filter(|value| !value.is_empty()).map(str::to_owned)
}

/// A status behind a phrase that announces one; only failures count, and only where the number ends.
fn number_behind(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = status_at(text.get(end..)?).filter(|status| *status >= 400)?;
    let rest = text.get(end..)?;
    let mut piece = Piece { trust: Trust::Prose, status: Some(status), ..Piece::default() };
    let anchor = text.get(start..end)?;
    if anchor.starts_with("error, status code") {
        piece.trust = Trust::Rendering;
        piece.message = rest.split_once(", message: ").and_then(|(_, message)| prose(message));
    } else if anchor.starts_with("unexpected status") {
        piece.trust = Trust::Rendering;
        piece.message = rest_of_line(rest, 0).split_once(": ").and_then(|(_, message)| {
            let message = message.split(", url: ").next().unwrap_or(message);
            (!objects::begins_object(message)).then(|| prose(message)).flatten()
        });
        piece.request_id = rest.split_once("request id: ").map(|(_, id)| {
            id.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
        });
    } else if anchor.starts_with("returned")
        || anchor.starts_with(" answered")
        || anchor.starts_with(" responded")
    {
        let reason = rest.get(3..).unwrap_or_default();
        (reason.is_empty() || reason.starts_with([' ', ':', ',', '\n', '.'])).then_some(())?;
        piece.url = line_before(text, start)
            .trim_end()
            .rsplit([' ', '"', '\'', '('])
            .next()
            .filter(|word| is_host(word))
            .map(|host| format!("https://{host}"));
    }
    Some(piece)
}

/// Whether a word is the name of a host.
fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// `HTTP code 403 from API (<!DOCTYPE html>…)`, `(HTTP response code was 401)`.
fn http_code(text: &str, _: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end..)?;
    let status = status_at(rest)?;
    let body = rest.split_once("from API (").map(|(_, body)| body);
    let is_empty = body.is_some_and(|body| body.starts_with(')'));
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        body: is_empty.then_some(BodyKind::Empty),
        ..Piece::default()
    })
}

/// `HTTP 401 (invalid_request_error: invalid_api_key)⏎⏎message` of .NET, `HTTP 401 - {…}` of spring-ai.
fn dotnet_or_spring(text: &str, start: usize, _: usize) -> Option<Piece> {
    let rest = text.get(start + 5..)?;
    let status = status_at(rest)?;
    let behind = rest.get(3..)?;
    if behind.starts_with(" - ") {
        return Some(Piece { trust: Trust::Rendering, status: Some(status), ..Piece::default() });
    }
    let inside = behind.strip_prefix(" (")?;
    let close = inside.find(')')?;
    let (kind, code) = inside.get(..close)?.split_once(": ").unwrap_or(("", inside.get(..close)?));
    let mut lines = inside.get(close + 1..)?.lines().skip(1).filter(|line| !line.trim().is_empty());
    let mut message = lines.next().unwrap_or_default().trim();
    let mut param = None;
    if let Some(name) = message.strip_prefix("Parameter: ") {
        param = word(name.trim());
        message = lines.next().unwrap_or_default().trim();
    }
    let is_word = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    (kind.is_empty() || is_word(kind)).then_some(())?;
    Some(Piece {
        trust: Trust::Object,
        status: Some(status),
        kind: is_word(kind).then(|| kind.to_owned()),
        code: is_word(code).then(|| code.to_owned()),
        param,
        message: (!message.starts_with("at ")).then(|| prose(message)).flatten(),
        body: Some(BodyKind::Object),
        ..Piece::default()
    })
}

/// `summary failed: 401 Incorrect API key provided: …`: the message of openai-node in the words of an application.
fn status_and_message(text: &str, _: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end - 1..)?;
    let status = status_at(rest).filter(|status| *status >= 400)?;
    let message = rest.get(3..)?.strip_prefix(' ')?;
    let is_empty = message.starts_with("status code (no body)");
    let is_sentence =
        message.starts_with(|c: char| c.is_ascii_uppercase()) && message.split_whitespace().count() > 2;
    (is_empty || is_sentence && !is_page(message)).then_some(())?;
    Some(Piece {
        trust: Trust::Prose,
        status: Some(status),
        message: (!is_empty).then(|| prose(message)).flatten(),
        body: is_empty.then_some(BodyKind::Empty),
        ..Piece::default()
    })
}

/// `POST "https://api.openai.com/v1/chat/completions": 401 Unauthorized {…}`.
fn go_error(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = status_at(text.get(end - 1..)?)?;
    let (before, url) = line_before(text, start).rsplit_once('"')?;
    url.starts_with("http").then_some(())?;
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        method: before.trim_end().rsplit([' ', '=', '"']).next().and_then(word),
        url: Some(url.to_owned()),
        ..Piece::default()
    })
}

/// `401 Client Error: Unauthorized for url: https://api.openai.com/v1/…`.
fn requests_error(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = line_before(text, start).rsplit([' ', '\'', '"', '(', ':']).next().and_then(status_at)?;
    let url = rest_of_line(text, end).split_once("for url: ").map(|(_, url)| url);
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        url: url.and_then(first_url),
        ..Piece::default()
    })
}

/// `Client error '401 Unauthorized' for url 'https://…'`.
fn httpx_status_error(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status_at(line)?),
        url: first_url(line),
        ..Piece::default()
    })
}

/// `[non-fatal] Tracing client error 401: {…}` of the agents SDKs: a second answer that is no failure of
/// the application.
fn tracing_side_channel(text: &str, _: usize, end: usize) -> Option<Piece> {
    status_at(text.get(end..)?)?;
    Some(Piece { trust: Trust::Prose, is_quoted: true, ..Piece::default() })
}

/// `openai.AuthenticationError: …`, `AuthenticationError: 401 Incorrect …`, `com.openai.errors.UnauthorizedException: 401: …`.
fn class_led(text: &str, start: usize, end: usize) -> Option<Piece> {
    let class = class_before(text, end.min(text.len()), start)?;
    let rest = text.get(end..)?;
    let mut piece = Piece { trust: Trust::Class, exception: Some(class.clone()), ..Piece::default() };
    if let Some(status) = status_at(rest).filter(|_| rest.starts_with(|c: char| c.is_ascii_digit())) {
        let behind = rest.get(3..).unwrap_or_default();
        let message = behind
            .strip_prefix(": ")
            .or_else(|| behind.strip_prefix(" - "))
            .or_else(|| behind.strip_prefix(' '));
        if let Some(message) = message {
            piece.trust = Trust::Rendering;
            piece.status = Some(status);
            let is_empty = message.starts_with("status code (no body)") || message.starts_with("Unknown");
            piece.body = is_empty.then_some(BodyKind::Empty);
            if !is_empty && !objects::begins_object(message) && !is_page(message) {
                piece.message = prose(message);
            }
            return Some(piece);
        }
    }
    if !is_api_class(&class) {
        return None;
    }
    piece.status = class_status(&class);
    let rest = unwrapped(rest);
    if !rest.starts_with("Error code: ")
        && !objects::begins_object(rest)
        && !is_page(rest)
        && !is_transport_class(&class)
    {
        piece.message = prose(rest);
        piece.trust = if is_sdk_class(&class) { Trust::Prose } else { Trust::Class };
    }
    Some(piece)
}

/// The text behind the classes that wrappers put in front: `RateLimitError: OpenAIException - `.
fn unwrapped(mut text: &str) -> &str {
    for _ in 0..4 {
        let Some((lead, rest)) =
            text.split_once(": ").filter(|(lead, _)| lead.len() < 60 && !lead.contains(' ')).or_else(|| {
                text.split_once(" - ").filter(|(lead, _)| {
                    lead.len() < 80
                        && lead.split(' ').all(|word| word.ends_with("Error") || word.ends_with("Exception"))
                })
            })
        else {
            break;
        };
        if !lead.ends_with("Error") && !lead.ends_with("Exception") {
            break;
        }
        text = rest;
    }
    text
}

/// `AuthenticationError("Error code: 401 - …")`, `APIError('The server had an error …')`.
fn class_repr(text: &str, start: usize, end: usize) -> Option<Piece> {
    let class = class_before(text, end, start)?;
    is_api_class(&class).then_some(())?;
    let mut piece = Piece {
        trust: Trust::Class,
        exception: Some(class.clone()),
        status: class_status(&class),
        ..Piece::default()
    };
    let rest = text.get(end..)?;
    if rest.starts_with(['\'', '"']) && !is_transport_class(&class) {
        let inner = value::read(rest)
            .and_then(|reading| reading.value.as_str().map(str::to_owned))
            .unwrap_or_default();
        if !inner.contains("Error code: ") && !is_page(&inner) && !objects::begins_object(&inner) {
            piece.message = prose(&inner);
            piece.trust = Trust::Prose;
        }
    }
    Some(piece)
}

/// `litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: …`.
fn wrapper_led(text: &str, _: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end..)?;
    let rest = rest
        .split_once(" - ")
        .filter(|(class, _)| class.ends_with("Error") && class.len() < 60)
        .map_or(rest, |(_, rest)| rest);
    if rest.starts_with("Error code: ") || objects::begins_object(rest) || is_page(rest) {
        return None;
    }
    Some(Piece { trust: Trust::Prose, message: prose(rest), ..Piece::default() })
}

/// `401 Unauthorized invalid_request_error: Incorrect API key provided: …. (code: invalid_api_key)` of async-openai.
fn rust_display(text: &str, start: usize, end: usize) -> Option<Piece> {
    let code = text.get(end..)?.split(')').next().filter(|code| code.len() < 60)?;
    code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).then_some(())?;
    let before = line_before(text, start);
    let before = before.rsplit_once("error=").map_or(before, |(_, rest)| rest);
    let (kind, message) = before.split_once(": ")?;
    let status = status_at(kind);
    let kind = kind
        .rsplit(' ')
        .next()
        .filter(|kind| kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    Some(Piece {
        trust: Trust::Object,
        status,
        code: Some(code.to_owned()),
        kind: kind.filter(|kind| !kind.is_empty()).map(str::to_owned),
        message: prose(message.split(" (param: ").next().unwrap_or(message)),
        body: Some(BodyKind::Object),
        ..Piece::default()
    })
}

fn phrase_piece(text: &str, at: usize, phrase: Phrase) -> Option<Piece> {
    let mut piece = Piece { at, trust: Trust::Prose, ..Piece::default() };
    let rest = text.get(at..)?;
    match phrase {
        Phrase::NoAnswer(transport) => piece.transport = Some(transport),
        Phrase::BeforeRequest => {
            piece.is_before_request = true;
            let line = line_before(text, at);
            let begin = line.rfind(": ").map_or(0, |colon| colon + 2);
            piece.message = prose(text.get(at - (line.len() - begin)..)?);
        }
        Phrase::Sentence => piece.message = prose(rest),
        Phrase::EdgeText => {
            piece.body = Some(BodyKind::Text);
            piece.page = prose(rest);
        }
    }
    Some(piece)
}

/// HTML pages: title and visible text.
fn pages(text: &str, pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(find_page) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find("</html>").or_else(|| rest.find("</HTML>")).map_or(rest.len(), |end| end + 7);
        let page = super::page::visible_text(rest.get(..end).unwrap_or(rest));
        pieces.push(Piece {
            at: start,
            trust: Trust::Rendering,
            body: Some(BodyKind::Html),
            page: Some(page),
            ..Piece::default()
        });
        at = start + end;
    }
}

fn find_page(text: &str) -> Option<usize> {
    ["<!DOCTYPE html", "<!doctype html", "<html", "<HTML"]
        .iter()
        .filter_map(|opening| text.find(opening))
        .min()
}

fn is_page(text: &str) -> bool {
    let start = text.trim_start();
    ["<!DOCTYPE", "<!doctype", "<html", "<HTML"].iter().any(|opening| start.starts_with(opening))
}

/// The dotted name that ends where the anchor begins or runs into it: `openai.error.AuthenticationError`.
fn class_before(text: &str, end: usize, start: usize) -> Option<String> {
    let anchor = text.get(start..end)?;
    let name_end = start + anchor.find([':', '(', ']']).unwrap_or(anchor.len());
    let before = text.get(..name_end)?;
    let name_start = before
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '$')))
        .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let name = before.get(name_start..)?.trim_matches('.');
    last_part(name).starts_with(|c: char| c.is_ascii_uppercase()).then_some(())?;
    (!name.is_empty() && name.len() < 160).then(|| name.to_owned())
}

fn last_part(class: &str) -> &str {
    class.rsplit(['.', '$', ':']).next().unwrap_or(class)
}

/// Classes of OpenAI's client libraries and of the frameworks around them, by their own name.
const API_CLASSES: &[(&str, Option<u16>)] = &[
    ("AuthenticationError", Some(401)),
    ("UnauthorizedException", Some(401)),
    ("OpenAIAuthenticationError", Some(401)),
    ("ModelAuthenticationError", Some(401)),
    ("PermissionDeniedError", Some(403)),
    ("PermissionDeniedException", Some(403)),
    ("PermissionError", None),
    ("RateLimitError", Some(429)),
    ("RateLimitException", Some(429)),
    ("OpenAIRateLimitError", Some(429)),
    ("InsufficientQuotaError", Some(429)),
    ("ModelQuotaExceededError", Some(429)),
    ("NotFoundError", Some(404)),
    ("OpenAIModelNotFoundError", Some(404)),
    ("BadRequestError", Some(400)),
    ("UnprocessableEntityError", Some(422)),
    ("ConflictError", Some(409)),
    ("InternalServerError", None),
    ("InternalServerException", None),
    ("InvalidRequestError", None),
    ("ServiceUnavailableError", Some(503)),
    ("APIStatusError", None),
    ("APIError", None),
    ("APIConnectionError", None),
    ("OpenAIConnectionError", None),
    ("APITimeoutError", None),
    ("APIConnectionTimeoutError", None),
    ("APICallError", None),
    ("AI_APICallError", None),
    ("AI_RetryError", None),
    ("OpenAIError", None),
    ("OpenAIException", None),
    ("OAuthError", None),
    ("ModelHTTPError", None),
    ("ClientResultException", None),
    ("HttpOperationException", None),
    ("NonTransientAiException", None),
    ("TransientAiException", None),
    ("TryAgain", None),
    ("Timeout", None),
];

fn is_api_class(class: &str) -> bool {
    let name = last_part(class);
    API_CLASSES.iter().any(|(known, _)| *known == name)
        || class.starts_with("openai.")
        || class.starts_with("com.openai.")
}

fn class_status(class: &str) -> Option<u16> {
    let name = last_part(class);
    // 0.x names and Python's own PermissionError say nothing about the status.
    if class.starts_with("openai.error.") && name == "PermissionError" {
        return Some(403);
    }
    API_CLASSES.iter().find(|(known, _)| *known == name).and_then(|(_, status)| *status)
}

fn is_sdk_class(class: &str) -> bool {
    class.contains("openai") || class.contains("OpenAI") || class.contains("litellm")
}

fn is_transport_class(class: &str) -> bool {
    let name = last_part(class);
    name.contains("Connection") || name.contains("Timeout")
}

/// The message that begins here: up to the closing quote of a rendering around it, a stack, or the end
/// of the paragraph; bounded; `None` when nothing is left.
fn prose(text: &str) -> Option<String> {
    let text = text.trim_start();
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        let stops = index > 0
            && (line.trim().is_empty()
                || line.starts_with("    at ")
                || line.starts_with("   at ")
                || line.starts_with("\tat ")
                || line.starts_with("Traceback")
                || line.starts_with("  File ")
                || line.starts_with('}')
                || line.starts_with("For more information check")
                || index > 12);
        if stops || out.len() > MAX_MESSAGE {
            break;
        }
        if index > 0 {
            out.push('\n');
        }
        out.push_str(line.trim_end());
    }
    let cut = closing(&out).unwrap_or(out.len());
    let message = out.get(..cut).unwrap_or(&out).trim().trim_end_matches('\\').to_owned();
    (!message.is_empty()).then_some(message)
}

/// Where a rendering around the message closes: `', 'type'`, `", "type"`, `\", type:`, `'}`, `</`.
fn closing(text: &str) -> Option<usize> {
    const ENDS: [&str; 22] = [
        "', 'type'",
        "', 'param'",
        "', 'code'",
        "', \"",
        "\", 'type'",
        "\", 'param'",
        "\", 'code'",
        "\", \"",
        "\\\", ",
        "\\\",\\\"",
        "\",\"",
        "'}",
        "\"}",
        "')",
        "\")",
        "'} ",
        "</",
        " (code: ",
        "\" type=",
        "' error_",
        "\\n    at ",
        ". (request_id: ",
    ];
    ENDS.iter()
        .filter_map(|end| text.find(end).map(|at| if end.starts_with('.') { at + 1 } else { at }))
        .min()
}

fn first_url(text: &str) -> Option<String> {
    let at = text.find("http")?;
    let url: String = text
        .get(at..)?
        .chars()
        .take_while(|c| !c.is_whitespace() && !matches!(c, '\'' | '"' | ')' | '>' | ',' | ']' | '`' | '\\'))
        .collect();
    url.contains("://").then_some(url)
}

fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty()
        && text.len() < 60
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']'));
    is_word.then(|| text.to_owned())
}
