//! Times and zones as people write them on a command line.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use super::failure::Failure;

/// Which end of a day a date means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Its first moment.
    Start,
    /// The first moment of the day after.
    End,
}

/// A zone by name (`Europe/Berlin`) or offset (`+02:00`).
pub(super) fn zone(name: &str) -> Result<TimeZone, Failure> {
    jiff::fmt::temporal::DateTimeParser::new().parse_time_zone(name).map_err(|_| {
        let message = format!("cannot find the time zone `{name}`");
        Failure::with_help(
            message,
            Some("write a name such as `Europe/Berlin`, or an offset such as `+02:00`".into()),
        )
    })
}

/// A moment: RFC 3339, a date, a date and time in the zone of the report, `7d`, `24h`, `90m`, `2w`
/// (that long ago), `today`, `yesterday` or `now`.
pub(super) fn moment(text: &str, edge: Edge, now: &Zoned) -> Result<Timestamp, Failure> {
    let text = text.trim();
    let at = named_day(text, edge, now)
        .or_else(|| ago(text, now))
        .or_else(|| text.parse::<Timestamp>().ok())
        .or_else(|| day(text, edge, now.time_zone()))
        .or_else(|| {
            text.parse::<DateTime>()
                .ok()?
                .to_zoned(now.time_zone().clone())
                .ok()
                .map(|zoned| zoned.timestamp())
        });
    at.ok_or_else(|| {
        let help = "write `2026-11-16`, `2026-11-16T09:00Z`, `24h`, `7d` or `yesterday`";
        Failure::with_help(format!("cannot read the time `{text}`"), Some(help.to_owned()))
    })
}

fn named_day(text: &str, edge: Edge, now: &Zoned) -> Option<Timestamp> {
    let date = match text {
        "now" => return Some(now.timestamp()),
        "today" => now.date(),
        "yesterday" => now.date().yesterday().ok()?,
        _ => return None,
    };
    edge_of(date, edge, now.time_zone())
}

fn ago(text: &str, now: &Zoned) -> Option<Timestamp> {
    let unit = text.chars().next_back().filter(char::is_ascii)?;
    let number: i64 = text.strip_suffix(unit)?.trim_start_matches('-').parse().ok()?;
    let span = match unit {
        's' => Span::new().try_seconds(number),
        'm' => Span::new().try_minutes(number),
        'h' => Span::new().try_hours(number),
        'd' => Span::new().try_days(number),
        'w' => Span::new().try_weeks(number),
        _ => return None,
    };
    now.checked_sub(span.ok()?).ok().map(|zoned| zoned.timestamp())
}

fn day(text: &str, edge: Edge, zone: &TimeZone) -> Option<Timestamp> {
    // A longer text would be read as a date with its time ignored.
    let date = text.parse::<Date>().ok().filter(|_| text.len() <= "2026-11-16".len())?;
    edge_of(date, edge, zone)
}

fn edge_of(date: Date, edge: Edge, zone: &TimeZone) -> Option<Timestamp> {
    let date = if edge == Edge::End { date.tomorrow().ok()? } else { date };
    date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, edge: Edge, expected: &str) {
        let now: Zoned = "2026-11-18T10:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let shown = moment(text, edge, &now).map_or_else(|_| "cannot read".into(), |at| at.to_string());
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn times_are_read_in_the_zone_of_the_report() {
        check("2026-11-16", Edge::Start, "2026-11-15T23:00:00Z");
        check("2026-11-16", Edge::End, "2026-11-16T23:00:00Z");
        check("2026-11-16T09:00", Edge::Start, "2026-11-16T08:00:00Z");
        check("2026-11-16 09:00:30", Edge::End, "2026-11-16T08:00:30Z");
        check("2026-11-16T09:00:00Z", Edge::Start, "2026-11-16T09:00:00Z");
        check("2026-11-16T09:00:00-05:00", Edge::Start, "2026-11-16T14:00:00Z");
    }

    #[test]
    fn relative_times_count_back_from_now() {
        check("24h", Edge::Start, "2026-11-17T09:30:00Z");
        check("7d", Edge::Start, "2026-11-11T09:30:00Z");
        check("2w", Edge::Start, "2026-11-04T09:30:00Z");
        check("90m", Edge::Start, "2026-11-18T08:00:00Z");
        check("yesterday", Edge::Start, "2026-11-16T23:00:00Z");
        check("yesterday", Edge::End, "2026-11-17T23:00:00Z");
        check("now", Edge::End, "2026-11-18T09:30:00Z");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "soon", "7x", "2026-13-01", "99999999999999999999d", "9223372036854775807w", "é"] {
            check(text, Edge::Start, "cannot read");
        }
    }

    #[test]
    fn zones_have_names_or_offsets() {
        assert!(zone("Europe/Berlin").is_ok() && zone("UTC").is_ok() && zone("+02:00").is_ok());
        assert!(zone("Berlin").is_err() && zone("").is_err());
    }
}
