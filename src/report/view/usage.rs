//! Who called, with which key, against which limits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::cause::Names;
use super::time;

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
    /// Seconds from the last answer on until nothing is left, at the pace of the last answers; `null` when what was left
    /// did not fall or too few answers stand close together.
    pub exhausted_in_s: Option<u64>,
    /// Calls that it refused.
    pub refused: u64,
    /// The largest single demand that was refused.
    pub requested: Option<u64>,
    /// Answers that told about it.
    pub answers: u64,
    /// What to do about it.
    pub advice: Option<String>,
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
    /// Days from its first to its last call within the evidence.
    pub days_in_use: Option<f64>,
    /// Days after which it should have been replaced.
    pub rotation_days: Option<u64>,
    /// It has been in use for longer than that.
    pub is_overdue: bool,
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
