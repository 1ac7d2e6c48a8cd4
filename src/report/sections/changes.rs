//! What changed since the period before.

use super::{Head, Section, Table, numbers, words};
use crate::report::phrases::Clock;
use crate::report::sink::number;
use crate::report::view::{CauseChange, Changes, Report};
use crate::report::words::{count_of, minute, percent};

/// Causes with a row of their own.
const MAX_ROWS: usize = 15;

const HEADS: &[Head] = &[words("Cause"), words(""), numbers("Before"), numbers("Now")];

/// Calls and causes before and now.
pub(super) fn changes(report: &Report, _clock: &Clock<'_>) -> Option<Section> {
    let changes = report.changes.as_ref()?;
    let row = |row: &CauseChange| {
        vec![
            format!("{} ({})", row.title, row.cause),
            row.state.word().to_owned(),
            number(row.before),
            number(row.now),
        ]
    };
    let mut rows: Vec<Vec<String>> = changes.causes.iter().take(MAX_ROWS).map(row).collect();
    let rest = changes.causes.get(MAX_ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        let sum = |pick: fn(&CauseChange) -> u64| number(rest.iter().map(pick).sum());
        let name = count_of(rest.len() as u64, "other cause");
        rows.push(vec![name, String::new(), sum(|row| row.before), sum(|row| row.now)]);
    }
    Some(Section {
        title: "What changed since the period before",
        lead: Some(lead(report, changes)),
        table: (!rows.is_empty()).then_some(Table { heads: HEADS, rows }),
        ..Section::default()
    })
}

fn lead(report: &Report, changes: &Changes) -> String {
    let zone = &report.period.zone;
    let when = changes.from.zip(changes.to).map_or_else(String::new, |(from, to)| {
        format!(" ({} to {})", minute(from, zone, true), minute(to, zone, true))
    });
    let points = changes.success_rate_change.map(|change| format!(" ({:+.1} points)", change * 100.0));
    format!(
        "{}, {} before{when}. Failed: {}, {} before. Success: {}, {} before{}.",
        count_of(changes.now.calls, "call"),
        number(changes.before.calls),
        number(changes.now.failed),
        number(changes.before.failed),
        percent(changes.now.ok, changes.now.calls),
        percent(changes.before.ok, changes.before.calls),
        points.unwrap_or_default()
    )
}
