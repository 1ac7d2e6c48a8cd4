//! Events of Logstash in their first version, which winston's `format.logstash()` still writes:
//! `{"@message","@timestamp","@fields":{…}}`.

use serde_json::Value;

use crate::decode::fields::{take, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "logstash-fields",
    title: "Logstash events with @fields (winston)",
    example: r#"{"@fields":{"level":"error","status":401},"@message":"summary failed","@timestamp":"2026-11-21T04:38:46.195Z"}"#,
    keys: &["@fields"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, _: &Settings) -> Result<Inner, Value> {
    if !value.get("@fields").is_some_and(Value::is_object) {
        return Err(value);
    }
    context::name(&mut context.host_name, text_at(&value, "@source_host"));
    let Some(Value::Object(mut record)) = take(&mut value, "@fields") else { return Err(value) };
    if let Some(message) = take(&mut value, "@message")
        && let Some(own) = record.insert("message".to_owned(), message)
    {
        // The message of an error whose members were merged into the record.
        record.entry("error_message").or_insert(own);
    }
    if let Some(stamp) = take(&mut value, "@timestamp") {
        record.insert("@timestamp".to_owned(), stamp);
    }
    Ok(Inner::Json(Value::Object(record)))
}
