//! Lines that one wrapper wrote: what each holds of the text between what the wrapper puts before and behind it.
//!
//! Wrappers are not known here by their formats. Two neighbouring lines of the same one begin alike and end alike, but
//! for numbers (times, counts, offsets); what stands between is text. So this holds for containers, syslog, consoles
//! and whatever else writes a prefix, also for those that nobody has described yet.

use std::ops::Range;

/// Longest line that is compared with those behind it, in bytes: Docker writes up to 16 KiB of text in one, escaped.
pub(super) const MAX_LINE: usize = 40 << 10;
/// Lines behind a line among which the next one of its writer is looked for, and their bytes in sum.
const MAX_LINES: usize = 16;
pub(super) const MAX_AHEAD: usize = 64 << 10;

/// The texts of a line and of one behind it.
pub(super) struct Texts {
    /// Where the text of the line begins.
    pub(super) start: usize,
    /// The text of the next line.
    pub(super) next: Range<usize>,
    likeness: Likeness,
}

/// How alike the beginnings of two lines are: how far, then how many numbers before the texts are equal, for writers
/// that differ in a number only (`web-1`, `web-2`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    length: usize,
    numbers: usize,
}

/// The texts of the line with `end`, and of the lines behind it that can go on with it: the next line, and each later
/// one that begins more like this line than all between, which other writers wrote.
pub(super) fn texts(text: &str, end: usize) -> impl Iterator<Item = Texts> + '_ {
    let line = line_around(text, end);
    let behind = line.clone().into_iter().flat_map(move |line| lines_behind(text, line.end));
    let found = behind
        .enumerate()
        .filter_map(move |(number, next)| Some((number, texts_of(text, line.clone()?, end, next)?)));
    found
        .scan(None, |best: &mut Option<Likeness>, (number, texts)| {
            let is_next = number == 0 || best.is_none_or(|best| best < texts.likeness);
            *best = (*best).max(Some(texts.likeness));
            Some(is_next.then_some(texts))
        })
        .flatten()
}

/// The lines behind the one that ends at `end`, without those that are too long.
fn lines_behind(text: &str, end: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let limit = text.len().min(end + MAX_AHEAD);
    let mut start = end + 1;
    let lines = std::iter::from_fn(move || {
        let rest = text.as_bytes().get(start..limit).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).or((limit == text.len()).then_some(rest.len()))?;
        let line = start..start + length;
        start = line.end + 1;
        Some(line)
    });
    lines.take(MAX_LINES).filter(|line| line.len() <= MAX_LINE)
}

/// The texts of two lines: what stands between what both have in common before it, and behind `end`. `None` where the
/// lines are not alike, and where nothing but blanks stands before their texts.
fn texts_of(text: &str, line: Range<usize>, end: usize, next: Range<usize>) -> Option<Texts> {
    let (bytes, behind) = (text.as_bytes(), text.get(end..line.end)?);
    let (this, before) = alike(bytes.get(line.start..end)?, bytes.get(next.clone())?, Edge::Start);
    let start = word_start(bytes, next.start, next.start + before);
    let own_start = word_start(bytes, line.start, line.start + this);
    let closing = closing(behind).as_bytes();
    let (_, after) = alike(closing, bytes.get(start..next.end)?, Edge::End);
    let is_closed = alike_whole(closing, bytes.get(next.end - after..next.end)?);
    let prefix = text.get(next.start..start)?;
    let is_prefixed = prefix.bytes().any(|byte| byte.is_ascii_graphic());
    // A value between others is no text of the line: it would have ended before.
    let has_ended = prefix.ends_with('"') && has_quote(text.get(own_start..end)?);
    let inner = text.get(start..next.end - after)?.trim_end();
    let numbers = equal_numbers(text.get(line.start..own_start)?, prefix);
    let likeness = Likeness { length: own_start - line.start, numbers };
    let found = Texts { start: own_start, next: start..start + inner.len(), likeness };
    (is_closed && is_prefixed && !has_ended).then_some(found)
}

