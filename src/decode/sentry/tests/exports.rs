//! What Sentry gives out again: REST answers, issues, envelopes, webhooks, rows of tables.

use serde_json::json;

use super::{event, peel, sent};
use crate::model::Level;

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
