//! Rows of Discover, Explore and Logs exports (CSV rows and JSON lines come as objects of columns), and
//! of third-party issue lists.

use serde_json::{Map, Value};

use super::context::{self, level, set_text};
use super::envelope::json_record;
use super::event::is_event_id;
use super::shape::{first_text, is_removed, scalar, stamp, whole};
use super::{exception, exposed};
use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::{Context, Event};

/// Rows of exports.
pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "sentry-row",
    title: "Sentry Discover, Explore or Logs export (CSV or JSON lines)",
    example: r#"{"id":"fa0ca922f2194cc0a23e8fdfdd4129d4","title":"AuthenticationError: Error code: 401 - …","event.type":"error","project":"assistant","timestamp":"2026-05-08T15:33:57+00:00","error.type":"[\"AuthenticationError\"]","error.value":"[\"Error code: 401 - …\"]"}"#,
    keys: &[
        "meta",
        "log.body",
        "severity",
        "times_seen",
        "event.type",
        "error.value",
        "issue.id",
        "stack.filename",
        "count()",
        "count_unique(user)",
        "Details",
        "id",
    ],
    is_verified: false,
    peel,
};

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let Some(map) = value.as_object() else { return Err(value) };
    if is_answer(map) {
        return Ok(rows(value, context, settings));
    }
    if is_log(map) {
        let row = unguarded(map);
        return Ok(log(&row, context, settings));
    }
    if is_tag_value(map) {
        return Ok(Inner::Skip);
    }
    if is_event_row(map) {
        let row = unguarded(map);
        return Ok(event(&row, context, settings));
    }
    Err(value)
}

/// An answer of the events endpoint: `{"data":[{field: value}…],"meta":{"fields":{…}}}`.
fn is_answer(map: &Map<String, Value>) -> bool {
    map.get("meta").and_then(|meta| meta.get("fields")).is_some_and(Value::is_object)
        && map.get("data").is_some_and(Value::is_array)
}

fn rows(mut answer: Value, context: &Context, settings: &Settings) -> Inner {
    let Some(Value::Array(rows)) = answer.get_mut("data").map(Value::take) else { return Inner::Skip };
    let inner = rows.into_iter().map(|row| {
        let mut own = context.clone();
        let inner = match row.as_object() {
            Some(map) if is_log(map) => log(&unguarded(map), &mut own, settings),
            Some(map) => event(&unguarded(map), &mut own, settings),
            None => Inner::Skip,
        };
        (own, inner)
    });
    Inner::Many(inner.collect())
}

fn is_log(map: &Map<String, Value>) -> bool {
    map.contains_key("log.body")
        || (map.contains_key("message")
            && map.contains_key("severity")
            && ["item_type", "project.id", "timestamp_precise", "sdk.name"]
                .iter()
                .any(|key| map.contains_key(*key)))
}

/// A row of the values of a tag: counts without evidence.
fn is_tag_value(map: &Map<String, Value>) -> bool {
    ["value", "times_seen", "first_seen", "last_seen"].iter().all(|key| map.contains_key(*key))
}

fn is_event_row(map: &Map<String, Value>) -> bool {
    let has = |key: &str| map.contains_key(key);
    if has("@timestamp") || has("ecs.version") || has("log.level") {
        return false; // ECS has `event.type` and `error.type` as well.
    }
    let has_id = map.get("id").and_then(Value::as_str).is_some_and(is_event_id);
    let is_table =
        ["event.type", "error.value", "issue.id", "stack.filename", "count()", "count_unique(user)"]
            .iter()
            .any(|key| has(key))
            && ["title", "message", "error.value", "error.type", "issue"].iter().any(|key| has(key));
    let is_list = ["Error", "Details", "Events"].iter().all(|key| has(key));
    is_table || is_list || (has_id && has("title"))
}

/// Exports put a `'` before cells that a spreadsheet would run as a formula.
fn unguarded(map: &Map<String, Value>) -> Value {
    let cell = |value: &Value| match value {
        Value::String(text) => match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => Value::from(rest),
            _ => value.clone(),
        },
        other => other.clone(),
    };
    Value::Object(map.iter().map(|(name, value)| (name.clone(), cell(value))).collect())
}

