//! Every literal that a reader of text looks for, found in one pass.
//!
//! In goes a text; out come, for each of the lists of literals, the places where they stand. The lists belong
//! to their readers; they are searched together, so that a record is walked through once and not once a list.

use std::ops::Range;
use std::sync::LazyLock;

use super::{client, group, http, markers, objects, phrases, text, unset, url};
use crate::search;

/// A list of literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// Where the readers of renderings begin.
    Anchors,
    /// What stands in prose.
    Phrases,
    /// Who was called.
    Markers,
    /// HTML pages.
    Pages,
    /// User agents with a version.
    Agents,
    /// Marks of client libraries.
    Clients,
    /// URLs of the API.
    Urls,
    /// Constructors of errors.
    Constructors,
    /// Raw HTTP.
    Http,
    /// Names of the setting that holds the key.
    KeyNames,
    /// Groups of errors.
    Groups,
}

/// How often a list is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overlap {
    /// Of literals that overlap only the first, and of these the longest.
    Leftmost,
    /// All of them.
    All,
}

const LISTS: [(List, Overlap); 11] = [
    (List::Anchors, Overlap::Leftmost),
    (List::Phrases, Overlap::Leftmost),
    (List::Markers, Overlap::Leftmost),
    (List::Pages, Overlap::Leftmost),
    (List::Agents, Overlap::All),
    (List::Clients, Overlap::All),
    (List::Urls, Overlap::All),
    (List::Constructors, Overlap::All),
    (List::Http, Overlap::All),
    (List::KeyNames, Overlap::Leftmost),
    (List::Groups, Overlap::All),
];

/// The rows of a list.
fn rows(list: List) -> Vec<&'static str> {
    match list {
        List::Anchors => text::ANCHORS.iter().map(|row| row.0).collect(),
        List::Phrases => phrases::PHRASES.iter().map(|row| row.0).collect(),
        List::Markers => markers::MARKERS.iter().map(|row| row.0).collect(),
        List::Pages => text::PAGES.to_vec(),
        List::Agents => client::AGENTS.iter().map(|row| row.0).collect(),
        List::Clients => client::MARKS.iter().map(|row| row.0).collect(),
        List::Urls => url::OPENAI.to_vec(),
        List::Constructors => objects::CONSTRUCTORS.to_vec(),
        List::Http => http::STATUS_LINES.to_vec(),
        List::KeyNames => unset::NAMES.to_vec(),
        List::Groups => group::MARKS.to_vec(),
    }
}

/// All of the literals, and for each of them the list and the row in it.
struct Searcher {
    literals: search::Searcher,
    places: Vec<(List, usize)>,
}

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let mut literals = Vec::new();
    let mut places = Vec::new();
    for (list, _) in LISTS {
        let rows = rows(list);
        places.extend((0..rows.len()).map(|row| (list, row)));
        literals.extend(rows);
    }
    Searcher { literals: search::Searcher::new(literals, false), places }
});

/// Makes the searcher, which is otherwise made when it is first needed.
pub(super) fn prepare() {
    LazyLock::force(&SEARCHER);
}

/// A literal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Its row in its list.
    pub(crate) row: usize,
    /// Where it stands.
    pub(crate) at: Range<usize>,
}

/// What stands in a text.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    hits: [Vec<Hit>; LISTS.len()],
}

impl Literals {
    /// Finds all literals of all lists.
    pub(crate) fn of(text: &str) -> Self {
        let mut literals = Self::default();
        let searcher = &*SEARCHER;
        for found in searcher.literals.find(text) {
            if let Some((list, row)) = searcher.places.get(found.number)
                && let Some(hits) = literals.hits.get_mut(*list as usize)
            {
                hits.push(Hit { row: *row, at: found.at });
            }
        }
        for (hits, (_, overlap)) in literals.hits.iter_mut().zip(LISTS) {
            match overlap {
                Overlap::Leftmost => keep_leftmost(hits, |hit| &hit.at),
                Overlap::All => hits.sort_by_key(|hit| (hit.at.end, hit.at.start)),
            }
        }
        literals
    }

    /// What stands there of a list, by where it ends.
    pub(crate) fn list(&self, list: List) -> &[Hit] {
        self.hits.get(list as usize).map_or(&[], Vec::as_slice)
    }

    /// The first row of a list of which there is a literal, with the first place of that.
    pub(crate) fn first_row(&self, list: List) -> Option<&Hit> {
        self.list(list).iter().min_by_key(|hit| (hit.row, hit.at.start))
    }
}

/// Of finds that overlap keeps the first, and of these the longest.
pub(super) fn keep_leftmost<T>(finds: &mut Vec<T>, range: impl Fn(&T) -> &Range<usize>) {
    finds.sort_by_key(|find| (range(find).start, std::cmp::Reverse(range(find).end)));
    let mut end = 0;
    finds.retain(|find| {
        let is_kept = range(find).start >= end;
        end = if is_kept { range(find).end } else { end };
        is_kept
    });
}

#[cfg(test)]
mod tests {
    use super::{LISTS, List, Literals, rows};

    #[test]
    fn lists_stand_in_their_order() {
        for (index, (list, _)) in LISTS.iter().enumerate() {
            assert_eq!(*list as usize, index);
        }
    }

    #[test]
    fn every_literal_is_found_in_its_row() {
        for (list, _) in LISTS {
            for (row, literal) in rows(list).into_iter().enumerate() {
                let text = format!("é {literal}");
                let literals = Literals::of(&text);
                let is_found =
                    literals.list(list).iter().any(|hit| hit.row == row && hit.at.end == text.len());
                assert!(is_found, "{literal}");
            }
        }
    }

    #[test]
    fn of_markers_that_overlap_the_longest_stands() {
        let literals = Literals::of("see https://api.openai.com/v1 and openai");
        let markers: Vec<_> = literals.list(List::Markers).iter().map(|hit| hit.at.clone()).collect();
        assert_eq!(markers, [12..26, 34..40]);
        assert_eq!(literals.first_row(List::Urls).map(|hit| hit.at.clone()), Some(4..26));
    }
}
