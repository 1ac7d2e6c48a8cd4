//! A failure in the words of a program: `OpenAI API responded with status 401`, `POST https://api.openai.com/v1/… => 429`,
//! `openai error: insufficient_quota`, `giving up on openai.RateLimitError`.
//!
//! In goes the text of a record of which nothing else tells a failure; out comes what the first line says that names
//! the API and a status of a failure, a code of the API, or a class of its client library. A status counts where it
//! stands beside the address, or where the words around it say that it is one (`lead.rs`).

use std::ops::Range;

use super::lead;
use super::literals::{List, Literals};
use super::markers::{MARKERS, Marker};
use super::name::{self, Use};
use super::next;
use super::others;
use super::piece::{Piece, Trust};
use super::tail;
use super::text::{class_status, status_at};
use crate::model::Level;

/// Lines of a record that are looked at.
const MAX_LINES: usize = 60;
/// Longest line that is looked at, in bytes.
const MAX_LINE: usize = 2_000;

/// Codes that nobody but the API and those who quote it write.
const CODES: &[&str] = &[
    "account_deactivated",
    "billing_hard_limit_reached",
    "billing_not_active",
    "context_length_exceeded",
    "credit_balance_exhausted",
    "insufficient_quota",
    "invalid_api_key",
    "invalid_organization",
    "ip_not_authorized",
    "mismatched_organization",
    "mismatched_project",
    "model_not_found",
    "project_not_found",
    "rate_limit_exceeded",
    "token_expired",
    "unsupported_country_region_territory",
];

/// Pieces of words of which a line has one that tells a failure, in lower case.
const FAILURES: &[&str] = &[
    "abort",
    "denied",
    "deny",
    "err",
    "exception",
    "exceeded",
    "fail",
    "forbidden",
    "giving up",
    "invalid",
    "rejected",
    "refused",
    "limited",
    "reject",
    "unauthorized",
    "unavailable",
    "unable",
    "could not",
    "cannot",
];

/// Marks and words between an address and the status of its answer.
const BETWEEN: &[&str] = &[
    "-",
    "--",
    "->",
    "=>",
    ":",
    "|",
    "·",
    "a",
    "an",
    "answered",
    "as",
    "code",
    "failed",
    "got",
    "http",
    "in",
    "request",
    "responded",
    "response",
    "resulted",
    "returned",
    "status",
    "the",
    "was",
    "with",
];

/// What the program says of its call; `None` where it says nothing of one, or of none that failed.
pub(super) fn piece(text: &str, literals: &Literals, level: Option<Level>) -> Option<Piece> {
    let mut at = 0;
    for line in text.split('\n').take(MAX_LINES) {
        let span = at..at + line.len();
        at = span.end + 1;
        // A frame of a stack, and a number that async-openai shows as the code of somebody else.
        let is_none = line.trim_start().starts_with("at ") || line.contains(" (code: ");
        if line.len() > MAX_LINE || is_none || others::sentence_in(line).is_some() {
            continue;
        }
        let names = Names::of(text, literals, &span);
        if let Some(mut piece) = names.and_then(|names| said(line, &names, level)) {
            piece.at = span.start;
            return Some(piece);
        }
    }
    None
}

/// How a line names the API.
struct Names {
    /// Where its address stands in the line.
    url: Option<Range<usize>>,
}

impl Names {
    fn of(text: &str, literals: &Literals, line: &Range<usize>) -> Option<Self> {
        let mut is_named = false;
        let mut url = None;
        for hit in literals
            .list(List::Markers)
            .iter()
            .filter(|hit| line.start <= hit.at.start && hit.at.end <= line.end)
        {
            let marker = MARKERS.get(hit.row)?.1;
            if marker.is_name() && next::is_tried_next(text, &hit.at) {
                continue;
            }
            match marker {
                Marker::Host(_) => {
                    url = url.or_else(|| address(text.get(line.clone())?, hit.at.start - line.start));
                }
                Marker::Word => is_named |= name::of(text, hit.at.clone()) == Use::Library,
                Marker::Openai | Marker::Azure => is_named = true,
                Marker::Other | Marker::Mention => return None,
                _ => {}
            }
        }
        (is_named || url.is_some()).then_some(Self { url })
    }
}

