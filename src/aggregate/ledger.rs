//! What is saved of logs: summaries by source and day, so that they can be put together again in any order,
//! cut into weeks, and compared.
//!
//! Merging is associative, commutative and idempotent. A source is known by the digest of its content, not
//! by its name, and counts once, also when it was read again after it had grown: of each of its days the
//! longest reading stays. In the file everything that is empty is left out, and no secret can be in it, as a
//! summary holds none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::wire::{self, pairs};
use super::{Merge, Summary};
use crate::model::{Call, Coverage, Finding, LogDigest, Problem, SourceCoverage, Stamp};

/// What a saved file says of itself.
const KIND: &str = "saved summaries";
/// Version of the form in which they are saved.
const VERSION: u32 = 1;
/// Most days of a source that are told apart; all before them are counted with the first of these.
const MAX_DAYS: usize = 1000;

/// What one reading of a source yielded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// What was read.
    pub read: SourceCoverage,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Calls by day; those without a time have none.
    #[serde(with = "pairs")]
    days: BTreeMap<Option<Date>, Summary>,
    /// The logs that the source was read as a file of, by the days that were counted so.
    #[serde(with = "pairs")]
    logs: BTreeMap<Option<Date>, LogDigest>,
}

impl Part {
    /// Counts one call on its day in `zone`. A group of events has its last one on the day of its end.
    pub fn add(&mut self, call: &Call, finding: Option<&Finding>, zone: &TimeZone) {
        let day = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date();
        let stamp = call.seen.context.stamp;
        let first = stamp.map(|stamp| day(stamp.at));
        let last = call.seen.last_seen.filter(|last| call.seen.count > 1 && Some(day(*last)) > first);
        if let (Some(stamp), Some(last)) = (stamp, last) {
            let (mut before, mut after) = (call.clone(), call.clone());
            (before.seen.count, before.seen.last_seen) = (call.seen.count - 1, None);
            (after.seen.count, after.seen.last_seen) = (1, None);
            after.seen.context.stamp = Some(Stamp { at: last, ..stamp });
            self.days.entry(first).or_default().add(&before, finding);
            self.days.entry(Some(day(last))).or_default().add(&after, finding);
        } else {
            self.days.entry(first).or_default().add(call, finding);
        }
        self.fold_oldest();
    }

    /// The calls of a source of which this was read.
    #[must_use]
    pub fn of(mut self, mut read: SourceCoverage, problems: Vec<Problem>) -> Self {
        if let Some(log) = read.log.take() {
            self.logs = self.days.keys().map(|day| (*day, log.clone())).collect();
        }
        Self { read, problems, ..self }
    }

    /// Takes in another reading of the same source. Calls that begin in one file of a log and end in the next
    /// are whole only where both were read together: of each day the reading with most files stays.
    fn join(&mut self, other: Self) {
        let Self { read, problems, days, mut logs } = other;
        for (day, summary) in days {
            let log = logs.remove(&day);
            if !self.days.contains_key(&day) || log.as_ref() > self.logs.get(&day) {
                self.days.insert(day, summary);
                self.logs.extend(log.map(|log| (day, log)));
            }
        }
        if read < self.read {
            (self.read, self.problems) = (read, problems);
        }
    }

    /// Forgets all days but these.
    fn keep(&mut self, is_kept: impl Fn(&Option<Date>) -> bool) {
        self.days.retain(|day, _| is_kept(day));
        self.logs.retain(|day, _| is_kept(day));
    }

    /// Keeps the number of days in bounds; which ones stay depends on nothing but the days.
    fn fold_oldest(&mut self) {
        while self.days.len() > MAX_DAYS {
            let mut dated = self.days.keys().copied().filter(Option::is_some);
            let (Some(oldest), Some(next)) = (dated.next(), dated.next()) else { return };
            let summary = self.days.remove(&oldest).unwrap_or_default();
            self.logs.remove(&oldest);
            self.days.entry(next).or_default().merge(summary);
        }
    }
}

/// Why two ledgers cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Their days begin at different times.
    #[error("its days are cut in `{theirs}`, the others in `{ours}`")]
    Zone {
        /// Zone of the one.
        ours: String,
        /// Zone of the other.
        theirs: String,
    },
    /// They hold other calls of their sources.
    #[error("it was read with `{theirs}`, the others with `{ours}`")]
    Reading {
        /// Options of the one.
        ours: String,
        /// Options of the other.
        theirs: String,
    },
}

