//! Evidence in structured values: error bodies, dumped exceptions, fields of JSON log records.
//!
//! In goes one value; out comes one piece for everything in it that speaks of the same attempt, and a
//! further one for each element of a list of errors. Collisions of field names (`type`, `code`,
//! `status`, `message`) are decided by their neighbours (`input-formats.md` section 1.3).

use serde_json::{Map, Value};

use super::lead;
use super::marks;
use super::members::{is_system_code, plain_members};
use super::objects;
use super::others;
use super::own;
use super::page;
use super::piece::{Piece, Trust};
use super::quoted;
use super::scalar::{code as code_of, is_absent, scalar, text};
use super::text::{is_page, status_at};
use super::value;
use crate::model::BodyKind;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 12;

type Object = Map<String, Value>;

/// Members that are looked through one by one rather than asked for by their hash, which costs as much as twenty
/// comparisons of names.
const FEW_MEMBERS: usize = 20;

/// The member of this name.
fn member<'v>(object: &'v Object, name: &str) -> Option<&'v Value> {
    if object.len() > FEW_MEMBERS {
        return object.get(name);
    }
    object.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Whether there is a member of this name.
fn has(object: &Object, name: &str) -> bool {
    member(object, name).is_some()
}

/// Takes the evidence of a value that stands at `at` in the text.
pub(crate) fn value_pieces(value: &Value, at: usize, pieces: &mut Vec<Piece>) {
    let mut found = Vec::new();
    let mut own = Piece { at, ..Piece::default() };
    collect(value, 0, &mut own, &mut found);
    // What stands beside a list of attempts speaks of the last.
    let is_of_last = found.iter().any(|piece| piece.attempt.is_some());
    found.insert(if is_of_last { found.len() } else { 0 }, own);
    for mut piece in found {
        let tells = piece.says_failed()
            || piece.status.is_some()
            || piece.headers.is_some()
            || piece.request_id.is_some()
            || piece.has_foreign_shape;
        if tells {
            piece.at = at;
            pieces.push(piece);
        }
    }
}

fn collect(value: &Value, depth: usize, piece: &mut Piece, more: &mut Vec<Piece>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(elements) => {
            for element in elements.iter().take(200).filter(|element| element.is_object()) {
                let mut own = Piece::default();
                collect(element, depth + 1, &mut own, more);
                if own.says_failed() {
                    more.push(own);
                }
            }
        }
        Value::Object(object) => collect_object(object, depth, piece, more),
        _ => {}
    }
}

