//! Everything that begins with a letter, a digit or a sign: numbers, words, constructors and the
//! error texts of Node.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, one_of};
use nom::combinator::{opt, recognize};
use nom::{IResult, Parser};
use serde_json::{Map, Number, Value};

use super::{ARGUMENTS, CLASS, Reader, with_class};

/// Length of the name with which `text` starts: `Headers`, `hyper::Error`, `datetime.datetime`, `r#type`.
pub(super) fn name_length(text: &str) -> usize {
    name(text).map_or(0, |(rest, _)| text.len() - rest.len())
}

/// name := 'r#'? (letter | '_' | '$') (letter | digit | '_' | '$' | '.' | '::' | '-')*
fn name(text: &str) -> IResult<&str, &str> {
    let first = one_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$");
    let more =
        take_while1(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '$' | '.' | '-'));
    recognize((opt(tag("r#")), first, nom::multi::many0_count(alt((more, tag("::")))))).parse(text)
}

/// number := '-'? digits ('.' digits)? (('e' | 'E') ('+' | '-')? digits)?          `-12.5e3`
fn number(text: &str) -> IResult<&str, &str> {
    let fraction = (char('.'), digit1);
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    recognize((opt(char('-')), digit1, opt(fraction), opt(exponent))).parse(text)
}

impl Reader<'_> {
    /// scalar-or-named := number | literal | constructor | class-and-object | error-text | bare
    pub(super) fn scalar_or_named(&mut self) -> Option<Value> {
        if let Some(number) = self.number() {
            return Some(number);
        }
        let start = self.at;
        let length = name_length(self.rest());
        if length == 0 {
            return (self.depth > 0).then(|| self.bare());
        }
        let name = self.rest().get(..length)?;
        self.at += length;
        if let Some(literal) = self.literal(name) {
            return Some(literal);
        }
        if let Some(value) = self.named(name) {
            return Some(value);
        }
        self.at = start;
        if let Some(error) = self.error_text() {
            return Some(error);
        }
        self.at = start;
        (self.depth > 0).then(|| self.bare())
    }

    /// A number that is not the head of a longer word such as `2026-11-20` or `120ms`.
    fn number(&mut self) -> Option<Value> {
        let text = self.rest();
        let (rest, digits) = number(text).ok()?;
        let rest = rest.strip_prefix('n').unwrap_or(rest);
        if rest.starts_with(|next: char| next.is_alphanumeric() || "_.-:/".contains(next)) {
            return None;
        }
        self.at += text.len() - rest.len();
        let number = digits.parse::<Number>().ok().filter(|_| digits.len() < 40);
        Some(number.map_or_else(|| Value::String(digits.to_owned()), Value::Number))
    }

    fn literal(&self, name: &str) -> Option<Value> {
        if matches!(self.peek(), Some(b'(' | b'{' | b'[')) {
            return None;
        }
        match name {
            "null" | "None" | "nil" | "undefined" | "NULL" | "NaN" | "nan" | "Null" | "Infinity" => {
                Some(Value::Null)
            }
            "true" | "True" | "TRUE" => Some(Value::Bool(true)),
            "false" | "False" | "FALSE" => Some(Value::Bool(false)),
            _ => None,
        }
    }

    /// named := 'map[' … | name '(' arguments ')' | name ('(' digits ')')? ('[' tag ']')* ('{' … | '[' …)
    fn named(&mut self, name: &str) -> Option<Value> {
        if name == "map" && self.peek() == Some(b'[') {
            return self.nested(Self::go_map);
        }
        if self.peek() == Some(b'(') && !self.is_size() {
            return self.nested(|reader| reader.constructor(name));
        }
        let has_size = self.skip_size();
        self.skip_blanks();
        self.skip_tags();
        match self.peek() {
            Some(b'{') => {}
            Some(b'[') if has_size => {}
            _ => return None,
        }
        let value =
            if self.peek() == Some(b'{') { self.nested(Self::object) } else { self.nested(Self::array) };
        match value {
            Some(Value::Object(members)) if !members.contains_key(CLASS) => Some(with_class(name, members)),
            value => value,
        }
    }

    /// Whether `(6)` follows, the size that Node shows of a collection.
    fn is_size(&self) -> bool {
        let inner = self.rest().get(1..).unwrap_or_default();
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && matches!(inner.as_bytes().get(digits..), Some([b')', b' ', b'{' | b'[', ..]))
    }

    fn skip_size(&mut self) -> bool {
        let has_size = self.peek() == Some(b'(');
        if has_size {
            self.at += self.rest().find(')').map_or(0, |at| at + 1);
        }
        has_size
    }

    /// `[AxiosHeaders] ` of `Object [AxiosHeaders] {…}`: what an object of Node calls itself, in front of its
    /// members.
    fn skip_tags(&mut self) {
        let start = self.at;
        for _ in 0..2 {
            let rest = self.rest();
            let Some(inner) = rest.strip_prefix('[') else { break };
            let length = inner.bytes().take(80).position(|byte| matches!(byte, b']' | b'\n')).unwrap_or(0);
            if inner.as_bytes().get(length) != Some(&b']') {
                break;
            }
            self.at += length + 2;
            self.skip_blanks();
        }
        if self.peek() != Some(b'{') {
            self.at = start;
        }
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// constructor := name '(' (argument (',' argument)*)? ')'
    /// argument := name '=' value | string ':' value | value
    fn constructor(&mut self, name: &str) -> Value {
        self.at += 1;
        let mut members = Map::new();
        let mut arguments = Vec::new();
        while self.has_element(b')') {
            let key_length = name_length(self.rest());
            let behind = self.rest().get(key_length..).unwrap_or_default();
            let is_field = key_length > 0 && behind.starts_with('=') && !behind.starts_with("==");
            if is_field {
                let key = self.rest().get(..key_length).unwrap_or_default().to_owned();
                self.at += key_length + 1;
                self.member(key, &mut members);
            } else {
                self.member_or_element(":", &mut members, &mut arguments);
            }
            self.skip_to_separator();
        }
        match (arguments.len(), members.is_empty()) {
            (1, true) => arguments.pop().unwrap_or_default(),
            (0, _) => with_class(name, members),
            (_, true) => Value::Array(arguments),
            _ => {
                members.insert(ARGUMENTS.to_owned(), Value::Array(arguments));
                with_class(name, members)
            }
        }
    }

    /// error-text := name (' [' tag ']')? ': ' message stack? (' {' properties '}')?
    ///
    /// How Node prints an error inside an object: its stack, then its own properties. Without either
    /// it is only text.
    fn error_text(&mut self) -> Option<Value> {
        let length = name_length(self.rest());
        let name = self.rest().get(..length)?;
        let behind = self.rest().get(length..)?;
        let is_tagged = behind.starts_with(" [") && behind.get(..80.min(behind.len()))?.contains("]: ");
        let is_class = name.bytes().any(|byte| byte.is_ascii_uppercase());
        if !is_class || !(is_tagged || behind.starts_with(": ") || behind.starts_with("\n    at ")) {
            return None;
        }
        let text = self.text.get(self.at..)?;
        let Extent { length: stack_length, looked, has_properties, has_stack } =
            error_extent(text, self.ahead);
        self.ahead = self.ahead.saturating_sub(looked);
        if !has_properties && !has_stack {
            return None;
        }
        let stack = text.get(..stack_length)?;
        let head = stack.split("\n    at ").next().unwrap_or(stack);
        let head = head.split_once(&format!("\n{}at ", indentation(stack))).map_or(head, |(head, _)| head);
        let message = head.split_once(": ").map_or("", |(_, message)| message).trim_end().to_owned();
        let class = name.to_owned();
        self.at += stack_length;
        let mut members = Map::from_iter([("message".to_owned(), Value::String(message))]);
        if has_properties && let Some(Value::Object(properties)) = self.nested(Self::object) {
            members.extend(properties);
        }
        Some(with_class(&class, members))
    }
}

