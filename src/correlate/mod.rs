//! A merged summary and the rules over time → incidents: what no single call shows.
//!
//! Looks at nothing but the summary, so that partial summaries, merged in any order, give the incidents
//! of one run. Nothing is worded here.

mod accounts;
mod evaluate;
mod group;
mod hygiene;
mod incident;
mod join;
mod refine;
mod runs;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::Arc;

use evaluate::Question;
pub use hygiene::usual_pause_ms;
pub use incident::{Binding, Counts, Incident, Measure, Part, Secret};
pub use refine::refined;

use crate::aggregate::Summary;
use crate::model::Tier;
use crate::rules::{Correlation, CorrelationType, RuleSet};

/// What the command line may change.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Days after which a key should have been replaced; `None` for what the rule says.
    pub rotation_days: Option<u32>,
}

/// The incidents of a summary: the most severe first, then by onset.
#[must_use]
pub fn correlate(summary: &Summary, rules: &RuleSet, settings: &Settings) -> Vec<Incident> {
    let mut incidents = Vec::new();
    for rule in rules.rules() {
        for correlation in rules.correlations(rule.id()).iter() {
            let is_of_calls =
                correlation.events.is_empty() && correlation.kind == CorrelationType::EventCount;
            if !is_of_calls || summary.causes.contains_key(rule.id()) {
                incidents.extend(Question { summary, rules, settings, rule, correlation }.incidents());
            }
        }
    }
    let mut incidents = join::explained(join::joined(incidents, rules), rules);
    let end = summary.span.last.as_ref().map(|seen| seen.at.as_millisecond());
    for incident in &mut incidents {
        incident.evidence_end = end;
        incident.binding = binding(incident, summary);
        doubt(incident);
    }
    incidents.sort_by_cached_key(|incident| {
        (
            incident.severity(rules),
            incident.onset.unwrap_or(i64::MAX),
            Reverse(incident.failures),
            Arc::clone(&incident.cause),
            incident.keys.clone(),
            incident.parts.clone(),
        )
    });
    incidents
}

/// Causes of refusals by a limit, and the dimensions that they mean.
const DIMENSIONS: &[(&str, &[&str])] = &[
    ("rate-limit-daily", &["requests-per-day", "tokens-per-day"]),
    ("rate-limit-images", &["images"]),
    ("rate-limit-requests", &["requests"]),
    ("rate-limit-tokens", &["tokens", "project-tokens"]),
];

/// The limit that refused most calls of the incident's kind.
fn binding(incident: &Incident, summary: &Summary) -> Option<Binding> {
    let dimensions = DIMENSIONS.iter().find(|(cause, _)| *cause == &*incident.cause)?.1;
    let refused = summary.limits.iter().map(|(_, limit)| limit).filter(|limit| {
        limit.refused > 0 && limit.dimension.as_deref().is_some_and(|name| dimensions.contains(&name))
    });
    let most = refused.max_by_key(|limit| (limit.refused, Reverse(limit.model.clone())))?;
    Some(Binding {
        model: most.model.clone(),
        dimension: most.dimension.clone()?,
        limit: most.named.values().last()?.1,
        limits: most.values.iter().copied().collect(),
    })
}

/// A key that stops working when a release begins may simply be another key.
fn doubt(incident: &mut Incident) {
    let is_sequence = incident.kind == CorrelationType::TemporalOrdered;
    if is_sequence && (incident.is_recovered || !incident.coincides.is_empty()) {
        incident.tier = incident.tier.max(Tier::Possible);
    }
}

impl RuleSet {
    /// How a cause shows over time: its own tables, else for failed calls those of the nearest more
    /// general cause that speak of any cause, else what holds for all.
    fn correlations(&self, cause: &str) -> Cow<'_, [Correlation]> {
        let Some(rule) = self.rule(cause) else { return Cow::Owned(vec![Correlation::of_any_cause()]) };
        let is_general =
            |one: &&Correlation| one.events.is_empty() && one.kind == CorrelationType::EventCount;
        if rule.correlations.iter().any(|one| is_general(&one)) || rule.matches.is_empty() {
            return Cow::Borrowed(&rule.correlations);
        }
        let inherited = self.ancestors(rule).find_map(|above| above.correlations.iter().find(is_general));
        let mut all = rule.correlations.clone();
        all.push(inherited.cloned().unwrap_or_else(Correlation::of_any_cause));
        Cow::Owned(all)
    }

    /// A cause and all that refine it.
    fn refinements(&self, id: &str) -> std::collections::BTreeSet<Arc<str>> {
        let is_below = |rule: &&crate::rules::Rule| {
            rule.id() == id || self.ancestors(rule).any(|above| above.id() == id)
        };
        self.rules().iter().filter(is_below).map(|rule| Arc::clone(&rule.info.id)).collect()
    }
}
