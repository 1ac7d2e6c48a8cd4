//! Whole documents on one line: each element of the list they hold is a record of its own.

use serde_json::Value;

use crate::decode::fields::has;
use crate::decode::record::is_record;
use crate::decode::{Inner, JsonLayer, LISTS, Settings};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "json-document",
    title: "JSON documents with a list of records",
    example: r#"{"events":[{"timestamp":1795235926195,"message":"INFO:app:ticket summarised","ingestionTime":1795235926799}],"searchedLogStreams":[]}"#,
    keys: &[],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, _: &Settings) -> Result<Inner, Value> {
    // An API's own list (`"object":"list"`) and a logger's record with a list in it are no such document.
    if !value.is_object() || has(&value, "object") || is_record(&value) {
        return Err(value);
    }
    let messages = || MESSAGES.iter().find(|path| is_list(&value, path) && !is_conversation(&value, path));
    let Some(path) = LISTS.iter().find(|path| is_list(&value, path)).or_else(messages) else {
        return Err(value);
    };
    let list = path.iter().try_fold(&mut value, |inner, key| inner.get_mut(*key)).map(Value::take);
    let Some(Value::Array(elements)) = list else { return Ok(Inner::Skip) };
    let elements = elements.into_iter().map(|element| (context.clone(), Inner::Json(own_record(element))));
    Ok(Inner::Many(elements.collect()))
}

/// Lists of records, unless they are those of a conversation with a model.
const MESSAGES: &[&[&str]] = &[&["messages"]];

/// Whether somebody speaks in an element of a list.
fn is_conversation(value: &Value, path: &[&str]) -> bool {
    let list = path.iter().try_fold(value, |inner, key| inner.get(*key)).and_then(Value::as_array);
    let speaks = |element: &Value| has(element, "role") || has(element, "content");
    list.is_none_or(|list| list.iter().any(speaks))
}

/// Graylog keeps the record beside the index in which it found it.
fn own_record(mut element: Value) -> Value {
    match element.get_mut("message") {
        Some(message) if is_record(message) => message.take(),
        _ => element,
    }
}

fn is_list(value: &Value, path: &[&str]) -> bool {
    let list = path.iter().try_fold(value, |inner, key| inner.get(*key)).and_then(Value::as_array);
    list.is_some_and(|list| {
        !list.is_empty() && list.iter().all(|element| element.is_object() || element.is_array())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Inner, Settings, peel};
    use crate::model::Context;

    #[test]
    fn messages_are_records_unless_somebody_speaks_in_them() {
        let records = |value| match peel(value, &mut Context::default(), &Settings::default()) {
            Ok(Inner::Many(many)) => many.into_iter().map(|(_, inner)| inner).collect(),
            _ => Vec::new(),
        };
        let record = json!({"timestamp": "2026-11-21T04:38:46Z", "level": "error", "message": "x"});
        assert_eq!(records(json!({"messages": [record]})), [Inner::Json(record.clone())]);
        assert_eq!(records(json!({"messages": [{"message": record, "index": "i"}]})), [Inner::Json(record)]);
        assert_eq!(records(json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]})), []);
        assert_eq!(records(json!({"messages": [{"content": "x", "id": 1}]})), []);
    }
}
