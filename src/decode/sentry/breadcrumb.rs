//! HTTP breadcrumbs: which outgoing request of the process failed last before the event.
//!
//! The keys differ by SDK: `url method status_code` (specification, Node), `http.method` and
//! `http.response.status_code` (Python); httpx shows only as a line of its logger.

use serde_json::Value;

use super::shape::{first_text, is_removed, list, status, text};
use crate::model::FailedRequest;

/// How many breadcrumbs are looked at, the last first.
const MAX_BREADCRUMBS: usize = 100;

/// The last request before the event that failed, and whether a scrubber removed part of it.
pub(super) fn failed_request(event: &Value) -> (Option<FailedRequest>, bool) {
    let stored = event.get("breadcrumbs").or_else(|| event.get("sentry.interfaces.Breadcrumbs"));
    let last_first = list(stored).into_iter().rev().take(MAX_BREADCRUMBS);
    let mut failed = last_first.filter_map(|raw| Some((raw, request(raw)?)));
    match failed.next() {
        Some((raw, request)) => (Some(request), is_scrubbed(raw)),
        None => (None, false),
    }
}

/// Whether a breadcrumb, as JSON text, may be one of a request that failed: never `false` for one.
pub(super) fn may_have_failed(json: &str) -> bool {
    let starts_with_digit = |at: usize| {
        let rest = json.as_bytes().get(at + 1..).unwrap_or_default();
        let bare = rest.iter().find(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'"'));
        bare.is_some_and(|digit| (b'4'..=b'9').contains(digit))
    };
    memchr::memchr_iter(b':', json.as_bytes()).any(starts_with_digit) || json.contains(LOGGED)
}

/// How httpx begins the line of a request.
const LOGGED: &str = "HTTP Request: ";

/// Whether a member of a breadcrumb says that it is one of a request.
pub(super) fn is_of_request(name: &str, text: &str) -> bool {
    match name {
        "type" | "ty" => text == "http",
        "category" => {
            matches!(text, "http" | "httplib" | "xhr" | "fetch" | "aiohttp" | "httpx" | "httpx2" | "requests")
        }
        "message" => text.starts_with(LOGGED),
        _ => false,
    }
}

/// Whether a scrubber removed part of a breadcrumb.
fn is_scrubbed(raw: &Value) -> bool {
    let reason = raw.get("data").and_then(|data| data.get("reason"));
    [raw.get("message"), reason].into_iter().flatten().any(|part| part.as_str().is_some_and(is_removed))
}

/// The failed request that a breadcrumb is.
fn request(raw: &Value) -> Option<FailedRequest> {
    let message = text(raw, "message");
    let tells = [
        ("type", first_text(raw, &["type", "ty"])),
        ("category", first_text(raw, &["category"])),
        ("message", message),
    ];
    if !tells.iter().any(|(name, text)| text.is_some_and(|text| is_of_request(name, text))) {
        return None;
    }
    let none = Value::Null;
    let data = raw.get("data").unwrap_or(&none);
    let (method, url, logged) = match message.and_then(logged_request) {
        Some((method, url, code)) => (Some(method), Some(url), code),
        None => (None, None, None),
    };
    let stored = ["status_code", "http.response.status_code", "http.status_code", "status"]
        .iter()
        .find_map(|key| status(data.get(key)));
    let method = first_text(data, &["method", "http.method", "http.request.method"]).or(method);
    Some(FailedRequest {
        method: method.map(str::to_owned),
        url: first_text(data, &["url", "http.url", "url.full"]).or(url).map(without_query),
        status: stored.or(logged).filter(|status| *status >= 400)?,
    })
}

/// `HTTP Request: POST https://api.openai.com/v1/models "HTTP/1.1 401 Unauthorized"`
fn logged_request(message: &str) -> Option<(&str, &str, Option<u16>)> {
    let mut words = message.strip_prefix(LOGGED)?.split_whitespace();
    let method = words.next()?;
    let url = words.next()?;
    let _version = words.next();
    Some((method, url, words.next().and_then(|status| status.trim_matches('"').parse().ok())))
}

fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or(url).to_owned()
}
