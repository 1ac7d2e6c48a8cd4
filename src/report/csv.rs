//! One row per cause, for spreadsheets and data frames: times in UTC, shares from 0 to 1.

use std::io::{self, Write};

use super::Look;
use super::phrases::place;
use super::sink::csv::cell;
use super::view::{CauseReport, Named, Names, Report};
use super::words::{short, utc};

/// Names that a cell lists.
const MAX_NAMES: usize = 20;

/// A column: its head and what it shows. Numbers and words of ours stand as they are, everything else has
/// passed the sink.
struct Column {
    head: &'static str,
    cell: fn(&CauseReport) -> String,
}

const COLUMNS: &[Column] = &[
    Column { head: "cause", cell: |cause| cell(&cause.cause) },
    Column { head: "title", cell: |cause| cell(&cause.title) },
    Column { head: "family", cell: |cause| cause.family.to_owned() },
    Column { head: "severity", cell: |cause| cause.severity.to_owned() },
    Column { head: "tier", cell: |cause| cause.tier.to_owned() },
    Column { head: "retry", cell: |cause| cause.retry.unwrap_or_default().to_owned() },
    Column { head: "calls", cell: |cause| cause.count.to_string() },
    Column { head: "share", cell: |cause| format!("{:.4}", cause.share) },
    Column { head: "first_seen", cell: |cause| cause.first_seen.map(utc).unwrap_or_default() },
    Column { head: "last_seen", cell: |cause| cause.last_seen.map(utc).unwrap_or_default() },
    Column { head: "statuses", cell: |cause| names(&cause.statuses) },
    Column { head: "services", cell: |cause| names(&cause.services) },
    Column { head: "environments", cell: |cause| names(&cause.environments) },
    Column { head: "keys", cell: |cause| names(&cause.keys) },
    Column { head: "organizations", cell: |cause| names(&cause.organizations) },
    Column { head: "projects", cell: |cause| names(&cause.projects) },
    Column { head: "models", cell: |cause| names(&cause.models) },
    Column { head: "hosts", cell: |cause| names(&cause.hosts) },
    Column { head: "clients", cell: |cause| names(&cause.clients) },
    Column { head: "first_fix", cell: |cause| cause.fix.first().map(|step| cell(step)).unwrap_or_default() },
    Column {
        head: "first_location",
        cell: |cause| cause.locations.first().map(|at| cell(&place(at))).unwrap_or_default(),
    },
    Column {
        head: "request_id",
        cell: |cause| cause.request_ids.first().map(|row| cell(&row.id)).unwrap_or_default(),
    },
];

/// Writes the head and a row per cause.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS.iter().map(|column| column.head))?;
    for cause in &report.causes {
        writer.write_record(COLUMNS.iter().map(|column| (column.cell)(cause)))?;
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
