//! Text lines of AWS Lambda: `time⇥request⇥LEVEL⇥message` (Node.js), `[LEVEL]⇥time⇥request⇥message`
//! (Python) and Python's report of an unhandled exception.
//!
//! Line feeds inside a record are written as CR and indentation as no-break spaces; both are put back.

use super::super::level::level_of;
use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "aws-lambda",
    title: "AWS Lambda text logs",
    example: "2026-11-21T04:38:46.189Z\t8f5c2a1e-0b7d-4e9a-9c3f-2d6b1a7e5f40\tERROR\tOpenAI request failed",
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    match text.as_bytes().first()? {
        b'0'..=b'9' => node(text, context, settings),
        b'[' => python(text, context, settings),
        _ => None,
    }
}

fn node<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_zone)?;
    let (request, rest) = stamp.rest.strip_prefix('\t')?.split_once('\t')?;
    if !is_request(request) {
        return None;
    }
    let (word, message) = rest.split_once('\t').unwrap_or(("", rest));
    let level = level_of(word);
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context.level = level.or(context.level);
    Some(Peeled::text(unfolded(if level.is_some() { message } else { rest })))
}

fn python<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let (word, rest) = text.strip_prefix('[')?.split_once(']')?;
    let level = level_of(word)?;
    if let Some(rest) = rest.strip_prefix('\t') {
        let stamp = iso(rest).filter(|stamp| stamp.has_zone)?;
        let (request, message) = stamp.rest.strip_prefix('\t')?.split_once('\t')?;
        if !is_request(request) {
            return None;
        }
        context::wrapper_time(context, time::parse(stamp.time, settings));
        context.level = Some(level);
        return Some(Peeled::text(unfolded(message)));
    }
    let message = rest
        .strip_prefix(' ')
        .filter(|message| message.contains("\r\u{a0}") || message.contains("\rTraceback"))?;
    context.level = Some(level);
    Some(Peeled::text(unfolded(message)))
}

/// A UUID, or `undefined` outside of a request, or nothing.
fn is_request(text: &str) -> bool {
    text.is_empty()
        || text == "undefined"
        || (text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
}

fn unfolded(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    const REQUEST: &str = "8f5c2a1e-0b7d-4e9a-9c3f-2d6b1a7e5f40";

    #[test]
    fn both_runtimes() {
        let node = format!("2026-11-21T04:38:46.189Z\t{REQUEST}\tERROR\ta\r    at b");
        check_peeled(&LAYER, &node, "a\n    at b", "level=Error");
        let python = format!("[WARNING]\t2026-11-21T04:38:46.189Z\t{REQUEST}\ta");
        check_peeled(&LAYER, &python, "a", "level=Warn");
        let unhandled = "[ERROR] AuthenticationError: Error code: 401\rTraceback (most recent call last):\r\u{a0}\u{a0}File";
        let expected = "AuthenticationError: Error code: 401\nTraceback (most recent call last):\n  File";
        check_peeled(&LAYER, unhandled, expected, "level=Error");
    }

    #[test]
    fn other_tabbed_lines_stay() {
        for line in ["2026-11-21T04:38:46.195Z\terror\tllm\tmsg", "[ERROR] plain", "[main] x"] {
            check_not_peeled(&LAYER, line);
        }
    }
}
