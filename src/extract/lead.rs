//! The status that a program wrote in front of the body of an answer: `OpenAI API error (429): {"error": …}`.
//!
//! Programs that call the API without a client library word such lines themselves. A number counts as a status where
//! the word in front of it, or what stands behind it, says so.

use crate::extract::text::status_at;

/// Bytes in front of the body that are looked at.
const REACH: usize = 160;

/// Words in front of a status, in lower case.
const WORDS: &[&str] = &[
    "answered",
    "api",
    "code",
    "error",
    "errored",
    "exception",
    "failed",
    "failure",
    "got",
    "http",
    "http/1.0",
    "http/1.1",
    "http/2",
    "http/2.0",
    "http/3",
    "https",
    "openai",
    "received",
    "rejected",
    "replied",
    "responded",
    "response",
    "result",
    "returned",
    "returns",
    "status",
    "status_code",
    "statuscode",
    "with",
];
/// Words behind a number that is no status: it counts something.
const UNITS: &[&str] = &[
    "bytes",
    "calls",
    "characters",
    "chars",
    "chunks",
    "documents",
    "files",
    "items",
    "messages",
    "ms",
    "records",
    "requests",
    "retries",
    "rows",
    "s",
    "seconds",
    "tokens",
    "users",
    "vectors",
];
/// Words behind a status.
const REASONS: &[&str] = &[
    "bad gateway",
    "bad request",
    "forbidden",
    "gateway timeout",
    "internal server error",
    "not found",
    "payment required",
    "service unavailable",
    "too many requests",
    "unauthorized",
];

/// The status in front of the body that begins at `body`, the nearest one: on the same line, or at the end of the
/// line before where that says that an answer follows.
pub(super) fn status_before(text: &str, body: usize) -> Option<u16> {
    let before = without_opening(text.get(..body)?);
    let line = reach(before).rsplit('\n').next().unwrap_or_default();
    if !line.trim().is_empty() {
        return status_between(line).or_else(|| status_in(line));
    }
    let line = reach(before.trim_end()).rsplit('\n').next().unwrap_or_default();
    let announces = line.ends_with(':') || ends_with_status(line);
    status_in(line).filter(|_| announces)
}

/// The last bytes of a text.
fn reach(text: &str) -> &str {
    let mut from = text.len().saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).unwrap_or_default()
}

/// The status between two bodies: openai-python 0.x shows the body as it came, the status, and the body as it was read.
fn status_between(line: &str) -> Option<u16> {
    let (_, number) = line.strip_suffix(' ')?.rsplit_once("} ")?;
    (number.len() == 3).then(|| status_at(number))?.filter(|status| *status >= 400)
}

/// The text without the names with which a body opens in front of its message: `{⏎  "error": {⏎    "message": "`, as
/// it stands there, or escaped.
fn without_opening(text: &str) -> &str {
    const INSIDE: &[char] = &[' ', '\t', '\n', '\r', '"', '\'', '\\', '{', ':'];
    const OUTSIDE: &[char] = &[' ', '\t', '\n', '\r', '"', '\'', '\\'];
    let mut rest = text;
    for _ in 0..4 {
        let open = without(rest, INSIDE);
        let name = ["message", "error", "detail"].into_iter().find_map(|name| open.strip_suffix(name));
        match name.filter(|before| before.ends_with(['"', '\''])) {
            Some(before) => rest = before,
            None => break,
        }
    }
    if rest.len() == text.len() { text } else { without(rest, OUTSIDE).trim_end_matches('{') }
}

/// The text without these marks and escaped line breaks at its end.
fn without<'t>(mut text: &'t str, marks: &[char]) -> &'t str {
    loop {
        text = text.trim_end_matches(marks);
        match text.strip_suffix("\\n").or_else(|| text.strip_suffix("\\r")) {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// Whether a line ends with a status that a word announces, and perhaps its reason: `OpenAI HTTP 401`.
pub(super) fn ends_with_status(line: &str) -> bool {
    let bare = line.trim_end_matches([' ', '.', ')', ']', '`', '"', '\'', '\r']);
    let lower = bare.to_ascii_lowercase();
    let reason = REASONS.iter().find_map(|reason| lower.strip_suffix(reason)).map_or(bare.len(), str::len);
    let number = bare.get(..reason).unwrap_or(bare).trim_end();
    let Some(start) = number.len().checked_sub(3) else { return false };
    number.get(start..).and_then(status_at).is_some_and(|status| status >= 400)
        && is_announced(line, start)
        && WORDS.contains(&word_before(line.get(..start).unwrap_or_default()).to_ascii_lowercase().as_str())
}

/// The last status of a failure in a line, by the words around it.
pub(super) fn status_in(line: &str) -> Option<u16> {
    let mut end = line.len();
    while let Some(last) = line.get(..end)?.rfind(|letter: char| letter.is_ascii_digit()) {
        let start = line.get(..last)?.rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |at| {
            at + line.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        });
        let status = line.get(start..).and_then(status_at).filter(|status| *status >= 400);
        if let Some(status) = status.filter(|_| is_announced(line, start)) {
            return Some(status);
        }
        end = start;
    }
    None
}

/// Whether the number that begins at `start` is a status by what stands around it.
fn is_announced(line: &str, start: usize) -> bool {
    let (before, behind) = line.split_at_checked(start).unwrap_or_default();
    let behind = behind.get(3..).unwrap_or_default();
    let is_alone = before.is_empty() || before.ends_with([' ', '(', '[', '"', '\'', '`', '=', ':', '<', '{']);
    if !is_alone
        || behind.starts_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '%' | '_'))
    {
        return false;
    }
    let behind = behind.trim_start_matches([' ', ')', ']', '"', '\'', '-', ':']).to_ascii_lowercase();
    if REASONS.iter().any(|reason| behind.starts_with(reason)) {
        return true;
    }
    let next = behind.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    let word = word_before(before);
    let is_known = WORDS.contains(&word.to_ascii_lowercase().as_str());
    // Nothing but a mark in front: the number begins what the program says.
    let is_first = word.is_empty() || before.trim_end().ends_with([':', '-', '|', ']', '[', '(']);
    !UNITS.contains(&next) && (is_known || is_first && !is_member(before, word))
}

