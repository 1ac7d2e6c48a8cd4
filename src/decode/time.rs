//! One resolver for every shape of time that logs show: text or number in, [`Stamp`] out.
//!
//! `shapes` says which texts are times and what stands in them; this file places them on the time line.
//! A text either counts as a whole or not at all, so an offset is never dropped. Nothing is inherited here:
//! dates and years that are missing come from the caller.

mod cursor;
mod shapes;
mod zones;

use jiff::tz::{AmbiguousOffset, Offset};
use jiff::{Timestamp, civil};
use serde_json::Value;

use self::shapes::{Clock, Parts};
use self::zones::Zone;
use super::Settings;
use crate::model::{Stamp, StampOrigin};

/// First second of 2015 and first second of 2100, UTC: what lies outside is a port, an id, a wrong clock.
const WINDOW: std::ops::Range<i64> = 1_420_070_400..4_102_444_800;

/// The time that `text` as a whole shows, blanks around it aside.
///
/// Knows ISO 8601 and RFC 3339 of any precision (`T`, blank or `_` between date and time, point or comma
/// before the fraction), slash dates, the common log format, asctime, HTTP and mail dates, `java.util.logging`,
/// Kibana, syslog, klog, TAI64N labels (`@4000…`), and epoch numbers in s, ms, µs or ns. Offsets may lack the colon or stand after a
/// blank. Times without a zone are read in `settings.zone` ([`StampOrigin::OwnAssumedZone`]), times without a
/// year in `settings.year`, and are nothing without it.
///
/// The leap second `:60` is read as `:59`, `24:00:00` as midnight of the next day. Returns `None` for
/// everything that is not entirely a time, and for times outside 2015 to 2100.
///
/// ```
/// use why4xx::decode::{Settings, time};
/// let stamp = time::parse("2026-11-21 04:43:34 +0200", &Settings::default()).unwrap();
/// assert_eq!(stamp.at.to_string(), "2026-11-21T02:43:34Z");
/// ```
#[must_use]
pub fn parse(text: &str, settings: &Settings) -> Option<Stamp> {
    let text = text.trim();
    match shapes::scan(text) {
        Some((parts, length)) if length == text.len() => stamp(&parts, settings.year, settings),
        _ => epoch_text(text),
    }
}

/// Like [`parse`], with `year` for shapes that show none (syslog, klog) whatever the settings say.
#[must_use]
pub fn parse_with_year(text: &str, year: i16, settings: &Settings) -> Option<Stamp> {
    let text = text.trim();
    match shapes::scan(text) {
        Some((parts, length)) if length == text.len() => stamp(&parts, Some(year), settings),
        _ => epoch_text(text),
    }
}

/// The time of day when `text` as a whole is nothing more: `11:42:07`, `[04:38:46.189]`, `4:38AM`.
#[must_use]
pub fn parse_time_of_day(text: &str) -> Option<civil::Time> {
    let text = text.trim();
    let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let (clock, length) = shapes::scan_clock(text)?;
    let is_midnight_of_next_day = clock.hour == 24;
    (length == text.len() && !is_midnight_of_next_day).then(|| clock_time(&clock)).flatten()
}

/// Length in bytes of the time that stands at the very start of `text`, its zone included.
///
/// Cheap where there is none: most lines are rejected at their first byte. A word character must not follow
/// directly. Forms in brackets begin after the bracket and are the caller's job, times of day without a date
/// are no match; an epoch counts only as `1795236060.148` or with 13 digits.
#[must_use]
pub fn prefix(text: &str) -> Option<usize> {
    let first = *text.as_bytes().first()?;
    if !first.is_ascii_digit() && !shapes::may_start(first) {
        return None;
    }
    let length = shapes::scan(text).map(|(_, length)| length).or_else(|| epoch_prefix(text))?;
    let follower = text.as_bytes().get(length);
    (!follower.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')).then_some(length)
}

/// The time that a JSON value shows: a text as in [`parse`], or an epoch as a number.
#[must_use]
pub fn from_json(value: &Value, settings: &Settings) -> Option<Stamp> {
    match value {
        Value::String(text) => parse(text, settings),
        Value::Number(number) => {
            number.as_i128().map_or_else(|| number.as_f64().and_then(epoch_float), epoch_int)
        }
        _ => None,
    }
}

/// The time of a whole epoch number. Its size tells the unit: below 10^11 seconds, below 10^14
/// milliseconds, below 10^17 microseconds, else nanoseconds.
#[must_use]
pub fn epoch_int(number: i128) -> Option<Stamp> {
    epoch_nanoseconds(number.checked_mul(i128::from(unit(number)))?)
}

/// The time of an epoch number with a fraction; units as in [`epoch_int`]. Kept to the microsecond, which is
/// what a float holds.
#[must_use]
pub fn epoch_float(number: f64) -> Option<Stamp> {
    if !(number > 0.0 && number < 1e19) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 10^19 by the test above")]
    let unit = unit(number as i128);
    // Whole and fraction apart: the product as one float would lose the microseconds.
    #[expect(clippy::cast_possible_truncation, reason = "below 10^19 by the test above")]
    let whole = number.trunc() as i128 * i128::from(unit);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a fraction times at most 10^9"
    )]
    let rest = (number.fract() * unit as f64) as i128;
    epoch_nanoseconds((whole + rest + 500) / 1_000 * 1_000)
}

