//! Answers of Sentry's REST API: events (full and simple), issues; and settings backups.

use serde_json::{Map, Value};

use super::event::{event, metadata_line};
use super::shape::{scalar, stamp, text, whole};
use super::{context, exposed};
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::{Context, Event};

/// Events of the REST API, with their entries or without.
pub(in crate::decode) const EVENT: JsonLayer = JsonLayer {
    name: "sentry-rest-event",
    title: "Sentry REST API: events of an issue or a project, the latest event",
    example: r#"{"id":"58373a05fa2441469325c104c0df528a","eventID":"58373a05fa2441469325c104c0df528a","groupID":"61","entries":[{"type":"exception","data":{"values":[{"type":"RateLimitError","module":"openai","value":"Error code: 429 - …"}]}}],"dateCreated":"2026-05-09T20:58:17Z","tags":[{"key":"server_name","value":"app-1"}]}"#,
    keys: &["eventID"],
    is_verified: false,
    peel: peel_event,
};

/// Rows of an issue list: one row stands for `count` events.
pub(in crate::decode) const ISSUE: JsonLayer = JsonLayer {
    name: "sentry-issue",
    title: "Sentry REST API: list of issues",
    example: r#"{"id":"61","shortId":"APP-1","title":"AuthenticationError: Error code: 401 - …","culprit":"ask","metadata":{"type":"AuthenticationError","value":"Error code: 401 - …"},"count":"312","firstSeen":"2026-05-08T15:33:57Z","lastSeen":"2026-05-08T15:40:35Z"}"#,
    keys: &["firstSeen"],
    is_verified: false,
    peel: peel_issue,
};

/// Objects of a self-hosted settings backup: they hold no events.
pub(in crate::decode) const BACKUP: JsonLayer = JsonLayer {
    name: "sentry-backup",
    title: "Sentry self-hosted backup (settings only: export events instead)",
    example: r#"{"model":"sentry.organization","pk":1,"fields":{"name":"Acme"}}"#,
    keys: &["pk"],
    is_verified: false,
    peel: peel_backup,
};

fn peel_event(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let has_id = value.get("eventID").is_some_and(Value::is_string);
    let has_parts = ["entries", "groupID", "projectID", "dateCreated", "event.type"]
        .iter()
        .any(|key| value.get(key).is_some());
    match value {
        Value::Object(map) if has_id && has_parts => {
            let stored = Value::Object(stored_form(map));
            if text(&stored, "type") == Some("transaction") {
                return Ok(Inner::Skip);
            }
            Ok(Inner::Event(Box::new(event(&stored, context, settings))))
        }
        other => Err(other),
    }
}

/// A REST event in the form in which Sentry stores events.
fn stored_form(mut rest: Map<String, Value>) -> Map<String, Value> {
    for entry in match rest.shift_remove("entries") {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    } {
        let Value::Object(mut entry) = entry else { continue };
        let Some(Value::String(kind)) = entry.shift_remove("type") else { continue };
        let Some(content) = entry.shift_remove("data") else { continue };
        let name = match kind.as_str() {
            "exception" => "exception",
            "message" => "logentry",
            "breadcrumbs" => "breadcrumbs",
            // Kept only so that keys in them are found.
            "request" => "request",
            "stacktrace" | "threads" => "threads",
            _ => continue,
        };
        rest.insert(name.to_owned(), content);
    }
    for (of_rest, stored) in [("eventID", "event_id"), ("context", "extra"), ("packages", "modules")] {
        if let Some(value) = rest.shift_remove(of_rest) {
            rest.insert(stored.to_owned(), value);
        }
    }
    rest
}

fn peel_issue(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let has = |key: &str| value.get(key).is_some();
    let is_issue = has("firstSeen") && has("count") && (has("shortId") || has("culprit") || has("metadata"));
    if !is_issue {
        return Err(value);
    }
    let mut parts: Vec<String> = metadata_line(&value).into_iter().collect();
    if let Some(title) = text(&value, "title")
        && !parts.iter().any(|part| part.contains(title.trim_end_matches(['.', '…']).trim()))
    {
        parts.push(title.to_owned());
    }
    context::read(&value, context, settings);
    context.stamp = stamp(value.get("firstSeen"), settings).or(context.stamp);
    let identity = value.get("id").and_then(scalar).or_else(|| text(&value, "shortId").map(str::to_owned));
    let text = parts.join("\n");
    Ok(Inner::Event(Box::new(Event {
        context: context.clone(),
        exposed_texts: exposed::exposed_texts(&value, &text),
        text,
        exception: value.get("metadata").and_then(|it| super::shape::text(it, "type")).map(str::to_owned),
        is_sentry: true,
        count: whole(value.get("count")).unwrap_or(1).max(1),
        last_seen: stamp(value.get("lastSeen"), settings).map(|stamp| stamp.at),
        group: identity.clone(),
        identity,
        ..Event::default()
    })))
}

fn peel_backup(value: Value, _context: &mut Context, _settings: &Settings) -> Result<Inner, Value> {
    let is_backup = text(&value, "model").is_some_and(|model| model.starts_with("sentry."))
        && value.get("pk").is_some()
        && value.get("fields").is_some();
    if is_backup { Ok(Inner::Skip) } else { Err(value) }
}
