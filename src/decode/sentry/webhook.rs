//! Bodies of webhooks: issue alerts (`data.event`), errors (`data.error`), issues (`data.issue`), and
//! those of the old plugin.

use serde_json::Value;

use super::rest;
use super::shape::text;
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::Context;

/// Webhooks.
pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "sentry-webhook",
    title: "Sentry webhook: issue alert, error, issue",
    example: r#"{"action":"triggered","data":{"event":{"event_id":"9fac2ceed9344f2bbfdd1fdacb0ed9b1","platform":"python","exception":{"values":[{"type":"RateLimitError","value":"Error code: 429 - …"}]}}},"installation":{"uuid":"a8e5d37a"}}"#,
    keys: &["action", "event"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if text(&value, "action").is_some()
        && let Some(holder) = value.get_mut("data").and_then(Value::as_object_mut)
    {
        for name in ["event", "error"] {
            if let Some(inner @ Value::Object(_)) = holder.get_mut(name) {
                return Ok(Inner::Json(inner.take()));
            }
        }
        if let Some(inner @ Value::Object(_)) = holder.get_mut("issue") {
            return (rest::ISSUE.peel)(inner.take(), context, settings)
                .or_else(|inner| Ok(Inner::Json(inner)));
        }
        let is_metric = holder.contains_key("metric_alert") || value.get("installation").is_some();
        return if is_metric { Ok(Inner::Skip) } else { Err(value) };
    }
    let is_plugin = ["project_name", "culprit", "url"].iter().all(|key| value.get(key).is_some());
    match value.get_mut("event") {
        Some(inner @ Value::Object(_)) if is_plugin => Ok(Inner::Json(inner.take())),
        _ => Err(value),
    }
}
