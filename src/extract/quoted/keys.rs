//! Keys of printed objects that are no names: somebody sent the error text as the name of a field.
//!
//! In goes the text of a record, out come the spans of such keys. A key is a string that opens behind `{` or `,` and
//! closes before `:`, as Python, JavaScript and JSON print objects; the names that programs give have no blanks in
//! them and are short.

use std::ops::Range;

/// Shortest key that is a text, in bytes.
const MIN_TEXT: usize = 24;
/// Longest key that is looked at, in bytes.
const MAX_TEXT: usize = 16 * 1024;
/// Bytes that are looked at for all keys of a text, so that hostile text takes linear time.
const MAX_LOOKED_AT: usize = 4 << 20;

/// The span of each key that is a text.
pub(super) fn texts(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut spans: Vec<Range<usize>> = Vec::new();
    let (mut floor, mut left) = (0, MAX_LOOKED_AT);
    for colon in memchr::memchr_iter(b':', bytes) {
        let Some(mark) = bytes.get(..colon).and_then(|before| before.last()).copied() else { continue };
        if !matches!(mark, b'"' | b'\'' | b'`') {
            continue;
        }
        let from = floor.max(colon.saturating_sub(MAX_TEXT.min(left)));
        let Some(key) = key_before(bytes, from, colon - 1, mark) else { continue };
        left -= (colon - key.start).min(left);
        if is_text(bytes.get(key.clone()).unwrap_or_default()) {
            // Shorter keys within this one were names of the text.
            while spans.pop_if(|inner| inner.start >= key.start).is_some() {}
            floor = colon;
            spans.push(key);
        }
    }
    spans
}

/// The string that closes at `close` with `mark`, without its marks and backslashes, when it opens behind `{` or `,`.
fn key_before(bytes: &[u8], from: usize, close: usize, mark: u8) -> Option<Range<usize>> {
    let escapes = backslashes(bytes, from, close);
    let end = close - escapes;
    let open = memchr::memrchr_iter(mark, bytes.get(from..end)?)
        .map(|at| from + at)
        .find(|at| backslashes(bytes, from, *at) <= escapes)?;
    let before = bytes.get(..open - backslashes(bytes, from, open))?.trim_ascii_end();
    matches!(before.last(), Some(b'{' | b',')).then_some(open + 1..end)
}

/// How many backslashes stand right before `at`.
fn backslashes(bytes: &[u8], from: usize, at: usize) -> usize {
    let before = bytes.get(from..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count()
}

fn is_text(key: &[u8]) -> bool {
    key.len() >= MIN_TEXT && key.iter().filter(|byte| byte.is_ascii_whitespace()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::texts;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = texts(text).into_iter().map(|span| text.get(span).unwrap()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_key_that_is_a_text_is_found_in_every_notation() {
        check(
            r#"form {"Error code: 401 - {'error': {'code': 'x'}}": '1'}"#,
            &["Error code: 401 - {'error': {'code': 'x'}}"],
        );
        check(r"form {'a': 1, 'You didn\'t provide an API key': '1'}", &[r"You didn\'t provide an API key"]);
        check(
            r#"{\"429 You exceeded your \\\"quota\\\": stop\": 1}"#,
            &[r#"429 You exceeded your \\\"quota\\\": stop"#],
        );
        check("form { 'Error code: 401 - nothing here': '1' }", &["Error code: 401 - nothing here"]);
        check("{ `it's \"Error code: 401\" again`: '1' }", &["it's \"Error code: 401\" again"]);
    }

    #[test]
    fn names_and_values_stay() {
        check("Error code: 401 - {'error': {'message': 'Incorrect API key provided: x', 'code': 'y'}}", &[]);
        check("failed with 'a text of many words in quotes': more", &[]);
        check(r#"{"message":"Rate limit reached for x in y on z","type":"requests"}"#, &[]);
        check("", &[]);
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in ["a':", "{'", "\\':", "',':"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let started = std::time::Instant::now();
            let _ = texts(&text);
            assert!(started.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
