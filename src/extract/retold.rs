//! Records of kinds that tell of a failure once more: summaries of tests and flows, notices of job queues, servers that
//! log the exception of a request, replies that quote.
//!
//! In goes the text of a record and where in it the error stands; out comes the kind. Whether the failure was told
//! before, folding decides: where it was not, the record counts as any other.

/// A kind by its name, told by the first line of a record and by the line with the error.
type Kind = (&'static str, fn(&str, &str) -> bool);

/// The kind of notices that nothing more will be tried.
pub(super) const GAVE_UP: &str = "gave-up";

/// The kinds.
const KINDS: &[Kind] = &[
    ("active-job", |_, line| {
        line.split_once("Retrying ")
            .is_some_and(|(_, rest)| rest.contains(" attempts in ") && rest.contains("due to "))
    }),
    ("celery-retry", |first, _| first.contains("] retry: Retry in ")),
    ("flow-failed", |first, _| first.contains("Flow run '") && first.contains(" - Encountered exception")),
    ("flow-finished", |first, _| first.contains("Flow run '") && first.contains(" - Finished in state ")),
    (GAVE_UP, |_, line| line.contains("retries exceeded") && line.contains("ast error: ")),
    ("litellm-fallback", |first, _| first.contains("Error occurred while trying to do fallbacks - ")),
    ("pytest-log", |_, line| is_captured(line)),
    ("pytest-place", |_, line| is_place_of_test(line)),
    ("pytest-summary", |_, line| is_summary_of_test(line)),
    ("reply", |first, _| first.starts_with("> ")),
    ("request-log", |first, _| is_served(first)),
    ("task-finished", |first, _| first.contains("Task run '") && first.contains(" - Finished in state ")),
];

/// The kind of a record as written, with an error at `at` of its undecorated text; `None` for all others.
pub(super) fn kind(written: &str, text: &str, at: usize) -> Option<&'static str> {
    let first = written.lines().next().unwrap_or_default();
    let line = text.get(super::line_at(text, at.min(text.len()))).unwrap_or_default();
    KINDS.iter().find(|(_, is_one)| is_one(first, line)).map(|(name, _)| *name)
}

/// The kind of a record of this logger: a wrapper's time in front of a line that pytest captured makes its place one.
pub(super) fn kind_of_logger(logger: &str) -> Option<&'static str> {
    is_place_of_log(logger).then_some("pytest-log")
}

/// Whether the line with an error at `at` was cut to the width of a terminal, so that what it shows of a message is no
/// message: `FAILED tests/test_a.py::test_a - openai.AuthenticationError: Er...`.
pub(super) fn is_cut(text: &str, at: usize) -> bool {
    let line = text.get(super::line_at(text, at.min(text.len()))).unwrap_or_default();
    is_summary_of_test(line) && line.trim_end().ends_with("...")
}

/// `FAILED tests/test_a.py::test_a - openai.AuthenticationError: …` of pytest's summary.
fn is_summary_of_test(line: &str) -> bool {
    let test = line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("ERROR "));
    test.and_then(|test| test.split_once(" - "))
        .is_some_and(|(name, _)| name.contains("::") || name.ends_with(".py"))
}

/// `app/assistant.py:12: AuthenticationError` below the lines of a test that failed, or with the message behind the
/// class (`pytest --tb=line`).
fn is_place_of_test(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(place, rest)| {
        let class = rest.split(": ").next().unwrap_or_default().trim_end();
        let line = place.rsplit_once(".py:").map(|(_, line)| line);
        line.is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
            && (class.ends_with("Error") || class.ends_with("Exception"))
            && !place.contains(' ')
            && !class.contains(' ')
    })
}

/// `INFO     httpx:_client.py:1025 HTTP Request: …` below pytest's `Captured log call`.
fn is_captured(line: &str) -> bool {
    let Some((level, rest)) = line.split_once(' ') else { return false };
    let Some(place) = rest.trim_start().split(' ').next() else { return false };
    level.len() >= 4 && level.bytes().all(|byte| byte.is_ascii_uppercase()) && is_place_of_log(place)
}

