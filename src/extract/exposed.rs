//! Secrets that a record shows in full, each once: in its text, in fields that its text does not show, and in parts of
//! a Sentry event that are not read otherwise.

use serde_json::Value;

use crate::model::{Event, ExposedSecret};
use crate::redact;

/// Secrets that stand in the record in full.
pub(super) fn secrets(event: &Event) -> Vec<ExposedSecret> {
    let hidden = event
        .exposed_texts
        .iter()
        .flat_map(|text| redact::whole_keys(text))
        .map(|secret| redact::Secret { range: 0..0, ..secret });
    let in_text = redact::whole_keys(&event.text);
    let in_fields = event.fields.as_ref().map(|fields| exposed_in(fields, &in_text)).unwrap_or_default();
    in_text
        .into_iter()
        .chain(hidden)
        .chain(in_fields)
        .map(|secret| {
            let line =
                event.text.get(..secret.range.start).map_or(0, |before| before.matches('\n').count() as u64);
            ExposedSecret {
                family: secret.family,
                shown: secret.shown,
                fingerprint: secret.fingerprint,
                line: (event.place.line + line).min(event.last_line.max(event.place.line)),
                source: None,
            }
        })
        .collect()
}

/// Secrets in the fields of a JSON record that its text does not show, each once.
fn exposed_in(fields: &Value, in_text: &[redact::Secret]) -> Vec<redact::Secret> {
    let mut found: Vec<redact::Secret> = Vec::new();
    let mut open = vec![fields];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => {
                for secret in redact::whole_keys(text) {
                    let is_known = |known: &redact::Secret| known.fingerprint == secret.fingerprint;
                    if !in_text.iter().chain(&found).any(is_known) {
                        found.push(redact::Secret { range: 0..0, ..secret });
                    }
                }
            }
            Value::Array(list) => open.extend(list.iter().rev()),
            Value::Object(map) => {
                let parts: Vec<&Value> = map.values().collect();
                open.extend(parts.into_iter().rev());
            }
            _ => {}
        }
    }
    found
}