fn log(row: &Value, context: &mut Context, settings: &Settings) -> Inner {
    let own = |names: &[&str]| names.iter().find_map(|name| row.get(name).and_then(scalar));
    let times = ["timestamp_precise", "timestamp", "observed_timestamp"];
    context.stamp = times.iter().find_map(|name| stamp(row.get(name), settings)).or(context.stamp);
    context.level =
        own(&["severity", "severity_text", "level"]).and_then(|text| level(&text)).or(context.level);
    set_text(&mut context.logger, own(&["logger.name"]));
    set_text(&mut context.environment, own(&["environment", "sentry.environment"]));
    set_text(&mut context.release, own(&["release", "sentry.release"]));
    set_text(&mut context.host_name, own(&["server.address", "server_name"]));
    set_text(&mut context.service, own(&["service.name", "service"]).or_else(|| context::project(row)));
    set_text(&mut context.trace_id, own(&["trace", "trace_id"]));
    let stored = ["message", "log.body"].iter().find_map(|name| row.get(name)).and_then(Value::as_str);
    let body = stored.filter(|body| !is_removed(body)).unwrap_or("");
    if let Some(record) = json_record(body) {
        return Inner::Json(record);
    }
    Inner::Event(Box::new(Event {
        context: context.clone(),
        text: body.to_owned(),
        fields: Some(row.clone()),
        is_scrubbed: stored.is_some_and(is_removed),
        count: 1,
        identity: own(&["id"]),
        ..Event::default()
    }))
}

fn event(row: &Value, context: &mut Context, settings: &Settings) -> Inner {
    context::read(row, context, settings);
    let own = |names: &[&str]| names.iter().find_map(|name| row.get(name).and_then(scalar));
    let first = ["timestamp", "min(timestamp)", "first_seen()"]
        .iter()
        .find_map(|name| stamp(row.get(name), settings));
    let last = ["last_seen()", "max(timestamp)"].iter().find_map(|name| stamp(row.get(name), settings));
    context.stamp = first.or(last).or(context.stamp);
    set_text(&mut context.logger, own(&["logger", "logger.name"]));
    set_text(&mut context.trace_id, own(&["trace", "trace.id"]));
    set_text(&mut context.service, own(&["tags[service]", "service", "service.name"]));
    if own(&["event.type"]).as_deref() == Some("transaction") {
        return Inner::Skip;
    }
    let chain = chain(row);
    let exceptions = exception::exceptions(&chain);
    let text = text_of(row, &exceptions);
    Inner::Event(Box::new(Event {
        context: context.clone(),
        exposed_texts: exposed::exposed_texts(row, &text),
        exception: exception::spoken(&exceptions).and_then(exception::Exception::class),
        text,
        is_sentry: true,
        count: ["count()", "Events"].iter().find_map(|name| whole(row.get(name))).unwrap_or(1).max(1),
        last_seen: last.map(|stamp| stamp.at),
        identity: own(&["id", "event_id"]),
        group: own(&["issue.id", "issue"]),
        ..Event::default()
    }))
}

fn text_of(row: &Value, exceptions: &[exception::Exception<'_>]) -> String {
    let mut parts: Vec<String> = exceptions.iter().filter_map(exception::Exception::line).collect();
    // The message before the title: a title is a cut message.
    for name in ["message", "Error", "Details", "title"] {
        if let Some(part) = first_text(row, &[name]) {
            let bare = part.trim().trim_end_matches("...").trim_end_matches('…');
            if !parts.iter().any(|known| known.contains(bare)) {
                parts.push(part.to_owned());
            }
        }
    }
    parts.join("\n")
}

/// `error.type` and `error.value` hold one element per exception, as a JSON array or a bare text.
fn chain(row: &Value) -> Value {
    let kinds = cells(row.get("error.type"));
    let values = cells(row.get("error.value"));
    let exceptions = (0..kinds.len().max(values.len())).map(|index| {
        let mut exception = Map::new();
        for (name, cells) in [("type", &kinds), ("value", &values)] {
            if let Some(cell) = cells.get(index) {
                exception.insert(name.to_owned(), Value::from(cell.as_str()));
            }
        }
        Value::Object(exception)
    });
    Value::Object(Map::from_iter([("exception".to_owned(), Value::Array(exceptions.collect()))]))
}

fn cells(stored: Option<&Value>) -> Vec<String> {
    match stored {
        Some(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
        Some(Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
            _ if text.trim().is_empty() => Vec::new(),
            _ => vec![text.clone()],
        },
        _ => Vec::new(),
    }
}
