//! HTTP exchanges of HARs and access logs as observations.

use super::client;
use super::headers;
use super::literals::Literals;
use super::piece::{self, Piece};
use super::provider;
use super::text::status_at;
use super::url::{host_of, locate};
use super::{blank, key, message, objects, page, scope, value};
use crate::model::{
    ApiError, BodyKind, Event, Exchange, Masked, Observation, Outcome, Provider, Role, ShownKey, Transport,
};
use crate::redact;
use std::sync::Arc;

/// What the exchange says; `None` when it was none with the API.
pub(super) fn observe(event: &Event, exchange: &Exchange) -> Option<Observation> {
    let mut seen = blank(event);
    let pairs = |list: &[(String, String)]| -> Vec<(String, String)> { list.to_vec() };
    let request = pairs(&exchange.request_headers);
    let agent = find(&request, "user-agent");
    seen.headers = headers::from_pairs(
        exchange.response_headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
    );
    seen.client =
        client::of_headers(|name| find(&request, name)).or_else(|| agent.and_then(client::of_agent));
    let url_host = exchange.url.as_deref().and_then(host_of);
    let host = url_host.or_else(|| find(&request, "host")).or_else(|| find(&request, ":authority"));
    let by_host = host.and_then(provider::of_host);
    seen.gateway = seen.headers.gateway;
    seen.provider = match by_host {
        Some(Provider::Other) => return None,
        Some(known) => known,
        None if seen.headers.from_azure => Provider::Azure,
        None if seen.headers.from_openai => Provider::Openai,
        None if seen.gateway.is_some() => Provider::Gateway,
        None if url_host.is_none() && seen.client.is_some() => Provider::Openai,
        None => return None,
    };
    if let Some(url) = exchange.url.as_deref() {
        locate(&mut seen, url);
    }
    if seen.host.is_none() {
        seen.host = host.map(Arc::from);
    }
    seen.role = Role::Response;
    (seen.origin, seen.asked) = (exchange.origin, exchange.asked);
    seen.method = exchange.method.as_deref().map(Arc::from);
    seen.organization = find(&request, "openai-organization").map(Arc::from);
    seen.project = find(&request, "openai-project").map(Arc::from);
    if request.len() > 2 {
        seen.has_context_headers = Some(seen.organization.is_some() || seen.project.is_some());
    }
    answer(&mut seen, exchange);
    seen.excerpt = summary(exchange);
    (seen.outcome != Outcome::Info).then_some(seen)
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty() && *value != "-")
}

/// Status, error object and outcome.
fn answer(seen: &mut Observation, exchange: &Exchange) {
    let pieces = body_pieces(seen, exchange);
    let status = exchange.status.filter(|status| (100..600).contains(status));
    let is_failure = status.is_none_or(|status| status >= 400)
        || pieces.iter().any(|piece| piece.code.is_some()) && seen.body.is_none() && has_error(exchange);
    let piece = piece::attempts(pieces).into_iter().next().unwrap_or_default();
    if is_failure {
        if let Some(message) = piece.message.as_deref() {
            seen.key = message::echoed_key(message);
            let (organization, project) = message::ids(message);
            seen.organization = seen.organization.take().or(organization);
            seen.project = seen.project.take().or(project);
        }
        seen.body = seen.body.or(piece.body);
    }
    seen.key = seen.key.take().or_else(|| key_of_request(exchange));
    seen.model = model_of_request(exchange).or_else(|| message::model(piece.message.as_deref()?));
    if status.is_none() {
        seen.transport = Some(transport_of(exchange.transport.as_deref().unwrap_or_default()));
    }
    seen.outcome = match status {
        None | Some(400..) => Outcome::Failed,
        Some(200..=299) if is_failure || seen.body == Some(BodyKind::Html) => Outcome::Failed,
        Some(200..=299) => Outcome::Ok,
        Some(_) => Outcome::Info,
    };
    seen.error = if seen.outcome == Outcome::Failed {
        ApiError {
            status,
            code: piece.code.map(Arc::from),
            kind: piece.kind.map(Arc::from),
            param: piece.param.map(Arc::from),
            message: piece.message.as_deref().map(redact::mask),
        }
    } else {
        ApiError { status, ..ApiError::default() }
    };
}

/// The key that the request carried.
fn key_of_request(exchange: &Exchange) -> Option<ShownKey> {
    key::sent_in(find(&exchange.request_headers, "authorization")?)
}

/// The evidence of the body; notes what the body was when it is no object.
fn body_pieces(seen: &mut Observation, exchange: &Exchange) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(body) = exchange.response_body.as_deref() {
        if objects::begins_object(body) {
            if let Some(reading) = value::read(body.trim_start()) {
                scope::value_pieces(&reading.value, 0, &mut pieces);
            }
        } else if body.trim_start().starts_with('<') {
            seen.body = Some(BodyKind::Html);
            seen.page = Some(redact::mask(&page::visible_text(body)));
        } else if !body.trim().is_empty() {
            seen.body = Some(BodyKind::Text);
            seen.page = Some(redact::mask(&body.chars().take(600).collect::<String>()));
        }
    }
    pieces
}

/// Whether a body that came with a success carries an error object.
fn has_error(exchange: &Exchange) -> bool {
    exchange.response_body.as_deref().is_some_and(|body| {
        let start: String = body.chars().take(200).collect();
        start.contains("\"error\"") && !start.contains("\"error\": null") && !start.contains("\"error\":null")
    })
}

fn model_of_request(exchange: &Exchange) -> Option<Arc<str>> {
    let body = exchange.request_body.as_deref()?;
    let at = body.find("\"model\"")?;
    let rest = body.get(at + 7..)?.trim_start_matches([' ', ':']);
    rest.strip_prefix('"')?.split('"').next().filter(|model| model.len() < 100).map(Arc::from)
}

/// Envoy's response flags and the words of others.
fn transport_of(text: &str) -> Transport {
    if let Some((_, super::phrases::Phrase::NoAnswer(transport))) =
        super::phrases::find(&Literals::of(text)).next()
    {
        return transport;
    }
    match text.split([',', ' ']).next().unwrap_or_default() {
        "UF" | "URX" | "UH" => Transport::Refused,
        "UC" | "UPE" | "DC" => Transport::Reset,
        "UT" | "SI" | "DPE" => Transport::Timeout,
        _ if status_at(text) == Some(407) => Transport::ProxyAuth,
        _ => Transport::Unknown,
    }
}

fn summary(exchange: &Exchange) -> Masked {
    let method = exchange.method.as_deref().unwrap_or("request");
    let url = exchange.url.as_deref().unwrap_or_default();
    let status = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let body: String = exchange.response_body.as_deref().unwrap_or_default().chars().take(240).collect();
    let line = format!("{method} {url} {status} {}", body.split_whitespace().collect::<Vec<_>>().join(" "));
    redact::mask(line.trim_end())
}
