use super::observe;
use crate::model::{Event, Observation};

/// What the first attempt in a text says, in one line.
fn check(text: &str, expected: &str) {
    let event = Event { text: text.to_owned(), count: 1, ..Event::default() };
    let shown = observe(&event).first().map(show).unwrap_or_default();
    assert_eq!(shown, expected, "{text}");
}

fn show(seen: &Observation) -> String {
    let error = &seen.error;
    let mut parts = vec![seen.provider.word().to_owned()];
    parts.extend(error.status.map(|status| status.to_string()));
    parts.extend(error.code.as_deref().map(str::to_owned));
    parts.extend(error.message.as_ref().map(|message| format!("`{message}`")));
    parts.extend(seen.transport.map(|transport| transport.word().to_owned()));
    parts.extend(seen.headers.retry_after_ms.map(|pause| format!("retry_after={pause}")));
    parts.join(" ")
}

#[test]
fn the_narrower_reason_of_a_certificate_wins() {
    check(
        "openai.APIConnectionError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired",
        "openai tls-expired",
    );
}

#[test]
fn a_body_of_any_form_behind_the_status_tells_the_message() {
    check("Error code: 401 - {'success': False, 'message': 'Key refused'}", "openai 401 `Key refused`");
}

#[test]
fn answers_in_a_dump_are_read_and_requests_are_not() {
    check(
        "AxiosError {\n  config: { headers: { 'Content-Type': 'a/b' }, url: 'https://api.openai.com/v1/x' },\n  response: { status: 429, headers: { 'retry-after': '1' }, data: { error: [Object] } }\n}",
        "openai 429 retry_after=1000",
    );
}

#[test]
fn the_form_of_a_request_id_or_of_an_error_object_names_openai() {
    check(
        r#"{"status":401,"requestID":"req_0123456789abcdef0123456789abcdef","error":"Unauthorized"}"#,
        "openai 401 `Unauthorized`",
    );
    check(
        r#"{"status":400,"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"bad"}}"#,
        "unknown 400 bad `No.`",
    );
    check(r#"{"status":401,"requestID":"req_AbCdEfGhIjKlMn","error":"Unauthorized"}"#, "");
}

#[test]
fn mitmproxy_shows_the_status_below_the_request() {
    check(
        "10.0.0.1:45786: POST https://api.openai.com/v1/chat/completion…\n              << 401 Unauthorized 305b",
        "openai 401",
    );
}

#[test]
fn codex_tells_that_the_edge_blocked_it() {
    check(
        "ERROR codex_core: Access blocked by Cloudflare. (status 403 Forbidden)",
        "openai 403 `Access blocked by Cloudflare. (status 403 Forbidden)`",
    );
}

#[test]
fn traces_of_the_agents_sdk_are_no_calls_of_the_application() {
    check(
        "[non-fatal] Tracing client error 401: {\n  \"error\": {\"message\": \"Incorrect API key provided: x\"}\n}",
        "",
    );
}

#[test]
fn plain_http_is_redirected() {
    check("HTTP Request: POST http://api.openai.com/v1/x \"HTTP/1.1 308 Permanent Redirect\"", "openai 308");
    check("HTTP Request: POST https://api.openai.com/v1/x \"HTTP/1.1 308 Permanent Redirect\"", "");
}

/// The client library that a text names.
#[track_caller]
fn check_client(text: &str, expected: &str) {
    let event = Event { text: text.to_owned(), count: 1, ..Event::default() };
    let client = observe(&event).into_iter().next().and_then(|seen| seen.client);
    let shown = client.map(|client| format!("{} {}", client.name, client.version.as_deref().unwrap_or("-")));
    assert_eq!(shown.unwrap_or_default(), expected, "{text}");
}

#[test]
fn user_agents_and_the_libraries_own_headers_tell_the_version() {
    let failed = "Error code: 401 - {'error': {'message': 'Incorrect API key provided: x', 'code': 'invalid_api_key'}}";
    let with = |more: &str| format!("{failed} {more}");
    check_client(&with("User-Agent: OpenAI/Python 0.27.8"), "openai-python 0.27.8");
    check_client(&with("user_agent='OpenAI/v1 PythonBindings/0.28.1'"), "openai-python 0.28.1");
    check_client(&with("user-agent: openai-python/1.3.9"), "openai-python 1.3.9");
    check_client(&with("'user-agent': 'OpenAI/JS 3.3.0',"), "openai-node 3.3.0");
    check_client(&with("'user-agent': 'OpenAI/NodeJS/3.3.0',"), "openai-node 3.3.0");
    check_client(
        &with("{\"x-stainless-lang\":\"js\",\"x-stainless-package-version\":\"4.104.0\"}"),
        "openai-node 4.104.0",
    );
    check_client(
        &with("X-Stainless-Package-Version: 1.99.9\r\nX-Stainless-Lang: python\r\n"),
        "openai-python 1.99.9",
    );
    check_client(
        &with("at f (/srv/node_modules/.pnpm/openai@4.20.1_zod@3.22.4/node_modules/openai/core.js:1:2)"),
        "openai-node 4.20.1",
    );
    // Neither a range nor another library.
    check_client(&with("x-stainless-lang: kotlin, x-stainless-package-version: 1.2.3"), "");
    check_client(&with("requires openai-python/latest"), "openai-python -");
}

#[test]
fn a_table_of_statuses_is_no_answer() {
    let table = "http: {\n  STATUS_CODES: {\n    '401': 'Unauthorized',\n    '407': 'Proxy Authentication Required',\n    '408': 'Request Timeout'\n  }\n}";
    check(&format!("OpenAI request failed: {table}"), "");
    check("OpenAI request failed: 407 'Proxy Authentication Required'", "openai 407 proxy-auth");
}

#[test]
fn a_sentence_about_a_model_without_backticks() {
    check(
        "404 The model gpt-9 does not exist or you do not have access to it.",
        "openai 404 `The model gpt-9 does not exist or you do not have access to it.`",
    );
    check("Either it does not exist or you do not have access to it", "");
}

#[test]
fn a_body_that_is_kept_as_text_is_read() {
    check(
        r#"OpenAI call failed: {"statusCode": 429, "text": "{\"error\": {\"message\": \"No.\", \"type\": \"x_y\", \"code\": \"slow\"}}"}"#,
        "openai 429 slow `No.`",
    );
}
