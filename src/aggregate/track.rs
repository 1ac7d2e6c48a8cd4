//! What each caller did over time, with which key, organization and project.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::bounded::{Capped, Merge, keep_least, merge_maps};
use super::group::{Span, Usage, key_name};
use super::location;
use super::retries::Retries;
use super::series::{Buckets, Series, Tally};
use super::wire::pairs;
use crate::model::{Call, Context, Evidence, Finding, Location, Outcome, Rival, StampOrigin, Tier};

/// Most scopes that are told apart.
const MAX_SCOPES: usize = 1000;

/// Who called, from where, on whose account. Knows no source: the same calls in other files are the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Service.
    pub service: Option<Arc<str>>,
    /// Environment.
    pub environment: Option<Arc<str>>,
    /// Calling host.
    pub host: Option<Arc<str>>,
    /// Organization.
    pub organization: Option<Arc<str>>,
    /// Project.
    pub project: Option<Arc<str>>,
    /// Key: its mask, else its keyed hash.
    pub key: Option<Arc<str>>,
}

impl Scope {
    fn of(call: &Call) -> Self {
        let context = &call.seen.context;
        Self {
            organization: call.organization().map(Arc::from),
            project: call.project().map(Arc::from),
            key: key_name(call).map(Arc::from),
            ..Self::calling(context)
        }
    }

    /// The scope with nothing but who called.
    #[must_use]
    pub fn caller(&self) -> Self {
        Self {
            service: self.service.clone(),
            environment: self.environment.clone(),
            host: self.host.clone(),
            ..Self::default()
        }
    }

    fn calling(context: &Context) -> Self {
        Self {
            service: context.service.clone(),
            environment: context.environment.clone(),
            host: context.host_name.clone(),
            ..Self::default()
        }
    }
}

/// The first call of a cause, as evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Proof {
    /// When, in milliseconds; the greatest number where there is no time.
    pub at: i64,
    /// Where.
    pub location: Location,
    /// What decided.
    pub evidence: Vec<Evidence>,
    /// What else was considered.
    pub rivals: Vec<Rival>,
}

/// Failures of one cause in one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failures {
    /// When.
    pub series: Series,
    /// How sure.
    #[serde(with = "pairs")]
    pub tiers: BTreeMap<Tier, u64>,
    /// Failures whose requests visibly named neither organization nor project.
    pub without_context: Tally,
    /// The same where the times are not known.
    pub without_context_timeless: u64,
    /// The first one.
    pub proof: Option<Proof>,
}

impl Failures {
    fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        let seen = &call.seen;
        let count = super::count(call);
        self.series.add_call(call);
        let tier = finding.map_or(Tier::Inconclusive, |finding| finding.tier);
        self.tiers.entry(tier).or_default().merge(count);
        let at = seen.context.stamp.map(|stamp| stamp.at);
        if seen.has_context_headers == Some(false) {
            match at {
                Some(at) => self.without_context.merge(Tally::at(at, count)),
                None => self.without_context_timeless.merge(count),
            }
        }
        let at = at.map_or(i64::MAX, jiff::Timestamp::as_millisecond);
        let place = location(call);
        if self.proof.as_ref().is_none_or(|proof| (at, &place) < (proof.at, &proof.location)) {
            let (evidence, rivals) =
                finding.map(|finding| (finding.evidence.clone(), finding.rivals.clone())).unwrap_or_default();
            keep_least(&mut self.proof, Some(Proof { at, location: place, evidence, rivals }));
        }
    }
}

impl Merge for Failures {
    fn merge(&mut self, other: Self) {
        self.series.merge(other.series);
        merge_maps(&mut self.tiers, other.tiers);
        self.without_context.merge(other.without_context);
        self.without_context_timeless.merge(other.without_context_timeless);
        keep_least(&mut self.proof, other.proof);
    }
}

/// What one scope did over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Track {
    /// Calls that succeeded.
    pub ok: Series,
    /// Calls whose answer shows that key and organization were accepted, successful or not.
    pub accepted: Tally,
    /// Failures by cause.
    #[serde(with = "pairs")]
    pub failures: BTreeMap<Arc<str>, Failures>,
    /// `Date` header minus the log's own clock, in seconds, how often.
    pub skew: Buckets<u64, 256>,
    /// When that was measured.
    pub skew_measured: Tally,
    /// Of these, times that were written without a zone.
    pub skew_assumed_zone: u64,
    /// Releases, by when they were seen.
    pub releases: Capped<Span, 20>,
    /// Client libraries with versions, by when they were seen.
    pub clients: Capped<Span, 20>,
}

