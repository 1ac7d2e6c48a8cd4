//! Classes of exceptions: what the class tells, and the message behind it.

use super::prose::{is_page, prose, status_at};
use crate::extract::piece::{Piece, Trust};
use crate::extract::{objects, value};
use crate::model::{BodyKind, Transport};

/// `openai.AuthenticationError: …`, `AuthenticationError: 401 Incorrect …`, `com.openai.errors.UnauthorizedException: 401: …`.
pub(super) fn class_led(text: &str, start: usize, end: usize) -> Option<Piece> {
    let class = class_before(text, end.min(text.len()), start).filter(|class| !is_of_answer(class))?;
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
            if class.ends_with("ProxyError") {
                piece.transport = Some(transport_of_proxy(status));
                return Some(piece);
            }
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

/// What the status means with which a proxy answered the request for a tunnel: `httpx.ProxyError: 403 Forbidden`.
fn transport_of_proxy(status: u16) -> Transport {
    match status {
        407 => Transport::ProxyAuth,
        400..=499 => Transport::ProxyRefused,
        _ => Transport::Refused,
    }
}

/// The text behind the classes that wrappers put in front: `RateLimitError: OpenAIException - `.
pub(super) fn unwrapped(mut text: &str) -> &str {
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
pub(super) fn class_repr(text: &str, start: usize, end: usize) -> Option<Piece> {
    let class = class_before(text, end, start).filter(|class| !is_of_answer(class))?;
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
pub(super) fn wrapper_led(text: &str, _: usize, end: usize) -> Option<Piece> {
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

/// The dotted name that ends where the anchor begins or runs into it: `openai.error.AuthenticationError`.
pub(super) fn class_before(text: &str, end: usize, start: usize) -> Option<String> {
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

pub(super) fn last_part(class: &str) -> &str {
    class.rsplit(['.', '$', ':']).next().unwrap_or(class)
}

/// Classes of OpenAI's client libraries and of the frameworks around them, by their own name.
pub(super) const API_CLASSES: &[(&str, Option<u16>)] = &[
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
    ("ProxyException", None),
    ("TransientAiException", None),
    ("TryAgain", None),
    ("Timeout", None),
];

/// Whether the API answered the call, and the answer is not what was asked for: it ended early.
fn is_of_answer(class: &str) -> bool {
    matches!(last_part(class), "LengthFinishReasonError" | "ContentFilterFinishReasonError")
}

pub(super) fn is_api_class(class: &str) -> bool {
    let name = last_part(class);
    API_CLASSES.iter().any(|(known, _)| *known == name)
        || class.starts_with("openai.")
        || class.starts_with("com.openai.")
}

/// The status that a class of a client library stands for.
pub(crate) fn class_status(class: &str) -> Option<u16> {
    let name = last_part(class);
    // 0.x names and Python's own PermissionError say nothing about the status.
    if class.starts_with("openai.error.") && name == "PermissionError" {
        return Some(403);
    }
    API_CLASSES.iter().find(|(known, _)| *known == name).and_then(|(_, status)| *status)
}

pub(super) fn is_sdk_class(class: &str) -> bool {
    class.contains("openai") || class.contains("OpenAI") || class.contains("litellm")
}

pub(super) fn is_transport_class(class: &str) -> bool {
    let name = last_part(class);
    name.contains("Connection") || name.contains("Timeout")
}
