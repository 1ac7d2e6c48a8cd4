//! One correlation on a summary → incidents, group by group.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Settings;
use super::group::{Group, count_names, groups};
use super::incident::{Incident, Measure};
use super::runs::{Ends, runs};
use crate::aggregate::{Merge, Series, Summary, Tally};
use crate::model::{Evidence, KeyShape, Masked, Tier};
use crate::rules::{Correlation, CorrelationType, Dimension, Happening, Measured, Rule, RuleSet};

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// What one correlation looks at.
pub(super) struct Question<'a> {
    pub(super) summary: &'a Summary,
    pub(super) rules: &'a RuleSet,
    pub(super) settings: &'a Settings,
    /// The cause that the incidents will have.
    pub(super) rule: &'a Rule,
    pub(super) correlation: &'a Correlation,
}

impl Question<'_> {
    /// The incidents that the correlation finds.
    pub(super) fn incidents(&self) -> Vec<Incident> {
        let events = &self.correlation.events;
        let is_about = |wanted: &[Happening]| events.iter().any(|event| wanted.contains(event));
        match self.correlation.kind {
            CorrelationType::EventCount if is_about(&[Happening::Exposed]) => self.exposed(),
            CorrelationType::EventCount if is_about(&[Happening::RetryTooSoon, Happening::RetryNeedless]) => {
                self.retries()
            }
            CorrelationType::EventCount if self.correlation.field == Some(Measured::WithoutContext) => {
                self.each_group(|group| self.without_context(group))
            }
            CorrelationType::EventCount => self.each_group(|group| self.event_count(group)),
            CorrelationType::TemporalOrdered => self.each_group(|group| self.temporal_ordered(group)),
            CorrelationType::Ratio => self.each_group(|group| self.ratio(group)),
            CorrelationType::Absence => self.each_group(|group| self.absence(group)),
            CorrelationType::ValueMedian => self.each_group(|group| self.value_median(group)),
            CorrelationType::ValueMax => self.each_group(|group| self.value_max(group)),
            CorrelationType::ValueMin => self.outdated(),
            CorrelationType::ValueCount
                if matches!(self.correlation.field, Some(Measured::Organization | Measured::Project)) =>
            {
                self.each_group(|group| self.answered(group))
            }
            CorrelationType::ValueCount => self.each_group(|group| self.value_count(group)),
        }
    }

    fn each_group(&self, find: impl Fn(&Group<'_>) -> Vec<Incident>) -> Vec<Incident> {
        groups(self.summary, &self.correlation.group_by).iter().flat_map(find).collect()
    }

    pub(super) fn blank(&self) -> Incident {
        let tier = self.correlation.tier.unwrap_or(Tier::Likely);
        Incident::new(&self.rule.info.id, self.correlation.kind, tier)
    }

    /// The tier that the correlation says, else the one of the calls.
    fn sure(&self, mut incident: Incident) -> Incident {
        incident.tier = self.correlation.tier.unwrap_or(incident.tier);
        incident
    }

    fn series(&self, group: &Group<'_>, event: &Happening) -> Series {
        match event {
            Happening::Ok => group.ok(),
            Happening::Failed => group.failures(None),
            Happening::Cause(id) => group.failures(Some(&self.rules.refinements(id))),
            Happening::Accepted | Happening::Exposed | Happening::RetryTooSoon | Happening::RetryNeedless => {
                Series::default()
            }
        }
    }

    /// The causes among the events; `None` when any failure counts.
    fn causes(&self, events: &[Happening]) -> Option<BTreeSet<Arc<str>>> {
        if events.contains(&Happening::Failed) {
            return None;
        }
        let mut causes = BTreeSet::new();
        for event in events {
            if let Happening::Cause(id) = event {
                causes.extend(self.rules.refinements(id));
            }
        }
        if events.is_empty() {
            causes.insert(Arc::clone(&self.rule.info.id));
        }
        Some(causes)
    }

    fn event_count(&self, group: &Group<'_>) -> Vec<Incident> {
        let causes = self.causes(&self.correlation.events);
        let failures = group.failures(causes.as_ref());
        let found = runs(&failures, &group.ok(), Ends::SuccessAndPause(self.correlation.timespan_ms));
        let fitting = found.iter().filter(|run| self.correlation.condition.holds(run.failures.count));
        fitting.map(|run| self.sure(group.incident(self.blank(), run, causes.as_ref()))).collect()
    }

    fn temporal_ordered(&self, group: &Group<'_>) -> Vec<Incident> {
        let Some((last, earlier)) = self.correlation.events.split_last() else { return Vec::new() };
        let causes = self.causes(std::slice::from_ref(last));
        let series = self.series(group, last);
        let mut before = Series::default();
        for event in earlier {
            before.merge(self.series(group, event));
        }
        let in_order = |onset: i64| {
            let mut after = i64::MIN;
            earlier.iter().all(|event| {
                let series = self.series(group, event);
                let next =
                    series.iter().map(|tally| if tally.first > after { tally.first } else { tally.last });
                next.filter(|at| *at > after && *at < onset).min().is_some_and(|at| {
                    after = at;
                    true
                })
            })
        };
        let mut found = Vec::new();
        for run in runs(&series, &before, Ends::Success) {
            let has_enough_before = run.ok_before.count >= self.correlation.min_events.max(1);
            let is_ordered = run.ok_within == 0 && has_enough_before && in_order(run.failures.first);
            if is_ordered && self.correlation.condition.holds(run.failures.count) {
                found.push(self.sure(group.incident(self.blank(), &run, causes.as_ref())));
            }
        }
        found
    }

    fn ratio(&self, group: &Group<'_>) -> Vec<Incident> {
        let Some((first, others)) = self.correlation.events.split_first() else { return Vec::new() };
        let causes = self.causes(std::slice::from_ref(first));
        let series = self.series(group, first);
        let part = series.total().count;
        let count = |event: &Happening| match event {
            Happening::Accepted => group.accepted().count,
            event => self.series(group, event).total().count,
        };
        let rest: u64 = others.iter().map(count).sum();
        let whole = part + rest;
        if part == 0 || whole < self.correlation.min_events {
            return Vec::new();
        }
        let percent = part.saturating_mul(100).div_ceil(whole);
        if rest == 0 || !self.correlation.condition.holds(percent) {
            return Vec::new();
        }
        let found = runs(&series, &group.ok(), Ends::Pause(i64::MAX));
        let make = |run| Incident {
            measure: Measure::Percent(percent),
            calls: whole,
            ..self.sure(group.incident(self.blank(), run, causes.as_ref()))
        };
        found.iter().map(make).collect()
    }

    fn absence(&self, group: &Group<'_>) -> Vec<Incident> {
        let mut wanted = Series::default();
        self.correlation.events.iter().for_each(|event| wanted.merge(self.series(group, event)));
        let failures = group.failures(None);
        let fits = |run: &&super::runs::Run| {
            !run.ok_before.is_empty()
                && run.ok_within == 0
                && run.failures.last - run.failures.first >= self.correlation.timespan_ms
                && self.correlation.condition.holds(run.failures.count)
        };
        let found = runs(&failures, &wanted, Ends::Success);
        found.iter().filter(fits).map(|run| self.sure(group.incident(self.blank(), run, None))).collect()
    }

    fn without_context(&self, group: &Group<'_>) -> Vec<Incident> {
        let causes = self.causes(&self.correlation.events);
        let mut incident = self.blank();
        let mut all = Tally::default();
        for (scope, track) in &group.tracks {
            for (cause, failures) in &track.failures {
                let count = failures.without_context.count + failures.without_context_timeless;
                if count == 0 || causes.as_ref().is_some_and(|causes| !causes.contains(cause)) {
                    continue;
                }
                all.merge(failures.without_context);
                incident.failures += count;
                *incident.explains.entry(Arc::clone(cause)).or_default() += count;
                count_names(&mut incident, scope, count);
                incident.first =
                    incident.first.or_else(|| failures.proof.as_ref().map(|proof| proof.location.clone()));
            }
        }
        if !self.correlation.condition.holds(incident.failures) {
            return Vec::new();
        }
        incident.calls = incident.failures;
        incident.evidence = vec![fact("context-headers", "false")];
        vec![timed(incident, all)]
    }

    /// The median of the distance between the clocks. A distance of whole quarters of an hour may be a
    /// zone that the log does not show.
    fn value_median(&self, group: &Group<'_>) -> Vec<Incident> {
        let (skew, measured, assumed) = group.skew();
        let answers: u64 = skew.iter().map(|(_, count)| count).sum();
        if answers < self.correlation.min_events {
            return Vec::new();
        }
        let Some(median) = median(skew.iter().map(|(at, count)| (at, *count))) else { return Vec::new() };
        let near: u64 =
            skew.iter().filter(|(at, _)| (at - median).abs() <= NEAR_SECONDS).map(|(_, count)| count).sum();
        let off = median.rem_euclid(900).min(900 - median.rem_euclid(900));
        let may_be_zone = assumed * 2 > answers && off <= NEAR_SECONDS;
        if !self.correlation.condition.holds(median.unsigned_abs()) || near * 5 < answers * 4 || may_be_zone {
            return Vec::new();
        }
        let mut incident = self.blank();
        group.tracks.iter().filter(|row| !row.1.skew.is_empty()).for_each(|(scope, track)| {
            count_names(&mut incident, scope, track.skew_measured.count);
        });
        incident.measure = Measure::SkewSeconds { median, answers };
        incident.calls = answers;
        incident.evidence = vec![fact("header.date", &format!("{median} s off the log's own clock"))];
        vec![timed(incident, measured)]
    }

    fn value_max(&self, group: &Group<'_>) -> Vec<Incident> {
        let span = self.life(group);
        if span.first > span.last
            || self.correlation.field != Some(Measured::DaysInUse)
            || !self.is_openai_key(group)
        {
            return Vec::new();
        }
        let days = u64::try_from((span.last - span.first) / DAY_MS).unwrap_or_default();
        let mut condition = self.correlation.condition;
        if let (Some(days), true) = (self.settings.rotation_days, condition.gte.is_some()) {
            condition.gte = Some(u64::from(days));
        }
        if !condition.holds(days) || span.count < self.correlation.min_events {
            return Vec::new();
        }
        let mut incident = self.blank();
        self.count_calls(&mut incident, group);
        let tenths = u64::try_from((span.last - span.first) / (DAY_MS / 10)).unwrap_or_default();
        incident.measure = Measure::DecidaysInUse(tenths);
        incident.calls = span.count;
        vec![timed(incident, span)]
    }

    fn value_count(&self, group: &Group<'_>) -> Vec<Incident> {
        if !self.is_openai_key(group) {
            return Vec::new();
        }
        let are_environments = self.correlation.field == Some(Measured::Environment);
        if !are_environments && self.tells_accounts(group) {
            return Vec::new();
        }
        let mut incident = self.blank();
        self.count_calls(&mut incident, group);
        let names = if are_environments { &incident.environments } else { &incident.services };
        let enough = names.iter().filter(|(_, count)| **count >= self.correlation.min_events);
        let users: BTreeSet<&str> =
            enough.map(|(name, _)| if are_environments { &**name } else { stem(name) }).collect();
        let users = users.len() as u64;
        if !self.correlation.condition.holds(users) {
            return Vec::new();
        }
        let span = group.span();
        incident.measure = Measure::Shared { are_environments, users };
        incident.calls = span.count;
        vec![timed(incident, span)]
    }

    /// From the first to the last time a group was seen; of a key also where it only stands in the log.
    fn life(&self, group: &Group<'_>) -> Tally {
        let mut span = group.span();
        let key = group.scope.key.as_ref().and_then(|key| self.summary.keys.get(key));
        if let Some(key) = key.filter(|_| self.correlation.group_by == [Dimension::Key]) {
            let ends = [&key.span.first, &key.span.last];
            ends.into_iter().flatten().for_each(|seen| span.merge(Tally::at(seen.at, 0)));
        }
        span
    }

    pub(super) fn count_calls(&self, incident: &mut Incident, group: &Group<'_>) {
        for (scope, track) in &group.tracks {
            let failed: u64 =
                track.failures.values().map(|failures| failures.tiers.values().sum::<u64>()).sum();
            count_names(incident, scope, track.ok.total().count + track.ok.timeless + failed);
        }
    }

    /// Of groups by key: whether it is a key that OpenAI issues.
    pub(super) fn is_openai_key(&self, group: &Group<'_>) -> bool {
        if !self.correlation.group_by.contains(&Dimension::Key) {
            return true;
        }
        let shape =
            group.scope.key.as_ref().and_then(|key| self.summary.keys.get(key)).and_then(|key| key.shape);
        matches!(
            shape,
            Some(
                KeyShape::OpenaiLegacy
                    | KeyShape::OpenaiProject
                    | KeyShape::OpenaiServiceAccount
                    | KeyShape::OpenaiAdmin
            )
        )
    }
}

/// Seconds by which measured distances of clocks may differ.
const NEAR_SECONDS: i64 = 30;

/// The incident with the times of what was counted.
pub(super) fn timed(mut incident: Incident, span: Tally) -> Incident {
    if span.first <= span.last {
        incident.onset = Some(span.first);
        incident.last = Some(span.last);
    }
    incident
}

pub(super) fn fact(field: &str, value: &str) -> Evidence {
    Evidence { field: Arc::from(field), value: Masked::from_redacted(value) }
}

/// The median of counted values, ascending.
pub(super) fn median(values: impl Iterator<Item = (i64, u64)>) -> Option<i64> {
    let values: Vec<(i64, u64)> = values.collect();
    let half = values.iter().map(|(_, count)| count).sum::<u64>().div_ceil(2);
    let mut seen = 0;
    values
        .iter()
        .find(|(_, count)| {
            seen += count;
            seen >= half && half > 0
        })
        .map(|(value, _)| *value)
}

/// What related services have in common: `billing` of `billing-worker`.
fn stem(name: &str) -> &str {
    name.split(['-', '_', '.', '/', ':']).next().unwrap_or(name)
}