/// The white space in front of the first `at` line of a stack.
fn indentation(stack: &str) -> String {
    stack
        .lines()
        .skip(1)
        .find(|line| line.trim_start().starts_with("at "))
        .map(|line| line.chars().take_while(|next| next.is_whitespace()).collect())
        .unwrap_or_default()
}

/// How far the text of an error with its stack reaches.
struct Extent {
    length: usize,
    looked: usize,
    has_properties: bool,
    has_stack: bool,
}

/// Goes through the lines of an error up to its last stack frame, looking at `most` bytes.
fn error_extent(text: &str, most: usize) -> Extent {
    let mut end = 0;
    let mut has_stack = false;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let trimmed = line.trim();
        let is_frame = index > 0 && (trimmed.starts_with("at ") || trimmed.starts_with("... "));
        let is_over = index > 0 && !is_frame && (has_stack || trimmed.starts_with(['}', ']']));
        if is_over || end > most {
            break;
        }
        has_stack |= is_frame;
        let looked = end + line.len();
        let line = line.trim_end();
        if is_frame || index == 0 {
            if line.ends_with(" {") || line.ends_with(" {}") {
                return Extent {
                    length: end + line.rfind('{').unwrap_or(0),
                    looked,
                    has_properties: true,
                    has_stack,
                };
            }
            if let Some(line) = line.strip_suffix(',') {
                return Extent { length: end + line.len(), looked, has_properties: false, has_stack };
            }
        }
        end = looked;
    }
    let length = text.get(..end).map_or(end, |kept| kept.trim_end().len());
    Extent { length, looked: end, has_properties: false, has_stack }
}
