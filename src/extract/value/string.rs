//! Strings of all notations and their escapes.

use nom::bytes::complete::take_while_m_n;
use nom::character::complete::char;
use nom::combinator::{map_opt, map_res};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use super::Reader;

/// How many line breaks of a console one string holds at most.
const MOST_BREAKS: usize = 40;

impl Reader<'_> {
    /// strings := string (('+' | nothing) string)*
    ///
    /// `'a\n' +⏎ 'b'` of Node everywhere; `'a'⏎ 'b'` of Python only inside brackets, because on top
    /// two quoted texts of a log line are two values.
    pub(super) fn strings(&mut self) -> Option<String> {
        let mut text = String::new();
        self.string(&mut text)?;
        loop {
            let end = self.at;
            self.skip_space();
            let is_joined = self.take("+");
            self.skip_space();
            let is_adjacent = self.depth > 0 && self.at > end;
            if !(is_joined || is_adjacent) || self.string(&mut text).is_none() {
                self.at = end;
                return Some(text);
            }
        }
    }

    /// string := ('b' | 'r' | 'u' | 'f' | '~s' | ':')* quote … quote, or a symbol `:name`
    fn string(&mut self, text: &mut String) -> Option<()> {
        let marks = match self.rest().as_bytes() {
            [b'"' | b'\'' | b'`', ..] => 0,
            [b'b' | b'B' | b'r' | b'u' | b'f' | b'@' | b'$', b'"' | b'\'', ..] | [b':', b'"', ..] => 1,
            [b':', next, ..] if next.is_ascii_alphabetic() || *next == b'_' => {
                self.at += 1;
                let length = super::name::name_length(self.rest());
                text.push_str(self.rest().get(..length).unwrap_or_default());
                self.at += length;
                return Some(());
            }
            _ => return None,
        };
        let quote = self.peek_at(marks)?;
        self.at += marks;
        self.quoted(quote, text);
        Some(())
    }

    /// Reads a quoted string into `text`; the reader stands at the opening quote. Line breaks that
    /// a console put into it become one space. A quote between two letters is an apostrophe.
    pub(super) fn quoted(&mut self, quote: u8, text: &mut String) {
        self.at += 1;
        let mut breaks = 0;
        let mut first_break = None;
        loop {
            let rest = self.rest();
            let Some(length) = memchr::memchr3(quote, b'\\', b'\n', rest.as_bytes()) else {
                text.push_str(rest);
                self.at += rest.len();
                return self.end_unclosed(first_break, text);
            };
            text.push_str(rest.get(..length).unwrap_or_default());
            self.at += length;
            match self.peek() {
                Some(b'\\') => self.escape(text),
                Some(b'\n') if quote == b'`' => {
                    text.push('\n');
                    self.at += 1;
                }
                Some(b'\n') => {
                    first_break.get_or_insert((self.at, without_blanks(text).len()));
                    breaks += 1;
                    if breaks > MOST_BREAKS {
                        return self.end_unclosed(first_break, text);
                    }
                    self.wrapped_line(text);
                }
                _ if self.is_apostrophe(quote, text) => {
                    text.push(char::from(quote));
                    self.at += 1;
                }
                _ => {
                    self.at += 1;
                    return;
                }
            }
        }
    }

    /// Ends a string that nothing closes. It was cut at its first line break, if there is one, and
    /// what follows there is other text: the whole reading ends.
    fn end_unclosed(&mut self, first_break: Option<(usize, usize)>, text: &mut String) {
        self.is_complete = false;
        if let Some((at, length)) = first_break {
            text.truncate(length);
            self.at = at;
            self.text = self.text.get(..at).unwrap_or_default();
        }
    }

    /// A line break inside a string that cannot hold one: the indentation goes with it.
    fn wrapped_line(&mut self, text: &mut String) {
        text.truncate(without_blanks(text).len());
        self.skip_space();
        text.push(' ');
    }

    fn is_apostrophe(&self, quote: u8, text: &str) -> bool {
        quote == b'\''
            && text.ends_with(|last: char| last.is_alphabetic())
            && self.peek_at(1).is_some_and(|next| next.is_ascii_alphabetic())
    }

    fn escape(&mut self, text: &mut String) {
        self.at += decode(self.rest(), text);
    }
}

