//! A message and the attributes that a collector keeps beside it, put together again.

use serde_json::{Map, Value};

use crate::decode::{Inner, lenient};

/// First parts of attribute names that tell where a record comes from, and nothing of what it says.
const TRANSPORT: &[&str] = &[
    "log",
    "k8s",
    "container",
    "host",
    "hostname",
    "os",
    "process",
    "thread",
    "code",
    "service",
    "telemetry",
    "cloud",
    "faas",
    "deployment",
    "aws",
    "gcp",
    "azure",
    "dd",
    "ddtags",
    "ddsource",
    "source",
    "stream",
    "logtag",
    "time",
    "timestamp",
    "date",
    "asctime",
    "level",
    "levelname",
    "severity",
    "status_level",
    "filename",
    "lineno",
    "file",
    "pid",
    "syslog",
    "logger",
    "otelTraceID",
    "otelSpanID",
    "otelServiceName",
    "otelTraceSampled",
    "trace_id",
    "span_id",
    "observed_timestamp",
    "time_unix_nano",
];

/// The message alone when the attributes say nothing of their own, so that lines of one record can be
/// joined; otherwise one JSON record of both. The record's own fields win over the attributes.
pub(super) fn merged(message: Option<Value>, attributes: Map<String, Value>) -> Inner {
    if attributes.keys().all(|key| is_transport(key)) {
        return message.map_or(Inner::Skip, Inner::of);
    }
    let own = match &message {
        Some(Value::String(text)) if text.trim_start().starts_with('{') => lenient::parse(text),
        _ => None,
    };
    let mut record = match (own, message) {
        (Some(Value::Object(own)), _) | (_, Some(Value::Object(own))) => own,
        (_, Some(message)) => Map::from_iter([("message".to_owned(), message)]),
        (_, None) => Map::new(),
    };
    for (key, value) in attributes {
        record.entry(key).or_insert(value);
    }
    Inner::Json(Value::Object(record))
}

pub(super) fn is_transport(key: &str) -> bool {
    key.split(['.', '/']).next().is_some_and(|first| TRANSPORT.contains(&first))
}
