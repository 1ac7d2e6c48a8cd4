//! Vector: `{"file","host","message","source_type","timestamp"}`.

use serde_json::Value;

use crate::decode::fields::{at, has, take, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "vector",
    title: "Vector",
    example: r#"{"file":"/var/log/app.log","host":"app-1","message":"INFO:app:ticket summarised","source_type":"file","timestamp":"2026-11-21T04:38:46.195862123Z"}"#,
    keys: &["source_type"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if !has(&value, "source_type") || !has(&value, "message") {
        return Err(value);
    }
    context::wrapper_time(
        context,
        at(&value, "timestamp").and_then(|stamp| time::from_json(stamp, settings)),
    );
    context::name(&mut context.host_name, text_at(&value, "host"));
    if let Some(kubernetes) = at(&value, "kubernetes") {
        context::kubernetes(context, kubernetes);
    }
    context::name(&mut context.service, text_at(&value, "container_name"));
    for key in ["host", "container_name", "file", "stream"] {
        context::stream(context, text_at(&value, key).unwrap_or_default());
    }
    Ok(take(&mut value, "message").map_or(Inner::Skip, Inner::of))
}
