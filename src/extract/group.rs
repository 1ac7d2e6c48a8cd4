//! A group of errors: several failures that one record tells of, each with its own traceback.
//!
//! Python raises an `ExceptionGroup` of what the tasks of a group ended with, JavaScript rejects with an
//! `AggregateError`. In goes the text of a record; out come the places of its members, each of which is read like a
//! record of its own. Tries of a connection, address by address, are no members: a group that explains another error
//! speaks of one failure.

use std::ops::Range;

use super::literals::{List, Literals};

/// What stands in every text with a group.
pub(super) const MARKS: &[&str] = &["+---------------- 1 ----------------", "[errors]: ["];

/// Deepest nesting of groups that is followed.
const MAX_DEPTH: usize = 8;
/// Members of one record that are read.
const MAX_MEMBERS: usize = 64;

/// The members of the group in the text, none where it holds no group of several.
pub(super) fn members(text: &str, literals: &Literals) -> Vec<Range<usize>> {
    let Some(mark) = literals.first_row(List::Groups) else { return Vec::new() };
    let mut members = match mark.row {
        0 => of_python(text, 0..text.len(), MAX_DEPTH),
        _ => of_node(text, &mark.at),
    };
    members.truncate(MAX_MEMBERS);
    if members.len() < 2 { Vec::new() } else { members }
}

/// The innermost members of the groups that Python drew within a range; the range itself where none stands there, or
/// where something was raised because of it.
///
/// ```text
///   | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
///   +-+---------------- 1 ----------------
///     | openai.APITimeoutError: Request timed out.
///     +---------------- 2 ----------------
///     | openai.APIConnectionError: Connection error.
///     +------------------------------------
/// ```
fn of_python(text: &str, within: Range<usize>, depth: usize) -> Vec<Range<usize>> {
    let mut column = None;
    let mut starts = Vec::new();
    let mut end = within.end;
    for (at, line) in lines(text, within.clone()) {
        let Some((place, is_end)) = rule(line) else { continue };
        if *column.get_or_insert(place) != place {
            continue;
        }
        if is_end {
            end = at;
            break;
        }
        starts.push(at);
    }
    let behind = text.get(end..within.end).unwrap_or_default();
    let explains = ["was the direct cause of", "During handling of the above"];
    if starts.is_empty() || depth == 0 || explains.iter().any(|words| behind.contains(words)) {
        return vec![within];
    }
    let ends = starts.iter().skip(1).copied().chain([end]).collect::<Vec<_>>();
    let members = starts.iter().zip(ends);
    // The rule itself belongs to nobody.
    members
        .filter_map(|(start, end)| Some(start + text.get(*start..end)?.find('\n')? + 1..end))
        .flat_map(|member| of_python(text, member, depth - 1))
        .collect()
}

/// The column of the rule in front of a member or behind the last one, and whether it is that behind the last.
fn rule(line: &str) -> Option<(usize, bool)> {
    let bare = line.trim_end();
    let dashes = bare.trim_end_matches('-');
    let is_end = dashes.ends_with('+') && bare.len() - dashes.len() >= 16;
    let front = match is_end {
        true => dashes,
        false => {
            let number = dashes.strip_suffix(' ')?.trim_end_matches(|c: char| c.is_ascii_digit());
            number.strip_suffix(' ')?.trim_end_matches('-')
        }
    };
    front.strip_suffix('+').map(|before| (before.len(), is_end))
}

