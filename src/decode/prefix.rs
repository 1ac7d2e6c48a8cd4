//! A prefix before every line of a source that no wrapper of the lists writes: a terminal's clock, `grep -n`, a build
//! server, the indentation of a paste.
//!
//! In goes the start of a source, out comes the shape of the prefix: its text, with any digits where it shows digits.
//! Five things give it away: every line is indented or quoted alike; numbers of lines in front of records (`grep -n`);
//! numbers that count the lines; a stack trace, for
//! its lines are indented, and what stands before the indentation belongs to nobody's record; a time, behind which stands
//! what no logger writes behind its own: another time, or the next line of a dump. The latter three count when nine in
//! ten lines begin with it.

use super::peel::peel_line;
use super::{Settings, context, time};
use crate::model::Context;

/// Longest prefix, in bytes.
const MAX_LENGTH: usize = 120;
/// Fewest lines that show a prefix.
const FEWEST_LINES: usize = 2;
/// Most lines that are looked at for numbers that count them.
const COUNTED_LINES: usize = 5;
/// Longest line that is looked at, in bytes.
const MAX_LINE: usize = 4096;

/// What stands in JSON and in statements, and in no prefix.
const FOREIGN: [char; 3] = ['"', '{', '\''];

/// How a Python traceback begins.
const TRACEBACK: &str = "Traceback (most recent call last):";
/// How the frames of a stack trace begin: Python, and JavaScript, Java or .NET.
const FRAMES: [&str; 2] = ["  File \"", "    at "];

/// A part of a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// As written.
    Text(String),
    /// One digit or more.
    Digits,
    /// Any number of blanks: a column of numbers is aligned to the right.
    Blanks,
    /// The name of a log file, with the mark behind it.
    File,
    /// `:` behind what `grep` found, `-` behind its context.
    Mark,
}

/// What stands before every line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(Vec<Part>);

impl Prefix {
    /// The prefix of the lines of a source that starts with these bytes; the last line may be cut.
    #[must_use]
    pub fn of(start: &[u8], settings: &Settings) -> Option<Self> {
        let text = String::from_utf8_lossy(start);
        let whole = text.rsplit_once('\n').map_or(text.as_ref(), |(whole, _)| whole);
        let lines: Vec<&str> =
            whole.lines().filter(|line| !is_frame_of_bat(line) && line.len() <= MAX_LINE).collect();
        if let Some(found) = found_by_grep(&lines) {
            return Some(found);
        }
        if lines.len() < FEWEST_LINES {
            return None;
        }
        let is_usual = |prefix: &Self| {
            let shown = lines.iter().filter(|line| prefix.split(line).is_some()).count();
            shown * 10 >= lines.len() * 9
        };
        let of_frames = || lines.windows(2).find_map(|pair| before_frames(pair, settings));
        let of_times = || lines.windows(2).find_map(|pair| before_times(pair, settings));
        counted(&lines)
            .filter(is_usual)
            .or_else(|| of_frames().filter(is_usual))
            .or_else(|| of_times().filter(is_usual))
            .or_else(|| before_all(&lines))
    }

