//! JSON documents: top-level values one after the other, and the elements of the arrays in them.
//!
//! In goes the text of a source that is no log of lines: one JSON document, pretty-printed or not, or
//! several of them. Out come the texts of the records with their places. Only structure is looked at
//! (strings, brackets); nothing is parsed, nothing recursed into, and the text is read as a stream:
//! memory holds one element of at most [`MAX_ELEMENT`] bytes, whatever the size of the document.

mod start;
mod window;

use std::io::Read;

pub(crate) use self::start::is_document;
use self::window::Window;
use crate::model::Place;

/// Bytes of an element that are kept; the rest is passed over.
pub(crate) const MAX_ELEMENT: usize = 8 << 20;
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

#[cfg(test)]
mod tests;
