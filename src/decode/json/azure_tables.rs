//! Tables of Azure Monitor's query interface: columns once, then rows.

use serde_json::{Map, Value};

use crate::decode::fields::{has, take_list, text_at};
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "azure-tables",
    title: "Azure Monitor query answers",
    example: r#"{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Message","type":"string"}],"rows":[["2026-11-21T04:38:46.1958621Z","INFO:app:ticket summarised"]]}"#,
    keys: &["columns"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, _: &Settings) -> Result<Inner, Value> {
    if !value.get("columns").is_some_and(Value::is_array) || !has(&value, "rows") {
        return Err(value);
    }
    let Some(rows) = take_list(&mut value, "rows") else { return Err(value) };
    let columns: Vec<String> = value
        .get("columns")
        .and_then(Value::as_array)
        .map(|columns| {
            let name = |column: &Value| {
                column.as_str().or_else(|| text_at(column, "name")).unwrap_or_default().to_owned()
            };
            columns.iter().map(name).collect()
        })
        .unwrap_or_default();
    let many = rows.into_iter().filter_map(|row| {
        let Value::Array(cells) = row else { return None };
        let row: Map<String, Value> =
            columns.iter().cloned().zip(cells).filter(|(_, cell)| !is_empty(cell)).collect();
        Some((context.clone(), Inner::Json(Value::Object(row))))
    });
    Ok(Inner::Many(many.collect()))
}

fn is_empty(cell: &Value) -> bool {
    cell.is_null() || cell.as_str() == Some("")
}
