//! nginx's error log, where the upstream is OpenAI: refused, timed out, not resolved, TLS failures.

use super::evidence::{Request, is_candidate, openai_host, request_line};
use crate::decode::{LineLayer, Peeled, Settings, time};
use crate::model::{Context, Level};

/// nginx error log lines.
pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "nginx-error",
    title: "nginx error log with OpenAI as upstream",
    example: r#"2026/03/03 13:34:14 [error] 29#29: *1 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.1, server: proxy, request: "POST /v1/chat/completions HTTP/1.1", upstream: "https://api.openai.com/v1/chat/completions", host: "proxy""#,
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) || !is_candidate(text) {
        return None;
    }
    let (head, rest) = text.split_once('[')?;
    let (level, rest) = rest.split_once("] ")?;
    let level = match level {
        "debug" => Level::Debug,
        "info" | "notice" => Level::Info,
        "warn" => Level::Warn,
        "error" => Level::Error,
        "crit" | "alert" | "emerg" => Level::Fatal,
        _ => return None,
    };
    let (process, message) = rest.split_once(": ")?;
    let stamp = time::parse(head.trim(), settings)?;
    let is_nginx = process.contains('#') && process.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
    if !is_nginx {
        return None;
    }
    let (what, fields) = message.split_once(", client: ").unwrap_or((message, ""));
    let host = field(fields, "upstream: \"")
        .and_then(openai_host)
        .or_else(|| field(fields, "host: \"").and_then(openai_host))
        .or_else(|| what.split([' ', '"', ',', '\'', '(', ')']).find_map(openai_host))?;
    let (method, target) = field(fields, "request: \"").and_then(request_line).unwrap_or(("", "/"));
    let what =
        what.split_once(' ').filter(|(number, _)| number.starts_with('*')).map_or(what, |(_, what)| what);
    let mut exchange =
        Request { method, target, host: Some(host), transport: Some(what.to_owned()), ..Request::default() }
            .exchange()?;
    exchange.method = exchange.method.filter(|method| !method.is_empty());
    context.stamp = Some(stamp);
    context.level = Some(level);
    Some(Peeled::Event(super::event(context, text, exchange)))
}

fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = fields.split_once(name)?;
    rest.split('"').next()
}
