//! JSON documents: top-level values one after the other, and the elements of the arrays in them.
//!
//! In goes the text of a source that is no log of lines: one JSON document, pretty-printed or not, or
//! several of them. Out come the texts of the records with their places. Only structure is looked at
//! (strings, brackets); nothing is parsed, nothing recursed into, and the text is read as a stream:
//! memory holds one element of at most [`MAX_ELEMENT`] bytes, whatever the size of the document.

use std::io::Read;

use crate::model::Place;

/// Bytes of an element that are kept; the rest is passed over.
pub(crate) const MAX_ELEMENT: usize = 8 << 20;
/// Bytes that are read at once.
const WINDOW: usize = 64 << 10;
/// Bytes in which the first element of an array must begin for the array to count as one of records.
const LOOK: usize = 4 << 10;
/// Longest key that is compared.
const MAX_NAME: usize = 64;
/// How deep arrays in arrays (pages that were saved together) are opened.
const MAX_PAGES: usize = 3;

/// One record of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Where it starts.
    pub(crate) place: Place,
    /// Its text; bytes that are no UTF-8 are replaced.
    pub(crate) text: String,
    /// Bytes behind [`MAX_ELEMENT`], which are missing.
    pub(crate) skipped: u64,
}

/// The records of a document that is in memory.
#[cfg(test)]
pub(crate) fn elements(text: &[u8], lists: &[&[&str]]) -> Vec<(Place, String)> {
    let mut reader = std::io::Cursor::new(text);
    Documents::new(&mut reader, lists).map(|element| (element.place, element.text)).collect()
}

/// The records of a document, as they are read: the elements of the first array at one of `lists`, the
/// elements of a top-level array, or the whole value; for every top-level value in turn.
///
/// Text between top-level values is passed over line by line. A value without an end is given out as
/// far as it goes. An error of the reader ends the document.
pub(crate) struct Documents<'a> {
    window: Window<'a>,
    lists: &'a [&'a [&'a str]],
    frames: Vec<Frame>,
}

/// Where in a top-level value the reader stands.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Among the elements of an array. In the array of a list, objects are records as they are; in others
    /// an object may hold a list itself.
    Array { is_list: bool, depth: usize },
    /// Behind a list, with so many objects still open around it.
    Rest { open: usize },
}

impl<'a> Documents<'a> {
    /// Reads from `reader`, which stands at the start of the source.
    pub(crate) fn new(reader: &'a mut dyn Read, lists: &'a [&'a [&'a str]]) -> Self {
        Self { window: Window::new(reader), lists, frames: Vec::new() }
    }

    /// Bytes and lines read so far.
    pub(crate) fn read(&self) -> (u64, u64) {
        let place = self.window.place;
        (place.offset, place.line - u64::from(self.window.is_at_line_start))
    }

    /// Finds the next value at top level.
    fn top_level(&mut self) -> Option<Element> {
        match self.window.peek()? {
            b'[' => {
                self.window.advance(1);
                self.frames.push(Frame::Array { is_list: false, depth: 0 });
            }
            b'{' => return self.object(0),
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e | b']' | b'}' | 0xef | 0xbb | 0xbf => {
                self.window.advance(1);
            }
            _ => self.window.pass_line(),
        }
        None
    }

    /// Goes on in an array.
    fn element(&mut self, is_list: bool, depth: usize) -> Option<Element> {
        match self.window.peek()? {
            b']' => {
                self.window.advance(1);
                self.frames.pop();
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'}' => self.window.advance(1),
            b'[' if depth < MAX_PAGES && self.window.is_page() => {
                self.window.advance(1);
                self.frames.push(Frame::Array { is_list, depth: depth + 1 });
            }
            b'{' if depth < MAX_PAGES && !is_list => return self.object(depth),
            _ => {
                self.window.take();
                self.window.pass_value(0);
                return self.window.taken();
            }
        }
        None
    }

    /// The object that begins here, or `None` when it holds a list, whose array is opened.
    fn object(&mut self, depth: usize) -> Option<Element> {
        self.window.take();
        let Some(open) = self.find_list() else { return self.window.taken() };
        self.window.drop_taken();
        self.frames.push(Frame::Rest { open });
        self.frames.push(Frame::Array { is_list: true, depth });
        None
    }

    /// Walks through the object that begins here, up to the first array at one of the lists: then, how many
    /// objects are open around it. `None` when the object has ended without one.
    fn find_list(&mut self) -> Option<usize> {
        self.window.advance(1);
        let mut path: Vec<Vec<u8>> = Vec::new();
        loop {
            self.window.pass_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','));
            match self.window.peek()? {
                b'"' => {}
                b'}' => {
                    self.window.advance(1);
                    path.pop()?;
                    continue;
                }
                _ => {
                    self.window.pass_value(path.len() + 1);
                    return None;
                }
            }
            path.push(self.window.pass_name());
            self.window.pass_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b':'));
            let is_at = |list: &&[&str], is_whole: bool| {
                (list.len() == path.len()) == is_whole
                    && list.iter().map(|step| step.as_bytes()).zip(&path).all(|(step, name)| step == name)
                    && list.len() >= path.len()
            };
            match self.window.peek()? {
                b'[' if self.lists.iter().any(|list| is_at(list, true)) && self.window.is_of_records() => {
                    self.window.advance(1);
                    return Some(path.len());
                }
                b'{' if self.lists.iter().any(|list| is_at(list, false)) => self.window.advance(1),
                _ => {
                    self.window.pass_value(0);
                    path.pop();
                }
            }
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Element;

    fn next(&mut self) -> Option<Element> {
        while self.window.peek().is_some() {
            let element = match self.frames.last() {
                None => self.top_level(),
                Some(Frame::Array { is_list, depth }) => self.element(*is_list, *depth),
                Some(Frame::Rest { open }) => {
                    self.window.pass_value(*open);
                    self.frames.pop();
                    None
                }
            };
            if element.is_some() {
                return element;
            }
        }
        None
    }
}

