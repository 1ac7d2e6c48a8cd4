//! Reading fields of JSON records: a dotted name is nested, or one key with dots in it.

use serde_json::{Map, Value};

/// Members that are looked through one by one rather than asked for by their hash, which costs as much as twenty
/// comparisons of names.
const FEW_MEMBERS: usize = 20;

/// The member of this name.
fn member<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if map.len() > FEW_MEMBERS {
        return map.get(name);
    }
    map.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The value at a dotted path; each dot may be a step into an object or a part of the key. `null` is
/// no value.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let map = value.as_object()?;
    if let Some(found) = member(map, path) {
        return (!found.is_null()).then_some(found);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let (head, tail) = (path.get(..dot)?, path.get(dot + 1..)?);
        at(member(map, head)?, tail)
    })
}

/// The text at a path, when it is one and not blank.
pub(super) fn text_at<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    at(value, path)?.as_str().filter(|text| !text.trim().is_empty())
}

/// The first text that one of the paths holds.
pub(super) fn first_text<'v>(value: &'v Value, paths: &[&str]) -> Option<&'v str> {
    paths.iter().find_map(|path| text_at(value, path))
}

/// The first value that one of the paths holds.
pub(super) fn first<'v>(value: &'v Value, paths: &[&str]) -> Option<&'v Value> {
    paths.iter().find_map(|path| at(value, path))
}

/// Whether an object has the key at its top, whatever its value.
pub(super) fn has(value: &Value, key: &str) -> bool {
    value.as_object().is_some_and(|map| member(map, key).is_some())
}

/// Takes the value of a key at the top, leaving `null`.
pub(super) fn take(value: &mut Value, key: &str) -> Option<Value> {
    value.get_mut(key).map(Value::take).filter(|value| !value.is_null())
}

/// Takes the text of a key at the top; another kind of value stays.
pub(super) fn take_text(value: &mut Value, key: &str) -> Option<String> {
    if !value.get(key)?.is_string() {
        return None;
    }
    match value.get_mut(key).map(Value::take) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// Takes the elements of an array at the top.
pub(super) fn take_list(value: &mut Value, key: &str) -> Option<Vec<Value>> {
    if !value.get(key)?.is_array() {
        return None;
    }
    match value.get_mut(key).map(Value::take) {
        Some(Value::Array(list)) => Some(list),
        _ => None,
    }
}

/// A whole number, written as a number or as digits.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
