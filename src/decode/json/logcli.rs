//! `logcli -o jsonl`: `{"labels":{},"line":"…","timestamp":"…"}`.

use serde_json::Value;

use crate::decode::fields::take_text;
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "logcli",
    title: "logcli -o jsonl (Loki)",
    example: r#"{"labels":{"app":"assistant"},"line":"INFO:app:ticket summarised","timestamp":"2026-11-21T04:38:46.195862123Z"}"#,
    keys: &["labels"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if !value.get("labels").is_some_and(Value::is_object) {
        return Err(value);
    }
    let Some(text) = take_text(&mut value, "line") else { return Err(value) };
    context::wrapper_time(context, value.get("timestamp").and_then(|stamp| time::from_json(stamp, settings)));
    if let Some(labels) = value.get("labels") {
        context::labels(context, labels);
    }
    Ok(Inner::text(text))
}
