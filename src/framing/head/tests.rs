//! Heads as they are written, and what is read of them.

use super::{HEADS, parse};

fn check(line: &str, expected: &str) {
    let shown = parse(line).map_or_else(
        || "none".to_owned(),
        |head| {
            let text = |range: Option<std::ops::Range<usize>>| {
                range.and_then(|r| line.get(r)).unwrap_or("-").to_owned()
            };
            format!(
                "{} | {} | {} | {}",
                text(head.time.clone()),
                head.level.map_or("-".to_owned(), |level| format!("{level:?}")),
                text(head.logger.clone()),
                line.get(head.message..).unwrap_or("?")
            )
        },
    );
    assert_eq!(shown, expected, "{line}");
}

#[test]
fn every_shape_is_named_once_and_recognises_its_example() {
    let mut names: Vec<_> = HEADS.iter().map(|shape| shape.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), HEADS.len());
    for shape in HEADS {
        let first = super::shape(shape.example).map(|shape| shape.name);
        assert_eq!(first, Some(shape.name), "no shape before it may take its example");
    }
}

#[test]
fn python_layouts() {
    check("2026-11-21 04:59:05,594 - x - WARNING - line1", "2026-11-21 04:59:05,594 | Warn | x | line1");
    check(
        "2026-03-08 11:03:19,214 INFO httpx HTTP Request: POST",
        "2026-03-08 11:03:19,214 | Info | httpx | HTTP Request: POST",
    );
    check(
        "2026-11-21 04:59:05,594 [ERROR] app.llm: failed",
        "2026-11-21 04:59:05,594 | Error | app.llm | failed",
    );
    check("ERROR:root:openai call failed", "- | Error | root | openai call failed");
    check(
        "[2026-03-17 00:38:16,779] ERROR in logsetup: Exception on /v1",
        "2026-03-17 00:38:16,779 | Error | logsetup | Exception on /v1",
    );
    check(
        "[2026-11-21 04:39:12 - openai._base_client:482 - DEBUG] Request options",
        "2026-11-21 04:39:12 | Debug | openai._base_client:482 | Request options",
    );
}

#[test]
fn a_level_in_front_of_the_time() {
    check(
        "ERROR 2026-11-21 04:38:46,195 views 812 140 Internal Server Error: /chat/",
        "2026-11-21 04:38:46,195 | Error | - | views 812 140 Internal Server Error: /chat/",
    );
    check(
        "[WARN] 2026-11-21T04:38:46.195Z app.llm failed",
        "2026-11-21T04:38:46.195Z | Warn | app.llm | failed",
    );
    check("[error] [2026-11-21 04:38:46] failed", "2026-11-21 04:38:46 | Error | - | failed");
    check(
        "ERROR 2026-11-21 04:38:46,195 django.request: Internal Server Error: /chat/",
        "2026-11-21 04:38:46,195 | Error | django.request | Internal Server Error: /chat/",
    );
    check("INFO | 2026-11-21 04:38:46 | app | on", "2026-11-21 04:38:46 | Info | app | on");
    check("[2026-11-21, 04:38:46 UTC] {a.py:7} ERROR - x", "2026-11-21, 04:38:46 UTC | Error | - | x");
}

#[test]
fn servers_and_other_languages() {
    check(
        "[2026-11-21 04:43:38 +0000] [5847] [ERROR] Error handling",
        "2026-11-21 04:43:38 +0000 | Error | - | Error handling",
    );
    check(
        "[2026-11-21 04:44:22,724: ERROR/MainProcess] Task t",
        "2026-11-21 04:44:22,724 | Error | - | Task t",
    );
    check(
        "2026-11-21 04:38:46.189 | ERROR    | __main__:<module>:34 - msg",
        "2026-11-21 04:38:46.189 | Error | __main__:<module>:34 | msg",
    );
    check(
        "2026-05-02T12:42:54.629766Z ERROR labrust: summary failed",
        "2026-05-02T12:42:54.629766Z | Error | labrust | summary failed",
    );
    check("2026/11/21 04:45:45 openai: it failed", "2026/11/21 04:45:45 | - | openai | it failed");
    check(
        "2026-11-21 04:38:45 [error    ] openai call failed",
        "2026-11-21 04:38:45 | Error | - | openai call failed",
    );
}

#[test]
fn services_in_brackets_and_as_labels() {
    let service = |line: &str| {
        parse(line).and_then(|head| head.service).and_then(|range| line.get(range)).map(str::to_owned)
    };
    assert_eq!(
        service("2026-07-01 00:00:18,103 INFO httpx [chat-gateway] HTTP Request: POST").as_deref(),
        Some("chat-gateway")
    );
    assert_eq!(
        service("2026-07-01T00:00:00.000Z [info] support-bot: cursor rejected").as_deref(),
        Some("support-bot")
    );
    assert_eq!(service("2026-07-01 10:15:00.067 [main] ERROR c.e.Foo -- msg"), None);
    assert_eq!(service("2026-07-01 10:15:00.067 ERROR [http-nio-8080-exec-1] c.e.Foo: msg"), None);
}

#[test]
fn a_level_behind_the_name_of_its_logger() {
    check(
        "16:44:28 - LiteLLM:DEBUG: utils.py:3389 - text here",
        "16:44:28 | Debug | LiteLLM | utils.py:3389 - text here",
    );
}

