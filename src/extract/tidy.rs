//! Text without the decorations of pretty tracebacks.
//!
//! Rich and structlog draw boxes around tracebacks and wrap what stands in them; loguru draws the values
//! of variables below the source lines. In goes the text of a record; out comes the same text without
//! columns and borders, without boxes of locals, source lines in boxes, and annotations. Text without such
//! drawings passes as it is.

mod column;
mod tail;

use std::borrow::Cow;

use self::tail::Tail;

/// The text without borders and annotations.
pub(crate) fn undecorated(text: &str) -> Cow<'_, str> {
    match column::joined(text) {
        Some(joined) => Cow::Owned(without_drawings(&joined).into_owned()),
        None => without_drawings(text),
    }
}

fn without_drawings(text: &str) -> Cow<'_, str> {
    // Box drawing and typographic quotation marks alike begin with this byte.
    let is_decorated = memchr::memchr(0xe2, text.as_bytes()).is_some();
    if !is_decorated || !text.contains(['│', '┃', '└', '╭']) {
        return pasted(text, is_decorated);
    }
    let mut out = String::with_capacity(text.len());
    let (mut is_locals, mut is_traceback, mut is_source) = (false, false, false);
    let mut tail: Option<Tail> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if is_annotation(line) {
            continue;
        }
        let inside = unboxed(trimmed);
        if is_border(inside) {
            is_traceback |= inside.contains("Traceback (most recent");
            is_source = false;
            let is_end = is_traceback && inside.starts_with('╰') && inside.len() == trimmed.len();
            tail = is_end.then(|| Tail::new(inside));
            is_locals =
                inside.contains(" locals ") || is_locals && !inside.starts_with('╰') && !inside.contains('╯');
            continue;
        }
        is_source = is_traceback && !inside.is_empty() && (is_source || is_numbered(inside));
        if is_locals || is_source {
            continue;
        }
        match &mut tail {
            Some(tail) if inside.len() == trimmed.len() => tail.push(line, &mut out),
            _ => {
                out.push_str(if inside.len() == trimmed.len() { line } else { inside });
                out.push('\n');
            }
        }
    }
    Cow::Owned(out)
}

/// Text as it was before somebody pasted it: without Markdown's `> ` in front of each line, HTML entities
/// and typographic quotation marks in place of those of a program.
fn pasted(text: &str, is_decorated: bool) -> Cow<'_, str> {
    const ENTITIES: [(&str, &str); 8] = [
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let is_quoted = text.starts_with("> ")
        && text.lines().all(|line| line.starts_with('>'))
        && !["> POST ", "> GET ", "> Host", "> File "].iter().any(|start| text.starts_with(start));
    let has_entity = memchr::memchr(b'&', text.as_bytes()).is_some();
    let is_escaped =
        has_entity && ["&#39;", "&quot;", "&#x27;", "&#34;"].iter().any(|entity| text.contains(entity));
    let is_typographic =
        is_decorated && ["{‘", "{’", "{“", "{”"].iter().any(|opening| text.contains(opening));
    if !is_quoted && !is_escaped && !is_typographic {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    if is_quoted {
        out = out.lines().map(|line| line.trim_start_matches(['>', ' '])).collect::<Vec<_>>().join("\n");
    }
    if is_escaped {
        for (entity, plain) in ENTITIES {
            out = out.replace(entity, plain);
        }
    }
    if is_typographic {
        out = out.replace(['‘', '’'], "'").replace(['“', '”'], "\"");
    }
    Cow::Owned(out)
}

/// Loguru's lines below a frame: indented, and no box around them.
fn is_annotation(line: &str) -> bool {
    line.starts_with(' ')
        && line.trim_start().starts_with(['│', '└'])
        && !line.trim_end().ends_with(['│', '╯'])
}

/// A numbered line of source code in a box, the one that failed marked: `❱ 111 │   try: call()`.
fn is_numbered(text: &str) -> bool {
    let bare = text.trim_start_matches(['❱', ' ']);
    let behind = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    behind.len() < bare.len() && (behind.is_empty() || behind.starts_with(' '))
}

fn is_border(text: &str) -> bool {
    text.starts_with(['╭', '╰', '┏', '┗', '─'])
}

/// Without the borders on both sides, however many boxes there are.
fn unboxed(mut line: &str) -> &str {
    loop {
        let inner = line.trim();
        let stripped = inner.strip_prefix(['│', '┃']).unwrap_or(inner);
        let stripped = if stripped.len() < inner.len() {
            stripped.strip_suffix(['│', '┃']).unwrap_or(stripped)
        } else {
            stripped
        };
        if stripped.len() == inner.len() {
            return inner;
        }
        line = stripped;
    }
}

/// White space that holds a line break becomes one space: text that a console wrapped.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\n') {
        let (line, behind) = rest.split_at(at);
        out.push_str(line.trim_end());
        rest = behind.trim_start();
        if !rest.is_empty() {
            out.push(' ');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{folded, undecorated};

    #[test]
    fn boxes_and_locals_go() {
        let text = "head\n╭─ Traceback ─╮\n│ a.py:1 in f   │\n│ ╭─ locals ─╮  │\n│ │ key = 'x' │ │\n│ ╰───────────╯ │\n╰───────────────╯\nAuthenticationError: x";
        assert_eq!(undecorated(text), "head\na.py:1 in f\nAuthenticationError: x\n");
    }

    #[test]
    fn source_lines_in_a_box_go() {
        let text = "╭─ Traceback (most recent call last) ─╮\n│ a.py:2 in f    │\n│                │\n│   1 x = \"Error │\n│     code: 401  │\n│ ❱ 2 f()        │\n╰────────────────╯\nE: 5 x";
        assert_eq!(undecorated(text), "a.py:2 in f\n\nE: 5 x\n");
    }

    #[test]
    fn a_literal_behind_a_box_is_one_line() {
        let boxed = |behind: &str| {
            let text = format!("╭─ Traceback (most recent call last) ─╮\n╰────────────────────╯\n{behind}");
            undecorated(&text).into_owned()
        };
        assert_eq!(boxed("E: {'a': 'b \nc', 'd': \n'e'}}\nx"), "E: {'a': 'b c', 'd': 'e'}}\nx\n");
        assert_eq!(
            boxed("E: {'a':\nsk-*******************\n****Qx7T. f'}\nx"),
            "E: {'a': sk-***********************Qx7T. f'}\nx\n"
        );
        assert_eq!(boxed("E: a\nx"), "E: a\nx\n");
    }

    #[test]
    fn annotations_go() {
        assert_eq!(undecorated("    f(a)\n    │ └ 'x'\n    └ <f>\nE: x"), "    f(a)\nE: x\n");
    }

    #[test]
    fn wrapped_text_is_one_line() {
        assert_eq!(folded("Incorrect API key\n      provided: x"), "Incorrect API key provided: x");
    }
}
