//! Docker's json-file driver: `{"log":"…\n","stream":"stderr","time":"…"}`.

use serde_json::Value;

use crate::decode::fields::{has, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "docker-json-file",
    title: "Docker json-file",
    example: r#"{"log":"INFO:app:ticket summarised\n","stream":"stderr","time":"2026-11-21T04:38:46.195862123Z"}"#,
    keys: &["stream"],
    is_verified: true,
    peel,
};

/// Docker cuts a line into pieces of 16 KiB; a character that was cut makes a piece a little shorter.
/// A shorter text without a line end is the last output of a container.
const PIECE: usize = 16_000;

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format = value.as_object().is_some_and(|map| {
        matches!(map.len(), 3 | 4)
            && map.keys().all(|key| matches!(key.as_str(), "log" | "stream" | "time" | "attrs"))
    });
    if !is_format || !has(&value, "stream") {
        return Err(value);
    }
    let stamp = value.get("time").and_then(|stamp| time::from_json(stamp, settings));
    let Some(text) = take_text(&mut value, "log") else { return Err(value) };
    context::wrapper_time(context, stamp);
    context::stream(context, text_at(&value, "stream").unwrap_or_default());
    if let Some(attributes) = value.get("attrs") {
        context::labels(context, attributes);
    }
    let is_partial = !text.ends_with('\n') && text.len() >= PIECE;
    Ok(Inner::Text { text, is_partial })
}
