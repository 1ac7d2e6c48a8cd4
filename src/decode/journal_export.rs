//! `journalctl -o export`: records of `KEY=value` lines with a blank line between them. A value that holds a line
//! feed stands in the binary form: `KEY`, its length in 8 bytes (little endian), its bytes, a line feed.
//!
//! Each record becomes what `journalctl -o json` shows of it, for the layer of that format.

use serde_json::{Map, Value};

use crate::model::Place;

/// Fields with which a record begins.
const FIRST: [&[u8]; 4] = [b"__CURSOR=", b"__REALTIME_TIMESTAMP=", b"__MONOTONIC_TIMESTAMP=", b"__SEQNUM="];

/// Whether a text is a journal export, by its first bytes.
#[must_use]
pub fn looks_like_export(start: &[u8]) -> bool {
    FIRST.iter().any(|field| start.starts_with(field))
}

/// The records with their places; a damaged one keeps what could be read of it, and reading goes on behind the
/// next blank line.
#[must_use]
pub fn records(bytes: &[u8]) -> Vec<(Place, Value)> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let place = Place { line, offset: at as u64 };
        let (record, end) = record(bytes, at);
        line += memchr::memchr_iter(b'\n', bytes.get(at..end).unwrap_or_default()).count() as u64;
        at = end;
        if !record.is_empty() {
            found.push((place, Value::Object(record)));
        }
    }
    found
}

/// The record at `at`, and where the next begins.
fn record(bytes: &[u8], mut at: usize) -> (Map<String, Value>, usize) {
    let mut record = Map::new();
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        at += (end + 1).min(rest.len());
        if line.is_empty() {
            break;
        }
        match memchr::memchr(b'=', line) {
            Some(equals) => note(&mut record, line, equals, line.get(equals + 1..).unwrap_or_default()),
            None => {
                let Some(value) = sized(bytes.get(at..).unwrap_or_default()) else { continue };
                note(&mut record, line, line.len(), value);
                at = (at + 8 + value.len() + 1).min(bytes.len());
            }
        }
    }
    (record, at)
}

/// The bytes behind a length; `None` when fewer are there.
fn sized(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

/// Adds a field; a repeated one becomes a list.
fn note(record: &mut Map<String, Value>, line: &[u8], name_end: usize, value: &[u8]) {
    let name = String::from_utf8_lossy(line.get(..name_end).unwrap_or_default()).into_owned();
    let value = Value::from(String::from_utf8_lossy(value).into_owned());
    match record.get_mut(&name) {
        Some(Value::Array(values)) => values.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None => {
            record.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{looks_like_export, records};

    fn check(bytes: &[u8], expected: &[(u64, &str)]) {
        let found: Vec<_> =
            records(bytes).into_iter().map(|(place, value)| (place.line, value.to_string())).collect();
        let found: Vec<_> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn binary_fields_hold_line_feeds() {
        check(
            b"__CURSOR=s\nMESSAGE\n\x03\0\0\0\0\0\0\0a\nb\nPRIORITY=3\n\n\n__CURSOR=t\nMESSAGE=x=y\nA=1\nA=2\n",
            &[
                (1, r#"{"__CURSOR":"s","MESSAGE":"a\nb","PRIORITY":"3"}"#),
                (8, r#"{"__CURSOR":"t","MESSAGE":"x=y","A":["1","2"]}"#),
            ],
        );
    }

    #[test]
    fn damaged_lengths_end_nothing_but_their_field() {
        check(
            b"__CURSOR=s\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xffabc\n\n__CURSOR=t\n",
            &[(1, r#"{"__CURSOR":"s"}"#), (5, r#"{"__CURSOR":"t"}"#)],
        );
        check(b"__CURSOR=s\nMESSAGE\n\x03", &[(1, r#"{"__CURSOR":"s"}"#)]);
    }

    #[test]
    fn only_exports_look_like_one() {
        assert!(looks_like_export(b"__CURSOR=s=1;i=2\n"));
        assert!(!looks_like_export(b"MESSAGE=x\n") && !looks_like_export(b""));
    }
}
