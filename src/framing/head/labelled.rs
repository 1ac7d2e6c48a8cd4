//! Heads that begin with something else than a time: what stands before it is a label, never prose.

use std::ops::Range;

use super::clock::dated_length;
use super::dated::more_fields;
use super::level;
use super::shapes::behind_bracket;
use crate::model::{Head, Level};

/// Longest label, in bytes.
const MAX_LABEL: usize = 64;
/// Most words of a label.
const MAX_WORDS: usize = 6;

/// A date with a time of day behind a label of names, levels, numbers, brackets and symbols:
/// `[Nest] 1  - 11/18/2026, 9:12:44 AM     ERROR [Ctx] …`, `app.llm - ERROR - 2026-11-21 04:38:46,195 - …`,
/// `llm.py:42 2026-11-21 04:38:46 …`, `[autogen.oai.client: 11-21 04:38:46] {696} WARNING …`.
pub(super) fn labelled(line: &str) -> Option<Head> {
    line.as_bytes().first().filter(|first| may_begin(first))?;
    let (time, label) = starts(line).find_map(|start| {
        let length = dated_length(line.get(start..)?)?;
        Some((start..start + length, Label::of(line.get(..start)?)))
    })?;
    let label = label?;
    let message = behind_bracket(line, time.end);
    // A request in quotes behind a time in brackets is the line of a server, and nothing carries it on.
    if message > time.end && line.get(message..)?.trim_start().starts_with('"') {
        return None;
    }
    // Headers and fields of other dumps end with their time.
    if line.get(message..)?.trim().is_empty() {
        return None;
    }
    let head =
        Head { time: Some(time), level: label.level, logger: label.logger, message, ..Head::default() };
    let head = more_fields(line, head);
    (head.level.is_some() || !label.may_be_prose).then_some(head)
}

/// Whether a label can begin with a byte: continuation lines, JSON and markup begin otherwise.
pub(super) fn may_begin(first: &u8) -> bool {
    !matches!(first, b' ' | b'\t' | b'"' | b'\'' | b'{' | b'}' | b']' | b')' | b'<' | b'>' | b'+')
}

/// Where a time can begin behind a label.
fn starts(line: &str) -> impl Iterator<Item = usize> {
    let bytes = line.as_bytes();
    let is_edge =
        |byte: u8| matches!(byte, b' ' | b'\t' | b'[' | b'(' | b'|' | b':' | b'<') || !byte.is_ascii();
    let begins = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    bytes
        .windows(2)
        .take(MAX_LABEL)
        .enumerate()
        .filter(move |(_, pair)| matches!(pair, [before, first] if is_edge(*before) && begins(first)))
        .map(|(at, _)| at + 1)
}

/// What a label tells.
#[derive(Default)]
struct Label {
    level: Option<Level>,
    logger: Option<Range<usize>>,
    /// A plain word or a name with a colon stands in it: `expires: 2026-11-21 …`, `until 2026-11-21 …`.
    may_be_prose: bool,
}

impl Label {
    /// The label that a text is; `None` for prose, for code, and for the last line of a traceback.
    fn of(text: &str) -> Option<Self> {
        if text.contains(['"', '\'', '`', ',', ';']) && !text.starts_with(['(', '[']) || text.contains("//") {
            return None;
        }
        let mut label = Self::default();
        let (mut at, mut words, mut plain) = (0, 0, 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let first = rest.chars().next()?;
            if let Some(length) = bracket_length(rest) {
                label.note_bracket(rest.get(..length)?);
                at += length;
            } else if first.is_ascii_alphanumeric() || matches!(first, '_' | '/' | '.') {
                let length = rest.find([' ', '\t', '|', '[', '(']).unwrap_or(rest.len());
                plain += usize::from(label.note_word(at, rest.get(..length)?)?);
                at += length;
            } else if matches!(first, ' ' | '\t') {
                at += 1;
                continue;
            } else if first.is_ascii()
                && !matches!(first, '-' | '|' | ':' | '*' | '#' | '>' | '[' | '(' | '=')
            {
                return None;
            } else {
                at += first.len_utf8();
                continue;
            }
            words += 1;
        }
        (words <= MAX_WORDS && plain <= 1).then_some(label)
    }

    /// Takes a level from `[ERROR]` and the like.
    fn note_bracket(&mut self, bracket: &str) {
        let inner = bracket.trim_matches(['[', ']', '(', ')', ' ']);
        self.level = self.level.or_else(|| level(inner));
    }

    /// Takes a level or the name of a logger from a word; whether it is a plain one. `None` for a word that stands in
    /// no label.
    fn note_word(&mut self, at: usize, word: &str) -> Option<bool> {
        let bare = word.trim_end_matches([':', ',']);
        let (name, last) = bare.rsplit_once(':').unwrap_or(("", bare));
        let is_shouted = last.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(found) = level(last).filter(|_| is_shouted || name.is_empty()) {
            self.level = self.level.or(Some(found));
            return Some(false);
        }
        if PROSE.contains(&bare.to_ascii_lowercase().as_str()) || ENDS.iter().any(|end| bare.ends_with(end)) {
            return None;
        }
        let is_name = bare.bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_marked = bare.bytes().any(|byte| byte.is_ascii_digit() || b"._-/@#".contains(&byte));
        if is_name && self.logger.is_none() && bare.contains('.') && !bare.contains(':') {
            self.logger = Some(at..at + bare.len());
        }
        self.may_be_prose |= word.ends_with(':') && !bare.contains('.') || is_name && !is_marked;
        Some(is_name && !is_marked)
    }
}

/// Words in front of a time that make a sentence of it.
const PROSE: [&str; 16] = [
    "a", "after", "at", "before", "by", "date", "expires", "for", "from", "in", "is", "on", "since", "to",
    "until", "was",
];
/// How the classes of exceptions end.
const ENDS: [&str; 4] = ["Error", "Exception", "Timeout", "Warning"];

/// Length of `[…]` or `(…)` at the start of a text.
fn bracket_length(text: &str) -> Option<usize> {
    let close = match text.as_bytes().first()? {
        b'[' => ']',
        b'(' => ')',
        _ => return None,
    };
    text.find(close).map(|at| at + 1)
}
