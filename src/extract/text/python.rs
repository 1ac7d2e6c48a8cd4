//! openai-python: what its versions log at each level, and the exceptions of 0.x to 3.x.

use super::prose::{MAX_MESSAGE, line_before, prose, rest_of_line, status_at, word};
use crate::extract::members::is_request_id;
use crate::extract::piece::{Piece, Trust};
use crate::extract::scalar::is_absent;
use crate::extract::{headers, objects, value};
use crate::model::{BodyKind, Role};

/// `POST https://api.openai.com/v1/chat/completions "HTTP/1.1 429 Too Many Requests"`.
pub(super) fn http_request_line(text: &str, _: usize, end: usize) -> Option<Piece> {
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
pub(super) fn http_response_line(text: &str, _: usize, end: usize) -> Option<Piece> {
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
            .and_then(|reading| headers::from_value(&reading.value))
            .map(Box::new);
    }
    Some(piece)
}

/// `(b'HTTP/1.1', 401, b'Unauthorized', [(b'date', b'Fri, …'), …])`, HTTP/2: `(401, [(b'date', …)])`.
pub(super) fn httpcore_response(text: &str, _: usize, end: usize) -> Option<Piece> {
    let reading = value::read(text.get(end..)?)?;
    let parts = reading.value.as_array()?;
    let status =
        parts.iter().find_map(serde_json::Value::as_u64).and_then(|status| u16::try_from(status).ok())?;
    let headers = parts.iter().find(|part| part.is_array()).and_then(headers::from_value);
    Some(Piece {
        trust: Trust::Rendering,
        origin: "httpcore",
        role: Some(Role::Response),
        status: Some(status),
        headers: headers.map(Box::new),
        ..Piece::default()
    })
}

pub(super) fn detail_request_id(text: &str, start: usize, _: usize) -> Option<Piece> {
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

/// `Retrying due to status code 429` at DEBUG, beside the notice itself.
pub(super) fn retry_reason(text: &str, _: usize, end: usize) -> Option<Piece> {
    Some(Piece {
        trust: Trust::Rendering,
        origin: "openai-retry-reason",
        role: Some(Role::Detail),
        status: status_at(text.get(end..)?),
        ..Piece::default()
    })
}

/// `Error code: 401 - {'error': {…}}`, from 3.38 on `Error code: 401 - message`, or nothing behind the number.
pub(super) fn error_code(text: &str, _: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end..)?;
    let status = status_at(rest).filter(|_| rest.starts_with(|c: char| c.is_ascii_digit()))?;
    let behind = rest.get(3..)?;
    let mut piece = Piece { trust: Trust::Rendering, status: Some(status), ..Piece::default() };
    if let Some(message) = behind.strip_prefix(" - ") {
        piece.message = if objects::begins_object(message) { said_by_body(message) } else { prose(message) };
        piece.body = piece.message.as_ref().map(|_| BodyKind::Object);
        return Some(piece);
    }
    let line = rest_of_line(behind, 0);
    let ends = line.is_empty()
        || line.starts_with(['"', '\'', ')', '\\', ',', '.', '\r', ']', '}', '<'])
        || line.starts_with(" (")
        || line.trim().is_empty();
    ends.then_some(piece)
}

/// The message of a body of whatever form: what stands behind `Error code: 401 - ` is the answer.
fn said_by_body(body: &str) -> Option<String> {
    let body = value::read(body)?.value;
    ["message", "detail", "error", "msg", "title"]
        .iter()
        .find_map(|name| body.get(name)?.as_str())
        .filter(|message| !message.is_empty() && message.len() < MAX_MESSAGE)
        .map(str::to_owned)
}

/// `error_code=invalid_api_key error_message='Incorrect …' error_param=None error_type=… message='OpenAI API error received'`.
pub(super) fn logfmt_error(text: &str, start: usize, _: usize) -> Option<Piece> {
    let line = rest_of_line(text, start);
    line.contains("error_message=").then_some(())?;
    let field = |name: &str| logfmt_value(line, name).filter(|value| !is_absent(value));
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
pub(super) fn logfmt_response(text: &str, start: usize, _: usize) -> Option<Piece> {
    let line = rest_of_line(text, start);
    let field = |name: &str| logfmt_value(line, name).filter(|value| !is_absent(value));
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
pub(super) fn logfmt_value(line: &str, key: &str) -> Option<String> {
    let at = line.find(key)? + key.len();
    let rest = line.get(at..)?;
    if rest.starts_with(['\'', '"']) {
        return value::read(rest)?.value.as_str().map(str::to_owned);
    }
    rest.split(' ').next().filter(|value| !value.is_empty()).map(str::to_owned)
}

/// `… (missing_scope) (openai-chat, HTTP 403, request req_…)`: what DSPy adds to a message.
pub(super) fn status_in_brackets(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = text.get(end - 1..).and_then(status_at).filter(|status| *status >= 400)?;
    let (before, client) = line_before(text, start).rsplit_once('(')?;
    let (behind, _) = rest_of_line(text, end + 2).split_once(')')?;
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
    let is_named = !client.is_empty() && client.chars().all(is_name);
    let id = behind.strip_prefix(", request ");
    (is_named && (behind.is_empty() || id.is_some())).then_some(())?;
    let code = before.trim_end().strip_suffix(')').and_then(|before| before.rsplit_once('('));
    let is_code =
        |code: &&str| code.contains('_') && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        request_id: id.filter(|id| is_request_id(id)).map(str::to_owned),
        code: code.map(|(_, code)| code).filter(is_code).map(str::to_owned),
        ..Piece::default()
    })
}

/// `HTTP code 403 from API (<!DOCTYPE html>…)`, `(HTTP response code was 401)`.
pub(super) fn http_code(text: &str, start: usize, end: usize) -> Option<Piece> {
    let rest = text.get(end..)?;
    let status = status_at(rest)?;
    let body = rest.split_once("from API (").map(|(_, body)| body);
    let is_empty = body.is_some_and(|body| body.starts_with(')'))
        || text.get(..start)?.ends_with("Invalid response object from API: '' ");
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        body: is_empty.then_some(BodyKind::Empty),
        ..Piece::default()
    })
}
