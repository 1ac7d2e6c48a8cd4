//! Who, where and when of an event: top-level members, tags in every spelling, the trace context.

use std::sync::Arc;

use serde_json::Value;

use super::shape::{first_text, pairs, scalar, stamp, text};
use crate::decode::Settings;
use crate::model::{Context, Level};
use crate::redact;

/// Overwrites in `context` what the event tells; keeps what it does not.
pub(super) fn read(event: &Value, context: &mut Context, settings: &Settings) {
    let tags = pairs(event.get("tags").or_else(|| event.get("sentry.interfaces.Tags")));
    let tag = |names: &[&str]| {
        names.iter().find_map(|name| tags.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()))
    };
    let own = |name: &str| event.get(name).and_then(scalar);
    let times = ["timestamp", "datetime", "dateCreated", "received", "dateReceived"];
    set(&mut context.stamp, times.iter().find_map(|name| stamp(event.get(name), settings)));
    let level_text = own("level").or_else(|| tag(&["level"]));
    context.level = level_text.and_then(|text| level(&text)).or(Some(Level::Error));
    set_text(&mut context.logger, own("logger").or_else(|| tag(&["logger"])));
    set_text(&mut context.environment, own("environment").or_else(|| tag(&["environment"])));
    set_text(&mut context.release, release(event.get("release")).or_else(|| tag(&["release"])));
    set_text(&mut context.host_name, own("server_name").or_else(|| tag(&["server_name", "server"])));
    let contexts = event.get("contexts");
    let trace = contexts.and_then(|contexts| contexts.get("trace")).and_then(|trace| text(trace, "trace_id"));
    set_text(&mut context.trace_id, trace.map(str::to_owned).or_else(|| tag(&["trace", "trace_id"])));
    let service = tag(&["service", "service.name", "service_name", "app", "application", "dd.service"])
        .or_else(|| otel_service(contexts).map(str::to_owned))
        .or_else(|| project(event));
    set_text(&mut context.service, service);
    if context.service.is_none() {
        // Sentry's own convention for releases: `package@version`.
        // Masked before it is cut: a piece of a URL with a password does not show what it was.
        let release = context.release.as_deref().map(redact::mask);
        let package = release.as_ref().and_then(|release| release.as_str().split_once('@'));
        let package = package.map(|(package, _)| package).filter(|package| !package.is_empty());
        context.service = package.map(Arc::from);
    }
}

/// The severity of Sentry's words and of the numbers that Relay accepts (those of Python).
pub(super) fn level(text: &str) -> Option<Level> {
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "trace" => Level::Trace,
        "debug" | "10" => Level::Debug,
        "info" | "log" | "20" => Level::Info,
        "warn" | "warning" | "30" => Level::Warn,
        "error" | "40" => Level::Error,
        "fatal" | "critical" | "50" => Level::Fatal,
        _ => return None,
    })
}

/// The name of the project, where it is given by name.
pub(super) fn project(event: &Value) -> Option<String> {
    let named = |text: &&str| text.bytes().any(|byte| !byte.is_ascii_digit());
    let project = event.get("project");
    let of_object = project.and_then(|project| first_text(project, &["slug", "name"]));
    of_object
        .or_else(|| project.and_then(Value::as_str))
        .or_else(|| first_text(event, &["project_slug", "project_name", "project.name"]))
        .filter(named)
        .map(str::to_owned)
}

pub(super) fn set_text(place: &mut Option<Arc<str>>, value: Option<String>) {
    set(place, value.map(|value| Arc::from(value.trim())));
}

fn set<T>(place: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *place = value;
    }
}

/// A release is a text, a number, or in REST answers an object.
fn release(value: Option<&Value>) -> Option<String> {
    let value = value?;
    scalar(value).or_else(|| first_text(value, &["version", "shortVersion"]).map(str::to_owned))
}

fn otel_service(contexts: Option<&Value>) -> Option<&str> {
    text(contexts?.get("otel")?.get("resource")?, "service.name")
}
