//! The bytes of a log of lines, as many as are in view at once.
//!
//! Out come bytes without gap up to the end of the source or to a line that is longer than [`MAX_LINE`]:
//! there the feed pauses, its end is passed over and counted, and the next segment begins behind it. So no
//! input, whatever its lines, needs more memory than a few blocks.

use std::io::{self, Read};

use crate::source;

/// Bytes of a line that are read.
pub(super) const MAX_LINE: usize = 4 << 20;
/// Bytes that are passed over at once.
const STEP: usize = 64 << 10;
/// Distance of the places that are looked at for UTF-16, and how much is looked at there.
const STRIDE: usize = 128;
const WIDE: usize = 64;

/// See the head of the file.
pub(super) struct Feed<'a> {
    reader: &'a mut dyn Read,
    bytes: Vec<u8>,
    /// Offset of `bytes[0]` in the source.
    base: u64,
    /// Start of the first line in `bytes` that is not known to be short enough.
    line: usize,
    /// The end of a line that was cut at the end of `bytes`: how much of it was passed over, and what follows.
    cut: Option<(u64, Vec<u8>)>,
    /// Offset up to which UTF-16 was looked for.
    looked: u64,
    /// Where UTF-16 begins in the middle of the source, and about how many bytes of it there are.
    wide: Option<(u64, u64)>,
    is_over: bool,
}

impl<'a> Feed<'a> {
    /// A feed that begins with `start`, which was read from `reader` before.
    pub(super) fn new(start: Vec<u8>, reader: &'a mut dyn Read) -> Self {
        Self { reader, bytes: start, base: 0, line: 0, cut: None, looked: 0, wide: None, is_over: false }
    }

    /// The bytes in view.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Offset in the source of the first byte in view.
    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// Whether nothing follows the bytes in view without a gap.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_over || self.cut.is_some()
    }

    /// Reads on until `wanted` bytes are in view or the segment ends.
    pub(super) fn fill(&mut self, wanted: usize) {
        let filled = self.bytes.len();
        if self.is_at_end() || filled >= wanted {
            return;
        }
        self.bytes.resize(wanted, 0);
        let count = self.bytes.get_mut(filled..).map_or(0, |rest| fill(self.reader, rest));
        self.bytes.truncate(filled + count);
        self.is_over = filled + count < wanted;
        self.look_for_wide();
        if let Some(long) = self.long_line() {
            self.cut_at(long + MAX_LINE);
        }
    }

    /// Forgets the first `count` bytes.
    pub(super) fn forget(&mut self, count: usize) {
        self.bytes.drain(..count);
        self.base += count as u64;
        self.line = self.line.saturating_sub(count);
    }

    /// Goes on behind a line that was cut; how many bytes of it were passed over. `None` where the source ends.
    pub(super) fn resume(&mut self) -> Option<u64> {
        let (skipped, rest) = self.cut.take()?;
        self.base += self.bytes.len() as u64 + skipped;
        self.bytes = rest;
        self.line = 0;
        if let Some(long) = self.long_line() {
            self.cut_at(long + MAX_LINE);
        }
        Some(skipped)
    }

    /// Where UTF-16 was seen in the middle of the source, and about how many bytes of it there are: text that
    /// another program appended. It cannot be read there, nor may it be passed over in silence.
    pub(super) fn wide(&self) -> Option<(u64, u64)> {
        self.wide
    }

    /// Looks in steps at what was read since the last time.
    fn look_for_wide(&mut self) {
        let from = usize::try_from(self.looked.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.looked = self.base + self.bytes.len() as u64;
        for at in (from..self.bytes.len()).step_by(STRIDE) {
            let has_nul = self.bytes.get(at..at + 8).is_some_and(|few| few.contains(&0));
            if has_nul && self.bytes.get(at..at + WIDE).is_some_and(source::is_wide) {
                let offset = self.base + at as u64;
                let (_, count) = self.wide.get_or_insert((offset, 0));
                *count += STRIDE as u64;
            }
        }
    }

    /// The first line in view that is too long. Looks at a few bytes of each stretch only.
    fn long_line(&mut self) -> Option<usize> {
        while let Some(stretch) = self.bytes.get(self.line..=self.line + MAX_LINE) {
            match memchr::memrchr(b'\n', stretch) {
                Some(end) => self.line += end + 1,
                None => return Some(self.line),
            }
        }
        None
    }

    /// Ends the segment at `at`, inside a line whose end is passed over.
    fn cut_at(&mut self, at: usize) {
        let mut rest = self.bytes.split_off(at);
        let mut skipped = 0;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &rest) {
                skipped += end as u64;
                rest.drain(..end);
                break;
            }
            skipped += rest.len() as u64;
            rest.resize(STEP, 0);
            let count = if self.is_over { 0 } else { fill(self.reader, &mut rest) };
            rest.truncate(count);
            self.is_over |= count < STEP;
            if count == 0 {
                break;
            }
        }
        self.cut = Some((skipped, rest));
    }
}

/// Reads until the buffer is full or the input ends; errors end the input (the source notes them).
pub(super) fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The segments of a source with their offsets, and what was passed over behind each.
    fn segments(text: &[u8], start: usize, wanted: usize) -> Vec<(u64, usize, Option<u64>)> {
        let (start, mut rest) = text.split_at(start.min(text.len()));
        let mut feed = Feed::new(start.to_vec(), &mut rest);
        let mut segments = Vec::new();
        loop {
            let mut length = wanted;
            while !feed.is_at_end() {
                feed.fill(length);
                length += wanted;
            }
            let (base, count) = (feed.base(), feed.bytes().len());
            let skipped = feed.resume();
            segments.push((base, count, skipped));
            if skipped.is_none() {
                return segments;
            }
        }
    }

    fn check(lines: &[usize], expected: &[(u64, usize, Option<u64>)]) {
        let lines: Vec<Vec<u8>> = lines.iter().map(|length| vec![b'x'; *length]).collect();
        let text = lines.join(&b'\n');
        for (start, wanted) in [(0, 1 << 20), (64 << 10, 9 << 20), (0, 64 << 20), (7, 4_000_037)] {
            assert_eq!(segments(&text, start, wanted), expected, "{start} {wanted}");
        }
    }

    #[test]
    fn lines_up_to_the_limit_are_whole() {
        check(&[10, MAX_LINE, 10], &[(0, MAX_LINE + 22, None)]);
        check(&[MAX_LINE], &[(0, MAX_LINE, None)]);
        check(&[0], &[(0, 0, None)]);
    }

    #[test]
    fn longer_lines_end_a_segment_and_what_is_passed_over_is_counted() {
        let cut = 11 + MAX_LINE;
        check(&[10, MAX_LINE + 1, 10], &[(0, cut, Some(1)), (cut as u64 + 1, 11, None)]);
        check(&[10, MAX_LINE + 1], &[(0, cut, Some(1)), (cut as u64 + 1, 0, None)]);
        check(&[10, 40 << 20], &[(0, cut, Some((40 << 20) - MAX_LINE as u64)), ((40 << 20) + 11, 0, None)]);
        let long = 3 * MAX_LINE;
        check(
            &[long, long],
            &[
                (0, MAX_LINE, Some(2 * MAX_LINE as u64)),
                (long as u64, MAX_LINE + 1, Some(2 * MAX_LINE as u64)),
                (2 * long as u64 + 1, 0, None),
            ],
        );
    }
}
