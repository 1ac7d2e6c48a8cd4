//! Envoy's and Istio's default access log lines.
//!
//! `[time] "request" status flags [details termination "reason"] received sent duration upstream-time
//! "forwarded-for" "agent" "request id" "authority" "upstream"`: the request id is Envoy's own.

use super::evidence::{Request, is_candidate, is_openai_request_id, openai_host, request_line, status};
use super::tokens::{Token, tokens};
use crate::decode::{LineLayer, Peeled, Settings, time};
use crate::model::Context;

/// Envoy access log lines.
pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "envoy-access",
    title: "Envoy or Istio access log with calls to OpenAI",
    example: r#"[2026-11-20T10:00:00.000Z] "POST /v1/chat/completions HTTP/2" 401 - 62 305 187 186 "-" "OpenAI/Python 1.109.1" "5f0ae2b1-0000-4000-8000-000000000000" "api.openai.com" "104.18.6.192:443""#,
    is_verified: false,
    peel,
};

/// Response flags of Envoy that mean that the answer is not the upstream's, with their meaning
/// (Envoy documentation, "Access logging", `%RESPONSE_FLAGS%`).
const FLAGS: [(&str, &str); 14] = [
    ("DF", "dns resolution failed"),
    ("DPE", "downstream protocol error"),
    ("LR", "connection reset locally"),
    ("NC", "upstream cluster not found"),
    ("NR", "no route configured"),
    ("SI", "stream idle timeout"),
    ("UC", "upstream connection termination: connection reset"),
    ("UF", "upstream connection failure"),
    ("UH", "no healthy upstream"),
    ("UMSDR", "upstream request reached max stream duration: timed out"),
    ("UO", "upstream overflow: circuit breaking"),
    ("UPE", "upstream protocol error"),
    ("UR", "upstream remote reset: connection reset"),
    ("UT", "upstream request timeout: timed out"),
];

/// Error numbers that Envoy shows in the reason of a failed connection (Linux).
const ERRORS: [(&str, &str); 4] = [
    ("104", "connection reset"),
    ("110", "connection timed out"),
    ("111", "connection refused"),
    ("113", "no route to host"),
];

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !text.starts_with('[') || !is_candidate(text) {
        return None;
    }
    let tokens = tokens(text);
    let [Token::Bracketed(started), Token::Quoted(line), Token::Bare(code), Token::Bare(flags), rest @ ..] =
        tokens.as_slice()
    else {
        return None;
    };
    let stamp = time::parse(started, settings)?;
    let (method, target) = request_line(line)?;
    let mut request = Request { method, target, status: status(code)?, ..Request::default() };
    let bares: Vec<&str> = rest.iter().filter_map(bare).collect();
    let details: Vec<&str> = rest.iter().take(3).filter_map(word).filter(|word| is_detail(word)).collect();
    let quoted: Vec<&str> = rest.iter().filter_map(quote).collect();
    // The last five quoted fields, whatever stands between; Istio puts addresses and names behind them.
    let fields = quoted.get(quoted.len().saturating_sub(5)..)?;
    let [_forwarded, agent, request_id, authority, upstream] = fields else { return None };
    request.agent = Some(agent);
    request.host = openai_host(authority)
        .or_else(|| openai_host(upstream))
        .or_else(|| bares.iter().find_map(|word| openai_host(word)));
    request.request_id = Some(*request_id).filter(|id| is_openai_request_id(id));
    request.transport = transport(flags, &details);
    let exchange = request.exchange()?;
    context.stamp = Some(stamp);
    Some(Peeled::Event(super::event(context, text, exchange)))
}

/// Why Envoy answered itself; `None` where the upstream did.
pub(super) fn transport(flags: &str, details: &[&str]) -> Option<String> {
    let is_from_upstream = details.contains(&"via_upstream");
    let mut meanings: Vec<String> = flags
        .split(',')
        .filter_map(|flag| FLAGS.iter().find(|(name, _)| *name == flag))
        .map(|(name, meaning)| format!("{name}: {meaning}"))
        .collect();
    if meanings.is_empty() && flags.split(',').any(|flag| flag == "URX") && !is_from_upstream {
        meanings.push("URX: upstream retry limit exceeded".to_owned());
    }
    if meanings.is_empty() || is_from_upstream {
        return None;
    }
    meanings.extend(details.iter().map(|detail| (*detail).to_owned()));
    let number = details.iter().find_map(|detail| {
        let digits = detail.rsplit("connect_error:").next().filter(|rest| rest.len() < detail.len())?;
        let digits = digits.trim_start_matches([' ', '_']);
        ERRORS.iter().find(|(number, _)| digits.starts_with(number))
    });
    meanings.extend(number.map(|(_, meaning)| (*meaning).to_owned()));
    Some(format!("envoy {}", meanings.join("; ")))
}

fn is_detail(word: &str) -> bool {
    word != "-" && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn bare<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token {
        Token::Bare(word) => Some(word),
        _ => None,
    }
}

fn quote<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token {
        Token::Quoted(text) => Some(text),
        _ => None,
    }
}

fn word<'a>(token: &Token<'a>) -> Option<&'a str> {
    bare(token).or_else(|| quote(token))
}
