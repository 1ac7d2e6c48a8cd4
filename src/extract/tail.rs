//! Why a connection failed, where a program says no more of its call than that: `OpenAI request failed: :timeout`.
//!
//! In goes a line that names the API; out comes the reason at the end of it. The words are short and common, so they
//! count only behind a word that tells a failure, in an error or where no level is known.

use crate::model::{Level, Transport};

/// What stands at the end of such a line, in lower case.
const TAILS: &[(&str, Transport)] = &[
    (":closed", Transport::Reset),
    (":timeout", Transport::Timeout),
    ("aborted due to timeout", Transport::Timeout),
    ("broken pipe", Transport::Reset),
    ("connection closed", Transport::Reset),
    ("connection reset", Transport::Reset),
    ("connection timeout", Transport::Timeout),
    ("connect timeout", Transport::Timeout),
    ("deadline exceeded", Transport::Timeout),
    ("end of file reached", Transport::Reset),
    ("eof", Transport::Reset),
    ("read timeout", Transport::Timeout),
    ("request timed out", Transport::Timeout),
    ("request timeout", Transport::Timeout),
    ("socket closed", Transport::Reset),
    ("timed out", Transport::Timeout),
    ("ms exceeded", Transport::Timeout),
];

/// Words that tell a failure, in lower case.
const FAILURES: &[&str] = &["fail", "error", "exception", "could not", "unable", "giving up"];

/// Why the call of which the line speaks got no answer.
pub(super) fn reason(line: &str, level: Option<Level>) -> Option<Transport> {
    if level.is_some_and(|level| level < Level::Error) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let end = lower.trim_end_matches([' ', '.', '!', '>', ')', ']', '}', '"', '\'', '\r']);
    TAILS.iter().find_map(|(tail, reason)| {
        let before = end.strip_suffix(tail)?;
        // A number of milliseconds ends what was exceeded.
        let is_whole = !before.ends_with(|last: char| last.is_alphabetic());
        let is_timeout = *tail != "ms exceeded" || before.contains("timeout of ");
        let fails = FAILURES.iter().any(|word| before.contains(word));
        (is_whole && is_timeout && fails).then_some(*reason)
    })
}

#[cfg(test)]
mod tests {
    use super::reason;
    use crate::model::{Level, Transport};

    #[test]
    fn the_end_of_a_line_tells_why() {
        for (line, expected) in [
            ("OpenAI request failed: :timeout", Transport::Timeout),
            ("call to openai failed: request timed out", Transport::Timeout),
            ("openai error: timeout of 2000ms exceeded", Transport::Timeout),
            ("OpenAI call failed: #<EOFError: end of file reached>", Transport::Reset),
            ("openai: request failed: EOF", Transport::Reset),
            ("java.net.SocketException while calling OpenAI: Connection reset", Transport::Reset),
        ] {
            assert_eq!(reason(line, Some(Level::Error)), Some(expected), "{line}");
            assert_eq!(reason(line, None), Some(expected), "{line}");
            assert_eq!(reason(line, Some(Level::Warn)), None, "{line}");
        }
    }

    #[test]
    fn calm_words_and_other_ends_tell_nothing() {
        for line in [
            "openai client uses a read timeout",
            "openai stream ended: EOF",
            "openai failed: the connection reset the counter",
            "openai error: geof",
            "openai error: 300ms exceeded",
        ] {
            assert_eq!(reason(line, Some(Level::Error)), None, "{line}");
        }
    }
}
