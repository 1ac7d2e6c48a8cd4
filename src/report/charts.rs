//! The shapes of a report's charts as plain numbers: no colours, no markup, no text but labels.
//!
//! A renderer draws them at any size: bars stand in a space of one unit a column and 100 units in height,
//! tracks in one of 1000 units in width.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::happened::rows;
use super::view::{HourUse, IncidentReport, LimitReport, Report};
use super::words::{minute, percent, short};

/// Causes with a colour of their own; the others share one.
const MAX_SERIES: usize = 6;
/// Columns of a chart over hours.
const MAX_HOURS: i64 = 72;
/// Rows of the strip of hours.
const MAX_ROWS: usize = 35;
/// Incidents on the time line, limits in the list.
const MAX_TRACKS: usize = 12;
/// Width of a track.
const TRACK: f64 = 1000.0;

/// All charts.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Charts {
    /// Failed calls over time, stacked by cause.
    pub(super) failures: Option<Stack>,
    /// Failed calls by hour of the day, a row per day.
    pub(super) strip: Option<Strip>,
    /// Incidents over the period.
    pub(super) incidents: Option<TimeLine>,
    /// How full rate limits were.
    pub(super) limits: Vec<Gauge>,
}

/// Columns that are stacked by series.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Stack {
    /// What a column is: `day` or `hour`.
    pub(super) unit: &'static str,
    /// The largest column.
    pub(super) most: u64,
    /// Names of the series, the largest first; the last may stand for all others.
    pub(super) series: Vec<Series>,
    /// Columns in the order of time.
    pub(super) columns: Vec<Column>,
}

/// One colour.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Series {
    /// Id of the cause; `null` for all others.
    pub(super) cause: Option<String>,
    /// In plain words.
    pub(super) title: String,
    /// Its calls.
    pub(super) count: u64,
}

/// One column.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Column {
    /// Its day or hour.
    pub(super) label: String,
    /// Failed calls.
    pub(super) failed: u64,
    /// Its parts from the bottom, empty ones left out.
    pub(super) parts: Vec<Part>,
}

/// A part of a column.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Part {
    /// Index of its series.
    pub(super) series: usize,
    /// Failed calls.
    pub(super) count: u64,
    /// Upper edge, from the top, of 100.
    pub(super) top: f64,
    /// Height, of 100.
    pub(super) height: f64,
}

/// Hours of days.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Strip {
    /// The fullest cell.
    pub(super) most: u64,
    /// Hours that one cell stands for.
    pub(super) hours_in_cell: i64,
    /// A row per day with calls.
    pub(super) rows: Vec<StripRow>,
}

/// One day.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StripRow {
    /// The day.
    pub(super) label: String,
    /// Occupied cells.
    pub(super) cells: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Cell {
    /// Its first hour.
    pub(super) hour: i8,
    /// Failed calls.
    pub(super) failed: u64,
    /// All calls.
    pub(super) calls: u64,
    /// 0 for calls without a failure, 1 to 4 for few to many.
    pub(super) level: u8,
}

/// Tracks over one span of time.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TimeLine {
    /// Start, middle and end.
    pub(super) ticks: Vec<String>,
    /// A row per incident.
    pub(super) tracks: Vec<Track>,
}

/// An incident, or a series of them, on the time line.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Track {
    /// In plain words, and whom it hit.
    pub(super) title: String,
    /// Each incident, in the order of time.
    pub(super) runs: Vec<Run>,
    /// How bad it is.
    pub(super) severity: &'static str,
    /// From when to when, or how often.
    pub(super) span: String,
}

/// One incident of a track.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Run {
    /// Left edge, of 1000.
    pub(super) left: f64,
    /// Width, of 1000.
    pub(super) width: f64,
    /// From when to when.
    pub(super) label: String,
}

/// How full one limit was.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Gauge {
    /// Model and dimension.
    pub(super) title: String,
    /// Used share at the worst moment, of 1000.
    pub(super) width: f64,
    /// The same as a text.
    pub(super) share: String,
    /// It refused calls, or little was left.
    pub(super) is_tight: bool,
}

