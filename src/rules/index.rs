//! Which matches can hold for a call, without trying them all.
//!
//! A match that tests a code or looks for phrases is tried only when one of them is there; the rest
//! is found by type, reason of the transport or status. All phrases are looked for in one pass.

use hashbrown::HashMap;

use super::clause::{Clause, Found, Match, Phrase, Test};
use super::fields::Field;
use super::rule::Rule;
use super::text::compact;
use crate::model::{Call, Masked};
use crate::search::Searcher;

/// Place of a match: of its rule, and in its rule.
pub(super) type MatchPlace = (u32, u32);

/// The index of a rule set.
#[derive(Debug)]
pub(super) struct Index {
    phrases: Searcher,
    phrase_count: usize,
    by_phrase: Vec<Vec<MatchPlace>>,
    by_code: HashMap<Box<str>, Vec<MatchPlace>>,
    by_type: HashMap<Box<str>, Vec<MatchPlace>>,
    by_transport: HashMap<Box<str>, Vec<MatchPlace>>,
    by_status: HashMap<u64, Vec<MatchPlace>>,
    always: Vec<MatchPlace>,
}

impl Index {
    /// Numbers the phrases of the rules and notes where each match is to be found.
    pub(super) fn new(rules: &mut [Rule]) -> Self {
        let mut index = Self {
            phrases: Searcher::new([""; 0], false),
            phrase_count: 0,
            by_phrase: Vec::new(),
            by_code: HashMap::new(),
            by_type: HashMap::new(),
            by_transport: HashMap::new(),
            by_status: HashMap::new(),
            always: Vec::new(),
        };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut texts: Vec<String> = Vec::new();
        for clause in rules.iter_mut().flat_map(|rule| &mut rule.matches).flat_map(|table| {
            let Match { clauses, none, .. } = table;
            clauses.iter_mut().chain(none)
        }) {
            let Some(phrases) = searched(clause) else { continue };
            for phrase in phrases {
                phrase.number = *numbers.entry(phrase.compact.clone()).or_insert_with(|| {
                    texts.push(phrase.compact.clone());
                    texts.len() - 1
                });
            }
        }
        index.phrase_count = texts.len();
        index.by_phrase = vec![Vec::new(); texts.len()];
        index.phrases = Searcher::new(&texts, false);
        for (rule_number, rule) in (0_u32..).zip(&*rules) {
            for (match_number, table) in (0_u32..).zip(&rule.matches) {
                index.note(table, (rule_number, match_number));
            }
        }
        index
    }

    fn note(&mut self, table: &Match, place: MatchPlace) {
        let mut is_noted = false;
        for clause in table.clauses.iter().filter(|clause| is_specific(clause)) {
            match &clause.test {
                Test::Contains(phrases) => {
                    for phrase in phrases {
                        if let Some(list) = self.by_phrase.get_mut(phrase.number) {
                            list.push(place);
                        }
                    }
                }
                test => note_words(&mut self.by_code, test, place),
            }
            is_noted = true;
        }
        if is_noted {
            return;
        }
        let named =
            |name| table.clauses.iter().find(|clause| clause.field.name == name).map(|clause| &clause.test);
        if let Some(test @ Test::Is(_)) = named("type") {
            note_words(&mut self.by_type, test, place);
        } else if let Some(test @ Test::Is(_)) = named("transport") {
            note_words(&mut self.by_transport, test, place);
        } else if let Some(Test::Number(numbers)) = named("status") {
            for number in numbers {
                self.by_status.entry(*number).or_default().push(place);
            }
        } else {
            self.always.push(place);
        }
    }

    /// The matches that can hold, sorted, and what was found of the phrases.
    pub(super) fn candidates(&self, call: &Call) -> (Vec<MatchPlace>, Phrases) {
        let seen = &call.seen;
        let phrases =
            Phrases { message: self.find(seen.error.message.as_ref()), page: self.find(seen.page.as_ref()) };
        let mut places = self.always.clone();
        for set in [&phrases.message, &phrases.page] {
            for (word, bits) in set.iter().enumerate() {
                let mut bits = *bits;
                while bits != 0 {
                    let number = word * 64 + bits.trailing_zeros() as usize;
                    places.extend(self.by_phrase.get(number).into_iter().flatten());
                    bits &= bits - 1;
                }
            }
        }
        let words = [
            (&self.by_code, seen.error.code.as_deref()),
            (&self.by_type, seen.error.kind.as_deref()),
            (&self.by_transport, seen.transport.map(crate::model::Transport::word)),
        ];
        for (list, word) in words {
            places.extend(word.and_then(|word| list.get(word)).into_iter().flatten());
        }
        let status = seen.error.status.map(u64::from);
        places.extend(status.and_then(|status| self.by_status.get(&status)).into_iter().flatten());
        places.sort_unstable();
        places.dedup();
        (places, phrases)
    }

    /// One bit for each phrase that stands in the text; empty without a text.
    fn find(&self, text: Option<&Masked>) -> Vec<u64> {
        let Some(text) = text else { return Vec::new() };
        let mut bits = vec![0; self.phrase_count.div_ceil(64)];
        for found in self.phrases.find(&compact(text.as_str())) {
            if let Some(word) = bits.get_mut(found.number / 64) {
                *word |= 1 << (found.number % 64);
            }
        }
        bits
    }
}

/// Whether a clause alone says much: a code, or a phrase of a message.
pub(super) fn is_specific(clause: &Clause) -> bool {
    match clause.field.name {
        "code" => matches!(clause.test, Test::Is(_)),
        "message" | "page" => matches!(clause.test, Test::Contains(_)),
        _ => false,
    }
}

/// The phrases of a clause that are looked for in one pass.
fn searched(clause: &mut Clause) -> Option<&mut Vec<Phrase>> {
    match (clause.field.name, &mut clause.test) {
        ("message" | "page", Test::Contains(phrases)) => Some(phrases),
        _ => None,
    }
}

fn note_words(list: &mut HashMap<Box<str>, Vec<MatchPlace>>, test: &Test, place: MatchPlace) {
    if let Test::Is(words) = test {
        for word in words {
            list.entry(word.shown.as_str().into()).or_default().push(place);
        }
    }
}

/// Which phrases stand in the texts of a call.
pub(super) struct Phrases {
    message: Vec<u64>,
    page: Vec<u64>,
}

impl Found for Phrases {
    fn holds(&self, field: &Field, phrase: &Phrase) -> Option<bool> {
        let bits = match field.name {
            "message" => &self.message,
            "page" => &self.page,
            _ => return None,
        };
        let word = bits.get(phrase.number / 64).copied().unwrap_or_default();
        Some(word & (1 << (phrase.number % 64)) != 0)
    }
}
