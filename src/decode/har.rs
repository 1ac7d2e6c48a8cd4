//! HAR captures: one entry is one HTTP exchange. Providers are told apart later.

use base64::Engine as _;
use serde_json::Value;

use super::sentry::exposed;
use super::{Inner, JsonLayer, Settings, time};
use crate::model::{Context, Event, Exchange};

/// How many messages of a web socket are looked at.
const MAX_MESSAGES: usize = 1000;

/// HAR captures, whole or one entry.
pub const LAYER: JsonLayer = JsonLayer {
    name: "har",
    title: "HAR capture (browser, mitmproxy, Charles): HTTP exchanges",
    example: r#"{"startedDateTime":"2026-03-03T13:34:14.384Z","request":{"method":"POST","url":"https://api.openai.com/v1/chat/completions","headers":[{"name":"User-Agent","value":"OpenAI/Python 1.109.1"}]},"response":{"status":401,"headers":[],"content":{"mimeType":"application/json","text":"{\"error\":{\"code\":\"invalid_api_key\"}}"}}}"#,
    keys: &["startedDateTime", "log"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if is_entry(&value) {
        return Ok(event(&value, context, settings));
    }
    let entries = value.get_mut("log").and_then(|log| log.get_mut("entries"));
    let Some(Value::Array(entries)) = entries.filter(|entries| is_list(entries)).map(Value::take) else {
        return Err(value);
    };
    let events = entries.iter().filter(|entry| is_entry(entry)).map(|entry| {
        let mut own = context.clone();
        let inner = event(entry, &mut own, settings);
        (own, inner)
    });
    Ok(Inner::Many(events.collect()))
}

fn is_entry(value: &Value) -> bool {
    let request = value.get("request");
    value.get("startedDateTime").is_some()
        && request.is_some_and(|request| request.get("url").is_some() || request.get("method").is_some())
}

fn is_list(entries: &Value) -> bool {
    entries.as_array().is_some_and(|entries| entries.is_empty() || entries.iter().any(is_entry))
}

fn event(entry: &Value, context: &mut Context, settings: &Settings) -> Inner {
    context.stamp =
        entry.get("startedDateTime").and_then(|started| time::from_json(started, settings)).or(context.stamp);
    let none = Value::Null;
    let request = entry.get("request").unwrap_or(&none);
    let response = entry.get("response").unwrap_or(&none);
    let status = response
        .get("status")
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| *status >= 100);
    let owned = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let content = response.get("content");
    let exchange = Exchange {
        method: owned(request.get("method")),
        url: owned(request.get("url")),
        status,
        request_headers: headers(request),
        response_headers: headers(response),
        request_body: request.get("postData").and_then(body),
        response_body: content.and_then(body).or_else(|| socket_errors(entry)),
        transport: if status.is_none() { Some(transport(entry, response)) } else { None },
        ..Exchange::default()
    };
    Inner::Event(Box::new(Event {
        context: context.clone(),
        exposed_texts: exposed::pieces(request),
        exchange: Some(Box::new(exchange)),
        count: 1,
        ..Event::default()
    }))
}

fn headers(message: &Value) -> Vec<(String, String)> {
    let Some(headers) = message.get("headers").and_then(Value::as_array) else { return Vec::new() };
    headers
        .iter()
        .filter_map(|header| {
            let name = header.get("name")?.as_str()?;
            Some((name.to_owned(), header.get("value")?.as_str().unwrap_or("").to_owned()))
        })
        .collect()
}

/// The text of a body, base64 decoded; `None` where it was not saved or is no text.
fn body(content: &Value) -> Option<String> {
    let text = content.get("text")?.as_str().filter(|text| !text.is_empty())?;
    let encoding = content.get("encoding").or_else(|| content.get("_encoding")).and_then(Value::as_str);
    if encoding != Some("base64") {
        return Some(text.to_owned());
    }
    let mime = content.get("mimeType").and_then(Value::as_str).unwrap_or("");
    if ["image/", "audio/", "video/", "font/"].iter().any(|kind| mime.starts_with(kind)) {
        return None;
    }
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(&compact)
        .or_else(|_| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&compact))
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Why there was no answer: the browser's or the proxy's own words.
fn transport(entry: &Value, response: &Value) -> String {
    let words =
        [entry.get("_error"), response.get("_error"), entry.get("comment"), response.get("statusText")];
    let found = words.into_iter().flatten().find_map(|word| {
        let text = word.as_str().or_else(|| word.get("msg").and_then(Value::as_str))?;
        (!text.trim().is_empty()).then(|| text.to_owned())
    });
    found.unwrap_or_else(|| "no answer".to_owned())
}

/// Errors that arrived over a web socket (the Realtime API answers 101 and sends errors as messages).
fn socket_errors(entry: &Value) -> Option<String> {
    let messages = entry.get("_webSocketMessages")?.as_array()?;
    let errors: Vec<&str> = messages
        .iter()
        .take(MAX_MESSAGES)
        .filter(|message| message.get("type").and_then(Value::as_str) == Some("receive"))
        .filter_map(|message| message.get("data")?.as_str())
        .filter(|text| text.contains("\"error\""))
        .take(4)
        .collect();
    (!errors.is_empty()).then(|| errors.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::LAYER;
    use crate::decode::{Inner, Settings};
    use crate::model::{Context, Exchange};

    fn peel(value: Value) -> Result<Inner, Value> {
        (LAYER.peel)(value, &mut Context::default(), &Settings::default())
    }

    fn exchange(value: Value) -> Exchange {
        match peel(value) {
            Ok(Inner::Event(event)) => *event.exchange.unwrap(),
            other => panic!("no event: {other:?}"),
        }
    }

    #[test]
    fn the_example_is_read() {
        let exchange = exchange(serde_json::from_str(LAYER.example).unwrap());
        assert_eq!(exchange.status, Some(401));
        assert_eq!(exchange.request_headers, [("User-Agent".to_owned(), "OpenAI/Python 1.109.1".to_owned())]);
        assert_eq!(exchange.response_body.as_deref(), Some(r#"{"error":{"code":"invalid_api_key"}}"#));
    }

    #[test]
    fn bodies_in_base64_are_decoded() {
        let content = json!({"mimeType": "application/json", "text": "eyJhIjoxfQ==", "encoding": "base64"});
        let entry = json!({"startedDateTime": "", "request": {"url": "u"}, "response": {"status": 200, "content": content}});
        assert_eq!(exchange(entry).response_body.as_deref(), Some(r#"{"a":1}"#));
    }

    #[test]
    fn status_zero_is_no_answer() {
        let entry = json!({"startedDateTime": "x", "request": {"url": "u"}, "response": {"status": 0, "_error": "net::ERR_CONNECTION_REFUSED"}});
        let exchange = exchange(entry);
        assert_eq!(
            (exchange.status, exchange.transport.as_deref()),
            (None, Some("net::ERR_CONNECTION_REFUSED"))
        );
    }

    #[test]
    fn a_whole_capture_gives_its_entries() {
        let entry: Value = serde_json::from_str(LAYER.example).unwrap();
        let Ok(Inner::Many(entries)) = peel(json!({"log": {"entries": [entry, 1]}})) else {
            panic!("no list")
        };
        assert_eq!(entries.len(), 1);
        assert!(entries.first().unwrap().0.stamp.is_some());
    }

    #[test]
    fn other_records_come_back() {
        for value in [
            json!({"log": "text", "stream": "stderr"}),
            json!({"log": {"level": "x"}}),
            json!([]),
            json!({"request": {}}),
        ] {
            assert_eq!(peel(value.clone()), Err(value));
        }
    }
}
