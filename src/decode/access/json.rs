//! Access logs in JSON: Envoy and Istio, nginx, Traefik, Caddy.

use serde_json::Value;

use super::envoy;
use super::evidence::{Request, is_openai_request_id, openai_host, request_line};
use crate::decode::{Inner, JsonLayer, Settings, time};
use crate::model::Context;

/// JSON access log records.
pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "access-json",
    title: "JSON access log of Envoy, Istio, nginx, Traefik or Caddy with calls to OpenAI",
    example: r#"{"start_time":"2026-11-20T10:00:00.000Z","method":"POST","path":"/v1/chat/completions","response_code":401,"response_flags":"-","authority":"api.openai.com","user_agent":"OpenAI/Python 1.109.1"}"#,
    keys: &["response_code", "RequestMethod", "status"],
    is_verified: false,
    peel,
};

const TIMES: [&str; 9] =
    ["start_time", "StartUTC", "time_iso8601", "@timestamp", "timestamp", "time", "ts", "time_local", "msec"];

const STATUSES: [&str; 5] =
    ["response_code", "OriginStatus", "DownstreamStatus", "status", "upstream_status"];

const HOSTS: [&str; 11] = [
    "authority",
    "RequestHost",
    "host",
    "http_host",
    "upstream",
    "upstream_addr",
    "upstream_host",
    "upstream_cluster",
    "ServiceURL",
    "ServiceAddr",
    "proxy_host",
];

const AGENTS: [&str; 4] = ["user_agent", "http_user_agent", "request_User-Agent", "userAgent"];

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let Some(exchange) = is_access_log(&value).then(|| request(&value)).flatten().and_then(Request::exchange)
    else {
        return Err(value);
    };
    let stamp = TIMES.iter().find_map(|name| time::from_json(value.get(name)?, settings));
    context.stamp = stamp.or(context.stamp);
    Ok(Inner::Event(super::event(context, "", exchange)))
}

/// Whether the members are those of an access log. A record of an application's logger about a call is
/// none: it has a message or an error.
fn is_access_log(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some();
    let is_envoy =
        has("response_code") && (has("response_flags") || has("authority") || has("upstream_host"));
    let is_traefik = has("RequestMethod") && (has("DownstreamStatus") || has("OriginStatus"));
    let is_caddy = has("status")
        && value.get("request").is_some_and(|request| request.get("uri").is_some())
        && value.get("logger").and_then(Value::as_str).is_some_and(|name| name.starts_with("http.log"));
    let is_nginx = has("status")
        && (has("request_uri") || has("request") || has("uri"))
        && (has("http_user_agent") || has("upstream_addr") || has("remote_addr"))
        && !["msg", "message", "error", "err", "exception"].iter().any(|name| has(name));
    is_envoy || is_traefik || is_caddy || is_nginx
}

fn request(value: &Value) -> Option<Request<'_>> {
    let text = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| value.get(name)?.as_str())
            .filter(|text| !text.is_empty() && *text != "-")
    };
    let inner = value.get("request").filter(|request| request.is_object());
    let of_inner = |name: &str| inner.and_then(|request| request.get(name)).and_then(Value::as_str);
    let line = text(&["request"]).and_then(request_line);
    let method = text(&["method", "RequestMethod", "request_method"])
        .or_else(|| of_inner("method"))
        .or(line.map(|(method, _)| method))?;
    let target = text(&[
        "path",
        "RequestPath",
        "request_uri",
        "uri",
        "x_envoy_original_path",
        "x-envoy-original-path",
    ])
    .or_else(|| of_inner("uri"))
    .or(line.map(|(_, target)| target))?;
    let hosts = HOSTS.iter().filter_map(|name| value.get(name)?.as_str()).chain(of_inner("host"));
    let agent = inner
        .and_then(|request| request.get("headers")?.get("User-Agent")?.get(0)?.as_str())
        .or_else(|| text(&AGENTS));
    let flags = text(&["response_flags"]).unwrap_or("-");
    let details: Vec<&str> =
        ["response_code_details", "connection_termination_details", "upstream_transport_failure_reason"]
            .iter()
            .filter_map(|name| text(&[name]))
            .collect();
    Some(Request {
        method,
        target,
        status: STATUSES.iter().find_map(|name| status(value.get(name)?)),
        host: hosts.into_iter().find_map(openai_host),
        agent,
        request_id: text(&[
            "x_request_id",
            "request_id",
            "upstream_request_id",
            "upstream_http_x_request_id",
        ])
        .filter(|id| is_openai_request_id(id)),
        transport: envoy::transport(flags, &details),
    })
}

fn status(value: &Value) -> Option<u16> {
    let status = match value {
        Value::Number(number) => u16::try_from(number.as_u64()?).ok()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (100..=999).contains(&status).then_some(status)
}
