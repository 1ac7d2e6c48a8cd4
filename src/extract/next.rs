//! Whom a program will ask next: `falling back to anthropic`, `trying Azure OpenAI next`.
//!
//! In goes a text and the place of a name in it; out comes whether the program says that it turns there. Nothing of
//! what the record tells came from there: the one who is tried next has not answered yet.

use std::ops::Range;

/// How programs say that they turn to somebody else, in lower case.
const TURNS: &[&str] = &[
    "fail over to",
    "failing over to",
    "failover to",
    "fall back on",
    "fall back to",
    "fallback to",
    "falling back on",
    "falling back to",
    "fell back to",
    "rerouting to",
    "retrying on",
    "retrying via",
    "retrying with",
    "switch to",
    "switched to",
    "switching over to",
    "switching to",
    "trying",
];

/// Longest of these, with the marks behind it.
const REACH: usize = 24;

/// Whether the name at this place is that of the one who is tried next: a turn stands in front, and nothing that it said
/// behind.
pub(super) fn is_tried_next(text: &str, name: &Range<usize>) -> bool {
    // Addresses and classes are named by what was called.
    let before = text.get(..name.start).unwrap_or_default();
    let bare = before.trim_end_matches([' ', '\'', '"', '`']);
    if bare.len() == before.len() || before.len() - bare.len() > 2 {
        return false;
    }
    let mut from = bare.len().saturating_sub(REACH);
    while !bare.is_char_boundary(from) {
        from += 1;
    }
    let lead = bare.get(from..).unwrap_or_default().to_ascii_lowercase();
    TURNS.iter().any(|turn| {
        lead.strip_suffix(turn).is_some_and(|rest| !rest.ends_with(|last: char| last.is_alphanumeric()))
    }) && ends(text.get(name.end..).unwrap_or_default())
}

/// Whether the clause ends behind the name.
fn ends(behind: &str) -> bool {
    let behind =
        behind.trim_start_matches(|letter: char| letter.is_alphanumeric() || "-_/.\'\"`".contains(letter));
    let rest = behind.trim_start_matches(' ');
    rest.is_empty()
        || rest.starts_with([',', ';', ')', '\n', '\r', '}', '\\', '('])
        || ["next", "instead", "now", "as "].iter().any(|word| rest.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::is_tried_next;

    fn check(text: &str, name: &str, expected: bool) {
        let at = text.find(name).unwrap_or_default();
        assert_eq!(is_tried_next(text, &(at..at + name.len())), expected, "{text}");
    }

    #[test]
    fn a_turn_names_the_next() {
        for text in [
            "openai failed, falling back to anthropic",
            "openai failed (500), switching to anthropic/claude-sonnet-4-5",
            "429 from openai; retrying with `anthropic`.",
            "Fell back to anthropic, was 503",
            "openai down, trying anthropic next",
        ] {
            check(text, "anthropic", true);
        }
        check("gemini answered 503, falling back to openai", "openai", true);
    }

    #[test]
    fn who_answered_is_not_the_next() {
        for text in [
            "falling back to anthropic: Error code: 401",
            "anthropic failed, falling back to openai",
            "falling back to anthropic failed",
            "while trying https://api.anthropic.com/v1/messages",
            "retrying anthropic.messages",
            "entrying anthropic",
        ] {
            check(text, "anthropic", false);
        }
    }
}
