//! OTLP in JSON: batches of log records, each with its resource. Also in snake case and with the names
//! of older exporters.

use serde_json::{Map, Value};

use super::merged::merged;
use crate::decode::fields::{first, number};
use crate::decode::level::{level_of, otel};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "otlp",
    title: "OpenTelemetry logs (OTLP/JSON)",
    example: r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"assistant"}}]},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1795235926195862123","severityNumber":9,"body":{"stringValue":"INFO:app:ticket summarised"}}]}]}]}"#,
    keys: &[
        "resourceLogs",
        "resource_logs",
        "scopeLogs",
        "scope_logs",
        "instrumentationLibraryLogs",
        "instrumentation_library_logs",
    ],
    is_verified: true,
    peel,
};

/// How deep values of attributes are read.
const MAX_DEPTH: usize = 64;

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let batches = if let Some(batches) = list(&value, &["resourceLogs", "resource_logs"]) {
        batches
    } else if list(&value, SCOPES).is_some() {
        std::slice::from_ref(&value)
    } else {
        return Err(value);
    };
    let mut many = Vec::new();
    for batch in batches {
        let mut batch_context = context.clone();
        let resource = batch.get("resource").and_then(|resource| resource.get("attributes"));
        context::labels(&mut batch_context, &Value::Object(attributes(resource, 0)));
        for scope in list(batch, SCOPES).unwrap_or_default() {
            let name = scope.get("scope").and_then(|scope| scope.get("name")).and_then(Value::as_str);
            context::name(&mut batch_context.logger, name);
            for record in list(scope, &["logRecords", "log_records", "logs"]).unwrap_or_default() {
                many.push(log_record(record, batch_context.clone(), settings));
            }
        }
    }
    Ok(Inner::Many(many))
}

const SCOPES: &[&str] =
    &["scopeLogs", "scope_logs", "instrumentationLibraryLogs", "instrumentation_library_logs"];

pub(super) fn list<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v [Value]> {
    keys.iter().find_map(|key| value.get(key)?.as_array()).map(Vec::as_slice)
}

fn log_record(record: &Value, mut context: Context, settings: &Settings) -> (Context, Inner) {
    let is_set = |stamp: &&Value| number(stamp) != Some(0);
    let stamp = first(record, &["timeUnixNano", "time_unix_nano"]).filter(is_set);
    let stamp =
        stamp.or_else(|| first(record, &["observedTimeUnixNano", "observed_time_unix_nano"]).filter(is_set));
    context::wrapper_time(&mut context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    let severity = first(record, &["severityNumber", "severity_number"]).and_then(number).and_then(otel);
    let word = first(record, &["severityText", "severity_text"]).and_then(Value::as_str).and_then(level_of);
    context.level = severity.or(word).or(context.level);
    context::trace(&mut context, first(record, &["traceId", "trace_id"]).and_then(Value::as_str));
    let body = record.get("body").map(|body| any_value(body, 0)).filter(|body| !body.is_null());
    let attributes = attributes(record.get("attributes"), 0);
    for key in ["log.file.path", "log.file.name", "log.iostream"] {
        context::stream(&mut context, attributes.get(key).and_then(Value::as_str).unwrap_or_default());
    }
    let inner = merged(body, attributes);
    (context, inner)
}

/// `[{"key":…,"value":AnyValue},…]` as an object; a plain object passes.
pub(super) fn attributes(list: Option<&Value>, depth: usize) -> Map<String, Value> {
    match list {
        Some(Value::Array(pairs)) => pairs
            .iter()
            .filter_map(|pair| {
                let key = pair.get("key")?.as_str()?.to_owned();
                Some((key, any_value(pair.get("value")?, depth + 1)))
            })
            .collect(),
        Some(Value::Object(map)) => map.clone(),
        _ => Map::new(),
    }
}

/// The value inside an `AnyValue`; what is none passes.
fn any_value(value: &Value, depth: usize) -> Value {
    let Some((kind, inner)) =
        value.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next())
    else {
        return value.clone();
    };
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    match kind.as_str() {
        "stringValue" | "string_value" | "boolValue" | "bool_value" | "doubleValue" | "double_value"
        | "bytesValue" | "bytes_value" => inner.clone(),
        "intValue" | "int_value" => number(inner).map_or_else(|| inner.clone(), Value::from),
        "arrayValue" | "array_value" => {
            let values = inner.get("values").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            Value::Array(values.iter().map(|value| any_value(value, depth + 1)).collect())
        }
        "kvlistValue" | "kvlist_value" => Value::Object(attributes(inner.get("values"), depth + 1)),
        _ => value.clone(),
    }
}
