//! Looks at the places where a key of a known family, a JWT or a private key may stand.

use std::ops::Range;

use super::families::{Alphabet, FAMILIES, KeyFamily, family_of};
use super::{Look, Span};

/// `base64("OpenAI")`: stands in every OpenAI key, so that keys without their head are found as well.
pub(super) const MARKER: &str = "T3BlbkFJ";

/// Keys of this length are not cut.
const LONG_KEY: usize = 130;
/// Most bytes between the first and the last line of a private key.
const MAX_PRIVATE_KEY: usize = 32 << 10;

/// Literals of secrets that are known by their own letters, beside the prefixes of the families.
pub(super) const TRIGGERS: &[(&str, Look)] =
    &[(MARKER, marked_key), ("eyJ", jwt), ("-----BEGIN", private_key)];

/// A key of a known family: prefix and enough characters behind it.
pub(super) fn family_key(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    // The `c` of `\u003csk-…` belongs to the escape: the shorter prefix inside counts as well.
    let Some(start) = [hit.start, hit.start + 1].into_iter().find(|start| starts_a_word(text, *start)) else {
        return;
    };
    let Some(family) = text.get(start..).and_then(family_of) else { return };
    let body_start = start + family.prefix.len();
    let end = run_end(text, body_start, family.alphabet);
    let body = text.get(body_start..end).unwrap_or_default();
    let masked_end = half_masked(text, end);
    let shows_much =
        masked_end.is_some_and(|masked_end| shows_much(text.get(body_start..masked_end).unwrap_or_default()));
    if !is_key_body(family, body) && !shows_much {
        return;
    }
    // What hangs on to a key belongs to it.
    let end = masked_end.unwrap_or_else(|| run_end(text, end, Alphabet::Url));
    let mut span = Span::new(start..end, family.name);
    span.is_whole_key = masked_end.is_none() && end - start >= family.full_length && !is_cut(text, end);
    found.push(span);
    if end - start < LONG_KEY {
        carried_over(text, end, found);
    }
}

/// Where a key ends behind its end that stars or dots interrupt: `sk-Ab…wxyz`, `sk-Ab****wxyz`.
fn half_masked(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let shown = rest.trim_start_matches('*');
    let shown = if shown.len() < rest.len() {
        shown
    } else {
        rest.strip_prefix("...").or_else(|| rest.strip_prefix('…'))?
    };
    Some(run_end(text, text.len() - shown.len(), Alphabet::Url))
}

/// Whether a value that somebody has masked in part still shows a piece of it worth hiding.
pub(super) fn shows_much(value: &str) -> bool {
    value.split(['*', '.', '…', ' ', '<', '>', '[', ']', '(', ')']).any(|piece| {
        piece.len() >= 12 && piece.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    })
}

/// Hard-wrapped text breaks a long key: what stands at the start of the next lines is secret, too. The
/// lines may be those of a box, and their ends may be escaped.
fn carried_over(text: &str, mut end: usize, found: &mut Vec<Span>) {
    for is_first in std::iter::once(true).chain([false; 7]) {
        let Some((start, line_break)) = next_line(text, end) else { return };
        let stop = run_end(text, start, Alphabet::Url);
        let Some(piece) = text.get(start..stop) else { return };
        let has = |is_one: fn(&u8) -> bool| piece.as_bytes().iter().any(is_one);
        // The name of the next setting: `AWS_S3_BUCKET=`.
        let is_name = text.as_bytes().get(stop) == Some(&b'=') && !has(u8::is_ascii_lowercase);
        // Where lines were joined, a space is all that is left of a line end: the next word must be no word.
        let is_word = line_break == Break::Joined
            && (piece.len() < 12 || is_first && !(has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase)));
        // Another key is looked at by itself.
        let is_key = FAMILIES.iter().any(|family| piece.contains(family.prefix));
        if is_name || is_word || is_key || !looks_random(piece) {
            return;
        }
        found.push(Span::new(start..stop, "cut-key"));
        end = stop;
    }
}

