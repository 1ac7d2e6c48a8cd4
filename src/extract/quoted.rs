//! Error text that somebody quotes is no failure: prompts, completions, documents, source code.
//!
//! In goes the text of a record; out comes the same text, byte for byte as long, in which the quotations
//! are blank. What is left is what the program that wrote the record says itself. Quotations are values
//! of fields that carry conversation, keys of objects that are texts, quotation marks that prose announces, and lines of source code.

mod frames;
mod hits;
mod keys;
mod words;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use self::hits::is_conversation;
pub(super) use self::hits::prepare;
use self::hits::{Hits, Word};
use self::words::{AMBIGUOUS, BLOCKS, CALLS};
use crate::model::Level;

/// Longest bracketed value that is walked through, in bytes.
const MAX_BRACKETS: usize = 256 * 1024;
/// Bytes between the opening of an HTML tag and one of its attributes.
const MAX_TAG: usize = 300;
/// Backslashes in front of a quotation mark: JSON in JSON in JSON in JSON.
const MAX_ESCAPES: usize = 15;
/// Bytes between an announcing word and its quotation.
const MAX_LEAD: usize = 200;
/// Quotations that run over several lines end within this many bytes, or with their line.
const MAX_LINES_QUOTED: usize = 8 * 1024;

/// Marks that open a quotation.
const QUOTES: [char; 5] = ['"', '“', '«', '\'', '`'];

/// The text with its quotations blank. `level` is that of the record: what a calm record tells of errors
/// behind an announcement is a quotation even without quotation marks.
pub(crate) fn blanked(text: &str, level: Option<Level>) -> Cow<'_, str> {
    let is_calm = level.is_some_and(|level| level <= Level::Info);
    let source_lines = frames::source_lines(text);
    if source_lines.is_empty() {
        return blanked_part(Cow::Borrowed(text), is_calm);
    }
    let rest = without(Cow::Borrowed(text), &mut source_lines.clone());
    let mut bytes = blanked_part(rest, is_calm).into_owned().into_bytes();
    for span in source_lines {
        if let (Some(line), Some(place)) = (text.get(span.clone()), bytes.get_mut(span)) {
            place.copy_from_slice(blanked_part(Cow::Borrowed(line), is_calm).as_bytes());
        }
    }
    Cow::Owned(text_of(bytes))
}

/// The same for a text in which every quotation may run to the end.
fn blanked_part(text: Cow<'_, str>, is_calm: bool) -> Cow<'_, str> {
    let hits = Hits::of(&text);
    let mut spans: Vec<Range<usize>> = Vec::new();
    fields(&text, &hits, is_calm, &mut spans);
    spans.extend(keys::texts(&text));
    // No word runs into a quotation mark, so that what is found of them behind blanks is what was there before.
    let text = without(text, &mut spans);
    lines(&text, &hits, is_calm, &mut spans);
    side_channels(&text, &hits, &mut spans);
    without(text, &mut spans)
}

/// The text with blanks in place of the spans, which are used up; line ends stay.
fn without<'a>(text: Cow<'a, str>, spans: &mut Vec<Range<usize>>) -> Cow<'a, str> {
    if spans.is_empty() {
        return text;
    }
    let mut bytes = text.into_owned().into_bytes();
    for span in spans.drain(..) {
        for byte in bytes.get_mut(span).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    Cow::Owned(text_of(bytes))
}

/// Bytes of a text of which parts are blank now.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Values of fields that carry conversation.
fn fields(text: &str, hits: &Hits, is_calm: bool, spans: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for found in hits.names() {
        if found.start < done || !is_field_start(text, found.start) {
            continue;
        }
        let name = text.get(found.clone()).unwrap_or_default();
        if !is_calm && AMBIGUOUS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            continue;
        }
        let Some(at) = value_start(text, found.end) else { continue };
        if !is_calm && name.eq_ignore_ascii_case("content") && is_answer(text.get(at..).unwrap_or_default()) {
            continue;
        }
        if let Some((start, quote)) = opener(text, at) {
            done = string_end(text, start, quote);
            spans.push(start..done);
        } else if text.get(at..).is_some_and(|rest| rest.starts_with(['[', '{'])) {
            done = strings_within(text, at, spans);
        }
    }
}

