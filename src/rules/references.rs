//! What only rules together show: causes that no rule has, circles, and matches that the scan cannot find.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::clause::Test;
use super::diagnostic::{Diagnostic, RuleSource, did_you_mean};
use super::rule::Rule;

/// The mistake of a rule that names a cause without a rule.
pub(super) fn unknown_cause(
    source: &RuleSource,
    span: Range<usize>,
    id: &str,
    rules: &BTreeMap<Arc<str>, Rule>,
) -> Diagnostic {
    Diagnostic::new("unknown-cause", source, span, format!("unknown cause `{id}`"))
        .label("no rule of this id")
        .help(did_you_mean(id, rules.keys().map(|known| &**known)))
}

pub(super) fn check_references(
    rule: &Rule,
    rules: &BTreeMap<Arc<str>, Rule>,
    problems: &mut Vec<Diagnostic>,
) {
    let refines = rule.refines.iter().map(|id| (id, rule.places.refines.clone()));
    let outranks = rule.outranks.iter().zip(rule.places.outranks.iter().cloned());
    let causes = rule.examples.get().into_iter().flatten().zip(&rule.places.causes);
    let causes = causes.filter_map(|(example, span)| example.cause.as_ref().map(|id| (id, span.clone())));
    let events = rule.places.events.iter().map(|(span, id)| (id, span.clone()));
    for (id, span) in refines.chain(outranks).chain(causes).chain(events) {
        if !rules.contains_key(id) {
            problems.push(unknown_cause(&rule.source, span, id, rules));
        }
    }
}

/// A match that only looks at prose, and at no stable piece of it, gives the scan nothing to find.
pub(super) fn check_literals(rule: &Rule, problems: &mut Vec<Diagnostic>) {
    let has_literal = |table: &super::clause::Match| {
        table.clauses.iter().any(|clause| {
            !clause.field.is_verbatim
                || matches!(clause.test, Test::Is(_) | Test::Contains(_) | Test::Starts(_) | Test::Ends(_))
        })
    };
    if rule.literals.is_empty() && !rule.matches.iter().all(has_literal) {
        let message = "no literal can be derived from a match".to_owned();
        let help = "say `literals = [\"…\"]`: text of which one piece stands in each record that matches";
        problems.push(Diagnostic::new("no-literal", &rule.source, 0..0, message).help(Some(help.to_owned())));
    }
}

/// Follows `refines`, and `outranks` with what is inherited, from each rule.
pub(super) fn check_cycles(rules: &BTreeMap<Arc<str>, Rule>, problems: &mut Vec<Diagnostic>) {
    for rule in rules.values() {
        let mut next = rule.refines.as_deref();
        for _ in 0..rules.len() {
            next = next.and_then(|id| rules.get(id)).and_then(|rule| rule.refines.as_deref());
        }
        if next.is_some() {
            let message = format!("`{}` refines itself by way of others", rule.id());
            let span = rule.places.refines.clone();
            problems.push(Diagnostic::new("cycle", &rule.source, span, message).label("leads back here"));
        }
    }
    if !problems.is_empty() {
        return;
    }
    for rule in rules.values() {
        if !rule.outranks.is_empty() && outranked(rule, rules).contains(&rule.info.id) {
            let message = format!("`{}` outranks itself by way of others", rule.id());
            let span = rule.places.outranks.first().cloned().unwrap_or(0..0);
            problems.push(Diagnostic::new("cycle", &rule.source, span, message).label("leads back here"));
        }
    }
}

/// Everything that a rule outranks, directly or by way of what it outranks.
fn outranked(rule: &Rule, rules: &BTreeMap<Arc<str>, Rule>) -> BTreeSet<Arc<str>> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Rule> = vec![rule];
    while let Some(rule) = open.pop() {
        let chain =
            std::iter::successors(Some(rule), |rule| rule.refines.as_deref().and_then(|id| rules.get(id)));
        for id in chain.flat_map(|rule| &rule.outranks) {
            if reached.insert(Arc::clone(id)) {
                open.extend(rules.get(id));
            }
        }
    }
    reached
}
