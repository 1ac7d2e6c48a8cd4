//! Log drains of Netlify.

use serde_json::Value;

use crate::decode::fields::{at, first_text, has, take, text_at};
use crate::decode::level::level_of;
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "netlify",
    title: "Netlify log drain",
    example: r#"{"log_type":"functions","timestamp":1795235926195,"level":"error","message":"OpenAI request failed","function_name":"assistant","request_id":"01HF"}"#,
    keys: &["log_type"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if !has(&value, "log_type") || !has(&value, "message") {
        return Err(value);
    }
    context::wrapper_time(
        context,
        at(&value, "timestamp").and_then(|stamp| time::from_json(stamp, settings)),
    );
    context.level = text_at(&value, "level").and_then(level_of).or(context.level);
    context::name(&mut context.service, first_text(&value, &["function_name", "site_name", "site_id"]));
    context::name(&mut context.environment, text_at(&value, "deploy_context"));
    context::trace(context, text_at(&value, "trace_id"));
    for key in ["function_name", "request_id"] {
        context::stream(context, text_at(&value, key).unwrap_or_default());
    }
    Ok(take(&mut value, "message").map_or(Inner::Skip, Inner::of))
}
