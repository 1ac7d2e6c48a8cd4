//! Masks a stream: text of any length, in bounded memory, byte for byte apart from the masks.
//!
//! The text is looked at through a window with some of what was written before it and some of what
//! follows it, so that a secret is known wherever a window ends. Bytes that are no UTF-8 pass unchanged.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use super::{Span, search, wrapper};

/// Bytes that are written at once.
const WINDOW: usize = 4 << 20;
/// Bytes in view before them: the line of a key and those between it and the next line of its writer.
const BACK: usize = wrapper::MAX_LINE + wrapper::MAX_AHEAD;
/// Bytes in view behind them.
const AHEAD: usize = 2 * wrapper::MAX_AHEAD;

/// What takes the place of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// The mask of the reports.
    Masks,
    /// Stars and the start of the fingerprint, so that equal secrets stay equal. Only secrets that nobody
    /// can guess are told apart.
    Fingerprints,
}

/// Copies `reader` to `writer` with every secret masked, and tells `each` the line (from 1) and family of
/// each secret.
///
/// # Errors
/// When the reader or the writer fails.
pub fn copy(
    reader: &mut dyn Read,
    writer: &mut dyn Write,
    marks: Marks,
    each: &mut dyn FnMut(u64, &'static str),
) -> io::Result<()> {
    Copy { window: WINDOW, buffer: Vec::new(), done: 0, line: 1, secret: None }
        .run(reader, writer, marks, each)
}

struct Copy {
    window: usize,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were written already.
    done: usize,
    /// Line of `buffer[done]`.
    line: u64,
    /// Family of a secret that fills the window and goes on.
    secret: Option<&'static str>,
}

impl Copy {
    fn run(
        &mut self,
        reader: &mut dyn Read,
        writer: &mut dyn Write,
        marks: Marks,
        each: &mut dyn FnMut(u64, &'static str),
    ) -> io::Result<()> {
        loop {
            let is_over = self.fill(reader)?;
            self.pass_secret();
            let text = as_text(&self.buffer);
            let mut spans = search(&text);
            spans.retain(|span| span.range.end > self.done);
            let cut = if is_over { self.buffer.len() } else { self.cut(&spans) };
            for span in spans.iter().filter(|span| span.range.start < cut) {
                let start = span.range.start.max(self.done);
                self.line += lines(&self.buffer, self.done, start);
                each(self.line, span.family);
                writer.write_all(self.buffer.get(self.done..start).unwrap_or_default())?;
                writer.write_all(mark(span, &text, marks).as_bytes())?;
                self.line += lines(&self.buffer, start, span.range.end);
                self.done = span.range.end;
                if !is_over && self.done == self.buffer.len() {
                    self.secret = Some(span.family);
                }
            }
            let cut = cut.max(self.done);
            writer.write_all(self.buffer.get(self.done..cut).unwrap_or_default())?;
            self.line += lines(&self.buffer, self.done, cut);
            if is_over {
                return writer.flush();
            }
            let keep = cut.saturating_sub(BACK);
            self.buffer.drain(..keep);
            self.done = cut - keep;
        }
    }

    /// Whether the stream has ended.
    fn fill(&mut self, reader: &mut dyn Read) -> io::Result<bool> {
        let wanted = self.done + self.window + AHEAD;
        let missing = wanted.saturating_sub(self.buffer.len());
        let count = reader.take(missing as u64).read_to_end(&mut self.buffer)?;
        Ok(count < missing)
    }

    /// Passes what is left of a secret that was longer than the window.
    fn pass_secret(&mut self) {
        if self.secret.is_none() {
            return;
        }
        let rest = self.buffer.get(self.done..).unwrap_or_default();
        let is_part =
            |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b'<' | b'>');
        let count = rest.iter().take_while(|byte| is_part(byte)).count();
        if count < rest.len() {
            self.secret = None;
        }
        self.done += count;
    }

    /// Where the piece ends that can be written now: not inside a secret, and at a line end where there is one.
    fn cut(&self, spans: &[Span]) -> usize {
        let limit = self.buffer.len().saturating_sub(AHEAD).max(self.done);
        let piece = self.buffer.get(self.done..limit).unwrap_or_default();
        let line = memchr::memrchr(b'\n', piece);
        let gap = || {
            let from = piece.len().saturating_sub(AHEAD);
            let ends =
                piece.get(from..)?.iter().rposition(|byte| matches!(byte, b' ' | b',' | b'}' | b']'))?;
            Some(from + ends)
        };
        let cut = line.or_else(gap).map_or(limit, |at| self.done + at + 1);
        match spans.iter().find(|span| span.range.start < cut && cut < span.range.end) {
            Some(span) if span.range.start > self.done => span.range.start,
            Some(span) => span.range.end,
            None => cut,
        }
    }
}

/// The bytes as text of the same length: each that is no UTF-8 becomes a control character.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
    Cow::Owned(text)
}

