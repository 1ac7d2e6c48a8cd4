//! A log of lines as segments: read once, in order, into buffers that are used again.
//!
//! In goes a reader; out come [`Segment`]s of whole lines. Segments end at fixed offsets of the source, so
//! that nothing depends on how fast a reader gives its bytes or how many threads take them. What lies
//! beyond the first mebibyte of a line is passed over.

use std::io::Read;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::framing::units::{MAX_LINE, Part};
use crate::model::Digest;
use crate::source::{self, Digested};

/// The lines that end in so many bytes of a source are one segment.
pub(super) const BLOCK: usize = 1 << 20;
/// Copies from the page cache into memory that begins a page are a third faster.
const PAGE: usize = 4096;
/// Buffers that wait to be used again.
const MAX_SPARE: usize = 16;

/// Distance of the places that are looked at for UTF-16, and how much is looked at there.
const STRIDE: usize = 128;
const WIDE: usize = 64;

/// What a feed could not give.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// Lines whose end was passed over.
    pub(super) lines: u64,
    /// Bytes that were passed over.
    pub(super) bytes: u64,
    /// Offset of the first of these bytes.
    pub(super) offset: u64,
    /// Where UTF-16 begins in the middle of the source, and about how many bytes of it there are: text that
    /// another program appended. It cannot be read there, nor may it be passed over in silence.
    pub(super) wide: Option<(u64, u64)>,
}

/// What a feed has read.
#[derive(Debug, Default)]
pub(super) struct Fed {
    /// Bytes that were read.
    pub(super) bytes: u64,
    /// What could not be given.
    pub(super) lost: Lost,
    /// Their digest, where it was asked for.
    pub(super) digest: Option<Digest>,
}

/// The text of a source, with its digest where it is asked for.
pub(super) enum Text<'a> {
    Plain(Box<dyn Read + Send + 'a>),
    Digested(Box<Digested<Box<dyn Read + Send + 'a>>>),
}

impl<'a> Text<'a> {
    pub(super) fn new(reader: Box<dyn Read + Send + 'a>, is_digested: bool) -> Self {
        if is_digested { Self::Digested(Box::new(Digested::new(reader))) } else { Self::Plain(reader) }
    }

    /// Reads the rest where there is a digest to be made.
    pub(super) fn finish(self) -> Option<Digest> {
        match self {
            Self::Plain(_) => None,
            Self::Digested(reader) => Some(reader.finish()),
        }
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(buffer),
            Self::Digested(reader) => reader.read(buffer),
        }
    }
}

/// Buffers without a segment.
type Spare = Arc<Mutex<Vec<Vec<u8>>>>;

/// Whole lines of a source.
pub(super) struct Segment {
    buffer: Vec<u8>,
    range: Range<usize>,
    /// Offset of its first byte in the source.
    pub(super) offset: u64,
    /// The last line goes on in the source.
    pub(super) is_cut: bool,
    spare: Spare,
}

impl Segment {
    /// These lines, of a source that is read elsewhere.
    pub(super) fn of(bytes: &[u8], offset: u64) -> Self {
        let (buffer, range) = (bytes.to_vec(), 0..bytes.len());
        Self { buffer, range, offset, is_cut: false, spare: Spare::default() }
    }

    /// The lines.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.range.clone()).unwrap_or_default()
    }

    /// Ends the last line, which another file follows. Whether something had to be added.
    pub(super) fn end_line(&mut self) -> bool {
        if self.bytes().last().is_none_or(|last| *last == b'\n') {
            return false;
        }
        self.buffer.truncate(self.range.end);
        self.buffer.push(b'\n');
        self.range.end += 1;
        true
    }

    /// The same in no more memory than it needs.
    pub(super) fn compact(self) -> Self {
        let mut compact = Self::of(self.bytes(), self.offset);
        compact.is_cut = self.is_cut;
        compact
    }

    /// The same as a part of a source.
    pub(super) fn part(&self) -> Part<'_> {
        Part { bytes: self.bytes(), offset: self.offset }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MAX_SPARE {
            spare.push(std::mem::take(&mut self.buffer));
        }
    }
}

