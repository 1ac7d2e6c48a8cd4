//! What a report says: plain, sorted, worded data. Its JSON is the published contract.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::words::utc;

/// Version of the JSON contract.
pub const SCHEMA: u32 = 1;

/// What the run was asked for, as it is shown in the report.
pub type Arguments = BTreeMap<String, Vec<String>>;

/// What the report needs to know of the run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Zone in which times are shown.
    pub zone: TimeZone,
    /// Name of that zone.
    pub zone_name: String,
    /// Start of the period that was asked for.
    pub since: Option<Timestamp>,
    /// End of the period that was asked for.
    pub until: Option<Timestamp>,
    /// Filters and options that change the result, by name.
    pub arguments: Arguments,
    /// Days after which a key should have been replaced; `None` for what the rule says.
    pub rotation_days: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            zone_name: "UTC".to_owned(),
            since: None,
            until: None,
            arguments: Arguments::new(),
            rotation_days: None,
        }
    }
}

/// A report, ready for every renderer. Keys in the order of the contract.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of the contract.
    pub schema: u32,
    /// What made it.
    pub tool: Tool,
    /// What was asked for.
    pub arguments: Arguments,
    /// From when to when.
    pub period: Period,
    /// The answer in a sentence.
    pub verdict: Verdict,
    /// Calls in all.
    pub totals: Totals,
    /// Failed calls by cause, most calls first.
    pub causes: Vec<CauseReport>,
    /// What only shows over time, the most severe first.
    pub incidents: Vec<IncidentReport>,
    /// Calls by service, most failures first.
    pub services: Vec<Service>,
    /// Calls by key, most failures first.
    pub keys: Vec<Key>,
    /// Headroom of rate limits, the tightest first.
    pub limits: Vec<LimitReport>,
    /// Calls spent on retries.
    pub retries: Retries,
    /// Secrets that stand in the log in full.
    pub hygiene: Vec<Exposure>,
    /// Failures that no rule explains, grouped by what they have in common.
    pub unclassified: Vec<Unclassified>,
    /// What the log leaves out.
    pub log_health: LogHealth,
    /// What was read, and what was left out on purpose.
    pub coverage: Coverage,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What the result rests on.
    pub provenance: Provenance,
}

/// What made the report.
#[derive(Debug, Clone, Serialize)]
pub struct Tool {
    /// Name of the program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// From when to when.
#[derive(Debug, Clone, Serialize)]
pub struct Period {
    /// Start that was asked for, else the first call.
    #[serde(serialize_with = "time")]
    pub from: Option<Timestamp>,
    /// End that was asked for, else the last call.
    #[serde(serialize_with = "time")]
    pub to: Option<Timestamp>,
    /// Name of the zone in which people read the times.
    pub timezone: String,
    /// That zone.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// No call is visible.
    NoCalls,
    /// No call failed.
    Healthy,
    /// Some calls failed.
    Failing,
}

/// The answer in a sentence.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// How things stand.
    pub state: State,
    /// For people.
    pub sentence: String,
    /// The cause to look at first.
    pub act_first: Option<String>,
}

/// Calls in all.
#[derive(Debug, Clone, Serialize)]
pub struct Totals {
    /// Succeeded and failed.
    pub calls: u64,
    /// Succeeded.
    pub ok: u64,
    /// Failed.
    pub failed: u64,
    /// From 0 to 1; `null` where there are no calls.
    pub success_rate: Option<f64>,
}

