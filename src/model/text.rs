//! Text of the input: without its secrets, and within other text.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Text in which every recognised secret is masked.
///
/// The only way in is [`Masked::from_redacted`], which the redactor calls; every type that can
/// leave the process holds `Masked` and not `String` where the text came from a log. A saved summary holds
/// masked text only, and is read back as it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Masked(Arc<str>);

impl Masked {
    /// Wraps text that the redactor has been over. Not for other callers.
    #[must_use]
    pub fn from_redacted(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// How many places may begin like the text that is looked for before it is searched for as a whole.
const MAX_BEGINNINGS: usize = 16;
/// Bytes of that beginning.
const BEGINNING: usize = 32;

/// Whether `text` holds `part`. As `str::contains`, but quick where `part` is long: a record's fields repeat
/// its text, and preparing a search for a whole traceback costs more than the search.
#[must_use]
pub fn holds(text: &str, part: &str) -> bool {
    // Up to 32 bytes the search needs no preparation.
    let end = (0..=BEGINNING.min(part.len())).rfind(|end| part.is_char_boundary(*end)).unwrap_or_default();
    let is_begun = text.contains(part.get(..end).unwrap_or_default());
    if !is_begun || end == part.len() {
        return is_begun;
    }
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let beginning = part.get(..end).unwrap_or_default();
    let finder = memchr::memmem::Finder::new(beginning);
    let mut rest = text;
    for _ in 0..MAX_BEGINNINGS {
        let Some(begun) = finder.find(rest).and_then(|at| rest.get(at..)) else { return false };
        if begun.starts_with(part) {
            return true;
        }
        // The next beginning may overlap this one.
        rest = begun.get(1..).unwrap_or_default();
    }
    memchr::memmem::find(rest, part).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::holds;

    proptest! {
        #[test]
        fn a_text_holds_what_it_contains(text in "[ab]{0,200}", part in "[ab]{0,60}", from in 0_usize..200, to in 0_usize..200) {
            prop_assert_eq!(holds(&text, &part), text.contains(&part));
            let slice = text.get(from.min(text.len())..to.clamp(from.min(text.len()), text.len())).unwrap_or_default();
            prop_assert!(holds(&text, slice));
        }
    }

    #[test]
    fn a_part_behind_many_like_beginnings_is_found() {
        let part = format!("{}b", "a".repeat(40));
        assert!(holds(&format!("{}{part}", "a".repeat(400)), &part));
        assert!(!holds(&"a".repeat(400), &part));
    }
}
