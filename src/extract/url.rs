//! URLs: who they name, and what they tell about a call.

use std::sync::Arc;

use super::literals::{List, Literals};
use crate::model::Observation;
use crate::redact;

/// Host of a URL, with its port.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next().filter(|host| !host.is_empty())
}

/// Takes host, path and scheme from a URL or a path.
pub(crate) fn locate(seen: &mut Observation, url: &str) {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, url),
    };
    seen.scheme = match scheme {
        Some("http" | "ws") => Some("http"),
        Some("https" | "wss") => Some("https"),
        _ => None,
    };
    let path_at = if scheme.is_some() { rest.find('/') } else { Some(0) };
    if scheme.is_some() {
        let authority = rest.get(..path_at.unwrap_or(rest.len())).unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.strip_suffix(":443").unwrap_or(host).trim_end_matches(['"', '\'', ')']);
        if !host.is_empty() && host.len() < 254 {
            seen.host = Some(Arc::from(redact::mask(host).as_str()));
        }
    }
    if let Some(path) = path_at.and_then(|at| rest.get(at..)) {
        let path = path.split(['?', '#', ' ', '"', '\'']).next().unwrap_or_default();
        if path.starts_with('/') && path.len() < 400 {
            seen.endpoint = Some(Arc::from(redact::mask(path).as_str()));
        }
    }
}

/// How URLs of OpenAI's API begin.
pub(super) const OPENAI: [&str; 3] =
    ["https://api.openai.com", "http://api.openai.com", "wss://api.openai.com"];

/// The first URL of OpenAI's API in the text.
pub(crate) fn of_openai(text: &str, literals: &Literals) -> Option<String> {
    let url = text.get(literals.first_row(List::Urls)?.at.start..)?;
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | ')' | '>' | ',' | ']' | '`' | '\\' | '}');
    url.split(is_end).next().map(str::to_owned)
}

/// Hosts of proxies and mock servers on the same machine say nothing about who answers behind them.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}
