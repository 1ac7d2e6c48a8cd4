//! The exception behind a box that rich drew around its traceback, wrapped to the width of that box.
//!
//! In go the lines behind the box, out comes the text with the lines of one literal joined: as long as a brace is open,
//! the next line carries on the one before. Rich breaks a word that is longer than the box where the box ends, and
//! other text between words; nothing is put into a broken word.

/// Lines behind one box that may be joined.
const MAX_LINES: usize = 60;

/// What is known of the lines behind a box.
#[derive(Debug)]
pub(super) struct Tail {
    /// Characters of a line of the box.
    width: usize,
    /// Braces that are open.
    depth: usize,
    lines: usize,
    /// The line before was one word, as long as the box.
    is_within_word: bool,
}

impl Tail {
    /// Begins behind the last line of a box.
    pub(super) fn new(border: &str) -> Self {
        Self { width: border.chars().count(), depth: 0, lines: 0, is_within_word: false }
    }

    /// Puts a line behind the text, which ends with the line before it.
    pub(super) fn push(&mut self, line: &str, out: &mut String) {
        self.lines += 1;
        if self.depth > 0 && self.lines <= MAX_LINES && out.ends_with('\n') {
            out.pop();
            if !out.ends_with(' ') && !self.is_within_word {
                out.push(' ');
            }
        }
        for byte in line.bytes() {
            match byte {
                b'{' => self.depth += 1,
                b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.is_within_word = !line.contains(' ') && line.chars().count() >= self.width;
        out.push_str(line);
        out.push('\n');
    }
}
