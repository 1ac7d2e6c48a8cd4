//! Many literals in one text, found by two rare pieces of each.
//!
//! In goes a list of literals, once, and then one text after the other; out comes every place of every
//! literal, also those that overlap. It knows nothing about what the literals mean.
//!
//! An automaton looks at every byte of a text and takes long to make. Here every second place of the text is
//! enough: of each literal two pieces of three bytes are known, the second one byte behind the first, so that one
//! of them stands at an even place wherever the literal begins. Only where such a piece stands are literals
//! compared. What most of the literals hold stands in most of the texts as well, so the pieces are those that the
//! fewest of them hold: that leaves a quarter of the comparisons that their beginnings would cost.
//!
//! A text takes some 16 instructions a byte. Automata took 40 in their compact form, or 13 as tables of all
//! transitions, and 4 or 45 million to make.

use std::ops::Range;

/// Bytes of a piece.
const PIECE: usize = 3;
/// Bits of what pieces are hashed to.
const HASH_BITS: u32 = 16;
/// With these bits letters are alike in both cases. Others are too: what they let through is compared.
const ANY_CASE: u64 = 0x2020_2020_2020_2020;

/// Literals, their number being their place in the list.
#[derive(Debug)]
pub(crate) struct Searcher {
    literals: Vec<Box<[u8]>>,
    /// Bits that are set in whatever is compared, so that case does not count.
    folded: u64,
    /// One bit for each hash, set where a piece has it.
    filter: Box<[u64; 1 << (HASH_BITS - 6)]>,
    /// How many bits are set in the words of the filter before each.
    ranks: Vec<u16>,
    /// For each set bit where its candidates begin and end.
    spans: Vec<Range<u32>>,
    candidates: Vec<Candidate>,
    /// Numbers of the literals that are too short for a piece.
    short: Vec<u32>,
}

/// A literal that may stand where a piece was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    number: u32,
    /// Bytes of the literal in front of the piece.
    before: u32,
    /// The first eight bytes of the literal, or as many as there are.
    start: u64,
    /// The bits of them that count.
    mask: u64,
}

/// A literal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Find {
    /// Its number in the list.
    pub(crate) number: usize,
    /// Where it stands.
    pub(crate) at: Range<usize>,
}

impl Searcher {
    /// Takes these literals, to be found in any case of their ASCII letters where that is asked for.
    pub(crate) fn new<T: AsRef<[u8]>>(literals: impl IntoIterator<Item = T>, is_any_case: bool) -> Self {
        let mut searcher = Self {
            literals: literals.into_iter().map(|literal| literal.as_ref().into()).collect(),
            folded: if is_any_case { ANY_CASE } else { 0 },
            filter: Box::new([0; 1 << (HASH_BITS - 6)]),
            ranks: Vec::new(),
            spans: Vec::new(),
            candidates: Vec::new(),
            short: Vec::new(),
        };
        let mut pieces = searcher.pieces();
        pieces.sort_unstable();
        pieces.dedup();
        let mut last = None;
        for (at, (hash, _)) in (0_u32..).zip(&pieces) {
            if last.replace(hash) != Some(hash) {
                searcher.spans.push(at..at);
                searcher.filter[hash / 64] |= 1 << (hash % 64);
            }
            if let Some(span) = searcher.spans.last_mut() {
                span.end = at + 1;
            }
        }
        let ranks = searcher.filter.iter().scan(0_u32, |count, word| {
            let before = *count;
            *count += word.count_ones();
            // All bits but one at most stand before the last word.
            u16::try_from(before).ok()
        });
        searcher.ranks = ranks.collect();
        searcher.candidates = pieces.into_iter().map(|(_, candidate)| candidate).collect();
        searcher
    }

    /// The pieces by which the literals are found, as hashes; notes the literals that are too short.
    fn pieces(&mut self) -> Vec<(usize, Candidate)> {
        let mut pieces = Vec::new();
        let commonness = Commonness::new(&self.literals, self.folded);
        for (number, literal) in (0_u32..).zip(&self.literals) {
            if literal.len() < PIECE {
                self.short.push(number);
                continue;
            }
            let mask = u64::MAX >> (64 - 8 * literal.len().min(8));
            let start = (first_word(literal) | self.folded) & mask;
            let first = commonness.rarest(literal);
            for (before, at) in (0_u32..).zip(0..literal.len()).skip(first).take(2) {
                let candidate = Candidate { number, before, start, mask };
                let piece = literal.get(at..).unwrap_or_default();
                pieces.extend(hashes_of(piece, self.folded).map(|hash| (hash, candidate)));
            }
        }
        pieces
    }

