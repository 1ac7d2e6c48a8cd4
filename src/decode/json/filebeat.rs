//! Filebeat, Elastic Agent and Logstash around a raw line: `message` with `agent` or `@version`, or with nothing
//! but where and when, and no level of its own.

use serde_json::Value;

use super::merged::is_transport;
use crate::decode::fields::{at, first_text, has, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "filebeat",
    title: "Filebeat, Elastic Agent, Logstash",
    example: r#"{"@timestamp":"2026-11-21T04:38:46.195Z","agent":{"type":"filebeat"},"log":{"file":{"path":"/var/log/app.log"}},"host":{"name":"app-1"},"message":"INFO:app:ticket summarised"}"#,
    keys: &["@timestamp"],
    is_verified: false,
    peel,
};

/// Keys of a record that a logger or a pipeline has taken apart.
const OWN: &[&str] = &[
    "level",
    "logger",
    "log.level",
    "logger_name",
    "log.logger",
    "error.message",
    "error.stack_trace",
    "error",
    "exception",
    "stack_trace",
    "severity",
    "levelname",
];

/// Whether the record has a message and nothing else that says anything.
fn is_bare(value: &Value) -> bool {
    let says_nothing = |key: &String| key == "@timestamp" || key == "message" || is_transport(key);
    value.as_object().is_some_and(|record| record.keys().all(says_nothing))
}

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_shipped =
        at(&value, "agent.type").is_some() || at(&value, "input.type").is_some() || has(&value, "@version");
    let is_own = || OWN.iter().any(|key| at(&value, key).is_some());
    if !has(&value, "@timestamp") || !(is_shipped || is_bare(&value)) || is_own() {
        return Err(value);
    }
    let stamp = at(&value, "@timestamp").and_then(|stamp| time::from_json(stamp, settings));
    let Some(text) = take_text(&mut value, "message") else { return Err(value) };
    context::wrapper_time(context, stamp);
    context::name(
        &mut context.service,
        first_text(&value, &["service.name", "service", "fields.service", "container.name"]),
    );
    context::name(&mut context.environment, text_at(&value, "service.environment"));
    context::name(&mut context.host_name, first_text(&value, &["host.name", "host.hostname", "host"]));
    context::trace(context, first_text(&value, &["trace.id", "trace_id"]));
    if let Some(kubernetes) = at(&value, "kubernetes") {
        context::kubernetes(context, kubernetes);
    }
    for keys in [
        &["host.name", "host"][..],
        &["container.name", "container.id"],
        &["log.file.path", "path"],
        &["stream"],
    ] {
        context::stream(context, first_text(&value, keys).unwrap_or_default());
    }
    Ok(Inner::text(text))
}
