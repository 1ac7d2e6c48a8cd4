//! Source lines below the frames of a Python traceback: code of the program.
//!
//! In goes the text of a record, out come the spans of these lines. A statement of several lines shows
//! only its first, so that quotation marks and brackets in it stay open; nothing behind it may be taken
//! for a part of it.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// How a traceback begins.
static TRACEBACK: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new("Traceback (most recent call last)"));

/// The span of each source line in the text.
pub(super) fn source_lines(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if TRACEBACK.find(text.as_bytes()).is_none() {
        return spans;
    }
    let (mut at, mut indent_of_source) = (0, None);
    for line in super::lines_of(text) {
        let start = at;
        at += line.len();
        let bare = line.trim_start_matches([' ', '|', '>']);
        let indent = line.len() - bare.len();
        if bare.starts_with("File \"") && bare.contains("\", line ") {
            indent_of_source = Some(indent + 2);
        } else if indent_of_source.is_some_and(|source| indent >= source && !bare.trim().is_empty()) {
            spans.push(start..at);
        } else {
            indent_of_source = None;
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::source_lines;

    #[test]
    fn only_lines_below_a_frame_are_source() {
        let text = "x\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g(messages=[{\"role\":\n      ^^^\n  File \"b.py\", line 2\nE: y\n    z";
        let lines: Vec<&str> = source_lines(text).into_iter().filter_map(|span| text.get(span)).collect();
        assert_eq!(lines, ["    g(messages=[{\"role\":\n", "      ^^^\n"]);
    }
}
