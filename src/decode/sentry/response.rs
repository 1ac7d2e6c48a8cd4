//! The answer of the API as local variables of a client library's frames still hold it: status, headers
//! and the error object. Prompts, requests and whatever else the frames hold are left alone.
//!
//! Python's SDK stores variables as their `repr`, also inside of dicts (`"'req_…'"`): `<Response [401
//! Unauthorized]>` (httpx, requests), `rcode`, `rheaders`, `data` and `rbody` (openai 0.28).

use serde_json::{Map, Value};

use super::shape::is_removed;

/// Header names that mark a table of response headers, lower case.
const HEADERS: [&str; 7] = [
    "x-request-id",
    "cf-ray",
    "openai-organization",
    "openai-processing-ms",
    "retry-after",
    "x-ratelimit-limit-requests",
    "apim-request-id",
];

/// How many characters of a stored body are read.
const MAX_BODY: usize = 16 * 1024;

/// `{status, headers, error}` as far as the innermost library frames of an exception hold it.
pub(super) fn response(exception: &Value) -> Option<Value> {
    let frames = exception.get("stacktrace")?.get("frames")?.as_array()?;
    let mut found = Map::new();
    for frame in frames.iter().rev() {
        let in_app = frame.get("in_app").or_else(|| frame.get("inApp")).and_then(Value::as_bool);
        let Some(Value::Object(variables)) = frame.get("vars").filter(|_| in_app != Some(true)) else {
            continue;
        };
        for (name, value) in variables {
            let (part, value) = match value {
                Value::String(text) => match status(name, text) {
                    Some(status) => ("status", Some(Value::from(status))),
                    None => ("error", body(name, text)),
                },
                Value::Object(table) if is_headers(table) => ("headers", Some(plain(table))),
                Value::Object(table) => ("error", table.get("error").and_then(error)),
                _ => continue,
            };
            if let Some(value) = value
                && !found.contains_key(part)
            {
                found.insert(part.to_owned(), value);
            }
        }
    }
    (!found.is_empty()).then_some(Value::Object(found))
}

/// `<Response [401 Unauthorized]>`, or `401` in a variable with the name of a status.
fn status(name: &str, text: &str) -> Option<u16> {
    let digits = match text.strip_prefix("<Response [") {
        Some(rest) => rest.get(..3)?,
        None if matches!(name, "rcode" | "status_code" | "http_status") => text,
        None => return None,
    };
    digits.parse().ok().filter(|status| (100..=599).contains(status))
}

fn is_headers(table: &Map<String, Value>) -> bool {
    table.keys().any(|key| HEADERS.contains(&key.to_ascii_lowercase().as_str()))
}

/// A table without quotes around its values, without removed and absent ones.
fn plain(table: &Map<String, Value>) -> Value {
    let values = table.iter().filter_map(|(key, value)| {
        let value = match value {
            Value::String(text) if is_removed(text) || text == "None" => return None,
            Value::String(text) => Value::from(unquoted(text)),
            Value::Number(_) | Value::Bool(_) => value.clone(),
            _ => return None,
        };
        Some((key.clone(), value))
    });
    Value::Object(values.collect())
}

/// OpenAI's error object.
fn error(value: &Value) -> Option<Value> {
    let table = value.as_object()?;
    let is_error =
        table.contains_key("message") && (table.contains_key("type") || table.contains_key("code"));
    is_error.then(|| plain(table))
}

/// The error object in the `repr` of a body.
fn body(name: &str, text: &str) -> Option<Value> {
    if !matches!(name, "rbody" | "body" | "content" | "err_text") || text.len() > MAX_BODY {
        return None;
    }
    let json = unquoted(text.strip_prefix('b').unwrap_or(text)).replace("\\n", " ").replace("\\'", "'");
    error(serde_json::from_str::<Value>(&json).ok()?.get("error")?)
}

fn unquoted(text: &str) -> &str {
    let inner = ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(text)
}
