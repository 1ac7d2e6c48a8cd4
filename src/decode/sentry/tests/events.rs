//! Events as SDKs send them: exceptions, messages, frames, context, breadcrumbs.

use serde_json::{Value, json};

use super::{event, sent};
use crate::decode::sentry::breadcrumb;
use crate::model::Level;

fn check_text(parts: Value, expected: &str) {
    assert_eq!(event(sent(parts)).text, expected);
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
        assert!(breadcrumb::may_have_failed(&crumb.to_string()), "{crumb}");
    }
}