impl Charts {
    /// The charts of a report.
    #[must_use]
    pub(super) fn new(report: &Report) -> Self {
        Self {
            failures: failures(report),
            strip: strip(report),
            incidents: time_line(report),
            limits: report.limits.iter().filter_map(gauge).take(MAX_TRACKS).collect(),
        }
    }
}

/// Failures by day; by hour where there are at most two days to show.
fn failures(report: &Report) -> Option<Stack> {
    if report.totals.failed == 0 {
        return None;
    }
    let days = &report.trend.days;
    let (unit, columns) = match hours(report).filter(|_| days.len() <= 2) {
        Some(hours) => ("hour", hours),
        None => ("day", days.iter().map(|day| (day.date.clone(), day.causes.clone())).collect()),
    };
    let mut series: Vec<Series> = report
        .causes
        .iter()
        .take(MAX_SERIES)
        .map(|cause| Series {
            cause: Some(cause.cause.clone()),
            title: cause.title.clone(),
            count: cause.count,
        })
        .collect();
    let rest: u64 = report.causes.iter().skip(MAX_SERIES).map(|cause| cause.count).sum();
    if rest > 0 {
        series.push(Series { cause: None, title: "All other causes".to_owned(), count: rest });
    }
    let most = columns.iter().map(|(_, causes)| causes.values().sum()).max().filter(|most| *most > 0)?;
    let columns = columns.into_iter().map(|(label, causes)| column(label, &causes, &series, most)).collect();
    Some(Stack { unit, most, series, columns })
}

fn column(label: String, causes: &BTreeMap<String, u64>, series: &[Series], most: u64) -> Column {
    let mut counts = vec![0; series.len()];
    for (cause, count) in causes {
        let own = series.iter().position(|series| series.cause.as_ref() == Some(cause));
        let slot = own.or_else(|| series.iter().position(|series| series.cause.is_none()));
        if let Some(sum) = slot.and_then(|slot| counts.get_mut(slot)) {
            *sum += count;
        }
    }
    let mut below = 0;
    let mut parts = Vec::new();
    for (series, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        below += count;
        let height = |count: u64| count as f64 * 100.0 / most as f64;
        parts.push(Part { series, count, top: 100.0 - height(below), height: height(count) });
    }
    Column { label, failed: causes.values().sum(), parts }
}

/// Every hour from the first to the last failure, where causes are counted by the hour.
fn hours(report: &Report) -> Option<Vec<(String, BTreeMap<String, u64>)>> {
    let mut by_hour: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
    for cause in &report.causes {
        if cause.timeline_hours != 1 {
            return None;
        }
        for hour in &cause.timeline {
            let at = hour.start?.as_second().div_euclid(3600);
            *by_hour.entry(at).or_default().entry(cause.cause.clone()).or_default() += hour.count;
        }
    }
    let (first, last) = (*by_hour.keys().next()?, *by_hour.keys().next_back()?);
    if last - first >= MAX_HOURS {
        return None;
    }
    // A lone bar tells nothing: its neighbours belong to the picture.
    let label =
        |hour: i64| Timestamp::from_second(hour * 3600).ok().map(|at| minute(at, &report.period.zone, false));
    (first - 1..=last + 1)
        .map(|hour| Some((label(hour)?, by_hour.remove(&hour).unwrap_or_default())))
        .collect()
}

fn strip(report: &Report) -> Option<Strip> {
    let trend = &report.trend;
    let hours_in_cell = trend.hours_in_row.max(1);
    let is_whole = hours_in_cell <= 24 && 24 % hours_in_cell == 0;
    if !is_whole || trend.hours.is_empty() || report.totals.failed == 0 {
        return None;
    }
    let most = trend.hours.iter().map(|hour| hour.failed).max().unwrap_or_default();
    let mut days: BTreeMap<jiff::civil::Date, Vec<Cell>> = BTreeMap::new();
    for hour in &trend.hours {
        let at = hour.start?.to_zoned(report.period.zone.clone());
        days.entry(at.date()).or_default().push(cell(hour, at.hour(), most));
    }
    let skipped = days.len().saturating_sub(MAX_ROWS);
    let row = |(date, cells): (jiff::civil::Date, Vec<Cell>)| StripRow {
        label: date.strftime("%a %b %e").to_string(),
        cells,
    };
    Some(Strip { most, hours_in_cell, rows: days.into_iter().skip(skipped).map(row).collect() })
}

