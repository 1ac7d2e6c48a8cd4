//! The verdict on a call in the light of the incidents it belongs to.

use std::sync::Arc;

use super::incident::Incident;
use crate::model::{Call, Evidence, Finding, Masked, Outcome, Rival};
use crate::rules::{CorrelationType, RuleSet};

/// The finding of a failed call, narrowed to the cause of the sequence of events it is part of; `None`
/// when no incident tells more than the call itself.
#[must_use]
pub fn refined(incidents: &[Incident], rules: &RuleSet, call: &Call, finding: &Finding) -> Option<Finding> {
    if call.seen.outcome != Outcome::Failed {
        return None;
    }
    let at = call.seen.context.stamp?.at.as_millisecond();
    let holds = |incident: &&Incident| {
        incident.kind == CorrelationType::TemporalOrdered
            && incident.cause != finding.cause.id
            && incident.onset.is_some_and(|onset| onset <= at)
            && incident.last.is_some_and(|last| at <= last)
            && rules
                .rule(&incident.cause)
                .is_some_and(|rule| rules.ancestors(rule).any(|above| above.id() == &*finding.cause.id))
            && is_caller(incident, call)
    };
    let incident = incidents.iter().find(holds)?;
    let rule = rules.rule(&incident.cause)?;
    let mut evidence = finding.evidence.clone();
    let value = format!("{} calls succeeded before, none afterwards", incident.ok_before);
    evidence.push(Evidence { field: Arc::from("incident"), value: Masked::from_redacted(&value) });
    let mut rivals = finding.rivals.clone();
    rivals.insert(0, Rival { cause: Arc::clone(&finding.cause.id), rejected_by: Arc::from("incident") });
    Some(Finding { cause: Arc::clone(&rule.info), tier: incident.tier, evidence, rivals })
}

fn is_caller(incident: &Incident, call: &Call) -> bool {
    let context = &call.seen.context;
    let shown = call.seen.key.as_ref().and_then(|key| key.shown.as_ref());
    let has_key = shown.map_or(incident.keys.is_empty(), |shown| incident.keys.contains_key(shown.as_str()));
    has_key
        && incident
            .parts
            .iter()
            .any(|part| part.service == context.service && part.environment == context.environment)
}
