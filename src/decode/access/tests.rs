use proptest::prelude::*;

use super::json::LAYER as JSON;
use crate::decode::LineLayer;

const LINES: [LineLayer; 5] = [
    super::envoy::LAYER,
    super::squid::LAYER,
    super::haproxy::LAYER,
    super::line::LAYER,
    super::error_log::LAYER,
];
use crate::decode::{Inner, Peeled, Settings};
use crate::model::{Context, Exchange};

fn peel(line: &str) -> Option<(Exchange, Option<String>)> {
    let mut context = Context::default();
    LINES.iter().find_map(|layer| match (layer.peel)(line, &mut context, &Settings::default())? {
        Peeled::Event(event) => {
            Some((*event.exchange?, event.context.stamp.map(|stamp| stamp.at.to_string())))
        }
        Peeled::Text { .. } | Peeled::Json(_) => None,
    })
}

fn peel_json(record: &str) -> Option<Exchange> {
    match (JSON.peel)(serde_json::from_str(record).unwrap(), &mut Context::default(), &Settings::default()) {
        Ok(Inner::Event(event)) => event.exchange.map(|exchange| *exchange),
        _ => None,
    }
}

fn check(exchange: &Exchange, method: &str, url: &str, status: Option<u16>) {
    assert_eq!(
        (exchange.method.as_deref(), exchange.url.as_deref(), exchange.status),
        (Some(method), Some(url), status)
    );
}

#[test]
fn every_example_is_claimed_by_its_own_layer_first() {
    for layer in &LINES {
        let first = LINES.iter().find(|other| {
            (other.peel)(layer.example, &mut Context::default(), &Settings::default()).is_some()
        });
        assert_eq!(first.map(|first| first.name), Some(layer.name));
    }
    assert!(peel_json(JSON.example).is_some());
}

