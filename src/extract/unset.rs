//! Programs that refuse to start because nobody gave them a key for OpenAI.
//!
//! Every framework and every application words it by itself: `OPENAI_API_KEY is not set`, `KeyError:
//! 'OPENAI_API_KEY'`, `Could not resolve placeholder 'OPENAI_API_KEY'`. In goes the text of a record; out comes a
//! piece when a line of it names the key and says that there is none. Sentences that a library always prints are
//! rows of `phrases.rs`; here only what an error-level record says or an exception carries counts, so that
//! documentation, advice and calm notes stay what they are.

use super::line_at;
use super::literals::{List, Literals};
use super::piece::{Piece, Trust};
use crate::model::Level;

/// How the key is named, in lower case where people write it as they like.
pub(super) const NAMES: &[&str] = &[
    "OPENAI_API_KEY",
    "OPENAI_APIKEY",
    "OPENAI_API_TOKEN",
    "OPENAI_KEY",
    "OPENAI_TOKEN",
    "OpenAI API Key",
    "OpenAI API key",
    "OpenAI API token",
    "OpenAI ApiKey",
    "OpenAI Key",
    "OpenAI access token",
    "OpenAI api key",
    "OpenAI apiKey",
    "OpenAI credentials",
    "OpenAI key",
    "OpenAI:ApiKey",
    "OpenAI__ApiKey",
    "openai api key",
    "openai-api-key",
    "openai.api-key",
    "openai.api.key",
    "openai.api_key",
    "openai.apiKey",
    "openai.chat.api-key",
    "openaiApiKey",
    "openai_api_key",
];

/// How it is said that there is none, in lower case.
const ABSENCES: &[&str] = &[
    "cannot be blank",
    "cannot be empty",
    "cannot be null",
    "could not be found",
    "could not find",
    "could not resolve placeholder",
    "couldn't find",
    "did not find",
    "does not exist",
    "environment variables are set",
    "is blank",
    "is empty",
    "is mandatory",
    "is not available",
    "is not present",
    "is null",
    "is required",
    "is undefined",
    "is unset",
    "are required",
    "isn't set",
    "may not be blank",
    "missing",
    "must be configured",
    "must be defined",
    "must be provided",
    "must be set",
    "must be specified",
    "must not be blank",
    "must not be empty",
    "must not be null",
    "must set",
    "need to set",
    "no openai",
    "not configured",
    "not defined",
    "not found",
    "not provided",
    "not set",
    "not specified",
    "please provide",
    "please set",
    "required environment variable",
    "set openai",
    "set the",
    "undefined environment variable",
    "was not set",
];

/// Words that speak of a key that is there.
const PRESENCES: &[&str] =
    &["expired", "incorrect", "invalid", "rejected", "revoked", "rotated", "unauthorized", "wrong"];

/// Words in front of the class of an exception that nobody caught.
const LEADS: [&str; 3] = ["E", "Uncaught", "exception."];

/// Longest sentence that is read, in bytes.
const LONGEST: usize = 1_000;

/// What the record says of a key that is not there, where it is at the level of errors or an exception carries it.
pub(super) fn piece(text: &str, literals: &Literals, level: Option<Level>) -> Option<Piece> {
    if level.is_some_and(|level| level < Level::Error) {
        return None;
    }
    literals.list(List::KeyNames).iter().find_map(|hit| {
        let span = line_at(text, hit.at.start);
        let line = text.get(span.clone()).filter(|line| line.len() <= LONGEST)?;
        let name = hit.at.start - span.start..hit.at.end - span.start;
        let (class, start) = exception(line, name.start, level.is_some()).unzip();
        let start = start.or_else(|| behind_level(line.get(..name.start)?));
        if level.is_none() && class.is_none() && !announces_error(line) {
            return None;
        }
        let said = line.get(start.unwrap_or_default()..)?.trim();
        if !is_absent(said, class.unwrap_or_default(), line.get(..name.start)?) {
            return None;
        }
        Some(Piece {
            at: hit.at.start,
            trust: Trust::Prose,
            message: Some(said.to_owned()),
            exception: class.map(str::to_owned),
            is_before_request: true,
            ..Piece::default()
        })
    })
}

/// Whether the sentence says that there is no such thing: in words, or as the lookup of a name that failed.
fn is_absent(said: &str, class: &str, before: &str) -> bool {
    if class.ends_with("KeyError") && before.ends_with(['\'', '"']) {
        return true;
    }
    let lower = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    says(ABSENCES) && !says(PRESENCES)
}