impl Track {
    fn add(&mut self, call: &Call, finding: Option<&Finding>, cause: &Arc<str>) {
        let seen = &call.seen;
        let at = seen.context.stamp.map(|stamp| stamp.at);
        let is_ok = seen.outcome == Outcome::Ok;
        if is_ok || seen.headers.organization.is_some() {
            self.accepted.merge(at.map_or(Tally { count: 1, ..Tally::default() }, |at| Tally::at(at, 1)));
        }
        if is_ok {
            self.ok.add_call(call);
        } else {
            self.failures.entry(Arc::clone(cause)).or_default().add(call, finding);
        }
        self.add_skew(call);
        if let Some(release) = &seen.context.release {
            self.releases.entry(release).add(call);
        }
        if let Some(client) = &seen.client
            && let Some(version) = &client.version
        {
            self.clients.entry(&format!("{} {version}", client.name)).add(call);
        }
    }

    /// When the first call was seen, in milliseconds.
    #[must_use]
    pub fn first_seen(&self) -> Option<i64> {
        let mut span = self.ok.total();
        self.failures.values().for_each(|failures| span.merge(failures.series.total()));
        (span.first <= span.last).then_some(span.first)
    }

    fn add_skew(&mut self, call: &Call) {
        let (Some(date), Some(stamp)) = (call.seen.headers.date, call.seen.context.stamp) else { return };
        let is_own_clock = match stamp.origin {
            StampOrigin::Own | StampOrigin::Wrapper => true,
            StampOrigin::OwnAssumedZone => {
                self.skew_assumed_zone.merge(1);
                true
            }
            StampOrigin::Inherited | StampOrigin::DateHeader => false,
        };
        if is_own_clock {
            self.skew.add(date.as_second() - stamp.at.as_second(), 1);
            self.skew_measured.merge(Tally::at(stamp.at, 1));
        }
    }
}

impl Merge for Track {
    fn merge(&mut self, other: Self) {
        self.ok.merge(other.ok);
        self.accepted.merge(other.accepted);
        merge_maps(&mut self.failures, other.failures);
        self.skew.merge(other.skew);
        self.skew_measured.merge(other.skew_measured);
        self.skew_assumed_zone.merge(other.skew_assumed_zone);
        self.releases.merge(other.releases);
        self.clients.merge(other.clients);
    }
}

/// Scopes with what they did; at most `MAX_SCOPES`, the others are counted together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracks {
    #[serde(with = "pairs")]
    tracks: BTreeMap<Scope, Track>,
    others: Usage,
    #[serde(with = "pairs")]
    retries: BTreeMap<Scope, Retries>,
}

impl Tracks {
    /// Takes in a call, successful or failed.
    pub(super) fn add(&mut self, call: &Call, finding: Option<&Finding>, cause: &Arc<str>) {
        let count = super::count(call);
        let scope = Scope::of(call);
        let usage = match call.seen.outcome {
            Outcome::Ok => Usage { ok: count, failed: 0 },
            _ => Usage { ok: 0, failed: count },
        };
        match room(&mut self.tracks, scope) {
            Some(track) => track.add(call, finding, cause),
            None => self.others.merge(usage),
        }
        self.drop_overflow();
        if call.attempt.is_some() {
            let caller = Scope::calling(&call.seen.context);
            if let Some(retries) = room(&mut self.retries, caller) {
                retries.add(call, finding);
            }
            truncate(&mut self.retries);
        }
    }

    /// Scopes and what they did, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Scope, &Track)> {
        self.tracks.iter()
    }

    /// Retries by caller.
    pub fn retries(&self) -> impl Iterator<Item = (&Scope, &Retries)> {
        self.retries.iter()
    }

    /// Calls of scopes beyond the limit.
    #[must_use]
    pub fn others(&self) -> Usage {
        self.others
    }

    fn drop_overflow(&mut self) {
        for track in truncate(&mut self.tracks) {
            let failed = track.failures.values().map(|failures| failures.tiers.values().sum::<u64>()).sum();
            let ok = track.ok.total().count + track.ok.timeless;
            self.others.merge(Usage { ok, failed });
        }
    }
}

/// The value of a scope, unless it lies behind a full map.
fn room<V: Default>(map: &mut BTreeMap<Scope, V>, scope: Scope) -> Option<&mut V> {
    let is_full = map.len() >= MAX_SCOPES;
    if is_full && map.last_key_value().is_some_and(|(last, _)| *last < scope) {
        return None;
    }
    Some(map.entry(scope).or_default())
}

/// The values of the last scopes of a map that holds too many.
fn truncate<V>(map: &mut BTreeMap<Scope, V>) -> Vec<V> {
    let mut gone = Vec::new();
    while map.len() > MAX_SCOPES {
        gone.extend(map.pop_last().map(|(_, value)| value));
    }
    gone
}

impl Merge for Tracks {
    fn merge(&mut self, other: Self) {
        merge_maps(&mut self.tracks, other.tracks);
        self.others.merge(other.others);
        self.drop_overflow();
        merge_maps(&mut self.retries, other.retries);
        truncate(&mut self.retries);
    }
}