#[test]
fn combined_lines_name_the_host_where_the_log_does() {
    let time = "10.0.0.1 - - [03/Mar/2026:13:34:38 +0000]";
    for (rest, url) in [
        (r#""POST /v1/x?k=1 HTTP/1.1" 401 301 "-" "OpenAI/Python 1.1""#, "/v1/x"),
        (
            r#""POST /v1/x HTTP/1.1" 401 301 "-" "curl/8" host="api.openai.com""#,
            "https://api.openai.com/v1/x",
        ),
        (r#""POST /v1/x HTTP/1.1" 401 301 "-" "curl/8" "api.openai.com" 0.1"#, "https://api.openai.com/v1/x"),
        (r#""POST http://api.openai.com/v1/x HTTP/1.1" 401 301"#, "http://api.openai.com/v1/x"),
        (
            r#""POST /v1/x HTTP/1.1" 401 301 "-" "-" upstream=eu.api.openai.com:443"#,
            "https://eu.api.openai.com/v1/x",
        ),
    ] {
        let (exchange, stamp) = peel(&format!("{time} {rest}")).unwrap();
        check(&exchange, "POST", url, Some(401));
        assert_eq!(stamp.as_deref(), Some("2026-03-03T13:34:38Z"));
    }
    let vhost = format!(r#"api.openai.com:443 {time} "GET /v1/models HTTP/1.1" 403 1 "-" "-""#);
    check(&peel(&vhost).unwrap().0, "GET", "https://api.openai.com/v1/models", Some(403));
}

#[test]
fn haproxy_shows_the_server_what_it_captured_and_how_the_session_ended() {
    let line = |server: &str, code: &str, end: &str, captured: &str| {
        format!(
            r#"10.0.0.7:4877 [03/Mar/2026:13:34:38.369] llm {server} 0/0/1/-1/+187 {code} 753 - - {end} 1/1/0/0/0 0/0 {captured}"POST /v1/x HTTP/1.1""#
        )
    };
    let id = "req_4f0c1b7ad2e84c0fb5a1d6c7e8f90a1b";
    let (exchange, stamp) =
        peel(&line("openai/api.openai.com", "401", "----", &format!("{{a b|{id}}} "))).unwrap();
    check(&exchange, "POST", "https://api.openai.com/v1/x", Some(401));
    assert_eq!(stamp.as_deref(), Some("2026-03-03T13:34:38.369Z"));
    assert_eq!(exchange.response_headers, [("x-request-id".to_owned(), id.to_owned())]);
    check(
        &peel(&line("llm/s1", "429", "SD--", "{OpenAI/Python 3.1|x} ")).unwrap().0,
        "POST",
        "/v1/x",
        Some(429),
    );
    for (code, end) in [("504", "sH--"), ("503", "SC--"), ("-1", "sQ--")] {
        let exchange = peel(&line("openai/api.openai.com", code, end, "")).unwrap().0;
        check(&exchange, "POST", "https://api.openai.com/v1/x", None);
        assert!(exchange.transport.is_some(), "{end}");
    }
    assert!(peel(&line("web/s1", "401", "----", "{https://docs.example/openai} ")).is_none());
}

#[test]
fn visitors_of_the_application_are_no_calls() {
    for line in [
        r#"10.0.0.1 - - [03/Mar/2026:13:34:38 +0000] "GET /login HTTP/1.1" 401 301 "https://chat.openai.com/" "Mozilla/5.0""#,
        r#"10.0.0.1 - - [03/Mar/2026:13:34:38 +0000] "GET / HTTP/1.1" 403 3 "-" "GPTBot/1.2; +https://openai.com/gptbot""#,
        r#"10.0.0.1 - - [03/Mar/2026:13:34:38 +0000] "GET /docs/api.openai.com.html HTTP/1.1" 404 3 "-" "curl/8""#,
        r#"[2026-03-03T00:00:00Z] DEBUG urllib3 https://api.openai.com:443 "POST /v1/x HTTP/1.1" 401 305"#,
        r#"2026-03-03 ERROR httpx: "POST /v1/x HTTP/1.1" 401 api.openai.com"#,
        r#"INFO: HTTP Request: POST https://api.openai.com/v1/x "HTTP/1.1 401 Unauthorized""#,
        "1772544854.123 250 10.0.0.5 TCP_TUNNEL/200 3900 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -",
    ] {
        assert_eq!(peel(line), None, "{line}");
    }
    assert_eq!(
        peel_json(r#"{"method":"POST","url":"https://api.openai.com/v1","status":401,"msg":"failed"}"#),
        None
    );
    assert_eq!(
        peel_json(
            r#"{"start_time":"x","method":"GET","path":"/","response_code":401,"response_flags":"-","authority":"app.example"}"#
        ),
        None
    );
}

#[test]
fn request_ids_of_proxies_are_kept_out() {
    let line = |id: &str| {
        format!(
            r#"[2026-03-06T00:18:21.339Z] "POST /v1/x HTTP/1.1" 401 - 241 404 312 309 "-" "node" "{id}" "api.openai.com" "104.18.7.192:443""#
        )
    };
    let own = peel(&line("5f0ae2b1-0000-4000-8000-000000000000")).unwrap().0;
    check(&own, "POST", "https://api.openai.com/v1/x", Some(401));
    assert_eq!(own.response_headers, []);
    let theirs = peel(&line("req_ff358e8ae4c91a0bb68a62b636138e45")).unwrap().0;
    let id = ("x-request-id".to_owned(), "req_ff358e8ae4c91a0bb68a62b636138e45".to_owned());
    assert_eq!(theirs.response_headers, [id]);
}

#[test]
fn envoy_tells_why_there_was_no_answer() {
    let line = |head: &str| {
        format!(
            r#"[2026-03-06T00:18:21.339Z] "POST /v1/x HTTP/1.1" {head} 0 91 5 - "-" "node" "5f0a" "api.openai.com" "104.18.7.192:443" outbound|443||api.openai.com - 1.2.3.4:443 10.0.0.1:3 - default"#
        )
    };
    let transport = |head: &str| peel(&line(head)).unwrap().0.transport;
    let refused = transport(r#"503 UF,URX upstream_reset_before_response_started{connection_failure} - "delayed_connect_error:_111""#).unwrap();
    assert!(refused.contains("connection failure") && refused.ends_with("connection refused"), "{refused}");
    assert_eq!(transport(r#"401 - via_upstream - "-""#), None);
    assert_eq!(transport(r#"503 URX via_upstream - "-""#), None);
    assert_eq!(
        transport(r#"404 NR route_not_found - "-""#).as_deref(),
        Some("envoy NR: no route configured; route_not_found")
    );
}

#[test]
fn refused_tunnels_are_told() {
    let squid = "1772544854.123    250 10.0.0.5 TCP_DENIED/407 3900 CONNECT api.openai.com:443 - HIER_NONE/- text/html";
    let combined = r#"10.0.0.5 - - [03/Mar/2026:13:34:38 +0000] "CONNECT api.openai.com:443 HTTP/1.1" 407 3900 "-" "python" TCP_DENIED:HIER_NONE"#;
    for line in [squid, combined] {
        let exchange = peel(line).unwrap().0;
        check(&exchange, "CONNECT", "https://api.openai.com", Some(407));
        for (status, words) in [("403", "Tunnel connection failed"), ("503", "Failed to connect")] {
            let (exchange, _) = peel(&line.replace("407", status)).unwrap();
            check(&exchange, "CONNECT", "https://api.openai.com", None);
            assert!(exchange.transport.is_some_and(|reason| reason.contains(words)), "{status}");
        }
        assert!(exchange.transport.unwrap().contains("407 Proxy Authentication Required"));
    }
}

#[test]
fn json_access_logs_are_read() {
    for record in [
        r#"{"time_iso8601":"2026-03-06T00:18:21+00:00","remote_addr":"10.0.0.1","request_method":"POST","request_uri":"/v1/x","status":"401","http_user_agent":"OpenAI/JS 4.1","upstream_addr":"api.openai.com:443"}"#,
        r#"{"RequestMethod":"POST","RequestPath":"/v1/x","OriginStatus":401,"DownstreamStatus":401,"RequestHost":"api.openai.com","StartUTC":"2026-03-06T00:18:21Z"}"#,
        r#"{"level":"info","ts":1772544854.1,"logger":"http.log.access","msg":"handled request","request":{"method":"POST","host":"api.openai.com","uri":"/v1/x","headers":{"User-Agent":["node"]}},"status":401}"#,
    ] {
        check(&peel_json(record).unwrap(), "POST", "https://api.openai.com/v1/x", Some(401));
    }
}

#[test]
fn nginx_tells_why_the_upstream_failed() {
    let line = r#"2026/03/03 13:34:14 [error] 29#29: *1 api.openai.com could not be resolved (3: Host not found), client: 10.0.0.1, server: p, request: "POST /v1/x HTTP/1.1", host: "p""#;
    let exchange = peel(line).unwrap().0;
    check(&exchange, "POST", "https://api.openai.com/v1/x", None);
    assert_eq!(
        exchange.transport.as_deref(),
        Some("api.openai.com could not be resolved (3: Host not found)")
    );
}

proptest! {
    #[test]
    fn no_line_panics_and_a_refused_one_leaves_the_context_alone(pieces in prop::collection::vec(prop::sample::select(vec![
        "[", "]", "\"", "\\", "=", " ", "-", "api.openai.com", "OpenAI/Python", "POST / HTTP/1.1", "401", "é", "|", ":", "[2026-03-06T00:18:21.339Z]",
        "[03/Mar/2026:13:34:38 +0000]", "1772544854.123", "TCP_DENIED/407", "CONNECT", "[error] 1#1: ", ", client: ", "host=\"", "\"\"",
    ]), 0..30)) {
        let line = pieces.concat();
        for layer in &LINES {
            let mut context = Context::default();
            if (layer.peel)(&line, &mut context, &Settings::default()).is_none() {
                prop_assert_eq!(context, Context::default());
            }
        }
    }
}
