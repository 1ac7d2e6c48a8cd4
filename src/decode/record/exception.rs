//! The exceptions of a record: their class and their texts.

use serde_json::Value;

use crate::decode::fields::{at, first_text, has, text_at};
use crate::decode::paths::Paths;

/// How deep causes and lists of exceptions are followed.
const MAX_DEPTH: usize = 8;

/// How many texts of exceptions one record gives.
const MAX_TEXTS: usize = 64;

/// Fields that hold an exception as text, as an object or as a list, in the order of the event's text.
static EXCEPTIONS: Paths = Paths::new(&[
    "exc_info",
    "exception",
    "exc_text",
    "err",
    "error",
    "thrown",
    "exceptions",
    "Exception",
    "@x",
    "fields.error",
    "fields.err",
    "fields.exception",
    "record.exception",
    "cause",
    "reason",
    "error_message",
    "errorMessage",
    "err_msg",
    "error_msg",
    "exception_message",
    "exc_message",
    "exc_value",
    "error.message",
    "exception.message",
    "error_detail",
    "errorDetail",
    "detail",
    "full_message",
    "throwable",
    "exception_object",
    "causedBy",
    "_error_message",
]);

/// Fields that hold only the trace; with their message and class where those stand beside it.
static STACKS: Paths = Paths::new(&[
    "stack",
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "stack_info",
    "traceback",
    "exc_traceback",
    "error.stack_trace",
    "error.stack",
    "exception.stacktrace",
    "exception.stack_trace",
    "error_stack",
    "errorStack",
    "errorVerbose",
    "S",
    "trace",
    "_error_stack_trace",
    "fields.stack",
    "fields.backtrace",
]);

/// Objects in which loggers keep what the application added, and the names of exceptions in them.
static CONTAINERS: Paths = Paths::new(&[
    "context",
    "extra",
    "data",
    "meta",
    "metadata",
    "payload",
    "details",
    "properties",
    "Properties",
    "ctx",
]);
const IN_CONTAINERS: &[&str] = &["exception", "error", "err", "exc_info", "stack", "error_message"];

static CLASSES: Paths = Paths::new(&[
    "exc_type",
    "error_type",
    "errorType",
    "error_class",
    "errorClass",
    "exception_type",
    "exceptionType",
    "exception_class",
    "exceptionClass",
    "ExceptionType",
    "exception.type",
    "exception.class",
    "exception.name",
    "exception.exc_type",
    "error.type",
    "error.kind",
    "error.class",
    "error.name",
    "err.type",
    "err.name",
    "err.class",
    "thrown.name",
    "context.exception.class",
    "throwable.className",
    "message.errorType",
    "exception_name",
    "exception.exceptionType",
    "record.exception.type",
    "fields.error_type",
    "exc_name",
    "_error_type",
]);

static NAMES: Paths = Paths::new(&[
    "exceptionType",
    "exc_type",
    "type",
    "class",
    "name",
    "kind",
    "typeName",
    "errorType",
    "className",
    "ClassName",
]);
static VALUES: Paths =
    Paths::new(&["exc_value", "message", "value", "msg", "errorMessage", "Message", "description", "reason"]);
static TRACES: Paths = Paths::new(&[
    "stack",
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "traceback",
    "StackTrace",
    "StackTraceString",
    "extendedStackTrace",
]);
static CAUSES: Paths = Paths::new(&[
    "cause",
    "causes",
    "errors",
    "aggregateErrors",
    "innerException",
    "InnerException",
    "exceptions",
    "previous",
    "suppressed",
    "causedBy",
    "exception",
]);

/// The class of the exception, where a field names it. API error types (`invalid_request_error`) are no class.
pub(super) fn class(value: &Value) -> Option<String> {
    let named = CLASSES.texts(value).find(|name| is_class(name));
    let listed = || {
        let list = at(value, "exception").or_else(|| at(value, "exceptions"))?.as_array()?;
        list.iter()
            .find_map(|one| one.as_str().or_else(|| NAMES.texts(one).next()).filter(|name| is_class(name)))
    };
    named.or_else(listed).or_else(|| merged_name(value)).map(str::to_owned)
}

/// The `name` of an error object whose fields a logger merged into the record.
pub(super) fn merged_name(value: &Value) -> Option<&str> {
    let name = text_at(value, "name")
        .filter(|name| is_class(name) && (name.ends_with("Error") || name.ends_with("Exception")))?;
    has(value, "stack").then_some(name)
}

