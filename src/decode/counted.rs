//! A stream whose records are found by others: how much of it was read, and on which line a record begins.

use std::io::{self, Read};

use crate::model::Place;

/// Bytes of one record that are read; what follows in a longer one is passed over.
pub(super) const MAX_RECORD: usize = 8 << 20;

/// What was passed over in records that are too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Where the first of them begins.
    pub first: Place,
    /// How many they are.
    pub count: u64,
    /// Their bytes that were not read.
    pub bytes: u64,
}

impl Lost {
    /// Notes a record at `place` of which so many bytes were not read.
    pub(super) fn add(&mut self, place: Place, bytes: u64) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += 1;
        self.bytes += bytes;
    }
}

/// Counts the bytes and lines of `inner`, and keeps what was read since the last place that was asked for. When that
/// grows beyond [`MAX_RECORD`] the stream ends there, and the rest of `inner` is counted only.
pub(super) struct Counted<R> {
    inner: R,
    recent: Vec<u8>,
    /// Index in `recent` of the place that was asked for last, and the place.
    from: usize,
    place: Place,
    /// Bytes and line ends read.
    pub(super) read: (u64, u64),
    /// Bytes that were counted only.
    pub(super) skipped: u64,
}

impl<R: Read> Counted<R> {
    /// A stream that begins at `place`.
    pub(super) fn new(inner: R, place: Place) -> Self {
        Self { inner, recent: Vec::new(), from: 0, place, read: (0, 0), skipped: 0 }
    }

    /// The place of the first byte that is no line end at or behind the byte of this number, counted from where the
    /// stream begins; a place before the last one that was asked for is that one.
    pub(super) fn place_at(&mut self, begin: Place, byte: u64) -> Place {
        let wanted = (begin.offset + byte).saturating_sub(self.place.offset);
        let rest = self.recent.get(self.from..).unwrap_or_default();
        let mut length = usize::try_from(wanted).unwrap_or(usize::MAX).min(rest.len());
        let ends = rest.iter().skip(length).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        length += ends;
        let passed = rest.get(..length).unwrap_or_default();
        self.place.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.place.offset += length as u64;
        self.from += length;
        self.place
    }

    fn count(&mut self, bytes: &[u8]) {
        self.read.0 += bytes.len() as u64;
        self.read.1 += memchr::memchr_iter(b'\n', bytes).count() as u64;
    }

    fn pass_over(&mut self, buf: &mut [u8]) -> io::Result<()> {
        loop {
            let count = self.inner.read(buf)?;
            let bytes = buf.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            self.skipped += count as u64;
            self.count(bytes);
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.recent.drain(..self.from);
        self.from = 0;
        if self.recent.len() > MAX_RECORD {
            self.pass_over(buf)?;
            return Ok(0);
        }
        let count = self.inner.read(buf)?;
        let bytes = buf.get(..count).unwrap_or_default();
        self.count(bytes);
        self.recent.extend_from_slice(bytes);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor, Read};

    use proptest::prelude::*;
    use serde_json::Value;

    use super::{Counted, MAX_RECORD};
    use crate::decode::{journal_export, table};
    use crate::model::Place;

    const FIRST: Place = Place { line: 1, offset: 0 };

    /// Gives at most so many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(buf.len());
            self.0.read(buf.get_mut(..count).unwrap_or_default())
        }
    }

    fn read_all(rows: &mut dyn Iterator<Item = (Place, Value)>) -> Vec<(Place, String)> {
        rows.map(|(place, row)| (place, row.to_string())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn how_a_table_comes_does_not_matter(
            pieces in prop::collection::vec("(a,b,c\n|\"x\ny\",1,\r\n|\n|one\n|,,\n|\"\"\"q\"\"\",\"|é;,\r,z\n)", 0..40),
            step in 1_usize..50,
        ) {
            let text = format!("\u{feff}time,level,message\n{}", pieces.concat());
            let (start, rest) = text.as_bytes().split_at(text.len().min(30));
            let mut whole = table::rows(&text, FIRST);
            let stream = BufReader::new(Cursor::new(start).chain(Slow(rest, step)));
            let mut parts = table::Rows::new(stream, FIRST);
            prop_assert_eq!(read_all(&mut whole), read_all(&mut parts));
            prop_assert_eq!(whole.read(), parts.read());
            prop_assert_eq!(parts.read().0, text.len() as u64);
            prop_assert_eq!(parts.lost().count, 0);
        }

        #[test]
        fn how_a_journal_comes_does_not_matter(
            pieces in prop::collection::vec("(__CURSOR=s\n|MESSAGE\n\u{3}\0\0\0\0\0\0\0a\nb\n|A=1\n|\n|B\n\u{7f}\0\0\0|x)", 0..40),
            step in 1_usize..50,
        ) {
            let text = pieces.concat();
            let mut whole = journal_export::records(text.as_bytes());
            let mut parts = journal_export::Records::new(Slow(text.as_bytes(), step));
            prop_assert_eq!(read_all(&mut whole), read_all(&mut parts));
            prop_assert_eq!(whole.read(), parts.read());
            prop_assert_eq!(parts.read().0, text.len() as u64);
        }
    }

    #[test]
    fn an_open_quotation_mark_ends_a_table_after_8_mib_and_the_rest_is_counted() {
        let text = format!("time,level,message\n1,a,b\n2,\"{}", "c,d\n".repeat(5 << 20));
        let mut rows = table::rows(&text, FIRST);
        let found = read_all(&mut rows);
        assert_eq!(found.len(), 2);
        assert!(found[1].1.len() < MAX_RECORD * 2, "{}", found[1].1.len());
        let lost = rows.lost();
        assert_eq!((lost.count, lost.first.line), (1, 3));
        assert!(lost.bytes > (text.len() - 2 * MAX_RECORD) as u64);
        assert_eq!(rows.read().0, text.len() as u64);
    }

    #[test]
    fn fields_beyond_8_mib_of_a_journal_record_are_counted() {
        let long = "x".repeat(9 << 20);
        let text = format!("__CURSOR=a\nMESSAGE={long}\nLATE={long}\n\n__CURSOR=b\n");
        let mut records = journal_export::records(text.as_bytes());
        let found = read_all(&mut records);
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].0.line, found[1].1.as_str()), (5, r#"{"__CURSOR":"b"}"#));
        let lost = records.lost();
        assert_eq!((lost.count, lost.first.line), (1, 1));
        assert!(lost.bytes > long.len() as u64, "{}", lost.bytes);
    }

    #[test]
    fn places_are_those_of_the_stream() {
        let text = b"a\n\nb\r\nc";
        let mut counted = Counted::new(&text[..], Place { line: 7, offset: 100 });
        let mut all = Vec::new();
        counted.read_to_end(&mut all).unwrap();
        let begin = Place { line: 7, offset: 100 };
        let places = [0, 2, 4, 6].map(|byte| counted.place_at(begin, byte));
        let expected = [(7, 100), (9, 103), (10, 106), (10, 106)];
        assert_eq!(places.map(|place| (place.line, place.offset)), expected);
        assert_eq!(counted.read, (7, 3));
    }
}
