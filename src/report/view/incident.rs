//! What only shows over time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::cause::{Evidence, Named, Place};
use super::time;

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
    /// The hour in which most of them failed.
    pub peak: Option<Peak>,
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

/// The worst hour of an incident.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Peak {
    /// When it began.
    #[serde(serialize_with = "time")]
    pub start: Option<Timestamp>,
    /// Calls that failed in it.
    pub failures: u64,
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