/// A piece of the stream in view, and what is taken from it.
struct Window<'a> {
    reader: &'a mut dyn Read,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    is_over: bool,
    /// Place of `buffer[at]`.
    place: Place,
    is_at_line_start: bool,
    /// Start and bytes of the value that is being passed.
    taken: Option<(Place, Vec<u8>)>,
}

impl<'a> Window<'a> {
    fn new(reader: &'a mut dyn Read) -> Self {
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

    fn peek(&mut self) -> Option<u8> {
        self.ahead(1).first().copied()
    }

    /// Passes bytes that are in view.
    fn advance(&mut self, count: usize) {
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
    fn take(&mut self) {
        self.taken = Some((self.place, Vec::new()));
    }

    fn drop_taken(&mut self) {
        self.taken = None;
    }

    fn taken(&mut self) -> Option<Element> {
        let (place, bytes) = self.taken.take()?;
        let length = self.place.offset.saturating_sub(place.offset);
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Some(Element { place, text, skipped: length.saturating_sub(MAX_ELEMENT as u64) })
    }

    fn pass_while(&mut self, is_passed: impl Fn(u8) -> bool) {
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

    fn pass_line(&mut self) {
        self.pass_while(|byte| byte != b'\n');
        self.advance(1);
    }

    /// Passes the value that begins here, or what is left of values of which `open` are open.
    fn pass_value(&mut self, open: usize) {
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
    fn pass_name(&mut self) -> Vec<u8> {
        let ahead = self.ahead(MAX_NAME + 2);
        let name = ahead.get(1..).unwrap_or_default();
        let name = name.get(..memchr::memchr(b'"', name).unwrap_or(MAX_NAME + 1)).unwrap_or(name);
        let name = name.to_vec();
        self.pass_value(0);
        name
    }

    /// Whether the array that begins here holds records: objects, arrays, or nothing.
    fn is_of_records(&mut self) -> bool {
        let inside = self.ahead(LOOK).get(1..).unwrap_or_default().trim_ascii_start();
        inside.first().is_some_and(|byte| matches!(byte, b'{' | b'[' | b']'))
    }

    /// Whether the array that begins here is a page of records, and no row of a CloudWatch Insights answer.
    fn is_page(&mut self) -> bool {
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

/// Position behind the value that starts at `start`; `None` when it has no end.
fn value_end(text: &[u8], start: usize) -> Option<usize> {
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

#[cfg(test)]
mod tests;
