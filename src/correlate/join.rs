//! Incidents that are one: the same cause at several callers, and causes that are symptoms of others.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::incident::{Counts, Incident};
use crate::model::Family;
use crate::rules::{CorrelationType, RuleSet};

/// How far apart the onsets of one incident at several callers may lie.
const TOGETHER_MS: i64 = 10 * 60_000;
/// How long after an incident its symptoms may begin.
const AFTER_MS: i64 = 24 * 3_600_000;

/// Joins the incidents of one cause that hit several callers together.
pub(super) fn joined(mut incidents: Vec<Incident>, rules: &RuleSet) -> Vec<Incident> {
    incidents.sort_by(|a, b| (&a.cause, a.onset, &a.parts).cmp(&(&b.cause, b.onset, &b.parts)));
    let mut found: Vec<Incident> = Vec::new();
    for incident in incidents {
        let family = rules.rule(&incident.cause).map(|rule| rule.info.family);
        match found.iter_mut().find(|other| are_one(other, &incident, family)) {
            Some(other) => merge(other, incident),
            None => found.push(incident),
        }
    }
    found
}

fn is_run(incident: &Incident) -> bool {
    matches!(incident.kind, CorrelationType::EventCount | CorrelationType::TemporalOrdered)
        && !incident.parts.is_empty()
}

fn are_one(a: &Incident, b: &Incident, family: Option<Family>) -> bool {
    if a.cause != b.cause || a.kind != b.kind || !is_run(a) || !is_run(b) {
        return false;
    }
    let is_same_caller = |part: &super::Part| {
        a.parts.iter().any(|other| (&other.service, &other.environment) == (&part.service, &part.environment))
    };
    if family == Some(Family::Credentials) {
        let shares_key = a.keys.keys().any(|key| b.keys.contains_key(key));
        if !(a.keys.is_empty() && b.keys.is_empty() || shares_key) {
            return false;
        }
    }
    !b.parts.iter().any(is_same_caller) && overlap(a, b)
}

fn overlap(a: &Incident, b: &Incident) -> bool {
    match (a.onset, a.last, b.onset, b.last) {
        (Some(a_onset), Some(a_last), Some(b_onset), Some(b_last)) => {
            (a_onset - b_onset).abs() <= TOGETHER_MS || a_onset <= b_last && b_onset <= a_last
        }
        _ => false,
    }
}

fn merge(into: &mut Incident, from: Incident) {
    into.onset = earliest(into.onset, from.onset);
    into.last = into.last.max(from.last);
    into.is_recovered &= from.is_recovered;
    into.recovered_at = if into.is_recovered { into.recovered_at.max(from.recovered_at) } else { None };
    into.failures += from.failures;
    for (hour, failures) in from.by_hour {
        *into.by_hour.entry(hour).or_default() += failures;
    }
    into.calls += from.calls;
    into.ok_before += from.ok_before;
    into.last_ok_before = into.last_ok_before.max(from.last_ok_before);
    into.tier = into.tier.min(from.tier);
    into.parts.extend(from.parts);
    into.parts.sort();
    let counts: [(&mut Counts, Counts); 7] = [
        (&mut into.services, from.services),
        (&mut into.environments, from.environments),
        (&mut into.hosts, from.hosts),
        (&mut into.keys, from.keys),
        (&mut into.organizations, from.organizations),
        (&mut into.projects, from.projects),
        (&mut into.explains, from.explains),
    ];
    for (counts, more) in counts {
        for (name, count) in more {
            *counts.entry(name).or_default() += count;
        }
    }
    into.coincides.extend(from.coincides);
    into.coincides.sort();
    into.coincides.dedup();
}

fn earliest(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.into_iter().chain(b).min()
}

