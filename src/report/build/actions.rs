//! What to do, in the order of its effect.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::aggregate::{EXPOSED, Summary};
use crate::model::{Family, Severity};
use crate::report::view::{Action, CauseReport, IncidentReport};
use crate::rules::RuleSet;

/// How long before the end of the evidence a cause without an incident still counts as open.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// Whether a cause still shows at the end of the evidence: an incident of it is not over, or it makes no
/// incident and was seen within the last day.
pub(super) fn is_open(cause: &CauseReport, incidents: &[IncidentReport], summary: &Summary) -> bool {
    let mut own = incidents.iter().filter(|one| one.cause == cause.cause).peekable();
    if own.peek().is_some() {
        return own.any(|one| !one.recovered);
    }
    let end = summary.span.last.as_ref().map(|seen| seen.at);
    cause.last_seen.zip(end).is_none_or(|(last, end)| end.duration_since(last) <= RECENT)
}

/// Secrets in the log first, then what is open, then what saves most calls.
pub(super) fn actions(
    causes: &[CauseReport],
    incidents: &[IncidentReport],
    summary: &Summary,
    rules: &RuleSet,
) -> Vec<Action> {
    let (explained, explains) = symptoms(incidents);
    let mut actions = Vec::new();
    for cause in causes {
        let own =
            cause.count.saturating_sub(explained.get(cause.cause.as_str()).copied().unwrap_or_default());
        let saves = own + explains.get(cause.cause.as_str()).copied().unwrap_or_default();
        let Some((step, then)) = cause.fix.split_first().filter(|_| saves > 0) else { continue };
        actions.push(Action {
            cause: cause.cause.clone(),
            title: cause.title.clone(),
            family: cause.family,
            severity: cause.severity,
            tier: cause.tier,
            is_open: is_open(cause, incidents, summary),
            saves,
            step: step.clone(),
            then: then.to_vec(),
            verify: cause.verify.clone(),
        });
    }
    actions.extend(of_incidents(causes, incidents, &explains, rules));
    let severity = |action: &Action| Severity::from_word(action.severity).unwrap_or(Severity::Low);
    actions.sort_by_cached_key(|action| {
        let is_secret = action.cause == EXPOSED;
        (!is_secret, !action.is_open, Reverse(action.saves), severity(action), action.cause.clone())
    });
    actions
}

/// Calls that are symptoms, by their own cause and by the cause that explains them. Retries in vain are
/// counted with their own causes too, so that they are no symptoms here.
fn symptoms(incidents: &[IncidentReport]) -> (BTreeMap<&str, u64>, BTreeMap<&str, u64>) {
    let mut explained: BTreeMap<&str, u64> = BTreeMap::new();
    let mut explains: BTreeMap<&str, u64> = BTreeMap::new();
    for one in incidents.iter().filter(|one| one.family != Family::Hygiene.word()) {
        for (symptom, count) in one.explains.iter().filter(|(symptom, _)| **symptom != one.cause) {
            *explained.entry(symptom).or_default() += count;
            *explains.entry(&one.cause).or_default() += count;
        }
    }
    (explained, explains)
}

/// What incidents ask for that are no cause of a failed call: one action a cause.
fn of_incidents(
    causes: &[CauseReport],
    incidents: &[IncidentReport],
    explains: &BTreeMap<&str, u64>,
    rules: &RuleSet,
) -> Vec<Action> {
    let mut actions: BTreeMap<&str, Action> = BTreeMap::new();
    for one in incidents.iter().filter(|one| !causes.iter().any(|cause| cause.cause == one.cause)) {
        let Some(step) = one.next_step.clone() else { continue };
        let wasted = one.wasted_calls.unwrap_or_default();
        if let Some(action) = actions.get_mut(one.cause.as_str()) {
            action.saves += wasted;
            action.is_open |= !one.recovered;
            continue;
        }
        let verify = rules.rule(&one.cause).and_then(|rule| rule.verify.clone());
        let action = Action {
            cause: one.cause.clone(),
            title: one.title.clone(),
            family: one.family,
            severity: one.severity,
            tier: one.tier,
            is_open: !one.recovered,
            saves: wasted + explains.get(one.cause.as_str()).copied().unwrap_or_default(),
            step,
            then: Vec::new(),
            verify,
        };
        actions.insert(&one.cause, action);
    }
    actions.into_values().collect()
}