/// The class of the exception that the line carries, and where its message begins: in front of the name as in
/// `ValueError: …`, or behind the message as in Ruby's `… (KeyError)`, which begins behind the place. Without a
/// level the class must begin what the line says.
fn exception(line: &str, name: usize, has_level: bool) -> Option<(&str, usize)> {
    let before = line.get(..name)?;
    let leads = before.match_indices(": ").filter_map(|(at, colon)| {
        let class = class_at_end(line.get(..at)?)?;
        let lead = line.get(..at - class.len())?.trim_end();
        let is_first = has_level
            || lead.is_empty()
            || lead.ends_with([':', ']', ')', '|', '#', '}'])
            || lead.len() > 1 && lead.ends_with(" -")
            || lead.split_whitespace().next_back().is_some_and(|word| LEADS.contains(&word));
        is_first.then_some((class, at + colon.len()))
    });
    leads.last().or_else(|| {
        let inner = line.trim_end().strip_suffix(')')?;
        let class = inner.rsplit('(').next()?;
        let start = before.rfind("': ").map_or(0, |at| at + 3);
        (class_at_end(class)? == class).then_some((class, start))
    })
}

/// Where what the record says begins behind the word of its level.
fn behind_level(before: &str) -> Option<usize> {
    const LEVELS: [&str; 4] = [" ERROR ", " FATAL ", " CRITICAL ", "ERROR: "];
    LEVELS.iter().filter_map(|word| before.rfind(word).map(|at| at + word.len())).max()
}

/// `ValueError`, `java.lang.IllegalStateException`, `OpenAI::ConfigurationError` at the end of a text.
fn class_at_end(text: &str) -> Option<&str> {
    const ENDINGS: [&str; 4] = ["Error", "Exception", "ApiKeyIsMissing", "panicked"];
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '\\' | ':' | '$');
    let class = text.get(text.trim_end_matches(is_part).len()..)?.trim_start_matches([':', '.']);
    ENDINGS.iter().any(|ending| class.ends_with(ending)).then_some(class)
}

/// Whether the line begins as programs announce that they give up.
fn announces_error(line: &str) -> bool {
    const STARTS: [&str; 9] =
        ["Error:", "ERROR", "error:", "FATAL", "Fatal", "fatal", "panic:", "thread '", "Uncaught"];
    STARTS.iter().any(|start| line.trim_start().starts_with(start))
        || ["]: ERROR", ": ERROR: ", "' panicked at "].iter().any(|lead| line.contains(lead))
}

#[cfg(test)]
mod tests {
    use super::piece;
    use crate::extract::literals::Literals;
    use crate::model::Level;

    /// `expected` is the class of the exception and the message; nothing where the text says nothing.
    fn check(level: Option<Level>, text: &str, expected: &str) {
        let told = piece(text, &Literals::of(text), level).map_or_else(String::new, |piece| {
            format!("{}|{}", piece.exception.unwrap_or_default(), piece.message.unwrap_or_default())
        });
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn exceptions_carry_it_without_a_level() {
        check(None, "KeyError: 'OPENAI_API_KEY'", "KeyError|'OPENAI_API_KEY'");
        check(None, "ValueError: OPENAI_API_KEY is not set", "ValueError|OPENAI_API_KEY is not set");
        check(
            None,
            "Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'OPENAI_API_KEY'",
            "java.lang.IllegalArgumentException|Could not resolve placeholder 'OPENAI_API_KEY'",
        );
        check(
            None,
            "app.rb:3:in `fetch': key not found: \"OPENAI_API_KEY\" (KeyError)",
            "KeyError|key not found: \"OPENAI_API_KEY\" (KeyError)",
        );
        check(
            None,
            "haystack: ValueError: None of the following authentication environment variables are set: ('OPENAI_API_KEY',)",
            "ValueError|None of the following authentication environment variables are set: ('OPENAI_API_KEY',)",
        );
        check(
            None,
            "thread 'main' panicked at src/main.rs:9:44: OPENAI_API_KEY not set: NotPresent",
            "|thread 'main' panicked at src/main.rs:9:44: OPENAI_API_KEY not set: NotPresent",
        );
        check(
            None,
            "Error: Missing required environment variable: OPENAI_API_KEY",
            "Error|Missing required environment variable: OPENAI_API_KEY",
        );
    }

    #[test]
    fn errors_say_it_in_their_own_words() {
        for text in [
            "OPENAI_API_KEY is not set",
            "startup: missing OPENAI_API_KEY",
            "the OpenAI API key is not configured",
            "The config property acme.openai.api-key is required but it could not be found",
            "no OpenAI API key, exiting",
        ] {
            check(Some(Level::Error), text, &format!("|{text}"));
            check(Some(Level::Warn), text, "");
            check(Some(Level::Info), text, "");
            check(None, text, "");
        }
    }

    #[test]
    fn a_key_that_is_there_is_not_missing() {
        for text in [
            "OPENAI_API_KEY is invalid or not set correctly",
            "the OpenAI API key expired, please set a new one",
            "cannot rotate OPENAI_API_KEY",
            "OPENAI_API_KEY=****",
        ] {
            check(Some(Level::Error), text, "");
        }
    }

    #[test]
    fn documents_that_speak_of_it_stay_calm() {
        for text in [
            "If you see `KeyError: 'OPENAI_API_KEY'`, set the variable.",
            "When it raises ValueError: OPENAI_API_KEY is not set, export it first.",
            "- OPENAI_API_KEY is required",
            "Please set the OPENAI_API_KEY environment variable.",
        ] {
            check(None, text, "");
        }
    }
}
