//! What shows only over time.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Evidence, Location, Rival, Severity, Tier};
use crate::rules::{CorrelationType, RuleSet};

/// Counts by name.
pub type Counts = BTreeMap<Arc<str>, u64>;

/// One caller's part in an incident. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Service.
    pub service: Option<Arc<str>>,
    /// Environment.
    pub environment: Option<Arc<str>>,
    /// First event.
    pub onset: Option<i64>,
    /// Last event.
    pub last: Option<i64>,
    /// First success after it.
    pub recovered_at: Option<i64>,
    /// How many events.
    pub failures: u64,
}

/// A secret that stands in the log, and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Mask.
    pub shown: Arc<str>,
    /// Family.
    pub family: Arc<str>,
    /// How often.
    pub occurrences: u64,
    /// The first place.
    pub first: Option<Location>,
    /// The last success with it.
    pub accepted_until: Option<i64>,
    /// The first time it was refused after that.
    pub refused_since: Option<i64>,
}

/// What is measured where failed calls alone do not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// Failed calls tell all.
    None,
    /// Tenths of a day.
    DecidaysInUse(u64),
    /// `Date` header minus the log's own clock.
    SkewSeconds {
        /// The median.
        median: i64,
        /// Answers that were measured.
        answers: u64,
    },
    /// Retries.
    Retries {
        /// Failures that were tried again too soon.
        hasty: u64,
        /// Failures that were tried again though no retry cures them.
        needless: u64,
        /// The usual pause, in milliseconds.
        pause_ms: Option<u64>,
        /// The longest pause that was asked for.
        asked_ms: Option<u64>,
    },
    /// Secrets in full.
    Exposed(Vec<Secret>),
    /// Several users of one key.
    Shared {
        /// Whether environments (not services) differ.
        are_environments: bool,
        /// How many.
        users: u64,
    },
    /// A share of the calls, in percent.
    Percent(u64),
    /// A version of a client library that is too old.
    Outdated {
        /// The library.
        client: Arc<str>,
        /// Its version.
        version: Arc<str>,
        /// The least version that is not.
        least: String,
    },
    /// One key whose answers came for several accounts.
    Answered {
        /// Whether projects (not organizations) differ.
        are_projects: bool,
        /// Which services were answered for which.
        accounts: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    },
}

/// The rate limit that refused calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Model.
    pub model: Option<Arc<str>>,
    /// `requests`, `tokens` …
    pub dimension: Arc<str>,
    /// The limit that was named last.
    pub limit: u64,
    /// All limits that were named.
    pub limits: Vec<u64>,
}

/// An incident. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Id of the cause.
    pub cause: Arc<str>,
    /// How it was found.
    pub kind: CorrelationType,
    /// How sure the cause is.
    pub tier: Tier,
    /// First event.
    pub onset: Option<i64>,
    /// Last event.
    pub last: Option<i64>,
    /// The last call of all in the evidence.
    pub evidence_end: Option<i64>,
    /// Every caller had successes after its last failure.
    pub is_recovered: bool,
    /// When the last of them had.
    pub recovered_at: Option<i64>,
    /// Failed calls.
    pub failures: u64,
    /// Failed calls by the hour in which they fell: its beginning in milliseconds since the epoch.
    pub by_hour: BTreeMap<i64, u64>,
    /// All calls of the same callers from onset to end.
    pub calls: u64,
    /// Successful calls before it.
    pub ok_before: u64,
    /// The last of them.
    pub last_ok_before: Option<i64>,
    /// By service and environment.
    pub parts: Vec<Part>,
    /// Failures by service.
    pub services: Counts,
    /// Failures by environment.
    pub environments: Counts,
    /// Failures by calling host.
    pub hosts: Counts,
    /// Failures by key.
    pub keys: Counts,
    /// Failures by organization.
    pub organizations: Counts,
    /// Failures by project.
    pub projects: Counts,
    /// Other causes that are its symptoms, and how many calls.
    pub explains: Counts,
    /// What decided.
    pub evidence: Vec<Evidence>,
    /// Where it was first seen.
    pub first: Option<Location>,
    /// What else was considered.
    pub rivals: Vec<Rival>,
    /// Releases, client versions and hosts that were first seen when it began.
    pub coincides: Vec<Arc<str>>,
    /// The rate limit that binds.
    pub binding: Option<Binding>,
    /// Its own measure.
    pub measure: Measure,
}

impl Incident {
    /// How bad it is for the caller that it hits worst.
    #[must_use]
    pub fn severity(&self, rules: &RuleSet) -> Severity {
        let Some(rule) = rules.rule(&self.cause) else { return Severity::Low };
        let of = |part: &Part| rule.info_for(part.service.as_deref(), part.environment.as_deref()).severity;
        self.parts.iter().map(of).min().unwrap_or(rule.info.severity)
    }

    /// One without callers or times.
    #[must_use]
    pub fn new(cause: &Arc<str>, kind: CorrelationType, tier: Tier) -> Self {
        Self {
            cause: Arc::clone(cause),
            kind,
            tier,
            onset: None,
            last: None,
            evidence_end: None,
            is_recovered: false,
            recovered_at: None,
            failures: 0,
            by_hour: BTreeMap::new(),
            calls: 0,
            ok_before: 0,
            last_ok_before: None,
            parts: Vec::new(),
            services: Counts::new(),
            environments: Counts::new(),
            hosts: Counts::new(),
            keys: Counts::new(),
            organizations: Counts::new(),
            projects: Counts::new(),
            explains: Counts::new(),
            evidence: Vec::new(),
            first: None,
            rivals: Vec::new(),
            coincides: Vec::new(),
            binding: None,
            measure: Measure::None,
        }
    }

    /// When it ended; `None` while it lasts at the end of the evidence.
    #[must_use]
    pub fn end(&self) -> Option<i64> {
        self.last.filter(|_| self.is_recovered)
    }

    /// The hour in which most calls failed, of equals the first, and how many.
    #[must_use]
    pub fn peak(&self) -> Option<(i64, u64)> {
        self.by_hour
            .iter()
            .rev()
            .max_by_key(|(_, failures)| **failures)
            .map(|(hour, failures)| (*hour, *failures))
    }

    /// Whether it lasts until the evidence ends, not only unseen to be over.
    #[must_use]
    pub fn lasts_to_the_end(&self) -> bool {
        let near = |(last, end): (i64, i64)| end.saturating_sub(last) <= NEAR_END_MS;
        !self.is_recovered && self.last.zip(self.evidence_end).is_some_and(near)
    }

    /// The callers that still fail, or failed for long, after others had recovered.
    #[must_use]
    pub fn stragglers(&self) -> Vec<&Part> {
        let Some(first) = self.parts.iter().filter_map(|part| part.recovered_at).min() else {
            return Vec::new();
        };
        let is_late = |part: &&Part| part.last.is_some_and(|last| last > first.saturating_add(LATE_MS));
        self.parts.iter().filter(is_late).collect()
    }
}

/// How long before the end of the evidence a last failure counts as being at its end.
const NEAR_END_MS: i64 = 30 * 60_000;
/// How long after the first recovery a failing caller is a straggler.
const LATE_MS: i64 = 5 * 60_000;
