//! A JSON record of a logger after any short prefix, as process managers and runtimes put before it.
//!
//! Counts only when the JSON names its own time, level and message; the prefix is dropped.

use serde_json::Value;

use super::super::fields::{first, has};
use super::super::{LineLayer, Peeled, Settings, lenient};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "json-after-prefix",
    title: "JSON record after a prefix",
    example: r#"App 4711 output: {"level":"info","time":"2026-11-21T04:38:46Z","msg":"ticket summarised"}"#,
    is_verified: false,
    peel,
};

/// Longest prefix that is dropped, in bytes.
const LONGEST: usize = 200;

fn peel<'a>(text: &'a str, _: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    if !text.ends_with('}') || text.starts_with('{') {
        return None;
    }
    let json = text.get(text.find("{\"").filter(|start| *start <= LONGEST)?..)?;
    let quick = ["level\"", "severity\"", "lvl\""].iter().any(|key| json.contains(key));
    let value = quick.then(|| lenient::parse(json)).flatten()?;
    is_whole_record(&value).then(|| Peeled::text(json))
}

fn is_whole_record(value: &Value) -> bool {
    let has_level = ["level", "severity", "lvl", "log.level", "levelname"].iter().any(|key| has(value, key));
    let has_message = ["msg", "message", "event"].iter().any(|key| has(value, key));
    let time = first(value, &["time", "timestamp", "ts", "@timestamp", "asctime", "datetime"]);
    has_level && has_message && time.is_some()
}