/// The URL or host that holds the byte at `at`.
fn address(line: &str, at: usize) -> Option<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&+%=".contains(byte);
    let (before, behind) = (line.as_bytes().get(..at)?, line.as_bytes().get(at..)?);
    let start = at - before.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = at + behind.iter().take_while(|byte| is_part(byte)).count();
    let end = start + line.get(start..end)?.trim_end_matches(['.', ':', '=']).len();
    Some(start..end)
}

fn said(line: &str, names: &Names, level: Option<Level>) -> Option<Piece> {
    let is_calm = level.is_some_and(|level| level <= Level::Info);
    let lower = line.to_ascii_lowercase();
    let fails =
        level.is_some_and(|level| level >= Level::Warn) || FAILURES.iter().any(|word| lower.contains(word));
    let status = match &names.url {
        Some(url) => status_beside(line, url),
        None => None,
    };
    let tells_status = || {
        names.url.is_some() && ["status", "response code"].iter().any(|word| lower.contains(word))
            || lead::ends_with_status(line)
    };
    let status = status.or_else(|| lead::status_in(line).filter(|_| !is_calm && (fails || tells_status())));
    if status.is_some_and(|status| !matches!(status, 400..=431 | 451 | 500..=530)) {
        return None;
    }
    let code = code_in(line).filter(|_| !is_calm && fails);
    let class = one_class(line).filter(|_| !is_calm && fails);
    let is_unanswered = status.is_none() && code.is_none() && class.is_none();
    let transport = if is_unanswered { tail::reason(line, level) } else { None };
    if is_unanswered && transport.is_none() {
        return None;
    }
    Some(Piece {
        trust: Trust::Prose,
        transport,
        status: status.or_else(|| class_status(class?)),
        code: code.map(str::to_owned),
        url: names
            .url
            .clone()
            .and_then(|url| line.get(url))
            .filter(|url| url.contains("://"))
            .map(str::to_owned),
        method: names.url.as_ref().and_then(|url| method_before(line, url.start)),
        exception: class.map(str::to_owned),
        ..Piece::default()
    })
}

/// The only code of the API that stands in the text as a word, where the error itself shows none.
pub(super) fn code_in(text: &str) -> Option<&'static str> {
    // The type of an error of billing stands beside its code.
    let without_type = || CODES.iter().copied().filter(|word| *word != "insufficient_quota");
    one_of(text, CODES.iter().copied())
        .or_else(|| one_of(text, without_type()).filter(|code| *code == "credit_balance_exhausted"))
}

/// The request method in front of an address.
fn method_before(line: &str, at: usize) -> Option<String> {
    let word = line.get(..at)?.trim_end_matches([' ', '"', '\'', '`', '[', '(']);
    let word = word.rsplit(|letter: char| !letter.is_ascii_alphabetic()).next()?;
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].contains(&word).then(|| word.to_owned())
}

/// The status of an answer beside an address: the first number of three digits behind it, with nothing but marks and
/// small words between, or the word in front of it.
fn status_beside(line: &str, url: &Range<usize>) -> Option<u16> {
    const MARKS: [char; 12] = [' ', '"', '\'', '`', '(', ')', '[', ']', ',', '=', '>', ';'];
    let (before, behind) = (line.get(..url.start)?, line.get(url.end..)?);
    for word in behind.split(MARKS).filter(|word| !word.is_empty()).take(10) {
        let bare = word.trim_matches([':', '-', '.', '`', '<']);
        if bare.len() == 3 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
            return status_at(bare);
        }
        if !bare.is_empty()
            && !BETWEEN.contains(&bare.to_ascii_lowercase().as_str())
            && !bare.starts_with("HTTP/")
        {
            break;
        }
    }
    let word = before.trim_end_matches(MARKS).rsplit(MARKS).next()?;
    let is_status = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    // The word in front of a method: `401 POST https://…`.
    let earlier = || {
        let rest = before.trim_end_matches(MARKS).strip_suffix(word)?;
        let number = rest.trim_end_matches(MARKS).rsplit(MARKS).next()?;
        let is_method = word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        (is_method && number.len() == 3).then(|| status_at(number))?
    };
    if is_status { status_at(word) } else { earlier() }
}