/// Takes symptoms into the incidents that explain them.
pub(super) fn explained(mut incidents: Vec<Incident>, rules: &RuleSet) -> Vec<Incident> {
    incidents.sort_by_key(|incident| (rank(incident, rules), incident.onset, Arc::clone(&incident.cause)));
    let mut index = 0;
    while index < incidents.len() {
        let symptoms: Vec<usize> = incidents
            .iter()
            .enumerate()
            .filter(|(other, symptom)| {
                *other != index && incidents.get(index).is_some_and(|root| explains(root, symptom, rules))
            })
            .map(|(other, _)| other)
            .collect();
        for other in symptoms.into_iter().rev() {
            let symptom = incidents.remove(other);
            index -= usize::from(other < index);
            if let Some(root) = incidents.get_mut(index) {
                take_in(root, symptom, rules);
            }
        }
        index += 1;
    }
    incidents
}

/// Ordered sequences explain runs; what begins a chain of blocks comes before what follows.
fn rank(incident: &Incident, rules: &RuleSet) -> (bool, bool) {
    let has_symptoms = !symptoms_of(incident, rules).is_empty();
    (incident.kind != CorrelationType::TemporalOrdered, !has_symptoms)
}

/// Causes that the incident explains, with what refines them.
fn symptoms_of(incident: &Incident, rules: &RuleSet) -> BTreeSet<Arc<str>> {
    let named = rules.correlations(&incident.cause);
    let named = named.iter().filter(|correlation| correlation.kind == incident.kind);
    named.flat_map(|correlation| &correlation.explains).flat_map(|id| rules.refinements(id)).collect()
}

fn explains(root: &Incident, symptom: &Incident, rules: &RuleSet) -> bool {
    if !is_run(root) || !is_run(symptom) || !symptoms_of(root, rules).contains(&symptom.cause) {
        return false;
    }
    let (Some(onset), Some(last), Some(begins)) = (root.onset, root.last, symptom.onset) else {
        return false;
    };
    if root.kind == CorrelationType::TemporalOrdered {
        return is_the_same_failing(root, symptom);
    }
    let is_after = begins >= onset && root.recovered_at.map_or(begins <= last + AFTER_MS, |at| begins <= at);
    let shares = |a: &Counts, b: &Counts| a.keys().any(|name| b.contains_key(name));
    let same_caller = symptom.parts.iter().any(|part| {
        root.parts
            .iter()
            .any(|other| (&other.service, &other.environment) == (&part.service, &part.environment))
    });
    is_after
        && (same_caller || shares(&root.keys, &symptom.keys) || shares(&root.projects, &symptom.projects))
}

/// Whether most of the symptom's failures are those of the root: the same keys at the same time.
fn is_the_same_failing(root: &Incident, symptom: &Incident) -> bool {
    if !overlap(root, symptom) {
        return false;
    }
    if root.keys.is_empty() {
        return symptom.keys.is_empty();
    }
    let shared: u64 =
        symptom.keys.iter().filter(|(key, _)| root.keys.contains_key(*key)).map(|row| row.1).sum();
    shared.saturating_mul(5) >= symptom.failures.saturating_mul(4)
}

fn take_in(root: &mut Incident, symptom: Incident, rules: &RuleSet) {
    let is_other = root.kind != CorrelationType::TemporalOrdered;
    *root.explains.entry(Arc::clone(&symptom.cause)).or_default() += symptom.failures;
    for (cause, count) in symptom.explains {
        *root.explains.entry(cause).or_default() += count;
    }
    if !is_other {
        return;
    }
    let family = |id: &str| rules.rule(id).map(|rule| rule.info.family);
    if family(&root.cause) != family(&symptom.cause) {
        root.tier = root.tier.max(crate::model::Tier::Likely);
    }
    root.last = root.last.max(symptom.last);
    root.is_recovered &= symptom.is_recovered;
    root.recovered_at = if root.is_recovered { root.recovered_at.max(symptom.recovered_at) } else { None };
    for (name, count) in symptom.keys {
        *root.keys.entry(name).or_default() += count;
    }
    for (name, count) in symptom.services {
        root.services.entry(name).or_insert(count);
    }
}