/// How many numbers are equal in both prefixes, from the last one up to one that is not.
fn equal_numbers(one: &str, other: &str) -> usize {
    let others = numbers_from_the_end(other);
    numbers_from_the_end(one).zip(others).take_while(|(one, other)| one == other).count()
}

fn numbers_from_the_end(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|letter: char| !letter.is_ascii_digit()).filter(|number| !number.is_empty())
}

/// Whether a quote stands in the text that is not escaped.
fn has_quote(text: &str) -> bool {
    let mut is_escaped = false;
    text.bytes().any(|byte| {
        let is_quote = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_quote
    })
}

/// The line that holds the byte at `at`, without its end; `None` where it is too long, and behind the text.
fn line_around(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = bytes.get(at.saturating_sub(MAX_LINE)..at)?;
    let start = match memchr::memrchr(b'\n', before) {
        Some(found) => at - before.len() + found + 1,
        None if before.len() == at => 0,
        None => return None,
    };
    let rest = bytes.get(at..bytes.len().min(at + MAX_LINE + 1))?;
    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    (length <= MAX_LINE && (length > 0 || start < at)).then_some(start..at + length)
}

/// How many bytes of both are alike, from their starts or from their ends: equal, or digits where the other has digits,
/// however many.
fn alike(one: &[u8], other: &[u8], from: Edge) -> (usize, usize) {
    let byte = |bytes: &[u8], index: usize| match from {
        Edge::Start => bytes.get(index).copied(),
        Edge::End => bytes.len().checked_sub(index + 1).and_then(|index| bytes.get(index)).copied(),
    };
    let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let (mut first, mut second, mut is_number) = (0, 0, false);
    loop {
        let (a, b) = (byte(one, first), byte(other, second));
        if a.is_some() && a == b {
            is_number = is_digit(a);
            first += 1;
            second += 1;
            continue;
        }
        let before = (first, second);
        if is_number || is_digit(a) && is_digit(b) {
            while is_digit(byte(one, first)) {
                first += 1;
            }
            while is_digit(byte(other, second)) {
                second += 1;
            }
        }
        if before == (first, second) {
            return before;
        }
        is_number = false;
    }
}

/// Where a comparison begins.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// Whether both runs are like each other to their ends.
fn alike_whole(one: &[u8], other: &[u8]) -> bool {
    alike(one, other, Edge::Start) == (one.len(), other.len())
}

/// Where the word begins that holds the byte at `at` or ends there: a text may begin with letters that the text of the
/// line before has as well.
fn word_start(bytes: &[u8], from: usize, at: usize) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/".contains(byte);
    at - bytes.get(from..at).unwrap_or_default().iter().rev().take_while(|byte| is_part(byte)).count()
}

/// What a wrapper writes behind a text, without the frame of a box around the text.
fn closing(behind: &str) -> &str {
    behind.trim_start_matches([' ', '\t', '\r', '│', '|'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Edge, alike};

    /// The rule in one line: runs of digits count as one digit.
    fn plain(text: &str) -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        for letter in text.chars() {
            match parts.last_mut() {
                Some(last) if letter.is_ascii_digit() && last.ends_with(|end: char| end.is_ascii_digit()) => {
                    last.push(letter);
                }
                _ => parts.push(letter.into()),
            }
        }
        parts
    }

    proptest! {
        #[test]
        fn digits_are_like_digits(one in "[ab01]{0,12}", other in "[ab01]{0,12}") {
            let (parts, others) = (plain(&one), plain(&other));
            let is_number = |part: &String| part.as_bytes()[0].is_ascii_digit();
            let pairs = parts.iter().zip(&others).take_while(|(a, b)| a == b || is_number(a) && is_number(b));
            let expected = pairs.fold((0, 0), |sum, (a, b)| (sum.0 + a.len(), sum.1 + b.len()));
            prop_assert_eq!(alike(one.as_bytes(), other.as_bytes(), Edge::Start), expected);
            let turned = |text: &str| text.bytes().rev().collect::<Vec<u8>>();
            prop_assert_eq!(alike(&turned(&one), &turned(&other), Edge::End), expected);
        }
    }
}
