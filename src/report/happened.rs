//! What happened, as people read it: incidents that come again are one row with count, span and peak.
//!
//! Goes in: the incidents of a report. Comes out: rows in the same order, a series at the place of its first
//! incident. Nothing is lost: the JSON report lists every incident.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::phrases::place;
use super::sink::{number, one_line};
use super::view::{IncidentReport, Report};
use super::words::{count_of, minute, sureness};
use crate::model::Tier;

/// Incidents of one cause and the same services from which they are told as a series.
const MIN_SERIES: usize = 3;
/// Incidents of a series that are named one by one where there is room.
const MAX_EACH: usize = 60;

/// One row: an incident, or a series of them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Happening {
    /// Id of the cause.
    pub(super) cause: String,
    /// How bad it is.
    pub(super) severity: &'static str,
    /// How sure the cause is, in words.
    pub(super) sureness: &'static str,
    /// How many incidents.
    pub(super) times: usize,
    /// It is one of failed calls, and these are not over.
    pub(super) is_open: bool,
    /// It is one of failed calls, and all of them are over.
    pub(super) is_over: bool,
    /// For people.
    pub(super) sentence: String,
    /// The worst hour, where it is not all of it.
    pub(super) peak: Option<String>,
    /// What to do first.
    pub(super) next: Option<String>,
    /// What to log to be sure the next time.
    pub(super) settle: Option<String>,
    /// Of a series: its incidents in the order of time, each as a short line.
    pub(super) each: Vec<String>,
}

/// Everything that happened, the worst first.
pub(super) fn happened(report: &Report) -> Vec<Happening> {
    rows(&report.incidents).iter().filter_map(|row| happening(row, report)).collect()
}

/// The incidents of each row: those of one cause, equally sure and at the same services, where they are many.
pub(super) fn rows(incidents: &[IncidentReport]) -> Vec<Vec<&IncidentReport>> {
    let name = |one: &IncidentReport| {
        let mut services: Vec<String> = one.services.iter().map(|row| row.name.clone()).collect();
        services.sort_unstable();
        (one.cause.clone(), one.tier, services)
    };
    let mut series: BTreeMap<_, Vec<&IncidentReport>> = BTreeMap::new();
    incidents.iter().for_each(|one| series.entry(name(one)).or_default().push(one));
    let row = |one| match series.get_mut(&name(one)) {
        Some(all) if all.len() >= MIN_SERIES => Some(std::mem::take(all)),
        // Its series stands where its first incident stood.
        Some(all) if all.is_empty() => None,
        _ => Some(vec![one]),
    };
    incidents.iter().filter_map(row).collect()
}

fn happening(row: &[&IncidentReport], report: &Report) -> Option<Happening> {
    // The greatest, of equals the first.
    let peak = row.iter().rev().max_by_key(|one| one.failures).copied()?;
    let is_of_calls = row.iter().any(|one| one.failures > 0);
    let is_open = row.iter().any(|one| !one.recovered);
    let is_series = row.len() > 1;
    Some(Happening {
        cause: peak.cause.clone(),
        severity: peak.severity,
        sureness: Tier::from_word(peak.tier).map_or("", sureness),
        times: row.len(),
        is_open: is_of_calls && is_open,
        is_over: is_of_calls && !is_open,
        sentence: if is_series { series(row, peak, report) } else { one_line(&peak.sentence).into_owned() },
        peak: worst_hour(peak, report),
        next: peak.next_step.clone(),
        settle: peak.settle.clone(),
        each: if is_series { each(row, report) } else { Vec::new() },
    })
}

/// `18 calls failed in the hour from 2026-11-09 02:00`; `None` when all did.
fn worst_hour(one: &IncidentReport, report: &Report) -> Option<String> {
    let peak = one.peak.filter(|peak| peak.failures < one.failures)?;
    let start = minute(peak.start?, &report.period.zone, true);
    Some(format!("{} failed in the hour from {start}.", count_of(peak.failures, "call")))
}

/// `7 times from … to …: TITLE. 126 calls failed, all over. The largest: SENTENCE First at app.log:14.`
fn series(row: &[&IncidentReport], peak: &IncidentReport, report: &Report) -> String {
    let time = |at: Option<Timestamp>| at.map(|at| minute(at, &report.period.zone, true));
    let first = row.iter().filter_map(|one| one.onset).min();
    let last = row.iter().filter_map(|one| one.last_seen.or(one.onset)).max();
    let span = match (time(first), time(last)) {
        (Some(first), Some(last)) if first != last => format!(" from {first} to {last}"),
        (Some(first), _) => format!(" at {first}"),
        _ => String::new(),
    };
    let mut text = format!("{} times{span}: {}.", number(row.len() as u64), peak.title);
    let failures: u64 = row.iter().map(|one| one.failures).sum();
    if failures > 0 {
        let open = row.iter().filter(|one| !one.recovered).count() as u64;
        let state = if open == 0 {
            "all over".to_owned()
        } else {
            format!("{} not over", count_of(open, "incident"))
        };
        text += &format!(" {} failed, {state}.", count_of(failures, "call"));
    }
    text += &format!(" The largest: {}", one_line(&peak.sentence));
    if let Some(at) = &peak.location {
        text += &format!(" It begins at {}.", place(at));
    }
    text
}

/// The incidents of a series in the order of time: when, and how many calls.
fn each(row: &[&IncidentReport], report: &Report) -> Vec<String> {
    let time = |at: Option<Timestamp>| {
        at.map_or_else(|| "no time".to_owned(), |at| minute(at, &report.period.zone, true))
    };
    let mut row = row.to_vec();
    row.sort_by_key(|one| one.onset);
    let line = |one: &&IncidentReport| {
        let calls = match one.calls {
            calls if calls > one.failures => {
                format!("{} of {} failed", number(one.failures), count_of(calls, "call"))
            }
            _ => format!("{} failed", count_of(one.failures, "call")),
        };
        let end = one.last_seen.or(one.onset);
        let state = if one.recovered { "" } else { ", not over" };
        format!("{} to {}: {calls}{state}", time(one.onset), time(end))
    };
    let mut lines: Vec<String> = row.iter().take(MAX_EACH).map(line).collect();
    if row.len() > MAX_EACH {
        lines.push(format!("and {} more", number((row.len() - MAX_EACH) as u64)));
    }
    lines
}
