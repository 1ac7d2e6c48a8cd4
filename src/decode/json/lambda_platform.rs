//! AWS Lambda's telemetry: `{"time","type":"function","record":…}`, and `platform.*` records, which tell
//! of invocations and nothing of calls.

use serde_json::Value;

use crate::decode::fields::{at, has, take, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "aws-lambda-telemetry",
    title: "AWS Lambda telemetry",
    example: r#"{"time":"2026-11-21T04:38:46.195Z","type":"function","record":"INFO:app:ticket summarised\n"}"#,
    keys: &["record"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let kind = text_at(&value, "type").unwrap_or_default();
    let is_platform = kind.starts_with("platform.");
    if !has(&value, "record")
        || !has(&value, "time")
        || !(is_platform || kind == "function" || kind == "extension")
    {
        return Err(value);
    }
    if is_platform {
        return Ok(Inner::Skip);
    }
    context::wrapper_time(context, at(&value, "time").and_then(|stamp| time::from_json(stamp, settings)));
    Ok(take(&mut value, "record").map_or(Inner::Skip, Inner::of))
}
