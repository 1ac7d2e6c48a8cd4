//! A call → the cause that explains it best, the evidence, and what else was considered.
//!
//! Within a branch of `refines` the deepest rule that holds wins. Between branches `outranks`
//! decides, then the surer tier, then severity, then the id.

use std::sync::Arc;

use super::clause::{Clause, Match};
use super::index::{Phrases, is_specific};
use super::rule::Rule;
use super::set::RuleSet;
use crate::model::{Call, CauseInfo, Evidence, Finding, Masked, Outcome, Provider, Rival, Tier};

/// The cause of what shows a secret in full.
const EXPOSED: &str = "key-exposed";

/// Rivals that a finding keeps at most.
const MAX_RIVALS: usize = 5;

/// A rule that holds.
pub(super) struct Holding<'r> {
    pub(super) rule: &'r Rule,
    pub(super) table: &'r Match,
    pub(super) rejected_by: Option<&'static str>,
}

/// A rule of which one clause did not hold.
struct NearMiss<'r> {
    rule: &'r Rule,
    tier: Tier,
    field: &'static str,
}

/// What trying a match gave.
enum Tried {
    Holds,
    Misses(&'static str),
    Fails,
}

impl RuleSet {
    /// The verdict on a call. A quoted error is never more than possible, and an answer of another
    /// provider is explained only by matches that name the provider.
    #[must_use]
    pub fn judge(&self, call: &Call) -> Finding {
        let (places, phrases) = self.index.candidates(call);
        let mut holding: Vec<Holding<'_>> = Vec::new();
        let mut misses: Vec<NearMiss<'_>> = Vec::new();
        for (rule_number, match_number) in places {
            let Some(rule) = self.rules().get(rule_number as usize) else { continue };
            let Some(table) = rule.matches.get(match_number as usize) else { continue };
            match try_match(table, call, &phrases) {
                Tried::Holds => hold(&mut holding, rule, table),
                Tried::Misses(field) => misses.push(NearMiss { rule, tier: table.tier, field }),
                Tried::Fails => {}
            }
        }
        self.settle(&mut holding);
        let winner = holding.iter().find(|holding| holding.rejected_by.is_none());
        let (cause, tier, evidence) = match winner {
            Some(winner) => {
                (info_for(winner.rule, call), winner.table.tier, evidence(winner.table, call, &phrases))
            }
            None => (Arc::clone(&self.unclassified), Tier::Inconclusive, Vec::new()),
        };
        if winner.is_none()
            && let Some(finding) = self.exposure(call)
        {
            return finding;
        }
        let tier = if call.seen.is_quoted { tier.max(Tier::Possible) } else { tier };
        let rivals = rivals(&holding, &misses);
        Finding { cause, tier, evidence, rivals }
    }

    /// The verdict on what is no call but shows a secret in full.
    fn exposure(&self, call: &Call) -> Option<Finding> {
        let secret = call.seen.exposed.first().filter(|_| call.seen.outcome == Outcome::Info)?;
        let cause = Arc::clone(&self.rule(EXPOSED)?.info);
        let evidence = vec![Evidence { field: Arc::from("exposed"), value: secret.shown.clone() }];
        Some(Finding { cause, tier: Tier::Confirmed, evidence, rivals: Vec::new() })
    }