fn collect_object(object: &Object, depth: usize, piece: &mut Piece, more: &mut Vec<Piece>) {
    error_body(object, piece);
    let called = (piece.status, piece.url.clone(), piece.method.clone());
    plain_members(object, piece);
    if own::is_answer(object) {
        let status = piece.status.filter(|status| marks::is_of_the_call(object, *status));
        (piece.status, piece.url, piece.method) = called;
        piece.status = piece.status.or(status);
    }
    piece.has_foreign_shape |= others::shaped(object);
    for (name, member) in object {
        if let Value::String(body) = member
            && is_body(name, object)
            && objects::begins_object(body)
        {
            if let Some(reading) = value::read(body) {
                collect(&reading.value, depth + 1, piece, more);
            }
            continue;
        }
        if quoted::is_conversation(name) && name != "message"
            || matches!(name.as_str(), "config" | "request" | "frames" | "locals" | "vars" | "modules")
        {
            request_of(name, member, piece);
            continue;
        }
        if own::is_own_response(object, name) {
            continue;
        }
        match member {
            Value::Object(_) => collect(member, depth + 1, piece, more),
            Value::Array(elements) if elements.first().is_some_and(Value::is_object) => {
                let first = more.len();
                collect(member, depth + 1, piece, more);
                if name == "errors" && has(object, "reason") {
                    number(more.get_mut(first..).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
}

/// Whether the text of this member is the body of an answer: by its name, or beside the status of a failure.
fn is_body(name: &str, object: &Object) -> bool {
    match name {
        "responseBody" | "response_body" => true,
        "body" | "data" | "text" => {
            let status = |name: &&str| scalar(member(object, name)).as_deref().and_then(status_of_failure);
            ["status", "statusCode", "status_code"].iter().find_map(status).is_some()
        }
        _ => false,
    }
}

/// Numbers the attempts that an error of the Vercel AI SDK lists when it gave up.
fn number(attempts: &mut [Piece]) {
    for (attempt, number) in attempts.iter_mut().zip(1..) {
        attempt.attempt = Some(number);
    }
}

/// The request that a dump carries: only what identifies the call.
fn request_of(name: &str, value: &Value, piece: &mut Piece) {
    let Value::Object(request) = value else { return };
    if piece.model.is_none() {
        piece.model = text(member(request, "model"));
    }
    if matches!(name, "config" | "request") {
        piece.url =
            piece.url.take().or_else(|| text(member(request, "url")).filter(|url| url.contains("://")));
        piece.method = piece.method.take().or_else(|| text(member(request, "method")));
    }
}

/// The error object itself, in any of its wrappings.
fn error_body(object: &Object, piece: &mut Piece) {
    let inner = match member(object, "error") {
        Some(Value::Object(inner)) => inner,
        Some(Value::String(word)) if has(object, "error_description") => {
            return oauth(word, object, piece);
        }
        Some(Value::String(word))
            if object.len() <= 3 && !is_absent(word) && word.len() < 300 && !has(object, "level") =>
        {
            if piece.message.is_none() {
                // The error tells its own status, whatever the record says of the answer of the application.
                piece.status = lead::status_in(word.lines().next().unwrap_or_default()).or(piece.status);
                piece.message = Some(word.clone());
                piece.body = Some(BodyKind::Object);
                piece.trust = Trust::Object;
            }
            return;
        }
        _ => match member(object, "detail") {
            Some(Value::Object(inner)) if !has(object, "level") => inner,
            Some(Value::String(detail))
                if object.len() <= 3 && !is_absent(detail) && piece.message.is_none() =>
            {
                piece.message = Some(detail.clone());
                piece.body = Some(BodyKind::Object);
                piece.trust = Trust::Object;
                return;
            }
            _ => object,
        },
    };
    take_error(inner, std::ptr::eq(inner, object), piece);
}

fn oauth(word: &str, object: &Object, piece: &mut Piece) {
    piece.code = Some(word.to_owned());
    piece.message = text(member(object, "error_description"));
    piece.body = Some(BodyKind::Object);
    piece.trust = Trust::Object;
}

/// Takes code, type, param and message when the object looks like an error object: a message together
/// with at least one of the others, and none of the members of a log record.
fn take_error(error: &Object, is_bare: bool, piece: &mut Piece) {
    let class = class_of(error);
    if is_thrown(error) {
        // The number that PHP gives every exception. Its message is read as text.
        piece.status =
            piece.status.or_else(|| scalar(member(error, "code")).as_deref().and_then(status_of_failure));
        piece.exception = piece.exception.take().or(class);
        return;
    }
    let code = code_of(member(error, "code"));
    let is_of_the_system = code.as_deref().is_some_and(is_system_code);
    // OpenTelemetry numbers the state of a span: `status: { code: 2, message: '…' }`.
    let is_small = |code: &str| code.len() < 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    let code = code.filter(|code| !is_of_the_system && !is_small(code));
    let kind = text(member(error, "type"))
        .filter(|kind| class.as_deref() != Some(kind.as_str()) && kind != "Object");
    // A message that carries a rendered body is read as text.
    let message = text(member(error, "message"))
        .filter(|message| !(message.contains('{') && message.contains("message")));
    let status_in_message = message.as_deref().and_then(message_status);
    let message = message.map(|message| strip_status(&message));
    if let Some(page) = message.as_deref().filter(|message| is_page(message)) {
        take_page(page, piece);
        piece.status = status_in_message.or(piece.status);
        piece.exception = piece.exception.take().or(class);
        return;
    }
    let has_any = |names: &[&str]| names.iter().any(|name| has(error, name));
    let is_dump = has_any(&["stack", "status", "statusCode", "status_code"]);
    let is_record = has_any(&["level", "levelname", "severity", "logger"]) && !is_thrown_error(error);
    let has_shape = kind.is_some() || has_any(&["code", "param", "innererror"]);
    let is_flat =
        scalar(member(error, "statusCode")).as_deref().and_then(status_at).is_some() && error.len() <= 4;
    if piece.exception.is_none() {
        piece.exception = class;
    }
    let is_error = !is_record
        && !is_of_the_system
        && message.is_some()
        && (has_shape && !(is_bare && is_dump && has(error, "stack")) || is_flat || !is_bare);
    if is_error && !(is_dump && member(error, "error").is_some_and(Value::is_object)) {
        piece.message = message.or_else(|| piece.message.take());
        piece.status = status_in_message.or(piece.status);
        piece.body = Some(BodyKind::Object);
        piece.trust = Trust::Object;
        piece.code = code.or_else(|| piece.code.take());
        piece.kind = kind.or_else(|| piece.kind.take());
        piece.param = text(member(error, "param")).or_else(|| piece.param.take());
        piece.is_openai_shaped |= is_openai_shaped(error);
        return;
    }
    if !is_record || is_dump {
        // A number is a status here, or an enumeration of its own.
        let is_number = |code: &String| code.bytes().all(|byte| byte.is_ascii_digit());
        piece.code = piece.code.take().or(code.filter(|code| !is_number(code)));
        piece.param = piece.param.take().or_else(|| text(member(error, "param")).filter(|_| is_dump));
    }
    if is_dump && piece.message.is_none() && !is_record {
        piece.message = message.filter(|message| !message.contains('<'));
    }
}

/// A page that came in place of an answer.
fn take_page(html: &str, piece: &mut Piece) {
    piece.body = Some(BodyKind::Html);
    piece.page = Some(page::visible_text(html));
    piece.trust = piece.trust.max(Trust::Rendering);
}

/// Whether an object is an exception of PHP as its loggers print one.
fn is_thrown(object: &Object) -> bool {
    has(object, "file") && has(object, "class") && !has(object, "param") && !has(object, "type")
}

fn status_of_failure(text: &str) -> Option<u16> {
    status_at(text).filter(|status| *status >= 400)
}

/// Whether a record is the error object itself, to which a logger added its members: `throw body.error`.
fn is_thrown_error(record: &Object) -> bool {
    ["message", "type", "param", "code"].iter().all(|name| has(record, name))
}

/// `{message, type, param, code}`, all four and in OpenAI's order.
fn is_openai_shaped(error: &Object) -> bool {
    error.keys().map(String::as_str).eq(["message", "type", "param", "code"])
}

/// `401 Incorrect …` of openai-node: the status stands in the message.
fn message_status(message: &str) -> Option<u16> {
    let rest = message.get(3..)?;
    status_at(message).filter(|status| rest.starts_with(' ') && *status >= 400)
}

fn strip_status(message: &str) -> String {
    match message_status(message) {
        Some(_) => message.get(4..).unwrap_or_default().to_owned(),
        None => message.to_owned(),
    }
}

/// The class of a dumped exception, where `type` or `name` holds one.
fn class_of(object: &Object) -> Option<String> {
    ["type", "name", "exc_type", "error_type", "errorType", "class", "kind", "$class"]
        .iter()
        .filter_map(|key| text(member(object, key)))
        .find(|name| is_class(name))
}

fn is_class(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_uppercase())
        && (last.ends_with("Error") || last.ends_with("Exception") || last.ends_with("Timeout"))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$'))
}