/// The word in front of a number, marks set aside.
fn word_before(before: &str) -> &str {
    let bare = before.trim_end_matches(MARKS);
    bare.rsplit([' ', '(', '[', '"', '\'', '`', '=', ',', '.', '{']).next().unwrap_or_default()
}

/// Marks between a word and a number.
const MARKS: [char; 11] = [' ', '(', '[', '"', '\'', '`', '=', ':', '<', '-', '{'];

/// Whether a number is the value of the name in front: that of a header (`Content-Length: 405`), or the member of a
/// structure that is printed without spaces (`ContentLength:405`).
fn is_member(before: &str, word: &str) -> bool {
    let marks = before.get(before.trim_end_matches(MARKS).len()..).unwrap_or_default();
    let is_pair = marks.trim_start_matches(['"', '\'']).starts_with([':', '=']);
    let is_name = word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let lower = word.to_ascii_lowercase();
    let tells = ["status", "code", "error"].iter().any(|known| lower.ends_with(known));
    is_pair && is_name && !tells && (is_header(word) || !marks.contains(' '))
}

/// Whether a word is the name of a header with a number in it, or of a length: `Content-Length`, `x-envoy-time`. What
/// programs call themselves (`openai-worker: 401`) is none.
pub(super) fn is_header(word: &str) -> bool {
    const STARTS: [&str; 5] = ["cf-", "content-", "openai-processing", "retry-after", "x-"];
    let lower = word.to_ascii_lowercase();
    let is_written_so = || {
        word.contains('-')
            && word.split('-').all(|part| part.starts_with(|first: char| first.is_ascii_uppercase()))
    };
    lower.ends_with("length") || STARTS.iter().any(|start| lower.starts_with(start)) || is_written_so()
}

#[cfg(test)]
mod tests {
    use super::status_before;

    fn check(lead: &str, expected: Option<u16>) {
        let text = format!("{lead}{{\"error\": {{}}}}");
        assert_eq!(status_before(&text, lead.len()), expected, "{lead}");
    }

    #[test]
    fn every_way_to_say_it() {
        for lead in [
            "OpenAI API error 429: ",
            "OpenAI API error: 429 - ",
            "OpenAI request failed (429): ",
            "request failed with 429: ",
            "HTTP 429 from OpenAI: ",
            "[429] ",
            "429 ",
            "openai error [429]: ",
            "got 429 from https://api.openai.com/v1/chat/completions: ",
            "failed with HTTP status 429, response: ",
            "code=429 body=",
            "StatusCode: 429, Content: ",
            "HTTP/1.1 429 Too Many Requests ",
            "Client error: `POST https://api.openai.com/v1/responses` resulted in a `429 Too Many Requests` response:\n",
            "upstream said HTTP 429\n",
            "call 17 took 312 ms and was answered 429 Too Many Requests ",
            "Response status: 429 body: ",
            "status 429 in 312ms: ",
            "2026-11-21 09:12:03,123 ERROR app: 429: ",
            "{\"error\": {\"code\": null}} 429 ",
            "openai-worker: 429 ",
        ] {
            check(lead, Some(429));
        }
    }

    #[test]
    fn a_body_that_was_cut_has_the_status_in_front_of_it() {
        for body in
            ["{\n  \"error\": {\n    \"message\": \"", "{\\n  \\\"error\\\": {\\n    \\\"message\\\": \\\""]
        {
            let text = format!("request failed: `503 Service Unavailable` response:\n{body}");
            assert_eq!(status_before(&text, text.len()), Some(503), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_status() {
        for lead in [
            "2026-11-21 09:12:03,429 ERROR app: ",
            "failed after 429 ms: ",
            "got 429 tokens: ",
            "line 429: ",
            "order 404, body ",
            "port=443 ",
            "10.0.0.429 ",
            "429\n",
            "job 429\n",
            "date: Sun, 22 Nov 2026 content-length: 429 ",
            "Header:map[Content-Length:[429]] ",
            "ContentLength:429 ",
            "{\"x-envoy-time\": \"429\"} ",
            "HTTP 200: ",
            "{\"a\": 1} 200 ",
            "{\"a\": 1} 4290 ",
            "é4041: ",
            "",
        ] {
            check(lead, None);
        }
    }
}
