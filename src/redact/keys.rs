//! Looks at the places where a key of a known family or a JWT may stand.

use std::ops::Range;

use super::carried::{Breaks, carried_over};
use super::families::{Alphabet, FAMILIES, KeyFamily, family_of};
use super::private_key::private_key;
use super::{Look, Span};

/// `base64("OpenAI")`: stands in every OpenAI key, so that keys without their head are found as well.
pub(super) const MARKER: &str = "T3BlbkFJ";

/// Keys of this length are not cut.
const LONG_KEY: usize = 130;

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
        if masked_end.is_some() {
            return;
        }
        let is_varied = body.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        let cut = text.get(start..end).unwrap_or_default();
        if is_varied || FAMILIES.iter().any(|family| family.prefix.starts_with(cut)) {
            short_first_line(text, start..end, family, found);
        }
        return;
    }
    // What hangs on to a key belongs to it.
    let end = masked_end.unwrap_or_else(|| run_end(text, end, Alphabet::Url));
    let mut span = Span::new(start..end, family.name);
    span.is_whole_key = masked_end.is_none() && end - start >= family.full_length && !is_cut(text, end);
    found.push(span);
    if end - start < LONG_KEY {
        carried_over(text, end, Breaks::All, found);
    }
}

/// A key of which the end of a line, or of a text in quotes, left too little to know it by: with what the next lines
/// carry on it is long enough.
fn short_first_line(text: &str, first: Range<usize>, family: &KeyFamily, found: &mut Vec<Span>) {
    let behind = text.get(first.end..).unwrap_or_default().trim_start_matches([' ', '│', '|', '\r']);
    if !(behind.is_empty() || behind.starts_with(['\n', '"', '\\'])) {
        return;
    }
    let mut pieces = Vec::new();
    carried_over(text, first.end, Breaks::LineEnds, &mut pieces);
    let length: usize = pieces.iter().map(|piece| piece.range.len()).sum();
    // Masks make lines alike that were not: beside them nothing is carried on that was not before.
    let start = text.get(..first.start).and_then(|before| before.rfind('\n')).unwrap_or_default();
    let end = pieces.last().map_or(first.end, |piece| piece.range.end);
    let end = text.get(end..).and_then(|behind| behind.find('\n')).map_or(text.len(), |line| end + line);
    if text.get(start..end).is_some_and(|lines| lines.contains("****")) {
        return;
    }
    if !pieces.is_empty() && first.len() + length >= family.prefix.len() + family.min_body {
        found.push(Span::new(first, family.name));
        found.append(&mut pieces);
    }
}

/// Where a key ends behind its end that stars or dots interrupt, once or again: `sk-Ab…wxyz`, `sk-Ab****wxyz`.
fn half_masked(text: &str, end: usize) -> Option<usize> {
    let mut last = None;
    let mut at = end;
    while let Some(next) = behind_mask(text, at) {
        last = Some(next);
        at = next;
    }
    last
}

/// Where the run behind the stars or dots ends that stand here.
fn behind_mask(text: &str, end: usize) -> Option<usize> {
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
            carried_over(text, end, Breaks::All, found);
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
        [.., b'%', high, low] | [.., b'\\', b'x', high, low]
            if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
        {
            true
        }
        [.., b'\\', b'u', a, b, c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => true,
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
