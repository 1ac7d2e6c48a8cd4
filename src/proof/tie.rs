//! Pairs of causes that both fit an example, where nothing that the files say decides between them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Exhibit;
use crate::rules::{Match, Rule, RuleSet, Texts};

/// Two rules that hold for one call, and only how bad they are, or their names, tell which is shown.
#[derive(Debug)]
pub struct Tie<'r> {
    /// The cause that is shown.
    pub winner: &'r Rule,
    /// The other one.
    pub loser: &'r Rule,
    /// What decides: `severity` or `id`.
    pub by: &'static str,
    /// Bytes of the winner's file where the match stands that holds.
    pub place: Range<usize>,
}

/// All such pairs that the examples show, by their ids.
#[must_use]
pub fn ties<'r>(set: &'r RuleSet, exhibits: &[Exhibit<'r>]) -> Vec<Tie<'r>> {
    let mut found: BTreeMap<(&str, &str), Tie<'r>> = BTreeMap::new();
    for (call, _) in exhibits.iter().flat_map(|exhibit| &exhibit.failed) {
        let texts = Texts::new(call);
        let all = set.rules().iter().flat_map(|rule| rule.matches.iter().map(move |table| (rule, table)));
        let held: Vec<(&Rule, &Match)> = all.filter(|(_, table)| table.holds(call, &texts)).collect();
        let (winner, lost) = set.decide(held.iter().copied());
        let Some((winner, table)) = winner else { continue };
        for (loser, by) in lost.into_iter().filter(|(_, by)| ["severity", "id"].contains(by)) {
            let place = table.place.clone();
            found.entry((winner.id(), loser.id())).or_insert(Tie { winner, loser, by, place });
        }
    }
    found.into_values().collect()
}
