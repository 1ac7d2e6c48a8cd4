use serde_json::json;

use super::*;
use crate::decode::peel;
use crate::model::{Level, Place};

fn event(line: &str) -> Event {
    let entries = peel(line, Place { line: 7, offset: 0 }, &Settings::default());
    assert_eq!(entries.len(), 1, "{line}");
    let entry = entries.into_iter().next().expect("one entry");
    assert!(matches!(entry.body, Body::Json(_)), "{entry:?}");
    record(entry, &Settings::default()).expect("an event")
}

/// One record: its text, and `time level logger service exception` with `-` for what is not there.
fn check(line: &str, text: &str, summary: &str) {
    let event = event(line);
    assert_eq!(event.text, text, "{line}");
    let stamp = event.context.stamp.map_or("-".to_owned(), |stamp| stamp.at.to_string());
    let level = event.context.level.map_or("-".to_owned(), |level| format!("{level:?}"));
    let logger = event.context.logger.as_deref().unwrap_or("-").to_owned();
    let service = event.context.service.as_deref().unwrap_or("-").to_owned();
    let exception = event.exception.clone().unwrap_or("-".to_owned());
    assert_eq!(format!("{stamp} {level} {logger} {service} {exception}"), summary, "{line}");
}

#[test]
fn pino() {
    check(
        r#"{"level":50,"time":1795236060148,"pid":1,"hostname":"web-1","name":"api","err":{"type":"AuthenticationError","message":"401 Incorrect API key","stack":"Error: 401 Incorrect API key\n    at f (x.js:1:2)","status":401,"headers":{},"error":{"type":"Object","message":"Incorrect API key","stack":""}},"msg":"openai call failed"}"#,
        "openai call failed\nError: 401 Incorrect API key\n    at f (x.js:1:2)",
        "2026-11-21T04:41:00.148Z Error - api AuthenticationError",
    );
}

