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

/// The status in front of the body that begins at `body`, on the same line; the nearest one.
pub(super) fn status_before(text: &str, body: usize) -> Option<u16> {
    let mut from = body.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..body)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    status_between(line).or_else(|| status_in(line))
}

/// The status between two bodies: openai-python 0.x shows the body as it came, the status, and the body as it was read.
fn status_between(line: &str) -> Option<u16> {
    let (_, number) = line.strip_suffix(' ')?.rsplit_once("} ")?;
    (number.len() == 3).then(|| status_at(number))?.filter(|status| *status >= 400)
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
    let is_alone = before.is_empty() || before.ends_with([' ', '(', '[', '"', '\'', '=', ':', '<', '{']);
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
    let bare = before.trim_end_matches([' ', '(', '[', '"', '\'', '=', ':', '<', '-', '{']);
    let word = bare.rsplit([' ', '(', '[', '"', '\'', '=', ',', '.']).next().unwrap_or_default();
    // Nothing but a mark in front: the number begins what the program says.
    let is_first = before.trim_end().ends_with([':', '-', '|', ']', '[', '(']) || bare.is_empty();
    !UNITS.contains(&next) && (is_first || WORDS.contains(&word.to_ascii_lowercase().as_str()))
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
            "call 17 took 312 ms and was answered 429 Too Many Requests ",
            "Response status: 429 body: ",
            "status 429 in 312ms: ",
            "2026-11-21 09:12:03,123 ERROR app: 429: ",
            "{\"error\": {\"code\": null}} 429 ",
        ] {
            check(lead, Some(429));
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
