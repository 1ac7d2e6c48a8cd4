//! Fluent Bit's and Fluentd's JSON: `log`, or `message` beside a `stream`, with a time and where it comes
//! from. Other collectors write the same.

use serde_json::Value;

use crate::decode::fields::{at, first, first_text, has, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "fluent-bit",
    title: "Fluent Bit and Fluentd JSON",
    example: r#"{"date":1795235926.195862,"stream":"stderr","log":"INFO:app:ticket summarised","kubernetes":{"pod_name":"assistant-6d9f7c-x2x4p","container_name":"assistant"}}"#,
    keys: &["log", "stream"],
    is_verified: true,
    peel,
};

/// Keys that stand beside `log` and come from the collector.
const BESIDE: &[&str] = &[
    "date",
    "kubernetes",
    "stream",
    "logtag",
    "_p",
    "container_name",
    "container_id",
    "source",
    "docker",
    "tag",
    "fluentbit_tag",
    "@timestamp",
    "time",
    "ecs_task_arn",
    "ecs_cluster",
    "file",
    "filename",
    "partial_message",
];

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let has_log = value.get("log").is_some_and(Value::is_string);
    let is_log = has_log
        && (value.as_object().is_some_and(|map| map.len() == 1) || BESIDE.iter().any(|key| has(&value, key)))
        && !["level", "message", "msg", "severity"]
            .iter()
            .any(|key| has(&value, key) && !has(&value, "kubernetes"));
    let tag = first_text(&value, &["logtag", "_p"]).map(str::to_owned);
    let is_stream = matches!(text_at(&value, "stream"), Some("stdout" | "stderr"));
    let is_cri = !has_log
        && is_stream
        && text_at(&value, "message").is_some()
        && (tag.is_some() || !has(&value, "level"));
    if !is_log && !is_cri {
        return Err(value);
    }
    let stamp = first(&value, &["time", "@timestamp", "date", "timestamp"]);
    let stamp = stamp.and_then(|stamp| time::from_json(stamp, settings));
    let Some(text) = take_text(&mut value, if is_log { "log" } else { "message" }) else { return Err(value) };
    context::wrapper_time(context, stamp);
    if let Some(kubernetes) = at(&value, "kubernetes") {
        context::kubernetes(context, kubernetes);
    }
    if let Some(container) =
        text_at(&value, "container_name").map(|name| name.trim_start_matches('/').to_owned())
    {
        context::name(&mut context.service, Some(&container));
        context::stream(context, &container);
    }
    for key in ["stream", "source", "tag", "file", "filename"] {
        context::stream(context, text_at(&value, key).unwrap_or_default());
    }
    let is_piece =
        text_at(&value, "partial_message") == Some("true") && text_at(&value, "partial_last") != Some("true");
    let is_partial = tag.as_deref() == Some("P") || is_piece;
    Ok(Inner::Text { text, is_partial })
}
