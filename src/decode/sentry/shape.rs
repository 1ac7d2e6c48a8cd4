//! The several spellings that Sentry accepts for one thing: wrapped, bare and single lists, tables as
//! objects or as lists of pairs, markers of removed values, times.

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::decode::{Settings, time};
use crate::model::{Stamp, StampOrigin};

/// Nesting beyond which values are dropped.
const MAX_DEPTH: usize = 64;

/// Whether a scrubber put this text in place of a value (Relay's data scrubbing, SDK scrubbers, the
/// customary `before_send` markers).
pub(super) fn is_removed(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"'])).unwrap_or(text);
    matches!(text, "[Filtered]" | "[REDACTED]" | "[redacted]")
        || (text.len() >= 3 && text.bytes().all(|byte| byte == b'*'))
}

/// The text of a member; `None` where it is no text, empty, or was removed by a scrubber.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().filter(|text| !text.trim().is_empty() && !is_removed(text))
}

/// The first of several members that holds a text.
pub(super) fn first_text<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| text(value, key))
}

/// The elements of `{"values":[…]}`, of a bare array, or a single bare object.
pub(super) fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).collect(),
        Some(Value::Object(map)) => match map.get("values") {
            Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).collect(),
            Some(_) => Vec::new(),
            None if map.is_empty() => Vec::new(),
            None => value.into_iter().collect(),
        },
        _ => Vec::new(),
    }
}

/// The pairs of an object, of `[[key, value]…]` or of `[{"key":…,"value":…}…]`; numbers become their
/// digits, removed values are left out, `sentry:` is taken off the keys.
pub(super) fn pairs(value: Option<&Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut add = |key: &str, value: &Value| {
        if let Some(value) = scalar(value) {
            pairs.push((key.strip_prefix("sentry:").unwrap_or(key).to_owned(), value));
        }
    };
    match value {
        Some(Value::Object(map)) => map.iter().for_each(|(key, value)| add(key, value)),
        Some(Value::Array(items)) => {
            for item in items {
                let (key, value) = match item {
                    Value::Array(pair) => (pair.first(), pair.get(1)),
                    _ => (item.get("key").or_else(|| item.get("name")), item.get("value")),
                };
                if let (Some(Value::String(key)), Some(value)) = (key, value) {
                    add(key, value);
                }
            }
        }
        _ => {}
    }
    pairs
}

/// A text, a number or a truth value as text; `None` for anything else, empty or removed.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() || is_removed(text) => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A whole number, also when it is written as a text (`"312"`) or as `312.0`.
pub(super) fn whole(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64().filter(|float| (0.0..9e15).contains(float))?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "in range, see above"
            )]
            Some(float as u64)
        }),
        Value::String(text) => text.trim().replace(',', "").parse().ok(),
        _ => None,
    }
}

/// A status of an HTTP answer.
pub(super) fn status(value: Option<&Value>) -> Option<u16> {
    whole(value).and_then(|status| u16::try_from(status).ok()).filter(|status| (100..=999).contains(status))
}

/// A time; Sentry reads times without a zone as UTC.
pub(super) fn stamp(value: Option<&Value>, settings: &Settings) -> Option<Stamp> {
    let utc = Settings { zone: TimeZone::UTC, ..settings.clone() };
    let stamp = time::from_json(value.filter(|value| !value.is_null())?, &utc)?;
    Some(Stamp { origin: StampOrigin::Own, ..stamp })
}

/// A copy without removed values and nulls, JSON inside of strings unfolded (Relay folds what is nested
/// deeper than its limit), lists of pairs turned into objects. Sets `is_scrubbed` when something was removed.
pub(super) fn cleaned(value: &Value, is_scrubbed: &mut bool) -> Option<Value> {
    clean(value, MAX_DEPTH, is_scrubbed)
}

fn clean(value: &Value, depth: usize, is_scrubbed: &mut bool) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Null => None,
        Value::String(text) if is_removed(text) => {
            *is_scrubbed = true;
            None
        }
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            match serde_json::from_str::<Value>(text) {
                Ok(folded @ (Value::Object(_) | Value::Array(_))) => clean(&folded, depth, is_scrubbed),
                _ => Some(value.clone()),
            }
        }
        Value::Array(items) if is_pairs(items) => {
            let mut map = Map::new();
            for item in items {
                if let (Some(Value::String(key)), Some(value)) = (item.get(0), item.get(1))
                    && let Some(value) = clean(value, depth, is_scrubbed)
                {
                    map.entry(key.as_str()).or_insert(value);
                }
            }
            Some(Value::Object(map))
        }
        Value::Array(items) => {
            Some(Value::Array(items.iter().filter_map(|item| clean(item, depth, is_scrubbed)).collect()))
        }
        Value::Object(map) => Some(Value::Object(
            map.iter()
                .filter_map(|(key, value)| Some((key.clone(), clean(value, depth, is_scrubbed)?)))
                .collect(),
        )),
        other => Some(other.clone()),
    }
}

fn is_pairs(items: &[Value]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            item.as_array().is_some_and(|pair| pair.len() == 2 && pair.first().is_some_and(Value::is_string))
        })
}
