//! Rows of CloudWatch Logs Insights: `[{"field":"@timestamp","value":"…"},…]`, or `{"@timestamp","@message"}`
//! as the console exports them. Their times are UTC and show no zone.

use serde_json::Value;

use crate::decode::fields::{has, take, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "cloudwatch-insights",
    title: "CloudWatch Logs Insights results",
    example: r#"[{"field":"@timestamp","value":"2026-11-21 04:38:46.189"},{"field":"@message","value":"INFO:app:ticket summarised"},{"field":"@ptr","value":"x"}]"#,
    keys: &["@message"],
    is_verified: true,
    peel,
};

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let mut row = match value {
        Value::Array(cells) if is_row(&cells) => Value::Object(cells.into_iter().filter_map(cell).collect()),
        Value::Object(_) if has(&value, "@message") => value,
        other => return Err(other),
    };
    let stamp = text_at(&row, "@timestamp").or_else(|| text_at(&row, "@ingestionTime"));
    let stamp = stamp.map(|stamp| format!("{}Z", stamp.trim_end_matches('Z').replacen(' ', "T", 1)));
    context::wrapper_time(context, stamp.and_then(|stamp| time::parse(&stamp, settings)));
    let stream = text_at(&row, "@logStream").unwrap_or_default();
    context::stream(context, stream);
    context::name(&mut context.host_name, Some(stream));
    context::name(&mut context.service, text_at(&row, "@log").and_then(|log| log.rsplit(['/', ':']).next()));
    match take_text(&mut row, "@message") {
        Some(text) => Ok(Inner::text(text)),
        None => Ok(take(&mut row, "@message").map_or(Inner::Json(row), Inner::of)),
    }
}

fn is_row(cells: &[Value]) -> bool {
    !cells.is_empty()
        && cells.iter().all(|cell| cell.get("field").is_some_and(Value::is_string) && has(cell, "value"))
}

fn cell(mut cell: Value) -> Option<(String, Value)> {
    Some((take_text(&mut cell, "field")?, take(&mut cell, "value")?))
}
