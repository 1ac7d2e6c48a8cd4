//! What is known about the failed calls of one cause.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::bounded::{Capped, Ends, Least, Merge, keep_greatest, keep_least, merge_maps};
use super::clients::client_name;
use super::hours::Hours;
use super::series::Tally;
use super::wire::pairs;
use super::{count, location};
use crate::model::{
    Call, Evidence, ExposedSecret, Finding, KeyShape, Location, Masked, Provider, Severity, Tier,
};

/// Most samples of a group.
const MAX_SAMPLES: usize = 3;

/// Calls that succeeded and calls that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Succeeded.
    pub ok: u64,
    /// Failed.
    pub failed: u64,
}

impl Merge for Usage {
    fn merge(&mut self, other: Self) {
        self.ok.merge(other.ok);
        self.failed.merge(other.failed);
    }
}

/// A time with the place that shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub location: Location,
}

/// From the first to the last time something was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// First.
    pub first: Option<Seen>,
    /// Last.
    pub last: Option<Seen>,
}

impl Span {
    /// The span of one call; of a group of events, from its first to its last.
    pub(super) fn of(call: &Call) -> Self {
        let seen = |at| Seen { at, location: location(call) };
        let first = call.seen.context.stamp.map(|stamp| seen(stamp.at));
        let last = call.seen.last_seen.map(seen).max(first.clone());
        Self { first, last }
    }

    pub(super) fn add(&mut self, call: &Call) {
        self.merge(Self::of(call));
    }
}

impl Merge for Span {
    fn merge(&mut self, other: Self) {
        keep_least(&mut self.first, other.first);
        keep_greatest(&mut self.last, other.last);
    }
}

/// How one key was used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyUse {
    /// Calls with it.
    pub calls: Usage,
    /// Its shape.
    pub shape: Option<KeyShape>,
    /// Its keyed hash.
    pub fingerprint: Option<Masked>,
    /// When first and last.
    pub span: Span,
    /// Calls that succeeded with it.
    pub accepted: Tally,
    /// Calls that failed for reasons of the key itself.
    pub refused: Tally,
    /// Calls by service.
    pub services: Capped<u64, 50>,
    /// Calls by environment.
    pub environments: Capped<u64, 20>,
    /// How often it stands in the log in full.
    pub exposed: u64,
}

impl KeyUse {
    pub(super) fn add(&mut self, call: &Call, calls: Usage, is_refused: bool) {
        let key = call.seen.key.as_ref();
        let exposed = single_exposed(call);
        let fingerprint = key.and_then(|key| key.fingerprint.clone());
        let fingerprint = fingerprint.or_else(|| exposed.and_then(|secret| secret.fingerprint.clone()));
        let shape = key.map(|key| key.shape).or_else(|| {
            let family = exposed?.family;
            KeyShape::ALL.iter().find(|(_, word)| *word == family).map(|(shape, _)| *shape)
        });
        let count = calls.ok + calls.failed;
        let tally = match call.seen.context.stamp {
            Some(stamp) => Tally::at(stamp.at, count),
            None => Tally { count, ..Tally::default() },
        };
        let names =
            |name: &Option<Arc<str>>| name.iter().map(|name| (Arc::clone(name), count)).collect::<Vec<_>>();
        let context = &call.seen.context;
        self.merge(Self {
            calls,
            shape,
            fingerprint,
            span: Span::of(call),
            accepted: if calls.ok > 0 { tally } else { Tally::default() },
            refused: if is_refused { tally } else { Tally::default() },
            services: names(&context.service).into_iter().collect(),
            environments: names(&context.environment).into_iter().collect(),
            exposed: 0,
        });
    }
}

impl Merge for KeyUse {
    fn merge(&mut self, other: Self) {
        self.calls.merge(other.calls);
        keep_least(&mut self.shape, other.shape);
        keep_least(&mut self.fingerprint, other.fingerprint);
        self.span.merge(other.span);
        self.accepted.merge(other.accepted);
        self.refused.merge(other.refused);
        self.services.merge(other.services);
        self.environments.merge(other.environments);
        self.exposed.merge(other.exposed);
    }
}

/// One call as an example.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Sample {
    /// Where it stands.
    pub location: Location,
    /// Masked excerpt.
    pub text: Masked,
    /// What decided.
    pub evidence: Vec<Evidence>,
}

/// The first few samples with different texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples(Vec<Sample>);

impl Samples {
    pub(super) fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        let seen = &call.seen;
        let is_behind = self.0.last().is_some_and(|last| last.location < location(call));
        if is_behind && self.0.len() >= MAX_SAMPLES {
            return;
        }
        let text = match &seen.error.message {
            _ if !seen.excerpt.is_empty() => seen.excerpt.clone(),
            Some(message) => message.clone(),
            None => return,
        };
        let evidence = finding.map(|finding| finding.evidence.clone()).unwrap_or_default();
        self.keep(Sample { location: location(call), text, evidence });
    }

    /// The samples, by location.
    pub fn iter(&self) -> impl Iterator<Item = &Sample> {
        self.0.iter()
    }

    /// Of each text the first place stays; of these, the first few.
    fn keep(&mut self, sample: Sample) {
        if let Some(same) = self.0.iter_mut().find(|kept| kept.text == sample.text) {
            if sample < *same {
                *same = sample;
            }
        } else {
            self.0.push(sample);
        }
        self.0.sort();
        self.0.truncate(MAX_SAMPLES);
    }
}

impl Merge for Samples {
    fn merge(&mut self, other: Self) {
        for sample in other.0 {
            self.keep(sample);
        }
    }
}