/// Whether the body of an answer begins here: an object that begins with an error or its status, as HTTP libraries
/// print it behind `Content:`. The content of a message is a string.
fn is_answer(value: &str) -> bool {
    let first = value
        .strip_prefix('{')
        .map(|inner| inner.trim_start_matches([' ', '\n', '\r', '\t', '\\', '"', '\'']));
    first.is_some_and(|first| ["error", "statusCode", "status"].iter().any(|word| first.starts_with(word)))
}

/// Whether a text ends with a status and its name: `StatusCode: 429`.
fn follows_status(text: &str) -> bool {
    let name = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let name = name.trim_end_matches([' ', ':', '=', '"']);
    text.len() > name.len() + 3
        && ["status", "statuscode", "status_code", "status code"].iter().any(|known| {
            name.len()
                .checked_sub(known.len())
                .and_then(|at| name.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(known))
        })
}

/// A name begins here, and it is neither the content of an answer (`response content: …`, `StatusCode: 429, Content: …`)
/// nor the end of a path (`POST /v1/chat/completions: …`).
fn is_field_start(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    if before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/')) {
        return false;
    }
    let tag = before.bytes().rev().take(MAX_TAG).find(|byte| matches!(byte, b'<' | b'>' | b'\n'));
    if tag == Some(b'<') {
        return false;
    }
    let before = before.trim_end_matches([' ', ',', ';']);
    !follows_status(before)
        && !["response", "Response", "body", "error", "Error"].iter().any(|word| before.ends_with(word))
}

/// Where the value of a field begins whose name ends here: behind `:`, `=` or `=>`.
fn value_start(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let bare = rest.trim_start_matches(['"', '\'', '\\', ' ', '`']);
    let behind = bare.strip_prefix("=>").or_else(|| bare.strip_prefix([':', '=']))?;
    let value = behind.trim_start_matches([' ', '\n', '\t']);
    Some(text.len() - value.len())
}

/// A quotation mark with the backslashes in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quote {
    mark: char,
    escapes: usize,
    is_triple: bool,
}

/// The quotation mark of a string that begins here, and where its content begins.
fn opener(text: &str, at: usize) -> Option<(usize, Quote)> {
    let rest = text.get(at..)?;
    let rest =
        rest.strip_prefix(['b', 'u', 'f', 'r']).filter(|rest| rest.starts_with(['"', '\''])).unwrap_or(rest);
    let escapes = rest.bytes().take(MAX_ESCAPES + 1).take_while(|byte| *byte == b'\\').count();
    let bare = rest.get(escapes..).filter(|_| escapes <= MAX_ESCAPES)?;
    let mark = bare.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“' | '«'))?;
    let is_triple = bare.starts_with("\"\"\"") || bare.starts_with("'''");
    let start = text.len() - bare.len() + mark.len_utf8() * if is_triple { 3 } else { 1 };
    let mark = match mark {
        '“' => '”',
        '«' => '»',
        same => same,
    };
    Some((start, Quote { mark, escapes: rest.len() - bare.len(), is_triple }))
}

/// Where the content of a string ends: at the same mark behind as many backslashes or fewer, and not at an
/// apostrophe; at the end of the text when it was cut.
fn string_end(text: &str, start: usize, quote: Quote) -> usize {
    let mut escapes = 0;
    let mut previous = ' ';
    let rest = text.get(start..).unwrap_or_default();
    for (at, c) in rest.char_indices() {
        if c == quote.mark && escapes <= quote.escapes {
            let behind = rest.get(at + c.len_utf8()..).unwrap_or_default();
            let is_apostrophe =
                c == '\'' && previous.is_alphanumeric() && behind.starts_with(char::is_alphanumeric);
            let closes = if quote.is_triple { behind.starts_with([quote.mark]) } else { !is_apostrophe };
            if closes {
                return start + at - escapes;
            }
        }
        escapes = if c == '\\' { escapes + 1 } else { 0 };
        previous = c;
    }
    text.len()
}

