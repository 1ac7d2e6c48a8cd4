//! The beginning of a new rule file: commented, and with nothing in it that could pass for finished.
//!
//! What the author has to say is left empty; an empty text is a mistake that `rules check` and
//! `rules test` name with its line.

use std::fmt::Write as _;

use super::schema::SCHEMA_LINE;
use crate::model::Family;

/// Most examples that a draft carries.
const MAX_EXAMPLES: usize = 3;

/// What is known of a failure that no rule explains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// What its calls have in common, as keys of a match with their values.
    pub clauses: Vec<(&'static str, DraftValue)>,
    /// Texts that show it, masked.
    pub samples: Vec<String>,
    /// Causes of other calls of the same input, each with a text that shows it.
    pub misses: Vec<(String, String)>,
    /// The first sample where somebody quotes it.
    pub quotation: Option<String>,
    /// How many calls there are.
    pub calls: u64,
}

/// A value in a drafted match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftValue {
    /// Of a text or word field.
    Text(String),
    /// Of a number field.
    Number(u64),
}

/// Whether a word can be the id of a cause: small letters, digits and hyphens, a letter first.
#[must_use]
pub fn is_id(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_lowercase())
        && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

/// A rule file to be filled in.
#[must_use]
pub fn skeleton(family: Family) -> String {
    let mut text = head(family);
    text.push_str(
        "
# How it is recognised. Any of the [[match]] tables decides; inside one every line must hold, and a
# list means any of its values. `why4xx rules fields` lists what can be tested.
[[match]]
tier = \"likely\"              # confirmed: the API says so; likely: fits nothing else; possible: one of several
code = \"\"

# Real log text that this cause explains: two at least. Mask secrets first (`why4xx redact`).
[[example]]
expect = true
input  = ''''''

[[example]]
expect = true
input  = ''''''
",
    );
    text + MISSES
}

/// A rule file for failures that no rule explains: what they have in common as its match, and their
/// texts as its examples. Only the advice is empty, and its first lines say so.
#[must_use]
pub fn draft(draft: &Draft) -> String {
    let mut text = head(Family::Other).replacen(SCHEMA_LINE, &format!("{SCHEMA_LINE}\n\n{TO_FILL_IN}"), 1);
    let _ = write!(
        text,
        "\n# Drafted from {} calls. Keep what tells the cause, drop what only happened to be so.\n[[match]]\n",
        draft.calls
    );
    let width =
        draft.clauses.iter().map(|(field, _)| field.len()).max().unwrap_or_default().max("tier".len());
    let _ = writeln!(text, "{:width$} = \"possible\"", "tier");
    for (field, value) in &draft.clauses {
        let value = match value {
            DraftValue::Text(value) => escaped(value),
            DraftValue::Number(value) => value.to_string(),
        };
        let _ = writeln!(text, "{field:width$} = {value}");
    }
    for sample in draft.samples.iter().take(MAX_EXAMPLES) {
        let _ = write!(text, "\n[[example]]\nexpect = true\ninput  = {}\n", literal(sample));
    }
    text.push_str(
        "\n# Near misses: text that looks like it and has another cause. Of two other causes at least.\n",
    );
    for (cause, sample) in &draft.misses {
        let cause = escaped(cause);
        let _ =
            write!(text, "[[example]]\nexpect = false\ncause  = {cause}\ninput  = {}\n\n", literal(sample));
    }
    if let Some(quotation) = &draft.quotation {
        let _ = write!(
            text,
            "# The first text, quoted inside a chat message that an application logs: no failure.\n\
             [[example]]\nexpect = false\ninput  = {}\n",
            literal(quotation)
        );
    }
    text
}

/// The text in triple quotes; single ones, with nothing to be escaped, where it allows them.
fn literal(text: &str) -> String {
    let is_plain = |letter: char| letter == '\n' || letter == '\t' || !letter.is_control();
    if !text.contains("'''") && !text.ends_with('\'') && text.chars().all(is_plain) {
        return format!("'''\n{text}'''");
    }
    escaped(text)
}

/// The text in double quotes: what JSON escapes, TOML reads, and it forbids one letter more.
fn escaped(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn head(family: Family) -> String {
    format!(
        "{SCHEMA_LINE}

# The cause in plain words, as a heading: `Account has no credit left`.
title    = \"\"
family   = \"{}\"
# The more general cause that this one falls back to; `why4xx rules list` lists them.
# refines  = \"unauthorized\"
# Causes in other branches that this one explains away where both fit.
# outranks = []
severity = \"medium\"          # critical, high, medium, low, info
# retry    = \"never\"         # never, after-reset, after-renewal, with-backoff
# The mechanism: what happened, and why the API answered so.
why      = \"\"
# What the reader does now, the first thing first. {{service}}, {{environment}}, {{key}} … are filled in.
fix      = [\"\"]
# How to keep it from coming back, what it is often mistaken for, and where all this is written.
prevent  = \"\"
not      = \"\"
links    = [\"\"]
",
        family.word()
    )
}

const TO_FILL_IN: &str =
    "# A draft: `title`, `why`, `fix`, `prevent`, `not` and `links` are empty and to be filled in.";

const MISSES: &str = "
# Near misses: text that looks like it and has another cause. At least two other causes.
[[example]]
expect = false
cause  = \"\"
input  = ''''''

[[example]]
expect = false
cause  = \"\"
input  = ''''''

# The text of the first example, quoted inside a chat message that an application logs: no failure.
[[example]]
expect = false
input  = ''''''
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_written_so_that_it_reads_back() {
        for sample in ["plain", "it's", "ends'", "'''", "two\nlines \\ \u{1b}[0m", "\"\"\""] {
            let text = format!("input = {}", literal(sample));
            let read: toml::Table = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(read.get("input").and_then(toml::Value::as_str), Some(sample), "{text}");
        }
    }

    #[test]
    fn ids_are_small_letters_digits_and_hyphens() {
        for (word, is_fine) in
            [("key-invalid", true), ("a1", true), ("1a", false), ("Key", false), ("", false)]
        {
            assert_eq!(is_id(word), is_fine, "{word}");
        }
    }
}
