//! logfmt: `time=… level=error msg="…"` of logrus, slog, structlog and many others, as the JSON record that it
//! stands for.
//!
//! A line is logfmt when all of it is pairs and they hold a time or a level beside something that speaks. Lines
//! of pairs without either (openai-python 0.28's `error_code=… message=…`) are texts with a grammar of their own.

use serde_json::{Map, Value};

use super::super::{LineLayer, Peeled, Settings};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "logfmt",
    title: "logfmt (logrus, slog, structlog key-value)",
    example: r#"time=2026-11-21T04:38:46.195Z level=ERROR msg="OpenAI request failed" service=assistant"#,
    is_verified: true,
    peel,
};

/// Names of which one must be there, and names that the lists for JSON records do not know, with the known ones.
const FRAME: &[(&str, &str)] = &[
    ("time", "time"),
    ("ts", "ts"),
    ("timestamp", "timestamp"),
    ("t", "time"),
    ("level", "level"),
    ("lvl", "lvl"),
    ("severity", "severity"),
    ("at", "level"),
    ("asctime", "asctime"),
    ("levelname", "levelname"),
];
const SPEAKING: &[&str] = &["msg", "message", "event", "error", "err"];

fn peel<'a>(text: &'a str, _: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    let mut record = Map::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, value, tail) = pair(rest)?;
        let name = FRAME.iter().find(|(written, _)| *written == name).map_or(name, |(_, known)| known);
        if !record.contains_key(name) {
            record.insert(name.to_owned(), value);
        }
        rest = tail;
    }
    let has = |name: &str| record.contains_key(name);
    let is_record = record.len() >= 2
        && FRAME.iter().any(|(_, known)| has(known))
        && SPEAKING.iter().any(|name| has(name));
    is_record.then_some(Peeled::Json(Value::Object(record)))
}

/// `name=value`, and what follows behind spaces.
fn pair(text: &str) -> Option<(&str, Value, &str)> {
    let end = text.find('=')?;
    let (name, rest) = (text.get(..end)?, text.get(end + 1..)?);
    let is_name = name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '@'))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.@/-".contains(&byte));
    if !is_name {
        return None;
    }
    let (value, rest) = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(rest.get(1..)?, quote),
        _ => {
            let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            (bare(word), rest)
        }
    };
    Some((name, value, rest.trim_start_matches(' ')))
}

/// A number, or the word as it is.
fn bare(word: &str) -> Value {
    let is_number = (1..=15).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.parse::<u64>() {
        Ok(number) if is_number => Value::from(number),
        _ => Value::from(word),
    }
}

/// The text up to the closing quote, its escapes (those of Go and Python) undone; all of it when the line was cut.
fn quoted(text: &str, quote: char) -> (Value, &str) {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => unescape(&mut chars, &mut out),
            _ if char == quote => return (Value::from(out), chars.as_str()),
            _ => out.push(char),
        }
    }
    (Value::from(out), "")
}

/// One escape, behind its backslash; unknown ones stay as they are.
fn unescape(chars: &mut std::str::Chars<'_>, out: &mut String) {
    let Some(char) = chars.next() else { return };
    let digits = match char {
        'n' => return out.push('\n'),
        'r' => return out.push('\r'),
        't' => return out.push('\t'),
        '"' | '\'' | '\\' => return out.push(char),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => {
            out.push('\\');
            return out.push(char);
        }
    };
    let number = chars.as_str().get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match number.and_then(char::from_u32) {
        Some(decoded) => {
            out.push(decoded);
            *chars = chars.as_str().get(digits..).unwrap_or_default().chars();
        }
        None => {
            out.push('\\');
            out.push(char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::check_record;
    use super::LAYER;

    fn check(line: &str, expected: &str) {
        check_record(&LAYER, line, expected);
    }

    #[test]
    fn values_of_go_and_of_python() {
        check(
            r#"time=2026-11-21T05:00:50.457Z level=ERROR msg="call failed" err="POST \"u\": 401\n{}" status=401 req.id=abc"#,
            r#"{"time":"2026-11-21T05:00:50.457Z","level":"ERROR","msg":"call failed","err":"POST \"u\": 401\n{}","status":401,"req.id":"abc"}"#,
        );
        check(
            r"event='call failed' error='{\'error\': \u201c}' level='error'",
            r#"{"event":"call failed","error":"{'error': “}","level":"error"}"#,
        );
        check(
            r#"asctime="2026-11-21 04:38:46,195" levelname=ERROR message="call failed""#,
            r#"{"asctime":"2026-11-21 04:38:46,195","levelname":"ERROR","message":"call failed"}"#,
        );
    }

    #[test]
    fn a_line_that_was_cut_keeps_what_is_there() {
        check(r#"level=error msg="call fai"#, r#"{"level":"error","msg":"call fai"}"#);
    }

    #[test]
    fn other_pairs_are_no_record() {
        for line in [
            "error_code=invalid_api_key message='OpenAI API error received'",
            "level=error and msg=prose",
            "level=error",
            "GET /?level=error&msg=x",
            "",
        ] {
            check(line, "none");
        }
    }
}
