//! The failed calls of one cause, and the small rows that many parts share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::time;

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
