//! How the days went, who called, with which keys and which libraries.

use std::cmp::Reverse;

use super::{Head, Section, Table, numbers, words};
use crate::report::phrases::{self, Clock};
use crate::report::sink::number;
use crate::report::view::{ClientReport, Counts, Day, Key, NamedUse, Report, Usages};
use crate::report::words::{count_of, percent, short};

/// Days with a row of their own.
const MAX_DAYS: usize = 31;
/// Names of one kind with a row of their own.
const MAX_NAMES: usize = 5;
/// Keys and libraries with a row of their own.
const MAX_ROWS: usize = 12;
/// Cells of the longest bar.
const BAR: u64 = 16;

const DAYS: &[Head] =
    &[words("Day"), numbers("Failed"), numbers("Calls"), numbers("Share"), words(""), words("Most by")];
const WHO: &[Head] =
    &[words("Who"), words("Name"), numbers("Failed"), numbers("Calls"), numbers("Share failed")];
const KEYS: &[Head] = &[
    words("Key"),
    numbers("Failed"),
    numbers("Calls"),
    words("First seen"),
    words("Last seen"),
    numbers("Days in use"),
    words("Remarks"),
];
const CLIENTS: &[Head] =
    &[words("Library"), words("Version"), numbers("Failed"), numbers("Calls"), words("Last seen")];

/// Failed calls by day.
pub(super) fn days(report: &Report, _clock: &Clock<'_>) -> Option<Section> {
    let days = &report.trend.days;
    let hidden = days.len().saturating_sub(MAX_DAYS);
    let (earlier, shown) = days.split_at_checked(hidden)?;
    if days.len() < 2 || report.totals.calls == 0 {
        return None;
    }
    let most = shown.iter().map(|day| day.failed).max().unwrap_or_default().max(1);
    let mut rows = Vec::new();
    let cells = |name: String, counts: Counts, bar: String, causes: String| {
        let calls = counts.ok + counts.failed;
        vec![name, number(counts.failed), number(calls), percent(counts.failed, calls), bar, causes]
    };
    let plain = |name: &str, counts: Counts| cells(name.to_owned(), counts, String::new(), String::new());
    if hidden > 0 {
        let sum = |pick: fn(&Day) -> u64| earlier.iter().map(pick).sum();
        rows.push(plain("earlier", Counts { ok: sum(|day| day.ok), failed: sum(|day| day.failed) }));
    }
    for day in shown {
        let length = (day.failed * BAR).div_ceil(most);
        let bar = "█".repeat(usize::try_from(length).unwrap_or_default());
        let counts = Counts { ok: day.ok, failed: day.failed };
        rows.push(cells(day.date.clone(), counts, bar, main_cause(day)));
    }
    if report.trend.without_time != Counts::default() {
        rows.push(plain("no time", report.trend.without_time));
    }
    let table = Some(Table { heads: DAYS, rows });
    Some(Section { title: "Failed calls by day", table, ..Section::default() })
}

/// The cause of most failures of a day, and how many others.
fn main_cause(day: &Day) -> String {
    let most = day.causes.iter().max_by_key(|(cause, count)| (**count, Reverse((*cause).clone())));
    let more = day.causes.len().saturating_sub(1);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    most.map(|(cause, _)| format!("{cause}{more}")).unwrap_or_default()
}

/// All calls by who made them; each kind adds up to the whole.
pub(super) fn who(report: &Report, _clock: &Clock<'_>) -> Option<Section> {
    let who = &report.who;
    let kinds = [
        ("service", &who.services),
        ("environment", &who.environments),
        ("project", &who.projects),
        ("organization", &who.organizations),
        ("model", &who.models),
        ("host", &who.hosts),
    ];
    let rows: Vec<Vec<String>> = kinds.into_iter().flat_map(|(kind, usages)| rows_of(kind, usages)).collect();
    let table = (!rows.is_empty()).then_some(Table { heads: WHO, rows })?;
    Some(Section { title: "Who is hit", table: Some(table), ..Section::default() })
}

