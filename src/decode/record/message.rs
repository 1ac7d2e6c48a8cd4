//! The message of a record.

use serde_json::Value;

use crate::decode::fields::{at, first_text, has, text_at};
use crate::decode::paths::Paths;

static MESSAGE: Paths = Paths::new(&[
    "message",
    "msg",
    "event",
    "body",
    "MESSAGE",
    "@m",
    "RenderedMessage",
    "Message",
    "fields.message",
    "log",
    "short_message",
    "text",
    "textPayload",
    "jsonPayload.message",
    "line",
    "_raw",
    "record.message",
    "log.message",
    "log_message",
    "logMessage",
    "description",
    "errorMessage",
    "Content",
    "Log",
    // tslog numbers its arguments.
    "0",
]);

/// The message as text: rendered where the record holds a template, and read out of objects and lists.
pub(super) fn of(value: &Value) -> Option<String> {
    // loguru's `text` is the whole record as it would stand in a file, with the traceback.
    if at(value, "record.level.name").is_some()
        && let Some(text) = text_at(value, "text")
    {
        return Some(text.trim_end().to_owned());
    }
    if has(value, "L") && has(value, "M") {
        return text_at(value, "M").map(str::to_owned);
    }
    let found = MESSAGE.values(value).find_map(|found| spoken(found, 0));
    found.or_else(|| template(value))
}

/// What a value says: text as it is, a list joined by spaces, an object by its own message.
fn spoken(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        Value::Array(values) if depth < 4 => {
            let texts: Vec<String> = values.iter().filter_map(|value| spoken(value, depth + 1)).collect();
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        Value::Object(_) => {
            let said =
                first_text(value, &["message", "msg", "errorMessage", "text", "stringValue", "formatted"]);
            Some(said.map_or_else(|| value.to_string(), str::to_owned))
        }
        _ => None,
    }
}

/// Serilog: the template with its holes filled from the fields of the record.
fn template(value: &Value) -> Option<String> {
    let (template, fields) = match text_at(value, "@mt") {
        Some(template) => (template, value),
        None => (text_at(value, "MessageTemplate")?, value.get("Properties").unwrap_or(value)),
    };
    let mut rendered = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        rendered.push_str(before);
        let Some((hole, tail)) = after.split_once('}') else {
            rendered.push('{');
            rest = after;
            break;
        };
        let name = hole.trim_start_matches(['@', '$']).split([':', ',']).next().unwrap_or_default();
        match fields.get(name) {
            Some(Value::String(text)) => rendered.push_str(text),
            Some(value) => rendered.push_str(&value.to_string()),
            None => {
                rendered.push('{');
                rendered.push_str(hole);
                rendered.push('}');
            }
        }
        rest = tail;
    }
    rendered.push_str(rest);
    Some(rendered)
}
