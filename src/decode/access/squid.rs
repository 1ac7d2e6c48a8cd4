//! Squid's native access log: tunnels to OpenAI that the proxy refused or could not open.
//!
//! An opened tunnel shows nothing of the calls inside it and stays plain text.

use super::evidence::{Request, is_candidate, is_method, openai_host, tunnel_failure};
use crate::decode::{LineLayer, Peeled, Settings, time};
use crate::model::Context;

/// Squid access log lines.
pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "squid-access",
    title: "Squid access log: tunnels to OpenAI that were refused",
    example: "1772544854.123    250 10.0.0.5 TCP_DENIED/407 3900 CONNECT api.openai.com:443 - HIER_NONE/- text/html",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) || !is_candidate(text) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().take(16).collect();
    let [started, _duration, _client, result, _bytes, method, target, ..] = words.as_slice() else {
        return None;
    };
    let (code, status) = result.split_once('/')?;
    let is_squid = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let status: u16 = status.parse().ok()?;
    if !is_squid || !is_method(method) {
        return None;
    }
    let stamp = time::parse(started, settings)
        .or_else(|| time::from_json(&serde_json::Value::from(started.parse::<f64>().ok()?), settings))?;
    let (transport, status) = if *method == "CONNECT" {
        let (reason, status) = tunnel_failure(status)?;
        (Some(reason), status)
    } else {
        (None, Some(status).filter(|status| *status >= 100))
    };
    let host = Some(openai_host(target)?);
    let request = Request { method, target, status, host, transport, ..Request::default() };
    let exchange = request.exchange()?;
    context.stamp = Some(stamp);
    Some(Peeled::Event(super::event(context, text, exchange)))
}
