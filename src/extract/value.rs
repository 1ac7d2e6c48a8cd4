//! A lenient reader of the notations in which programs print objects.
//!
//! In: text that starts with a value in JSON, Python `repr`, Node's `util.inspect`, Ruby `inspect`,
//! Rust `Debug`, Go `%v` of maps, Elixir or Java notation. Out: that value as JSON. One reader serves
//! all of them, because logs mix them and cut them. It takes what is there: text that ends in the
//! middle yields the part that was read. It never fails on bad data, reads each byte a bounded
//! number of times and nests at most 64 deep; what is deeper stays text.
//!
//! Named constructors become objects: `BatchError(code='x')` and `ApiError { code: "x" }` are
//! `{"$class": …, "code": "x"}`. A constructor around one value (`Some("x")`, `Headers([…])`) is that value.

mod collection;
mod name;
mod string;

use serde_json::{Map, Value};

pub(crate) use string::unescape;

/// How deep values nest before the rest is taken as text.
const MAX_DEPTH: usize = 64;

/// Name of the member that holds the name of a constructor.
pub(crate) const CLASS: &str = "$class";

/// Name of the member that holds positional arguments beside named ones.
pub(crate) const ARGUMENTS: &str = "$args";

/// A value and how far it reached.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    /// The value, or the part of it that was there.
    pub(crate) value: Value,
    /// Bytes consumed, leading white space included.
    pub(crate) end: usize,
    /// Every string and bracket was closed.
    pub(crate) is_complete: bool,
}

/// Reads the value with which `text` starts, after white space. `None` when it starts with anything
/// but a value: plain words are no value.
pub(crate) fn read(text: &str) -> Option<Reading> {
    let mut reader = Reader { text, at: 0, depth: 0, is_complete: true, ahead: 4 * text.len() };
    reader.skip_space();
    let value = reader.value()?;
    Some(Reading { value, end: reader.at, is_complete: reader.is_complete })
}

/// The text, how far it has been read, and how deep.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    is_complete: bool,
    /// How many bytes may still be looked at ahead of `at`: what keeps the reader linear.
    ahead: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn peek_at(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + offset).copied()
    }

    /// Steps over `literal` if it is next.
    fn take(&mut self, literal: &str) -> bool {
        let is_next = self.rest().starts_with(literal);
        if is_next {
            self.at += literal.len();
        }
        is_next
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// value := prefix* (string | object | array | arguments | opaque | number | word)
    fn value(&mut self) -> Option<Value> {
        self.skip_prefixes();
        let next = self.peek()?;
        if let Some(text) = self.strings() {
            return Some(Value::String(text));
        }
        match next {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::bracketed),
            b'(' => self.nested(Self::tuple),
            b'<' | b'#' => self.opaque(),
            b'/' if self.depth > 0 => self.pattern(),
            _ => self.scalar_or_named(),
        }
    }

    /// Marks in front of a value that change nothing: Elixir's `%`, Go's and Rust's `&`, Node's `<ref *1> `.
    fn skip_prefixes(&mut self) {
        for _ in 0..4 {
            let rest = self.rest();
            let is_mark =
                matches!(rest.as_bytes(), [b'%', b'{' | b'A'..=b'Z', ..] | [b'&', b'{' | b'[' | b'"', ..]);
            if is_mark {
                self.at += 1;
            } else if rest.starts_with("<ref *") {
                self.at += rest.find('>').map_or(0, |at| at + 1);
                self.skip_space();
            } else if rest.starts_with("[Object: null prototype]") {
                self.at += "[Object: null prototype]".len();
                self.skip_space();
            } else {
                return;
            }
        }
    }

    /// Reads something that nests, unless it is too deep already.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Value) -> Option<Value> {
        if self.depth >= MAX_DEPTH {
            return Some(Value::String(self.balanced()));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    /// The raw text of a bracketed value, its strings respected.
    fn balanced(&mut self) -> String {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                b'"' | b'\'' | b'`' => {
                    self.quoted(next, &mut String::new());
                    continue;
                }
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return self.text.get(start..self.at).unwrap_or_default().to_owned();
            }
        }
        self.is_complete = false;
        self.text.get(start..).unwrap_or_default().to_owned()
    }

    /// `<object at 0x…>`, `<Response [401 Unauthorized]>`, `#<Foo …>`: kept as text. `<CIMultiDict('a': 'b')>`
    /// is read as what it shows.
    fn opaque(&mut self) -> Option<Value> {
        const LONGEST: usize = 256;
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'#'));
        if self.peek() != Some(b'<') {
            self.at = start;
            return (self.depth > 0).then(|| self.bare());
        }
        let inner = self.text.get(self.at + 1..).unwrap_or_default();
        let name = name::name_length(inner);
        if name > 0 && matches!(inner.as_bytes().get(name..name + 2), Some(b"('" | b"(\"")) {
            self.at += 1;
            let value = self.scalar_or_named();
            self.skip_space();
            self.take(">");
            return value;
        }
        let mut open = 0_usize;
        for (offset, byte) in self.rest().bytes().take(LONGEST).enumerate() {
            match byte {
                b'<' => open += 1,
                b'>' => open -= 1,
                _ => {}
            }
            if open == 0 {
                self.at += offset + 1;
                return Some(Value::String(self.text.get(start..self.at).unwrap_or_default().to_owned()));
            }
        }
        self.at = start;
        if self.depth == 0 {
            return None;
        }
        self.at += 1;
        Some(self.bare())
    }

    /// A regular expression of JavaScript, on one line.
    fn pattern(&mut self) -> Option<Value> {
        let line = self.rest().split('\n').next().unwrap_or_default();
        let mut is_escaped = true; // the first slash opens it
        for (offset, byte) in line.bytes().enumerate().take(1024) {
            if byte == b'/' && !is_escaped {
                let flags = line.bytes().skip(offset + 1).take_while(u8::is_ascii_alphabetic).count();
                let text = line.get(..offset + 1 + flags).unwrap_or_default();
                self.at += text.len();
                return Some(Value::String(text.to_owned()));
            }
            is_escaped = byte == b'\\' && !is_escaped;
        }
        Some(self.bare())
    }

    /// What stands unquoted up to the next separator, with balanced brackets inside.
    fn bare(&mut self) -> Value {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                b'\n' => break,
                b',' | b')' | b']' | b'}' if open == 0 => break,
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Value::String(self.text.get(start..self.at).unwrap_or_default().trim().to_owned())
    }
}

/// An object of a named class.
fn with_class(class: &str, members: Map<String, Value>) -> Value {
    let mut object = Map::new();
    object.insert(CLASS.to_owned(), Value::String(class.to_owned()));
    object.extend(members);
    Value::Object(object)
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
