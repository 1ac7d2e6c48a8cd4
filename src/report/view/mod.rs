//! What a report says: plain, sorted, worded data. Its JSON is the published contract.

mod cause;
mod health;
mod incident;
mod trend;
mod usage;
mod verdict;
mod who;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

pub use cause::{CauseReport, Evidence, Hour, Named, Names, Place, RequestId, Sample};
pub use health::{
    BlindWindow, Coverage, Exposure, LogHealth, LoggingAdvice, LookAlike, Problem, Provenance, SourceReport,
    Unclassified,
};
pub use incident::{Caller, IncidentReport, Peak, Rival};
pub use trend::{CauseChange, ChangeState, Changes, Counts, Day, HourUse, Trend};
pub use usage::{Key, LimitReport, Retries, Service};
pub use verdict::{Action, Deduction, Grade, State, Verdict};
pub use who::{Billing, BillingBlock, ClientReport, NamedUse, Usages, Who};

use super::words::utc;
use crate::aggregate::Summary;

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
    /// The earlier period to compare with.
    pub baseline: Option<Baseline>,
    /// The report is one of a period, and shows how it went beside what failed.
    pub is_periodic: bool,
}

/// An earlier period.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// Its calls.
    pub summary: Summary,
    /// Its start, where one was asked for.
    pub from: Option<Timestamp>,
    /// Its end, where one was asked for.
    pub to: Option<Timestamp>,
    /// Causes of failures in the evidence before it.
    pub earlier: BTreeSet<Arc<str>>,
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
            baseline: None,
            is_periodic: false,
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
    /// Calls over time.
    pub trend: Trend,
    /// What changed since an earlier period; `null` where none was given.
    pub changes: Option<Changes>,
    /// What to do, in the order of its effect.
    pub actions: Vec<Action>,
    /// Failed calls by cause, most calls first.
    pub causes: Vec<CauseReport>,
    /// What only shows over time, the most severe first.
    pub incidents: Vec<IncidentReport>,
    /// Calls by service, most failures first.
    pub services: Vec<Service>,
    /// Calls by key, most failures first.
    pub keys: Vec<Key>,
    /// All calls by who made them.
    pub who: Who,
    /// Calls by client library and version, most failures first.
    pub clients: Vec<ClientReport>,
    /// Calls that failed for reasons of billing.
    pub billing: Billing,
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
    /// It is the report of a period: people want to read how it went beside what failed.
    #[serde(skip)]
    pub is_periodic: bool,
}

impl Report {
    /// The same without texts of the logs: no excerpts, no messages.
    #[must_use]
    pub fn without_excerpts(mut self) -> Self {
        let is_text = |row: &Evidence| matches!(row.field.as_str(), "message" | "body" | "text");
        for cause in &mut self.causes {
            cause.samples.iter_mut().for_each(|sample| {
                sample.text.clear();
                sample.evidence.retain(|row| !is_text(row));
            });
        }
        self.incidents.iter_mut().for_each(|one| one.evidence.retain(|row| !is_text(row)));
        for (index, group) in self.unclassified.iter_mut().enumerate() {
            group.samples.clear();
            group.template = format!("text {}, left out", index + 1);
        }
        self.coverage.look_alikes.iter_mut().for_each(|row| row.samples.clear());
        self
    }
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

/// A time as UTC text.
fn time<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(utc).serialize(serializer)
}
