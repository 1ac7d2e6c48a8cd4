//! HAProxy's log of HTTP requests (`option httplog`).
//!
//! `client [time] frontend backend/server timers status bytes cookie cookie termination connections queues
//! {captured headers} "request"`: HAProxy's configuration manual, section 8.2.3.

use super::evidence::{
    Request, is_candidate, is_client, is_openai_request_id, openai_host, request_line, status,
};
use super::tokens::{Token, tokens};
use crate::decode::{LineLayer, Peeled, Settings, time};
use crate::model::Context;

/// Lines of HAProxy's log of requests.
pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "haproxy",
    title: "HAProxy log of requests with OpenAI as server",
    example: r#"10.0.0.7:48770 [03/Mar/2026:13:34:38.369] llm openai/api.openai.com 0/0/0/187/187 401 753 - - ---- 1/1/0/0/0 0/0 {req_4f0c1b7ad2e84c0fb5a1d6c7e8f90a1b} "POST /v1/chat/completions HTTP/1.1""#,
    is_verified: true,
    peel,
};

/// First letter of the state of a session that HAProxy ended before the server had answered, with its meaning
/// (section 8.5). What the client ended is no failure of the API.
const ENDS: [(char, &str); 6] = [
    ('S', "the server ended the connection: connection reset by peer"),
    ('s', "the server did not answer in time: operation timed out"),
    ('I', "internal error"),
    ('P', "the proxy refused the request or the answer"),
    ('R', "no resources for the connection"),
    ('D', "no server is up: connection refused"),
];

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !text.starts_with(|first: char| first.is_ascii_hexdigit() || first == ':') || !is_candidate(text) {
        return None;
    }
    let tokens = tokens(text);
    let [
        Token::Bare(_client),
        Token::Bracketed(started),
        Token::Bare(_frontend),
        Token::Bare(server),
        Token::Bare(timers),
        Token::Bare(code),
        rest @ ..,
    ] = tokens.as_slice()
    else {
        return None;
    };
    let end = rest.iter().filter_map(bare).find(|word| is_end(word))?;
    if !is_five_numbers(timers) || !rest.iter().filter_map(bare).any(is_five_numbers) {
        return None;
    }
    let stamp = time::parse(started, settings)?;
    let (method, target) = rest.iter().find_map(|token| match token {
        Token::Quoted(line) => request_line(line),
        _ => None,
    })?;
    let transport = reason(end);
    let server = server.split('/').next_back().and_then(openai_host);
    let request = Request {
        method,
        target,
        status: if transport.is_some() || *code == "-1" { None } else { status(code)? },
        host: server.or_else(|| captured(rest).find_map(openai_host)),
        agent: captured(rest).find(|word| is_client(word)),
        request_id: captured(rest).find(|word| is_openai_request_id(word)),
        transport,
    };
    let exchange = request.exchange()?;
    context.stamp = Some(stamp);
    Some(Peeled::Event(super::event(context, text, exchange)))
}

/// The timers, and the counts of connections: `0/0/0/187/+187`.
fn is_five_numbers(word: &str) -> bool {
    let is_number = |part: &str| part.trim_start_matches(['+', '-']).parse::<u32>().is_ok();
    word.split('/').count() == 5 && word.split('/').all(is_number)
}

/// Why there was no answer, for a session that ended before one was passed on, as its second letter tells.
fn reason(end: &str) -> Option<String> {
    let is_early = end.get(1..2).is_some_and(|phase| "RQCH".contains(phase));
    let (letter, meaning) = ENDS.iter().find(|(letter, _)| is_early && end.starts_with(*letter))?;
    Some(format!("haproxy {letter}: {meaning}"))
}

/// The headers that were captured: `{OpenAI/Python 3.1|req_4f0c…}`.
fn captured<'a>(tokens: &[Token<'a>]) -> impl Iterator<Item = &'a str> {
    let words = tokens.iter().filter_map(bare).skip_while(|word| !word.starts_with('{'));
    words.flat_map(|word| word.split(['{', '|', '}']))
}

/// `----`, `sH--`: four letters or dashes for how a session ended.
fn is_end(word: &str) -> bool {
    let is_letter = |byte: u8| byte == b'-' || byte.is_ascii_alphabetic();
    word.len() == 4
        && word.bytes().all(is_letter)
        && word.bytes().next().is_some_and(|byte| b"-CSPRIDLUKcs".contains(&byte))
}

fn bare<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token {
        Token::Bare(word) => Some(word),
        _ => None,
    }
}
