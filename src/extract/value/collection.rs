//! Objects, arrays, tuples, sets and Go maps.

use serde_json::{Map, Value};

use super::{Reader, with_class};

impl Reader<'_> {
    /// object := '{' (key (':' | '=>' | '=') value | value) (',' …)* '}'
    ///
    /// Without any key it is a set and becomes an array.
    pub(super) fn object(&mut self) -> Value {
        self.at += 1;
        let mut members = Map::new();
        let mut elements = Vec::new();
        while self.has_element(b'}') {
            let start = self.at;
            let key = self.key();
            self.skip_space();
            if let Some(key) = key.filter(|_| self.key_separator()) {
                self.skip_space();
                let value = self.value().unwrap_or(Value::Null);
                members.insert(key, value);
            } else {
                self.at = start;
                elements.extend(self.value());
            }
            self.skip_to_separator();
        }
        if members.is_empty() && !elements.is_empty() {
            Value::Array(elements)
        } else {
            Value::Object(members)
        }
    }

    /// key := string | '[' … ']' | letters without space or separator
    fn key(&mut self) -> Option<String> {
        if let Some(key) = self.strings() {
            return Some(key);
        }
        let rest = self.rest();
        if rest.starts_with('[') {
            let length = rest.bytes().take(200).position(|byte| byte == b']')? + 1;
            self.at += length;
            let inner = rest.get(1..length - 1)?;
            return Some(
                inner
                    .strip_prefix("Symbol(")
                    .and_then(|name| name.strip_suffix(')'))
                    .unwrap_or(inner)
                    .to_owned(),
            );
        }
        let length = rest
            .char_indices()
            .take(200)
            .find(|(_, next)| next.is_whitespace() || ":=,{}[]()\"'`<>".contains(*next))
            .map_or(rest.len(), |(at, _)| at);
        let key = rest.get(..length).filter(|key| !key.is_empty())?;
        self.at += length;
        Some(key.strip_prefix("r#").unwrap_or(key).to_owned())
    }

    /// Steps over what stands between a key and its value.
    fn key_separator(&mut self) -> bool {
        self.take("=>") || self.take(":") || self.take("=")
    }

    /// bracketed := '[' tag ']' | '[' error ']' | array
    ///
    /// Node shows what it leaves out as `[Object]`, and an error without a stack in brackets.
    pub(super) fn bracketed(&mut self) -> Value {
        let inner = self.rest().get(1..).unwrap_or_default();
        if let Some(length) = go_slice_type(inner) {
            self.at += length + 1;
            return self.object();
        }
        let length = super::name::name_length(inner);
        let name = inner.get(..length).unwrap_or_default();
        let is_class = name.starts_with(|first: char| first.is_ascii_uppercase()) || name == "class";
        let is_literal = matches!(name, "None" | "True" | "False" | "NULL" | "NaN" | "TRUE" | "FALSE");
        let is_tag = matches!(
            inner.as_bytes().get(length..),
            Some([b']' | b'/', ..] | [b':', b' ', ..] | [b' ', b'*' | b'(' | b'[', ..])
        ) || name == "class";
        if is_class && !is_literal && is_tag { self.tag(name) } else { self.array() }
    }

    /// `[Function: x]`, `[Error: text] { code: 'x' }`
    fn tag(&mut self, name: &str) -> Value {
        let text = self.tag_text();
        let behind = self.at;
        let message = text.split_once(": ").map(|(_, message)| message.trim_end_matches(']').to_owned());
        self.skip_space();
        if self.peek() == Some(b'{') && self.at - behind <= 1 {
            let properties = self.nested(Self::object);
            let mut members = Map::new();
            members.extend(message.map(|message| ("message".to_owned(), Value::String(message))));
            if let Some(Value::Object(properties)) = properties {
                members.extend(properties);
            }
            return with_class(name, members);
        }
        self.at = behind;
        match message {
            Some(message) if name.ends_with("Error") || name.ends_with("Exception") => {
                with_class(name, Map::from_iter([("message".to_owned(), Value::String(message))]))
            }
            _ => Value::String(text),
        }
    }

    /// The text up to the bracket that closes the one at which the reader stands.
    fn tag_text(&mut self) -> String {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(next) = self.peek() {
            self.at += 1;
            match next {
                b'[' => open += 1,
                b']' => open -= 1,
                _ => {}
            }
            if open == 0 {
                return self.text.get(start..self.at).unwrap_or_default().to_owned();
            }
        }
        self.is_complete = false;
        self.text.get(start..).unwrap_or_default().to_owned()
    }

    /// array := '[' (value ('=>' value)?) (',' …)* ']'
    pub(super) fn array(&mut self) -> Value {
        self.elements(b']').0
    }

    /// tuple := '(' value (',' value)* ')'; one value without a comma is that value.
    pub(super) fn tuple(&mut self) -> Value {
        let (value, has_comma) = self.elements(b')');
        match value {
            Value::Array(mut elements) if elements.len() == 1 && !has_comma => {
                elements.pop().unwrap_or_default()
            }
            value => value,
        }
    }

    fn elements(&mut self, close: u8) -> (Value, bool) {
        self.at += 1;
        let mut elements = Vec::new();
        let mut members = Map::new();
        let mut has_comma = false;
        while self.has_element(close) {
            match self.list_key() {
                Some(key) => self.member(key, &mut members),
                None => self.member_or_element("=>", &mut members, &mut elements),
            }
            has_comma |= self.skip_to_separator();
        }
        let is_object = elements.is_empty() && !members.is_empty();
        (if is_object { Value::Object(members) } else { Value::Array(elements) }, has_comma)
    }

    /// The member of this key; its value comes next.
    pub(super) fn member(&mut self, key: String, members: &mut Map<String, Value>) {
        self.skip_space();
        let value = self.value().unwrap_or(Value::Null);
        members.insert(key, value);
    }

    /// The value that comes next: the key of a member where `arrow` stands behind it, else an element.
    pub(super) fn member_or_element(
        &mut self,
        arrow: &str,
        members: &mut Map<String, Value>,
        elements: &mut Vec<Value>,
    ) {
        let Some(value) = self.value() else { return };
        self.skip_space();
        match value {
            Value::String(key) if self.take(arrow) => self.member(key, members),
            value => elements.push(value),
        }
    }

    /// Key of a keyword list: `[timeout: 5000]` of Elixir, `[Retry-After:"2"]` of Spring.
    fn list_key(&mut self) -> Option<String> {
        let length = super::name::name_length(self.rest());
        let rest = self.rest();
        let key = rest.get(..length).filter(|key| !key.is_empty())?;
        let behind = rest.get(length..)?;
        let is_atom = key.starts_with(|first: char| first.is_ascii_lowercase()) && behind.starts_with(": ");
        if !is_atom && !behind.starts_with(":\"") {
            return None;
        }
        self.at += length + 1;
        Some(key.to_owned())
    }

    /// go-map := 'map[' (key ':' value ' '?)* ']' | 'map[' type ']' type '{' … '}'
    ///
    /// Values are not quoted: one ends where the next `key:` begins.
    pub(super) fn go_map(&mut self) -> Value {
        if let Some(typed) = self.typed_go_map() {
            return typed;
        }
        self.at += 1;
        let mut members = Map::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    self.is_complete = false;
                    return Value::Object(members);
                }
                Some(b']') => {
                    self.at += 1;
                    return Value::Object(members);
                }
                Some(_) => {}
            }
            let rest = self.rest();
            let length =
                rest.bytes().take(200).position(|byte| matches!(byte, b':' | b']' | b' ')).unwrap_or(0);
            if rest.as_bytes().get(length) != Some(&b':') {
                self.at += rest.chars().next().map_or(0, char::len_utf8);
                continue;
            }
            let key = rest.get(..length).unwrap_or_default().to_owned();
            self.at += length + 1;
            let value = self.go_value();
            members.insert(key, value);
        }
    }

    /// `map[string]interface {}{"error": …}`
    fn typed_go_map(&mut self) -> Option<Value> {
        let length =
            self.rest().bytes().take(60).take_while(|byte| !matches!(byte, b'"' | b':' | b'\n')).count();
        let brace = self.rest().get(..length)?.rfind('{')?;
        self.at += brace;
        Some(self.object())
    }

    fn go_value(&mut self) -> Value {
        if self.rest().starts_with("map[") {
            self.at += 3;
            return self.nested(Self::go_map).unwrap_or(Value::Null);
        }
        let start = self.at;
        let mut open = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                b'[' => open += 1,
                b']' if open == 0 => break,
                b']' => open -= 1,
                b' ' if open == 0 && starts_go_key(self.rest()) => break,
                _ => {}
            }
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let inner = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        match (inner.unwrap_or(text), inner) {
            ("<nil>", None) => Value::Null,
            (text, Some(_)) => Value::Array(vec![Value::String(text.to_owned())]),
            (text, None) => text.parse().map_or_else(|_| Value::String(text.to_owned()), Value::Number),
        }
    }

    /// Whether another element stands before `close`, which is stepped over when it does not. Another
    /// bracket that closes belongs to somebody else and ends the collection as well.
    pub(super) fn has_element(&mut self, close: u8) -> bool {
        loop {
            self.skip_space();
            match self.peek() {
                Some(next) if next == close => {
                    self.at += 1;
                    return false;
                }
                None | Some(b'}' | b']' | b')') => {
                    self.is_complete = false;
                    return false;
                }
                Some(b',' | b';') => self.at += 1,
                Some(_) if self.take("...") || self.take("…") => {
                    // `... 3 more items`
                    self.bare();
                }
                Some(_) => return true,
            }
        }
    }

    /// Steps over what follows a value up to the comma, the bracket or the line end that ends it
    /// (`+58` behind a cut string). Returns whether there was a comma.
    pub(super) fn skip_to_separator(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            self.at += blank;
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    return true;
                }
                None | Some(b'}' | b']' | b')' | b';' | b'"' | b'\'' | b'`') => return false,
                // Fields on lines of their own need no comma.
                Some(next) if blank > 0 && (next.is_ascii_alphabetic() || next == b'[') => return false,
                Some(_) => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        }
    }
}

/// `]string{`: length up to the brace, behind the bracket with which a Go slice begins.
fn go_slice_type(inner: &str) -> Option<usize> {
    let name = inner.strip_prefix(']')?;
    let length = super::name::name_length(name);
    let behind = name.get(length..)?;
    let empty = if behind.starts_with(" {}") { 3 } else { 0 };
    (length > 0 && behind.get(empty..)?.starts_with('{')).then_some(1 + length + empty)
}

/// Whether ` key:value` is next. A colon with a space behind it stands in a sentence.
fn starts_go_key(rest: &str) -> bool {
    let key = rest
        .bytes()
        .skip(1)
        .take(80)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let length = key.count();
    length > 0 && matches!(rest.as_bytes().get(length + 1..), Some([b':', next, ..]) if *next != b' ')
}