/// What stands between two lines of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    LineEnd,
    Joined,
}

/// Where the text of the next line begins, when nothing but the frame of a box stands between.
fn next_line(text: &str, end: usize) -> Option<(usize, Break)> {
    const FRAME: &[&str] = &["│", "\\u2502", "|", "\\r", "\r", " ", "\t"];
    let frame = |mut rest: &'_ str| {
        while let Some(inner) = FRAME.iter().find_map(|part| rest.strip_prefix(part)) {
            rest = inner;
        }
        rest.len()
    };
    let rest = text.get(end..text.len().min(end + 600)).or_else(|| text.get(end..))?;
    let behind = rest.get(rest.len() - frame(rest)..)?;
    let escaped = || behind.trim_start_matches('\\').strip_prefix('n').filter(|_| behind.starts_with('\\'));
    match behind.strip_prefix('\n').or_else(escaped) {
        Some(next) => Some((end + rest.len() - frame(next), Break::LineEnd)),
        None if behind.len() < rest.len() => Some((end + rest.len() - behind.len(), Break::Joined)),
        None => None,
    }
}

/// Whether letters of both cases and digits follow each other without order, as no word, date or UUID has
/// them.
fn looks_random(piece: &str) -> bool {
    if piece.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        && piece.get(4..5) == Some("-")
    {
        return false;
    }
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let bytes = piece.as_bytes();
    let has = |wanted: i32| bytes.iter().any(|byte| class(*byte) == wanted);
    let changes = bytes.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let is_hex = piece.len() >= 12 && bytes.iter().all(u8::is_ascii_hexdigit) && has(0) && has(2);
    let is_one_word = !has(3) && piece.len() >= 12;
    is_hex
        || is_one_word && (has(2) && (has(0) || has(1)) || changes * 5 >= piece.len() - 1)
        || piece.len() >= 8 && changes * 10 >= (piece.len() - 1) * 3
        || piece.len() >= 12 && has(0) && has(1) && has(2)
}

fn is_key_body(family: &KeyFamily, body: &str) -> bool {
    let is_varied = body.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    body.len() >= family.min_body && (is_varied || family.is_openai && body.len() >= 24)
}

/// A run of key characters around OpenAI's marker, wherever it begins.
fn marked_key(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    if text.get(hit.clone()) != Some(MARKER) {
        return;
    }
    let before = text.as_bytes().get(..hit.start).unwrap_or_default();
    let lead = before.iter().rev().take(300).take_while(|byte| Alphabet::Url.has(**byte)).count();
    // The letters of an escape before it are none of the key.
    let escape = match before.get(..before.len() - lead) {
        Some([.., b'\\']) if before.get(hit.start - lead) == Some(&b'u') => 5,
        Some([.., b'\\']) if before.get(hit.start - lead) == Some(&b'x') => 3,
        Some([.., b'\\']) => 1,
        _ => 0,
    };
    let start = hit.start - lead + escape.min(lead);
    let end = run_end(text, hit.end, Alphabet::Url);
    if end - start >= 16 {
        found.push(Span::new(start..end, "cut-key"));
        if end - start < LONG_KEY {
            carried_over(text, end, found);
        }
    }
}

/// `eyJ….eyJ….…`: header, payload and, unless it is cut, signature.
fn jwt(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    if text.get(hit.clone()) != Some("eyJ") || !starts_a_word(text, hit.start) {
        return;
    }
    let header = run_end(text, hit.end, Alphabet::Url);
    if header - hit.start < 16 || text.as_bytes().get(header) != Some(&b'.') {
        return;
    }
    let end = run_end(text, header + 1, Alphabet::Dotted);
    if end - header < 12 {
        return;
    }
    let body = text.get(header + 1..end).unwrap_or_default();
    let kept = body.trim_end_matches('.').len();
    found.push(Span::new(hit.start..header + 1 + kept, "jwt"));
}

