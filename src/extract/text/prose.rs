//! The small readers that the others share: statuses, lines, URLs, and where a message ends.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Longest message that is kept.
pub(super) const MAX_MESSAGE: usize = 2_000;
/// Bytes in which a message and what closes it must stand. A record may say thousands of them, each with all
/// the others behind it.
const MAX_LOOK: usize = 16 << 10;

/// The message that begins here: up to the closing quote of a rendering around it, a stack, or the end
/// of the paragraph; bounded; `None` when nothing is left.
pub(super) fn prose(text: &str) -> Option<String> {
    let text = beginning(text.trim_start(), MAX_LOOK);
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        let stops = index > 0
            && (line.trim().is_empty()
                || line.starts_with("    at ")
                || line.starts_with("   at ")
                || line.starts_with("\tat ")
                || line.starts_with("Traceback")
                || line.starts_with("  File ")
                || line.starts_with('}')
                || line.starts_with("For more information check")
                || index > 12);
        if stops || out.len() > MAX_MESSAGE {
            break;
        }
        if index > 0 {
            out.push('\n');
        }
        out.push_str(line.trim_end());
    }
    let cut = closing(&out).unwrap_or(out.len());
    let message = out.get(..cut).unwrap_or(&out).trim().trim_end_matches('\\').to_owned();
    (!message.is_empty()).then_some(message)
}

/// At most `most` bytes of the text.
fn beginning(text: &str, most: usize) -> &str {
    (0..4).find_map(|less| text.get(..most - less)).unwrap_or(text)
}

/// How a rendering around a message closes.
const CLOSINGS: [&str; 22] = [
    "', 'type'",
    "', 'param'",
    "', 'code'",
    "', \"",
    "\", 'type'",
    "\", 'param'",
    "\", 'code'",
    "\", \"",
    "\\\", ",
    "\\\",\\\"",
    "\",\"",
    "'}",
    "\"}",
    "')",
    "\")",
    "'} ",
    "</",
    " (code: ",
    "\" type=",
    "' error_",
    "\\n    at ",
    ". (request_id: ",
];

static CLOSING: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(CLOSINGS).ok());

/// Where a rendering around the message closes: `', 'type'`, `", "type"`, `\", type:`, `'}`, `</`. A full stop
/// belongs to the message.
pub(super) fn closing(text: &str) -> Option<usize> {
    let found = CLOSING.as_ref()?.find(text)?;
    Some(found.start() + usize::from(text.as_bytes().get(found.start()) == Some(&b'.')))
}

pub(crate) fn is_page(text: &str) -> bool {
    let start = text.trim_start();
    ["<!DOCTYPE", "<!doctype", "<html", "<HTML"].iter().any(|opening| start.starts_with(opening))
}

pub(super) fn first_url(text: &str) -> Option<String> {
    let at = text.find("http")?;
    let url: String = text
        .get(at..)?
        .chars()
        .take_while(|c| !c.is_whitespace() && !matches!(c, '\'' | '"' | ')' | '>' | ',' | ']' | '`' | '\\'))
        .collect();
    url.contains("://").then_some(url)
}

pub(super) fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty()
        && text.len() < 60
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']'));
    is_word.then(|| text.to_owned())
}

/// A status, 100 to 599, at the start of the text and not part of a longer number.
pub(crate) fn status_at(text: &str) -> Option<u16> {
    let text = text.trim_start_matches([' ', '"', '\'', '<', '[', '(']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 3
        || text.as_bytes().get(3).is_some_and(|byte| {
            byte.is_ascii_alphabetic()
                || *byte == b'.' && text.as_bytes().get(4).is_some_and(u8::is_ascii_digit)
        })
    {
        return None;
    }
    text.get(..3)?.parse().ok().filter(|status| (100..600).contains(status))
}

/// The rest of the line at `at`.
pub(super) fn rest_of_line(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default().split('\n').next().unwrap_or_default()
}

/// The line up to `at`.
pub(super) fn line_before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default()
}
