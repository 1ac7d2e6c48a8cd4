//! Which calls a run is about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::args::{Filters, Inputs};
use super::failure::Failure;
use crate::model::{Call, Family, Finding, Location, Place, Problem, ProblemKind};
use crate::redact::mask;
use crate::report::Arguments;
use crate::rules::{RuleSet, did_you_mean};

/// Shortest piece of a fingerprint that tells keys apart.
const FINGERPRINT_PIECE: usize = 8;

/// What a call must have to count; an empty list allows all.
#[derive(Debug, Default, Clone)]
pub(super) struct Filter {
    pub(super) since: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    services: Vec<String>,
    environments: Vec<String>,
    causes: BTreeSet<String>,
    families: Vec<Family>,
    keys: Vec<String>,
    /// Calls that were left out because they have no time, by source.
    timeless: BTreeMap<Arc<str>, (Place, u64)>,
}

impl Filter {
    /// The filter of the command line.
    ///
    /// # Errors
    /// When a cause is not known.
    pub(super) fn new(
        filters: &Filters,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        rules: &RuleSet,
    ) -> Result<Self, Failure> {
        let mut causes = BTreeSet::new();
        for id in &filters.cause {
            if rules.rule(id).is_none() {
                let help = did_you_mean(id, rules.rules().iter().map(crate::rules::Rule::id))
                    .unwrap_or_else(|| "`why4xx rules list` lists all causes".to_owned());
                return Err(Failure::with_help(
                    format!("cannot filter by `{id}`: no such cause"),
                    Some(help),
                ));
            }
            causes.extend(with_refinements(id, rules));
        }
        Ok(Self {
            since,
            until,
            services: filters.service.clone(),
            environments: filters.env.clone(),
            causes,
            families: filters.family.iter().filter_map(|word| Family::from_word(word)).collect(),
            keys: filters.key.clone(),
            timeless: BTreeMap::new(),
        })
    }

    /// Takes the causes out of the filter, so that calls of all causes count.
    pub(super) fn take_causes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.causes).into_iter().collect()
    }

    /// Whether the call counts. Causes and families choose among failed calls, so that calls without
    /// a finding do not pass them.
    pub(super) fn keeps(&mut self, call: &Call, finding: Option<&Finding>) -> bool {
        let context = &call.seen.context;
        let any = |wanted: &[String], name: Option<&Arc<str>>| {
            wanted.is_empty() || name.is_some_and(|name| wanted.iter().any(|wanted| **wanted == **name))
        };
        any(&self.services, context.service.as_ref())
            && any(&self.environments, context.environment.as_ref())
            && (self.causes.is_empty()
                || finding.is_some_and(|finding| self.causes.contains(&*finding.cause.id)))
            && (self.families.is_empty()
                || finding.is_some_and(|finding| self.families.contains(&finding.cause.family)))
            && (self.keys.is_empty() || self.keys.iter().any(|key| has_key(call, key)))
            && self.is_in_period(call)
    }

    fn is_in_period(&mut self, call: &Call) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let Some(stamp) = call.seen.context.stamp else {
            let entry = self.timeless.entry(Arc::clone(&call.source)).or_insert((call.seen.place, 0));
            entry.1 += call.seen.count.max(1);
            return false;
        };
        let last = call.seen.last_seen.unwrap_or(stamp.at).max(stamp.at);
        self.since.is_none_or(|since| last >= since) && self.until.is_none_or(|until| stamp.at < until)
    }

    /// What was left out because it has no time.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let problem = |(source, (place, count)): (&Arc<str>, &(Place, u64))| Problem {
            kind: ProblemKind::NoTime,
            location: Location { source: Arc::clone(source), place: *place },
            text: "calls without a time are not in the chosen period".to_owned(),
            count: *count,
        };
        self.timeless.iter().map(problem).collect()
    }
}

/// The filters, and how times are read, as the report shows them. Of a key at most its end is shown.
pub(super) fn arguments(filters: &Filters, inputs: &Inputs) -> Arguments {
    let rows = [
        ("service", filters.service.clone()),
        ("env", filters.env.clone()),
        ("cause", filters.cause.clone()),
        ("family", filters.family.clone()),
        ("key", filters.key.iter().map(|key| format!("…{}", end(key, 4))).collect()),
        ("since", filters.since.iter().cloned().collect()),
        ("until", filters.until.iter().cloned().collect()),
        ("timezone", inputs.timezone.iter().cloned().collect()),
        ("year", inputs.year.iter().map(ToString::to_string).collect()),
        ("include", inputs.selection.include.clone()),
        ("exclude", inputs.selection.exclude.clone()),
    ];
    let masked = |values: Vec<String>| values.iter().map(|value| mask(value).to_string()).collect();
    let given = rows.into_iter().filter(|(_, values): &(_, Vec<String>)| !values.is_empty());
    given.map(|(name, values)| (name.to_owned(), masked(values))).collect()
}

/// A cause and the more exact ones below it.
pub(super) fn with_refinements(id: &str, rules: &RuleSet) -> BTreeSet<String> {
    let mut ids = BTreeSet::from([id.to_owned()]);
    loop {
        let more: Vec<String> = rules
            .rules()
            .iter()
            .filter(|rule| !ids.contains(rule.id()))
            .filter(|rule| rule.refines.as_deref().is_some_and(|parent| ids.contains(parent)))
            .map(|rule| rule.id().to_owned())
            .collect();
        if more.is_empty() {
            return ids;
        }
        ids.extend(more);
    }
}

/// Whether the call has that key: by the start of a fingerprint, the whole mask, or its last characters.
fn has_key(call: &Call, wanted: &str) -> bool {
    let key = call.seen.key.as_ref();
    let shown = key.and_then(|key| key.shown.as_ref());
    let shown = shown.into_iter().chain(call.seen.exposed.iter().map(|secret| &secret.shown));
    let fingerprint = key.and_then(|key| key.fingerprint.as_ref());
    let mut fingerprints = fingerprint
        .into_iter()
        .chain(call.seen.exposed.iter().filter_map(|secret| secret.fingerprint.as_ref()));
    let is_piece = wanted.len() >= FINGERPRINT_PIECE;
    let tail = end(wanted, 4);
    let has_tail = |mask: &str| mask == wanted || (tail.chars().count() == 4 && mask.ends_with(&tail));
    fingerprints.any(|mark| is_piece && mark.as_str().starts_with(wanted))
        || shown.into_iter().any(|mask| has_tail(mask.as_str()))
}

/// The last characters of a text.
fn end(text: &str, length: usize) -> String {
    let skip = text.chars().count().saturating_sub(length);
    text.chars().skip(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_stands_for_the_more_exact_ones_too() {
        let ids = with_refinements("unauthorized", RuleSet::builtin());
        assert!(
            ids.contains("unauthorized") && ids.contains("key-invalid") && ids.contains("key-placeholder")
        );
        assert!(!ids.contains("rate-limit"));
    }

    #[test]
    fn of_a_key_only_its_end_is_repeated() {
        let filters = Filters {
            since: None,
            until: None,
            service: vec![],
            env: vec![],
            cause: vec![],
            family: vec![],
            key: vec!["a-long-secret-abcd".to_owned()],
        };
        let selection = crate::cli::args::Selection::default();
        let inputs = Inputs { paths: vec![], timezone: None, year: None, selection };
        let shown = arguments(&filters, &inputs);
        assert_eq!(shown.get("key"), Some(&vec!["…abcd".to_owned()]));
    }
}