#[test]
fn dates_of_every_style() {
    for time in [
        "21 Nov 2026 13:01:05",
        "21 November 2026 13:01:05",
        "Saturday, 21 November 2026 13:01:05",
        "Sat, 21 Nov 2026 13:01:05 GMT",
        "Sat Nov 21 13:01:05 UTC 2026",
        "Sat Nov 21 2026 13:01:05 GMT+0000 (Coordinated Universal Time)",
        "21 Nov 13:01:05",
        "21.11.2026 13:01:05.1234",
        "21.11.2026, 13:01:05",
        "2026.11.21 13:01:05",
        "2026-11-21-13-01-05",
        "2026-11-21T13-01-05",
        "2026-11-21 at 13:01:05",
        "2026-11-21 13:01:05,100 CET",
        "20261121 13:01:05.031",
        "20261121_130105",
        "11-21-2026 13:01:05",
        "11-21 13:01:05",
        "261121 13:01:05",
        "1795266065.000000",
        "1795266065031",
        "1795266065",
    ] {
        check(&format!("{time} ERROR app.llm: failed"), &format!("{time} | Error | app.llm | failed"));
        check(&format!("[{time}] [ERROR] failed"), &format!("{time} | Error | - | failed"));
    }
    check("Sat Nov 21 13:01:05 UTC 2026: failed", "Sat Nov 21 13:01:05 UTC 2026 | - | - | failed");
    check("E20261121 13:01:05.031225  1234 a.cc:8] failed", "20261121 13:01:05.031225 | Error | - | failed");
    check("2026-11-21 13:01:05 2048 tokens", "2026-11-21 13:01:05 | - | - | tokens");
}

#[test]
fn labels_in_front_of_the_time() {
    let time = "2026-11-21 13:01:05,100";
    for (label, level, logger) in [
        ("[MainThread] ", "-", "-"),
        ("(worker pid=4242) ", "-", "-"),
        ("(Serve:app pid=4242, ip=10.0.0.7) ERROR ", "Error", "-"),
        ("app.llm - ERROR - ", "Error", "app.llm"),
        ("INFO:app.llm:", "Info", "app.llm"),
        ("llm.py:42 ", "-", "-"),
        ("p4242 ", "-", "-"),
        ("\u{274c} ", "-", "-"),
        ("[Nest] 1  - ", "-", "-"),
    ] {
        check(&format!("{label}{time} - failed"), &format!("{time} | {level} | {logger} | failed"));
    }
    check("httpx 2026-11-21 13:01:05 INFO sent", "2026-11-21 13:01:05 | Info | - | sent");
    check(
        "[Nest] 1  - 11/21/2026, 1:01:05 PM   ERROR [Ctx] failed",
        "11/21/2026, 1:01:05 PM | Error | - | failed",
    );
    check("[E 261121 13:01:05 web:2271] failed", "261121 13:01:05 | Error | - | failed");
    check(
        "[autogen.oai.client: 11-21 13:01:05] {696} WARNING - failed",
        "11-21 13:01:05 | Warn | autogen.oai.client | failed",
    );
}

#[test]
fn times_in_sentences_headers_and_traces_begin_no_record() {
    for line in [
        "Rate limit resets at 2026-11-21 13:01:05 UTC for ERROR",
        "until 2026-11-21 13:01:05 INFO",
        "expires: 2026-11-21 13:01:05 UTC (in 3 hours)",
        "Date: Sat, 21 Nov 2026 13:01:05 GMT",
        "x-ratelimit-reset: 2026-11-21T13:01:05Z",
        "< date: Sat, 21 Nov 2026 13:01:05 GMT",
        "ValueError: 2026-11-21 13:01:05 INFO is no day",
        "app.errors.TokenExpiredError: 2026-11-21 13:01:05 passed",
        "    raise Late(2026-11-21 13:01:05) from None",
        "at f (2026-11-21 13:01:05) x",
        "10.0.0.1 - - [21/Nov/2026:13:01:05 +0000] \"GET /me HTTP/1.1\" 401 -",
        "message = \"2026-11-21 13:01:05 ERROR x\"",
        "GET https://x.example/?at=2026-11-21 13:01:05 x",
        "the job started on 2026-11-21 13:01:05 and failed",
        "9795266065031 x",
        "9795266065 x",
        "17952660650 x",
    ] {
        check(line, "none");
    }
}

#[test]
fn prose_and_stack_lines_are_no_heads() {
    for line in [
        "    at async f (file:1:2)",
        "Traceback (most recent call last):",
        "openai.AuthenticationError: Error code: 401",
        "summary stored",
        "{",
    ] {
        check(line, "none");
    }
}

proptest::proptest! {
    #[test]
    fn no_shape_begins_otherwise_than_it_says(
        shape in 0..HEADS.len(), first in "[ -~]", rest in "[ -~]{0,40}", cut in 0_usize..12,
    ) {
        let example = HEADS[shape].example.chars().skip(cut).collect::<String>();
        for line in [format!("{first}{rest}"), format!("{first}{example}"), example] {
            for shape in HEADS {
                let begins = line.as_bytes().first().is_some_and(|first| (shape.begins)(first));
                proptest::prop_assert!(begins || (shape.parse)(&line).is_none(), "{}: {line}", shape.name);
            }
        }
    }
}
