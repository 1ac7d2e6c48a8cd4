//! Looks at private keys: the lines between `-----BEGIN` and `-----END`, in one text or each in a line of a wrapper.

use std::ops::Range;

use super::families::Alphabet;
use super::keys::run_end;
use super::{Span, wrapper};

/// Most bytes between the first and the last line of a private key.
const MAX_PRIVATE_KEY: usize = 32 << 10;

/// `-----BEGIN … PRIVATE KEY-----` up to its end, or to the end of the text when it is cut.
pub(super) fn private_key(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
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
        _ if lines_in_wrapper(text, start, limit, found) => {}
        part => key_lines(text, start..part.map_or(limit, |part| start + part.len()), Lines::None, found),
    }
}

/// The lines of a private key of which each stands in a line of a wrapper; whether there are any, masked
/// ones included.
fn lines_in_wrapper(text: &str, from: usize, to: usize, found: &mut Vec<Span>) -> bool {
    let (mut at, mut seen) = (from, Lines::None);
    'lines: loop {
        for texts in wrapper::texts(text, at).take_while(|texts| texts.next.end <= to) {
            let Some(line) = text.get(texts.next.clone()).filter(|line| !line.contains("-----")) else {
                break;
            };
            if line.trim_start_matches([' ', '│', '\'', '"']).starts_with("****") {
                return true;
            }
            let before = found.len();
            key_lines(text, texts.next, seen, found);
            if let Some(last) = found.get(before..).and_then(<[Span]>::last) {
                (at, seen) = (last.range.end, Lines::Some);
                continue 'lines;
            }
        }
        return seen == Lines::Some;
    }
}

/// Whether lines of the key were seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    None,
    Some,
}

/// The pieces of a private key whose lines stand in strings of their own, or that has no end: runs of
/// base64, up to the first that is none.
fn key_lines(text: &str, part: Range<usize>, seen: Lines, found: &mut Vec<Span>) {
    let Range { start: from, end: to } = part;
    let (mut at, mut last) = (from, from);
    while at < to && at - last < 200 {
        let next = |at: usize| text.as_bytes().get(at).copied();
        if next(at) == Some(b'\\') {
            // The letter of an escape is none of the key.
            at += 2;
            continue;
        }
        if text.get(at..).is_some_and(|rest| rest.starts_with("****")) {
            return; // It is masked already.
        }
        let stop = run_end(text, at, Alphabet::Base64).min(to);
        let is_sign = |at: usize| matches!(next(at), Some(b'+' | b'/' | b'='));
        let is_piece = match stop - at {
            16.. => true,
            0 => false,
            _ if last == from && seen == Lines::None || (at..stop).all(is_sign) => false,
            // Words of the text behind it.
            _ if stop < to && matches!(next(stop), Some(b' ' | b':')) => return,
            _ => true,
        };
        if is_piece {
            found.push(Span::new(at..stop, "private-key"));
            last = stop;
        }
        at = stop.max(at + 1);
    }
}