#[test]
fn times_under_any_name_of_a_time() {
    let at = |fields: &str| {
        let line = format!(r#"{{{fields},"level":"error","message":"openai call failed"}}"#);
        event(&line).context.stamp.map_or("-".to_owned(), |stamp| stamp.at.to_string())
    };
    for name in [
        "_ts",
        "TIME",
        "@time",
        "LogTime",
        "log_time",
        "timestamp_ms",
        "timestampInMs",
        "Timestamp_s",
        "occurred_at",
        "occurredOn",
        "creation_date",
        "eventTimestamp",
        "createdAt",
        "TimeCreated",
        "dateTime",
        "dt",
        "timestamp_utc",
    ] {
        for value in [r#""2026-11-21T04:41:00Z""#, "1795236060000", r#"{"value":1795236060}"#] {
            assert_eq!(at(&format!(r#""{name}":{value}"#)), "2026-11-21T04:41:00Z", "{name}");
        }
        assert_eq!(at(&format!(r#""metadata":{{"{name}":1795236060}}"#)), "2026-11-21T04:41:00Z", "{name}");
    }
    assert_eq!(at(r#""timestamp":{"$date":"2026-11-21T04:41:00Z"}"#), "2026-11-21T04:41:00Z");
    // A listed name comes first, wherever it stands.
    assert_eq!(at(r#""created_ts":1795236000,"timestamp":1795236060"#), "2026-11-21T04:41:00Z");
    for other in [
        r#""response_time":1532"#,
        r#""uptime":86400.5"#,
        r#""format":"json""#,
        r#""rate":12"#,
        r#""expires_at":1795236060"#,
        r#""next_retry_at":"2026-11-21T04:41:00Z""#,
        r#""request":{"sent_at":"2026-11-21T04:41:00Z"}"#,
        r#""trace_at":"1970-01-01T00:00:00Z""#,
    ] {
        assert_eq!(at(other), "-", "{other}");
    }
}

#[test]
fn bunyan_level_30_is_info() {
    check(
        r#"{"name":"app","hostname":"vm","pid":32208,"level":30,"msg":"hello there","time":"2026-11-21T04:41:00.199Z","v":0}"#,
        "hello there",
        "2026-11-21T04:41:00.199Z Info - app -",
    );
}

#[test]
fn winston_with_the_error_merged_in() {
    check(
        r#"{"code":"invalid_api_key","error":{"code":"invalid_api_key","message":"Incorrect API key","param":null,"type":"invalid_request_error"},"headers":{},"level":"error","message":"openai call failed 401 Incorrect API key","requestID":"req_1","stack":"Error: 401 Incorrect API key\n    at f","status":401,"type":"invalid_request_error"}"#,
        "openai call failed 401 Incorrect API key\nError: 401 Incorrect API key\n    at f",
        "- Error - - -",
    );
}

#[test]
fn python_json_logger() {
    check(
        r#"{"asctime":"2026-11-21 04:38:45,818","levelname":"ERROR","name":"app.llm","message":"openai call failed","exc_info":"Traceback (most recent call last):\n  File \"x\"\nopenai.AuthenticationError: Error code: 401"}"#,
        "openai call failed\nTraceback (most recent call last):\n  File \"x\"\nopenai.AuthenticationError: Error code: 401",
        "2026-11-21T04:38:45.818Z Error app.llm - -",
    );
}

#[test]
fn structlog_with_tracebacks_as_dicts() {
    check(
        r#"{"event":"openai call failed","level":"error","timestamp":"2026-11-21T04:38:45.821458Z","exception":[{"exc_type":"RateLimitError","exc_value":"Error code: 429 - {'error': {}}","exc_notes":["note one"],"frames":[{"filename":"x","locals":{"key":"'…'"}}]}]}"#,
        "openai call failed\nRateLimitError: Error code: 429 - {'error': {}}\nnote one",
        "2026-11-21T04:38:45.821458Z Error - - RateLimitError",
    );
}

#[test]
fn loguru_keeps_the_whole_text_once() {
    check(
        r#"{"text":"2026-11-21 04:38:46 | ERROR    | __main__:f:1 - failed\nTraceback\nAuthenticationError: Error code: 401\n","record":{"exception":{"type":"AuthenticationError","value":"Error code: 401","traceback":true},"extra":{},"level":{"icon":"x","name":"ERROR","no":40},"message":"failed","name":"__main__","time":{"repr":"2026-11-21 04:38:46.195862+00:00","timestamp":1795235926.195862}}}"#,
        "2026-11-21 04:38:46 | ERROR    | __main__:f:1 - failed\nTraceback\nAuthenticationError: Error code: 401",
        "2026-11-21T04:38:46.195862Z Error __main__ - AuthenticationError",
    );
}

#[test]
fn ecs_flat_and_nested() {
    let text = "openai call failed\nAuthenticationError: Error code: 401 - Incorrect\n  File \"x\"";
    check(
        r#"{"@timestamp":"2026-11-21T04:38:45.819Z","log.level":"error","message":"openai call failed","ecs.version":"1.6.0","error":{"message":"Error code: 401 - Incorrect","stack_trace":"  File \"x\"\n","type":"AuthenticationError"},"log":{"logger":"app.llm"}}"#,
        text,
        "2026-11-21T04:38:45.819Z Error app.llm - AuthenticationError",
    );
    check(
        r#"{"@timestamp":"2026-11-21T04:38:45.819Z","log":{"level":"ERROR","logger":"c.e.Foo"},"service":{"name":"api"},"message":"openai call failed","error":{"type":"AuthenticationError","message":"Error code: 401 - Incorrect","stack_trace":"  File \"x\"\n"},"ecs":{"version":"8.11"}}"#,
        text,
        "2026-11-21T04:38:45.819Z Error c.e.Foo api AuthenticationError",
    );
}

#[test]
fn loggers_of_the_jvm() {
    check(
        r#"{"@timestamp":"2026-11-21T04:38:45.819+00:00","@version":"1","message":"failed to call","logger_name":"c.e.Foo","level":"ERROR","level_value":40000,"stack_trace":"com.x.E: 401: Incorrect\n\tat c.e.Foo"}"#,
        "failed to call\ncom.x.E: 401: Incorrect\n\tat c.e.Foo",
        "2026-11-21T04:38:45.819Z Error c.e.Foo - -",
    );
    check(
        r#"{"instant":{"epochSecond":1795235926,"nanoOfSecond":195862123},"thread":"main","level":"ERROR","loggerName":"c.e.Foo","message":"failed to call","thrown":{"name":"com.x.OuterException","message":"could not","cause":{"name":"com.x.AuthException","message":"401: Incorrect"}}}"#,
        "failed to call\ncom.x.OuterException: could not\ncom.x.AuthException: 401: Incorrect",
        "2026-11-21T04:38:46.195862123Z Error c.e.Foo - com.x.OuterException",
    );
    check(
        r#"{"version":"1.1","host":"web-1","short_message":"failed to call","full_message":"failed to call\n\ncom.x.E: 401","timestamp":1795235926.195,"level":3,"_level_name":"ERROR"}"#,
        "failed to call\n\ncom.x.E: 401",
        "2026-11-21T04:38:46.195Z Error - - -",
    );
}

#[test]
fn loggers_of_dotnet() {
    check(
        r#"{"@t":"2026-11-21T04:38:46.1958532Z","@mt":"Call to {Model} failed with {Status:000} {Missing}","@l":"Error","@x":"System.Exception: 401","Model":"gpt","Status":401,"SourceContext":"A.B"}"#,
        "Call to gpt failed with 401 {Missing}\nSystem.Exception: 401",
        "2026-11-21T04:38:46.1958532Z Error A.B - -",
    );
    check(r#"{"@t":"2026-11-21T04:38:46Z","@m":"fine"}"#, "fine", "2026-11-21T04:38:46Z Info - - -");
    check(
        r#"{"Timestamp":"2026-11-21T14:38:46+10:00","Level":"Error","MessageTemplate":"no {X}","Properties":{"X":"luck"},"Exception":"System.Exception: 401"}"#,
        "no luck\nSystem.Exception: 401",
        "2026-11-21T04:38:46Z Error - - -",
    );
    check(
        r#"{"EventId":0,"LogLevel":"Critical","Category":"A.B","Message":"failed","Exception":"System.Exception: 401","State":{"Message":"failed","{OriginalFormat}":"failed"}}"#,
        "failed\nSystem.Exception: 401",
        "- Fatal A.B - -",
    );
}

#[test]
fn loggers_of_go_and_rust() {
    check(
        r#"{"level":"error","ts":1795235926.195,"logger":"llm","caller":"p/f.go:12","msg":"failed","error":"POST \"u\": 401 Unauthorized","stacktrace":"main.main\n\tf.go:1"}"#,
        "failed\nPOST \"u\": 401 Unauthorized\nmain.main\n\tf.go:1",
        "2026-11-21T04:38:46.195Z Error llm - -",
    );
    check(
        r#"{"L":"ERROR","T":"2026-11-21T04:38:46.195Z","N":"llm","M":"failed"}"#,
        "failed",
        "2026-11-21T04:38:46.195Z Error - - -",
    );
    check(
        r#"{"level":"error","error":"401 Unauthorized","status":401,"time":"2026-11-21T04:38:46Z","message":"failed"}"#,
        "failed\n401 Unauthorized",
        "2026-11-21T04:38:46Z Error - - -",
    );
    check(
        r#"{"time":"2026-11-21T04:45:45.678617163Z","level":"ERROR+2","msg":"failed","err":"401 Unauthorized","req":{"id":"abc"}}"#,
        "failed\n401 Unauthorized",
        "2026-11-21T04:45:45.678617163Z Error - - -",
    );
    check(
        r#"{"timestamp":"2026-11-21T04:38:46.105Z","level":"ERROR","fields":{"message":"failed","error":"could not summarise","status":401},"target":"rs"}"#,
        "failed\ncould not summarise",
        "2026-11-21T04:38:46.105Z Error rs - -",
    );
}

#[test]
fn lambda_in_json() {
    check(
        r#"{"timestamp":"2026-11-21T04:38:46Z","level":"ERROR","message":"call failed","logger":"root","stackTrace":["  File \"x\"\n    f()\n","  File \"y\"\n"],"errorType":"AuthenticationError","errorMessage":"Error code: 401","requestId":"r"}"#,
        "call failed\nAuthenticationError: Error code: 401\n  File \"x\"\n    f()\n  File \"y\"",
        "2026-11-21T04:38:46Z Error root - AuthenticationError",
    );
}

#[test]
fn errors_stand_in_many_places() {
    check(
        r#"{"timestamp":"2026-11-21T04:38:46Z","level":"ERROR","requestId":"r","message":{"errorType":"AuthenticationError","errorMessage":"401 Incorrect","stackTrace":["AuthenticationError: 401 Incorrect","    at f"]}}"#,
        "AuthenticationError: 401 Incorrect\n    at f",
        "2026-11-21T04:38:46Z Error - - AuthenticationError",
    );
    check(
        r#"{"message":"call failed","context":{"exception":{"class":"OpenAI\\E","message":"Incorrect key","code":401}},"level":400,"level_name":"ERROR","channel":"app","datetime":"2026-11-21T04:38:46+00:00"}"#,
        "call failed\nOpenAI\\E: Incorrect key",
        "2026-11-21T04:38:46Z Error app - OpenAI\\E",
    );
    check(
        r#"{"level":"error","message":"401 Incorrect","name":"AuthenticationError","stack":"AuthenticationError: 401 Incorrect\n    at f"}"#,
        "AuthenticationError: 401 Incorrect\n    at f",
        "- Error - - AuthenticationError",
    );
    check(
        r#"{"method":"GET","status":500,"level":"info","exception":["Faraday::UnauthorizedError","401"]}"#,
        "Faraday::UnauthorizedError: 401",
        "- Info - - Faraday::UnauthorizedError",
    );
    check(
        r#"{"level":50,"time":1795236060148,"pid":1,"hostname":"h","err":{"type":"APIConnectionError","message":"Connection error.","cause":{"type":"FetchError","message":"getaddrinfo ENOTFOUND api.openai.com","code":"ENOTFOUND"}},"msg":"failed"}"#,
        "failed\nAPIConnectionError: Connection error.\nFetchError: getaddrinfo ENOTFOUND api.openai.com",
        "2026-11-21T04:41:00.148Z Error - - APIConnectionError",
    );
}

#[test]
fn a_message_that_is_a_record_again_is_opened() {
    let inner = json!({"level":"error","msg":"inner failed","time":"2026-11-21T04:38:46Z","error":"401"});
    let line = json!({"message": inner.to_string(), "level": "info", "service": "api"}).to_string();
    check(&line, "inner failed\n401", "2026-11-21T04:38:46Z Error - api -");
    let fields = event(&line).fields.expect("fields");
    assert_eq!(fields["message"]["error"], "401");
}

#[test]
fn the_records_own_time_needs_a_zone_to_win() {
    let wrap = |text: &str| {
        json!({"log": format!("{text}\n"), "stream": "stderr", "time": "2026-11-21T04:38:46.5Z"}).to_string()
    };
    check(
        &wrap(r#"{"asctime":"2026-11-21 01:00:00,000","message":"m"}"#),
        "m",
        "2026-11-21T04:38:46.5Z - - - -",
    );
    check(&wrap(r#"{"time":"2026-11-21T01:00:00Z","message":"m"}"#), "m", "2026-11-21T01:00:00Z - - - -");
}

#[test]
fn names_of_service_and_trace() {
    let event = event(
        r#"{"message":"m","serviceContext":{"service":"api","version":"1.2"},"logging.googleapis.com/trace":"projects/p/traces/0AF7651916CD43DD8448EB211C80319C","env":"prod","hostname":"h"}"#,
    );
    let context = event.context;
    assert_eq!(context.service.as_deref(), Some("api"));
    assert_eq!(context.release.as_deref(), Some("1.2"));
    assert_eq!(context.environment.as_deref(), Some("prod"));
    assert_eq!(context.host_name.as_deref(), Some("h"));
    assert_eq!(context.trace_id.as_deref(), Some("0af7651916cd43dd8448eb211c80319c"));
    assert_eq!((event.place.line, event.last_line, event.count), (7, 7, 1));
    assert_eq!(context.level, None::<Level>);
}

#[test]
fn answers_of_an_api_are_no_records() {
    for text in [
        r#"{"error":{"message":"x","type":"t","param":null,"code":null}}"#,
        r#"{"message":"x","type":"t","param":null,"code":"c"}"#,
        r#"{"id":"chatcmpl-1","object":"chat.completion","created":1795235926,"choices":[]}"#,
        r#"{"model":"gpt-4o","messages":[]}"#,
        "{}",
    ] {
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert!(!is_record(&value), "{text}");
    }
}
