//! `journalctl -o export`: records of `KEY=value` lines with a blank line between them. A value that holds a line
//! feed stands in the binary form: `KEY`, its length in 8 bytes (little endian), its bytes, a line feed.
//!
//! Each record becomes what `journalctl -o json` shows of it, for the layer of that format.

use std::io::Read;
use std::ops::Range;

use serde_json::{Map, Value};

use super::counted::{Lost, MAX_RECORD};
use crate::model::Place;

/// Bytes that are read at once.
const STEP: usize = 64 << 10;

/// Fields with which a record begins.
const FIRST: [&[u8]; 4] = [b"__CURSOR=", b"__REALTIME_TIMESTAMP=", b"__MONOTONIC_TIMESTAMP=", b"__SEQNUM="];

/// Whether a text is a journal export, by its first bytes.
#[must_use]
pub fn looks_like_export(start: &[u8]) -> bool {
    FIRST.iter().any(|field| start.starts_with(field))
}

/// The records of an export, each with its place, as the stream is read.
///
/// A damaged one keeps what could be read of it, and reading goes on behind the next blank line. Of one longer than
/// 8 MiB the fields at its end are passed over, and [`Records::lost`] tells of them.
pub struct Records<R> {
    reader: R,
    /// What was read and not passed yet begins at `at`.
    buffer: Vec<u8>,
    at: usize,
    place: Place,
    lost: Lost,
}

/// The records of an export that is in memory: see [`Records`].
#[must_use]
pub fn records(bytes: &[u8]) -> Records<&[u8]> {
    Records::new(bytes)
}

impl<R: Read> Records<R> {
    /// The records of what `reader` gives.
    pub fn new(reader: R) -> Self {
        let place = Place { line: 1, offset: 0 };
        Self { reader, buffer: Vec::new(), at: 0, place, lost: Lost::default() }
    }

    /// Bytes and line ends read so far.
    #[must_use]
    pub fn read(&self) -> (u64, u64) {
        (self.place.offset, self.place.line - 1)
    }

    /// What was passed over so far.
    #[must_use]
    pub fn lost(&self) -> Lost {
        self.lost
    }

    /// The bytes ahead, as many as `wanted`; fewer at the end of the stream.
    fn ahead(&mut self, wanted: usize) -> &[u8] {
        while self.buffer.len() - self.at < wanted {
            self.buffer.drain(..std::mem::take(&mut self.at));
            let missing = wanted - self.buffer.len();
            let mut step = (&mut self.reader).take(missing.max(STEP) as u64);
            if !step.read_to_end(&mut self.buffer).is_ok_and(|count| count > 0) {
                break;
            }
        }
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Goes on behind the next so many bytes; where they stand until more is read.
    fn pass(&mut self, count: usize) -> Range<usize> {
        let range = self.at..(self.at + count).min(self.buffer.len());
        let passed = self.buffer.get(range.clone()).unwrap_or_default();
        self.place.offset += passed.len() as u64;
        self.place.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.at = range.end;
        range
    }

    /// The next line without its end, and how many bytes of it were passed over; `None` at the end.
    fn line(&mut self) -> Option<(Vec<u8>, u64)> {
        let mut wanted = 1;
        let (mut line, mut skipped) = (None, 0);
        loop {
            let ahead = self.ahead(wanted);
            let end = memchr::memchr(b'\n', ahead);
            let is_last = ahead.len() < wanted;
            let length = ahead.len();
            if end.is_none() && !is_last && length < MAX_RECORD {
                wanted = length + STEP;
                continue;
            }
            if line.is_none() && length == 0 {
                return None;
            }
            let range = self.pass(end.map_or(length, |end| end + 1));
            let bytes = self.buffer.get(range).unwrap_or_default();
            match &line {
                None => line = Some(bytes.strip_suffix(b"\n").unwrap_or(bytes).to_vec()),
                Some(_) => skipped += bytes.len() as u64,
            }
            if end.is_some() || is_last {
                return line.map(|line| (line, skipped));
            }
            wanted = STEP;
        }
    }

    /// The bytes behind a length; `None` when fewer are there, or more than a record may have.
    fn sized(&mut self) -> Option<Vec<u8>> {
        let length = u64::from_le_bytes(*self.ahead(8).first_chunk::<8>()?);
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_RECORD)?;
        let value = self.ahead(8 + length).get(8..8 + length)?.to_vec();
        self.ahead(8 + length + 1);
        self.pass(8 + length + 1);
        Some(value)
    }

    /// The fields up to the next blank line, and how many bytes of them were passed over.
    fn record(&mut self) -> (Map<String, Value>, u64) {
        let (mut record, mut skipped, mut size) = (Map::new(), 0, 0);
        while let Some((line, missing)) = self.line() {
            skipped += missing;
            if line.is_empty() {
                break;
            }
            let (name_end, value) = match memchr::memchr(b'=', &line) {
                Some(equals) => (equals, line.get(equals + 1..).unwrap_or_default().to_vec()),
                None => match self.sized() {
                    Some(value) => (line.len(), value),
                    None => continue,
                },
            };
            size += name_end + value.len();
            if size <= MAX_RECORD {
                note(&mut record, &line, name_end, &value);
            } else {
                skipped += (name_end + value.len()) as u64;
            }
        }
        (record, skipped)
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = (Place, Value);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ahead(1).is_empty() {
            let place = self.place;
            let (record, skipped) = self.record();
            if skipped > 0 {
                self.lost.add(place, skipped);
            }
            if !record.is_empty() {
                return Some((place, Value::Object(record)));
            }
        }
        None
    }
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
        let found: Vec<_> = records(bytes).map(|(place, value)| (place.line, value.to_string())).collect();
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