/// What only shows over time.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentReport {
    /// Id of the cause.
    pub cause: String,
    /// In plain words.
    pub title: String,
    /// Its family.
    pub family: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// How sure the cause is.
    pub tier: &'static str,
    /// First event.
    #[serde(serialize_with = "time")]
    pub onset: Option<Timestamp>,
    /// Last event before calls succeeded again; `null` while it lasts.
    #[serde(serialize_with = "time")]
    pub end: Option<Timestamp>,
    /// Last event.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Calls succeeded afterwards.
    pub recovered: bool,
    /// Failed calls.
    pub failures: u64,
    /// Calls that were looked at.
    pub calls: u64,
    /// Calls by service.
    pub services: Vec<Named>,
    /// Calls by environment.
    pub environments: Vec<Named>,
    /// Calls by calling host.
    pub hosts: Vec<Named>,
    /// Calls by key.
    pub keys: Vec<Named>,
    /// Calls by organization.
    pub organizations: Vec<Named>,
    /// Calls by project.
    pub projects: Vec<Named>,
    /// Callers that failed on after others had recovered.
    pub stragglers: Vec<Caller>,
    /// Causes that are its symptoms, with their calls.
    pub explains: BTreeMap<String, u64>,
    /// What decided.
    pub evidence: Vec<Evidence>,
    /// What else was considered.
    pub rivals: Vec<Rival>,
    /// Where it was first seen.
    pub location: Option<Place>,
    /// Of a key: days in use.
    pub days: Option<f64>,
    /// `Date` header minus the log's own clock.
    pub skew_seconds: Option<i64>,
    /// Retries that could not help.
    pub wasted_calls: Option<u64>,
    /// How often secrets stand in the log.
    pub occurrences: Option<u64>,
    /// For people.
    pub sentence: String,
    /// What to do first.
    pub next_step: Option<String>,
    /// What to log to be sure the next time.
    pub settle: Option<String>,
}

/// A service in an environment.
#[derive(Debug, Clone, Serialize)]
pub struct Caller {
    /// Service.
    pub service: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Last failure.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Failed calls.
    pub failures: u64,
}

/// A cause that was considered and rejected.
#[derive(Debug, Clone, Serialize)]
pub struct Rival {
    /// Its id.
    pub cause: String,
    /// What rejected it.
    pub rejected_by: String,
}

/// How full one rate limit was.
#[derive(Debug, Clone, Serialize)]
pub struct LimitReport {
    /// Model; `null` where answers do not show it.
    pub model: Option<String>,
    /// `requests`, `tokens` …
    pub dimension: String,
    /// The limit that was named last.
    pub limit: Option<u64>,
    /// All limits that were named, ascending.
    pub limits: Vec<u64>,
    /// What was left at the worst moment.
    pub lowest_remaining: Option<u64>,
    /// When that was.
    #[serde(serialize_with = "time")]
    pub lowest_at: Option<Timestamp>,
    /// Share that was used at the worst moment, 0 to 1.
    pub peak_use: Option<f64>,
    /// Calls that it refused.
    pub refused: u64,
    /// The largest single demand that was refused.
    pub requested: Option<u64>,
    /// Answers that told about it.
    pub answers: u64,
    /// What to do about it.
    pub advice: Option<String>,
}

/// A name with a count.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// How many calls.
    pub count: u64,
}

/// Counts by name that add up to the whole.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Names {
    /// Most calls first, then by name.
    pub named: Vec<Named>,
    /// Calls of names beyond the limit.
    pub others: u64,
    /// Calls that name none.
    pub unnamed: u64,
}

/// A place in an input.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Name of the source.
    pub source: String,
    /// Line, from 1.
    pub line: u64,
}

/// One call as an example.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    /// Where it stands.
    pub location: Place,
    /// Masked excerpt.
    pub text: String,
    /// What decided.
    pub evidence: Vec<Evidence>,
}

/// A field that decided.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Its name, as in rule files.
    pub field: String,
    /// Its value, masked.
    pub value: String,
}

/// A request id with its time.
#[derive(Debug, Clone, Serialize)]
pub struct RequestId {
    /// The id.
    pub id: String,
    /// When.
    #[serde(serialize_with = "time")]
    pub timestamp: Option<Timestamp>,
}

