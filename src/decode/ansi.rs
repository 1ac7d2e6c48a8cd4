//! Removes colour codes and other terminal sequences, also the forms that other layers leave of them.
//!
//! `ESC [ … m`, `ESC ] … BEL`, `ESC ( B`; written out as `#033[31m` (rsyslog), `^[[31m` (`cat -v`),
//! `\u001b[31m`, `\x1b[31m`, `\033[31m`; and `[31m` where the ESC itself was lost.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};
use serde_json::Value;

/// How deep values are looked into.
const MAX_DEPTH: usize = 64;

/// How ESC looks when it is written out; all stand before a `[`. Those after a backslash may have
/// several of them, one more for each JSON string around, and all go so that the JSON stays whole.
const WRITTEN: &[&str] = &["#033", "^["];
const AFTER_BACKSLASH: &[&str] = &["u001b", "u001B", "x1b", "x1B", "033", "e"];

/// The text without terminal sequences; borrowed when there are none.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let has_escape = memchr(0x1b, bytes).is_some();
    let (has_written, has_bare) = leftovers(text);
    if !has_escape && !has_written && !has_bare {
        return Cow::Borrowed(text);
    }
    let mut stripped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, gone) = match first {
            '\u{1b}' => (0, sequence(rest.get(1..).unwrap_or_default()) + 1),
            '#' | '^' | '\\' if has_written => written(rest),
            '[' if has_bare => bare(rest).map_or((1, 0), |gone| (0, gone)),
            _ => (first.len_utf8(), 0),
        };
        stripped.push_str(rest.get(..kept).unwrap_or_default());
        rest = rest.get(kept + gone..).unwrap_or_default();
    }
    Cow::Owned(stripped)
}

/// Strips the strings of a JSON value, not its keys.
pub(super) fn strip_value(value: &mut Value) {
    strip_nested(value, 0);
}

fn strip_nested(value: &mut Value, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::String(text) => {
            if let Cow::Owned(stripped) = strip(text) {
                *text = stripped;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| strip_nested(value, depth + 1)),
        Value::Object(map) => map.values_mut().for_each(|value| strip_nested(value, depth + 1)),
        _ => {}
    }
}

/// Whether the text holds written escapes, and whether it holds colour codes that lost their ESC.
fn leftovers(text: &str) -> (bool, bool) {
    let mut has_written = false;
    let mut has_reset = false;
    for bracket in memchr_iter(b'[', text.as_bytes()) {
        let before = text.get(..bracket).unwrap_or_default();
        let after = text.get(bracket..).unwrap_or_default();
        // All of the forms end with one of these.
        let may_be_written = matches!(before.as_bytes().last(), Some(b'3' | b'[' | b'b' | b'B' | b'e'));
        has_written |= may_be_written && is_written(before);
        has_reset |= after.starts_with("[0m") && !before.ends_with('\u{1b}');
    }
    (has_written, has_reset)
}

/// Whether the text ends with an ESC that is written out.
fn is_written(before: &str) -> bool {
    WRITTEN.iter().any(|escape| before.ends_with(escape))
        || AFTER_BACKSLASH
            .iter()
            .any(|escape| before.strip_suffix(escape).is_some_and(|rest| rest.ends_with('\\')))
}

/// How much of the start of the text stays and how much goes: a sequence with a written escape goes, a
/// run of backslashes or a single character stays.
fn written(text: &str) -> (usize, usize) {
    let unslashed = text.trim_start_matches('\\');
    let slashes = text.len() - unslashed.len();
    let forms = if slashes > 0 { AFTER_BACKSLASH } else { WRITTEN };
    let rest =
        forms.iter().find_map(|form| unslashed.strip_prefix(form)).filter(|rest| rest.starts_with('['));
    let gone = rest.map(|rest| text.len() - rest.len() + sequence(rest));
    let ends = ['m', 'K', 'J', 'H', 'A', 'B', 'C', 'D', 'G', 'h', 'l'];
    match gone.and_then(|gone| text.get(..gone)) {
        Some(sequence) if sequence.ends_with(ends) => (0, sequence.len()),
        _ => (slashes.max(1), 0),
    }
}

/// Length of `[31m`, when only that is left. `[5m]` is a duration of PromQL.
fn bare(text: &str) -> Option<usize> {
    let parameters = text.get(1..)?.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    let end = text.get(1 + parameters..)?;
    let is_colour = parameters > 0 && parameters <= 12 && end.starts_with('m') && !end.starts_with("m]");
    is_colour.then_some(parameters + 2)
}

/// Length of the sequence that follows an ESC; 0 when none does.
fn sequence(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'[') => control(bytes),
        Some(b']' | b'P' | b'_' | b'^' | b'X') => string(bytes),
        Some(b'(' | b')' | b'*' | b'+' | b'#' | b' ') if bytes.get(1).is_some_and(u8::is_ascii) => 2,
        Some(b'0'..=b'9' | b'=' | b'>' | b'<' | b'A'..=b'Z' | b'a'..=b'z' | b'\\') => 1,
        _ => 0,
    }
}

/// `[` parameters, intermediates, one final byte.
fn control(bytes: &[u8]) -> usize {
    let body = bytes.iter().skip(1).take_while(|byte| matches!(byte, 0x20..=0x3f)).count();
    match bytes.get(1 + body) {
        Some(0x40..=0x7e) => body + 2,
        _ => body + 1,
    }
}

/// `]` … up to BEL or ESC `\`; an open end takes only the introducer.
fn string(bytes: &[u8]) -> usize {
    const LONGEST: usize = 4096;
    let end = bytes.iter().take(LONGEST).position(|byte| matches!(byte, 0x07 | 0x1b | b'\n'));
    match end.map(|end| (end, bytes.get(end), bytes.get(end + 1))) {
        Some((end, Some(0x07), _)) => end + 1,
        Some((end, Some(0x1b), Some(b'\\'))) => end + 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_colour_code_goes() {
        for text in [
            "Error code: \u{1b}[1;36m401\u{1b}[0m - Incorrect",
            "Error code: #033[1;36m401#033[0m - Incorrect",
            "Error code: ^[[1;36m401^[[0m - Incorrect",
            r"Error code: \u001b[1;36m401\u001b[0m - Incorrect",
            r"Error code: \x1b[1;36m401\x1b[0m - Incorrect",
            r"Error code: \\\u001b[1;36m401\\\u001b[0m - Incorrect",
            "Error code: [1;36m401[0m - Incorrect",
            "\u{1b}[2KError code: \u{1b}(B401 - Incorrect\u{1b}[m",
            "Error code: \u{1b}]8;;https://x.test\u{1b}\\401\u{1b}]8;;\u{7} - Incorrect",
        ] {
            assert_eq!(strip(text), "Error code: 401 - Incorrect", "{text:?}");
        }
    }

    #[test]
    fn what_only_looks_like_a_colour_code_stays() {
        for text in [
            "rate(x[5m])",
            "[31m left without a reset",
            "[ERROR] [2026]",
            "issue #033",
            r"C:\e[1",
            "é^[",
            "",
            "^[[:alpha:]]",
        ] {
            let expected = if text.starts_with("C:") { "C:" } else { text };
            assert!(strip(text).starts_with(expected), "{text:?}");
        }
    }

    #[test]
    fn a_lone_escape_takes_nothing_with_it() {
        assert_eq!(strip("a\u{1b}"), "a");
        assert_eq!(strip("a\u{1b}é"), "aé");
        assert_eq!(strip("a\u{1b}[31"), "a");
    }
}
