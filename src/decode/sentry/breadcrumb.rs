//! HTTP breadcrumbs: which outgoing requests the process made before the event.
//!
//! The keys differ by SDK: `url method status_code` (specification, Node), `http.method` and
//! `http.response.status_code` (Python); httpx shows only as a line of its logger. Lines of the loggers of
//! OpenAI's library are kept as well: for its version 0.28 they are the only place of the error's code.

use serde_json::Value;

use super::shape::{first_text, is_removed, list, stamp, status, text};
use crate::decode::Settings;
use crate::model::Breadcrumb;

/// How many breadcrumbs are kept.
const MAX_BREADCRUMBS: usize = 100;

/// Longest text of a breadcrumb that is kept, in characters.
const MAX_MESSAGE: usize = 2048;

/// The HTTP breadcrumbs of an event, oldest first, and whether a scrubber removed part of one.
pub(super) fn breadcrumbs(event: &Value, settings: &Settings) -> (Vec<Breadcrumb>, bool) {
    let stored = event.get("breadcrumbs").or_else(|| event.get("sentry.interfaces.Breadcrumbs"));
    let mut is_scrubbed = false;
    let mut kept: Vec<Breadcrumb> = list(stored)
        .into_iter()
        .rev()
        .filter_map(|raw| breadcrumb(raw, settings, &mut is_scrubbed))
        .take(MAX_BREADCRUMBS)
        .collect();
    kept.reverse();
    (kept, is_scrubbed)
}

/// Whether a member of a breadcrumb says that it is one of a request.
pub(super) fn is_of_request(name: &str, text: &str) -> bool {
    match name {
        "type" | "ty" => text == "http",
        "category" => {
            matches!(text, "http" | "httplib" | "xhr" | "fetch" | "aiohttp" | "httpx" | "httpx2" | "requests")
        }
        "message" => text.starts_with("HTTP Request: "),
        _ => false,
    }
}

fn breadcrumb(raw: &Value, settings: &Settings, is_scrubbed: &mut bool) -> Option<Breadcrumb> {
    let category = first_text(raw, &["category"]).unwrap_or("");
    let kind = first_text(raw, &["type", "ty"]).unwrap_or("");
    let message = text(raw, "message");
    let tells = [("type", Some(kind)), ("category", Some(category)), ("message", message)];
    if !tells.iter().any(|(name, text)| text.is_some_and(|text| is_of_request(name, text))) {
        return None;
    }
    let none = Value::Null;
    let data = raw.get("data").unwrap_or(&none);
    *is_scrubbed |= [raw.get("message"), data.get("reason")]
        .into_iter()
        .flatten()
        .any(|value| value.as_str().is_some_and(is_removed));
    let logged = message.and_then(logged_request);
    let (method, url, code) = match logged {
        Some((method, url, code)) => (Some(method), Some(url), code),
        None => (None, None, None),
    };
    let stored_status = ["status_code", "http.response.status_code", "http.status_code", "status"]
        .iter()
        .find_map(|key| status(data.get(key)));
    Some(Breadcrumb {
        stamp: stamp(raw.get("timestamp"), settings),
        method: first_text(data, &["method", "http.method", "http.request.method"])
            .or(method)
            .map(str::to_owned),
        url: first_text(data, &["url", "http.url", "url.full"]).or(url).map(without_query),
        status: stored_status.or(code),
        message: message.map(|message| message.chars().take(MAX_MESSAGE).collect()),
    })
}

/// `HTTP Request: POST https://api.openai.com/v1/models "HTTP/1.1 401 Unauthorized"`
fn logged_request(message: &str) -> Option<(&str, &str, Option<u16>)> {
    let mut words = message.strip_prefix("HTTP Request: ")?.split_whitespace();
    let method = words.next()?;
    let url = words.next()?;
    let _version = words.next();
    Some((method, url, words.next().and_then(|status| status.trim_matches('"').parse().ok())))
}

fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or(url).to_owned()
}
