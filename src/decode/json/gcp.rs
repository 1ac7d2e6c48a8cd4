//! Entries of Google Cloud Logging.

use serde_json::Value;

use crate::decode::fields::{at, first, first_text, has, number, take, text_at};
use crate::decode::level::level_of;
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::{Context, Event, Exchange};

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "gcp",
    title: "Google Cloud Logging entries",
    example: r#"{"insertId":"m5","logName":"projects/acme/logs/stderr","resource":{"type":"k8s_container","labels":{"container_name":"assistant"}},"severity":"INFO","textPayload":"INFO:app:ticket summarised","timestamp":"2026-11-21T04:38:46.195862123Z"}"#,
    keys: &["logName", "insertId"],
    is_verified: true,
    peel,
};

const PAYLOADS: &[&str] = &["textPayload", "jsonPayload", "protoPayload"];

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format = (has(&value, "logName") || has(&value, "insertId"))
        && (PAYLOADS.iter().any(|key| has(&value, key)) || has(&value, "resource"));
    if !is_format {
        return Err(value);
    }
    let stamp = first(&value, &["timestamp", "receiveTimestamp"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    context.level = text_at(&value, "severity").and_then(level_of).or(context.level);
    context::trace(context, text_at(&value, "trace"));
    names(&value, context);
    let parts = at(&value, "split.totalSplits").and_then(number).unwrap_or(1);
    let part = at(&value, "split.index").and_then(number).unwrap_or(0);
    let is_partial = part + 1 < parts;
    let payload =
        PAYLOADS.iter().find_map(|key| take(&mut value, key).filter(|payload| payload.as_str() != Some("")));
    let request = take(&mut value, "httpRequest");
    Ok(match (payload, request) {
        (Some(Value::String(text)), _) => Inner::Text { text, is_partial },
        (Some(Value::Object(mut payload)), Some(request)) => {
            payload.entry("httpRequest").or_insert(request);
            Inner::Json(Value::Object(payload))
        }
        (Some(payload), _) => Inner::of(payload),
        (None, Some(request)) => exchange(request, context),
        // A row of a CSV, whose payload is spread over dotted columns.
        (None, None) => Inner::Json(value),
    })
}

/// An entry of a proxy or a load balancer: all it has is the request.
fn exchange(request: Value, context: &Context) -> Inner {
    let status = at(&request, "status").and_then(number).and_then(|status| u16::try_from(status).ok());
    let exchange = Exchange {
        method: text_at(&request, "requestMethod").map(str::to_owned),
        url: text_at(&request, "requestUrl").map(str::to_owned),
        status: status.filter(|status| (100..600).contains(status)),
        ..Exchange::default()
    };
    let event = Event {
        context: context.clone(),
        exchange: Some(Box::new(exchange)),
        fields: Some(request),
        count: 1,
        ..Event::default()
    };
    Inner::Event(Box::new(event))
}

fn names(value: &Value, context: &mut Context) {
    if let Some(labels) = at(value, "labels") {
        context::name(
            &mut context.service,
            first_text(
                labels,
                &[
                    "k8s-pod/app_kubernetes_io/name",
                    "k8s-pod/app.kubernetes.io/name",
                    "k8s-pod/app",
                    "service",
                ],
            ),
        );
    }
    if let Some(labels) = at(value, "resource.labels") {
        let service =
            first_text(labels, &["service_name", "container_name", "module_id", "function_name", "job_name"]);
        if context.service.is_none() {
            context::name(&mut context.service, service);
        }
        context::name(&mut context.release, first_text(labels, &["revision_name", "version_id"]));
        context::name(&mut context.host_name, first_text(labels, &["pod_name", "instance_id"]));
        for key in ["namespace_name", "pod_name", "container_name", "service_name", "instance_id"] {
            context::stream(context, text_at(labels, key).unwrap_or_default());
        }
    }
    let log = text_at(value, "logName").and_then(|name| name.rsplit('/').next());
    context::stream(context, log.unwrap_or_default());
}
