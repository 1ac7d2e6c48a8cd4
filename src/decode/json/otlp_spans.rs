//! Spans of OpenTelemetry in JSON (OTLP): a request over HTTP is an exchange; any other span is a record of how it
//! ended, when it says so. What else it carries (prompts, answers, numbers of tokens) is left out.

use serde_json::{Map, Value, json};

use super::otlp::{attributes, list};
use crate::decode::fields::{first, number};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::{Context, Event, Exchange, Level};

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "otlp-spans",
    title: "OpenTelemetry spans (OTLP/JSON)",
    example: r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"assistant"}}]},"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","name":"ask","startTimeUnixNano":"1795235926195862123","status":{"code":2,"message":"ticket not summarised"}}]}]}]}"#,
    keys: &["resourceSpans", "resource_spans"],
    is_verified: false,
    peel,
};

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let Some(batches) = list(&value, &["resourceSpans", "resource_spans"]) else { return Err(value) };
    let mut many = Vec::new();
    for batch in batches {
        let mut batch_context = context.clone();
        let resource = batch.get("resource").and_then(|resource| resource.get("attributes"));
        context::labels(&mut batch_context, &Value::Object(attributes(resource, 0)));
        for scope in
            list(batch, &["scopeSpans", "scope_spans", "instrumentationLibrarySpans"]).unwrap_or_default()
        {
            for span in list(scope, &["spans"]).unwrap_or_default() {
                many.push(ended(span, batch_context.clone(), settings));
            }
        }
    }
    Ok(Inner::Many(many))
}

/// How a span ended.
fn ended(span: &Value, mut context: Context, settings: &Settings) -> (Context, Inner) {
    let stamp = first(span, &["startTimeUnixNano", "start_time_unix_nano"]);
    context::wrapper_time(&mut context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    context::trace(&mut context, first(span, &["traceId", "trace_id"]).and_then(Value::as_str));
    if let Some(exchange) = exchange(&attributes(span.get("attributes"), 0)) {
        let event = Event {
            context: context.clone(),
            exchange: Some(Box::new(exchange)),
            count: 1,
            ..Event::default()
        };
        return (context, Inner::Event(Box::new(event)));
    }
    let said = span.get("status").and_then(|status| status.get("message")).filter(|said| said.is_string());
    let exception = list(span, &["events"]).unwrap_or_default().iter().find_map(|event| {
        let details = attributes(event.get("attributes"), 0);
        details.contains_key("exception.message").then_some(details)
    });
    if said.is_none() && exception.is_none() {
        return (context, Inner::Skip);
    }
    context.level = Some(Level::Error);
    let detail = |name: &str| exception.as_ref().and_then(|details| details.get(name)).cloned();
    let mut record = Map::new();
    record.insert(
        "message".to_owned(),
        said.cloned().or_else(|| span.get("name").cloned()).unwrap_or_default(),
    );
    if exception.is_some() {
        let exception = json!({
            "type": detail("exception.type"),
            "message": detail("exception.message"),
            "stacktrace": detail("exception.stacktrace"),
        });
        record.insert("exception".to_owned(), exception);
    }
    (context, Inner::Json(Value::Object(record)))
}

/// The request that a client's span stands for.
fn exchange(attributes: &Map<String, Value>) -> Option<Exchange> {
    let text =
        |names: &[&str]| names.iter().find_map(|name| attributes.get(*name)?.as_str()).map(str::to_owned);
    let status = ["http.response.status_code", "http.status_code"]
        .iter()
        .find_map(|name| attributes.get(*name).and_then(number))?;
    Some(Exchange {
        method: text(&["http.request.method", "http.method"]),
        url: Some(text(&["url.full", "http.url"])?),
        status: u16::try_from(status).ok().filter(|status| (100..600).contains(status)),
        ..Exchange::default()
    })
}
