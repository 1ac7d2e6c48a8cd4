//! One row per cause, for spreadsheets and data frames: times in UTC, shares from 0 to 1. With an earlier
//! period to compare with, causes that are gone have a row as well, of no calls.

use std::io::{self, Write};

use super::Look;
use super::phrases::place;
use super::sink::csv::cell;
use super::view::{Action, CauseChange, CauseReport, ChangeState, Named, Names, Report};
use super::words::{short, utc};

/// Names that a cell lists.
const MAX_NAMES: usize = 20;

/// A cause with what the period before and the list of actions say about it.
struct Row<'a> {
    cause: Option<&'a CauseReport>,
    change: Option<&'a CauseChange>,
    action: Option<&'a Action>,
}

/// A column: its head and what it shows. Numbers and words of ours stand as they are, everything else has
/// passed the sink.
struct Column {
    head: &'static str,
    cell: fn(&Row<'_>) -> String,
}

const COLUMNS: &[Column] = &[
    Column { head: "cause", cell: |row| cell(row.name(|cause| &cause.cause, |change| &change.cause)) },
    Column { head: "title", cell: |row| cell(row.name(|cause| &cause.title, |change| &change.title)) },
    Column { head: "family", cell: |row| row.name(|cause| cause.family, |change| change.family).to_owned() },
    Column {
        head: "severity",
        cell: |row| row.name(|cause| cause.severity, |change| change.severity).to_owned(),
    },
    Column { head: "tier", cell: |row| row.of(|cause| cause.tier.to_owned()) },
    Column { head: "retry", cell: |row| row.of(|cause| cause.retry.unwrap_or_default().to_owned()) },
    Column { head: "blocks", cell: |row| row.of(|cause| cause.blocks.unwrap_or_default().to_owned()) },
    Column { head: "calls", cell: |row| row.cause.map_or(0, |cause| cause.count).to_string() },
    Column { head: "share", cell: |row| format!("{:.4}", row.cause.map_or(0.0, |cause| cause.share)) },
    Column {
        head: "calls_before",
        cell: |row| row.change.map(|change| change.before.to_string()).unwrap_or_default(),
    },
    Column {
        head: "state",
        cell: |row| row.change.map(|change| change.state.word().to_owned()).unwrap_or_default(),
    },
    Column {
        head: "is_open",
        cell: |row| row.action.map(|action| action.is_open.to_string()).unwrap_or_default(),
    },
    Column {
        head: "would_save",
        cell: |row| row.action.map(|action| action.saves.to_string()).unwrap_or_default(),
    },
    Column { head: "first_seen", cell: |row| row.of(|cause| cause.first_seen.map(utc).unwrap_or_default()) },
    Column { head: "last_seen", cell: |row| row.of(|cause| cause.last_seen.map(utc).unwrap_or_default()) },
    Column { head: "statuses", cell: |row| row.of(|cause| names(&cause.statuses)) },
    Column { head: "services", cell: |row| row.of(|cause| names(&cause.services)) },
    Column { head: "environments", cell: |row| row.of(|cause| names(&cause.environments)) },
    Column { head: "keys", cell: |row| row.of(|cause| names(&cause.keys)) },
    Column { head: "organizations", cell: |row| row.of(|cause| names(&cause.organizations)) },
    Column { head: "projects", cell: |row| row.of(|cause| names(&cause.projects)) },
    Column { head: "models", cell: |row| row.of(|cause| names(&cause.models)) },
    Column { head: "hosts", cell: |row| row.of(|cause| names(&cause.hosts)) },
    Column { head: "clients", cell: |row| row.of(|cause| names(&cause.clients)) },
    Column {
        head: "first_fix",
        cell: |row| row.of(|cause| cause.fix.first().map(|step| cell(step)).unwrap_or_default()),
    },
    Column {
        head: "verify",
        cell: |row| row.of(|cause| cause.verify.as_deref().map(cell).unwrap_or_default()),
    },
    Column {
        head: "first_location",
        cell: |row| row.of(|cause| cause.locations.first().map(|at| cell(&place(at))).unwrap_or_default()),
    },
    Column {
        head: "request_id",
        cell: |row| row.of(|cause| cause.request_ids.first().map(|row| cell(&row.id)).unwrap_or_default()),
    },
];

impl<'a> Row<'a> {
    fn of(&self, cell: fn(&CauseReport) -> String) -> String {
        self.cause.map(cell).unwrap_or_default()
    }

    /// What both a cause of now and a cause that is gone have.
    fn name(&self, now: fn(&'a CauseReport) -> &'a str, gone: fn(&'a CauseChange) -> &'a str) -> &'a str {
        self.cause.map(now).or_else(|| self.change.map(gone)).unwrap_or_default()
    }
}

/// Writes the head and a row per cause.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS.iter().map(|column| column.head))?;
    let changes = || report.changes.iter().flat_map(|changes| &changes.causes);
    let now = report.causes.iter().map(|cause| Row {
        cause: Some(cause),
        change: changes().find(|change| change.cause == cause.cause),
        action: report.actions.iter().find(|action| action.cause == cause.cause),
    });
    let gone = changes().filter(|change| change.state == ChangeState::Gone);
    let gone = gone.map(|change| Row { cause: None, change: Some(change), action: None });
    for row in now.chain(gone) {
        writer.write_record(COLUMNS.iter().map(|column| (column.cell)(&row)))?;
    }
    writer.flush()
}

/// `billing 12; search 3`: each name with its calls, so that the parts add up to `calls`.
fn names(names: &Names) -> String {
    let row = |row: &Named| format!("{} {}", short(&row.name), row.count);
    let mut shown: Vec<String> = names.named.iter().take(MAX_NAMES).map(row).collect();
    let rest: u64 = names.named.iter().skip(MAX_NAMES).map(|row| row.count).sum::<u64>() + names.others;
    if rest > 0 {
        shown.push(format!("others {rest}"));
    }
    if names.unnamed > 0 && !shown.is_empty() {
        shown.push(format!("not named {}", names.unnamed));
    }
    cell(&shown.join("; "))
}