/// Reads the segments of a source.
pub(super) struct Feed<'a> {
    reader: Text<'a>,
    /// Offset of its first byte in the log that it is a file of.
    base: u64,
    /// What was read before, at the start.
    start: Vec<u8>,
    /// The line that the last segment did not hold to its end.
    carry: Vec<u8>,
    /// Bytes read so far.
    read: u64,
    is_over: bool,
    /// The rest of a line that is too long is being passed over.
    is_skipping: bool,
    lost: Lost,
    spare: Spare,
}

impl<'a> Feed<'a> {
    /// A feed of `start` and what `reader` gives behind it.
    pub(super) fn new(start: Vec<u8>, reader: Text<'a>) -> Self {
        let (carry, spare) = (Vec::new(), Spare::default());
        Self {
            reader,
            base: 0,
            start,
            carry,
            read: 0,
            is_over: false,
            is_skipping: false,
            lost: Lost::default(),
            spare,
        }
    }

    /// A feed of the file behind this one, whose first byte stands at `base` of the log.
    pub(super) fn follow(&self, base: u64, start: Vec<u8>, reader: Text<'a>) -> Self {
        Self { base, spare: Arc::clone(&self.spare), ..Self::new(start, reader) }
    }

    /// Whether everything was given.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What was read, and what could not be given.
    pub(super) fn finish(self) -> Fed {
        Fed { bytes: self.read, lost: self.lost, digest: self.reader.finish() }
    }

    /// The next segment, which may be empty; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Segment> {
        if self.is_over {
            return None;
        }
        let lead = self.carry.len();
        let (mut buffer, begin) = self.buffer(lead);
        let fresh = begin + lead;
        if let Some(place) = buffer.get_mut(begin..fresh) {
            place.copy_from_slice(&self.carry);
        }
        self.carry.clear();
        let filled = self.fill(buffer.get_mut(fresh..fresh + BLOCK).unwrap_or_default());
        self.is_over = filled < BLOCK;
        self.read += filled as u64;
        let mut range = begin..fresh + filled;
        let offset = self.read - (range.len() as u64);
        self.look_for_wide(&buffer, fresh..range.end);
        self.pass_over(&buffer, &mut range);
        let offset = self.base + offset + (range.start - begin) as u64;
        if !self.is_over {
            self.end_with_a_line(&mut buffer, &mut range, fresh);
        }
        let is_cut = self.is_skipping && !range.is_empty();
        Some(Segment { buffer, range, offset, is_cut, spare: Arc::clone(&self.spare) })
    }

    /// Looks in steps for UTF-16 in what was read; the last byte read stands at the end of `fresh`.
    fn look_for_wide(&mut self, buffer: &[u8], fresh: Range<usize>) {
        let end = fresh.end;
        for at in fresh.step_by(STRIDE) {
            if has_nul(buffer.get(at..end).unwrap_or_default())
                && buffer.get(at..(at + WIDE).min(end)).is_some_and(source::is_wide)
            {
                let (_, count) = self.lost.wide.get_or_insert((self.read - (end - at) as u64, 0));
                *count += STRIDE as u64;
            }
        }
    }

    /// A buffer with room for a block that begins a page, and before it for `lead` bytes.
    fn buffer(&self, lead: usize) -> (Vec<u8>, usize) {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let needed = lead + PAGE + BLOCK + 1;
        // Memory that the system has just given is zero already, and pages that nothing is read into stay untouched.
        let buffer = spare.filter(|spare| spare.len() >= needed).unwrap_or_else(|| vec![0; needed]);
        let off = buffer.get(lead..).map_or(0, |rest| rest.as_ptr().align_offset(PAGE));
        (buffer, off.min(PAGE))
    }

    /// Reads until `place` is full or the source ends; errors end it (the source notes them).
    fn fill(&mut self, place: &mut [u8]) -> usize {
        let known = self.start.len().min(place.len());
        if let (Some(from), Some(to)) = (self.start.get(..known), place.get_mut(..known)) {
            to.copy_from_slice(from);
        }
        self.start.drain(..known);
        known + super::fill(&mut self.reader, place.get_mut(known..).unwrap_or_default())
    }

    /// Takes the rest of a line that was too long off the front.
    fn pass_over(&mut self, buffer: &[u8], range: &mut Range<usize>) {
        if !self.is_skipping {
            return;
        }
        match buffer.get(range.clone()).and_then(|bytes| memchr::memchr(b'\n', bytes)) {
            Some(end) => {
                self.lost.bytes += end as u64;
                range.start += end + 1;
                self.is_skipping = false;
            }
            None => {
                self.lost.bytes += range.len() as u64;
                range.start = range.end;
            }
        }
    }

    /// Keeps the last line for the next segment when it goes on there; cuts it when it is too long.
    fn end_with_a_line(&mut self, buffer: &mut [u8], range: &mut Range<usize>, fresh: usize) {
        let from = range.start.max(fresh);
        let end = buffer.get(from..range.end).and_then(|bytes| memchr::memrchr(b'\n', bytes));
        let line = end.map_or(range.start, |end| from + end + 1);
        if range.end - line <= MAX_LINE {
            self.carry.extend_from_slice(buffer.get(line..range.end).unwrap_or_default());
            range.end = line;
            return;
        }
        // One byte more than is read of a line, so that it shows that it was cut.
        let behind = range.end - (line + MAX_LINE);
        if self.lost.lines == 0 {
            self.lost.offset = self.read - behind as u64;
        }
        self.lost.lines += 1;
        self.lost.bytes += behind as u64;
        range.end = line + MAX_LINE + 2;
        if let Some(byte) = buffer.get_mut(range.end - 1) {
            *byte = b'\n';
        }
        self.is_skipping = true;
    }
}

