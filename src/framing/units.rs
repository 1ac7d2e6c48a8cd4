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

/// The lines of a piece of a source. Only LF ends a line.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    /// Place of `bytes[0]`, which begins a line.
    start: Place,
    /// The last position that was asked for, with its line, so that lines are counted only once.
    counted: Cell<(usize, u64)>,
}

impl<'a> Lines<'a> {
    /// Lines of `bytes`, which begin at `start`.
    pub(crate) fn new(bytes: &'a [u8], start: Place) -> Self {
        Self { bytes, start, counted: Cell::new((0, start.line)) }
    }

    /// Position of the line that holds the byte at `offset`.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.bytes.get(..offset).and_then(|before| memrchr(b'\n', before)).map_or(0, |at| at + 1)
    }

    /// Position behind the line at `at`, its line end included.
    pub(crate) fn end_of(&self, at: usize) -> usize {
        self.bytes.get(at..).and_then(|rest| memchr(b'\n', rest)).map_or(self.bytes.len(), |end| at + end + 1)
    }
}

impl Units for Lines<'_> {
    fn next(&self, at: usize) -> Option<usize> {
        let next = self.end_of(at);
        (next < self.bytes.len()).then_some(next)
    }

    fn previous(&self, at: usize) -> Option<usize> {
        (at > 0).then(|| self.line_of(at - 1))
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        let line = self.bytes.get(at..self.end_of(at)).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // Checking is much quicker than looking for what would have to be replaced.
        std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
    }

    fn place(&self, at: usize) -> Place {
        let (known, line) = self.counted.get();
        let between = |from: usize, to: usize| {
            memchr_iter(b'\n', self.bytes.get(from..to).unwrap_or_default()).count() as u64
        };
        let line = if at >= known { line + between(known, at) } else { line - between(at, known) };
        self.counted.set((at, line));
        Place { line, offset: self.start.offset + at as u64 }
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
