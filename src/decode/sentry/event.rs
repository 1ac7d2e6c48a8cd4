//! A Sentry event in the form that SDKs send and that Sentry stores, downloads and posts to webhooks.

use serde_json::{Map, Value};

use super::shape::{cleaned, is_removed, list, pairs, text};
use super::{breadcrumb, context, exception, exposed, message, response};
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::{Context, Event};

/// Contexts that describe the machine and not the call.
const MACHINE_CONTEXTS: [&str; 16] = [
    "app",
    "browser",
    "client_os",
    "cloud_resource",
    "culture",
    "device",
    "gpu",
    "memory_info",
    "os",
    "otel",
    "profile",
    "replay",
    "runtime",
    "threadpool_info",
    "trace",
    "unity",
];

/// How many library versions are kept.
const MAX_MODULES: usize = 1000;

/// Events as an SDK sends them and as Sentry stores and downloads them.
pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "sentry-event",
    title: "Sentry event: as sent, as stored, the JSON link, an item of an envelope",
    example: r#"{"event_id":"9fac2ceed9344f2bbfdd1fdacb0ed9b1","platform":"python","timestamp":1795235926.195862,"level":"error","exception":{"values":[{"type":"AuthenticationError","module":"openai","value":"Error code: 401 - {'error': {'code': 'invalid_api_key'}}"}]},"modules":{"openai":"2.54.0"}}"#,
    keys: &["event_id", "exception", "sentry.interfaces.Exception", "logentry"],
    is_verified: true,
    peel,
};

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if !is_event(&value) {
        return Err(value);
    }
    match text(&value, "type") {
        Some("transaction" | "feedback" | "replay_event" | "profile") => Ok(Inner::Skip),
        _ => Ok(Inner::Event(Box::new(event(&value, context, settings)))),
    }
}

/// Whether a value is an event: an event id together with a part that only Sentry writes, or Sentry's
/// list of exceptions.
pub(super) fn is_event(value: &Value) -> bool {
    let Some(map) = value.as_object() else { return false };
    let has_exceptions = ["exception", "sentry.interfaces.Exception"].iter().any(|key| {
        list(map.get(*key)).iter().any(|item| {
            item.get("value").is_some() && (item.get("type").is_some() || item.get("mechanism").is_some())
        })
    });
    let has_parts = ["logentry", "breadcrumbs", "contexts", "sdk", "_meta", "sentry.interfaces.Message"]
        .iter()
        .any(|key| map.get(*key).is_some_and(|part| part.is_object() || part.is_array()));
    let has_marks = ["platform", "culprit", "grouping_config", "server_name", "key_id"]
        .iter()
        .any(|key| map.get(*key).is_some_and(|mark| !mark.is_null()));
    let is_wrapped = map.get("exception").is_some_and(|stored| stored.get("values").is_some());
    if map.get("event_id").and_then(Value::as_str).is_some_and(is_event_id) {
        let has_message = map.get("message").is_some() || map.get("type").is_some();
        // The header of an envelope has an id and an `sdk` as well, but nothing to say.
        let is_header = map.contains_key("sent_at") || map.contains_key("dsn");
        return !is_header && (has_exceptions || has_parts || (has_marks && has_message));
    }
    has_exceptions && (is_wrapped || has_parts)
        || (map.get("logentry").is_some_and(Value::is_object) && has_parts && has_marks)
}

/// 32 hexadecimal digits, with or without dashes.
pub(super) fn is_event_id(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_hexdigit).count() == 32
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Reads an event in its stored form.
pub(super) fn event(value: &Value, context: &mut Context, settings: &Settings) -> Event {
    context::read(value, context, settings);
    let exceptions = exception::exceptions(value);
    let spoken = exception::spoken(&exceptions);
    let frames = spoken.map(exception::library_frames).unwrap_or_default();
    let text = text_of(value, &exceptions, &frames);
    let mut is_scrubbed = lost_by_scrubbing(value);
    let answer = spoken.and_then(|exception| response::response(exception.raw));
    let fields = fields_of(value, answer, &mut is_scrubbed);
    let (failed_request, lost) = breadcrumb::failed_request(value);
    Event {
        context: context.clone(),
        exposed_texts: exposed::exposed_texts(value, &text),
        text,
        exception: spoken.and_then(exception::Exception::class).or_else(|| metadata_type(value)),
        fields,
        modules: modules(value),
        is_sentry: true,
        is_scrubbed: is_scrubbed || lost,
        count: 1,
        identity: super::shape::first_text(value, &["event_id", "eventID", "id"]).map(str::to_owned),
        group: ["groupID", "issue_id", "group_id"]
            .iter()
            .find_map(|key| value.get(key).and_then(super::shape::scalar)),
        failed_request,
        ..Event::default()
    }
}

