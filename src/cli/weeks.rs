//! The period of a report: a week, some days, some hours, or the last full week of the data.

use std::collections::BTreeSet;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::failure::Failure;
use crate::aggregate::{Ledger, Summary};
use crate::report::Baseline;

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: Date,
    pub(super) last: Date,
}

/// An ISO week: `2026-W46`.
///
/// # Errors
/// When there is no such week.
pub(super) fn week(text: &str) -> Result<Days, Failure> {
    let parts = text.split_once("-W").or_else(|| text.split_once('W'));
    let monday = parts.and_then(|(year, week)| {
        let (year, week) = (year.parse().ok()?, week.parse().ok()?);
        Some(ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date())
    });
    let days =
        monday.and_then(|first| Some(Days { first, last: first.checked_add(Span::new().days(6)).ok()? }));
    days.ok_or_else(|| {
        let help = "write year and number of an ISO week: `2026-W46`".to_owned();
        Failure::with_help(format!("cannot read the week `{text}`"), Some(help))
    })
}

impl Days {
    /// The days of a period whose ends are ends of days; without an end, up to the ends of time.
    pub(super) fn of(since: Option<Timestamp>, until: Option<Timestamp>, zone: &TimeZone) -> Option<Self> {
        let first = since.map_or(Some(Date::MIN), |since| midnight(since, zone))?;
        let after = until.map_or(Some(Date::MAX), |until| midnight(until, zone))?;
        Some(Self { first, last: if until.is_some() { after.yesterday().ok()? } else { after } })
    }

    /// The last week from Monday to Sunday that lies within the data.
    pub(super) fn last_full_week(seen: Self) -> Option<Self> {
        let days_after_sunday = i64::from(seen.last.weekday().to_sunday_zero_offset());
        let last = seen.last.checked_sub(Span::new().days(days_after_sunday)).ok()?;
        let first = last.checked_sub(Span::new().days(6)).ok()?;
        (first >= seen.first).then_some(Self { first, last })
    }

    /// From the first to the last day with a line or a call.
    pub(super) fn seen(ledger: &Ledger, zone: &TimeZone) -> Option<Self> {
        let mut days: BTreeSet<Date> = ledger.days();
        for source in ledger.coverage().sources {
            let ends = [source.hours.first().copied(), source.hours.last().copied()];
            let times =
                ends.into_iter().flatten().filter_map(|hour| Timestamp::from_second(hour * 3600).ok());
            days.extend(times.map(|at| at.to_zoned(zone.clone()).date()));
        }
        Some(Self { first: days.first().copied()?, last: days.last().copied()? })
    }

    /// The same number of days before, where an open end is the last day that was seen; `None` where nothing
    /// is open before.
    fn before(self, seen: Option<Self>) -> Option<Self> {
        if self.first == Date::MIN {
            return None;
        }
        let last = if self.last == Date::MAX { seen?.last } else { self.last };
        let days = (last >= self.first).then_some(Self { first: self.first, last })?;
        days.before_it()
    }

    fn before_it(self) -> Option<Self> {
        let count = self.first.until(self.last).ok()?.get_days();
        let last = self.first.yesterday().ok()?;
        Some(Self { first: last.checked_sub(Span::new().days(i64::from(count))).ok()?, last })
    }

    /// The first moment.
    pub(super) fn start(self, zone: &TimeZone) -> Option<Timestamp> {
        if self.first == Date::MIN { None } else { start_of(self.first, zone) }
    }

    /// The first moment behind the end.
    pub(super) fn end(self, zone: &TimeZone) -> Option<Timestamp> {
        if self.last == Date::MAX { None } else { start_of(self.last.tomorrow().ok()?, zone) }
    }
}

fn start_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// The day that begins at this moment.
fn midnight(at: Timestamp, zone: &TimeZone) -> Option<Date> {
    let date = at.to_zoned(zone.clone()).date();
    (start_of(date, zone) == Some(at)).then_some(date)
}

/// The earlier period to compare with: as many days right before, as far as the data and the saved summaries
/// have them; else all that the saved ones hold.
pub(super) fn baseline(
    ledger: &Ledger,
    saved: Option<&Ledger>,
    days: Option<Days>,
    zone: &TimeZone,
) -> Result<Option<Baseline>, crate::aggregate::Mismatch> {
    let mut all = ledger.clone();
    if let Some(saved) = saved {
        all.merge(saved.clone())?;
    }
    let before = days
        .and_then(|days| days.before(Days::seen(ledger, zone)))
        .filter(|before| has_calls(&all.between(before.first, before.last)));
    if let Some(before) = before {
        let earlier = before.first.yesterday().map(|last| all.between(Date::MIN, last)).unwrap_or_default();
        return Ok(Some(Baseline {
            summary: all.between(before.first, before.last),
            from: before.start(zone),
            to: before.end(zone),
            earlier: earlier.causes.into_keys().collect(),
        }));
    }
    let whole =
        |saved: &Ledger| Baseline { summary: saved.all(), from: None, to: None, earlier: BTreeSet::new() };
    Ok(saved.map(whole))
}

fn has_calls(summary: &Summary) -> bool {
    summary.totals.calls.ok + summary.totals.calls.failed > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: &str, last: &str) -> Days {
        Days { first: first.parse().unwrap(), last: last.parse().unwrap() }
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(week("2026-W46").ok(), Some(days("2026-11-09", "2026-11-15")));
        assert_eq!(week("2026W01").ok(), Some(days("2025-12-29", "2026-01-04")));
        assert!(["2026-W54", "2026-46", "W46", "", "2026-W"].iter().all(|text| week(text).is_err()));
    }

    #[test]
    fn the_last_full_week_lies_within_the_data() {
        let check = |first, last| Days::last_full_week(days(first, last));
        assert_eq!(check("2026-11-02", "2026-11-18"), Some(days("2026-11-09", "2026-11-15")));
        assert_eq!(check("2026-11-09", "2026-11-15"), Some(days("2026-11-09", "2026-11-15")));
        assert_eq!(check("2026-11-10", "2026-11-15"), None);
        assert_eq!(check("2026-11-10", "2026-11-21"), None);
    }

    #[test]
    fn a_period_is_made_of_days_when_it_begins_and_ends_at_midnight() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let found = Days::of(at("2026-11-08T23:00:00Z"), at("2026-11-15T23:00:00Z"), &zone);
        assert_eq!(found, Some(days("2026-11-09", "2026-11-15")));
        assert_eq!(found.and_then(|days| days.start(&zone)), at("2026-11-08T23:00:00Z"));
        assert_eq!(found.and_then(|days| days.end(&zone)), at("2026-11-15T23:00:00Z"));
        assert_eq!(Days::of(at("2026-11-09T00:00:00Z"), None, &zone), None);
    }

    #[test]
    fn an_open_end_is_the_last_day_seen() {
        let seen = Some(days("2026-10-05", "2026-11-15"));
        let since = |first: &str| Days { last: Date::MAX, ..days(first, first) };
        assert_eq!(since("2026-11-09").before(seen), Some(days("2026-11-02", "2026-11-08")));
        assert_eq!(since("2026-12-01").before(seen), None);
        assert_eq!(since("2026-11-09").before(None), None);
        let until = Days { first: Date::MIN, ..days("2026-11-09", "2026-11-09") };
        assert_eq!(until.before(seen), None);
    }

    #[test]
    fn the_week_before_a_week_is_a_week() {
        assert_eq!(days("2026-11-09", "2026-11-15").before(None), Some(days("2026-11-02", "2026-11-08")));
    }
}