/// Why a saved file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is something else.
    #[error("it holds no saved summaries")]
    Other,
    /// A later version wrote it.
    #[error("a later version of why4xx wrote it (form {0})")]
    Later(u32),
    /// It is damaged.
    #[error("it is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
}

/// Summaries of any number of sources by day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Name of the zone in which days begin and end.
    pub zone: String,
    /// Options that decide which calls are counted and how their times are read.
    pub reading: BTreeMap<String, Vec<String>>,
    /// Digests of the rules that judged.
    pub rules: BTreeSet<String>,
    /// Problems with inputs that gave no source.
    pub problems: BTreeSet<Problem>,
    /// By the digest of their content.
    parts: BTreeMap<Arc<str>, Part>,
}

impl Ledger {
    /// Takes in what was read of a source. Without a digest the source is told apart by its name.
    pub fn insert(&mut self, mut part: Part) {
        part.problems.sort();
        let name = part.read.digest.as_ref().map_or(&part.read.name, |digest| &digest.whole);
        match self.parts.get_mut(name) {
            Some(known) => known.join(part),
            None => {
                self.parts.insert(Arc::clone(name), part);
            }
        }
    }

    /// Takes in another ledger.
    ///
    /// # Errors
    /// When the days of the other are cut in another zone, or it holds other calls of its sources. An empty
    /// ledger fits to every other.
    pub fn merge(&mut self, other: Self) -> Result<(), Mismatch> {
        if self.is_empty() && self.problems.is_empty() {
            *self = other;
            return Ok(());
        }
        if other.is_empty() && other.problems.is_empty() {
            return Ok(());
        }
        if self.zone != other.zone {
            return Err(Mismatch::Zone { ours: self.zone.clone(), theirs: other.zone });
        }
        if self.reading != other.reading {
            let (ours, theirs) = (options(&self.reading), options(&other.reading));
            return Err(Mismatch::Reading { ours, theirs });
        }
        self.rules.extend(other.rules);
        self.problems.extend(other.problems);
        other.parts.into_values().for_each(|part| self.insert(part));
        self.settle();
        Ok(())
    }

    /// Leaves out what a later reading of the same log holds as well.
    pub fn settle(&mut self) {
        let mut doubles: Vec<(Arc<str>, BTreeSet<Option<Date>>)> = Vec::new();
        let mut later: BTreeMap<(u64, Arc<str>), Vec<&Part>> = BTreeMap::new();
        for part in self.parts.values() {
            for beginning in part.read.digest.iter().flat_map(|digest| &digest.beginnings) {
                later.entry(beginning.clone()).or_default().push(part);
            }
        }
        for (name, part) in &self.parts {
            let Some(digest) = &part.read.digest else { continue };
            let others = digest.beginnings.last().and_then(|last| later.get(last)).into_iter().flatten();
            let grown: Vec<&&Part> = others
                .filter(|other| other.read.digest.as_ref().is_some_and(|other| digest.is_beginning_of(other)))
                .collect();
            if !grown.is_empty() {
                let is_known = |day: &&Option<Date>| grown.iter().any(|part| part.days.contains_key(*day));
                doubles.push((Arc::clone(name), part.days.keys().filter(is_known).copied().collect()));
            }
        }
        for (name, days) in doubles {
            let Some(part) = self.parts.get_mut(&name) else { continue };
            part.keep(|day| !days.contains(day));
            if part.days.is_empty() {
                self.parts.remove(&name);
            }
        }
    }

    /// Whether it holds no source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The days with calls, ascending, without repeats.
    #[must_use]
    pub fn days(&self) -> BTreeSet<Date> {
        self.parts.values().flat_map(|part| part.days.keys().copied().flatten()).collect()
    }

    /// All calls, also those without a time.
    #[must_use]
    pub fn all(&self) -> Summary {
        self.sum(|_| true)
    }

    /// The calls of the days from the first to the last, both included.
    #[must_use]
    pub fn between(&self, first: Date, last: Date) -> Summary {
        self.sum(|day| day.is_some_and(|day| (first..=last).contains(&day)))
    }