/// The only one of these words that stands in the line, and which is not counted there.
fn one_of(line: &str, words: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let mut found = words.filter(|word| {
        line.match_indices(*word).any(|(at, word)| {
            let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let behind = line.get(at + word.len()..).unwrap_or_default();
            let counted = behind.trim_start_matches(['"', '\'', ' ']).trim_start_matches([':', '=', ' ']);
            !line.get(..at).unwrap_or_default().ends_with(is_part)
                && !behind.starts_with(is_part)
                && (counted.len() == behind.len()
                    || !counted.starts_with(|letter: char| letter.is_ascii_digit()))
        })
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The only class of a client library that the line names.
fn one_class(line: &str) -> Option<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let mut found: Option<&str> = None;
    for word in line.split(|letter: char| !is_part(letter)) {
        let class = word.trim_matches('.').rsplit('.').next().unwrap_or_default();
        if class_status(class).is_some() && found.replace(class).is_some_and(|earlier| earlier != class) {
            return None;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(level: Option<Level>, line: &str, status: Option<u16>, code: Option<&str>) {
        let found = piece(line, &Literals::of(line), level);
        let seen = found.as_ref().map(|piece| (piece.status, piece.code.as_deref()));
        assert_eq!(seen, (status.is_some() || code.is_some()).then_some((status, code)), "{line}");
    }

    #[test]
    fn a_status_in_the_words_of_a_program() {
        for (line, status) in [
            ("OpenAI API responded with status 401", 401),
            ("openai: got status 502 Bad Gateway", 502),
            ("OpenAI HTTP 401", 401),
            ("OpenAI API request failed with status 429", 429),
            ("OpenAI API error: 401 Unauthorized", 401),
            ("OpenAI API error (401)", 401),
            ("OpenAI returned HTTP 429", 429),
            ("OpenAI: HTTP 503 Service Unavailable", 503),
            ("OpenAI API error: HTTP error! status: 401", 401),
            ("OpenAI API unavailable (503)", 503),
            ("Rate limited by OpenAI (429)", 429),
            ("openai call failed: Status: 401 (Unauthorized)", 401),
        ] {
            check(Some(Level::Error), line, Some(status), None);
            check(Some(Level::Info), line, None, None);
        }
    }

    #[test]
    fn a_status_beside_the_address() {
        for line in [
            "POST https://api.openai.com/v1/chat/completions 429 (Too Many Requests)",
            "POST https://api.openai.com/v1/chat/completions => 429",
            "POST https://api.openai.com/v1/chat/completions -> 429 (312ms)",
            "GET https://api.openai.com/v1/models: 429",
            "429 https://api.openai.com/v1/models",
            "[HTTParty] [2026-11-18 09:12:44 +0000] 429 \"POST https://api.openai.com/v1/chat/completions\" - -",
            "Client error: `POST https://api.openai.com/v1/chat/completions` resulted in a `429 Too Many Requests` response",
            "Request to https://api.openai.com/v1/chat/completions failed: 429 Too Many Requests",
            "Server returned HTTP response code: 429 for URL: https://api.openai.com/v1/models",
            "https://api.openai.com/v1/models returned status code 429",
        ] {
            check(None, line, Some(429), None);
        }
    }

    #[test]
    fn a_code_or_a_class_by_itself() {
        check(None, "openai error: insufficient_quota", None, Some("insufficient_quota"));
        check(None, "[openai] RateLimitError 429 insufficient_quota", Some(429), Some("insufficient_quota"));
        check(
            Some(Level::Warn),
            "provider=openai error=rate_limit_exceeded",
            None,
            Some("rate_limit_exceeded"),
        );
        check(
            None,
            "openai error: insufficient_quota (credit_balance_exhausted)",
            None,
            Some("credit_balance_exhausted"),
        );
        check(Some(Level::Error), "giving up on <class 'openai.AuthenticationError'>", Some(401), None);
    }

    #[test]
    fn what_tells_no_failure() {
        for line in [
            "POST https://api.openai.com/v1/chat/completions 200 (412 ms)",
            "OpenAI request took 412 ms",
            "OpenAI embedded 500 documents without errors",
            "OpenAI failed calls: insufficient_quota=3",
            "openai will retry on errors: rate_limit_exceeded, insufficient_quota",
            "openai worker 404 started",
            "the openai budget is 500",
            "openai HTTP 429 is retried",
            "anthropic failed: 503 Service Unavailable, falling back to openai",
            "billing service failed with status 401",
            "    at fail (/app/node_modules/openai/error.js:446:12)",
            "chat with openai failed: token expired or incorrect (code: 401)",
        ] {
            check(None, line, None, None);
        }
        check(Some(Level::Info), "retrying on openai.RateLimitError", None, None);
    }
}