/// Nanoseconds in the unit that an epoch number of this size is given in.
fn unit(number: i128) -> i64 {
    match number.unsigned_abs() {
        0..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    }
}

fn epoch_nanoseconds(nanoseconds: i128) -> Option<Stamp> {
    checked(Timestamp::from_nanosecond(nanoseconds).ok()?, StampOrigin::Own)
}

/// `1795236060`, `1795236060.148123456`, `1795236060148123456`, `1.795236060148e9`: digits are exact,
/// because a float holds only 15 of them.
fn epoch_text(text: &str) -> Option<Stamp> {
    if let Some(label) = text.strip_prefix('@') {
        return tai64n(label);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || !is_digits(whole) {
        let is_exponent = text.bytes().any(|byte| matches!(byte, b'e' | b'E')) && text.len() < 40;
        return is_exponent.then(|| text.parse().ok()).flatten().and_then(epoch_float);
    }
    if !is_digits(fraction) {
        let starts_numeric =
            fraction.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'e' | b'E' | b'+' | b'-'));
        return (starts_numeric && text.len() < 40)
            .then(|| text.parse().ok())
            .flatten()
            .and_then(epoch_float);
    }
    let whole: i128 = whole.parse().ok()?;
    let unit = i128::from(unit(whole));
    let (mut nanoseconds, mut place) = (whole.checked_mul(unit)?, unit);
    for digit in fraction.bytes().take(9) {
        place /= 10;
        nanoseconds += i128::from(digit - b'0') * place;
    }
    epoch_nanoseconds(nanoseconds)
}

/// `400000006b02aa8024d9ccbc`, as daemontools and runit write it: seconds in 16 hexadecimal digits, from 2^62 and ten
/// seconds on, then nanoseconds in eight.
fn tai64n(label: &str) -> Option<Stamp> {
    let is_label = label.len() == 24 && label.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (seconds, nanoseconds) = label.split_at_checked(16).filter(|_| is_label)?;
    let seconds = i128::from(u64::from_str_radix(seconds, 16).ok()?) - (1 << 62) - 10;
    let nanoseconds = u32::from_str_radix(nanoseconds, 16).ok().filter(|part| *part < 1_000_000_000)?;
    epoch_nanoseconds(seconds * 1_000_000_000 + i128::from(nanoseconds))
}

/// Length of an epoch at the start of a line: ten digits with a fraction, or thirteen.
fn epoch_prefix(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let length = match (whole, text.get(whole..)?.strip_prefix('.').map(digits)) {
        (10, Some(fraction)) if fraction >= 3 => whole + 1 + fraction,
        (13, None) => whole,
        _ => return None,
    };
    epoch_text(text.get(..length)?).map(|_| length)
}

fn clock_time(clock: &Clock) -> Option<civil::Time> {
    civil::Time::new(clock.hour, clock.minute, clock.second.min(59), clock.nanosecond).ok()
}

/// Places the parts on the time line.
fn stamp(parts: &Parts, year: Option<i16>, settings: &Settings) -> Option<Stamp> {
    let mut date = civil::Date::new(parts.year.or(year)?, parts.month, parts.day).ok()?;
    let mut clock = parts.clock;
    if clock.hour == 24 {
        date = date.tomorrow().ok()?;
        clock.hour = 0;
    }
    let local = date.to_datetime(clock_time(&clock)?);
    let (at, origin) = match &parts.zone {
        Some(Zone::Offset(seconds)) => {
            (Offset::from_seconds(*seconds).ok()?.to_timestamp(local).ok()?, StampOrigin::Own)
        }
        Some(Zone::Named(zone)) => (zone.to_timestamp(local).ok()?, StampOrigin::Own),
        None => {
            let ambiguous = settings.zone.to_ambiguous_timestamp(local);
            let at = match ambiguous.offset() {
                AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok()?,
                AmbiguousOffset::Gap { .. } | AmbiguousOffset::Fold { .. } => ambiguous.compatible().ok()?,
            };
            (at, StampOrigin::OwnAssumedZone)
        }
    };
    checked(at, origin)
}

fn checked(at: Timestamp, origin: StampOrigin) -> Option<Stamp> {
    WINDOW.contains(&at.as_second()).then_some(Stamp { at, origin })
}

#[cfg(test)]
mod tests;