/// What stays of a line that a console wrapped behind it.
fn without_blanks(text: &str) -> &str {
    text.trim_end_matches([' ', '\t', '\r'])
}

/// Removes one level of backslash escapes, as JSON, Python and JavaScript write them.
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(length) = memchr::memchr(b'\\', rest.as_bytes()) else {
            plain.push_str(rest);
            break;
        };
        plain.push_str(rest.get(..length).unwrap_or_default());
        at += length;
        at += decode(text.get(at..).unwrap_or_default(), &mut plain);
    }
    plain
}

/// Decodes the escape with which `text` starts into `out` and returns its length in bytes. What is
/// no escape stays as it is.
fn decode(text: &str, out: &mut String) -> usize {
    let Some(marker) = text.chars().nth(1) else {
        out.push_str(text.get(..1).unwrap_or_default());
        return 1;
    };
    let simple = match marker {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'a' => '\u{7}',
        'e' => '\u{1b}',
        '"' | '\'' | '`' | '\\' | '/' | '#' => marker,
        '\n' => return 2,
        'x' => return decode_bytes(text, out),
        'u' | 'U' | '0' => {
            return match unicode(text) {
                Ok((rest, character)) => {
                    out.push(character);
                    text.len() - rest.len()
                }
                Err(_) => literally(text, marker, out),
            };
        }
        _ => return literally(text, marker, out),
    };
    out.push(simple);
    2
}

fn literally(text: &str, marker: char, out: &mut String) -> usize {
    let length = 1 + marker.len_utf8();
    out.push_str(text.get(..length).unwrap_or_default());
    length
}

/// Some programs write the bytes of UTF-8 as `\xNN`, Python writes characters: a run of escapes that
/// is UTF-8 is taken as such, else each is a character.
fn decode_bytes(text: &str, out: &mut String) -> usize {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Ok((behind, byte)) = byte_escape(rest) {
        bytes.push(byte);
        rest = behind;
        if bytes.len() == 4096 || byte < 0x80 {
            break;
        }
    }
    if bytes.is_empty() {
        return literally(text, 'x', out);
    }
    match std::str::from_utf8(&bytes) {
        Ok(decoded) => out.push_str(decoded),
        Err(_) => out.extend(bytes.iter().copied().map(char::from)),
    }
    text.len() - rest.len()
}

/// byte-escape := '\x' hex hex          `\xe9`
fn byte_escape(text: &str) -> IResult<&str, u8> {
    let digits = take_while_m_n(2, 2, |digit: char| digit.is_ascii_hexdigit());
    map_res(preceded(nom::bytes::complete::tag("\\x"), digits), |digits| u8::from_str_radix(digits, 16))
        .parse(text)
}

/// unicode := '\u{' hex+ '}' | pair | '\u' hex{4} | '\U' hex{8} | '\0'          `\u003c`, `\ud83d\ude00`, `\u{1f600}`
fn unicode(text: &str) -> IResult<&str, char> {
    nom::branch::alt((
        map_opt(delimited(nom::bytes::complete::tag("\\u{"), hex(1, 6), char('}')), char::from_u32),
        map_opt((unit, unit), |(high, low)| surrogate_pair(high, low)),
        nom::combinator::map(unit, |unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
        map_opt(preceded(nom::bytes::complete::tag("\\U"), hex(8, 8)), char::from_u32),
        nom::combinator::value('\0', nom::bytes::complete::tag("\\0")),
    ))
    .parse(text)
}

/// unit := '\u' hex{4}
fn unit(text: &str) -> IResult<&str, u32> {
    preceded(nom::bytes::complete::tag("\\u"), hex(4, 4)).parse(text)
}

fn hex<'a>(
    least: usize,
    most: usize,
) -> impl Parser<&'a str, Output = u32, Error = nom::error::Error<&'a str>> {
    map_res(take_while_m_n(least, most, |digit: char| digit.is_ascii_hexdigit()), |digits| {
        u32::from_str_radix(digits, 16)
    })
}

fn surrogate_pair(high: u32, low: u32) -> Option<char> {
    let is_pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    is_pair.then(|| char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))).flatten()
}