    /// The line without its prefix, whose time the context takes; the line itself when it has none.
    pub(super) fn off<'a>(&self, line: &'a str, context: &mut Context, settings: &Settings) -> &'a str {
        let Some((prefix, rest)) = self.split(line) else { return line };
        let written = prefix.trim_start_matches(['[', '(', ' ']);
        let stamp = time::prefix(written).and_then(|length| time::parse(written.get(..length)?, settings));
        context::wrapper_time(context, stamp);
        rest
    }

    /// The prefix as a line shows it, and the rest. White space at the end of a prefix may be gone from an empty line.
    fn split<'a>(&self, line: &'a str) -> Option<(&'a str, &'a str)> {
        let mut rest = line;
        for part in &self.0 {
            rest = match part {
                Part::Text(text) => match rest.strip_prefix(text.as_str()) {
                    Some(rest) => rest,
                    None if text.trim_end() == rest.trim_end() => "",
                    None => return None,
                },
                Part::Digits => {
                    let bare = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
                    (bare.len() < rest.len()).then_some(bare)?
                }
                Part::Blanks => rest.trim_start_matches(' '),
                Part::File => behind_file(rest)?,
                Part::Mark => rest.strip_prefix([':', '-'])?,
            };
        }
        line.split_at_checked(line.len() - rest.len())
    }

    fn shape(prefix: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = prefix.trim_start_matches(' ');
        if rest.len() < prefix.len() && rest.starts_with(|first: char| first.is_ascii_digit()) {
            parts.push(Part::Blanks);
        } else {
            rest = prefix;
        }
        while let Some(first) = rest.chars().next() {
            let is_digits = first.is_ascii_digit();
            let length = rest.find(|letter: char| letter.is_ascii_digit() != is_digits).unwrap_or(rest.len());
            let (part, behind) = rest.split_at(length);
            parts.push(if is_digits { Part::Digits } else { Part::Text(part.to_owned()) });
            rest = behind;
        }
        Self(parts)
    }
}

/// The indentation, the mark of a quotation, or the name of a file that all lines share.
fn before_all(lines: &[&str]) -> Option<Prefix> {
    let first = lines.first()?;
    let indentation = first.len() - first.trim_start_matches([' ', '\t', '>']).len();
    let file =
        first.split_once(':').filter(|(name, _)| is_log_file(name)).map_or(0, |(name, _)| name.len() + 1);
    let shared = lines.iter().fold(indentation.max(file), |length, line| {
        first.bytes().take(length).zip(line.bytes()).take_while(|(one, other)| one == other).count()
    });
    let prefix = first.get(..shared).filter(|prefix| prefix.starts_with('>') || prefix.len() > 1)?;
    (file == 0 || shared == file).then(|| Prefix::shape(prefix))
}

fn is_log_file(name: &str) -> bool {
    let (path, extension) = name.rsplit_once('.').unwrap_or_default();
    !path.is_empty()
        && !name.contains(char::is_whitespace)
        && ["err", "json", "jsonl", "log", "ndjson", "out", "txt"].contains(&extension)
}

/// What `grep -n` puts before the lines that it found, one or many, of one file or several: `812:`, `app.log:812:`.
/// A time or a JSON record stands behind it.
fn found_by_grep(lines: &[&str]) -> Option<Prefix> {
    let is_record =
        |rest: &str| rest.starts_with("{\"") || time::prefix(rest.trim_start_matches(['[', '('])).is_some();
    [vec![Part::Digits, Part::Mark], vec![Part::File, Part::Digits, Part::Mark]].into_iter().map(Prefix).find(
        |prefix| {
            let shows = |line: &&&str| {
                time::prefix(line).is_none() && prefix.split(line).is_some_and(|(_, rest)| is_record(rest))
            };
            let shown = lines.iter().filter(shows).count();
            lines.first().is_some_and(|first| shows(&first)) && shown * 10 >= lines.len() * 9
        },
    )
}

/// What stands behind the name of a log file and its mark.
fn behind_file(line: &str) -> Option<&str> {
    let marks = line.match_indices([':', '-']).take_while(|(at, _)| *at < MAX_LENGTH);
    let ends = marks.map(|(at, _)| at);
    ends.filter(|at| line.get(..*at).is_some_and(is_log_file)).find_map(|at| line.get(at + 1..))
}

/// Whether `bat` drew the line around the text of a file: a rule, or the file's name; or nothing stands in it.
fn is_frame_of_bat(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('─') || line.trim_start().starts_with("│ File: ")
}

