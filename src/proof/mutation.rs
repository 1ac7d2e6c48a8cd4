//! Which changes of a rule does no example notice?

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::mutant::{Mutant, mutants};
use super::{Exhibit, Verdict};
use crate::model::{Call, Tier};
use crate::rules::{Match, Rule, RuleSet, Texts};

/// How well the clauses of one rule are defended.
#[derive(Debug)]
pub struct Score<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Changes that were tried.
    pub tried: usize,
    /// Those that no example noticed, in the order of the file.
    pub undefended: Vec<Mutant>,
}

/// A call of an example with the matches that hold for it.
struct Witness<'r, 'e> {
    call: &'e Call,
    texts: Texts,
    verdict: &'e Verdict,
    held: Vec<(&'r Rule, usize)>,
}

/// The score of each of the rules, against the examples of the whole set: an example of another rule
/// defends a clause as well.
#[must_use]
pub fn mutation_score<'r>(set: &'r RuleSet, rules: &[&'r Rule], exhibits: &[Exhibit<'r>]) -> Vec<Score<'r>> {
    let cases: Vec<(&Exhibit<'r>, Vec<Witness<'r, '_>>)> =
        exhibits.into_par_iter().map(|exhibit| (exhibit, witnesses(set, exhibit))).collect();
    let score = |rule: &'r Rule| {
        let mutants = mutants(rule);
        let tried = mutants.len();
        let is_unnoticed = |mutant: &Mutant| !cases.iter().any(|case| notices(set, rule, mutant, case));
        let undefended = mutants.into_par_iter().filter(is_unnoticed).collect();
        Score { rule, tried, undefended }
    };
    rules.iter().map(|rule| score(rule)).collect()
}

fn witnesses<'r, 'e>(set: &'r RuleSet, exhibit: &'e Exhibit<'r>) -> Vec<Witness<'r, 'e>> {
    let witness = |(call, verdict): &'e (Call, Verdict)| {
        let texts = Texts::new(call);
        let matches = set.rules().iter().flat_map(|rule| (0..rule.matches.len()).map(move |at| (rule, at)));
        let held = matches
            .filter(|(rule, at)| rule.matches.get(*at).is_some_and(|table| table.holds(call, &texts)))
            .collect();
        Witness { call, texts, verdict, held }
    };
    exhibit.failed.iter().map(witness).collect()
}

/// Whether an example that agrees with the rules disagrees with the mutant.
fn notices<'r>(
    set: &'r RuleSet,
    rule: &'r Rule,
    mutant: &Mutant,
    (exhibit, witnesses): &(&Exhibit<'r>, Vec<Witness<'r, '_>>),
) -> bool {
    let changed: Vec<Option<Verdict>> =
        witnesses.iter().map(|witness| changed_verdict(set, rule, mutant, witness)).collect();
    if changed.iter().all(Option::is_none) {
        return false;
    }
    let before = witnesses.iter().map(|witness| witness.verdict);
    let after = witnesses.iter().zip(&changed);
    let after = after.map(|(witness, changed)| changed.as_ref().unwrap_or(witness.verdict));
    exhibit.agrees(before) && !exhibit.agrees(after)
}

/// The verdict under the mutant, where the change decides whether the match holds.
fn changed_verdict<'r>(
    set: &'r RuleSet,
    rule: &'r Rule,
    mutant: &Mutant,
    witness: &Witness<'r, '_>,
) -> Option<Verdict> {
    let is_own = |(other, at): &(&Rule, usize)| other.id() == rule.id() && *at == mutant.table;
    let mutated = mutant.mutated.as_ref().filter(|table| table.holds(witness.call, &witness.texts));
    if witness.held.iter().any(is_own) == mutated.is_some() {
        return None;
    }
    let others = witness.held.iter().filter(|one| !is_own(one));
    let others = others.filter_map(|(rule, at)| rule.matches.get(*at).map(|table| (*rule, table)));
    let held: Vec<(&Rule, &Match)> = others.chain(mutated.map(|table| (rule, table))).collect();
    let (winner, _) = set.decide(held);
    let unexplained = || Verdict { cause: set.unclassified_id().to_owned(), tier: Tier::Inconclusive };
    Some(
        winner.map_or_else(unexplained, |(rule, table)| Verdict {
            cause: rule.id().to_owned(),
            tier: table.tier,
        }),
    )
}
