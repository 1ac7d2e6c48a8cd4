//! openai-node: its debug logs, and its message in the words of an application.

use super::prose::{is_page, line_before, prose, rest_of_line, status_at, word};
use crate::extract::piece::{Piece, Trust};
use crate::extract::scalar::is_absent;
use crate::extract::{headers, lead, value};
use crate::model::{BodyKind, Role};

/// `[log_109d18, x-request-id: "req_…"] post https://… failed with status 401 in 17ms - error; not retryable`.
pub(super) fn node_status_line(text: &str, start: usize, end: usize) -> Option<Piece> {
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
        request_id: request_id.filter(|id| !is_absent(id)).map(str::to_owned),
        ..Piece::default()
    })
}

/// `OpenAI:DEBUG:response 200 https://… Headers {…}`, `…response (error; (error; not retryable)) 401 https://… {…}`.
pub(super) fn node_debug_response(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let at = line.find("http")?;
    let status = line.get(..at)?.trim().rsplit(' ').next().and_then(status_at)?;
    let url = line.get(at..)?.split(' ').next()?;
    let headers = text
        .get(end..)?
        .find('{')
        .and_then(|brace| value::read(text.get(end + brace..)?))
        .map(|reading| reading.value);
    let headers = headers.as_ref().and_then(headers::from_value);
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

/// `summary failed: 401 Incorrect API key provided: …`: the message of openai-node in the words of an application.
pub(super) fn status_and_message(text: &str, start: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end - 1..)?;
    let status = status_at(rest).filter(|status| *status >= 400)?;
    let name = line_before(text, start).rsplit(' ').next().unwrap_or_default();
    if lead::is_header(name) {
        return None;
    }
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
