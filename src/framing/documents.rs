//! JSON documents: top-level values one after the other, and the elements of the arrays in them.
//!
//! In goes the text of a source that is no log of lines: one JSON document, pretty-printed or not, or
//! several of them. Out come the texts of the records with their places. Only structure is looked at
//! (strings, brackets); nothing is parsed, nothing recursed into.

use crate::model::Place;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 128;

/// The records of a document: the elements of the array at the first of `lists` that fits, the
/// elements of a top-level array, or the whole value; for every top-level value in turn.
pub(crate) fn elements(text: &[u8], lists: &[&[&str]]) -> Vec<(Place, String)> {
    let mut out = Vec::new();
    let mut cursor = Cursor { line: 1, at: 0 };
    let mut at = 0;
    while let Some(start) = next_value(text, at) {
        let end = value_end(text, start).unwrap_or(text.len());
        split(text, start, end, lists, &mut |from, to| {
            let place = cursor.advance(text, from);
            out.push((place, String::from_utf8_lossy(text.get(from..to).unwrap_or_default()).into_owned()));
        });
        at = end.max(start + 1);
    }
    out
}

/// Counts lines up to a growing offset.
struct Cursor {
    line: u64,
    at: usize,
}

impl Cursor {
    fn advance(&mut self, text: &[u8], to: usize) -> Place {
        if to >= self.at {
            self.line += memchr::memchr_iter(b'\n', text.get(self.at..to).unwrap_or_default()).count() as u64;
            self.at = to;
        }
        Place { line: self.line, offset: to as u64 }
    }
}

/// Start of the next `{` or `[` at top level; other text between values is passed over line by line.
fn next_value(text: &[u8], mut at: usize) -> Option<usize> {
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' | b'[' => return Some(at),
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e | b']' | b'}' | 0xef | 0xbb | 0xbf => at += 1,
            _ => at = memchr::memchr(b'\n', text.get(at..)?).map_or(text.len(), |line| at + line + 1),
        }
    }
    None
}

/// Position behind the value that starts at `start`; `None` when it has no end.
pub(crate) fn value_end(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return Some(at),
            _ => at += 1,
        }
    }
}

/// Position behind the string whose opening quote stands at `start`.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn split(text: &[u8], start: usize, end: usize, lists: &[&[&str]], each: &mut dyn FnMut(usize, usize)) {
    if text.get(start) == Some(&b'[') {
        return split_array(text, start, end, lists, each, 0);
    }
    for list in lists {
        if let Some(array) = find_array(text, start, list) {
            return split_array(text, array, end, &[], each, 0);
        }
    }
    each(start, end);
}

/// Every element of an array; arrays in arrays (pages that were saved together) are opened.
fn split_array(
    text: &[u8],
    start: usize,
    end: usize,
    lists: &[&[&str]],
    each: &mut dyn FnMut(usize, usize),
    depth: usize,
) {
    let mut at = start + 1;
    while let Some(byte) = text.get(at).filter(|_| at < end) {
        match byte {
            b']' => return,
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at += 1,
            _ => {
                let element_end = value_end(text, at).unwrap_or(end).max(at + 1);
                let holds_objects = *byte == b'['
                    && text.get(at + 1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"));
                let is_insights_row = text.get(at + 1..element_end).is_some_and(|rest| {
                    memchr::memmem::find(rest.get(..200).unwrap_or(rest), b"\"field\"").is_some()
                });
                if holds_objects && !is_insights_row && depth < 3 {
                    split_array(text, at, element_end, lists, each, depth + 1);
                } else if *byte == b'{' && depth < 3 && !lists.is_empty() {
                    split(text, at, element_end, lists, each);
                } else {
                    each(at, element_end);
                }
                at = element_end;
            }
        }
    }
}

/// Start of the array at a path of keys below the object at `start`.
fn find_array(text: &[u8], start: usize, path: &[&str]) -> Option<usize> {
    let mut object = start;
    for key in path {
        object = member(text, object, key)?;
    }
    (text.get(object) == Some(&b'[')
        && text
            .get(object + 1..)?
            .trim_ascii_start()
            .first()
            .is_some_and(|byte| matches!(byte, b'{' | b'[' | b']')))
    .then_some(object)
}

/// Start of the value of a member of the object at `start`.
fn member(text: &[u8], start: usize, key: &str) -> Option<usize> {
    (text.get(start) == Some(&b'{')).then_some(())?;
    let mut at = start + 1;
    for _ in 0..10_000 {
        at += text
            .get(at..)?
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','))
            .count();
        (text.get(at) == Some(&b'"')).then_some(())?;
        let name_end = string_end(text, at)?;
        let name = text.get(at + 1..name_end - 1)?;
        at = name_end;
        at += text
            .get(at..)?
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b':'))
            .count();
        if name == key.as_bytes() {
            return Some(at);
        }
        at = value_end(text, at)?;
    }
    None
}

