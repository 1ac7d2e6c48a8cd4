//! Lines of an envelope that are no event: headers, log containers, sessions, transactions and the like.
//!
//! Every line of an envelope is peeled on its own, so that a length that is missing or wrong, an
//! attachment with line breaks, or two envelopes glued together do no harm.

use serde_json::{Map, Value};

use super::context::{level, set_text};
use super::event::is_event_id;
use super::message::render;
use super::shape::{is_removed, stamp, text};
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::{Context, Event};

/// Headers of envelopes and items, and items that say nothing about calls.
pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "sentry-envelope",
    title: "Sentry envelope: headers, sessions, transactions, reports (skipped)",
    example: r#"{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc","sent_at":"2026-11-21T04:39:38.777684Z"}"#,
    keys: &[
        "sent_at",
        "dsn",
        "sdk",
        "trace",
        "event_id",
        "type",
        "sid",
        "aggregates",
        "discarded_events",
        "check_in_id",
        "segment_id",
        "profile_id",
    ],
    is_verified: true,
    peel,
};

/// Containers of log records.
pub(in crate::decode) const LOGS: JsonLayer = JsonLayer {
    name: "sentry-logs",
    title: "Sentry envelope: container of log records",
    example: r#"{"items":[{"timestamp":1795235978.72,"level":"info","body":"HTTP Request: POST https://api.openai.com/v1/models \"HTTP/1.1 401 Unauthorized\"","trace_id":"7792f17358da4c53ad1ba79ab6ac491f","attributes":{"logger.name":{"value":"httpx","type":"string"}}}]}"#,
    keys: &["body", "items"],
    is_verified: true,
    peel: peel_logs,
};

const ENVELOPE_KEYS: [&str; 8] =
    ["event_id", "dsn", "sdk", "sent_at", "trace", "retention", "project_id", "public_key"];

const ITEM_KEYS: [&str; 10] = [
    "type",
    "length",
    "content_type",
    "filename",
    "attachment_type",
    "item_count",
    "meta_length",
    "platform",
    "routing_hint",
    "headers",
];

const ITEM_TYPES: [&str; 28] = [
    "attachment",
    "check_in",
    "client_report",
    "event",
    "feedback",
    "form_data",
    "integration",
    "log",
    "metric_buckets",
    "nel",
    "profile",
    "profile_chunk",
    "profile_chunk_ui",
    "raw_security",
    "replay_event",
    "replay_recording",
    "replay_video",
    "security",
    "session",
    "sessions",
    "span",
    "statsd",
    "trace_metric",
    "transaction",
    "unreal_report",
    "user_feedback",
    "user_report",
    "view_hierarchy",
];

fn peel(value: Value, _context: &mut Context, _settings: &Settings) -> Result<Inner, Value> {
    match value.as_object() {
        Some(map) if is_header(map) || is_item_header(map) || is_other_item(map) => Ok(Inner::Skip),
        _ => Err(value),
    }
}

fn is_header(map: &Map<String, Value>) -> bool {
    map.is_empty()
        || (map.keys().all(|key| ENVELOPE_KEYS.contains(&key.as_str()))
            && (map.contains_key("sent_at")
                || map.contains_key("dsn")
                || map.get("sdk").is_some_and(Value::is_object)
                || map.get("trace").is_some_and(Value::is_object)
                || map.get("event_id").and_then(Value::as_str).is_some_and(is_event_id)))
}

fn is_item_header(map: &Map<String, Value>) -> bool {
    map.get("type").and_then(Value::as_str).is_some_and(|kind| ITEM_TYPES.contains(&kind))
        && map.keys().all(|key| ITEM_KEYS.contains(&key.as_str()))
}

fn is_other_item(map: &Map<String, Value>) -> bool {
    let has = |keys: &[&str]| keys.iter().all(|key| map.contains_key(*key));
    let kind = map.get("type").and_then(Value::as_str);
    has(&["sid", "started"])
        || has(&["aggregates", "attrs"])
        || has(&["discarded_events", "timestamp"])
        || has(&["check_in_id", "monitor_slug"])
        || has(&["segment_id", "replay_id"])
        || has(&["profile_id", "version"])
        || (kind == Some("transaction") && has(&["start_timestamp", "timestamp"]))
}

