//! A key that goes on in the lines behind it: consoles, boxes and wrappers break what is longer than a line.

use std::ops::Range;

use super::families::{Alphabet, FAMILIES};
use super::keys::run_end;
use super::{Span, context, wrapper};

/// Lines over which one key is wrapped, behind the first.
const MAX_LINES: usize = 8;

/// Hard-wrapped text breaks a long key: what stands at the start of the next lines is secret, too. The
/// lines may be those of a box, or each behind the prefix of a wrapper, and their ends may be escaped.
pub(super) fn carried_over(text: &str, mut end: usize, breaks: Breaks, found: &mut Vec<Span>) {
    for index in 0..MAX_LINES {
        let is_near = |start: &usize| {
            breaks == Breaks::All
                || text.get(end..*start).is_some_and(|between| between.matches('\n').count() == 1)
        };
        let in_wrapper = in_wrapper(text, end).filter(is_near).map(|start| (start, Break::LineEnd));
        let next = next_line(text, end).filter(|next| breaks == Breaks::All || next.1 == Break::LineEnd);
        let mut pieces = in_wrapper.chain(next);
        let Some(piece) = pieces.find_map(|(start, before)| piece(text, start, before, index == 0)) else {
            return;
        };
        end = piece.end;
        found.push(Span::new(piece, "cut-key"));
    }
}

/// Where the texts of the lines begin that can be next, when one wrapper wrote all of them. Where the texts of both
/// lines begin with letters like those of a key and the first is none, or is masked, they are a column of values.
fn in_wrapper(text: &str, end: usize) -> impl Iterator<Item = usize> + '_ {
    wrapper::texts(text, end).filter_map(move |wrapper::Texts { start, next, .. }| {
        let first = start..run_end(text, start, Alphabet::Url);
        let is_masked = text.get(start..)?.starts_with("****");
        let is_column = is_masked || first.end != end && looks_random(text.get(first)?);
        let shown = without_frame(text.get(next.clone())?);
        (!is_column).then_some(next.end - shown.len())
    })
}

/// The run of letters from `start`, when it can be the next piece of a key.
fn piece(text: &str, start: usize, before: Break, is_first: bool) -> Option<Range<usize>> {
    let stop = run_end(text, start, Alphabet::Url);
    let piece = text.get(start..stop)?;
    let has = |is_one: fn(&u8) -> bool| piece.as_bytes().iter().any(is_one);
    // The name of the next setting: `AWS_S3_BUCKET=`.
    let is_name = text.as_bytes().get(stop) == Some(&b'=') && !has(u8::is_ascii_lowercase);
    // Where lines were joined, a space is all that is left of a line end: the next word must be no word.
    let is_word = before == Break::Joined
        && (piece.len() < 12 || is_first && !(has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase)));
    // Another key is looked at by itself.
    let is_key = FAMILIES.iter().any(|family| piece.contains(family.prefix));
    // What somebody masked is no piece of anything.
    let is_masked = text.as_bytes().get(stop) == Some(&b'*');
    let is_piece =
        !is_name && !is_word && !is_key && !is_masked && !context::is_id(piece) && looks_random(piece);
    is_piece.then_some(start..stop)
}

/// Which ends of lines are looked behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Also those of which joining left a space, and those behind which others wrote.
    All,
    /// Those that still end a line, with nothing between it and the next.
    LineEnds,
}

/// What stands between two lines of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    LineEnd,
    Joined,
}

/// Where the text of the next line begins, when nothing but the frame of a box stands between.
fn next_line(text: &str, end: usize) -> Option<(usize, Break)> {
    let rest = text.get(end..text.len().min(end + 600)).or_else(|| text.get(end..))?;
    let behind = without_frame(rest);
    let escaped = || behind.trim_start_matches('\\').strip_prefix('n').filter(|_| behind.starts_with('\\'));
    match behind.strip_prefix('\n').or_else(escaped) {
        Some(next) => Some((end + rest.len() - without_frame(next).len(), Break::LineEnd)),
        None if behind.len() < rest.len() => Some((end + rest.len() - behind.len(), Break::Joined)),
        None => None,
    }
}

/// The text without the frame of a box at its start.
fn without_frame(mut text: &str) -> &str {
    const FRAME: &[&str] = &["│", "\\u2502", "|", "\\r", "\r", " ", "\t"];
    while let Some(inner) = FRAME.iter().find_map(|part| text.strip_prefix(part)) {
        text = inner;
    }
    text
}

/// Whether letters of both cases and digits follow each other without order, as no word, date or UUID has
/// them.
fn looks_random(piece: &str) -> bool {
    if piece.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        && piece.get(4..5) == Some("-")
    {
        return false;
    }
    // The name of a header: `User-Agent`, `X-Request-ID`.
    let is_word = |part: &str| {
        let rest = part.bytes().skip(1);
        let is_cased = rest.clone().all(|byte| byte.is_ascii_lowercase());
        !part.is_empty()
            && (is_cased || rest.clone().all(|byte| byte.is_ascii_uppercase()))
            && !part.starts_with(|first: char| first.is_ascii_digit())
    };
    if piece.contains('-') && piece.split('-').all(is_word) {
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
        || piece.len() >= 8 && (has(1) || has(2)) && changes * 10 >= (piece.len() - 1) * 3
        || piece.len() >= 12 && has(0) && has(1) && has(2)
}
