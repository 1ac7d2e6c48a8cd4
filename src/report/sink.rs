//! Text of the input, made harmless for where it goes. Here for terminals; one file below for each
//! other medium.
//!
//! Goes in: text that may hold control characters, colour codes, bidirectional overrides. Comes
//! out: the same text with nothing in it that a terminal obeys. Every other sink begins with that
//! and then takes away what its own medium obeys. Masking secrets is not done here.

pub mod csv;
pub mod html;
pub mod json;
pub mod markdown;
pub mod openmetrics;
pub mod slack;
pub mod uri;
pub mod xml;

#[cfg(test)]
mod laws;

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Stands for a character that was taken out.
const REPLACEMENT: char = '\u{fffd}';

/// Whether a terminal (or a person's eye) could be deceived by the character: control characters of
/// both ranges, bidirectional marks, invisible characters, line and paragraph separators, tags.
#[must_use]
pub fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// One line for a terminal: colour codes removed, white space of any kind collapsed to one space,
/// every other harmful character replaced by `U+FFFD`. Borrows where nothing had to change.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    let is_clean = !text.chars().any(is_harmful) && !text.contains("  ");
    if is_clean && text.trim().len() == text.len() {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => skip_escape(&mut letters),
            _ if letter.is_whitespace() => {
                if !line.is_empty() && !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            _ if is_harmful(letter) => line.push(REPLACEMENT),
            _ => line.push(letter),
        }
    }
    line.truncate(line.trim_end().len());
    Cow::Owned(line)
}

/// The lines of a text, each as [`one_line`] leaves it but with its indent; empty lines at both ends are left out.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let shown = |line: &str| {
        let indent = line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).count();
        format!("{}{}", " ".repeat(indent.min(16)), one_line(line)).trim_end().to_owned()
    };
    let mut lines: Vec<String> = text.lines().map(shown).skip_while(String::is_empty).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Skips the rest of an escape sequence: `ESC [ … letter`, `ESC ] … BEL` or `ESC ] … ESC \`, else one character.
fn skip_escape(letters: &mut std::str::Chars<'_>) {
    match letters.clone().next() {
        Some('[') => {
            letters.next();
            while letters.clone().next().is_some_and(|letter| (' '..='?').contains(&letter)) {
                letters.next();
            }
            letters.next();
        }
        Some(']') => {
            let ends = |letter: char| letter == '\u{7}' || letter == '\u{1b}' || letter == '\u{9c}';
            if letters.clone().any(ends) {
                let last = letters.find(|letter| ends(*letter));
                if last == Some('\u{1b}') {
                    letters.next();
                }
            }
        }
        _ => {}
    }
}

/// At most `width` terminal cells of the text, with `…` at the end when it was cut.
#[must_use]
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    Cow::Owned(kept)
}

/// The text in lines of at most `width` terminal cells, broken between words; longer words are broken.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = line.width() + usize::from(!line.is_empty()) + word.width();
        if !line.is_empty() && needed > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for letter in word.chars() {
            if line.width() + letter.width().unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A whole number with a comma between thousands.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_one_line(text: &str, expected: &str) {
        assert_eq!(one_line(text), expected);
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        check_one_line("plain text", "plain text");
        check_one_line("\u{1b}[31mred\u{1b}[0m", "red");
        check_one_line("\u{1b}]0;title\u{7}text", "text");
        check_one_line("\u{1b}]8;;http://x\u{1b}\\link", "link");
        check_one_line("\u{1b}]never ends", "]never ends");
        check_one_line("a\r\n\tb  c ", "a b c");
        check_one_line("a\u{202e}b\u{9b}31m\u{0}", "a\u{fffd}b\u{fffd}31m\u{fffd}");
    }

    #[test]
    fn text_is_cut_and_wrapped_by_its_width_in_cells() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("0123456789abcdef", 10), ["0123456789", "abcdef"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [number(0), number(999), number(1000), number(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
