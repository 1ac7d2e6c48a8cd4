//! Every layer on its own examples, and on none of the others; any value at all.

mod events;
mod exports;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::decode::{Inner, JsonLayer, Settings};
use crate::model::{Context, Event};

const LAYERS: [JsonLayer; 8] = [
    super::webhook::LAYER,
    super::rest::EVENT,
    super::rest::ISSUE,
    super::envelope::LAYER,
    super::event::LAYER,
    super::envelope::LOGS,
    super::row::LAYER,
    super::rest::BACKUP,
];

/// Peels as the caller does: layer by layer until an event is found.
fn peel(value: Value) -> Vec<Option<Event>> {
    fn dig(inner: Inner, context: Context, depth: usize, events: &mut Vec<Option<Event>>) {
        match inner {
            Inner::Event(event) => events.push(Some(*event)),
            Inner::Many(many) => {
                for (context, inner) in many {
                    dig(inner, context, depth, events);
                }
            }
            Inner::Json(value) if depth < 8 => {
                let mut context = context;
                let mut value = value;
                for layer in &LAYERS {
                    match (layer.peel)(value, &mut context, &Settings::default()) {
                        Ok(inner) => return dig(inner, context, depth + 1, events),
                        Err(back) => value = back,
                    }
                }
                events.push(None);
            }
            Inner::Json(_) | Inner::Text { .. } => events.push(None),
            Inner::Skip => {}
        }
    }
    let mut events = Vec::new();
    dig(Inner::Json(value), Context::default(), 0, &mut events);
    events
}

fn event(value: Value) -> Event {
    let mut events = peel(value);
    assert_eq!(events.len(), 1);
    events.remove(0).expect("a Sentry event")
}

fn sent(parts: Value) -> Value {
    let mut event =
        json!({"event_id": "9fac2ceed9344f2bbfdd1fdacb0ed9b1", "platform": "python", "sdk": {"name": "x"}});
    event.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    event
}

#[test]
fn every_example_is_claimed_by_its_own_layer() {
    for layer in &LAYERS {
        let value: Value = serde_json::from_str(layer.example).unwrap();
        for other in &LAYERS {
            let is_ours = (other.peel)(value.clone(), &mut Context::default(), &Settings::default()).is_ok();
            assert_eq!(is_ours, other.name == layer.name, "{} by {}", layer.name, other.name);
        }
    }
}

#[test]
fn records_of_other_loggers_are_left_alone() {
    for record in [
        json!({"event_id": "9fac2ceed9344f2bbfdd1fdacb0ed9b1", "message": "order placed", "level": "info"}),
        json!({"event_id": "evt_1", "message": "x", "platform": "web"}),
        json!({"level": "error", "message": "x", "exception": {"type": "E", "value": "v"}}),
        json!({"@timestamp": "2026-05-08T15:33:57Z", "event.type": "error", "error.type": "E", "message": "x"}),
        json!({"type": "error", "message": "x"}),
        json!({"type": "log"  , "message": "x"}),
        json!({"timestamp": "2026-05-08T15:33:57Z", "message": "x", "severity": "ERROR", "trace": "projects/p/traces/t"}),
        json!({"items": [1, 2]}),
        json!({"data": {"event": {}}, "status": "ok"}),
        json!({"id": "1", "title": "t", "count": 3}),
        json!([1]),
        json!("x"),
    ] {
        assert_eq!(peel(record.clone()), [None], "{record}");
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "[Filtered]",
        "2026-05-08T15:33:57Z",
        "9fac2ceed9344f2bbfdd1fdacb0ed9b1",
        "error",
        "event",
        "'=1",
        "%s %(a)s {}",
        "sk-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "eyJ.é.x",
        "[[\"a\",1]]",
        "{\"a\":[",
        "HTTP Request: POST",
        "-",
        "1e400",
        "…",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "event_id",
        "eventID",
        "exception",
        "values",
        "type",
        "value",
        "module",
        "stacktrace",
        "frames",
        "vars",
        "logentry",
        "message",
        "formatted",
        "params",
        "breadcrumbs",
        "data",
        "category",
        "contexts",
        "trace",
        "trace_id",
        "extra",
        "tags",
        "key",
        "_meta",
        "",
        "rem",
        "entries",
        "metadata",
        "title",
        "count",
        "firstSeen",
        "lastSeen",
        "shortId",
        "action",
        "event",
        "issue",
        "items",
        "attributes",
        "body",
        "level",
        "timestamp",
        "platform",
        "sdk",
        "error.type",
        "error.value",
        "event.type",
        "log.body",
        "meta",
        "fields",
        "release",
        "version",
        "project",
        "request",
        "headers",
    ]);
    leaf.prop_recursive(6, 80, 10, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..10).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_panics_and_what_is_refused_comes_back_whole(value in anything()) {
        for layer in &LAYERS {
            if let Err(back) = (layer.peel)(value.clone(), &mut Context::default(), &Settings::default()) {
                prop_assert_eq!(&back, &value, "{}", layer.name);
            }
        }
    }
}
