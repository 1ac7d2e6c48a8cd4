//! Text that a console printed in a column.
//!
//! Rich puts time and level in columns of their own, wraps the message in the column beside them, and the
//! place in the code at the right edge. In goes the text of a record; out comes the text with its message
//! unwrapped, when every line behind the first begins where the message of the first does.

/// Narrowest columns in front of a message.
const MIN_COLUMN: usize = 9;

/// The text with the lines of the column joined; `None` when it stands in no column.
pub(super) fn joined(text: &str) -> Option<String> {
    let (head, rest) = text.split_once('\n')?;
    let mut column = None;
    for indent in rest.lines().filter(|line| !line.trim().is_empty()).map(indent) {
        // Most texts show it in their second line.
        if indent < MIN_COLUMN {
            return None;
        }
        column = Some(column.map_or(indent, |known: usize| known.min(indent)));
    }
    let column = column?;
    let prefix = head.get(..column)?;
    let message = without_place(head.get(column..)?);
    if !prefix.ends_with(' ') || message.starts_with(' ') {
        return None;
    }
    let lines: Vec<&str> = std::iter::once(message)
        .chain(rest.lines().map(|line| line.get(column..).unwrap_or_default().trim_end()))
        .collect();
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    out.push_str(prefix);
    let mut previous = "";
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push_str(seam(previous, line, width));
        }
        out.push_str(line);
        previous = line;
    }
    Some(out)
}

/// What stood between two lines before they were wrapped: nothing within a word longer than the column, a
/// space where the next word had no room, else a line break.
fn seam(previous: &str, line: &str, width: usize) -> &'static str {
    if !is_prose(previous) || !is_prose(line) {
        return "\n";
    }
    let used = previous.chars().count();
    let next = line.split(' ').next().unwrap_or_default().chars().count();
    let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '*' | '-' | '_');
    let is_broken_word =
        !previous.contains(' ') && previous.ends_with(is_in_word) && line.starts_with(is_in_word);
    if used == width && is_broken_word {
        ""
    } else if used + 1 + next > width {
        " "
    } else {
        "\n"
    }
}

/// Neither blank, nor indented, nor part of a box.
fn is_prose(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', '│', '╭', '╰', '┃', '┏', '┗'])
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The message without `app.py:60` at the right edge.
fn without_place(message: &str) -> &str {
    let message = message.trim_end();
    let Some((before, place)) = message.rsplit_once(' ') else { return message };
    let is_place = place
        .rsplit_once(".py:")
        .is_some_and(|(file, line)| !file.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()));
    if is_place { before.trim_end() } else { message }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_wrapped_message_is_joined() {
        let text = "[10:00:00] ERROR    Error code:   app.py:1\n                    403 - Project \n                    `proj_a` x    \n";
        assert_eq!(joined(text).as_deref(), Some("[10:00:00] ERROR    Error code: 403 - Project `proj_a` x"));
    }

    #[test]
    fn a_word_longer_than_the_column_is_one_word() {
        let text = "[10:00:00] ERROR    key:\n                    sk-proj-*****\n                    *****Qx7T.\n                    You can";
        assert_eq!(joined(text).as_deref(), Some("[10:00:00] ERROR    key: sk-proj-**********Qx7T. You can"));
    }

    #[test]
    fn indented_lines_and_boxes_stay_lines() {
        let text = "[10:00:00] ERROR    Traceback\n                      File \"a.py\"\n                        f()\n                    E: x";
        assert_eq!(
            joined(text).as_deref(),
            Some("[10:00:00] ERROR    Traceback\n  File \"a.py\"\n    f()\nE: x")
        );
        assert_eq!(joined("head\n  File"), None);
    }
}
