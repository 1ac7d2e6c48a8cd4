//! Combined log lines of nginx, Apache, Traefik and others, with whatever fields follow.

use super::evidence::{
    Request, is_candidate, is_client, is_openai_request_id, openai_host, request_line, status, tunnel_failure,
};
use super::tokens::{Token, tokens};
use crate::decode::{LineLayer, Peeled, Settings, time};
use crate::model::Context;

/// Combined access log lines.
pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "access-log",
    title: "Access log of nginx, Apache or Traefik with calls to OpenAI",
    example: r#"10.42.0.14 - - [03/Mar/2026:13:34:38 +0000] "POST /v1/chat/completions HTTP/1.1" 401 301 "-" "OpenAI/Python 1.109.1" upstream=api.openai.com:443 urt=1.031"#,
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    // The time stands in brackets.
    if memchr::memchr(b'[', text.as_bytes()).is_none() || !is_candidate(text) {
        return None;
    }
    let tokens = tokens(text);
    let requested = tokens
        .iter()
        .position(|token| matches!(token, Token::Quoted(text) if request_line(text).is_some()))?;
    let Some(Token::Quoted(line)) = tokens.get(requested).copied() else { return None };
    let (method, target) = request_line(line)?;
    let Some(Token::Bare(word)) = tokens.get(requested + 1).copied() else { return None };
    let mut request = Request { method, target, status: status(word)?, ..Request::default() };
    let started = tokens.iter().take(requested).find_map(|token| match token {
        Token::Bracketed(text) => time::parse(text, settings),
        _ => None,
    });
    // A line of an application that quotes a request has no time in brackets, or a URL in front (urllib3).
    started?;
    if tokens
        .iter()
        .take(requested)
        .any(|token| matches!(token, Token::Bare(word) if word.starts_with("http")))
    {
        return None;
    }
    for token in tokens.iter().take(requested) {
        read_lead(token, &mut request);
    }
    for token in tokens.iter().skip(requested + 2) {
        read_field(token, &mut request);
    }
    if method == "CONNECT" {
        let (reason, status) = tunnel_failure(request.status.unwrap_or_default())?;
        (request.transport, request.status) = (Some(reason), status);
    }
    let exchange = request.exchange()?;
    context.stamp = started.or(context.stamp);
    Some(Peeled::Event(super::event(context, text, exchange)))
}

/// In front of the request stand addresses, and in Apache's vhost form the name of the server.
fn read_lead<'a>(token: &Token<'a>, request: &mut Request<'a>) {
    if let Token::Bare(word) | Token::Pair(_, word) = token {
        request.host = request.host.or_else(|| openai_host(word));
    }
}

fn read_field<'a>(token: &Token<'a>, request: &mut Request<'a>) {
    let (name, value) = match token {
        Token::Quoted(value) | Token::Bare(value) => ("", *value),
        Token::Pair(name, value) => (*name, *value),
        Token::Bracketed(_) => return,
    };
    let is_referer = name.to_ascii_lowercase().contains("refer")
        || (name.is_empty() && matches!(token, Token::Quoted(_)) && value.starts_with("http"));
    if !is_referer {
        request.host = request.host.or_else(|| value.split([',', ' ']).find_map(openai_host));
    }
    let is_agent = name.to_ascii_lowercase().contains("agent") || is_client(value);
    // The second quoted field of the combined form is the user agent, whatever it says.
    if is_agent
        || (request.agent.is_none()
            && name.is_empty()
            && matches!(token, Token::Quoted(_))
            && value.contains('/')
            && !is_referer)
    {
        request.agent = Some(value);
    }
    if is_openai_request_id(value) {
        request.request_id = request.request_id.or(Some(value));
    }
}