/// The strings within brackets that are values, but for those that name a model. Returns where it stopped.
fn strings_within(text: &str, at: usize, spans: &mut Vec<Range<usize>>) -> usize {
    let end = (at + MAX_BRACKETS).min(text.len());
    let mut depth = 0_u32;
    let mut is_model = false;
    let mut here = at;
    while here < end {
        let Some(c) = text.get(here..).and_then(|rest| rest.chars().next()) else { break };
        match c {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            '"' | '\'' | '`' | '\\' => {
                if let Some((start, quote)) = opener(text, here) {
                    let close = string_end(text, start, quote);
                    let is_name = value_start(text, close).is_some();
                    let content = text.get(start..close).unwrap_or_default();
                    if !is_name && !is_model {
                        spans.push(start..close);
                    }
                    is_model = is_name && content == "model";
                    here = close + quote.escapes + quote.mark.len_utf8();
                    continue;
                }
            }
            _ => {}
        }
        here += c.len_utf8();
    }
    here
}

/// Quotations that prose announces, and source code.
fn lines(text: &str, hits: &Hits, is_calm: bool, spans: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut done = 0;
    let mut words = hits.words();
    for line in lines_of(text) {
        let start = at;
        at += line.len();
        let (in_line, behind) = words.split_at(words.partition_point(|word| word.at.start < at));
        words = behind;
        if start < done {
            continue;
        }
        let bare = line.trim();
        // What pytest shows of a function holds its comments too.
        let is_comment = bare.starts_with("# ") && line.starts_with("    ");
        if is_comment || is_code(bare) || is_table_row(bare) || is_metric(bare) {
            spans.push(start..at);
        } else if let Some(span) = announced(text, start..at, in_line, is_calm) {
            done = span.end;
            spans.push(span);
        }
    }
}

/// The lines of a text with their ends.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        let (line, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (end > 0).then_some(line)
    })
}

/// Whether the line is source code: it begins like a statement and holds a bracket or ends like one.
fn is_code(line: &str) -> bool {
    let bare = line.split_once(':').filter(|(path, _)| is_file(path)).map_or(line, |(_, rest)| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').trim_start()
    });
    let first = bare.as_bytes().first();
    let begins_with = |starts: &[&str]| {
        starts.iter().any(|start| start.as_bytes().first() == first && bare.starts_with(start))
    };
    match first {
        // No statement begins with anything else.
        Some(b'}' | b'/' | b'a'..=b'f' | b'i' | b'l' | b'p' | b'r' | b't' | b'v' | b'w') => {
            bare.starts_with("// ")
                || begins_with(CALLS) && bare.contains('(')
                || begins_with(BLOCKS) && bare.ends_with([':', '{'])
                || bare.starts_with("import ") && bare.ends_with([';', '\'', '"'])
                || bare.starts_with("from ") && bare.contains(" import ")
        }
        _ => false,
    }
}

/// A row of a Markdown table: documents, not logs.
fn is_table_row(line: &str) -> bool {
    line.starts_with('|') && line.ends_with('|') && line.matches('|').count() >= 3
}

/// `openai_errors_total{code="rate_limit_exceeded"} 17`: a count of failures told elsewhere.
fn is_metric(line: &str) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let name = line.bytes().take_while(|byte| is_of_name(byte)).count();
    let rest = line.get(name..).and_then(|rest| rest.strip_prefix('{'));
    let Some((labels, number)) = rest.and_then(|rest| rest.rsplit_once("} ")) else { return false };
    name > 0 && labels.contains("=\"") && number.split(' ').all(|number| number.parse::<f64>().is_ok())
}

