//! Calls by day and hour.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::aggregate::{Hours, Summary};
use crate::report::view::{Counts, Day, HourUse, Period, Trend};

/// Most rows of the table of days.
const MAX_ROWS: i64 = 400;

/// One row of days in the making.
#[derive(Default)]
struct Row {
    ok: u64,
    causes: BTreeMap<Arc<str>, u64>,
}

/// The trend of a summary over a period.
pub(super) fn trend(summary: &Summary, period: &Period) -> Trend {
    let calls = summary.totals.calls;
    let mut by_day: BTreeMap<Date, Row> = BTreeMap::new();
    let date = |at: Timestamp| at.to_zoned(period.zone.clone()).date();
    for (at, count) in summary.ok_hours.iter() {
        by_day.entry(date(at)).or_default().ok += count;
    }
    for (cause, group) in &summary.causes {
        for (at, count) in group.hours.iter() {
            *by_day.entry(date(at)).or_default().causes.entry(Arc::clone(cause)).or_default() += count;
        }
    }
    let (days, days_in_row) = rows(by_day, period);
    let without_time = Counts {
        ok: calls.ok - days.iter().map(|day| day.ok).sum::<u64>().min(calls.ok),
        failed: calls.failed - days.iter().map(|day| day.failed).sum::<u64>().min(calls.failed),
    };
    let (hours, hours_in_row) = hours(&summary.ok_hours, &summary.failed_hours);
    Trend { days, days_in_row, hours, hours_in_row, without_time }
}

/// Every day from the first to the last of data and period, several in a row where there are too many.
fn rows(by_day: BTreeMap<Date, Row>, period: &Period) -> (Vec<Day>, i64) {
    let date = |at: Timestamp| at.to_zoned(period.zone.clone()).date();
    // The end of a period is the first moment behind it.
    let before = |at: Timestamp| at.checked_sub(Span::new().nanoseconds(1)).unwrap_or(at);
    let asked = [period.from.map(date), period.to.map(|to| date(before(to)))];
    let seen = [by_day.keys().next().copied(), by_day.keys().next_back().copied()];
    let all = asked.into_iter().chain(seen).flatten();
    let (Some(first), Some(last)) = (all.clone().min(), all.max()) else { return (Vec::new(), 1) };
    let count = days_between(first, last) + 1;
    let days_in_row = (count + MAX_ROWS - 1) / MAX_ROWS;
    let mut by_row: BTreeMap<i64, Row> = BTreeMap::new();
    for (day, row) in by_day {
        let into = by_row.entry(days_between(first, day) / days_in_row).or_default();
        into.ok += row.ok;
        row.causes.into_iter().for_each(|(cause, count)| *into.causes.entry(cause).or_default() += count);
    }
    let row = |index: i64| {
        let date = first.checked_add(Span::new().days(index * days_in_row)).unwrap_or(last);
        day(date, by_row.remove(&index).unwrap_or_default(), &period.zone)
    };
    ((0..(count + days_in_row - 1) / days_in_row).map(row).collect(), days_in_row)
}

fn days_between(first: Date, last: Date) -> i64 {
    first.until(last).map_or(0, |span| i64::from(span.get_days()))
}

fn day(date: Date, row: Row, zone: &TimeZone) -> Day {
    Day {
        date: date.to_string(),
        start: date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp()),
        ok: row.ok,
        failed: row.causes.values().sum(),
        causes: row.causes.into_iter().map(|(cause, count)| (cause.to_string(), count)).collect(),
    }
}

/// Both counts in buckets of the wider of their widths, each of which divides the next.
fn hours(ok: &Hours, failed: &Hours) -> (Vec<HourUse>, i64) {
    let width = ok.width().max(failed.width());
    let mut buckets: BTreeMap<i64, Counts> = BTreeMap::new();
    let bucket = |at: Timestamp| at.as_second().div_euclid(3600 * width);
    ok.iter().for_each(|(at, count)| buckets.entry(bucket(at)).or_default().ok += count);
    failed.iter().for_each(|(at, count)| buckets.entry(bucket(at)).or_default().failed += count);
    let row = |(bucket, counts): (i64, Counts)| HourUse {
        start: Timestamp::from_second(bucket.saturating_mul(3600 * width)).ok(),
        ok: counts.ok,
        failed: counts.failed,
    };
    (buckets.into_iter().map(row).collect(), width)
}
