//! Hits of Elasticsearch and OpenSearch, and lines of elasticdump: the record is `_source`, or `fields`,
//! whose values are arrays.

use serde_json::{Map, Value};

use crate::decode::fields::{has, take};
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "elasticsearch",
    title: "Elasticsearch and OpenSearch hits",
    example: r#"{"_index":"logs-2026.11","_id":"1","_source":{"@timestamp":"2026-11-21T04:38:46.195Z","log.level":"info","message":"ticket summarised"}}"#,
    keys: &["_index", "_id"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, _: &mut Context, _: &Settings) -> Result<Inner, Value> {
    if !has(&value, "_index") && !has(&value, "_id") {
        return Err(value);
    }
    if value.get("_source").is_some_and(Value::is_object) {
        return Ok(take(&mut value, "_source").map_or(Inner::Skip, Inner::Json));
    }
    if !value.get("fields").is_some_and(Value::is_object) {
        return Err(value);
    }
    let Some(Value::Object(fields)) = take(&mut value, "fields") else { return Ok(Inner::Skip) };
    let record: Map<String, Value> = fields.into_iter().map(|(key, value)| (key, single(value))).collect();
    Ok(Inner::Json(Value::Object(record)))
}

/// The only element of an array; anything else stays.
fn single(value: Value) -> Value {
    match value {
        Value::Array(mut values) if values.len() == 1 => values.pop().unwrap_or_default(),
        other => other,
    }
}
