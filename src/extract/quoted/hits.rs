//! Every word of a text that can have to do with a quotation, found in one pass.
//!
//! Names of fields, announcing words, signs of an error and the side channels are searched together; what a word
//! means where it stands is decided by `quoted.rs`.

use std::ops::Range;
use std::sync::LazyLock;

use hashbrown::HashSet;

use super::words::{ANNOUNCERS, CONVERSATION};
use crate::extract::literals::keep_leftmost;
use crate::search::Searcher;

/// Behind these the words of a line are those of an error.
const ERRORS: &[&str] = &["error code: ", "error': ", "error\": ", "error: "];
/// In front of what an exporter of traces says about requests of its own.
const SIDE_CHANNEL: &str = "Tracing client error ";
/// Longest name of a field, in bytes.
const LONGEST_NAME: usize = 32;

const FIRST_ANNOUNCER: usize = CONVERSATION.len();
const FIRST_ERROR: usize = FIRST_ANNOUNCER + ANNOUNCERS.len();
const FIRST_SIDE_CHANNEL: usize = FIRST_ERROR + ERRORS.len();

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let words = CONVERSATION.iter().chain(ANNOUNCERS).chain(ERRORS).chain([&SIDE_CHANNEL]);
    Searcher::new(words, true)
});

static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| CONVERSATION.iter().copied().collect());

/// For each first byte of a name the lengths that names have, a bit each: most names of fields are none of these.
static LENGTHS: LazyLock<[u64; 256]> = LazyLock::new(|| {
    let mut lengths = [0; 256];
    for name in CONVERSATION {
        lengths[usize::from(name.as_bytes()[0])] |= 1 << name.len();
    }
    lengths
});

/// Makes the searcher, which is otherwise made when it is first needed.
pub(in crate::extract) fn prepare() {
    LazyLock::force(&SEARCHER);
}

/// Whether the name of a field says that it carries conversation.
pub(crate) fn is_conversation(name: &str) -> bool {
    let Some(first) = name.bytes().next().filter(|_| name.len() <= LONGEST_NAME) else { return false };
    if LENGTHS[usize::from(first.to_ascii_lowercase())] & 1 << name.len() == 0 {
        return false;
    }
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return NAMES.contains(name.to_ascii_lowercase().as_str());
    }
    NAMES.contains(name)
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its number in the search.
    pub(super) number: usize,
    /// Where it stands.
    pub(super) at: Range<usize>,
}

impl Word {
    /// Whether it announces a quotation.
    pub(super) fn is_announcer(&self) -> bool {
        (FIRST_ANNOUNCER..FIRST_ERROR).contains(&self.number)
    }

    /// Whether an error begins with it.
    pub(super) fn is_error(&self) -> bool {
        (FIRST_ERROR..FIRST_SIDE_CHANNEL).contains(&self.number)
    }

    /// Whether it tells of a side channel.
    pub(super) fn is_side_channel(&self) -> bool {
        self.number == FIRST_SIDE_CHANNEL
    }

    /// Whether it still stands there when parts of the text were blanked. A side channel is written as it is,
    /// the others in any case.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let found = text.get(self.at.clone()).unwrap_or_default();
        let words = ANNOUNCERS.iter().chain(ERRORS).nth(self.number - FIRST_ANNOUNCER);
        words.map_or(found == SIDE_CHANNEL, |word| found.eq_ignore_ascii_case(word))
    }
}

/// The words of a text.
#[derive(Debug, Default)]
pub(super) struct Hits {
    names: Vec<Range<usize>>,
    words: Vec<Word>,
}

impl Hits {
    /// Finds them.
    pub(super) fn of(text: &str) -> Self {
        let mut hits = Self::default();
        for found in SEARCHER.find(text) {
            let number = found.number;
            if number < FIRST_ANNOUNCER {
                hits.names.push(found.at);
            } else {
                hits.words.push(Word { number, at: found.at });
            }
        }
        hits.words.sort_by_key(|word| (word.at.start, word.number));
        keep_leftmost(&mut hits.names, |name| name);
        hits
    }

    /// Names of fields that carry conversation, in order; of several that overlap the first and longest.
    pub(super) fn names(&self) -> &[Range<usize>] {
        &self.names
    }

    /// All other words, by where they begin.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::{CONVERSATION, Hits, LONGEST_NAME, is_conversation};

    #[test]
    fn names_are_found_in_any_case_the_longest_first() {
        let text = "x System_Prompt: Messages";
        let hits = Hits::of(text);
        let names: Vec<&str> = hits.names().iter().filter_map(|range| text.get(range.clone())).collect();
        assert_eq!(names, ["System_Prompt", "Messages"]);
    }

    #[test]
    fn words_that_overlap_are_all_found() {
        let text = "user message from error code: 1";
        let hits = Hits::of(text);
        let words: Vec<&str> = hits.words().iter().filter_map(|word| text.get(word.at.clone())).collect();
        assert_eq!(words, ["user message", "message from", "error code: "]);
        assert!(hits.words().iter().all(|word| word.is_in(text) && !word.is_in("")));
    }

    #[test]
    fn every_name_is_known_in_any_case() {
        for name in CONVERSATION {
            assert!(name.len() <= LONGEST_NAME && *name == name.to_ascii_lowercase(), "{name}");
            assert!(is_conversation(name) && is_conversation(&name.to_ascii_uppercase()), "{name}");
        }
        assert!(!is_conversation("status"));
    }
}
