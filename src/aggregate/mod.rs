//! Calls with their findings → [`Summary`]: counts and first, last and sample evidence per cause.
//!
//! A summary is bounded whatever the input holds, and merging is associative and commutative: any
//! split of the calls into parts gives the same summary. It names causes by id only; titles and
//! advice come from the rules when a report is made. Nothing is worded or sorted for people here.

mod bounded;
mod clients;
mod group;
mod hours;
mod ledger;
mod limits;
mod parts;
mod pseudonyms;
mod retries;
mod series;
mod template;
mod track;
mod wait;
mod wire;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Call, Family, Finding, Location, Masked, Outcome, Retry, StampOrigin, Tier};

pub use bounded::{Capped, Ends, Least, Merge};
pub use clients::{ClientUse, Lacks};
pub use group::{Group, KeyUse, Sample, Samples, Seen, Span, Usage};
pub use hours::Hours;
pub use ledger::{Ledger, Mismatch, Part, Unreadable};
pub use limits::{LimitUse, Reading};
pub use parts::Parts;
pub use retries::{Retries, Wasted};
pub use series::{Buckets, Series, Tally};
pub use template::template;
pub use track::{Failures, Proof, Scope, Track, Tracks};

/// Id under which failures without a finding are counted.
pub const UNCLASSIFIED: &str = "unclassified";
/// Id of the cause that lists secrets in full.
pub const EXPOSED: &str = "key-exposed";

/// What is counted over all calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Calls that succeeded and calls that failed.
    pub calls: Usage,
    /// Failed calls that were a second or later attempt.
    pub retries: u64,
    /// Of these, the ones whose cause no retry can cure.
    pub needless_retries: u64,
    /// Failed calls that got an answer whose request id is not in the log.
    pub without_request_id: u64,
    /// Failed calls without any time.
    pub without_time: u64,
    /// Failed calls that got an answer whose error code is not in the log.
    pub without_code: u64,
    /// Failed calls without a status.
    pub without_status: u64,
    /// Failed calls of which a scrubber removed values.
    pub scrubbed: u64,
    /// Calls whose time was written without a zone.
    pub assumed_zone: u64,
}

/// A secret that stands in the log in full.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exposure {
    /// How often.
    pub count: u64,
    /// Its mask.
    pub shown: Option<Masked>,
    /// Its family.
    pub family: Option<Arc<str>>,
    /// Its keyed hash.
    pub fingerprint: Option<Masked>,
    /// When and where first and last.
    pub span: Span,
    /// Where.
    pub locations: Least<Location, 20>,
    /// Services that wrote it.
    pub services: Capped<u64, 50>,
}

/// Text that only quotes a failure, or belongs to somebody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LookAlike {
    /// How many.
    pub count: u64,
    /// Of these, quoted in a prompt, a completion, a document or code.
    pub quoted: u64,
    /// Up to three of them.
    pub samples: Samples,
}

/// All that a report needs to know about the calls of any number of inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Over all calls.
    pub totals: Totals,
    /// From the first to the last call.
    pub span: Span,
    /// Failed calls by cause id.
    #[serde(with = "wire::pairs")]
    pub causes: BTreeMap<Arc<str>, Group>,
    /// Calls by service.
    pub services: Capped<Usage, 1000>,
    /// Calls by environment.
    pub environments: Capped<Usage, 200>,
    /// Calls by organization.
    pub organizations: Capped<Usage, 200>,
    /// Calls by project.
    pub projects: Capped<Usage, 500>,
    /// Calls by model.
    pub models: Capped<Usage, 200>,
    /// Calls by calling host.
    pub hosts: Capped<Usage, 500>,
    /// Calls by client library and version.
    pub clients: Capped<ClientUse, 200>,
    /// Calls by key mask.
    pub keys: Capped<KeyUse, 1000>,
    /// Successful calls by hour.
    pub ok_hours: Hours,
    /// Failed calls by hour.
    pub failed_hours: Hours,
    /// Unexplained failures by the template of their message.
    pub unclassified: Capped<Group, 50>,
    /// Secrets in full, by fingerprint or mask.
    pub exposed: Capped<Exposure, 200>,
    /// Who did what when: what rules over time look at.
    pub tracks: Tracks,
    /// Rate limits by model and dimension.
    pub limits: Capped<LimitUse, 200>,
    /// What looks like a failure and is none, by the cause that it looks like.
    #[serde(with = "wire::pairs")]
    pub look_alikes: BTreeMap<Arc<str>, LookAlike>,
}

