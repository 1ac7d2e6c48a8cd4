//! Lines of clients, one at a time.

use super::rows::CLIENTS;
use super::{Said, may_ask, request_line, said};

#[test]
fn every_client_reads_its_request_and_its_answer() {
    for (client, request, answer) in CLIENTS {
        let of =
            |line: &str| said(line, || None).into_iter().find(|(writer, _)| writer.client == client.name);
        let (asking, asked) = of(request).unwrap_or_else(|| panic!("{}: {request}", client.name));
        let (answering, answered) = of(answer).unwrap_or_else(|| panic!("{}: {answer}", client.name));
        assert!(asking.is_same(&answering), "{}: {asking:?} {answering:?}", client.name);
        assert!(may_ask(request.as_bytes()) && !may_ask(answer.as_bytes()), "{}", client.name);
        let Said::Asked(request) = asked else { panic!("{}: {asked:?}", client.name) };
        assert!(request.host().ends_with("openai.com") || request.host().ends_with("openai.azure.com"));
        assert_eq!(answered, Said::Answered(401), "{}", client.name);
    }
}

#[test]
fn clients_are_unique_and_sorted() {
    let names: Vec<&str> = CLIENTS.iter().map(|(client, _, _)| client.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
}

#[test]
fn connections_and_threads_tell_exchanges_apart() {
    let check = |a: &str, b: &str, expected: bool| {
        let (a_said, b_said) = (said(a, || None), said(b, || None));
        assert_eq!(a_said[0].0.is_same(&b_said[0].0), expected, "{a} {b}");
    };
    let wire = |connection: u8| format!("http-outgoing-{connection} << HTTP/1.1 401 Unauthorized");
    check("http-outgoing-1 >> Host: api.openai.com", &wire(1), true);
    check("http-outgoing-1 >> Host: api.openai.com", &wire(2), false);
    let spring = |thread: u8, message: &str| {
        format!(
            "2026-11-16T09:12:44.031Z DEBUG 1 --- [exec-{thread}] o.s.web.client.RestTemplate : {message}"
        )
    };
    let asked = spring(1, "HTTP POST https://api.openai.com/v1/responses");
    check(&asked, &spring(1, "Response 401 UNAUTHORIZED"), true);
    check(&asked, &spring(2, "Response 401 UNAUTHORIZED"), false);
    let asked = spring(1, "[4d2b1c] HTTP POST https://api.openai.com/v1/responses");
    check(&asked, &spring(1, "[4d2b1c] [90ab12ce-1] Response 401 UNAUTHORIZED"), true);
    check(&asked, &spring(1, "[5f0aa1] [90ab12ce-1] Response 401 UNAUTHORIZED"), false);
}

#[test]
fn what_only_looks_alike_is_neither() {
    for line in [
        "",
        "INFO HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"",
        "--> POST https://api.openai.com/v1/responses (12-byte body)",
        "<-- 401 https://api.openai.com/v1/responses (12ms)",
        "< HTTP/2 401",
        "> Host: api.openai.com",
        "Response time 401 ms",
        "Response 4012 bytes",
        "Response: {\"status\": 401}",
        "http-outgoing-0 << HTTP/1.1 100 Continue",
        "see https://api.openai.com/v1/responses",
    ] {
        assert_eq!(said(line, || None), [], "{line}");
    }
}

#[test]
fn names_of_statuses_are_read_behind_a_duration_only() {
    let last = |line: &str| said(line, || None).pop().map(|(_, said)| said);
    let check = |line: &str, expected: Option<u16>| {
        assert_eq!(last(line), expected.map(Said::Answered), "{line}");
    };
    check("Received HTTP response after 83.1ms - TooManyRequests", Some(429));
    check("Received HTTP response after 83.1ms - Nothing", None);
    check("Response Unauthorized", None);
}

#[test]
fn method_and_path_of_a_request_line_are_found() {
    let expected = Some(("POST", "/v1/responses"));
    for line in [
        "POST /v1/responses HTTP/1.1",
        "POST  /v1/responses  HTTP/1.1",
        "send: b'POST /v1/responses HTTP/1.1\\r\\nHost: api.openai.com\\r\\n'",
        "pairs: {POST /v1/responses HTTP/1.1: null}{Host: api.openai.com}",
        "http-outgoing-0 >> \"POST /v1/responses HTTP/1.1[\\r][\\n]\"",
    ] {
        assert_eq!(request_line(line), expected, "{line}");
    }
    assert_eq!(request_line("POST https://api.openai.com/ HTTP/1.1"), None);
}

#[test]
fn a_line_that_shows_its_own_answer_asks_for_none() {
    let asks = |line: &str| super::may_ask(line.as_bytes());
    assert!(asks("chat-gateway: POST https://api.openai.com/v1/responses"));
    assert!(asks("chat-gateway: POST https://api.openai.com/v1/responses 2048 bytes"));
    assert!(!asks("chat-gateway: POST https://api.openai.com/v1/responses 200 17081ms"));
    assert!(!asks("chat-gateway: POST https://api.openai.com/v1/responses 401"));
}