/// Whether one of the first eight bytes is NUL. It is asked of every 128 bytes of a log, so of all eight at once: a
/// byte is borrowed from only where it, or one below it, is zero.
fn has_nul(bytes: &[u8]) -> bool {
    const LOWS: u64 = 0x0101_0101_0101_0101;
    match bytes.first_chunk() {
        Some(bytes) => {
            let word = u64::from_le_bytes(*bytes);
            word.wrapping_sub(LOWS) & !word & (LOWS << 7) != 0
        }
        None => bytes.contains(&0),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{BLOCK, Feed, MAX_LINE, Text};

    /// The lines of all segments, each with its offset and length.
    fn lines(text: &str, start: usize) -> Vec<(u64, usize)> {
        let (start, rest) = text.as_bytes().split_at(start);
        let reader = Text::new(Box::new(Cursor::new(rest.to_vec())), false);
        let mut feed = Feed::new(start.to_vec(), reader);
        let mut found = Vec::new();
        while let Some(segment) = feed.next() {
            let mut offset = segment.offset;
            for line in segment.bytes().split_inclusive(|byte| *byte == b'\n') {
                found.push((offset, line.len()));
                offset += line.len() as u64;
            }
        }
        assert_eq!(feed.finish().bytes, text.len() as u64);
        found
    }

    fn expected(text: &str) -> Vec<(u64, usize)> {
        let mut offset = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            offset += line.len() as u64;
            (offset - line.len() as u64, line.len())
        });
        lines.collect()
    }

    #[test]
    fn segments_hold_every_line_once() {
        let line = "0123456789".repeat(7);
        let text: String = (0..90_000).map(|number| format!("{number} {line}\n")).collect();
        assert!(text.len() > 3 * BLOCK);
        for text in [text.as_str(), text.trim_end(), "", "\n", "x", "x\n\n"] {
            assert_eq!(lines(text, 0), expected(text));
            assert_eq!(lines(text, text.len().min(1000)), expected(text));
        }
    }

    #[test]
    fn a_line_that_begins_in_one_block_and_ends_in_the_next_is_whole() {
        let text = format!("{}\n{}\n{}", "a".repeat(BLOCK - 500), "b".repeat(MAX_LINE - 1), "c".repeat(90));
        assert_eq!(lines(&text, 10), expected(&text));
    }

    #[test]
    fn the_end_of_an_endless_line_is_passed_over() {
        let text = format!("a\n{}\nb\n", "x".repeat(5 * BLOCK));
        let end = text.len() as u64 - 2;
        assert_eq!(lines(&text, 3), [(0, 2), (2, MAX_LINE + 2), (end, 2)]);
    }
}
