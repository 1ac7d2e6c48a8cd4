//! Logs of Datadog: search answers of both versions of the interface, and archives.

use serde_json::{Map, Value};

use super::merged::merged;
use crate::decode::fields::{first, first_text, has, take, text_at};
use crate::decode::level::level_of;
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "datadog",
    title: "Datadog logs",
    example: r#"{"id":"AQ","type":"log","attributes":{"service":"assistant","host":"app-4","status":"info","timestamp":"2026-11-21T04:38:46.195Z","message":"INFO:app:ticket summarised","tags":["env:prod"],"attributes":{}}}"#,
    keys: &["attributes", "content"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let key = if text_at(&value, "type") == Some("log") && is_log(value.get("attributes")) {
        Some("attributes")
    } else if has(&value, "id") && is_log(value.get("content")) {
        Some("content")
    } else if has(&value, "_id") && has(&value, "attributes") && is_log(Some(&value)) {
        None
    } else {
        return Err(value);
    };
    let mut log = match key {
        Some(key) => take(&mut value, key).unwrap_or_default(),
        None => value,
    };
    note(&log, context, settings);
    let attributes = match take(&mut log, "attributes") {
        Some(Value::Object(attributes)) => attributes,
        _ => Map::new(),
    };
    Ok(merged(take(&mut log, "message"), attributes))
}

fn is_log(log: Option<&Value>) -> bool {
    log.is_some_and(|log| ["message", "attributes", "status"].iter().filter(|key| has(log, key)).count() >= 2)
}

fn note(log: &Value, context: &mut Context, settings: &Settings) {
    let stamp = first(log, &["timestamp", "date"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    context.level = text_at(log, "status").and_then(level_of).or(context.level);
    let tags: Vec<&str> = match log.get("tags").or_else(|| log.get("ddtags")) {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(tags)) => tags.split(',').collect(),
        _ => Vec::new(),
    };
    let tag = |name: &str| tags.iter().find_map(|tag| tag.strip_prefix(name)?.strip_prefix(':'));
    context::name(&mut context.service, text_at(log, "service").or_else(|| tag("service")));
    context::name(&mut context.host_name, first_text(log, &["host"]).or_else(|| tag("pod_name")));
    context::name(&mut context.environment, tag("env"));
    context::name(&mut context.release, tag("version"));
    for part in [text_at(log, "host"), tag("pod_name"), tag("container_name"), text_at(log, "service")] {
        context::stream(context, part.unwrap_or_default());
    }
}
