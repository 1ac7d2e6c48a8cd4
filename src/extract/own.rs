//! The application's own side of an exchange: a request that somebody sent to it, and what it answered.
//!
//! Services log the request that they serve beside the failure of the call that they made for it. In goes an object
//! of a record; out comes whether status, URL and method in it are those of the service.

use serde_json::{Map, Value};

use super::provider;
use super::scalar::text;
use super::url;

type Object = Map<String, Value>;

/// Members that hold a path which was asked for.
const ROUTES: [&str; 7] = ["path", "route", "uri", "url", "endpoint", "http.route", "http.target"];

/// Whether status, URL and method of an object are those of a request that the application answered: it shows a route
/// that is none of the API, or the address of somebody else.
pub(super) fn is_answer(object: &Object) -> bool {
    shows_route(object) || {
        let address = text(object.get("requestUrl"));
        address.is_some_and(|url| {
            let host = url::host_of(&url).map(str::to_owned);
            host.is_some_and(|host| provider::of_host(&host).is_none()) && !is_api(&url)
        })
    }
}

/// Whether the member of this name is the answer of the service itself: `res` beside the `req` that it served and the
/// `err` of why, as the loggers of Node's web frameworks write them.
pub(super) fn is_own_response(object: &Object, name: &str) -> bool {
    let request = match name {
        "res" => "req",
        "response" => "request",
        _ => return false,
    };
    let Some(Value::Object(request)) = object.get(request) else { return false };
    ["err", "error"].iter().any(|name| object.contains_key(*name)) && shows_route(request)
}

/// Whether the object that begins at `start` is that answer as pino-pretty prints it, each member of the record on lines
/// of its own:
///
/// ```text
///     req: { … }
///     res: {
///       "statusCode": 500
///     }
///     err: { … }
/// ```
pub(super) fn is_own_member(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indent = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
    let is_member = |text: &str, name: &str| text.contains(&format!("\n{indent}{name}: {{"));
    matches!(line.trim(), "res:" | "response:")
        && (is_member(before, "req") || is_member(before, "request"))
        && (is_member(text, "err") || is_member(text, "error"))
}

fn shows_route(object: &Object) -> bool {
    ROUTES
        .iter()
        .any(|name| text(object.get(*name)).is_some_and(|path| path.starts_with('/') && !is_api(&path)))
}

fn is_api(path: &str) -> bool {
    const API: [&str; 4] = ["/v1/", "/openai/", "/deployments/", "/backend-api/"];
    API.iter().any(|known| path.contains(known)) || path.ends_with("/v1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_answer, is_own_member, is_own_response};

    #[test]
    fn an_answer_that_is_printed_beside_its_request_is_the_services_own() {
        let own = |text: &str| is_own_member(text, text.find("{\n      \"statusCode").unwrap());
        let (req, res) = (
            "    req: {\n      \"url\": \"/ask\"\n    }\n",
            "    res: {\n      \"statusCode\": 500\n    }\n",
        );
        assert!(own(&format!("failed\n{req}{res}    err: {{\n      \"type\": \"APIError\"\n    }}")));
        assert!(!own(&format!("failed\n{req}{res}")));
        assert!(!own(&format!("failed\n{res}    err: {{\n    }}")));
    }

    #[test]
    fn a_service_answers_a_route() {
        let is_own = |value: serde_json::Value| is_answer(value.as_object().unwrap());
        assert!(is_own(json!({"path": "/ask", "status": 500})));
        assert!(is_own(json!({"requestUrl": "https://shop.example/ask", "status": 500})));
        assert!(!is_own(json!({"path": "/v1/responses", "status": 401})));
        assert!(!is_own(json!({"url": "https://api.openai.com/v1/responses", "status": 401})));
    }

    #[test]
    fn a_response_beside_the_request_that_was_served_is_its_answer() {
        let is_own = |value: serde_json::Value| is_own_response(value.as_object().unwrap(), "res");
        let served = json!({"method": "GET", "url": "/tickets/7/summary", "remoteAddress": "10.0.0.9"});
        assert!(is_own(json!({"req": served, "res": {"statusCode": 500}, "err": {"message": "x"}})));
        assert!(!is_own(json!({"req": served, "res": {"statusCode": 500}})));
        let called = json!({"method": "POST", "url": "/v1/chat/completions"});
        assert!(!is_own(json!({"req": called, "res": {"statusCode": 401}, "err": {"message": "x"}})));
        assert!(!is_own(json!({"res": {"statusCode": 401}, "err": {"message": "x"}})));
    }
}
