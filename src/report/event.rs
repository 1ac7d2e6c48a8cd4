//! One call as one line of `events`: the published contract (`docs/schema/events.schema.json`).
//!
//! Every key is always there, in this order; what is not known is `null`. Only `last_timestamp` is
//! left out where a call is not a group.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::sink::json::SafeJson;
use super::words::utc;
use crate::model::{Call, Finding, Limit, Limits, Masked, Outcome, ShownKey};

/// Version of the contract.
pub const SCHEMA: u32 = 1;
/// Most characters of a message.
const MAX_MESSAGE_CHARS: usize = 4000;

/// Writes one call as one line of JSON.
///
/// # Errors
/// When the writer fails.
pub fn write_event(call: &Call, finding: Option<&Finding>, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SafeJson::compact());
    EventLine::new(call, finding).serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// The keys of a line, in the order of the contract.
#[derive(Debug, Serialize)]
pub struct EventLine<'a> {
    schema: u32,
    outcome: &'static str,
    cause: Option<&'a str>,
    family: Option<&'static str>,
    tier: Option<&'static str>,
    severity: Option<&'static str>,
    retry: Option<&'static str>,
    quoted: bool,
    timestamp: Option<String>,
    status: Option<u16>,
    code: Option<&'a str>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    param: Option<&'a str>,
    message: Option<String>,
    request_id: Option<&'a str>,
    provider: &'static str,
    organization: Option<&'a str>,
    project: Option<&'a str>,
    model: Option<&'a str>,
    method: Option<&'a str>,
    endpoint: Option<&'a str>,
    host: Option<&'a str>,
    key: Option<Key<'a>>,
    limits: Option<Dimensions>,
    retry_after_ms: Option<u64>,
    client: Option<Client<'a>>,
    service: Option<&'a str>,
    environment: Option<&'a str>,
    release: Option<&'a str>,
    host_name: Option<&'a str>,
    trace_id: Option<&'a str>,
    attempt: Option<Attempt<'a>>,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_timestamp: Option<String>,
    location: Location<'a>,
    evidence: Vec<Evidence<'a>>,
    rivals: Vec<Rival<'a>>,
}

#[derive(Debug, Serialize)]
struct Key<'a> {
    shown: Option<&'a str>,
    shape: &'static str,
    length: Option<u32>,
    damage: Option<&'static str>,
    provider: Option<&'static str>,
    fingerprint: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Client<'a> {
    name: &'a str,
    version: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Attempt<'a> {
    number: u32,
    of: Option<u32>,
    chain: &'a str,
    #[serde(rename = "final")]
    is_final: bool,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    source: &'a str,
    line: u64,
    lines: &'a [u64],
    offset: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Also<'a>>,
}

/// A record in another file of a rotated log.
#[derive(Debug, Serialize)]
struct Also<'a> {
    source: &'a str,
    line: u64,
}

#[derive(Debug, Serialize)]
struct Evidence<'a> {
    field: &'a str,
    value: &'a str,
}

#[derive(Debug, Serialize)]
struct Rival<'a> {
    cause: &'a str,
    rejected_by: &'a str,
}

/// The buckets that an answer told, by name.
#[derive(Debug)]
struct Dimensions(Vec<(&'static str, Limit)>);

#[derive(Debug, Serialize)]
struct Bucket {
    limit: Option<u64>,
    remaining: Option<u64>,
    reset_ms: Option<u64>,
}

impl Serialize for Dimensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, limit) in &self.0 {
            let Limit { limit, remaining, reset_ms } = *limit;
            map.serialize_entry(name, &Bucket { limit, remaining, reset_ms })?;
        }
        map.end()
    }
}

impl<'a> EventLine<'a> {
    /// The line of a call.
    #[must_use]
    pub fn new(call: &'a Call, finding: Option<&'a Finding>) -> Self {
        let seen = &call.seen;
        let context = &seen.context;
        let finding = finding.filter(|_| seen.outcome != Outcome::Ok);
        Self {
            schema: SCHEMA,
            outcome: seen.outcome.word(),
            cause: finding.map(|finding| &*finding.cause.id),
            family: finding.map(|finding| finding.cause.family.word()),
            tier: finding.map(|finding| finding.tier.word()),
            severity: finding.map(|finding| finding.cause.severity.word()),
            retry: finding.and_then(|finding| finding.cause.retry).map(crate::model::Retry::word),
            quoted: seen.is_quoted,
            timestamp: context.stamp.map(|stamp| utc(stamp.at)),
            status: seen.error.status,
            code: seen.error.code.as_deref(),
            kind: seen.error.kind.as_deref(),
            param: seen.error.param.as_deref(),
            message: seen.error.message.as_ref().map(|message| bounded(message.as_str())),
            request_id: seen.headers.request_id.as_deref(),
            provider: seen.provider.word(),
            organization: call.organization(),
            project: call.project(),
            model: seen.model.as_deref(),
            method: seen.method.as_deref(),
            endpoint: seen.endpoint.as_deref(),
            host: seen.host.as_deref(),
            key: seen.key.as_ref().map(key),
            limits: dimensions(&seen.headers.limits),
            retry_after_ms: seen.headers.retry_after_ms,
            client: seen.client.as_ref().map(client),
            service: context.service.as_deref(),
            environment: context.environment.as_deref(),
            release: context.release.as_deref(),
            host_name: context.host_name.as_deref(),
            trace_id: context.trace_id.as_deref(),
            attempt: call.attempt.as_ref().map(attempt),
            count: seen.count.max(1),
            last_timestamp: seen.last_seen.filter(|_| seen.count > 1).map(utc),
            location: location(call),
            evidence: finding.map(evidence).unwrap_or_default(),
            rivals: finding.map(rivals).unwrap_or_default(),
        }
    }
}

fn key(key: &ShownKey) -> Key<'_> {
    Key {
        shown: key.shown.as_ref().map(Masked::as_str),
        shape: key.shape.word(),
        length: key.length,
        damage: key.damage.map(crate::model::KeyDamage::word),
        provider: key.provider,
        fingerprint: key.fingerprint.as_ref().map(Masked::as_str),
    }
}

fn client(client: &crate::model::Client) -> Client<'_> {
    Client { name: &client.name, version: client.version.as_deref() }
}

fn attempt(attempt: &crate::model::Attempt) -> Attempt<'_> {
    Attempt { number: attempt.number, of: attempt.of, chain: &attempt.chain, is_final: attempt.is_final }
}

fn location(call: &Call) -> Location<'_> {
    let place = call.seen.place;
    let also = call.elsewhere.iter().map(|(source, line)| Also { source, line: *line }).collect();
    Location { source: &call.source, line: place.line, lines: &call.lines, offset: place.offset, also }
}

fn dimensions(limits: &Limits) -> Option<Dimensions> {
    let all = [
        ("requests", limits.requests),
        ("tokens", limits.tokens),
        ("images", limits.images),
        ("project-tokens", limits.project_tokens),
    ];
    let known: Vec<_> =
        all.into_iter().filter_map(|(name, limit)| limit.map(|limit| (name, limit))).collect();
    (!known.is_empty()).then_some(Dimensions(known))
}

fn evidence(finding: &Finding) -> Vec<Evidence<'_>> {
    finding.evidence.iter().map(|row| Evidence { field: &row.field, value: row.value.as_str() }).collect()
}

fn rivals(finding: &Finding) -> Vec<Rival<'_>> {
    finding.rivals.iter().map(|row| Rival { cause: &row.cause, rejected_by: &row.rejected_by }).collect()
}

fn bounded(message: &str) -> String {
    match message.char_indices().nth(MAX_MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
