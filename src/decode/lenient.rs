//! JSON as programs really write it: concatenated values, raw control characters inside strings,
//! lone surrogates, `NaN`, byte order marks and record separators.
//!
//! A text is read as it stands first and repaired once when that fails. Nesting deeper than the
//! parser's limit (128) stays text, and so do more values than anybody's record has: each takes many times the memory of
//! its text.

use serde_json::{Deserializer, Value};

/// Values of one text at most, give or take those that are strings with commas.
const MAX_VALUES: usize = 500_000;

/// The JSON values of a text, in order.
pub(super) struct Opened {
    pub(super) values: Vec<Value>,
    /// What follows the last whole value: a record that was cut.
    pub(super) rest: Option<String>,
}

/// The values of a text that starts with an object, or with an array of objects. `None` when it is
/// no JSON, or only looks like it (`[ERROR] …`).
pub(super) fn open(text: &str) -> Option<Opened> {
    let text = text.trim_start();
    if !starts_like_json(text) || has_too_many_values(text) {
        return None;
    }
    let (values, end) = values_of(text);
    if !values.is_empty() && end >= text.len() {
        return Some(Opened { values, rest: None });
    }
    let repaired = repair(text);
    let (repaired_values, repaired_end) = values_of(&repaired);
    if repaired_values.is_empty() {
        return None;
    }
    let rest = repaired.get(repaired_end..).unwrap_or_default().trim();
    if rest.is_empty() {
        return Some(Opened { values: repaired_values, rest: None });
    }
    // Text after an object is a record that was cut, or this is a sentence that starts with JSON.
    rest.starts_with('{').then(|| Opened { values: repaired_values, rest: Some(rest.to_owned()) })
}

/// The single JSON value that a text is, repaired where needed.
pub(super) fn parse(text: &str) -> Option<Value> {
    if has_too_many_values(text) {
        return None;
    }
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&repair(text)).ok())
}

fn has_too_many_values(text: &str) -> bool {
    text.len() > 2 * MAX_VALUES && memchr::memchr_iter(b',', text.as_bytes()).count() > MAX_VALUES
}

fn starts_like_json(text: &str) -> bool {
    let bytes = text.as_bytes();
    let second = bytes.iter().skip(1).find(|byte| !byte.is_ascii_whitespace());
    match bytes.first() {
        Some(b'{') => matches!(second, Some(b'"' | b'}')),
        Some(b'[') => matches!(second, Some(b'{' | b'[')),
        _ => false,
    }
}

/// Whole objects and arrays from the start of the text, and where the last one ends.
fn values_of(text: &str) -> (Vec<Value>, usize) {
    let mut values = Vec::new();
    let mut end = 0;
    let mut stream = Deserializer::from_str(text).into_iter::<Value>();
    while let Some(Ok(value)) = stream.next() {
        if !value.is_object() && !value.is_array() {
            break;
        }
        values.push(value);
        end = stream.byte_offset();
    }
    if text.get(end..).is_some_and(|rest| rest.trim().is_empty()) {
        end = text.len();
    }
    (values, end)
}

/// The text with what real programs do wrong put right; linear, and wrong JSON may stay wrong.
fn repair(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut in_string = false;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match (in_string, first) {
            (true, '\\') => {
                let (written, taken) = escape(rest);
                repaired.push_str(&written);
                length = taken;
            }
            (true, '\0'..='\u{1f}') => repaired.push_str(&format!("\\u{:04x}", u32::from(first))),
            (false, '\u{1e}' | '\u{feff}' | '\0') => {}
            (false, 'N' | 'I' | '-') => match not_a_number(rest) {
                Some(word) => {
                    repaired.push_str("null");
                    length = word.len();
                }
                None => repaired.push(first),
            },
            _ => {
                in_string ^= first == '"';
                repaired.push(first);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    repaired
}

fn not_a_number(rest: &str) -> Option<&'static str> {
    ["NaN", "Infinity", "-Infinity", "-NaN"].into_iter().find(|word| rest.starts_with(word))
}

/// The escape at the start of the text as valid JSON, and its length as written.
fn escape(rest: &str) -> (String, usize) {
    let Some(second) = rest.chars().nth(1) else { return ("\\\\".to_owned(), 1) };
    if second != 'u' {
        let is_valid = matches!(second, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't');
        return if is_valid { (format!("\\{second}"), 2) } else { ("\\\\".to_owned(), 1) };
    }
    match unit(rest) {
        None => ("\\\\".to_owned(), 1),
        Some(0xd800..=0xdbff) => match (rest.get(6..).and_then(unit), rest.get(..12)) {
            (Some(0xdc00..=0xdfff), Some(pair)) => (pair.to_owned(), 12),
            _ => ("\u{fffd}".to_owned(), 6),
        },
        Some(0xdc00..=0xdfff) => ("\u{fffd}".to_owned(), 6),
        Some(unit) => (format!("\\u{unit:04x}"), 6),
    }
}

/// The code unit of `\uXXXX`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let opened = open(text).expect("JSON");
        let values: Vec<String> = opened.values.iter().map(Value::to_string).collect();
        assert_eq!(values, expected);
        assert_eq!(opened.rest, None);
    }

    #[test]
    fn concatenated_values_are_several() {
        check(r#"{"a":1}{"b":2} {"c":3}"#, &[r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
    }

    #[test]
    fn more_values_than_a_record_has_stay_text() {
        assert!(open(&format!("{{\"a\":[{}0]}}", "0,".repeat(MAX_VALUES - 1))).is_some());
        assert!(open(&format!("{{\"a\":[{}0]}}", "0,".repeat(MAX_VALUES + 1))).is_none());
    }

    #[test]
    fn what_programs_do_wrong_is_repaired() {
        check("{\"a\":\"x\u{1b}[31m\ty\"}", &[r#"{"a":"x\u001b[31m\ty"}"#]);
        check(r#"{"a":"\ud83d cut"}"#, &["{\"a\":\"\u{fffd} cut\"}"]);
        check(r#"{"a":NaN,"b":-Infinity,"c":-1}"#, &[r#"{"a":null,"b":null,"c":-1}"#]);
        check("{\"a\":1}\u{1e}{\"a\":2}\u{feff}", &[r#"{"a":1}"#, r#"{"a":2}"#]);
        check(r#"{"a":"it\'s \x1b"}"#, &[r#"{"a":"it\\'s \\x1b"}"#]);
        check(r#"{"a":"\ud83d\ude00","b":NaN}"#, &["{\"a\":\"\u{1f600}\",\"b\":null}"]);
    }

    #[test]
    fn sentences_are_no_json() {
        for text in
            ["[ERROR] x", "{'a': 1}", "{\"a\":1} and more", "{", "[1] x", "[0] tag: [1, {}]", "{\"a\":"]
        {
            assert!(open(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_cut_record_leaves_the_whole_ones() {
        let opened = open(r#"{"a":1}{"b":"cu"#).expect("JSON");
        assert_eq!(opened.values.len(), 1);
        assert_eq!(opened.rest.as_deref(), Some(r#"{"b":"cu"#));
    }
}
