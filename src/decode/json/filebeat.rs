//! Filebeat, Elastic Agent and Logstash around a raw line: `message` with `agent` or `@version`, and no
//! level of its own.

use serde_json::Value;

use crate::decode::fields::{at, first_text, has, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "filebeat",
    title: "Filebeat, Elastic Agent, Logstash",
    example: r#"{"@timestamp":"2026-11-21T04:38:46.195Z","agent":{"type":"filebeat"},"log":{"file":{"path":"/var/log/app.log"}},"host":{"name":"app-1"},"message":"INFO:app:ticket summarised"}"#,
    is_verified: false,
    peel,
};

/// Keys of a record that a logger or a pipeline has taken apart.
const OWN: &[&str] = &[
    "level",
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

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format =
        (at(&value, "agent.type").is_some() || at(&value, "input.type").is_some() || has(&value, "@version"))
            && has(&value, "@timestamp")
            && !OWN.iter().any(|key| at(&value, key).is_some());
    if !is_format {
        return Err(value);
    }
    let stamp = at(&value, "@timestamp").and_then(|stamp| time::from_json(stamp, settings));
    let Some(text) = take_text(&mut value, "message") else { return Err(value) };
    context::wrapper_time(context, stamp);
    context::name(
        &mut context.service,
        first_text(&value, &["service.name", "fields.service", "container.name"]),
    );
    context::name(&mut context.environment, text_at(&value, "service.environment"));
    context::name(&mut context.host_name, first_text(&value, &["host.name", "host.hostname", "host"]));
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