fn mark(span: &Span, text: &str, marks: Marks) -> String {
    match marks {
        Marks::Masks => span.shown(text),
        Marks::Fingerprints => span.fingerprinted(text),
    }
}

fn lines(bytes: &[u8], from: usize, to: usize) -> u64 {
    memchr::memchr_iter(b'\n', bytes.get(from..to).unwrap_or_default()).count() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::mask;

    fn copied(bytes: &[u8], window: usize, marks: Marks) -> (Vec<u8>, Vec<u64>) {
        let (mut out, mut found) = (Vec::new(), Vec::new());
        let mut copy = Copy { window, buffer: Vec::new(), done: 0, line: 1, secret: None };
        copy.run(&mut &*bytes, &mut out, marks, &mut |line, _| found.push(line)).unwrap();
        (out, found)
    }

    fn key(seed: usize) -> String {
        let letters = b"aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vWxYz";
        let body =
            (0..120).map(|index| char::from(letters[(seed * 7 + index * (seed % 5 + 3)) % letters.len()]));
        format!("sk-proj-{}", body.collect::<String>())
    }

    #[test]
    fn bytes_that_are_no_text_pass_and_secrets_beside_them_do_not() {
        let key = key(1);
        let text = [b"\xff\x00".as_slice(), key.as_bytes(), b"\xfe\r\n\xe2\x82 end"].concat();
        let (out, found) = copied(&text, WINDOW, Marks::Masks);
        let expected =
            [b"\xff\x00".as_slice(), mask(&key).as_str().as_bytes(), b"\xfe\r\n\xe2\x82 end"].concat();
        assert_eq!((out, found), (expected, vec![1]));
    }

    #[test]
    fn a_secret_longer_than_the_window_is_masked_whole() {
        let text = format!("x api_key=a1{} \nnext {}\n", "b2C".repeat(1 << 18), key(2));
        let (out, found) = copied(text.as_bytes(), 8 << 10, Marks::Masks);
        let out = String::from_utf8(out).unwrap();
        assert!(out.len() < 400 && out.starts_with("x api_key=****") && out.ends_with('\n'), "{out}");
        assert_eq!(found, [1, 2]);
    }

    #[test]
    fn a_key_that_a_wrapper_breaks_is_masked_wherever_the_window_ends() {
        let prefix = "2026-11-16T09:00:49.813Z stderr F ";
        let wrapped = |seed| {
            let key = key(seed);
            let pieces: Vec<&str> = [0..60, 60..120, 120..128].map(|range| key.get(range).unwrap()).into();
            let others = "2026-11-16T09:00:49.814Z stdout F calm\n".repeat(seed % 3);
            format!("{prefix}key {}\n", pieces.join(&format!("\n{others}{prefix}")))
        };
        let text: String = (0..40).map(|seed| format!("{prefix}calm words\n") + &wrapped(seed)).collect();
        let whole = mask(&text);
        for window in (200..2_000).step_by(37) {
            let (out, _) = copied(text.as_bytes(), window, Marks::Masks);
            assert_eq!(String::from_utf8(out).unwrap(), whole.as_str(), "{window}");
        }
        assert_eq!(whole.as_str().matches(prefix).count(), text.matches(prefix).count());
        assert!((0..40).all(|seed| !whole.as_str().contains(key(seed).get(64..76).unwrap())));
    }

    #[test]
    fn equal_secrets_have_equal_fingerprints_and_short_ones_none() {
        let text = format!("{0} {1} {0} http://u:p4ssw0rd@h", key(1), key(2));
        let (out, _) = copied(text.as_bytes(), WINDOW, Marks::Fingerprints);
        let out = String::from_utf8(out).unwrap();
        let words: Vec<&str> = out.split(' ').collect();
        assert!(
            words[0] == words[2] && words[0] != words[1] && words[0].starts_with("sk-proj-****"),
            "{out}"
        );
        assert_eq!(words[3], "http://u:****@h");
        assert_eq!(copied(out.as_bytes(), WINDOW, Marks::Fingerprints).0, out.as_bytes());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn windows_do_not_matter(
            pieces in prop::collection::vec((0_usize..6, 1_usize..9_000, any::<u8>()), 1..60),
            window in 8_000_usize..50_000,
        ) {
            let mut text = String::new();
            for (kind, length, seed) in pieces {
                match kind {
                    0 => text += &key(usize::from(seed)),
                    1 => text += "\n",
                    2 => text += &"calm words ".repeat(length / 11),
                    3 => text += &format!("\"Authorization\": \"Bearer {}\", ", key(usize::from(seed)).replace("sk-proj-", "")),
                    4 => text += &format!("Cookie: a={}; b=2\n", key(usize::from(seed)).replace("sk-proj-", "")),
                    _ => text += &"é{\"a\":1},".repeat(length / 9),
                }
            }
            let (out, _) = copied(text.as_bytes(), window, Marks::Masks);
            let masked = mask(&text);
            prop_assert_eq!(String::from_utf8(out).unwrap(), masked.as_str());
        }
    }
}