/// `src/app.py`, as grep puts it before a line.
fn is_file(path: &str) -> bool {
    const LONGEST: usize = ".java".len();
    let dot = path.bytes().rev().take(LONGEST).position(|byte| byte == b'.');
    let extension = dot.and_then(|behind| path.get(path.len() - behind..)).unwrap_or_default();
    matches!(extension, "py" | "js" | "ts" | "go" | "rs" | "java" | "rb" | "cs" | "tsx" | "jsx" | "php")
        && !path.contains([' ', '"', '\''])
}

/// The quotation that a line announces: in quotation marks, or in a calm record behind a colon. `words` are
/// those of the line; of each announcing word the first one counts that stands by itself.
fn announced(text: &str, line: Range<usize>, words: &[Word], is_calm: bool) -> Option<Range<usize>> {
    if words.is_empty() {
        return None;
    }
    let mut announcers: Vec<&Word> = Vec::new();
    let mut error = line.end;
    for word in words.iter().filter(|word| word.at.end <= line.end && word.is_in(text)) {
        if word.is_error() {
            error = error.min(word.at.start);
        } else if word.is_announcer()
            && !announcers.iter().any(|known| known.number == word.number)
            && stands_alone(text.get(line.clone())?, word.at.start - line.start..word.at.end - line.start)
        {
            announcers.push(word);
        }
    }
    let mut ends: Vec<usize> = announcers.iter().map(|word| word.at.end).collect();
    ends.sort_unstable();
    // Behind the start of an error the words are those of the error.
    ends.into_iter()
        .filter(|end| *end <= error)
        .find_map(|end| announced_behind(text, end, line.end, is_calm))
}

/// The quotation behind an announcing word, when nothing between them speaks of a failure.
fn announced_behind(text: &str, word_end: usize, line_end: usize, is_calm: bool) -> Option<Range<usize>> {
    const FAILURES: [&str; 7] = ["fail", "error", "exception", "raise", "unable", "could not", "cannot"];
    let rest = text.get(word_end..line_end)?;
    for (at, c) in rest.char_indices().take_while(|(at, _)| *at < MAX_LEAD) {
        let here = word_end + at;
        let behind = rest.get(at + c.len_utf8()..)?;
        let lead = rest.get(..at)?.to_ascii_lowercase();
        match c {
            '"' | '“' | '«' | '\'' | '`' => {
                // Right behind the word a mark closes what began before it.
                if at == 0 || FAILURES.iter().any(|word| lead.contains(word)) {
                    return None;
                }
                if lead.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '\\')) {
                    continue;
                }
                let (start, quote) = opener(text, here)?;
                let mut bound = (start + MAX_LINES_QUOTED).max(line_end).min(text.len());
                while !text.is_char_boundary(bound) {
                    bound -= 1;
                }
                let close = string_end(text.get(..bound)?, start, quote);
                return Some(start..if close == bound { line_end.max(start) } else { close });
            }
            ':' if is_calm && behind.starts_with(' ') && !behind.trim_start().starts_with(QUOTES) => {
                if FAILURES.iter().any(|word| lead.contains(word)) {
                    return None;
                }
                let has_trace = text.get(line_end..)?.contains("Traceback (most recent");
                return Some(here + 1..if has_trace { line_end } else { text.len() });
            }
            _ => {}
        }
    }
    None
}

/// `[non-fatal] Tracing client error 401: {…}` of the agents SDKs: the answer to another request, which
/// fails without any consequence for the application.
fn side_channels(text: &str, hits: &Hits, spans: &mut Vec<Range<usize>>) {
    let is_one = |word: &&Word| word.is_side_channel() && word.is_in(text);
    for at in hits.words().iter().filter(is_one).map(|word| word.at.start).take(20) {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.find('\n').unwrap_or(rest.len());
        let is_object = rest.get(..line).is_some_and(|line| line.trim_end().ends_with('{'));
        let end = if is_object { rest.find("\n}").map_or(rest.len(), |end| end + 2) } else { line };
        spans.push(at..at + end);
    }
}