/// `-----BEGIN … PRIVATE KEY-----` up to its end, or to the end of the text when it is cut.
fn private_key(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let Some(rest) = text.get(hit.end..) else { return };
    let Some(label) = rest.char_indices().take(48).find(|(_, character)| *character == '-').map(|(at, _)| at)
    else {
        return;
    };
    if !rest.get(..label).is_some_and(|label| {
        label.contains("PRIVATE KEY") || label.contains("PRIVATE%20KEY") || label.contains("PRIVATE+KEY")
    }) {
        return;
    }
    let dashes = rest.get(label..).map_or(0, |tail| tail.len() - tail.trim_start_matches('-').len());
    let start = hit.end + label + dashes;
    let mut limit = text.len().min(start + MAX_PRIVATE_KEY);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let body = text.get(start..limit).unwrap_or_default();
    if body.trim_start().starts_with("****") {
        return;
    }
    let closed = body.find("-----END");
    match closed.and_then(|end| body.get(..end)) {
        Some(body) if !body.is_empty() && !body.contains(['"', '\'', '`', '{', '}']) => {
            found.push(Span::new(start..start + body.len(), "private-key"));
        }
        part => key_lines(text, start, part.map_or(limit, |part| start + part.len()), found),
    }
}

/// The pieces of a private key whose lines stand in strings of their own, or that has no end: runs of
/// base64, up to the first that is none.
fn key_lines(text: &str, from: usize, to: usize, found: &mut Vec<Span>) {
    let (mut at, mut last) = (from, from);
    while at < to && at - last < 200 {
        let next = |at: usize| text.as_bytes().get(at).copied();
        if next(at) == Some(b'\\') {
            // The letter of an escape is none of the key.
            at += 2;
            continue;
        }
        let stop = run_end(text, at, Alphabet::Base64).min(to);
        let is_sign = |at: usize| matches!(next(at), Some(b'+' | b'/' | b'='));
        let is_piece = match stop - at {
            16.. => true,
            0 => false,
            _ if last == from || (at..stop).all(is_sign) => false,
            // Words of the text behind it.
            _ if matches!(next(stop), Some(b' ' | b':')) => return,
            _ => true,
        };
        if is_piece {
            found.push(Span::new(at..stop, "private-key"));
            last = stop;
        }
        at = stop.max(at + 1);
    }
}

/// Where the run of characters of `alphabet` that starts at `start` ends.
pub(super) fn run_end(text: &str, start: usize, alphabet: Alphabet) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !alphabet.has(*byte)).unwrap_or(rest.len())
}

/// Whether what starts at `start` is not the middle of a word: `task-…` is no key. Escapes, colour
/// codes and percent signs end a word although their last character is a letter or a digit.
fn starts_a_word(text: &str, start: usize) -> bool {
    let before = text.as_bytes().get(..start).unwrap_or_default();
    match before {
        [] | [.., b'\\', b'n' | b't' | b'r' | b'b' | b'f' | b'v' | b'a' | b'0'] => true,
        [.., b'%', high, low] | [.., b'\\', b'x', high, low] => {
            high.is_ascii_hexdigit() && low.is_ascii_hexdigit()
        }
        [.., b'\\', b'u', a, b, c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()),
        [.., digit, b'm'] if digit.is_ascii_digit() || *digit == b'[' => {
            let code =
                before.iter().rev().skip(1).take(24).find(|byte| !(byte.is_ascii_digit() || **byte == b';'));
            code == Some(&b'[')
        }
        // Behind a mask stands what it shows of the end of its secret.
        [.., b'*', b'*', b'*', b'*'] => {
            !before.iter().rev().find(|byte| **byte != b'*').is_some_and(u8::is_ascii_alphanumeric)
        }
        [.., last] => !last.is_ascii_alphanumeric(),
    }
}

/// Whether a renderer says behind the key that it left out its end (`'sk-…'+58`, `sk-……`).
fn is_cut(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let behind = rest.trim_start_matches(['\'', '"', '\\']);
    rest.starts_with("...") || rest.starts_with('…') || (behind.len() < rest.len() && behind.starts_with('+'))
}
