//! Events of CloudWatch Logs: elements of `filter-log-events`, `get-log-events` and subscriptions.

use serde_json::Value;

use crate::decode::fields::{has, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "cloudwatch",
    title: "CloudWatch Logs events",
    example: r#"{"logStreamName":"assistant/web/0a1b2c3d","timestamp":1795235926195,"message":"INFO:app:ticket summarised","ingestionTime":1795235926799,"eventId":"1"}"#,
    keys: &["ingestionTime", "eventId", "logStreamName"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format = has(&value, "message")
        && has(&value, "timestamp")
        && ["ingestionTime", "eventId", "logStreamName"].iter().any(|key| has(&value, key));
    if !is_format {
        return Err(value);
    }
    let Some(text) = take_text(&mut value, "message") else { return Err(value) };
    event(&value, context, settings);
    Ok(Inner::text(text))
}

/// What an event says beside its message.
pub(super) fn event(value: &Value, context: &mut Context, settings: &Settings) {
    context::wrapper_time(context, value.get("timestamp").and_then(|stamp| time::from_json(stamp, settings)));
    let stream = text_at(value, "logStreamName").unwrap_or_default();
    context::stream(context, stream);
    context::name(&mut context.host_name, Some(stream));
}
