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
    let Some(path) = LISTS.iter().find(|path| is_list(&value, path)) else { return Err(value) };
    let list = path.iter().try_fold(&mut value, |inner, key| inner.get_mut(*key)).map(Value::take);
    let Some(Value::Array(elements)) = list else { return Ok(Inner::Skip) };
    Ok(Inner::Many(elements.into_iter().map(|element| (context.clone(), Inner::Json(element))).collect()))
}

fn is_list(value: &Value, path: &[&str]) -> bool {
    let list = path.iter().try_fold(value, |inner, key| inner.get(*key)).and_then(Value::as_array);
    list.is_some_and(|list| {
        !list.is_empty() && list.iter().all(|element| element.is_object() || element.is_array())
    })
}
