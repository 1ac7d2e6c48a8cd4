//! One test on one field, and a table of them.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::fields::{Field, FieldType, Value};
use super::text::{compact, contains_compact, ends_compact, folded, is_compact, short, starts_compact};
use crate::model::Tier;

/// Characters of a value that evidence shows at most.
const MAX_EVIDENCE: usize = 120;
/// Largest compiled form of a pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 1 << 20;
/// Compiled form of a pattern, in bytes, up to which compiling it takes no longer than reading a log.
const LIGHT_PATTERN_BYTES: usize = 1 << 15;

/// A piece of text to look for.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// As written in the rule file.
    pub shown: String,
    /// In the form in which it is compared.
    pub(super) compact: String,
    /// Its number among the phrases of the whole rule set; set when the rule set is built.
    pub(super) number: usize,
}

impl Phrase {
    /// A phrase as written; `None` when nothing is left of it for comparing.
    #[must_use]
    pub fn new(shown: &str) -> Option<Self> {
        let compact = compact(shown);
        (!compact.is_empty()).then(|| Self { shown: shown.to_owned(), compact, number: usize::MAX })
    }
}

/// A regular expression. It is compiled when it is first asked for: most runs never ask.
#[derive(Clone)]
pub struct Pattern {
    shown: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is known to be one.
    pub(super) fn known(shown: String) -> Self {
        Self { shown, compiled: OnceLock::new() }
    }

    /// A pattern as written.
    ///
    /// # Errors
    /// When it is no regular expression, or too large a one.
    pub(super) fn new(shown: String) -> Result<Self, regex::Error> {
        let compiled = OnceLock::from(Some(compile(&shown, MAX_PATTERN_BYTES)?));
        Ok(Self { shown, compiled })
    }

    /// Whether compiling it takes so little that no run shows it.
    pub(super) fn is_light(&self) -> bool {
        compile(&self.shown, LIGHT_PATTERN_BYTES).is_ok()
    }

    /// As written in the rule file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The first match in the text.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<regex::Match<'t>> {
        self.compiled.get_or_init(|| compile(&self.shown, MAX_PATTERN_BYTES).ok()).as_ref()?.find(text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Pattern").field(&self.shown).finish()
    }
}

fn compile(pattern: &str, max_bytes: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(max_bytes).build()
}

/// What is asked of a value. Lists mean any of.
#[derive(Debug, Clone)]
pub enum Test {
    /// The whole value is one of these; text without regard to case and white space.
    Is(Vec<Phrase>),
    /// The number is one of these.
    Number(Vec<u64>),
    /// The number is not below the first and not above the second.
    Range(Option<u64>, Option<u64>),
    /// One of these stands in the text.
    Contains(Vec<Phrase>),
    /// The value starts with one of these.
    Starts(Vec<Phrase>),
    /// The value ends with one of these.
    Ends(Vec<Phrase>),
    /// One of these matches.
    Matches(Vec<Pattern>),
    /// There is a value, or there is none.
    Present(bool),
    /// The answer is yes, or no.
    Yes(bool),
}

/// A test on a field.
#[derive(Debug, Clone)]
pub struct Clause {
    /// The field.
    pub field: &'static Field,
    /// The test.
    pub test: Test,
    /// Bytes of the rule file where it stands.
    pub place: Range<usize>,
}

/// One `[[match]]` table: all clauses hold and none of the exceptions does.
#[derive(Debug, Clone)]
pub struct Match {
    /// How sure the cause is when it holds.
    pub tier: Tier,
    /// All of these must hold.
    pub clauses: Vec<Clause>,
    /// None of these may hold.
    pub none: Vec<Clause>,
    /// Bytes of the rule file where the table stands.
    pub place: Range<usize>,
}

impl Match {
    /// Whether any clause, exceptions included, tests the field.
    #[must_use]
    pub fn tests(&self, field: &str) -> bool {
        self.clauses.iter().chain(&self.none).any(|clause| clause.field.name == field)
    }
}

/// The texts in which phrases are looked for once for all rules.
pub(super) trait Found {
    /// Whether a phrase stands in the text of a field; `None` for fields that are not searched so.
    fn holds(&self, field: &Field, phrase: &Phrase) -> Option<bool>;
}

impl Clause {
    /// Whether it takes a regular expression, which costs more than all other tests.
    pub(super) fn is_pattern(&self) -> bool {
        matches!(self.test, Test::Matches(_))
    }

    /// Whether it holds for a value.
    pub(super) fn holds(&self, value: Option<Value<'_>>, found: &dyn Found) -> bool {
        match (&self.test, value) {
            (Test::Present(wanted), value) => value.is_some() == *wanted,
            (_, None) => false,
            (Test::Yes(wanted), Some(Value::Yes(value))) => value == *wanted,
            (Test::Number(numbers), Some(Value::Number(value))) => numbers.contains(&value),
            (Test::Range(low, high), Some(Value::Number(value))) => {
                low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high)
            }
            (_, Some(Value::Text(value))) => self.matching(value, found).is_some(),
            _ => false,
        }
    }

    /// What of the text matched, for evidence.
    fn matching(&self, value: &str, found: &dyn Found) -> Option<Cow<'_, str>> {
        let is_word = self.field.kind == FieldType::Word;
        let any =
            |phrases: &'_ [Phrase], of_words: fn(&str, &str) -> bool, of_prose: fn(&str, &str) -> bool| {
                let holds = |phrase: &Phrase| match is_word {
                    true => of_words(value, &phrase.shown),
                    false => of_prose(value, &phrase.compact),
                };
                phrases.iter().position(holds)
            };
        let (phrases, row) = match &self.test {
            Test::Is(phrases) => (phrases, any(phrases, |text, phrase| text == phrase, is_compact)),
            Test::Contains(phrases) => {
                let is_in = |phrase: &Phrase| {
                    let known = found.holds(self.field, phrase);
                    known.unwrap_or_else(|| contains_compact(value, &phrase.compact))
                };
                (phrases, phrases.iter().position(is_in))
            }
            Test::Starts(phrases) => {
                (phrases, any(phrases, |text, phrase| text.starts_with(phrase), starts_compact))
            }
            Test::Ends(phrases) => {
                (phrases, any(phrases, |text, phrase| text.ends_with(phrase), ends_compact))
            }
            Test::Matches(patterns) => {
                let text = folded(value);
                let hit = patterns.iter().find_map(|pattern| pattern.find(&text));
                return hit.map(|hit| Cow::Owned(hit.as_str().to_owned()));
            }
            _ => return None,
        };
        phrases.get(row?).map(|phrase| Cow::Borrowed(phrase.shown.as_str()))
    }

    /// The value that made it hold, as evidence shows it.
    pub(super) fn evidence(&self, value: Option<Value<'_>>, found: &dyn Found) -> String {
        let shown = match value {
            None => "absent".to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Yes(is_so)) => is_so.to_string(),
            Some(Value::Text(value)) => {
                self.matching(value, found).unwrap_or_else(|| folded(value)).into_owned()
            }
        };
        short(&shown, MAX_EVIDENCE)
    }
}