/// What stands before lines that it counts: `12:`, `app.log:12:`, `    12<tab>`, `  12 │ `.
fn counted(lines: &[&str]) -> Option<Prefix> {
    let (first, following) = lines.split_first()?;
    // Seconds in front of an offset count as well: `04:38:46-05:00`.
    if time::prefix(first.trim_start_matches('[')).is_some() {
        return None;
    }
    let bytes = first.as_bytes();
    let ends = (1..bytes.len().min(MAX_LENGTH)).filter(|at| {
        matches!(bytes.get(*at), Some(b':' | b'-' | b'\t'))
            && bytes.get(at - 1).is_some_and(u8::is_ascii_digit)
    });
    let is_plain =
        |before: &&str| !before.contains(FOREIGN) && !before.trim_ascii().contains(char::is_whitespace);
    let plain = ends.filter_map(|end| first.get(..=end)).take_while(is_plain);
    plain.chain(before_rule(first)).map(Prefix::shape).find(|prefix| {
        let number = |line: &str| -> Option<u64> {
            let before = prefix.split(line)?.0.trim_end_matches(|letter: char| !letter.is_ascii_digit());
            before.rsplit(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
        };
        let counts = |(line, expected): (&&str, u64)| number(line) == Some(expected);
        number(first).is_some_and(|one| following.iter().zip(one + 1..).take(COUNTED_LINES).all(counts))
    })
}

/// `   1 │ `, as `bat` numbers lines.
fn before_rule(line: &str) -> Option<&str> {
    let (number, _) = line.split_once('│').filter(|(number, _)| number.len() <= MAX_LENGTH)?;
    let is_number = number.trim().bytes().all(|byte| byte.is_ascii_digit()) && !number.trim().is_empty();
    let end = number.len() + '│'.len_utf8();
    let blank = usize::from(line.get(end..)?.starts_with(' '));
    is_number.then(|| line.get(..end + blank)).flatten()
}

/// What stands before a traceback and its first frame, or before two frames; nothing where a wrapper is known.
fn before_frames(pair: &[&str], settings: &Settings) -> Option<Prefix> {
    let [first, second] = pair else { return None };
    let at = match first.strip_suffix(TRACEBACK) {
        Some(before) => before.len(),
        None => first.find(FRAMES[1])?,
    };
    let before = first.get(..at).filter(|before| !before.is_empty() && before.len() <= MAX_LENGTH)?;
    // Within a dump whole stacks are indented.
    if before.contains(FOREIGN) || before.trim().is_empty() {
        return None;
    }
    let prefix = Prefix::shape(before);
    let (_, frame) = prefix.split(second)?;
    let is_frame = FRAMES.iter().any(|mark| frame.starts_with(mark));
    (is_frame && peel_line(first, &mut Context::default(), settings).is_none()).then_some(prefix)
}

/// A time that stands before two lines of which the second goes on with the first, or before a time in both of them;
/// nothing where a wrapper is known.
fn before_times(pair: &[&str], settings: &Settings) -> Option<Prefix> {
    let [first, second] = pair else { return None };
    let (before, first_line) = first.split_at_checked(time_before(first)?)?;
    let prefix = Prefix::shape(before);
    let (_, second_line) = prefix.split(second)?;
    let is_foreign = goes_on(first_line, second_line)
        || [first_line, second_line].iter().all(|line| time_before(line).is_some());
    (is_foreign && peel_line(first, &mut Context::default(), settings).is_none()).then_some(prefix)
}

/// Length of the time at the start of a line, a time of day included, with its brackets and the blanks behind it.
fn time_before(line: &str) -> Option<usize> {
    let bare = line.trim_start_matches(['[', '(']);
    let word = bare.find([' ', ']', ')']).and_then(|end| bare.get(..end));
    let length = time::prefix(bare)
        .or_else(|| word.filter(|word| time::parse_time_of_day(word).is_some()).map(str::len))?;
    let rest = bare.get(length..)?;
    let rest = rest.trim_start_matches([']', ')']);
    let line_itself = rest.trim_start_matches(' ');
    (line_itself.len() < rest.len()).then_some(line.len() - line_itself.len())
}

/// Whether a line is the next one of a dump: indented behind an open bracket, or a header behind a status line.
fn goes_on(first: &str, second: &str) -> bool {
    let is_indented = first.trim_end().ends_with(['{', '[', '(']) && second.starts_with("  ");
    let [status, header] = [first, second].map(|line| line.strip_prefix("< ").unwrap_or(line));
    let is_header = header.split_once(": ").is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    is_indented || (status.starts_with("HTTP/") && is_header)
}

#[cfg(test)]
mod tests {
    use super::Prefix;
    use crate::decode::Settings;
    use crate::model::Context;

    const PYTHON: [&str; 6] = [
        "ERROR:app:call failed",
        "Traceback (most recent call last):",
        "  File \"a.py\", line 12, in ask",
        "    client.responses.create()",
        "openai.AuthenticationError: Error code: 401",
        "INFO:app:going on",
    ];
    const NODE: [&str; 4] =
        ["AuthenticationError: 401 x", "    at f (a.js:1:2)", "    at async g (b.js:33:4)", "next"];

    /// Lines with prefixes, from which they are taken again.
    fn check(lines: &[&str], prefix: impl Fn(usize) -> String) {
        let text: String =
            lines.iter().enumerate().map(|(number, line)| format!("{}{line}\n", prefix(number))).collect();
        let found = Prefix::of(text.as_bytes(), &Settings::default()).expect("a prefix");
        let bare: Vec<&str> =
            text.lines().map(|line| found.off(line, &mut Context::default(), &Settings::default())).collect();
        assert_eq!(bare, lines);
    }

    fn check_none(text: &str) {
        assert_eq!(Prefix::of(text.as_bytes(), &Settings::default()), None, "{text}");
    }

    #[test]
    fn prefixes_of_any_make_are_found() {
        for lines in [&PYTHON[..], &NODE] {
            check(lines, |number| format!("{}:", number + 7));
            check(lines, |number| format!("logs/app.log:{}:", number + 7));
            check(lines, |number| format!("[2026-11-21T04:38:4{number}.189Z] "));
            check(lines, |number| format!("09:12:4{number}  "));
            check(lines, |_| "  | ".to_owned());
            check(lines, |_| "    ".to_owned());
            check(lines, |_| "> ".to_owned());
        }
    }

    #[test]
    fn counted_indented_and_quoted_lines_need_no_trace() {
        let lines = ["a", "", "b: c", "d", "e"];
        check(&lines, |number| format!("{}:", number + 8));
        check(&lines, |number| format!("logs/2026-11-21.log-{}-", number + 998));
        check(&lines, |_| "\t".repeat(2));
        check(&lines, |_| "> ".to_owned());
        check(&lines, |_| ">".to_owned());
        check(&lines, |_| "logs/app.log:".to_owned());
        check(&["a", "b"], |number| format!("{}:", number + 97));
        check(&lines, |number| format!("{:>6}\t", number + 8));
        check(&lines, |number| format!("{:>4} │ ", number + 8));
        check(&lines, |number| format!("{:>4}   │ ", number + 97));
        check(&["a", "b"], |_| "    ".to_owned());
    }

    #[test]
    fn scattered_finds_of_grep_need_a_record_behind_the_number() {
        let lines =
            ["2026-11-21 04:38:46,195 ERROR a", "2026-11-21 04:39:46,195 INFO b", "[2026-11-21 04:40] c"];
        let numbers = [48, 812, 1204];
        check(&lines, |line| format!("{}:", numbers[line]));
        check(&lines, |line| format!("logs/app-{line}.log:{}:", numbers[line]));
        check(&lines, |line| format!("app.log{0}{1}{0}", if line == 1 { ':' } else { '-' }, numbers[line]));
        check(&lines[..1], |_| "481:".to_owned());
        check(&[r#"{"level":"error"}"#], |_| "logs/app.jsonl:481:".to_owned());
        check_none("481:no record\n");
        check_none("2026-11-21 04:38:46 a\n");
        check_none("2026-11-21 04:38:46 a\n2026-11-22 04:38:46 b\n");
        check_none("1121 04:38:46 a\n");
    }

    #[test]
    fn a_time_is_a_prefix_where_no_logger_would_write_one() {
        let dump = ["call failed: {", "  status: 401,", "  code: null", "}", "going on"];
        let answer =
            ["HTTP/1.1 401 Unauthorized", "Date: Sat, 21 Nov 2026 04:38:46 GMT", "x-request-id: req_1"];
        let timed = ["2026-11-21 04:38:46,195 ERROR app failed", "2026-11-21 04:38:47,195 INFO app going on"];
        let curl = ["> Host: api.openai.com", ">", "< HTTP/2 401", "< date: Sat, 21 Nov 2026 04:38:46 GMT"];
        for lines in [&dump[..], &answer, &timed, &curl] {
            check(lines, |number| format!("[2026-11-21T04:38:4{number}.189Z] "));
            check(lines, |number| format!("2026-11-21 04:38:4{number} "));
            check(lines, |number| format!("09:12:4{number}  "));
        }
    }

    #[test]
    fn the_time_of_a_logger_is_no_prefix() {
        check_none("2026-11-21 04:38:46 ERROR app failed {\n2026-11-21 04:38:47 INFO  app going on\n");
        check_none(
            "2026-11-21T04:38:46Z ERROR 1 --- [main] app : failed {\n2026-11-21T04:38:47Z  INFO 1 --- [main] app : on\n",
        );
        check_none("04:38:46 call failed\n04:38:47 GET /: 200\n");
    }

    #[test]
    fn the_time_of_a_prefix_is_that_of_the_line() {
        let text: String = PYTHON.iter().map(|line| format!("[2026-11-21T04:38:46.189Z] {line}\n")).collect();
        let (settings, mut context) = (Settings::default(), Context::default());
        let prefix = Prefix::of(text.as_bytes(), &settings).expect("a prefix");
        assert_eq!(prefix.off(text.lines().next().unwrap_or_default(), &mut context, &settings), PYTHON[0]);
        assert_eq!(
            context.stamp.map(|stamp| stamp.at.to_string()).as_deref(),
            Some("2026-11-21T04:38:46.189Z")
        );
    }

    #[test]
    fn logs_without_a_prefix_have_none() {
        check_none(&PYTHON.join("\n"));
        check_none(&NODE.join("\n"));
        let dump: String = NODE.iter().cycle().take(40).map(|line| format!("      {line}\n")).collect();
        check_none(&format!("Error: x {{\n{dump}}}\n"));
        check_none("");
        check_none(
            "2026-11-21T04:38:46-05:00 a\n2026-11-21T04:38:47-05:00 b\n2026-11-21T04:38:48-05:00 c\nd\n",
        );
        let access: String =
            (0..9).map(|minute| format!("10.0.0.1 - - [21/Nov/2026:04:3{minute}:07 +0000] x\n")).collect();
        check_none(&access);
        check_none("app.log:1 a\nb\nc\nd\n");
        // A record that is indented as a whole, among others that are not.
        let indented: String = NODE.iter().map(|line| format!("    {line}\n")).collect();
        check_none(&format!("{}{indented}", "2026-11-21 04:38:46 INFO app started\n".repeat(9)));
        let json: String = NODE.iter().map(|line| format!("{{\"log\":\"{line}\\n\"}}\n")).collect();
        check_none(&json);
        // A wrapper that is known says more than its text.
        let wrapped: String = PYTHON.iter().map(|line| format!("web-1  | {line}\n")).collect();
        check_none(&wrapped);
    }

    #[test]
    fn an_empty_line_may_have_lost_the_end_of_its_prefix() {
        let found = Prefix::shape("09:12:44  ");
        assert_eq!(found.split("11:02:09"), Some(("11:02:09", "")));
        assert_eq!(found.split("11:02"), None);
    }
}
