//! How calls went over time, and what changed since an earlier period.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Totals, time};

/// Calls over time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Trend {
    /// Every day of the period in the zone of the report, also those without a call.
    pub days: Vec<Day>,
    /// Days that one row of `days` stands for: 1, and more only in very long periods.
    pub days_in_row: i64,
    /// Occupied buckets of `hours_in_row` hours.
    pub hours: Vec<HourUse>,
    /// Width of a bucket of `hours`.
    pub hours_in_row: i64,
    /// Calls without a time, which are in no row.
    pub without_time: Counts,
}

/// Calls that succeeded and calls that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Succeeded.
    pub ok: u64,
    /// Failed.
    pub failed: u64,
}

/// One day.
#[derive(Debug, Clone, Serialize)]
pub struct Day {
    /// `2026-11-16`, in the zone of the report.
    pub date: String,
    /// Its first moment.
    #[serde(serialize_with = "time")]
    pub start: Option<Timestamp>,
    /// Calls that succeeded.
    pub ok: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Failed calls by cause; they add up to `failed`.
    pub causes: BTreeMap<String, u64>,
}

/// One bucket of hours.
#[derive(Debug, Clone, Serialize)]
pub struct HourUse {
    /// Its first moment.
    #[serde(serialize_with = "time")]
    pub start: Option<Timestamp>,
    /// Calls that succeeded.
    pub ok: u64,
    /// Calls that failed.
    pub failed: u64,
}

/// What changed since an earlier period.
#[derive(Debug, Clone, Serialize)]
pub struct Changes {
    /// Start of the earlier period.
    #[serde(serialize_with = "time")]
    pub from: Option<Timestamp>,
    /// End of the earlier period.
    #[serde(serialize_with = "time")]
    pub to: Option<Timestamp>,
    /// Calls of the earlier period.
    pub before: Totals,
    /// Calls of this period.
    pub now: Totals,
    /// Success rate now minus the one before, -1 to 1; `null` where one of them is unknown.
    pub success_rate_change: Option<f64>,
    /// Every cause of either period: new, regressed, lasting, gone; in each the greatest change first.
    pub causes: Vec<CauseChange>,
}

/// How a cause came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeState {
    /// Now, and never before in the evidence.
    New,
    /// Now, not in the earlier period, but in the evidence before that.
    Regressed,
    /// In both periods.
    Lasting,
    /// In the earlier period, and no longer.
    Gone,
}

impl ChangeState {
    /// The word of the contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Regressed => "regressed",
            Self::Lasting => "lasting",
            Self::Gone => "gone",
        }
    }
}

/// One cause then and now.
#[derive(Debug, Clone, Serialize)]
pub struct CauseChange {
    /// Its id.
    pub cause: String,
    /// In plain words.
    pub title: String,
    /// Its family.
    pub family: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// How it came or went.
    pub state: ChangeState,
    /// Failed calls in the earlier period.
    pub before: u64,
    /// Failed calls in this period.
    pub now: u64,
}
