//! Telemetry envelopes of Application Insights: `data.baseType` and `data.baseData`.

use serde_json::Value;

use crate::decode::fields::{at, first_text, number, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, level, time};
use crate::model::{Context, Event, Exchange};

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "azure-envelope",
    title: "Application Insights telemetry",
    example: r#"{"name":"Microsoft.ApplicationInsights.Message","time":"2026-11-21T04:38:46.195Z","iKey":"x","tags":{"ai.cloud.role":"assistant"},"data":{"baseType":"MessageData","baseData":{"ver":2,"message":"INFO:app:ticket summarised","severityLevel":1}}}"#,
    keys: &["data", "data.baseType"],
    is_verified: false,
    peel,
};

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let (Some(kind), Some(data)) = (text_at(&value, "data.baseType"), at(&value, "data.baseData")) else {
        return Err(value);
    };
    context::wrapper_time(context, at(&value, "time").and_then(|stamp| time::from_json(stamp, settings)));
    context.level = at(data, "severityLevel").and_then(number).and_then(level::azure).or(context.level);
    context::name(&mut context.service, text_at(&value, "tags.ai.cloud.role"));
    context::name(&mut context.host_name, text_at(&value, "tags.ai.cloud.roleInstance"));
    context::name(&mut context.release, text_at(&value, "tags.ai.application.ver"));
    context::trace(context, text_at(&value, "tags.ai.operation.id"));
    context::stream(context, text_at(&value, "tags.ai.cloud.roleInstance").unwrap_or_default());
    Ok(match kind {
        "MessageData" => text_at(data, "message").map_or(Inner::Skip, Inner::text),
        "ExceptionData" => Inner::Json(exceptions(data)),
        "RemoteDependencyData" => dependency(data, context),
        _ => Inner::Skip,
    })
}

fn exceptions(data: &Value) -> Value {
    let list = at(data, "exceptions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let list: Vec<Value> = list
        .iter()
        .map(|one| {
            let (class, stack) = (text_at(one, "typeName"), text_at(one, "stack"));
            serde_json::json!({ "type": class, "message": text_at(one, "message"), "stack": stack })
        })
        .collect();
    serde_json::json!({ "message": first_text(data, &["message"]), "exception": list, "properties": at(data, "properties") })
}

fn dependency(data: &Value, context: &Context) -> Inner {
    let name = text_at(data, "name").unwrap_or_default();
    let method = name.split(' ').next().filter(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()));
    let status = at(data, "resultCode").and_then(number).and_then(|status| u16::try_from(status).ok());
    let exchange = Exchange {
        method: method.filter(|method| !method.is_empty()).map(str::to_owned),
        url: first_text(data, &["data", "target"]).map(str::to_owned),
        status: status.filter(|status| (100..600).contains(status)),
        ..Exchange::default()
    };
    let mut event = Event { context: context.clone(), count: 1, ..Event::default() };
    event.exchange = Some(Box::new(exchange));
    event.fields = Some(data.clone());
    Inner::Event(Box::new(event))
}
