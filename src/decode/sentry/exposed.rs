//! Pieces of an event that look like they hold a key.
//!
//! Local variables of stack frames and source lines are not part of an event's text, since they hold
//! prompts; yet Sentry's scrubber leaves an `sk-…` in them in the clear (input-formats 2.2), and that
//! must be countable. What is found here is raw and meant for the secret finder alone.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

/// How many pieces are kept.
const MAX_PIECES: usize = 16;

/// Longest piece, in bytes: long enough for a token of a session.
const MAX_BYTES: usize = 2048;

/// Shortest run of token characters that can be a key.
const MIN_TOKEN: usize = 20;

/// How much of the text around a token is kept.
const AROUND: usize = 16;

const MARKERS: [&str; 6] = ["sk-", "sess-", "eyJ", "gsk_", "xai-", "AIza"];

/// Index of the marker of JSON Web Tokens.
const TOKEN_MARKER: usize = 2;

static SCAN: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(MARKERS).ok());

/// Whether any string of a JSON text that writes no letter as an escape may hold a key: never `false` where
/// [`pieces`] finds one.
pub(super) fn may_hold_key(json: &str) -> bool {
    SCAN.iter().flat_map(|scan| scan.find_iter(json)).any(|hit| {
        let before = json.as_bytes().get(..hit.start()).unwrap_or_default();
        // A letter in front may be the end of an escape: `\nsk-…`.
        let is_inside_word = before.last().is_some_and(u8::is_ascii_alphanumeric)
            && !before.iter().rev().take(6).any(|byte| *byte == b'\\');
        !is_inside_word && token_at(json.get(hit.start()..).unwrap_or_default()).len() >= MIN_TOKEN
    })
}

/// The pieces of any JSON value that may hold a key, each token once.
pub(in crate::decode) fn pieces(value: &Value) -> Vec<String> {
    let mut found = Found { text: "", tokens: Vec::new(), pieces: Vec::new() };
    walk(value, true, &mut found);
    found.pieces
}

/// The pieces of the event that may hold a key which `text` does not show, each token once.
pub(super) fn exposed_texts(event: &Value, text: &str) -> Vec<String> {
    let mut found = Found { text, tokens: Vec::new(), pieces: Vec::new() };
    let Some(members) = event.as_object() else { return Vec::new() };
    for (name, value) in members {
        match name.as_str() {
            "_meta" | "modules" | "packages" | "sdk" => {}
            // The inbound request: tokens in it are those of the application's own users.
            "request" => walk(value, false, &mut found),
            _ => walk(value, true, &mut found),
        }
    }
    found.pieces
}

struct Found<'t> {
    text: &'t str,
    tokens: Vec<String>,
    pieces: Vec<String>,
}

fn walk(value: &Value, with_tokens: bool, found: &mut Found<'_>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if found.pieces.len() >= MAX_PIECES {
            return;
        }
        match value {
            Value::String(text) => search(text, with_tokens, found),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(map) => open.extend(map.values().rev()),
            _ => {}
        }
    }
}

fn search(text: &str, with_tokens: bool, found: &mut Found<'_>) {
    let Some(scan) = SCAN.as_ref().filter(|_| text.len() >= MIN_TOKEN) else { return };
    let mut end = 0;
    for hit in scan.find_iter(text) {
        let start = hit.start();
        let is_jwt = hit.pattern().as_usize() == TOKEN_MARKER;
        if start < end || found.pieces.len() >= MAX_PIECES || (is_jwt && !with_tokens) {
            continue;
        }
        let before = text.get(..start).unwrap_or("");
        let token = token_at(text.get(start..).unwrap_or(""));
        end = start + token.len();
        let is_jwt_shaped = !is_jwt || token.bytes().filter(|byte| *byte == b'.').count() >= 2;
        let is_inside_word = before.chars().next_back().is_some_and(char::is_alphanumeric);
        if token.len() < MIN_TOKEN || !is_jwt_shaped || is_inside_word {
            continue;
        }
        if found.text.contains(token) || found.tokens.iter().any(|known| known == token) {
            continue;
        }
        found.tokens.push(token.to_owned());
        let lead: String = before.chars().rev().take(AROUND).collect();
        let trail = text.get(end..).unwrap_or("").chars().take(AROUND);
        found.pieces.push(lead.chars().rev().chain(token.chars()).chain(trail).collect());
    }
}

/// The run of characters of keys and tokens at the start of a text.
fn token_at(text: &str) -> &str {
    let length = text
        .bytes()
        .take(MAX_BYTES)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        .count();
    text.get(..length).unwrap_or("")
}
