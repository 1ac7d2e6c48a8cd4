//! The wrappers around a record by their names, from the outside in: what `peel` took off.
//!
//! For people who ask; the way of a record does not go through here.

use serde_json::Value;

use super::candidates::candidates;
use super::{Inner, LINE_LAYERS, Peeled, Settings};
use crate::model::Context;

/// Most layers that are named.
const MAX_LAYERS: usize = 16;

/// What is still wrapped.
enum Rest {
    Text(String),
    Json(Value),
    Nothing,
}

/// Names of the layers of the first record in a text, as in the lists of formats.
#[must_use]
pub fn layers(text: &str, settings: &Settings) -> Vec<&'static str> {
    let mut context = Context::default();
    let mut names = Vec::new();
    let mut rest = match whole_document(text) {
        Some(value) => Rest::Json(value),
        None => Rest::Text(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()),
    };
    while names.len() < MAX_LAYERS {
        let (name, inner) = match rest {
            Rest::Text(text) => line_layer(&text, &mut context, settings),
            Rest::Json(value) => json_layer(value, &mut context, settings),
            Rest::Nothing => return names,
        };
        names.extend(name);
        rest = inner;
    }
    names
}

fn whole_document(text: &str) -> Option<Value> {
    let text = text.trim();
    text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

fn line_layer(text: &str, context: &mut Context, settings: &Settings) -> (Option<&'static str>, Rest) {
    let peeled = LINE_LAYERS
        .iter()
        .find_map(|layer| (layer.peel)(text, context, settings).map(|peeled| (layer.name, peeled)));
    match peeled {
        Some((name, Peeled::Text { text, .. })) => (Some(name), Rest::Text(text.into_owned())),
        Some((name, Peeled::Json(value))) => (Some(name), Rest::Json(value)),
        Some((name, Peeled::Event(_))) => (Some(name), Rest::Nothing),
        None => (None, whole_document(text).map_or(Rest::Nothing, Rest::Json)),
    }
}

fn json_layer(value: Value, context: &mut Context, settings: &Settings) -> (Option<&'static str>, Rest) {
    let mut value = value;
    for layer in candidates(&value) {
        match (layer.peel)(value, context, settings) {
            Ok(inner) => return (Some(layer.name), rest_of(inner)),
            Err(same) => value = same,
        }
    }
    (Some("json-record"), Rest::Nothing)
}

fn rest_of(inner: Inner) -> Rest {
    match inner {
        Inner::Text { text, .. } => Rest::Text(text),
        Inner::Json(value) => Rest::Json(value),
        Inner::Many(many) => many.into_iter().next().map_or(Rest::Nothing, |(_, inner)| rest_of(inner)),
        Inner::Event(_) | Inner::Skip => Rest::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_named_from_the_outside_in() {
        let line = r#"{"log":"2026-11-16T09:00:28.036000000Z stderr F request failed\n","stream":"stderr","time":"2026-11-16T09:00:28.036Z"}"#;
        assert_eq!(layers(line, &Settings::default()), ["docker-json-file", "kubernetes-cri"]);
        assert!(layers("request failed", &Settings::default()).is_empty());
    }
}