/// The texts of all exceptions of a record.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    for found in EXCEPTIONS.values(value) {
        describe(found, &mut texts, 0);
    }
    for inner in CONTAINERS.values(value).filter(|inner| inner.is_object()) {
        for found in IN_CONTAINERS.iter().filter_map(|key| inner.get(key)) {
            describe(found, &mut texts, 0);
        }
    }
    // Lambda's Node.js runtime and others put the error itself where the message belongs.
    for thrown in
        ["message", "msg"].iter().filter_map(|key| value.get(key)).filter(|thrown| thrown.is_object())
    {
        object(thrown, &mut texts, 0);
    }
    for found in STACKS.values(value) {
        if found.is_object() {
            object(found, &mut texts, 0);
        }
        let Some(stack) = trace(found) else { continue };
        // Some loggers keep the trace without its last line; class and message stand beside it.
        if let Some(last) = beside(value) {
            push_headed(&last, stack, &mut texts);
        } else {
            texts.push(stack);
        }
    }
    texts
}

/// `Class: message` from fields beside a stack.
fn beside(value: &Value) -> Option<String> {
    let message =
        first_text(value, &["errorMessage", "error.message", "exception.message", "error_message"])?;
    Some(match class(value) {
        Some(class) if !message.starts_with(&class) => format!("{class}: {message}"),
        _ => message.to_owned(),
    })
}

fn push_headed(head: &str, stack: String, texts: &mut Vec<String>) {
    let message = head.split_once(": ").map_or(head, |(_, message)| message);
    if stack.contains(message) {
        texts.push(stack);
    } else {
        texts.push(format!("{head}\n{stack}"));
    }
}

fn describe(value: &Value, texts: &mut Vec<String>, depth: usize) {
    if depth > MAX_DEPTH || texts.len() >= MAX_TEXTS {
        return;
    }
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => {
            if let Some(lines) = pair(values).or_else(|| lines(values)) {
                return texts.push(lines);
            }
            values.iter().for_each(|value| describe(value, texts, depth + 1));
        }
        Value::Object(_) => object(value, texts, depth),
        _ => {}
    }
}

/// An error object: `Class: message`, its trace, its causes.
fn object(value: &Value, texts: &mut Vec<String>, depth: usize) {
    let class = NAMES.texts(value).find(|name| is_class(name));
    let message = VALUES.texts(value).next();
    let head = match (class, message) {
        (Some(class), Some(message)) if message.starts_with(class) => message.to_owned(),
        (Some(class), Some(message)) => format!("{class}: {message}"),
        (Some(class), None) => class.to_owned(),
        (None, Some(message)) => message.to_owned(),
        (None, None) => String::new(),
    };
    match TRACES.values(value).find_map(trace) {
        Some(stack) => push_headed(&head, stack, texts),
        None => texts.push(head),
    }
    if let Some(Value::Array(notes)) = at(value, "exc_notes") {
        texts.extend(lines(notes));
    }
    if let Some(inner) = at(value, "error").filter(|_| message.is_none()) {
        describe(inner, texts, depth + 1);
    }
    for cause in CAUSES.values(value) {
        describe(cause, texts, depth + 1);
    }
}

/// A trace as text: a string, or a list of lines. A list of frame objects says nothing to a reader of text.
fn trace(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (text.contains([' ', '\n'])).then(|| text.clone()),
        Value::Array(values) => lines(values),
        _ => None,
    }
}

/// Lograge: class and message as a list of two.
fn pair(values: &[Value]) -> Option<String> {
    let [class, message] = values else { return None };
    let (class, message) = (class.as_str().filter(|class| is_class(class))?, message.as_str()?);
    Some(format!("{class}: {message}"))
}

fn lines(values: &[Value]) -> Option<String> {
    let lines: Option<Vec<&str>> =
        values.iter().map(|line| line.as_str().map(|line| line.trim_end_matches('\n'))).collect();
    lines.filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n"))
}

/// `AuthenticationError`, `openai.RateLimitError`, `*url.Error`; an API's types are in snake case, and the
/// base classes of JavaScript and Python name nothing.
fn is_class(name: &str) -> bool {
    (2..=200).contains(&name.len())
        && !matches!(name, "Object" | "Error" | "Exception")
        && !name.ends_with(':')
        && name.bytes().any(|byte| byte.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._$:*<>`+/\\-".contains(&byte))
}
