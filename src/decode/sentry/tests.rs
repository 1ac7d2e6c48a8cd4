use proptest::prelude::*;
use serde_json::{Value, json};

use crate::decode::JsonLayer;

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
use crate::decode::{Inner, Settings};
use crate::model::{Context, Event, Level};

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

fn check_text(parts: Value, expected: &str) {
    assert_eq!(event(sent(parts)).text, expected);
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
fn lists_may_be_wrapped_bare_or_single() {
    let exception = json!({"type": "RateLimitError", "module": "openai", "value": "Error code: 429"});
    for stored in [json!({"values": [exception]}), json!([exception]), exception.clone()] {
        check_text(json!({"exception": stored}), "openai.RateLimitError: Error code: 429");
    }
    check_text(json!({"exception": {}, "message": "x"}), "x");
}

#[test]
fn the_exception_that_speaks_of_openai_wins_in_any_order() {
    let chain = [
        json!({"type": "AuthenticationError", "module": "openai", "value": "Error code: 401 - …"}),
        json!({"type": "RuntimeError", "value": "summary failed"}),
    ];
    for values in [chain.to_vec(), chain.iter().rev().cloned().collect()] {
        let event = event(sent(json!({"exception": {"values": values}})));
        assert_eq!(event.exception.as_deref(), Some("openai.AuthenticationError"));
    }
}

#[test]
fn a_value_that_is_no_text_is_shown_as_json() {
    check_text(json!({"exception": [{"type": "E", "value": {"code": 401}}]}), r#"E: {"code":401}"#);
}

#[test]
fn a_message_is_rendered_from_its_parameters() {
    check_text(
        json!({"logentry": {"message": "failed: %s (%d)", "params": ["boom", 401]}}),
        "failed: boom (401)",
    );
    check_text(
        json!({"logentry": {"message": "failed: %(why)s", "params": {"why": "boom"}}}),
        "failed: boom",
    );
    check_text(json!({"logentry": {"message": "failed", "params": ["boom"]}}), "failed boom");
    check_text(json!({"logentry": {"message": "failed: %s", "formatted": "failed: boom"}}), "failed: boom");
    check_text(json!({"sentry.interfaces.Message": {"message": "old {}", "params": ["x"]}}), "old x");
}

#[test]
fn a_message_that_repeats_the_exception_adds_nothing() {
    check_text(
        json!({"exception": [{"type": "E", "value": "Error code: 401"}], "logentry": {"formatted": "Error code: 401"}}),
        "E: Error code: 401",
    );
}

#[test]
fn frames_of_libraries_follow_and_variables_do_not() {
    let frames = json!([
        {"filename": "app.py", "function": "ask", "in_app": true, "vars": {"prompt": "'secret plan'"}},
        {"filename": "openai/_base_client.py", "module": "openai._base_client", "function": "request", "lineno": 9, "in_app": false},
    ]);
    check_text(
        json!({"exception": [{"type": "E", "value": "x", "stacktrace": {"frames": frames}}]}),
        "E: x\n    at openai._base_client.request (openai/_base_client.py:9)",
    );
}

#[test]
fn the_answer_is_taken_from_variables_of_library_frames() {
    let frames = json!([
        {"in_app": true, "vars": {"response": "<Response [200 OK]>"}},
        {"in_app": false, "vars": {"response": "<Response [403 Forbidden]>", "options": "'prompt'", "prompt": {"x": "y"}}},
        {"in_app": false, "vars": {
            "rheaders": {"X-Request-Id": "'req_1'", "Date": "[Filtered]"},
            "data": {"error": {"message": "'no'", "code": "'c'", "param": "None"}},
        }},
    ]);
    let event =
        event(sent(json!({"exception": [{"type": "E", "value": "x", "stacktrace": {"frames": frames}}]})));
    let answer =
        json!({"headers": {"X-Request-Id": "req_1"}, "error": {"message": "no", "code": "c"}, "status": 403});
    assert_eq!(event.fields, Some(json!({"response": answer})));
}

#[test]
fn a_key_in_local_variables_is_countable_once() {
    let key = concat!("sk-proj-", "abcdefghijklmnopqrstuvwx");
    let frame = json!({"function": "f", "vars": {"api_key": format!("'{key}'"), "job": format!("{{'key': '{key}'}}"), "disk": "'task-runner-that-is-long-enough'"}});
    let event =
        event(sent(json!({"exception": [{"type": "E", "value": "x", "stacktrace": {"frames": [frame]}}]})));
    assert_eq!(event.exposed_texts, [format!("'{key}'")]);
    assert!(!event.text.contains(key));
}

#[test]
fn context_comes_from_members_and_from_tags_in_every_spelling() {
    for tags in [
        json!([["server_name", "web-1"], ["service", "billing"], ["sentry:release", "1.2"]]),
        json!({"server_name": "web-1", "service": "billing", "release": "1.2"}),
        json!([{"key": "server_name", "value": "web-1"}, {"key": "service", "value": "billing"}, {"key": "release", "value": "1.2"}]),
    ] {
        let context = event(sent(json!({
            "tags": tags, "environment": "prod", "level": 30, "logger": "app", "timestamp": 1_795_235_926.5,
            "message": "x", "contexts": {"trace": {"trace_id": "e1"}},
        })))
        .context;
        assert_eq!(context.host_name.as_deref(), Some("web-1"));
        assert_eq!(context.service.as_deref(), Some("billing"));
        assert_eq!(context.release.as_deref(), Some("1.2"));
        assert_eq!(context.environment.as_deref(), Some("prod"));
        assert_eq!(context.trace_id.as_deref(), Some("e1"));
        assert_eq!(context.level, Some(Level::Warn));
        assert_eq!(context.stamp.unwrap().at.to_string(), "2026-11-21T04:38:46.5Z");
    }
}

#[test]
fn contexts_and_extra_are_fields_without_removed_values_and_requests() {
    let event = event(sent(json!({
        "contexts": {"response": {"status_code": 401, "headers": [["X-Request-Id", "req_1"], ["Www-Authenticate", "[Filtered]"]]}, "os": {"name": "x"}},
        "extra": {"body": "{\"error\": {\"code\": \"insufficient_quota\"}}", "code": "[Filtered]"},
        "request": {"headers": [["X-Request-Id", "inbound"]]},
    })));
    assert_eq!(
        event.fields,
        Some(json!({
            "contexts": {"response": {"status_code": 401, "headers": {"X-Request-Id": "req_1"}}},
            "extra": {"body": {"error": {"code": "insufficient_quota"}}},
        }))
    );
    assert!(event.is_scrubbed);
}

#[test]
fn scrubbing_that_does_not_matter_is_not_reported() {
    let parts = json!({"message": "x", "request": {"cookies": "[Filtered]"}, "_meta": {"user": {"ip_address": {"": {"rem": [["@ip", "x"]]}}}}});
    assert!(!event(sent(parts)).is_scrubbed);
    let parts = json!({"message": "x", "_meta": {"logentry": {"formatted": {"": {"rem": [["!limit", "s", 8189, 8192]]}}}}});
    assert!(event(sent(parts)).is_scrubbed);
}

#[test]
fn the_request_that_failed_last_is_read_in_the_spellings_of_all_sdks() {
    for crumb in [
        json!({"type": "http", "category": "httplib", "timestamp": 1_795_235_926, "data": {"http.method": "POST", "url": "https://a/v1", "http.response.status_code": 401}}),
        json!({"type": "http", "category": "http", "data": {"status_code": "401", "url": "https://a/v1?q=1", "method": "POST"}}),
        json!({"type": "log", "category": "httpx2", "message": "HTTP Request: POST https://a/v1 \"HTTP/1.1 401 Unauthorized\""}),
    ] {
        let event = event(sent(json!({"message": "x", "breadcrumbs": [
            {"type": "http", "data": {"status_code": 429, "url": "https://b/v1", "method": "POST"}},
            crumb,
            {"type": "http", "data": {"status_code": 200, "url": "https://c/v1", "method": "POST"}},
            {"type": "log", "category": "app", "message": "no request", "data": {"status_code": 500}},
        ]})));
        let seen = event.failed_request.map(|it| (it.method, it.url, it.status));
        assert_eq!(seen, Some((Some("POST".to_owned()), Some("https://a/v1".to_owned()), 401)), "{crumb}");
        assert!(super::breadcrumb::may_have_failed(&crumb.to_string()), "{crumb}");
    }
}

#[test]
fn rest_events_are_read_from_their_entries() {
    let event = event(json!({
        "id": "5", "eventID": "58373a05fa2441469325c104c0df528a", "groupID": 61, "dateCreated": "2026-05-09T20:58:17Z",
        "entries": [
            {"type": "exception", "data": {"values": [{"type": "RateLimitError", "module": "openai", "value": "Error code: 429", "stacktrace": {"frames": [{"filename": "openai/x.py", "lineNo": 3, "inApp": false}]}}]}},
            {"type": "breadcrumbs", "data": {"values": [{"category": "http", "data": {"status_code": 429}}]}},
            {"type": "message", "data": {"formatted": "call failed", "params": []}},
        ],
        "context": {"attempt": 2}, "packages": {"openai": "2.54.0"}, "release": {"version": "1.2.3"}, "message": "", "type": "error",
    }));
    assert_eq!(
        event.text,
        "openai.RateLimitError: Error code: 429\ncall failed\n    at openai/x.py (openai/x.py:3)"
    );
    assert_eq!(event.identity.as_deref(), Some("58373a05fa2441469325c104c0df528a"));
    assert_eq!(event.group.as_deref(), Some("61"));
    assert_eq!(event.modules, [("openai".to_owned(), "2.54.0".to_owned())]);
    assert_eq!(event.context.release.as_deref(), Some("1.2.3"));
    assert_eq!(event.fields, Some(json!({"extra": {"attempt": 2}})));
    assert_eq!(event.failed_request.map(|request| request.status), Some(429));
}

#[test]
fn simple_rest_events_have_a_title_and_a_message() {
    let event = event(
        json!({"eventID": "1", "groupID": "6", "event.type": "error", "title": "RateLimitError: Error code: 429", "message": "RateLimitError Error code: 429 ask", "dateCreated": "2026-05-09T20:58:17Z"}),
    );
    assert!(event.text.contains("Error code: 429"), "{}", event.text);
}

#[test]
fn an_issue_stands_for_its_events() {
    for count in [json!("312"), json!(312)] {
        let event = event(json!({
            "id": "61", "shortId": "APP-1", "title": "AuthenticationError: Error code: 401 - Inco", "culprit": "ask", "project": {"id": "1", "slug": "app"},
            "metadata": {"type": "AuthenticationError", "value": "Error code: 401 - Incorrect API key"}, "count": count,
            "firstSeen": "2026-05-08T15:33:57Z", "lastSeen": "2026-05-08T15:40:35Z", "level": "error",
        }));
        assert_eq!(event.count, 312);
        assert_eq!(event.text, "AuthenticationError: Error code: 401 - Incorrect API key");
        assert_eq!(event.context.stamp.unwrap().at.to_string(), "2026-05-08T15:33:57Z");
        assert_eq!(event.last_seen.unwrap().to_string(), "2026-05-08T15:40:35Z");
        assert_eq!(event.context.service.as_deref(), Some("app"));
    }
}

#[test]
fn lines_of_envelopes_without_events_are_skipped() {
    for line in [
        json!({}),
        json!({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc", "sent_at": "2026-11-21T04:39:38.777684Z", "sdk": {"name": "x"}}),
        json!({"sdk": {"name": "sentry.javascript.node", "version": "10.30.0"}}),
        json!({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc", "sdk": {"name": "x"}}),
        json!({"type": "event", "content_type": "application/json", "length": 41}),
        json!({"type": "sessions"}),
        json!({"aggregates": [], "attrs": {}}),
        json!({"sid": "f", "init": true, "started": "2026-11-21T04:41:37.596Z", "status": "ok"}),
        json!({"timestamp": 1_778_888_788.173, "discarded_events": []}),
        json!({"type": "transaction", "event_id": "9ec79c33ec9942ab8353589fcb2e04dc", "start_timestamp": 1, "timestamp": 2, "platform": "python", "contexts": {"trace": {}}}),
        json!({"version": 2, "items": [{"trace_id": "7792f17358da4c53ad1ba79ab6ac491f", "span_id": "8", "name": "chat", "attributes": {}}]}),
        json!({"model": "sentry.organization", "pk": 1, "fields": {}}),
    ] {
        assert_eq!(peel(line.clone()), [], "{line}");
    }
}

#[test]
fn a_scrubbed_log_record_is_rendered_from_its_parameters() {
    let event = event(
        json!({"items": [{"timestamp": 1_795_235_978.72, "level": "warn", "body": "[Filtered]", "trace_id": "7", "attributes": {
            "sentry.message.template": {"value": "HTTP Request: %s %s \"%s %d %s\"", "type": "string"},
            "sentry.message.parameter.0": {"value": "POST", "type": "string"},
            "sentry.message.parameter.1": {"value": "URL('https://api.openai.com/v1')", "type": "string"},
            "sentry.message.parameter.2": {"value": "HTTP/1.1", "type": "string"},
            "sentry.message.parameter.3": {"value": "401", "type": "integer"},
            "sentry.message.parameter.4": {"value": "[Filtered]", "type": "string"},
            "logger.name": {"value": "httpx", "type": "string"},
        }}]}),
    );
    assert_eq!(event.text, "HTTP Request: POST https://api.openai.com/v1 \"HTTP/1.1 401 [Filtered]\"");
    assert_eq!(event.context.logger.as_deref(), Some("httpx"));
    assert!(!event.is_sentry && event.is_scrubbed);
}

#[test]
fn a_log_record_taken_out_of_its_container_is_read() {
    let item = json!({"timestamp": 1_795_235_978.72, "level": "warn", "body": "boom", "trace_id": "7", "attributes": {"status": {"value": 401, "type": "integer"}}});
    let event = event(item);
    assert_eq!((event.text.as_str(), event.fields), ("boom", Some(json!({"status": 401}))));
}

#[test]
fn webhooks_hold_an_event_an_error_or_an_issue() {
    let inner = sent(json!({"message": "boom"}));
    for name in ["event", "error"] {
        assert_eq!(event(json!({"action": "triggered", "data": {name: inner}})).text, "boom");
    }
    let issue = json!({"id": "1", "shortId": "A", "title": "boom", "count": "2", "firstSeen": "2026-05-08T15:33:57Z"});
    assert_eq!(event(json!({"action": "created", "data": {"issue": issue}})).count, 2);
    let plugin =
        json!({"id": "1", "project_name": "app", "culprit": "x", "url": "https://s", "event": inner});
    assert_eq!(event(plugin).text, "boom");
}

#[test]
fn rows_of_exports_are_read() {
    let row = event(
        json!({"id": "fa0ca922f2194cc0a23e8fdfdd4129d4", "title": "AuthenticationError: Error co...", "event.type": "error",
        "timestamp": "2026-05-08T15:33:57+00:00", "error.type": "[\"ConnectError\",\"AuthenticationError\"]", "error.value": "[\"'=x\",\"Error code: 401\"]", "count()": "7"}),
    );
    assert_eq!(row.text, "ConnectError: '=x\nAuthenticationError: Error code: 401");
    assert_eq!((row.count, row.exception.as_deref()), (7, Some("AuthenticationError")));
    assert_eq!(event(json!({"title": "'-guarded", "event.type": "default"})).text, "-guarded");
    let log = event(
        json!({"log.body": "HTTP Request", "severity_text": "warn", "timestamp": "2026-05-08T15:33:57"}),
    );
    assert_eq!((log.text.as_str(), log.context.level), ("HTTP Request", Some(Level::Warn)));
    assert_eq!(
        event(json!({"Error": "RateLimitError", "Details": "Error code: 429", "Events": "12"})).count,
        12
    );
    assert_eq!(
        peel(json!({"data": [{"title": "a", "count()": 3}, {"title": "b"}], "meta": {"fields": {}}})).len(),
        2
    );
    assert_eq!(peel(json!({"value": "x", "times_seen": "1", "first_seen": "", "last_seen": ""})), []);
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