    /// Marks all but one of the rules that hold as rejected, and sorts them by merit.
    pub(super) fn settle(&self, holding: &mut [Holding<'_>]) {
        let by_refines: Vec<bool> = holding
            .iter()
            .map(|general| {
                holding
                    .iter()
                    .any(|narrow| self.ancestors(narrow.rule).any(|above| above.id() == general.rule.id()))
            })
            .collect();
        for (one, is_rejected) in holding.iter_mut().zip(by_refines) {
            one.rejected_by = is_rejected.then_some("refines");
        }
        let by_outranks: Vec<bool> = holding
            .iter()
            .map(|one| {
                holding
                    .iter()
                    .any(|other| other.rejected_by.is_none() && self.outranks(other.rule, one.rule.id()))
            })
            .collect();
        for (one, is_rejected) in holding.iter_mut().zip(by_outranks) {
            if is_rejected && one.rejected_by.is_none() {
                one.rejected_by = Some("outranks");
            }
        }
        let merit =
            |one: &Holding<'_>| (one.table.tier, one.rule.info.severity, Arc::clone(&one.rule.info.id));
        holding.sort_by_cached_key(merit);
        let Some(winner) = holding.iter().position(|one| one.rejected_by.is_none()) else { return };
        let best = holding.get(winner).map(|one| (one.table.tier, one.rule.info.severity));
        for one in holding.iter_mut().skip(winner + 1).filter(|one| one.rejected_by.is_none()) {
            one.rejected_by = best.map(|(tier, severity)| match () {
                () if one.table.tier != tier => "tier",
                () if one.rule.info.severity != severity => "severity",
                () => "id",
            });
        }
    }

    /// Whether a rule, or a more general one of its branch, outranks a cause. What is expected explains
    /// away everything that is not.
    pub(super) fn outranks(&self, rule: &Rule, id: &str) -> bool {
        if rule.is_expected && rule.id() != id && self.rule(id).is_none_or(|other| !other.is_expected) {
            return true;
        }
        std::iter::once(rule)
            .chain(self.ancestors(rule))
            .any(|rule| rule.outranks.iter().any(|other| &**other == id))
    }
}

/// What travels with a finding of a rule on a call.
fn info_for(rule: &Rule, call: &Call) -> Arc<CauseInfo> {
    let context = &call.seen.context;
    Arc::clone(rule.info_for(context.service.as_deref(), context.environment.as_deref()))
}

/// Keeps the surest match of each rule, the first of several.
pub(super) fn hold<'r>(holding: &mut Vec<Holding<'r>>, rule: &'r Rule, table: &'r Match) {
    match holding.iter_mut().find(|one| one.rule.id() == rule.id()) {
        Some(one) if one.table.tier <= table.tier => {}
        Some(one) => one.table = table,
        None => holding.push(Holding { rule, table, rejected_by: None }),
    }
}

/// Tries all clauses, patterns last, but stops at the second that fails, or at the first when none says
/// much alone.
fn try_match(table: &Match, call: &Call, phrases: &Phrases) -> Tried {
    if call.seen.provider == Provider::Other && !table.tests("provider") {
        return Tried::Fails;
    }
    let mut failing = None;
    let mut is_specific_held = false;
    let can_nearly_hold = table.clauses.iter().any(is_specific);
    let holds = |clause: &Clause| clause.holds((clause.field.get)(call), phrases);
    let cheap = table.clauses.iter().filter(|clause| !clause.is_pattern());
    let clauses = cheap.chain(table.clauses.iter().filter(|clause| clause.is_pattern()));
    let clauses = clauses.map(|clause| (clause, holds(clause), is_specific(clause)));
    let none = table.none.iter().map(|clause| (clause, !holds(clause), false));
    for (clause, is_fine, is_specific) in clauses.chain(none) {
        if is_fine {
            is_specific_held |= is_specific;
        } else if failing.replace(clause.field.name).is_some() || !can_nearly_hold {
            return Tried::Fails;
        }
    }
    match failing {
        None => Tried::Holds,
        Some(field) if is_specific_held => Tried::Misses(field),
        Some(_) => Tried::Fails,
    }
}

/// The clauses of the match that decided, with the values seen.
fn evidence(table: &Match, call: &Call, phrases: &Phrases) -> Vec<Evidence> {
    let show = |clause: &Clause| Evidence {
        field: Arc::from(clause.field.name),
        value: Masked::from_redacted(&clause.evidence((clause.field.get)(call), phrases)),
    };
    table.clauses.iter().map(show).collect()
}

/// What else was considered: first what held and lost, then what nearly held.
fn rivals(holding: &[Holding<'_>], misses: &[NearMiss<'_>]) -> Vec<Rival> {
    let mut rivals: Vec<Rival> = Vec::new();
    let lost = holding.iter().filter(|one| one.table.tier != Tier::Inconclusive);
    let lost = lost.filter_map(|one| one.rejected_by.map(|why| (one.rule, why)));
    let mut near: Vec<&NearMiss<'_>> = misses.iter().filter(|miss| miss.tier != Tier::Inconclusive).collect();
    near.sort_by_key(|miss| (miss.tier, miss.rule.info.severity, Arc::clone(&miss.rule.info.id)));
    let near = near.into_iter().map(|miss| (miss.rule, miss.field));
    let near = near.filter(|miss| !holding.iter().any(|one| one.rule.id() == miss.0.id()));
    for (rule, rejected_by) in lost.chain(near) {
        if rivals.len() < MAX_RIVALS && !rivals.iter().any(|rival| rival.cause == rule.info.id) {
            rivals.push(Rival { cause: Arc::clone(&rule.info.id), rejected_by: Arc::from(rejected_by) });
        }
    }
    rivals
}
