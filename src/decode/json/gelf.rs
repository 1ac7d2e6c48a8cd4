//! Docker's GELF driver: a line of a container as `short_message`, beside what the driver knows of it.
//!
//! GELF of a logging library is a record of that library and no wrapper: it names no container.

use serde_json::Value;

use crate::decode::fields::{first_text, has, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "gelf",
    title: "Docker gelf driver (Graylog)",
    example: r#"{"version":"1.1","host":"app-1","short_message":"INFO:app:ticket summarised","timestamp":1795235926.195,"level":3,"_container_id":"0a1b2c3d","_container_name":"assistant","_command":"python app.py"}"#,
    keys: &["_container_id", "_container_name"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_of_driver = LAYER.keys.iter().any(|key| has(&value, key));
    if !is_of_driver || !has(&value, "short_message") || !has(&value, "timestamp") {
        return Err(value);
    }
    let whole = take_text(&mut value, "full_message").filter(|text| !text.trim().is_empty());
    let Some(text) = whole.or_else(|| take_text(&mut value, "short_message")) else { return Err(value) };
    context::wrapper_time(context, value.get("timestamp").and_then(|stamp| time::from_json(stamp, settings)));
    context::name(&mut context.host_name, text_at(&value, "host"));
    let container = first_text(&value, &["_container_name", "_container_id"]);
    context::name(&mut context.service, container.map(|name| name.trim_start_matches('/')));
    for key in ["host", "_container_id", "_container_name"] {
        context::stream(context, text_at(&value, key).unwrap_or_default());
    }
    // The driver writes everything as an error or as information: its level is none.
    Ok(Inner::text(text))
}