    /// Every literal in the text, in the order of where they begin, and then of their numbers.
    pub(crate) fn find(&self, text: &str) -> Vec<Find> {
        let mut finds = Vec::new();
        let text = text.as_bytes();
        let mut at = 0;
        while let Some((place, hash)) = self.next_piece(text, at) {
            for candidate in self.candidates(hash) {
                finds.extend(self.compared(text, place, candidate));
            }
            at = place + 2;
        }
        for number in &self.short {
            let number = *number as usize;
            let literal = self.literals.get(number).map_or(&[][..], |literal| literal);
            let windows = text.windows(literal.len().max(1)).enumerate();
            let here = windows.filter(|(_, window)| self.is_alike(window, literal));
            finds.extend(here.map(|(at, _)| Find { number, at: at..at + literal.len() }));
        }
        finds.sort_unstable_by_key(|find| (find.at.start, find.number));
        finds
    }

    /// Of the literals in the text those that do not overlap: the first, and of these the longest.
    pub(crate) fn find_leftmost(&self, text: &str) -> Vec<Find> {
        let mut finds = self.find(text);
        finds.sort_by_key(|find| (find.at.start, std::cmp::Reverse(find.at.end)));
        let mut end = 0;
        finds.retain(|find| {
            let is_kept = find.at.start >= end;
            end = if is_kept { find.at.end } else { end };
            is_kept
        });
        finds
    }

    /// The next even place, from one on, at which a piece of a literal may stand, and the hash of it.
    #[inline]
    fn next_piece(&self, text: &[u8], mut at: usize) -> Option<(usize, usize)> {
        let is_set = |hash: usize| self.filter[hash / 64] >> (hash % 64) & 1;
        // Eight bytes hold the pieces of three places.
        while let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk()) {
            let word = u64::from_le_bytes(*bytes) | self.folded;
            let (first, second, third) = (hash_of(word, 0), hash_of(word, 2), hash_of(word, 4));
            if is_set(first) | is_set(second) | is_set(third) != 0 {
                return if is_set(first) != 0 {
                    Some((at, first))
                } else if is_set(second) != 0 {
                    Some((at + 2, second))
                } else {
                    Some((at + 4, third))
                };
            }
            at += 6;
        }
        // The end of the text as if zeros followed.
        while let Some(rest) = text.get(at..).filter(|rest| rest.len() > 1) {
            let hash = hash_of(first_word(rest) | self.folded, 0);
            if is_set(hash) != 0 {
                return Some((at, hash));
            }
            at += 2;
        }
        None
    }

    /// The literals with a piece of this hash.
    fn candidates(&self, hash: usize) -> &[Candidate] {
        let below = self.filter[hash / 64] & ((1 << (hash % 64)) - 1);
        let rank = self.ranks.get(hash / 64).copied().unwrap_or_default();
        let span = self.spans.get(usize::from(rank) + below.count_ones() as usize);
        span.and_then(|span| self.candidates.get(span.start as usize..span.end as usize)).unwrap_or_default()
    }

    /// The literal if it stands around the piece at `place`.
    #[inline]
    fn compared(&self, text: &[u8], place: usize, candidate: &Candidate) -> Option<Find> {
        let start = place.checked_sub(candidate.before as usize)?;
        let word = first_word(text.get(start..)?) | self.folded;
        if word & candidate.mask != candidate.start {
            return None;
        }
        let number = candidate.number as usize;
        let literal = self.literals.get(number)?;
        let at = start..start + literal.len();
        text.get(at.clone()).is_some_and(|text| self.is_alike(text, literal)).then_some(Find { number, at })
    }

    fn is_alike(&self, text: &[u8], literal: &[u8]) -> bool {
        !literal.is_empty()
            && if self.folded != 0 { text.eq_ignore_ascii_case(literal) } else { text == literal }
    }
}

/// How many of the literals hold a piece.
struct Commonness {
    /// By the hash of the piece, of which some bits are left out.
    counts: Vec<u32>,
    folded: u64,
}