/// `httpx:_client.py:1025`
fn is_place_of_log(place: &str) -> bool {
    let mut parts = place.rsplit(':');
    parts.next().is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
        && parts.next().is_some_and(|file| file.ends_with(".py"))
        && parts.next().is_some()
}

/// `HTTP POST /answer responded 500 in 212.4 ms` of Serilog, and what ASP.NET Core says of a request that threw.
fn is_served(first: &str) -> bool {
    first.split_once("HTTP ").is_some_and(|(_, rest)| {
        let mut words = rest.split(' ');
        words.next().is_some_and(|method| method.bytes().all(|byte| byte.is_ascii_uppercase()))
            && words.next().is_some_and(|path| path.starts_with('/'))
            && words.next() == Some("responded")
    }) || first.contains("An unhandled exception has occurred while executing the request")
}

#[cfg(test)]
mod tests {
    use super::{KINDS, kind};

    fn check(text: &str, expected: Option<&str>) {
        let at = text.rfind("openai.").unwrap_or_default();
        assert_eq!(kind(text, text, at), expected, "{text}");
    }

    #[test]
    fn kinds_are_sorted_and_unique() {
        assert!(KINDS.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn repetitions_are_told_by_their_lines() {
        check("FAILED tests/test_a.py::test_a - openai.AuthenticationError: x", Some("pytest-summary"));
        check(
            "INFO     httpx:_client.py:1025 HTTP Request: POST https://api.openai.com/v1",
            Some("pytest-log"),
        );
        check("/app/llm.py:1047: openai.AuthenticationError", Some("pytest-place"));
        check("/app/llm.py:1047: openai.AuthenticationError: Error code: 401", Some("pytest-place"));
        check("> openai.AuthenticationError: x", Some("reply"));
        check("[ERR] HTTP POST /answer responded 500 in 2 ms\nopenai.Error: x", Some("request-log"));
        check(
            "Retrying Job (Job ID: 1) after 1 attempts in 3 seconds, due to a openai.Error",
            Some("active-job"),
        );
        check(
            "async_function_with_fallbacks() - Error occurred while trying to do fallbacks - openai.Error: x",
            Some("litellm-fallback"),
        );
        check("Task mail.send[5867b678-8e01] retry: Retry in 0.5s: openai.Error('x')", Some("celery-retry"));
        check(
            "09:00 | ERROR | Task run 'a-0' - Finished in state Failed(openai.Error",
            Some("task-finished"),
        );
        check(
            "ERROR retry: Max retries exceeded. Total attempts: 1, Last error: openai.Error",
            Some("gave-up"),
        );
        check("09:00 | ERROR | Flow run 'b' - Encountered exception: openai.Error", Some("flow-failed"));
    }

    #[test]
    fn the_place_of_a_line_that_pytest_captured_may_be_its_logger() {
        assert_eq!(super::kind_of_logger("httpx:_client.py:1025"), Some("pytest-log"));
        assert_eq!(super::kind_of_logger("app.py:12"), None);
        assert_eq!(super::kind_of_logger("httpx"), None);
    }

    #[test]
    fn a_summary_that_ends_in_points_is_cut() {
        assert!(super::is_cut("x\nFAILED a.py::b - openai.AuthenticationError: Er...\n", 20));
        assert!(!super::is_cut("x\nFAILED a.py::b - openai.AuthenticationError: x\n", 20));
        assert!(!super::is_cut("openai.AuthenticationError: Er...", 0));
    }

    #[test]
    fn first_tellings_are_of_no_kind() {
        for text in [
            "E   openai.AuthenticationError: x",
            "FAILED - openai.AuthenticationError: x",
            "ERROR app.llm: openai.AuthenticationError: x",
            "09:00 | ERROR | Task run 'a-0' - Encountered exception: openai.Error",
            "Retrying in 3 seconds: openai.Error",
            "HTTP POST https://api.openai.com/v1 responded 401: openai.Error",
        ] {
            check(text, None);
        }
    }
}
