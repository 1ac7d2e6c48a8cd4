//! The piece of a stream of JSON that is in view: values are passed over by their structure alone, strings and
//! brackets, and kept where they are asked for.

use std::io::Read;

use super::start::value_end;
use super::{Element, MAX_ELEMENT};
use crate::model::Place;

/// Bytes that are read at once.
const WINDOW: usize = 64 << 10;
/// Bytes in which the first element of an array must begin for the array to count as one of records.
const LOOK: usize = 4 << 10;
/// Longest key that is compared.
const MAX_NAME: usize = 64;

/// A piece of the stream in view, and what is taken from it.
pub(super) struct Window<'a> {
    reader: &'a mut dyn Read,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    is_over: bool,
    /// Place of `buffer[at]`.
    pub(super) place: Place,
    pub(super) is_at_line_start: bool,
    /// Start and bytes of the value that is being passed.
    taken: Option<(Place, Vec<u8>)>,
}

impl<'a> Window<'a> {
    pub(super) fn new(reader: &'a mut dyn Read) -> Self {
        let buffer = vec![0; WINDOW].into_boxed_slice();
        let place = Place { line: 1, offset: 0 };
        Self { reader, buffer, at: 0, end: 0, is_over: false, place, is_at_line_start: true, taken: None }
    }

    /// The next bytes, at least `count` of them unless the stream ends before.
    fn ahead(&mut self, count: usize) -> &[u8] {
        if self.end - self.at < count && !self.is_over {
            self.buffer.copy_within(self.at..self.end, 0);
            (self.at, self.end) = (0, self.end - self.at);
            while self.end < count && !self.is_over {
                match self.reader.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                    Ok(read) => {
                        self.end += read;
                        self.is_over = read == 0;
                    }
                    Err(error) => self.is_over = error.kind() != std::io::ErrorKind::Interrupted,
                }
            }
        }
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn peek(&mut self) -> Option<u8> {
        self.ahead(1).first().copied()
    }

    /// Passes bytes that are in view.
    pub(super) fn advance(&mut self, count: usize) {
        let passed = self.buffer.get(self.at..(self.at + count).min(self.end)).unwrap_or_default();
        if let Some((_, taken)) = &mut self.taken {
            let room = MAX_ELEMENT.saturating_sub(taken.len());
            taken.extend_from_slice(passed.get(..room).unwrap_or(passed));
        }
        self.place.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.place.offset += passed.len() as u64;
        self.is_at_line_start = passed.last().map_or(self.is_at_line_start, |byte| *byte == b'\n');
        self.at += passed.len();
    }

    /// Begins to keep what is passed.
    pub(super) fn take(&mut self) {
        self.taken = Some((self.place, Vec::new()));
    }

    pub(super) fn drop_taken(&mut self) {
        self.taken = None;
    }

    pub(super) fn taken(&mut self) -> Option<Element> {
        let (place, bytes) = self.taken.take()?;
        let length = self.place.offset.saturating_sub(place.offset);
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Some(Element { place, text, skipped: length.saturating_sub(MAX_ELEMENT as u64) })
    }

    pub(super) fn pass_while(&mut self, is_passed: impl Fn(u8) -> bool) {
        loop {
            let ahead = self.ahead(1);
            let count = ahead.iter().take_while(|byte| is_passed(**byte)).count();
            let is_done = count < ahead.len() || ahead.is_empty();
            self.advance(count);
            if is_done {
                return;
            }
        }
    }

    pub(super) fn pass_line(&mut self) {
        self.pass_while(|byte| byte != b'\n');
        self.advance(1);
    }

    /// Passes the value that begins here, or what is left of values of which `open` are open.
    pub(super) fn pass_value(&mut self, open: usize) {
        let mut pass = Pass { depth: open, is_in_string: false, is_escaped: false };
        loop {
            let (count, is_over) = pass.step(self.ahead(1));
            self.advance(count);
            if is_over || self.peek().is_none() {
                return;
            }
        }
    }

    /// Passes a string; what stands between its quotes, cut to one more than is compared.
    pub(super) fn pass_name(&mut self) -> Vec<u8> {
        let ahead = self.ahead(MAX_NAME + 2);
        let name = ahead.get(1..).unwrap_or_default();
        let name = name.get(..memchr::memchr(b'"', name).unwrap_or(MAX_NAME + 1)).unwrap_or(name);
        let name = name.to_vec();
        self.pass_value(0);
        name
    }

    /// Whether the array that begins here holds records: objects, arrays, or nothing.
    pub(super) fn is_of_records(&mut self) -> bool {
        let inside = self.ahead(LOOK).get(1..).unwrap_or_default().trim_ascii_start();
        inside.first().is_some_and(|byte| matches!(byte, b'{' | b'[' | b']'))
    }

    /// Whether the array that begins here is a page of records, and no row of a CloudWatch Insights answer.
    pub(super) fn is_page(&mut self) -> bool {
        let ahead = self.ahead(LOOK);
        let inside = ahead.get(1..).unwrap_or_default();
        let start = inside.get(..200).unwrap_or(inside);
        let start = value_end(ahead, 0).and_then(|end| start.get(..end)).unwrap_or(start);
        inside.trim_ascii_start().starts_with(b"{") && memchr::memmem::find(start, b"\"field\"").is_none()
    }
}

/// The state of passing a value.
struct Pass {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Pass {
    /// How many of these bytes belong to the value, and whether it ends there.
    fn step(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.is_in_string {
                at += self.step_in_string(bytes.get(at..).unwrap_or_default());
                if !self.is_in_string && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match byte {
                b'"' => self.is_in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return (at, true),
                b'}' | b']' if self.depth == 1 => return (at + 1, true),
                b'}' | b']' => self.depth -= 1,
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return (at, true),
                _ => {}
            }
            at += 1;
        }
        (at, false)
    }

    /// How many bytes are up to the end of the string, its quote included.
    fn step_in_string(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.is_escaped) {
            return 1;
        }
        match memchr::memchr2(b'"', b'\\', bytes) {
            Some(at) if bytes.get(at) == Some(&b'"') => {
                self.is_in_string = false;
                at + 1
            }
            Some(at) => {
                self.is_escaped = true;
                at + 1
            }
            None => bytes.len(),
        }
    }
}
