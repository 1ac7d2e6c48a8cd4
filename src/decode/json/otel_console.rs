//! Log records as OpenTelemetry's console exporter for Python prints them.

use serde_json::{Map, Value};

use super::merged::merged;
use crate::decode::fields::{at, first, number, take, text_at};
use crate::decode::level::{level_of, otel};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "otel-console",
    title: "OpenTelemetry console exporter (Python)",
    example: r#"{"body":"ticket summarised","severity_number":9,"severity_text":"INFO","attributes":{},"timestamp":"2026-11-21T04:38:46.195862Z","trace_id":"0x00000000000000000000000000000000","span_id":"0x0","resource":{"attributes":{"service.name":"assistant"}}}"#,
    keys: &["resource"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format = ["body", "resource", "attributes"].iter().all(|key| value.get(key).is_some())
        && (value.get("severity_text").is_some() || value.get("severity_number").is_some());
    if !is_format {
        return Err(value);
    }
    let stamp = first(&value, &["timestamp", "observed_timestamp"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    let severity = at(&value, "severity_number").and_then(number).and_then(otel);
    context.level =
        severity.or_else(|| text_at(&value, "severity_text").and_then(level_of)).or(context.level);
    context::trace(context, text_at(&value, "trace_id"));
    if let Some(labels) = at(&value, "resource.attributes") {
        context::labels(context, labels);
    }
    let attributes = match take(&mut value, "attributes") {
        Some(Value::Object(attributes)) => attributes,
        _ => Map::new(),
    };
    Ok(merged(take(&mut value, "body"), attributes))
}
