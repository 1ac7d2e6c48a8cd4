//! Text that was wrapped when somebody pasted it: which line carries on the one before.
//!
//! In goes one line of a record after the other; the answer is whether the next line is the rest of a
//! wrapped one. Signs are a bracket that is still open, an exception whose sentence has not ended, and
//! lines that are about as long as each other. Markdown's `> ` in front of each line is looked through.

/// Lines that one wrapped text may have.
const MAX_LINES: usize = 60;
/// Widest line that is taken for wrapped, in characters.
const MAX_WIDTH: usize = 200;

/// Characters of a line that is wrapped, unless the next word alone is as long as a line.
const MIN_LINE: usize = 16;
/// Narrowest text in which a word as long as a line is taken for wrapped, in characters.
const MIN_WIDTH: usize = 40;

/// Characters by which widths may be off: indentation, trailing spaces.
const SLACK: usize = 4;

/// What is known of the lines so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Wrap {
    /// Brackets that are open.
    depth: usize,
    /// Characters of the longest line.
    width: usize,
    /// Characters of the last line.
    last: usize,
    lines: usize,
    /// The first line is that of an exception, and its sentence has not ended.
    is_sentence_open: bool,
}

impl Wrap {
    /// Takes the next line of the record.
    pub(super) fn enter(&mut self, line: &str) {
        // What stands in a box was wrapped to the width of the box; the text behind it begins anew.
        if line.starts_with(['│', '╭', '╰', '┃', '┏', '┗']) {
            *self = Self::default();
            return;
        }
        let is_first = self.lines == 0;
        self.lines += 1;
        self.last = line.chars().count();
        self.width = self.width.max(self.last);
        for at in memchr::memchr2_iter(b'{', b'}', line.as_bytes()) {
            match line.as_bytes().get(at) {
                Some(b'{') => self.depth += 1,
                _ => self.depth = self.depth.saturating_sub(1),
            }
        }
        self.is_sentence_open = (is_first && is_exception(line) && !line.contains('{')
            || self.is_sentence_open)
            && !line.trim_end().ends_with(['.', '!', '?', '}', ')', '"', '\'']);
    }

    /// Whether the line carries on the one before: the word at its start had no room there any more.
    pub(super) fn accepts(&self, line: &str) -> bool {
        if self.lines == 0 || self.lines >= MAX_LINES || self.width > MAX_WIDTH {
            return false;
        }
        if line.contains("Error: ") || line.contains("Error code: ") {
            return false;
        }
        // The word at the start had no room behind the line before, and no line is longer than the room.
        let word = line.split(' ').next().unwrap_or_default().chars().count();
        let room = self.last + 1 + word + SLACK;
        let is_wrapped = self.width.max(line.chars().count()) <= room;
        // No word that is shorter than a line leaves a line nearly empty.
        if self.last < MIN_LINE && (self.width < MIN_WIDTH || word + SLACK < self.width) {
            return false;
        }
        let is_open = self.depth > 0 || self.is_sentence_open && self.last >= 36 && !line.contains("failed");
        is_wrapped && is_open
    }
}

/// Whether the line begins with the class of an exception, or ends its first sentence with one.
fn is_exception(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(class, _)| class.ends_with("Error") || class.ends_with("Exception"))
}

/// The line without Markdown's marks of quotation; a request line or header of curl is none.
pub(super) fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix("> ") {
        rest = inner;
    }
    let first = rest.split(' ').next().unwrap_or_default();
    let is_request = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_header = first.strip_suffix(':').is_some_and(|name| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !name.ends_with("Error")
            && !name.ends_with("Exception")
    });
    if is_request || is_header { line } else { rest }
}

/// Whether a line may begin with the rest of a long word that was wrapped: behind the frame of a box, letters and
/// digits without order.
pub(super) fn may_carry_on(line: &str) -> bool {
    let word = line.trim_start_matches(['│', '┃', '|', ' ', '\t']);
    let length = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
    let word = word.as_bytes().get(..length).unwrap_or_default();
    let has = |is_one: fn(&u8) -> bool| word.iter().any(is_one);
    length >= 8
        && has(u8::is_ascii_alphabetic)
        && (has(u8::is_ascii_digit)
            || word.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::{Wrap, unquoted};

    /// How many of the lines are one text.
    fn check(lines: &[&str], expected: usize) {
        let mut wrap = Wrap::default();
        let mut count = 0;
        for line in lines {
            if count > 0 && !wrap.accepts(line) {
                break;
            }
            wrap.enter(line);
            count += 1;
        }
        assert_eq!(count, expected, "{lines:?}");
    }

    #[test]
    fn an_open_bracket_holds_lines_together() {
        check(&["Error code: 401 - {'error': {'mess", "age': 'Incorrect'}}", "summary stored"], 2);
    }

    #[test]
    fn what_stands_behind_a_box_begins_anew() {
        let mut lines = vec!["│ ❱ 7 │   f({                               │"; 80];
        lines.push("╰────────────────────────────────────────────╯");
        let mut wrap = Wrap::default();
        lines.iter().for_each(|line| wrap.enter(line));
        assert!(!wrap.accepts("'code': 'x'}}"));
        wrap.enter("AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect");
        assert!(wrap.accepts("API key provided', 'code': 'x'}}"));
    }

    #[test]
    fn a_word_as_long_as_a_line_leaves_a_line_short() {
        let first = "AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key";
        let key = format!("sk-proj-{}", "*".repeat(72));
        check(&[first, "provided: ", &key, "****Qx7T. You can find it', 'code': 'x'}}", "summary stored"], 4);
        check(&[first, "provided: ", "sk-proj-****x7Qa"], 2);
        check(&["settings {", "stored"], 1);
    }

    #[test]
    fn a_new_error_ends_a_cut_one() {
        check(&["Error code: 401 - {'error': {'mess", "b.RateLimitError: Error code: 429"], 1);
    }

    #[test]
    fn marks_of_quotation_are_looked_through() {
        assert_eq!(unquoted("> > openai.APIError: x"), "openai.APIError: x");
        assert_eq!(unquoted("> POST /v1 HTTP/1.1"), "> POST /v1 HTTP/1.1");
        assert_eq!(unquoted("> Host: x"), "> Host: x");
    }
}