/// Whether the source is a document and no log of lines: its first value does not end on the line on
/// which it begins, or it is one array, or an export that holds many records in one value.
pub(crate) fn is_document(start: &[u8], lists: &[&[&str]], is_whole: bool) -> bool {
    let Some(first) = start
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf | 0x1e))
    else {
        return false;
    };
    let looks_like_array = |rest: &[u8]| {
        rest.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'"' | b'[' | b']'))
    };
    match start.get(first) {
        Some(b'[') if !looks_like_array(start.get(first + 1..).unwrap_or_default()) => return false,
        Some(b'[' | b'{') => {}
        _ => return false,
    }
    let line_end =
        memchr::memchr(b'\n', start.get(first..).unwrap_or_default()).map_or(start.len(), |at| first + at);
    match value_end(start, first) {
        Some(end) if end <= line_end => {
            let rest = start.get(end..).unwrap_or_default().trim_ascii_start();
            let is_only = is_whole && rest.is_empty();
            start.get(first) == Some(&b'[')
                || is_only && lists.iter().any(|list| find_array(start, first, list).is_some())
        }
        // A first line that is whole JSON up to a cut is a long line, not a document.
        Some(_) => true,
        None => {
            line_end < start.len()
                || start.get(first) == Some(&b'[')
                || lists.iter().any(|list| find_array(start, first, list).is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, elements, is_document};

    fn check(text: &str, expected: &[(u64, &str)]) {
        let found = elements(text.as_bytes(), &[&["events"], &["hits", "hits"]]);
        let found: Vec<(u64, &str)> = found.iter().map(|(place, text)| (place.line, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn arrays_exports_and_concatenated_values() {
        check("[{\"a\":1},\n {\"a\":2}]", &[(1, "{\"a\":1}"), (2, "{\"a\":2}")]);
        check(
            "{\"next\":\"]\",\"events\":[\n{\"a\":\"}\"}\n,{\"b\":[1]}]}",
            &[(2, "{\"a\":\"}\"}"), (3, "{\"b\":[1]}")],
        );
        check("{\"hits\":{\"total\":1,\"hits\":[{\"_id\":1}]}}", &[(1, "{\"_id\":1}")]);
        check("{\n}{\n\"a\":1}", &[(1, "{\n}"), (2, "{\n\"a\":1}")]);
    }

    #[test]
    fn deep_and_cut_input_ends() {
        let deep = "[".repeat(100_000);
        assert!(elements(deep.as_bytes(), &[]).len() <= 100_000 && MAX_DEPTH > 0);
        check("{\"events\":[{\"a\":1},{\"b\":", &[(1, "{\"a\":1}"), (1, "{\"b\":")]);
    }

    #[test]
    fn lines_of_json_are_no_document() {
        assert!(!is_document(b"{\"a\":1}\n{\"a\":2}\n", &[], true));
        assert!(!is_document(b"[2026-11-21 04:43:38 +0000] [5847] x\n", &[], true));
        assert!(is_document(b"{\n  \"a\": 1\n}\n", &[], true));
        assert!(is_document(b"[{\"a\":1}]", &[], true));
    }
}