fn cell(hour: &HourUse, at: i8, most: u64) -> Cell {
    let share = hour.failed as f64 / most.max(1) as f64;
    let level = match hour.failed {
        0 => 0,
        _ if share <= 0.1 => 1,
        _ if share <= 0.3 => 2,
        _ if share <= 0.6 => 3,
        _ => 4,
    };
    Cell { hour: at, failed: hour.failed, calls: hour.failed + hour.ok, level }
}

fn time_line(report: &Report) -> Option<TimeLine> {
    let zone = &report.period.zone;
    let (from, to) = (report.period.from?, report.period.to?);
    let seen = report.incidents.iter().flat_map(|incident| [incident.onset, incident.last_seen]).flatten();
    let (from, to) = seen.fold((from, to), |(from, to), at| (from.min(at), to.max(at)));
    let to = to.max(from.checked_add(1.minute()).ok()?);
    let place = |at: Timestamp| {
        (at.as_millisecond() - from.as_millisecond()) as f64 * TRACK
            / (to.as_millisecond() - from.as_millisecond()).max(1) as f64
    };
    let run = |incident: &&IncidentReport| {
        let onset = incident.onset.filter(|_| incident.failures > 0)?;
        let is_open = !incident.recovered;
        let end = incident.end.or(incident.last_seen).unwrap_or(onset);
        let (left, right) = (place(onset), if is_open { TRACK } else { place(end) });
        let state =
            if is_open { ", not over".to_owned() } else { format!(" to {}", minute(end, zone, false)) };
        // What is over in a moment is still to be seen.
        let width = (right - left).max(8.0);
        let label = format!("{}{state}", minute(onset, zone, false));
        Some(Run { left: left.min(TRACK - width), width, label })
    };
    let track = |row: &Vec<&IncidentReport>| {
        let first = *row.first()?;
        let mut runs: Vec<Run> = row.iter().filter_map(run).collect();
        runs.sort_by(|a, b| a.left.total_cmp(&b.left));
        let (one, more) = runs.split_first()?;
        let span = if more.is_empty() { one.label.clone() } else { format!("{} times", runs.len()) };
        let who = match first.services.as_slice() {
            [] => String::new(),
            [only] => format!(" · {}", short(&only.name)),
            [service, rest @ ..] => format!(" · {} +{}", short(&service.name), rest.len()),
        };
        Some(Track { title: format!("{}{who}", first.title), runs, severity: first.severity, span })
    };
    let mut tracks: Vec<Track> = rows(&report.incidents).iter().filter_map(track).take(MAX_TRACKS).collect();
    let left = |track: &Track| track.runs.first().map_or(0.0, |run| run.left);
    tracks.sort_by(|a, b| left(a).total_cmp(&left(b)));
    let middle =
        Timestamp::from_millisecond(i64::midpoint(from.as_millisecond(), to.as_millisecond())).ok()?;
    let ticks = [from, middle, to].map(|at| minute(at, zone, false)).to_vec();
    (!tracks.is_empty()).then_some(TimeLine { ticks, tracks })
}

fn gauge(limit: &LimitReport) -> Option<Gauge> {
    let peak = limit.peak_use?.clamp(0.0, 1.0);
    let model = limit.model.as_deref().unwrap_or("all models");
    let permille = (peak * 1000.0).round();
    Some(Gauge {
        title: format!("{model}, {} per minute", limit.dimension.replace('-', " ")),
        width: permille,
        share: percent(permille as u64, 1000),
        is_tight: limit.refused > 0 || peak > 0.8,
    })
}