/// Failed calls in one bucket of time.
#[derive(Debug, Clone, Serialize)]
pub struct Hour {
    /// Start of the bucket.
    #[serde(serialize_with = "time")]
    pub start: Option<Timestamp>,
    /// How many calls.
    pub count: u64,
}

/// The failed calls of one cause.
#[derive(Debug, Clone, Serialize)]
pub struct CauseReport {
    /// Id of the cause.
    pub cause: String,
    /// In plain words.
    pub title: String,
    /// Its family.
    pub family: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// Whether a retry helps.
    pub retry: Option<&'static str>,
    /// Whether a retry helps, as a sentence.
    pub retry_advice: Option<String>,
    /// How a billing cause blocks.
    pub blocks: Option<&'static str>,
    /// How many calls.
    pub count: u64,
    /// Share of all failed calls, 0 to 1.
    pub share: f64,
    /// How sure the verdict is, of most calls.
    pub tier: &'static str,
    /// The same in words for people.
    #[serde(skip)]
    pub sureness: &'static str,
    /// Calls by tier.
    pub tiers: BTreeMap<&'static str, u64>,
    /// First call.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last call.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Calls by status.
    pub statuses: Names,
    /// Calls by service.
    pub services: Names,
    /// Calls by environment.
    pub environments: Names,
    /// Calls by key.
    pub keys: Names,
    /// Calls by model.
    pub models: Names,
    /// Calls by organization.
    pub organizations: Names,
    /// Calls by project.
    pub projects: Names,
    /// Calls by calling host.
    pub hosts: Names,
    /// Calls by client library.
    pub clients: Names,
    /// Why the calls fail.
    pub why: String,
    /// What to do.
    pub fix: Vec<String>,
    /// How to see that it is fixed.
    pub verify: Option<String>,
    /// How to keep it from coming back.
    pub prevent: Option<String>,
    /// What it is not.
    pub not: Option<String>,
    /// Where this is documented.
    pub links: Vec<String>,
    /// Examples.
    pub samples: Vec<Sample>,
    /// The first places.
    pub locations: Vec<Place>,
    /// The last place.
    pub last_location: Option<Place>,
    /// The first and the last request ids.
    pub request_ids: Vec<RequestId>,
    /// The longest pause that an answer asked for.
    pub retry_after_ms: Option<u64>,
    /// Width of a bucket of `timeline`, in hours.
    pub timeline_hours: i64,
    /// Failed calls over time; only occupied buckets.
    pub timeline: Vec<Hour>,
}

/// The calls of one service.
#[derive(Debug, Clone, Serialize)]
pub struct Service {
    /// Its name; `null` for the calls of all services beyond the limit.
    pub name: Option<String>,
    /// All calls.
    pub calls: u64,
    /// Failed.
    pub failed: u64,
    /// Succeeded.
    pub ok: u64,
    /// Failed calls by cause.
    pub causes: BTreeMap<String, u64>,
}

/// The calls with one key.
#[derive(Debug, Clone, Serialize)]
pub struct Key {
    /// Its mask, or its fingerprint where no mask may be shown.
    pub shown: String,
    /// Its shape.
    pub shape: Option<&'static str>,
    /// Its keyed hash.
    pub fingerprint: Option<String>,
    /// Succeeded.
    pub ok: u64,
    /// Failed.
    pub failed: u64,
    /// First call.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last call.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Last call that succeeded.
    #[serde(serialize_with = "time")]
    pub accepted_until: Option<Timestamp>,
    /// First call that failed for reasons of the key after that.
    #[serde(serialize_with = "time")]
    pub refused_since: Option<Timestamp>,
    /// Calls by service.
    pub services: Names,
    /// Calls by environment.
    pub environments: Names,
    /// How often it stands in the log in full.
    pub exposed: u64,
}

