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
