//! From an entry that holds a whole record to an event.
//!
//! Loggers agree on nothing but JSON. The lists of names below and in the files beside this one say
//! where each keeps its time, level, message and exception; keys that mean different things to
//! different loggers are told apart by the keys beside them.

mod exception;
mod message;
mod names;
mod times;

use serde_json::Value;

use super::fields::has;
use super::paths::Paths;
use super::{Settings, lenient};
use crate::model::{Body, Context, Entry, Event, holds};

/// How often a message that is JSON again is opened.
const MAX_NESTING: usize = 3;

/// The event of an entry: a JSON record by the lists of names, a complete event as it is, a text with
/// nothing but its text. `None` for a JSON record that says nothing at all.
#[must_use]
pub fn record(entry: Entry, settings: &Settings) -> Option<Event> {
    let Entry { place, context, body, .. } = entry;
    let mut event = match body {
        Body::Event(event) => return Some(*event),
        Body::Text(text) => Event { context, text, count: 1, ..Event::default() },
        Body::Json(value) => from_json(value, context, settings, 0)?,
    };
    event.place = place;
    event.last_line = place.line;
    Some(event)
}

/// Names of which at least one stands in every record of a logger.
static MARKS: Paths = Paths::new(&[
    "message",
    "msg",
    "level",
    "levelname",
    "log.level",
    "severity",
    "severity_text",
    "lvl",
    "loglevel",
    "@timestamp",
    "@t",
    "@mt",
    "asctime",
    "timestamp",
    "Timestamp",
    "time",
    "ts",
    "timeMillis",
    "exc_info",
    "exception",
    "stack_trace",
    "stacktrace",
    "short_message",
    "LogLevel",
    "Message",
    "MESSAGE",
    "event",
    "body",
    "fields.message",
    "record.message",
    "L",
    "err",
    "errorMessage",
    "logger",
    "log",
    "_meta.logLevelName",
    "Content",
]);

/// Names of which an API's error body consists; it is the content of a record and none itself.
const BODY: &[&str] = &[
    "error",
    "message",
    "type",
    "param",
    "code",
    "status",
    "statusCode",
    "detail",
    "details",
    "request_id",
    "requestId",
    "innererror",
    "object",
    "event_id",
];

/// Whether a value is a record of a logger, and not an API's answer or other JSON that was printed.
pub(super) fn is_record(value: &Value) -> bool {
    let Some(map) = value.as_object() else { return false };
    if MARKS.values(value).next().is_none() {
        return false;
    }
    let is_body = map.keys().all(|key| BODY.contains(&key.as_str()))
        && (has(value, "error") && !has(value, "message")
            || ["type", "param", "code"].iter().filter(|key| has(value, key)).count() >= 2);
    let is_stream_chunk = has(value, "object") && (has(value, "choices") || has(value, "data"));
    !is_body && !is_stream_chunk
}

fn from_json(value: Value, context: Context, settings: &Settings, depth: usize) -> Option<Event> {
    if let Some((key, inner)) = inner_record(&value).filter(|_| depth < MAX_NESTING) {
        return nested(value, key, inner, context, settings, depth);
    }
    let mut context = context;
    names::note(&value, &mut context, settings);
    let text = text_of(&value);
    let exception = exception::class(&value);
    if text.is_empty() && value.as_object().is_none_or(serde_json::Map::is_empty) {
        return None;
    }
    let text = if text.is_empty() { value.to_string() } else { text };
    Some(Event { context, text, exception, fields: Some(value), count: 1, ..Event::default() })
}

/// The message first, then the texts of exceptions, each on lines of its own and none twice.
fn text_of(value: &Value) -> String {
    let mut parts: Vec<String> = Vec::new();
    let message = message::of(value);
    for part in message.into_iter().chain(exception::texts(value)) {
        let part = part.trim_end();
        if part.trim().is_empty() || parts.iter().any(|known| holds(known, part)) {
            continue;
        }
        parts.retain(|known| !holds(part, known));
        parts.push(part.to_owned());
    }
    parts.join("\n")
}

/// A message that is a JSON record again: another logger wrote it.
fn inner_record(value: &Value) -> Option<(&'static str, Value)> {
    ["message", "msg", "log", "event", "body"].into_iter().find_map(|key| {
        let text = value.get(key)?.as_str()?.trim();
        let inner = text.starts_with("{\"").then(|| lenient::parse(text)).flatten()?;
        is_record(&inner).then_some((key, inner))
    })
}

/// The event of an outer and an inner record: names and text of both, the inner's own first.
fn nested(
    mut value: Value,
    key: &str,
    inner: Value,
    mut context: Context,
    settings: &Settings,
    depth: usize,
) -> Option<Event> {
    if let Some(slot) = value.get_mut(key) {
        *slot = Value::Null;
    }
    names::note(&value, &mut context, settings);
    let outer_text = text_of(&value);
    let outer_class = exception::class(&value);
    let mut event = from_json(inner, context, settings, depth + 1)?;
    if !outer_text.is_empty() && !holds(&event.text, &outer_text) {
        event.text = format!("{}\n{outer_text}", event.text);
    }
    event.exception = event.exception.or(outer_class);
    if let Some(slot) = value.get_mut(key) {
        *slot = event.fields.take().unwrap_or_default();
    }
    event.fields = Some(value);
    Some(event)
}

#[cfg(test)]
mod tests;