/// The failed calls of one cause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// How many.
    pub calls: u64,
    /// By tier.
    #[serde(with = "pairs")]
    pub tiers: BTreeMap<Tier, u64>,
    /// By how bad the cause is for the service and environment of the call.
    #[serde(with = "pairs")]
    pub severities: BTreeMap<Severity, u64>,
    /// By status; `None` where no answer came or none is visible.
    #[serde(with = "pairs")]
    pub statuses: BTreeMap<Option<u16>, u64>,
    /// By service.
    pub services: Capped<u64, 200>,
    /// By environment.
    pub environments: Capped<u64, 50>,
    /// By key mask.
    pub keys: Capped<u64, 200>,
    /// By model.
    pub models: Capped<u64, 100>,
    /// By organization.
    pub organizations: Capped<u64, 100>,
    /// By project.
    pub projects: Capped<u64, 100>,
    /// By the host, pod or instance that called.
    pub hosts: Capped<u64, 200>,
    /// By client library and version.
    pub clients: Capped<u64, 50>,
    /// When first and last.
    pub span: Span,
    /// The first places.
    pub locations: Least<Location, 20>,
    /// The last place.
    pub last_location: Option<Location>,
    /// The first texts.
    pub samples: Samples,
    /// By hour.
    pub hours: Hours,
    /// The first and the last request ids, by time.
    pub request_ids: Ends<(Option<Timestamp>, Arc<str>), 5>,
    /// The longest pause that an answer asked for.
    pub retry_after_ms: Option<u64>,
    /// How many went to Azure OpenAI.
    pub azure_calls: u64,
}

impl Group {
    /// Counts one failed call.
    pub fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        let count = count(call);
        let seen = &call.seen;
        self.calls += count;
        let tier = finding.map_or(Tier::Inconclusive, |finding| finding.tier);
        *self.tiers.entry(tier).or_default() += count;
        if let Some(finding) = finding {
            *self.severities.entry(finding.cause.severity).or_default() += count;
        }
        *self.statuses.entry(seen.error.status).or_default() += count;
        self.add_names(call, count);
        self.span.add(call);
        self.locations.add(location(call));
        keep_greatest(&mut self.last_location, Some(location(call)));
        self.samples.add(call, finding);
        let at = seen.context.stamp.map(|stamp| stamp.at);
        if let Some(at) = at {
            self.hours.add(at, count);
        }
        if let Some(request_id) = &seen.headers.request_id {
            self.request_ids.add((at, Arc::clone(request_id)));
        }
        keep_greatest(&mut self.retry_after_ms, seen.headers.retry_after_ms);
        if seen.provider == Provider::Azure {
            self.azure_calls += count;
        }
    }

    fn add_names(&mut self, call: &Call, count: u64) {
        let seen = &call.seen;
        add_name(&mut self.services, seen.context.service.as_deref(), count);
        add_name(&mut self.environments, seen.context.environment.as_deref(), count);
        add_name(&mut self.keys, key_name(call).as_deref(), count);
        add_name(&mut self.models, seen.model.as_deref(), count);
        add_name(&mut self.organizations, call.organization(), count);
        add_name(&mut self.projects, call.project(), count);
        add_name(&mut self.hosts, seen.context.host_name.as_deref(), count);
        let client = seen.client.as_ref().map(client_name);
        add_name(&mut self.clients, client.as_deref(), count);
    }

    /// The tier of most calls; of equal ones the surer.
    #[must_use]
    pub fn tier(&self) -> Tier {
        let most = self.tiers.iter().max_by_key(|(tier, count)| (**count, std::cmp::Reverse(**tier)));
        most.map_or(Tier::Inconclusive, |(tier, _)| *tier)
    }

    /// How bad it is for those that it hits worst; `None` where no call was judged, as in summaries that
    /// were saved before this was counted.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.severities.keys().next().copied()
    }
}

impl Merge for Group {
    fn merge(&mut self, other: Self) {
        self.calls.merge(other.calls);
        merge_maps(&mut self.tiers, other.tiers);
        merge_maps(&mut self.severities, other.severities);
        merge_maps(&mut self.statuses, other.statuses);
        self.services.merge(other.services);
        self.environments.merge(other.environments);
        self.keys.merge(other.keys);
        self.models.merge(other.models);
        self.organizations.merge(other.organizations);
        self.projects.merge(other.projects);
        self.hosts.merge(other.hosts);
        self.clients.merge(other.clients);
        self.span.merge(other.span);
        self.locations.merge(other.locations);
        keep_greatest(&mut self.last_location, other.last_location);
        self.samples.merge(other.samples);
        self.hours.merge(other.hours);
        self.request_ids.merge(other.request_ids);
        keep_greatest(&mut self.retry_after_ms, other.retry_after_ms);
        self.azure_calls.merge(other.azure_calls);
    }
}

fn add_name<const CAP: usize>(names: &mut Capped<u64, CAP>, name: Option<&str>, count: u64) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        names.entry(name).merge(count);
    }
}

/// The name by which a key is told apart: its mask, else its keyed hash; where the call shows none, the
/// only key of OpenAI that stands in its records in full.
pub(super) fn key_name(call: &Call) -> Option<String> {
    let key = call.seen.key.as_ref();
    let shown = key.and_then(|key| key.shown.as_ref().or(key.fingerprint.as_ref()));
    shown.or_else(|| single_exposed(call).map(|secret| &secret.shown)).map(|name| name.as_str().to_owned())
}

/// The only key of OpenAI that stands in the records of the call in full.
fn single_exposed(call: &Call) -> Option<&ExposedSecret> {
    let mut keys = call.seen.exposed.iter().filter(|secret| secret.family.starts_with("openai-"));
    let first = keys.next()?;
    keys.all(|other| other.fingerprint == first.fingerprint && other.shown == first.shown).then_some(first)
}
