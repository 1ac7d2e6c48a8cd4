//! Streams of Loki, from query answers and push bodies: labels once, then `["<ns>","line"]` each.

use serde_json::Value;

use crate::decode::fields::{take_list, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "loki",
    title: "Loki streams",
    example: r#"{"stream":{"app":"assistant","pod":"assistant-6d9f7c-x2x4p"},"values":[["1795235926195862123","INFO:app:ticket summarised"]]}"#,
    keys: &["stream"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if !value.get("stream").is_some_and(Value::is_object) {
        return Err(value);
    }
    let Some(lines) = take_list(&mut value, "values") else { return Err(value) };
    if let Some(labels) = value.get("stream") {
        context::labels(context, labels);
    }
    let many = lines.into_iter().filter_map(|mut line| {
        let mut context = context.clone();
        context::wrapper_time(&mut context, line.get(0).and_then(|stamp| time::from_json(stamp, settings)));
        context::trace(&mut context, line.get(2).and_then(|metadata| text_at(metadata, "trace_id")));
        Some((context, Inner::of(line.get_mut(1).map(Value::take)?)))
    });
    Ok(Inner::Many(many.collect()))
}