/// Whether a word stands in a line as a word of its own, or as the end of a file name.
fn stands_alone(line: &str, word: Range<usize>) -> bool {
    let before = line.get(..word.start).unwrap_or_default();
    let behind = line.get(word.end..).unwrap_or_default();
    // The title of a page announces nothing.
    let is_tag = before.ends_with('<') && line.get(word).is_some_and(|word| word == "title");
    !is_tag
        && !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '-'))
        && !behind
            .starts_with(|c: char| c.is_alphanumeric() && c != 's' || matches!(c, '_' | '/' | '.' | '('))
}

#[cfg(test)]
mod tests {
    use super::blanked;
    use crate::model::Level;

    /// What is left of the text, white space folded.
    fn check(level: Option<Level>, text: &str, expected: &str) {
        let blank = blanked(text, level);
        assert_eq!(blank.len(), text.len(), "{text}");
        assert_eq!(blank.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{text}");
    }

    #[test]
    fn conversation_in_fields_goes() {
        check(
            None,
            r#"turn {"role": "user", "content": "I get \"x\" Error code: 401"} end"#,
            r#"turn {"role": "user", "content": " "} end"#,
        );
        check(None, r#"{\"content\": \"I get \\\"x\\\" now\"} end"#, r#"{\"content\": \" \"} end"#);
        check(
            None,
            "messages=[{'role': 'user', 'content': 'I don't get Error code: 401'}] end",
            "messages=[{'role': ' ', 'content': ' '}] end",
        );
        check(None, "prompt='Explain Error code: 401", "prompt='");
    }

    #[test]
    fn the_model_of_a_request_stays() {
        check(
            None,
            "{'json_data': {'model': 'gpt-4o', 'input': 'Error code: 401'}}",
            "{'json_data': {'model': 'gpt-4o', 'input': ' '}}",
        );
    }

    #[test]
    fn a_statement_of_which_a_traceback_shows_one_line_ends_with_it() {
        check(
            None,
            "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g(messages=[{'content': 'a\nE: Error code: 401",
            "Traceback (most recent call last): File \"a.py\", line 1, in f g(messages=[{'content': ' E: Error code: 401",
        );
    }

    #[test]
    fn announced_quotations_go() {
        check(
            None,
            "User feedback #8841: \"the page told me invalid_api_key\" stored",
            "User feedback #8841: \" \" stored",
        );
        check(Some(Level::Info), "user asked: why Error code: 401 - {", "user asked:");
        check(Some(Level::Error), "user asked: why Error code: 401", "user asked: why Error code: 401");
    }

    #[test]
    fn source_code_goes() {
        check(None, "    raise AuthenticationError(\"Error code: 401\")\nx", "x");
        check(None, "app.py:12:    if e.code == 'invalid_api_key':\n", "");
        check(None, "        # wrapped in APIConnectionError\nx", "x");
        check(None, "# Error code: 401", "# Error code: 401");
    }

    #[test]
    fn renderings_of_errors_stay() {
        for text in [
            "error=\"Error code: 401\"",
            "OpenAI request failed: AuthenticationError(\"Error code: 401\")",
            "prompt failed with 'Error code: 401'",
            "It doesn't work: Error code: 401",
            "response content: '{\"error\"}'",
            "description='Error code: 401'",
            "error='<html><head><title>502 Bad Gateway</title></head></html>' id='Error code: 502'",
            "(\"failed to complete the prompt\", RateLimitError('Error code: 401'))",
        ] {
            check(Some(Level::Error), text, text);
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in [
            "input:[",
            "content=\"",
            "\\",
            "prompt 'a",
            "quote \"",
            "{'messages': [",
            "<input ",
            "said a'b'c: ",
        ] {
            let text = piece.repeat(200_000 / piece.len());
            let started = std::time::Instant::now();
            let _ = blanked(&text, Some(Level::Info));
            assert!(started.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
