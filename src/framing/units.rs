//! The physical units of a source: lines of a block, or elements of a document.
//!
//! Units are addressed by a position that grows with their order; what a position means (a byte
//! offset, an index) is the business of the kind of units.

use std::borrow::Cow;
use std::cell::Cell;

use memchr::{memchr, memchr_iter, memrchr};

use crate::model::Place;

/// Units that can be walked in both directions.
pub(crate) trait Units {
    /// Position of the unit behind `at`.
    fn next(&self, at: usize) -> Option<usize>;
    /// Position of the unit before `at`.
    fn previous(&self, at: usize) -> Option<usize>;
    /// Its text without line end; bytes that are no UTF-8 are replaced.
    fn text(&self, at: usize) -> Cow<'_, str>;
    /// Where it starts.
    fn place(&self, at: usize) -> Place;
}

/// Bytes of one line that are read; the rest of a longer line is passed over.
pub(crate) const MAX_LINE: usize = 1 << 20;

/// A piece of a source that begins with a line and ends with one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    /// Its bytes.
    pub(crate) bytes: &'a [u8],
    /// Offset of its first byte in the source.
    pub(crate) offset: u64,
}

/// The lines of pieces of a source that follow each other. Only LF ends a line.
///
/// A position is the number of bytes of all pieces before it.
pub(crate) struct Lines<'a> {
    /// Each piece with the position of its first byte; none is empty.
    parts: Vec<(usize, Part<'a>)>,
    end: usize,
    /// The last position that was asked for, with its line, so that lines are counted only once.
    counted: Cell<(usize, u64)>,
}

impl<'a> Lines<'a> {
    /// The lines of `around`: pieces of which the one at index `main` begins with the line of number `line`.
    pub(crate) fn new(around: impl IntoIterator<Item = Part<'a>>, main: usize, line: u64) -> Self {
        let (mut parts, mut end, mut start) = (Vec::with_capacity(3), 0, 0);
        for (index, part) in around.into_iter().enumerate() {
            if index == main {
                start = end;
            }
            if !part.bytes.is_empty() {
                parts.push((end, part));
            }
            end += part.bytes.len();
        }
        Self { parts, end, counted: Cell::new((start, line)) }
    }

    /// The piece that holds the byte at a position, and the offset of that byte in it.
    fn part(&self, at: usize) -> (usize, Part<'a>) {
        let found = self.parts.iter().rev().find(|(from, _)| *from <= at);
        found.map_or((0, Part { bytes: &[], offset: 0 }), |(from, part)| (at - from, *part))
    }

    /// Position of the line that holds the byte at `at`.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        let (offset, part) = self.part(at);
        let before = part.bytes.get(..offset).and_then(|before| memrchr(b'\n', before));
        at - offset + before.map_or(0, |end| end + 1)
    }

    /// Position behind the line at `at`, its line end included.
    pub(crate) fn end_of(&self, at: usize) -> usize {
        let (offset, part) = self.part(at);
        let rest = part.bytes.get(offset..).unwrap_or_default();
        at + memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
    }

    /// The bytes of the line without its end, at most [`MAX_LINE`] of them.
    pub(crate) fn bytes(&self, at: usize) -> &'a [u8] {
        let (offset, part) = self.part(at);
        let line = part.bytes.get(offset..offset + (self.end_of(at) - at)).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.get(..MAX_LINE).unwrap_or(line)
    }

    /// How many line feeds stand between two positions.
    fn between(&self, from: usize, to: usize) -> u64 {
        let count = |(start, part): &(usize, Part<'_>)| {
            let (from, to) =
                (from.max(*start) - start, to.min(start + part.bytes.len()).saturating_sub(*start));
            memchr_iter(b'\n', part.bytes.get(from..to).unwrap_or_default()).count() as u64
        };
        self.parts.iter().map(count).sum()
    }

    /// Number of the line at a position.
    pub(crate) fn number(&self, at: usize) -> u64 {
        let (known, line) = self.counted.get();
        let line = if at >= known { line + self.between(known, at) } else { line - self.between(at, known) };
        self.counted.set((at, line));
        line
    }
}

impl Units for Lines<'_> {
    fn next(&self, at: usize) -> Option<usize> {
        let next = self.end_of(at);
        (next < self.end).then_some(next)
    }

    fn previous(&self, at: usize) -> Option<usize> {
        (at > 0).then(|| self.line_of(at - 1))
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        let line = self.bytes(at);
        // Checking is much quicker than looking for what would have to be replaced.
        std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
    }

    fn place(&self, at: usize) -> Place {
        let (offset, part) = self.part(at);
        Place { line: self.number(at), offset: part.offset + offset as u64 }
    }
}

/// Elements of a document, in the order in which they were written, or turned round when the document
/// lists the newest first.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    elements: Vec<(Place, String)>,
    bytes: usize,
}

impl Elements {
    /// Adds an element behind the others.
    pub(crate) fn push(&mut self, place: Place, text: String) {
        self.bytes += text.len();
        self.elements.push((place, text));
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.elements.len()
    }

    /// Bytes of all of them.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Turns the order round.
    pub(crate) fn reverse(&mut self) {
        self.elements.reverse();
    }

    /// Forgets the first `count` elements; the position that `at` has afterwards.
    pub(crate) fn forget(&mut self, count: usize, at: usize) -> usize {
        self.elements.drain(..count.min(self.elements.len()));
        self.bytes = self.elements.iter().map(|(_, text)| text.len()).sum();
        at - count
    }
}

impl Units for Elements {
    fn next(&self, at: usize) -> Option<usize> {
        (at + 1 < self.elements.len()).then_some(at + 1)
    }

    fn previous(&self, at: usize) -> Option<usize> {
        at.checked_sub(1)
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        Cow::Borrowed(self.elements.get(at).map_or("", |(_, text)| text.as_str()))
    }

    fn place(&self, at: usize) -> Place {
        self.elements.get(at).map_or_else(Place::default, |(place, _)| *place)
    }
}