impl Commonness {
    /// Bits of the hash that are left out: what falls together only looks more common than it is.
    const LEFT_OUT: u32 = 4;

    fn new(literals: &[Box<[u8]>], folded: u64) -> Self {
        let mut counts = vec![0; 1 << (HASH_BITS - Self::LEFT_OUT)];
        for piece in literals.iter().flat_map(|literal| literal.windows(PIECE)) {
            counts[Self::slot(piece, folded)] += 1;
        }
        Self { counts, folded }
    }

    fn slot(piece: &[u8], folded: u64) -> usize {
        let &[a, b, c] = piece else { return 0 };
        hash_of(u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0]) | folded, 0) >> Self::LEFT_OUT
    }

    /// Where the two pieces begin, one behind the other, of which the more common one is the rarest.
    fn rarest(&self, literal: &[u8]) -> usize {
        let costs: Vec<u32> = literal.windows(PIECE).map(|piece| self.cost(piece)).collect();
        let pairs = costs.windows(2).map(|pair| pair.iter().max()).enumerate();
        pairs.min_by_key(|(_, cost)| *cost).map_or(0, |(at, _)| at)
    }

    /// What a piece costs: letters that are frequent in any text count a little.
    fn cost(&self, piece: &[u8]) -> u32 {
        let frequency = |byte: &u8| match byte {
            b' ' | b'a' | b'e' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 4,
            b'a'..=b'z' | b'0'..=b'9' => 2,
            _ => 1,
        };
        let count = self.counts[Self::slot(piece, self.folded)];
        3 * count + piece.iter().map(frequency).sum::<u32>()
    }
}

/// The first eight bytes of a text, with zeros for those that it does not have.
#[inline]
fn first_word(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The hash of three bytes of a word, from the one of this number on.
#[inline]
fn hash_of(word: u64, from: u32) -> usize {
    // What stands behind is shifted out, what stands before vanishes as low bits.
    let piece = (word >> (8 * from)) << 40;
    (piece.wrapping_mul(0x9e37_79b1) >> (u64::BITS - HASH_BITS)) as usize
}

/// The hashes that a piece can have that begins so: one, or one for every byte that may follow where the literal
/// ends after two bytes of it.
fn hashes_of(start: &[u8], folded: u64) -> impl Iterator<Item = usize> {
    let word = first_word(start);
    let last = if start.len() >= PIECE { 0 } else { u64::from(u8::MAX) };
    (0..=last).map(move |third| hash_of(word | third << 16 | folded, 0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Find, Searcher};

    /// Every place of every literal, looked for one by one.
    fn one_by_one(literals: &[String], is_any_case: bool, text: &str) -> Vec<(usize, usize)> {
        let fold = |text: &str| if is_any_case { text.to_ascii_lowercase() } else { text.to_owned() };
        let text = fold(text);
        let mut finds = Vec::new();
        for (number, literal) in literals.iter().enumerate() {
            let literal = fold(literal);
            let stands = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(&literal));
            finds.extend((0..text.len()).filter(stands).map(|at| (at, number)));
        }
        finds.sort_unstable();
        finds
    }

    fn places(finds: &[Find]) -> Vec<(usize, usize)> {
        finds.iter().map(|find| (find.at.start, find.number)).collect()
    }

    proptest! {
        #[test]
        fn every_literal_is_found_wherever_it_stands(
            literals in prop::collection::vec("[abA: é]{1,6}", 1..12),
            text in "[abAB: éx]{0,60}",
            is_any_case: bool,
        ) {
            let searcher = Searcher::new(&literals, is_any_case);
            prop_assert_eq!(places(&searcher.find(&text)), one_by_one(&literals, is_any_case, &text));
        }

        #[test]
        fn the_leftmost_are_those_of_the_automaton(
            literals in prop::collection::vec("[abA:]{3,6}", 1..12),
            text in "[abAB:]{0,60}",
        ) {
            let automaton = aho_corasick::AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                .build(&literals)
                .expect("few literals");
            let expected: Vec<_> = automaton.find_iter(&text).map(|found| found.range()).collect();
            let searcher = Searcher::new(&literals, true);
            let found: Vec<_> = searcher.find_leftmost(&text).into_iter().map(|find| find.at).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