/// The members of an `AggregateError` as Node's `util.inspect` shows them.
///
/// ```text
/// [AggregateError: All promises were rejected] {
///   [errors]: [
///     RateLimitError: 429 Rate limit reached …
///         at APIError.generate (…) {
///       status: 429,
///     },
///     APIConnectionTimeoutError: Request timed out.
///         at OpenAI.makeRequest (…)
///   ]
/// }
/// ```
fn of_node(text: &str, mark: &Range<usize>) -> Vec<Range<usize>> {
    let head = text.get(..mark.start).unwrap_or_default();
    let group = head.rfind("AggregateError").unwrap_or_default();
    let line = head.get(..group).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    if line.contains("[cause]: ") {
        return Vec::new();
    }
    let mut lines =
        lines(text, mark.end..text.len()).skip(1).filter(|(_, line)| !line.trim().is_empty()).peekable();
    let Some(column) = lines.peek().map(|(_, line)| indent(line)) else { return Vec::new() };
    let mut starts = Vec::new();
    let mut end = text.len();
    let mut is_over = true;
    for (at, line) in lines {
        if indent(line) < column {
            end = at;
            break;
        }
        if is_over && indent(line) == column && is_error(line) {
            starts.push(at);
        }
        is_over = line.trim_end().ends_with(',');
    }
    let is_try = |at: &usize| text.get(*at..).unwrap_or_default().trim_start().starts_with("Error: connect ");
    if starts.iter().all(is_try) {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([end]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}

/// Whether a line begins with the name of an error: `RateLimitError: …`, `[Error: …]`, `APICallError [AI_APICallError]: …`.
fn is_error(line: &str) -> bool {
    let name = line.trim_start().trim_start_matches('[');
    let behind = name.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    name.starts_with(|first: char| first.is_ascii_uppercase()) && behind.starts_with([':', ' ', '\n'])
        || behind.trim_end().is_empty() && name.contains("Error")
}

/// The lines of a range with the places where they begin.
fn lines(text: &str, within: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
    let mut at = within.start;
    text.get(within).unwrap_or_default().split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::{Literals, members};

    fn check(text: &str, expected: &[&str]) {
        let found = members(text, &Literals::of(text));
        let found: Vec<&str> =
            found.into_iter().map(|member| text.get(member).unwrap_or_default().trim()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn members_of_python() {
        let head = "failed\n  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: x (2 sub-exceptions)\n";
        let (first, second) =
            ("  +-+---------------- 1 ----------------\n", "    +---------------- 2 ----------------\n");
        let end = "    +------------------------------------\n";
        check(
            &format!("{head}{first}    | a.AError: 1\n{second}    | b.BError: 2\n    | <p>\n{end}tail"),
            &["| a.AError: 1", "| b.BError: 2\n    | <p>"],
        );
        check(&format!("{head}{first}    | a.AError: 1\n{end}"), &[]);
        let inner = "    | +-+---------------- 1 ----------------\n    |   | c.C: 1\n    |   +---------------- 2 ----------------\n    |   | d.D: 2\n    |   +------------------------------------\n";
        check(
            &format!("{head}{first}    | a.AError: 1\n{second}{inner}{end}"),
            &["| a.AError: 1", "|   | c.C: 1", "|   | d.D: 2"],
        );
        let raised =
            "    | The above exception was the direct cause of the following exception:\n    | e.E: 3\n";
        let (whole, outer) =
            (format!("{inner}{raised}"), format!("{head}{first}    | a.AError: 1\n{second}"));
        check(&format!("{outer}{whole}{end}"), &["| a.AError: 1", whole.trim()]);
        check(&format!("{head}{first}    | o.OSError: 1\n{second}    | o.OSError: 2\n{end}\n{raised}"), &[]);
    }

    #[test]
    fn members_of_node() {
        let head = "all failed [AggregateError: All promises were rejected] {\n  [errors]: [\n";
        let first = "    AError: 401 x\n        at f (a.js:1:2) {\n      status: 401\n    },\n";
        check(
            &format!("{head}{first}    BError: 502 <html>\n    <p>a</p>\n        at g (b.js:1:2)\n  ]\n}}\n"),
            &[first.trim(), "BError: 502 <html>\n    <p>a</p>\n        at g (b.js:1:2)"],
        );
        check(&format!("{head}{first}    [Error: b]\n  ]\n}}\n"), &[first.trim(), "[Error: b]"]);
        check(&format!("{head}{first}  ]\n}}\n"), &[]);
    }

    #[test]
    fn addresses_that_were_tried_are_no_members() {
        let tries = "  [errors]: [\n    Error: connect ECONNREFUSED ::1:443\n        at f (a.js:1:2),\n    Error: connect ECONNREFUSED 127.0.0.1:443\n        at f (a.js:1:2)\n  ]\n}\n";
        check(&format!("AggregateError [ECONNREFUSED]: \n    at f (a.js:1:2) {{\n{tries}"), &[]);
        let group =
            "    AError: a\n        at f (a.js:1:2),\n    BError: b\n        at f (a.js:1:2)\n  ]\n}\n";
        check(
            &format!("CError: c {{\n  [cause]: AggregateError: d\n    at f {{\n  [errors]: [\n{group}"),
            &[],
        );
    }
}