/// Calls spent on retries.
#[derive(Debug, Clone, Serialize)]
pub struct Retries {
    /// Failed calls that were a second or later attempt.
    pub failed_retries: u64,
    /// Of these, the ones whose cause no retry can cure.
    pub needless: u64,
    /// Failures that were tried again sooner than the answer asked.
    pub too_soon: u64,
    /// The usual pause before such a retry, in milliseconds.
    pub usual_pause_ms: Option<u64>,
    /// The longest pause that was asked for and not kept, in milliseconds.
    pub asked_ms: Option<u64>,
}

/// A secret that stands in the log in full.
#[derive(Debug, Clone, Serialize)]
pub struct Exposure {
    /// Always `key-exposed`.
    pub cause: &'static str,
    /// Family of the secret.
    pub family: String,
    /// Its mask.
    pub shown: String,
    /// Its keyed hash.
    pub fingerprint: Option<String>,
    /// How often.
    pub count: u64,
    /// First time.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last time.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Last call that succeeded with it.
    #[serde(serialize_with = "time")]
    pub accepted_until: Option<Timestamp>,
    /// First call that was refused after that.
    #[serde(serialize_with = "time")]
    pub refused_since: Option<Timestamp>,
    /// Services that wrote it.
    pub services: Names,
    /// The first places.
    pub locations: Vec<Place>,
}

/// Failures that no rule explains and that have a text in common.
#[derive(Debug, Clone, Serialize)]
pub struct Unclassified {
    /// What they have in common.
    pub template: String,
    /// How many calls.
    pub count: u64,
    /// First call.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last call.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Calls by service.
    pub services: Names,
    /// Examples.
    pub samples: Vec<Sample>,
}

/// What the log leaves out, in failed calls unless said.
#[derive(Debug, Clone, Serialize)]
pub struct LogHealth {
    /// Without any time.
    pub without_time: u64,
    /// Without a status.
    pub without_status: u64,
    /// Answered, without a request id.
    pub without_request_id: u64,
    /// Answered, without an error code.
    pub without_code: u64,
    /// With values that a scrubber removed.
    pub scrubbed: u64,
    /// All calls whose time was written without a zone.
    pub assumed_zone: u64,
}

/// What was read, and what was left out on purpose.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// Sources.
    pub sources: Vec<SourceReport>,
    /// Bytes of all sources.
    pub bytes: u64,
    /// Lines of all sources.
    pub lines: u64,
    /// Text that looks like a failure and is none.
    pub look_alikes: Vec<LookAlike>,
}

/// What was read of one source.
#[derive(Debug, Clone, Serialize)]
pub struct SourceReport {
    /// Its name.
    pub name: String,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Records that were looked at.
    pub records: u64,
    /// Of these, decoded.
    pub decoded: u64,
    /// Of these, not decoded or of no concern.
    pub skipped: u64,
    /// Calls whose time was read in the assumed zone.
    pub assumed_times: u64,
}

/// Text that looks like a failure and is none.
#[derive(Debug, Clone, Serialize)]
pub struct LookAlike {
    /// The cause that it looks like.
    pub cause: String,
    /// That cause in plain words.
    pub title: String,
    /// How many.
    pub count: u64,
    /// Of these, quoted in a prompt, a completion, a document or code.
    pub quoted: u64,
    /// Examples.
    pub samples: Vec<Sample>,
}

/// What could not be read.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// What kind.
    pub kind: &'static str,
    /// The kind in words for people.
    #[serde(skip)]
    pub title: &'static str,
    /// Name of the source.
    pub source: String,
    /// Line; `null` when it concerns the whole source.
    pub line: Option<u64>,
    /// What happened.
    pub text: String,
    /// How often.
    pub count: u64,
}

/// What the result rests on.
#[derive(Debug, Clone, Serialize)]
pub struct Provenance {
    /// Digest of the rules.
    pub rules_hash: String,
    /// How many rules.
    pub rules: usize,
}

/// A time as UTC text.
fn time<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(utc).serialize(serializer)
}
