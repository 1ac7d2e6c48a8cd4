//! Literals of a whole stage as one automaton, which grows with the work.
//!
//! A table of all transitions halves the price of a record, but takes as long to make as some thousand
//! records take to search. So it is made when that many were searched; what is found is the same.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, FindOverlappingIter, MatchKind};

/// After so many texts the table is made.
const MANY: usize = 2_000;

/// Literals, their number being their place in the list.
pub(crate) struct Automaton {
    literals: Vec<&'static str>,
    is_any_case: bool,
    compact: AhoCorasick,
    table: OnceLock<Option<AhoCorasick>>,
    searched: AtomicUsize,
}

impl Automaton {
    /// An automaton of the literals, in any case of their ASCII letters where that is asked for; `None` when
    /// they are too many for one.
    pub(crate) fn new(literals: Vec<&'static str>, is_any_case: bool) -> Option<Self> {
        let compact = build(&literals, is_any_case, AhoCorasickKind::ContiguousNFA)?;
        Some(Self { literals, is_any_case, compact, table: OnceLock::new(), searched: AtomicUsize::new(0) })
    }

    /// Every literal in the text, also those that overlap, by where they end.
    pub(crate) fn find<'a>(&'a self, text: &'a str) -> FindOverlappingIter<'a, 'a> {
        if self.searched.fetch_add(1, Ordering::Relaxed) < MANY {
            return self.compact.find_overlapping_iter(text);
        }
        let table = self.table.get_or_init(|| build(&self.literals, self.is_any_case, AhoCorasickKind::DFA));
        table.as_ref().unwrap_or(&self.compact).find_overlapping_iter(text)
    }
}

fn build(literals: &[&str], is_any_case: bool, kind: AhoCorasickKind) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.kind(Some(kind)).match_kind(MatchKind::Standard).ascii_case_insensitive(is_any_case);
    builder.build(literals).ok()
}

#[cfg(test)]
mod tests {
    use super::{Automaton, MANY};

    #[test]
    fn the_table_finds_what_the_compact_form_finds() {
        let automaton = Automaton::new(vec!["rate limit", "limit", "error"], true).expect("few literals");
        let found = || -> Vec<_> {
            let finds = automaton.find("Error: rate LIMIT of the limits");
            finds.map(|found| (found.pattern().as_usize(), found.range())).collect()
        };
        let first = found();
        assert_eq!(first.len(), 4);
        for _ in 0..MANY {
            assert_eq!(found(), first);
        }
        assert!(automaton.table.get().is_some());
    }
}