impl Summary {
    /// Counts one call. A failed call without a finding is counted as unclassified.
    pub fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        let cause = finding.map_or_else(|| Arc::from(UNCLASSIFIED), |finding| Arc::clone(&finding.cause.id));
        self.add_exposed(call);
        if call.seen.outcome != Outcome::Info {
            self.tracks.add(call, finding, &cause);
            limits::add(&mut self.limits, call, &cause);
        }
        match call.seen.outcome {
            Outcome::Ok => self.add_use(call, finding, Usage { ok: count(call), failed: 0 }),
            Outcome::Failed => self.add_failed(call, finding, cause),
            Outcome::Info if &*cause == EXPOSED => {}
            Outcome::Info => self.look_alikes.entry(cause).or_default().add(call, finding),
        }
    }

    fn add_failed(&mut self, call: &Call, finding: Option<&Finding>, cause: Arc<str>) {
        self.add_use(call, finding, Usage { ok: 0, failed: count(call) });
        self.totals.add_failed(call, finding);
        if &*cause == UNCLASSIFIED {
            self.unclassified.entry(&template(call)).add(call, finding);
        }
        self.causes.entry(cause).or_default().add(call, finding);
    }

    fn add_use(&mut self, call: &Call, finding: Option<&Finding>, usage: Usage) {
        let context = &call.seen.context;
        self.totals.calls.merge(usage);
        self.span.add(call);
        add_use(&mut self.services, context.service.as_deref(), usage);
        add_use(&mut self.environments, context.environment.as_deref(), usage);
        add_use(&mut self.organizations, call.organization(), usage);
        add_use(&mut self.projects, call.project(), usage);
        add_use(&mut self.models, call.seen.model.as_deref(), usage);
        add_use(&mut self.hosts, context.host_name.as_deref(), usage);
        if let Some(client) = &call.seen.client {
            self.clients.entry(&clients::client_name(client)).add(call, usage);
        }
        if let Some(name) = group::key_name(call) {
            let is_refused = usage.failed > 0
                && finding.is_some_and(|finding| finding.cause.family == Family::Credentials);
            self.keys.entry(&name).add(call, usage, is_refused);
        }
        if let Some(stamp) = context.stamp {
            let hours = if usage.ok > 0 { &mut self.ok_hours } else { &mut self.failed_hours };
            hours.add(stamp.at, usage.ok + usage.failed);
            if stamp.origin == StampOrigin::OwnAssumedZone {
                self.totals.assumed_zone += count(call);
            }
        }
    }

    fn add_exposed(&mut self, call: &Call) {
        for secret in &call.seen.exposed {
            let name = secret.fingerprint.as_ref().unwrap_or(&secret.shown).as_str();
            let mut location = location(call);
            location.place.line = secret.line.max(1);
            if let Some(source) = &secret.source {
                location.source = Arc::clone(source);
                location.place.offset = 0;
            }
            let exposure = Exposure {
                count: 1,
                shown: Some(secret.shown.clone()),
                family: Some(Arc::from(secret.family)),
                fingerprint: secret.fingerprint.clone(),
                span: Span::of(call),
                locations: Least::of(location),
                services: call.seen.context.service.iter().map(|service| (Arc::clone(service), 1)).collect(),
            };
            self.exposed.entry(name).merge(exposure);
            if secret.family.starts_with("openai-") {
                let key = self.keys.entry(secret.shown.as_str());
                key.exposed.merge(1);
                key.span.add(call);
            }
        }
    }
}

impl Merge for Summary {
    fn merge(&mut self, other: Self) {
        self.totals.merge(other.totals);
        self.span.merge(other.span);
        bounded::merge_maps(&mut self.causes, other.causes);
        self.services.merge(other.services);
        self.environments.merge(other.environments);
        self.organizations.merge(other.organizations);
        self.projects.merge(other.projects);
        self.models.merge(other.models);
        self.hosts.merge(other.hosts);
        self.clients.merge(other.clients);
        self.keys.merge(other.keys);
        self.ok_hours.merge(other.ok_hours);
        self.failed_hours.merge(other.failed_hours);
        self.unclassified.merge(other.unclassified);
        self.exposed.merge(other.exposed);
        self.tracks.merge(other.tracks);
        self.limits.merge(other.limits);
        bounded::merge_maps(&mut self.look_alikes, other.look_alikes);
    }
}

impl Totals {
    fn add_failed(&mut self, call: &Call, finding: Option<&Finding>) {
        let seen = &call.seen;
        let count = count(call);
        let add = |total: &mut u64, holds: bool| *total += if holds { count } else { 0 };
        let is_answered = seen.error.status.is_some();
        let is_retry = call.attempt.as_ref().is_some_and(|attempt| attempt.number > 1);
        let is_incurable = finding.is_some_and(|finding| {
            finding.cause.retry == Some(Retry::Never) && finding.tier != Tier::Inconclusive
        });
        add(&mut self.retries, is_retry);
        add(&mut self.needless_retries, is_retry && is_incurable);
        add(&mut self.without_request_id, is_answered && seen.headers.request_id.is_none());
        add(&mut self.without_code, is_answered && seen.error.code.is_none());
        add(&mut self.without_status, !is_answered);
        add(&mut self.without_time, seen.context.stamp.is_none());
        add(&mut self.scrubbed, seen.is_scrubbed);
    }
}

impl Merge for Totals {
    fn merge(&mut self, other: Self) {
        self.calls.merge(other.calls);
        self.retries.merge(other.retries);
        self.needless_retries.merge(other.needless_retries);
        self.without_request_id.merge(other.without_request_id);
        self.without_time.merge(other.without_time);
        self.without_code.merge(other.without_code);
        self.without_status.merge(other.without_status);
        self.scrubbed.merge(other.scrubbed);
        self.assumed_zone.merge(other.assumed_zone);
    }
}

impl Merge for Exposure {
    fn merge(&mut self, other: Self) {
        self.count.merge(other.count);
        bounded::keep_least(&mut self.shown, other.shown);
        bounded::keep_least(&mut self.family, other.family);
        bounded::keep_least(&mut self.fingerprint, other.fingerprint);
        self.span.merge(other.span);
        self.locations.merge(other.locations);
        self.services.merge(other.services);
    }
}

impl LookAlike {
    fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        self.count += count(call);
        self.quoted += if call.seen.is_quoted { count(call) } else { 0 };
        self.samples.add(call, finding);
    }
}

impl Merge for LookAlike {
    fn merge(&mut self, other: Self) {
        self.count.merge(other.count);
        self.quoted.merge(other.quoted);
        self.samples.merge(other.samples);
    }
}

fn add_use<const CAP: usize>(names: &mut Capped<Usage, CAP>, name: Option<&str>, usage: Usage) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        names.entry(name).merge(usage);
    }
}

/// How many calls it stands for, at least 1.
fn count(call: &Call) -> u64 {
    call.seen.count.max(1)
}

fn location(call: &Call) -> Location {
    Location { source: Arc::clone(&call.source), place: call.seen.place }
}
