//! Action lines of Elasticsearch's `_bulk` format; the record is on the next line.

use serde_json::Value;

use crate::decode::fields::has;
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "elasticsearch-bulk",
    title: "Elasticsearch bulk actions",
    example: r#"{"index":{"_index":"logs-2026.11"}}"#,
    keys: &["index", "create"],
    is_verified: false,
    peel,
};

fn peel(value: Value, _: &mut Context, _: &Settings) -> Result<Inner, Value> {
    let is_action = value.as_object().is_some_and(|map| {
        map.len() == 1
            && map.iter().all(|(key, action)| {
                matches!(key.as_str(), "index" | "create") && (has(action, "_index") || has(action, "_id"))
            })
    });
    if is_action { Ok(Inner::Skip) } else { Err(value) }
}
