//! Who called: every call by service, environment, key and so on, and by client library.

use jiff::Timestamp;
use serde::Serialize;

use super::cause::Names;
use super::time;
use super::trend::Counts;

/// All calls by who made them; each table adds up to the totals.
#[derive(Debug, Clone, Serialize)]
pub struct Who {
    /// By service.
    pub services: Usages,
    /// By environment.
    pub environments: Usages,
    /// By project.
    pub projects: Usages,
    /// By organization.
    pub organizations: Usages,
    /// By model.
    pub models: Usages,
    /// By key.
    pub keys: Usages,
    /// By calling host.
    pub hosts: Usages,
}

/// Calls by name that add up to the whole.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Usages {
    /// Most failures first, then most calls, then by name.
    pub named: Vec<NamedUse>,
    /// Calls of names beyond the limit.
    pub others: Counts,
    /// Calls that name none.
    pub unnamed: Counts,
}

/// The calls of one name.
#[derive(Debug, Clone, Serialize)]
pub struct NamedUse {
    /// The name.
    pub name: String,
    /// Succeeded.
    pub ok: u64,
    /// Failed.
    pub failed: u64,
}

/// One version of a client library.
#[derive(Debug, Clone, Serialize)]
pub struct ClientReport {
    /// `openai-python` …
    pub name: String,
    /// Its version; `null` where the log does not show it.
    pub version: Option<String>,
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
    /// Calls by service.
    pub services: Names,
}

/// Calls that failed for reasons of billing.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Billing {
    /// Failed calls, blocked until a limit of one's own is raised.
    pub soft: u64,
    /// Failed calls, blocked until somebody pays.
    pub hard: u64,
    /// Failed calls for other reasons of billing.
    pub other: u64,
    /// By cause, hard blocks first; the counts add up to the three above.
    pub blocks: Vec<BillingBlock>,
}

/// One reason of billing.
#[derive(Debug, Clone, Serialize)]
pub struct BillingBlock {
    /// Id of the cause.
    pub cause: String,
    /// In plain words.
    pub title: String,
    /// `soft`, `hard`, or `null`.
    pub blocks: Option<&'static str>,
    /// How many failed calls.
    pub count: u64,
    /// First one.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last one.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// It still blocks at the end of the evidence.
    pub is_open: bool,
    /// Calls by organization.
    pub organizations: Names,
    /// Calls by project.
    pub projects: Names,
}