fn rows_of(kind: &str, usages: &Usages) -> Vec<Vec<String>> {
    if usages.named.is_empty() {
        return Vec::new();
    }
    let row = |name: String, counts: Counts| {
        let calls = counts.ok + counts.failed;
        let share = percent(counts.failed, calls);
        vec![kind.to_owned(), name, number(counts.failed), number(calls), share]
    };
    let named = |one: &NamedUse| row(short(&one.name), Counts { ok: one.ok, failed: one.failed });
    let mut rows: Vec<Vec<String>> = usages.named.iter().take(MAX_NAMES).map(named).collect();
    let mut others = usages.others;
    for one in usages.named.iter().skip(MAX_NAMES) {
        others = Counts { ok: others.ok + one.ok, failed: others.failed + one.failed };
    }
    for (name, counts) in [("others", others), ("not named", usages.unnamed)] {
        if counts != Counts::default() {
            rows.push(row(name.to_owned(), counts));
        }
    }
    rows
}

/// Every key: when it was seen, how old it is, what is wrong with it.
pub(super) fn keys(report: &Report, clock: &Clock<'_>) -> Option<Section> {
    let row = |key: &Key| {
        vec![
            short(&key.shown),
            number(key.failed),
            number(key.ok + key.failed),
            clock.time(key.first_seen),
            clock.time(key.last_seen),
            days_in_use(key),
            remarks(key, clock),
        ]
    };
    let mut rows: Vec<Vec<String>> = report.keys.iter().take(MAX_ROWS).map(row).collect();
    let rest = report.keys.get(MAX_ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        let failed: u64 = rest.iter().map(|key| key.failed).sum();
        let calls: u64 = failed + rest.iter().map(|key| key.ok).sum::<u64>();
        let mut cells = vec![count_of(rest.len() as u64, "other key"), number(failed), number(calls)];
        cells.resize(KEYS.len(), String::new());
        rows.push(cells);
    }
    let table = (!rows.is_empty()).then_some(Table { heads: KEYS, rows })?;
    Some(Section { title: "Keys that were seen, masked", table: Some(table), ..Section::default() })
}

/// `12.5 of 90`: days between the first and the last call, and after how many it should be replaced.
fn days_in_use(key: &Key) -> String {
    let days = key.days_in_use.map(|days| format!("{days:.1}"));
    match (days, key.rotation_days) {
        (Some(days), Some(allowed)) => format!("{days} of {allowed}"),
        (days, _) => days.unwrap_or_else(|| "-".to_owned()),
    }
}

fn remarks(key: &Key, clock: &Clock<'_>) -> String {
    let services = phrases::list(&key.services, 2, "not named");
    let refused = key.refused_since.map(|at| format!("refused since {}", clock.time(Some(at))));
    let overdue = key.is_overdue.then(|| "overdue for replacement".to_owned());
    let exposed = (key.exposed > 0).then(|| format!("in the log in full: {}", number(key.exposed)));
    let all: Vec<String> = [overdue, exposed, refused, services].into_iter().flatten().collect();
    all.join("; ")
}

/// Client libraries by version.
pub(super) fn clients(report: &Report, clock: &Clock<'_>) -> Option<Section> {
    let row = |client: &ClientReport| {
        vec![
            client.name.clone(),
            client.version.clone().unwrap_or_else(|| "not shown".to_owned()),
            number(client.failed),
            number(client.ok + client.failed),
            clock.time(client.last_seen),
        ]
    };
    let mut rows: Vec<Vec<String>> = report.clients.iter().take(MAX_ROWS).map(row).collect();
    let rest = report.clients.get(MAX_ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        let failed: u64 = rest.iter().map(|client| client.failed).sum();
        let calls: u64 = failed + rest.iter().map(|client| client.ok).sum::<u64>();
        let name = count_of(rest.len() as u64, "other version");
        rows.push(vec![name, String::new(), number(failed), number(calls), String::new()]);
    }
    let table = (!rows.is_empty()).then_some(Table { heads: CLIENTS, rows })?;
    Some(Section { title: "Client libraries that the log names", table: Some(table), ..Section::default() })
}
