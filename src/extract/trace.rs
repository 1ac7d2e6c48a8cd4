//! Whether a record shows a traceback, or is nothing but one: a program that tells what failed, and then shows the
//! traceback, says one failure twice.
//!
//! In goes the text of a record; out comes what it shows. Whether the failure was told before, folding decides.

use crate::model::Traceback;

/// What a record shows of a traceback; `written` is its text as it stands, `text` the same with what stands in other
/// members.
pub(super) fn traceback(written: &str, text: &str) -> Traceback {
    if is_trace(written) {
        Traceback::Alone
    } else if text.contains("Traceback (most recent call last)") || text.contains("\n    at ") {
        Traceback::Below
    } else {
        Traceback::None
    }
}

/// Whether the text begins with a traceback of Python, or with an exception and its first frame:
///
/// ```text
/// RateLimitError: 429 You exceeded your current quota …
///     at APIError.generate (/app/node_modules/openai/core/error.js:59:20)
/// ```
fn is_trace(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let bare = first.trim_start_matches([' ', '+']);
    if ["Traceback (most recent", "Exception Group Traceback"].iter().any(|start| bare.starts_with(start)) {
        return true;
    }
    let class = first.split([':', ' ']).next().unwrap_or_default();
    let is_class = class.ends_with("Error") || class.ends_with("Exception");
    is_class && lines.take(MAX_LINES).any(|line| line.trim_start().starts_with("at "))
}

/// Lines of a message in which a frame is looked for.
const MAX_LINES: usize = 12;

#[cfg(test)]
mod tests {
    use super::{Traceback, is_trace, traceback};

    #[test]
    fn a_record_that_begins_with_its_exception_is_a_trace() {
        for text in [
            "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nopenai.APIError: x",
            "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: x",
            "RateLimitError: 429 x\n    at f (a.js:1:2)",
            "com.openai.errors.RateLimitException: 429: x\n\tat a.B.c(B.java:1)",
            "InternalServerError: 502 <html>\n<p>\n    at f (a.js:1:2)",
        ] {
            assert!(is_trace(text), "{text}");
        }
        for text in [
            "chat failed RateLimitError: 429 x\n    at f (a.js:1:2)",
            "RateLimitError: 429 x",
            "failed\nTraceback (most recent call last):",
            "",
        ] {
            assert!(!is_trace(text), "{text}");
        }
    }

    #[test]
    fn a_traceback_may_stand_below_words() {
        let shown = |text: &str| traceback(text, text);
        assert_eq!(shown("failed\nTraceback (most recent call last):\n  File"), Traceback::Below);
        assert_eq!(shown("failed RateLimitError: 429 x\n    at f (a.js:1:2)"), Traceback::Below);
        assert_eq!(shown("Traceback (most recent call last):\n  File"), Traceback::Alone);
        assert_eq!(shown("failed: look at this"), Traceback::None);
    }
}
