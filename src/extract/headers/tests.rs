#![allow(clippy::unwrap_used, clippy::string_slice)]

use crate::extract::value::read;
use crate::model::{Headers, Limit};

use super::{from_lines, from_pairs, from_value};

const ID: &str = "req_00000000000000000000000000000000";

fn of(text: &str) -> Headers {
    from_value(&read(text).unwrap().value).unwrap_or_else(|| panic!("no headers: {text}"))
}

fn check_id(text: &str) {
    assert_eq!(of(text).request_id.as_deref(), Some(ID), "{text}");
}

#[test]
fn every_form_of_headers_is_read() {
    check_id(&format!("{{'X-Request-ID': '{ID}'}}"));
    check_id(&format!("Headers([('date', 'x'), ('x-request-id', '{ID}'), ('set-cookie', 'a')])"));
    check_id(&format!("Headers({{'x-request-id': '{ID}'}}, encoding='utf-8')"));
    check_id(&format!("[(b'Date', b'x'), (b'x-request-id', b'{ID}')]"));
    check_id(&format!("Headers {{\n  date: 'x',\n  'x-request-id': '{ID}'\n}}"));
    check_id(&format!("Headers {{ 'x-request-id': [ '{ID}' ] }}"));
    check_id(&format!(r#"[{{"name":"X-Request-Id","value":"{ID}"}}]"#));
    check_id(&format!("['Date', 'x', 'X-Request-Id', '{ID}']"));
    check_id(&format!("['Date: x', 'X-Request-Id: {ID}']"));
    check_id(&format!("map[Date:[Fri, 20 Nov 2026 10:00:00 GMT] X-Request-Id:[{ID}]]"));
    check_id(&format!(r#"{{"x_request_id": "{ID}"}}"#));
    check_id(&format!(r#"{{"x-request-id": "'{ID}'"}}"#));
    check_id(&format!(
        "{{'llm_provider-x-request-id': '{ID}', 'x-request-id': '00000000-1111-2222-3333-444444444444'}}"
    ));
    assert_eq!(
        from_lines(&format!("HTTP/2 401 \r\ndate: x\r\nx-request-id: {ID}\r\n")).request_id.as_deref(),
        Some(ID)
    );
    assert_eq!(
        from_lines(&format!("> x-request-id: {}\n< x-request-id: {ID}\n", "0".repeat(32)))
            .request_id
            .as_deref(),
        Some(ID)
    );
    assert_eq!(from_value(&read("'text'").unwrap().value), None);
    assert_eq!(from_value(&read("{}").unwrap().value), None);
}

#[test]
fn limits_and_waiting_times_are_read() {
    let headers = of("{'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': 0, 'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-limit-tokens': '[REDACTED]', 'x-ratelimit-reset-tokens': '6m0s', 'retry-after': '2', 'retry-after-ms': '1500.4',
        'x-ratelimit-limit-project-tokens': '60000', 'x-should-retry': 'false'}");
    assert_eq!(
        headers.limits.requests,
        Some(Limit { limit: Some(500), remaining: Some(0), reset_ms: Some(120) })
    );
    assert_eq!(headers.limits.tokens, Some(Limit { reset_ms: Some(360_000), ..Limit::default() }));
    assert_eq!(headers.limits.project_tokens, Some(Limit { limit: Some(60_000), ..Limit::default() }));
    assert_eq!((headers.retry_after_ms, headers.should_retry), (Some(1_500), Some(false)));
    assert!(headers.from_openai);
}

#[test]
fn retry_after_may_be_a_date() {
    let headers =
        of("{'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT', 'date': 'Fri, 20 Nov 2026 10:00:00 GMT'}");
    assert_eq!(headers.retry_after_ms, Some(30_000));
    assert_eq!(headers.date.map(|date| date.to_string()).as_deref(), Some("2026-11-20T10:00:00Z"));
}

#[test]
fn who_answered_is_seen() {
    let azure = of(
        "{'apim-request-id': '00000000-1111-2222-3333-444444444444', 'x-ratelimit-remaining-tokens': '9'}",
    );
    assert!(azure.from_azure && !azure.from_openai);
    assert_eq!(azure.request_id.as_deref(), Some("00000000-1111-2222-3333-444444444444"));
    assert_eq!(of("{'x-litellm-version': '1'}").gateway, Some("litellm"));
    assert_eq!(of("{'Helicone-Id': '1'}").gateway, Some("helicone"));
    let plain = from_pairs(
        [("server", "nginx"), ("x-request-id", "not an id"), ("set-cookie", "__cf_bm=x")].into_iter(),
    );
    assert_eq!(plain, Headers { server: Some("nginx".into()), ..Headers::default() });
}