/// One line per exception, then what the message adds, then the frames of libraries.
fn text_of(value: &Value, exceptions: &[exception::Exception<'_>], frames: &[String]) -> String {
    let mut parts: Vec<String> = exceptions.iter().filter_map(exception::Exception::line).collect();
    let mut messages = message::messages(value);
    if parts.is_empty() && messages.is_empty() {
        messages.extend(metadata_line(value));
        messages.extend(text(value, "title").map(str::to_owned));
    }
    for message in messages {
        if !parts.iter().any(|part| part.contains(message.trim())) {
            parts.push(message);
        }
    }
    parts.extend_from_slice(frames);
    parts.join("\n")
}

fn metadata_type(value: &Value) -> Option<String> {
    text(value.get("metadata")?, "type").map(str::to_owned)
}

/// `AuthenticationError: Error code: 401 …` of the title parts that Sentry keeps beside an event.
pub(super) fn metadata_line(value: &Value) -> Option<String> {
    let metadata = value.get("metadata")?;
    match (text(metadata, "type"), text(metadata, "value")) {
        (Some(kind), Some(value)) => Some(format!("{kind}: {value}")),
        (None, Some(only)) | (Some(only), None) => Some(only.to_owned()),
        (None, None) => text(metadata, "title").map(str::to_owned),
    }
}

/// `{response, contexts, extra, tags}` without what describes the machine, and without removed values.
fn fields_of(value: &Value, answer: Option<Value>, is_scrubbed: &mut bool) -> Option<Value> {
    let mut fields = Map::new();
    if let Some(answer) = answer {
        insert(&mut fields, "response", answer);
    }
    if let Some(Value::Object(contexts)) = value.get("contexts") {
        let kept: Map<String, Value> = contexts
            .iter()
            .filter(|(name, _)| !MACHINE_CONTEXTS.contains(&name.as_str()))
            .filter_map(|(name, context)| Some((name.clone(), cleaned(context, is_scrubbed)?)))
            .collect();
        insert(&mut fields, "contexts", Value::Object(kept));
    }
    if let Some(mut extra) = value.get("extra").and_then(|extra| cleaned(extra, is_scrubbed)) {
        if let Some(extra) = extra.as_object_mut() {
            extra.shift_remove("sys.argv");
        }
        insert(&mut fields, "extra", extra);
    }
    let tags: Map<String, Value> =
        pairs(value.get("tags")).into_iter().map(|(key, value)| (key, Value::String(value))).collect();
    insert(&mut fields, "tags", Value::Object(tags));
    (!fields.is_empty()).then_some(Value::Object(fields))
}

fn insert(fields: &mut Map<String, Value>, name: &str, value: Value) {
    let is_empty = match &value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    if !is_empty {
        fields.insert(name.to_owned(), value);
    }
}

fn modules(value: &Value) -> Vec<(String, String)> {
    let mut modules = pairs(value.get("modules").or_else(|| value.get("packages")));
    modules.truncate(MAX_MODULES);
    modules
}

/// Whether a scrubber removed or cut an exception's value or the message: the places where the error
/// of the API would stand.
fn lost_by_scrubbing(value: &Value) -> bool {
    let is_gone = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(is_removed);
    let exceptions = exception_values(value.get("exception"));
    let logentry = value.get("logentry");
    let parameters = logentry.and_then(|entry| entry.get("params")).and_then(Value::as_array);
    exceptions.iter().any(|exception| is_gone(exception.get("value")))
        || is_gone(value.get("message"))
        || logentry.is_some_and(|entry| is_gone(entry.get("formatted")) || is_gone(entry.get("message")))
        || parameters.is_some_and(|params| params.iter().any(|param| is_gone(Some(param))))
        || value.get("_meta").is_some_and(meta_removed)
}

fn exception_values(stored: Option<&Value>) -> Vec<&Value> {
    list(stored)
}

/// `_meta` mirrors the event; what was done to a value stands under the key `""`.
fn meta_removed(meta: &Value) -> bool {
    let has_remarks = |node: &Value| {
        let remarks = node.get("").and_then(|leaf| leaf.get("rem"));
        remarks.and_then(Value::as_array).is_some_and(|remarks| !remarks.is_empty())
    };
    let of_exceptions = meta.get("exception").and_then(|node| node.get("values")).and_then(Value::as_object);
    let of_message = meta.get("logentry").or_else(|| meta.get("message"));
    of_exceptions.is_some_and(|values| values.values().any(|node| node.get("value").is_some_and(has_remarks)))
        || of_message.is_some_and(|node| {
            has_remarks(node)
                || ["formatted", "message"].iter().any(|key| node.get(key).is_some_and(has_remarks))
        })
}