fn peel_logs(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if is_log(&value) && value.get("trace_id").is_some() && has_typed_attributes(&value) {
        return Ok(log(&value, context, settings)); // An element of a container that was taken apart.
    }
    let only_container =
        value.as_object().is_some_and(|map| map.keys().all(|key| key == "items" || key == "version"));
    let is_ours = only_container
        && value
            .get("items")
            .and_then(Value::as_array)
            .is_some_and(|items| items.first().is_some_and(is_item));
    let Some(Value::Array(items)) = value.get_mut("items").filter(|_| is_ours).map(Value::take) else {
        return Err(value);
    };
    let logs = items.into_iter().filter(is_log).map(|item| {
        let mut own = context.clone();
        let inner = log(&item, &mut own, settings);
        (own, inner)
    });
    Ok(Inner::Many(logs.collect()))
}

/// An element of any container: a log record, a span, a metric.
fn is_item(item: &Value) -> bool {
    item.get("trace_id").is_some() || (item.get("attributes").is_some() && item.get("timestamp").is_some())
}

fn is_log(item: &Value) -> bool {
    item.get("body").is_some() && item.get("level").is_some()
}

/// Sentry's attributes hold their value and its type.
fn has_typed_attributes(item: &Value) -> bool {
    let attributes = item.get("attributes").and_then(Value::as_object);
    attributes.and_then(|attributes| attributes.values().next()).is_some_and(|attribute| {
        attribute.get("value").is_some() && attribute.get("type").is_some_and(Value::is_string)
    })
}

fn log(item: &Value, context: &mut Context, settings: &Settings) -> Inner {
    let attributes = attributes(item.get("attributes"));
    let attribute = |name: &str| attributes.get(name).and_then(super::shape::scalar);
    context.stamp = stamp(item.get("timestamp"), settings).or(context.stamp);
    context.level = text(item, "level").and_then(level).or(context.level);
    set_text(&mut context.logger, attribute("logger.name"));
    set_text(&mut context.environment, attribute("sentry.environment"));
    set_text(&mut context.release, attribute("sentry.release"));
    set_text(&mut context.host_name, attribute("server.address"));
    set_text(&mut context.service, attribute("service.name"));
    set_text(&mut context.trace_id, text(item, "trace_id").map(str::to_owned));
    let body = item.get("body").and_then(Value::as_str).unwrap_or("");
    if let Some(record) = json_record(body) {
        return Inner::Json(record);
    }
    let is_scrubbed = is_removed(body);
    let text = if is_scrubbed { rendered(&attributes).unwrap_or_default() } else { body.to_owned() };
    Inner::Event(Box::new(Event {
        context: context.clone(),
        text,
        fields: own_fields(&attributes),
        is_scrubbed,
        count: 1,
        ..Event::default()
    }))
}

/// The body of a log record that a JSON logger wrote.
pub(super) fn json_record(body: &str) -> Option<Value> {
    let body = body.trim();
    if !body.starts_with('{') || !body.ends_with('}') {
        return None;
    }
    serde_json::from_str::<Value>(body).ok().filter(Value::is_object)
}

/// `{name: {"value":…,"type":…}}` as `{name: value}`; integers may be written as texts.
fn attributes(stored: Option<&Value>) -> Map<String, Value> {
    let Some(Value::Object(stored)) = stored else { return Map::new() };
    stored
        .iter()
        .map(|(name, attribute)| (name.clone(), attribute.get("value").unwrap_or(attribute).clone()))
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// The attributes that the application gave, for the extractor.
fn own_fields(attributes: &Map<String, Value>) -> Option<Value> {
    let kept: Map<String, Value> = attributes
        .iter()
        .filter(|(name, value)| {
            !["sentry.", "code.", "thread.", "process.", "gen_ai."]
                .iter()
                .any(|prefix| name.starts_with(prefix))
                && !value.as_str().is_some_and(is_removed)
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// The text of a scrubbed record, from its template and the parameters that were left.
fn rendered(attributes: &Map<String, Value>) -> Option<String> {
    let template = attributes.get("sentry.message.template")?.as_str()?;
    let parameters: Vec<Value> = (0..64)
        .map_while(|number| attributes.get(&format!("sentry.message.parameter.{number}")))
        .map(|parameter| match parameter.as_str().and_then(url_inside) {
            Some(url) => Value::from(url),
            None => parameter.clone(),
        })
        .collect();
    Some(render(template, &Value::Array(parameters)))
}

/// `URL('https://api.openai.com/v1/models')`, as httpx shows it.
fn url_inside(text: &str) -> Option<&str> {
    text.strip_prefix("URL('")?.strip_suffix("')")
}
