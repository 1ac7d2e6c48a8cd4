//! Error objects in braces, in whatever notation: JSON, Python repr, util.inspect, Ruby, Rust.
//!
//! In goes the text of a record; every outermost object in it that holds something of interest is read
//! and its evidence taken by `scope.rs`. Escaped objects (a JSON string in a JSON string) are unescaped
//! up to three times.

use super::lead;
use super::literals::{List, Literals};
use super::own;
use super::piece::Piece;
use super::scope;
use super::value;

/// Objects that are tried in one record.
const MAX_OBJECTS: usize = 400;
/// Bytes of one object that are read.
const MAX_OBJECT: usize = 256 * 1024;
/// Objects that stand within each other's escaping.
const MAX_ESCAPES: usize = 3;

/// Words of which at least one stands in every object of interest.
const INTEREST: [&str; 7] = ["message", "error", "status", "code", "x-request-id", "requestID", "statusCode"];

/// Behind the name of a class these begin an error in the notation of a constructor.
pub(super) const CONSTRUCTORS: [&str; 2] = ["Error(code=", "Error(message="];

/// Whether the text begins with an object or array, white space, quotes and escapes aside.
pub(crate) fn begins_object(text: &str) -> bool {
    text.trim_start_matches([' ', '\\', 'n', '\n', '\r', '"', '\'']).starts_with(['{', '['])
}

/// Takes the evidence of every object in the text.
pub(crate) fn pieces(text: &str, literals: &Literals, pieces: &mut Vec<Piece>) {
    let mut at = 0;
    let mut tried = 0;
    while let Some(found) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'{', rest)) {
        let start = at + found;
        at = start + 1;
        let window = bounded(text, start);
        if !is_interesting(window) {
            continue;
        }
        tried += 1;
        if tried > MAX_OBJECTS {
            break;
        }
        let Some((value, end)) = read(window) else { continue };
        if own::is_own_member(text, start) {
            at = start + end.max(1);
            continue;
        }
        let before = pieces.len();
        scope::value_pieces(&value, start, pieces);
        if let Some(new) = pieces.get_mut(before..).filter(|new| !new.is_empty()) {
            with_status_before(text, start, new);
            at = start + end.max(1);
        }
    }
    constructors(text, literals, pieces);
}

/// An error that does not tell its status has the one in front of it.
fn with_status_before(text: &str, start: usize, pieces: &mut [Piece]) {
    if pieces.iter().any(|piece| piece.status.is_some()) {
        return;
    }
    let error = pieces.iter_mut().find(|piece| piece.body.is_some());
    if let Some(error) = error {
        error.status = lead::status_before(text, start);
    }
}

/// `BatchError(code='token_limit_exceeded', line=None, message='Enqueued …')`.
fn constructors(text: &str, literals: &Literals, pieces: &mut Vec<Piece>) {
    for row in 0..CONSTRUCTORS.len() {
        let hits = literals.list(List::Constructors).iter().filter(|hit| hit.row == row);
        for found in hits.take(20).map(|hit| hit.at.start) {
            let name_start = text
                .get(..found)
                .and_then(|before| before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')))
                .map_or(0, |at| at + 1);
            let start = if text.is_char_boundary(name_start) { name_start } else { found };
            if let Some(reading) = value::read(bounded(text, start)) {
                scope::value_pieces(&reading.value, start, pieces);
            }
        }
    }
}

fn bounded(text: &str, start: usize) -> &str {
    let mut end = (start + MAX_OBJECT).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(start..end).unwrap_or_default()
}

/// Whether something of interest stands near the start, so that braces of source code are passed over.
fn is_interesting(window: &str) -> bool {
    let mut end = 6_000.min(window.len());
    while !window.is_char_boundary(end) {
        end -= 1;
    }
    let near = window.get(..end).unwrap_or_default();
    let second = near.trim_start_matches(['{', ' ', '\n', '\r', '\t', '\\', 'n']).chars().next();
    matches!(second, Some('"' | '\'' | ':' | '[' | '<' | 'a'..='z' | 'A'..='Z' | '_'))
        && INTEREST.iter().any(|word| near.contains(word))
}

/// The object at the start, unescaped as often as needed; with the bytes that it takes.
fn read(window: &str) -> Option<(serde_json::Value, usize)> {
    if !is_escaped(window) {
        let reading = value::read(window)?;
        return Some((reading.value, reading.end));
    }
    let mut text = window.to_owned();
    for _ in 0..MAX_ESCAPES {
        text = value::unescape(&text);
        if !is_escaped(&text) {
            let reading = value::read(&text)?;
            // The end in the escaped text lies at or behind the end in the unescaped one.
            return Some((reading.value, reading.end));
        }
    }
    None
}

/// Whether the first quote or line break in the object is escaped: the object stands in a string.
fn is_escaped(window: &str) -> bool {
    let start = window.get(1..).unwrap_or_default();
    match start.find(['"', '\'', '\\']) {
        Some(at) => start.as_bytes().get(at) == Some(&b'\\'),
        None => false,
    }
}