    /// How many calls of which source have no time, and so belong to no day.
    #[must_use]
    pub fn timeless(&self) -> Vec<(&Arc<str>, u64)> {
        let count =
            |part: &Part| part.days.get(&None).map(|day| day.totals.calls.ok + day.totals.calls.failed);
        let rows = self.parts.values().filter_map(|part| Some((&part.read.name, count(part)?)));
        rows.filter(|(_, count)| *count > 0).collect()
    }

    /// The same with nothing but the days from the first to the last, and the calls without a time, so that
    /// whoever reads it can still say how many they are.
    #[must_use]
    pub fn cut(mut self, first: Date, last: Date) -> Self {
        for part in self.parts.values_mut() {
            part.keep(|day| day.is_none_or(|day| (first..=last).contains(&day)));
        }
        self
    }

    /// What was read of all sources, by name.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let mut sources: Vec<SourceCoverage> = self.parts.values().map(|part| part.read.clone()).collect();
        sources.sort();
        let of_parts = self.parts.values().flat_map(|part| &part.problems);
        let mut problems: Vec<Problem> = of_parts.chain(&self.problems).cloned().collect();
        problems.sort();
        Coverage { sources, problems }
    }

    fn sum(&self, wants: impl Fn(Option<Date>) -> bool) -> Summary {
        let mut sum = Summary::default();
        let days = self.parts.values().flat_map(|part| &part.days).filter(|(day, _)| wants(**day));
        days.for_each(|(_, summary)| sum.merge(summary.clone()));
        sum
    }

    /// As JSON, on one line.
    ///
    /// # Errors
    /// Never in practice: the types have no value that JSON cannot hold.
    pub fn to_json(&self) -> Result<serde_json::Value, serde_json::Error> {
        let parts: Vec<&Part> = self.parts.values().collect();
        let written = Written {
            why4xx: KIND.to_owned(),
            version: VERSION,
            zone: self.zone.clone(),
            reading: self.reading.clone(),
            rules: self.rules.clone(),
            problems: self.problems.clone(),
            parts,
        };
        serde_json::to_value(&written).map(wire::pruned)
    }

    /// From JSON.
    ///
    /// # Errors
    /// When it is something else, damaged, or of a later version.
    pub fn from_json(json: serde_json::Value) -> Result<Self, Unreadable> {
        if json.get("why4xx").and_then(serde_json::Value::as_str) != Some(KIND) {
            return Err(Unreadable::Other);
        }
        let version = json.get("version").and_then(serde_json::Value::as_u64).unwrap_or(u64::MAX);
        if version > u64::from(VERSION) {
            return Err(Unreadable::Later(u32::try_from(version).unwrap_or(u32::MAX)));
        }
        let written: Written<Part> = serde_json::from_value(json)?;
        let mut ledger = Self {
            zone: written.zone,
            reading: written.reading,
            rules: written.rules,
            problems: written.problems,
            parts: BTreeMap::new(),
        };
        written.parts.into_iter().for_each(|part| ledger.insert(part));
        ledger.settle();
        Ok(ledger)
    }

    /// Whether a file that begins like this may hold saved summaries.
    #[must_use]
    pub fn is_saved(beginning: &[u8]) -> bool {
        beginning.starts_with(format!("{{\"why4xx\":\"{KIND}\"").as_bytes())
    }
}

/// A ledger as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Written<P> {
    why4xx: String,
    version: u32,
    zone: String,
    reading: BTreeMap<String, Vec<String>>,
    rules: BTreeSet<String>,
    problems: BTreeSet<Problem>,
    parts: Vec<P>,
}

impl<P> Default for Written<P> {
    fn default() -> Self {
        Self {
            why4xx: String::new(),
            version: 0,
            zone: String::new(),
            reading: BTreeMap::new(),
            rules: BTreeSet::new(),
            problems: BTreeSet::new(),
            parts: Vec::new(),
        }
    }
}

fn options(reading: &BTreeMap<String, Vec<String>>) -> String {
    if reading.is_empty() {
        return "no options".to_owned();
    }
    let option = |(name, values): (&String, &Vec<String>)| format!("--{name} {}", values.join(" "));
    reading.iter().map(option).collect::<Vec<_>>().join(" ")
}
