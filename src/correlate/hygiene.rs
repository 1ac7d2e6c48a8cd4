//! Incidents that are no failed calls: secrets in the log, and retries that could not help.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evaluate::{Question, fact, median, timed};
use super::group::{count_names, projected};
use super::incident::{Incident, Measure, Secret};
use crate::aggregate::{Merge, Retries, Scope, Series, Tally};
use crate::model::Masked;
use crate::rules::Happening;

impl Question<'_> {
    /// All secrets in full are one incident: one leak has one remedy, however many keys it shows.
    pub(super) fn exposed(&self) -> Vec<Incident> {
        let mut incident = self.blank();
        let mut span = Tally::default();
        let mut secrets = Vec::new();
        for (_, exposure) in self.summary.exposed.iter() {
            for seen in exposure.span.first.iter().chain(&exposure.span.last) {
                span.merge(Tally::at(seen.at, 0));
            }
            let shown: Arc<str> = Arc::from(exposure.shown.as_ref().map_or("", Masked::as_str));
            let life = self.summary.keys.get(&shown);
            let until =
                life.map(|key| key.accepted).filter(|tally| !tally.is_empty()).map(|tally| tally.last);
            let refused = life.map(|key| key.refused).filter(|tally| !tally.is_empty());
            for (service, count) in exposure.services.iter() {
                *incident.services.entry(Arc::clone(service)).or_default() += count;
            }
            *incident.keys.entry(Arc::clone(&shown)).or_default() += exposure.count;
            let first = exposure.locations.iter().next().cloned();
            incident.first = [incident.first.take(), first.clone()].into_iter().flatten().min();
            secrets.push(Secret {
                shown,
                family: exposure.family.clone().unwrap_or_else(|| Arc::from("unknown")),
                occurrences: exposure.count,
                first,
                accepted_until: until,
                refused_since: refused
                    .filter(|tally| until.is_none_or(|until| tally.last > until))
                    .map(|tally| tally.first),
            });
        }
        let occurrences: u64 = secrets.iter().map(|secret| secret.occurrences).sum();
        if secrets.is_empty() || !self.correlation.condition.holds(occurrences) {
            return Vec::new();
        }
        secrets.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then_with(|| a.shown.cmp(&b.shown)));
        incident.evidence = secrets.iter().take(3).map(|secret| fact("exposed", &secret.shown)).collect();
        incident.measure = Measure::Exposed(secrets);
        vec![timed(incident, span)]
    }

    /// Retries that could not help, by caller.
    pub(super) fn retries(&self) -> Vec<Incident> {
        let mut callers = BTreeMap::new();
        for (scope, retries) in self.summary.tracks.retries() {
            let group = projected(scope, &self.correlation.group_by);
            let (all, scopes): &mut (Retries, Vec<_>) = callers.entry(group).or_default();
            all.merge(retries.clone());
            scopes.push(scope);
        }
        callers.into_values().filter_map(|(retries, scopes)| self.retries_of(&retries, &scopes)).collect()
    }

    fn retries_of(&self, retries: &Retries, scopes: &[&Scope]) -> Option<Incident> {
        let mut incident = self.blank();
        let (mut span, mut hasty, mut needless) = (Tally::default(), 0, 0);
        for (cause, wasted) in &retries.wasted {
            let count = |series: &Series| series.total().count + series.timeless;
            hasty += count(&wasted.hasty);
            needless += count(&wasted.needless);
            span.merge(wasted.hasty.total());
            span.merge(wasted.needless.total());
            incident.explains.insert(Arc::clone(cause), count(&wasted.hasty) + count(&wasted.needless));
        }
        let wants = |event| self.correlation.events.contains(&event);
        let counted = if wants(Happening::RetryTooSoon) { hasty } else { 0 }
            + if wants(Happening::RetryNeedless) { needless } else { 0 };
        if !self.correlation.condition.holds(counted) {
            return None;
        }
        scopes.iter().for_each(|scope| count_names(&mut incident, scope, counted));
        let causes: BTreeSet<Arc<str>> = retries.wasted.keys().cloned().collect();
        let is_caller = |scope: &Scope| {
            scopes.iter().any(|caller| {
                caller.service == scope.service
                    && caller.environment == scope.environment
                    && caller.host == scope.host
            })
        };
        for (_, track) in self.summary.tracks.iter().filter(|(scope, _)| is_caller(scope)) {
            let of_causes = track.failures.iter().filter(|(cause, _)| causes.contains(*cause));
            let count: u64 = of_causes.map(|(_, failures)| failures.tiers.values().sum::<u64>()).sum();
            incident.failures += count;
            let ok = track.ok.total();
            if !ok.is_empty() && !span.is_empty() && ok.last > span.last {
                incident.is_recovered = true;
            }
        }
        incident.calls = incident.failures;
        let pause_ms = usual_pause_ms(retries);
        incident.measure = Measure::Retries { hasty, needless, pause_ms, asked_ms: retries.asked_ms };
        if let Some(asked) = retries.asked_ms {
            incident.evidence.push(fact("retry_after_ms", &asked.to_string()));
        }
        Some(timed(incident, span))
    }
}

/// The usual pause before retries that came too soon, in milliseconds.
#[must_use]
pub fn usual_pause_ms(retries: &Retries) -> Option<u64> {
    let tenths = median(retries.gaps.iter().map(|(at, count)| (at, *count)))?;
    u64::try_from(tenths * 100).ok()
}
