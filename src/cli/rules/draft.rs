//! `why4xx rules draft`: a rule file for the largest group of failures that no rule explains.

use std::collections::BTreeMap;

use super::args::Draft as Arguments;
use super::write;
use crate::aggregate::template;
use crate::cli::args::{Filters, Global};
use crate::cli::failure::Failure;
use crate::cli::read::Reader;
use crate::model::{Call, Outcome};
use crate::pipeline::{Options, analyze_text};
use crate::proof::quoted;
use crate::rules::{Draft, DraftValue, draft};

/// Texts that are kept of each group.
const MAX_SAMPLES: usize = 3;
/// Groups that are told apart.
const MAX_GROUPS: usize = 10_000;
/// Causes of other failures that become near misses.
const MISSES: usize = 2;
/// Letters of a phrase that say enough to be looked for.
const MIN_PHRASE: usize = 12;

/// The failures that have their template in common.
#[derive(Debug, Default)]
struct Group {
    calls: u64,
    samples: Vec<String>,
    code: Common,
    kind: Common,
    status: Common,
}

/// A value that all calls of a group have, as long as they do.
#[derive(Debug, Default)]
enum Common {
    #[default]
    Unseen,
    One(String),
    None,
}

impl Common {
    fn add(&mut self, value: Option<&str>) {
        *self = match (std::mem::take(self), value) {
            (Self::Unseen, Some(value)) => Self::One(value.to_owned()),
            (Self::One(before), Some(value)) if before == value => Self::One(before),
            _ => Self::None,
        };
    }

    fn value(&self) -> Option<&str> {
        match self {
            Self::One(value) => Some(value),
            Self::Unseen | Self::None => None,
        }
    }
}

/// Reads the inputs and writes the draft.
pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut reader = Reader::new(global, &arguments.inputs, &Filters::default(), None)?;
    let unexplained = reader.rules.unclassified_id().to_owned();
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    let coverage = reader.run(&mut |call, finding| {
        let is_unexplained = finding.is_none_or(|finding| *finding.cause.id == unexplained);
        if call.seen.outcome == Outcome::Failed && is_unexplained {
            let key = template(call);
            if groups.len() < MAX_GROUPS || groups.contains_key(&key) {
                groups.entry(key).or_default().add(call);
            }
        } else if call.seen.outcome == Outcome::Failed
            && let Some(finding) = finding
            && others.len() < MAX_GROUPS
        {
            let sample = || call.seen.excerpt.as_str().to_owned();
            others.entry(finding.cause.id.to_string()).or_insert_with(sample);
        }
    })?;
    reader.warn(&coverage);
    let largest = groups.iter().max_by_key(|(name, group)| (group.calls, std::cmp::Reverse(*name)));
    let Some((name, group)) = largest else {
        let help = "`why4xx rules new` begins a rule file without one";
        return Err(Failure::with_help(
            "cannot draft a rule: every failure in the input is explained",
            Some(help.to_owned()),
        ));
    };
    let misses = others.into_iter().filter(|(cause, sample)| shows(sample, cause)).take(MISSES).collect();
    write(&draft(&group.draft(name, misses)), arguments.output.as_deref(), arguments.force)
}

/// Whether a text alone has that cause: of a call that stands in several records it is only a part.
fn shows(sample: &str, cause: &str) -> bool {
    let calls = analyze_text(sample, &Options::default());
    calls.iter().any(|(_, finding)| finding.as_ref().is_some_and(|finding| &*finding.cause.id == cause))
}

impl Group {
    fn add(&mut self, call: &Call) {
        let seen = &call.seen;
        self.calls += seen.count;
        self.code.add(seen.error.code.as_deref());
        self.kind.add(seen.error.kind.as_deref());
        self.status.add(seen.error.status.map(|status| status.to_string()).as_deref());
        let sample = seen.excerpt.as_str();
        if self.samples.len() < MAX_SAMPLES && !self.samples.iter().any(|one| one == sample) {
            self.samples.push(sample.to_owned());
        }
    }

    fn draft(&self, template: &str, misses: Vec<(String, String)>) -> Draft {
        let mut clauses = Vec::new();
        let status = self.status.value().and_then(|status| status.parse().ok());
        clauses.extend(status.map(|status| ("status", DraftValue::Number(status))));
        for (field, common) in [("code", &self.code), ("type", &self.kind)] {
            clauses.extend(common.value().map(|value| (field, DraftValue::Text(value.to_owned()))));
        }
        clauses.extend(phrase(template).map(|text| ("message", DraftValue::Text(text))));
        let quotation = self.samples.first().map(|sample| quoted(sample));
        Draft { clauses, samples: self.samples.clone(), misses, quotation, calls: self.calls }
    }
}

/// The longest piece of a template in which nothing changes from call to call.
fn phrase(template: &str) -> Option<String> {
    let text = template
        .split_once(' ')
        .filter(|(status, _)| status.parse::<u16>().is_ok())
        .map_or(template, |row| row.1);
    let whole_words = |piece: &str| piece.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
    let longest = text.split('#').map(whole_words).max_by_key(|piece| piece.chars().count())?;
    (longest.chars().count() >= MIN_PHRASE).then_some(longest)
}

#[cfg(test)]
mod tests {
    use super::phrase;

    #[test]
    fn the_longest_piece_without_a_variable_is_the_phrase() {
        let text = "402 Wallet # of team # cannot be charged, please top it up at #.";
        assert_eq!(phrase(text).as_deref(), Some("cannot be charged, please top it up at"));
        assert_eq!(phrase("500 # #"), None);
    }
}
