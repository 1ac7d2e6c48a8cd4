//! The shapes of times: which texts are times, and what stands in them.
//!
//! Each shape is one function that reads at the start of a text; [`scan`] picks those that can begin with
//! the first byte. Nothing is interpreted here beyond names of months and zones. The grammar is written by
//! hand because [`scan`] runs on the head of every line that is looked at.

use super::cursor::{Cursor, WEEKDAYS};
use super::zones::{Zone, zone};

/// What a time shows.
#[derive(Debug)]
pub(super) struct Parts {
    /// `None` for syslog and klog.
    pub year: Option<i16>,
    pub month: i8,
    pub day: i8,
    pub clock: Clock,
    pub zone: Option<Zone>,
}

/// A time of day; hour 24 only as `24:00:00`, second 60 is the leap second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    pub hour: i8,
    pub minute: i8,
    pub second: i8,
    pub nanosecond: i32,
}

type Shape = fn(&mut Cursor<'_>) -> Option<Parts>;

/// Shapes that begin with a digit, the frequent ones first.
const DIGIT_SHAPES: &[Shape] = &[iso, day_first, dotted, month_numbered, klog, compact, short];
/// Shapes that begin with a letter.
const LETTER_SHAPES: &[Shape] = &[month_first, weekday_first, klog];

/// Whether a time can begin with this letter: month, weekday, or a klog severity.
pub(super) fn may_start(first: u8) -> bool {
    matches!(
        first.to_ascii_uppercase(),
        b'A' | b'D' | b'E' | b'F' | b'I' | b'J' | b'M' | b'N' | b'O' | b'S' | b'T' | b'W'
    )
}

/// The time at the start of `text` and its length in bytes, which is a character boundary.
pub(super) fn scan(text: &str) -> Option<(Parts, usize)> {
    let first = *text.as_bytes().first()?;
    let shapes = if first.is_ascii_digit() { DIGIT_SHAPES } else { LETTER_SHAPES };
    shapes.iter().find_map(|shape| {
        let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
        let parts = shape(&mut cursor)?;
        Some((parts, cursor.at))
    })
}

/// The time of day at the start of `text` and its length: `11:42:07.123`, or `4:38AM`.
pub(super) fn scan_clock(text: &str) -> Option<(Clock, usize)> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let (clock, form) = clock(&mut cursor)?;
    (form != ClockForm::Minutes).then_some((clock, cursor.at))
}

/// year ("-" month "-" day | "/" month "/" day | "." month "." day) ("T" | "_" | "-" | ":" | blanks ("at" blank)?) (clock | dashed) zone?
/// `2026-11-21T04:38:46.189Z`, `2026/11/21 04:45:45`, `2026-11-21-04-38-46`; `Nov 21, 2026 @ …` is elsewhere
fn iso(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let year = cursor.number(4, 4)?;
    let separator = cursor.any(b"-/.")?;
    let month = cursor.number(1, 2)?;
    cursor.eat(separator)?;
    let day = cursor.number(1, 2)?;
    if cursor.any(b"Tt_-:").is_none() {
        cursor.try_eat(b',');
        cursor.blanks()?;
        cursor.attempt(at_word);
    }
    // `2026-11-21-04:00` is a day with an offset.
    let is_dashed = cursor.bytes.get(cursor.at - 1) == Some(&b'-');
    let clock = match cursor.attempt(clock) {
        Some((_, ClockForm::Minutes)) if is_dashed => return None,
        Some((clock, _)) => clock,
        None => dashed(cursor)?,
    };
    Parts::new(Some(year), month, day, clock, zone(cursor))
}

/// "@" blank | "at" blank
fn at_word(cursor: &mut Cursor<'_>) -> Option<()> {
    if !cursor.try_eat(b'@') {
        cursor.eat(b'a')?;
        cursor.eat(b't')?;
    }
    cursor.blanks()
}

/// hour "-" minute "-" second, two digits each
fn dashed(cursor: &mut Cursor<'_>) -> Option<Clock> {
    let hour = cursor.number(2, 2)?;
    cursor.eat(b'-')?;
    let minute = cursor.number(2, 2)?;
    cursor.eat(b'-')?;
    let second = cursor.number(2, 2)?;
    Clock::new(hour, minute, second, 0)
}

/// day sep month-name (sep year)? (":" | ","? blanks) clock zone?
/// `21/Nov/2026:04:43:38 +0000`, `21-Nov-2026 04:38:46.189`, `21 Nov 2026 04:38:46`, `21 Nov 04:38:46`
fn day_first(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let day = cursor.number(1, 2)?;
    let separator = cursor.any(b"/-. ")?;
    let month = cursor.month()?;
    let year = cursor.attempt(|cursor| {
        cursor.eat(separator)?;
        // Behind a blank two digits are the hour.
        let year = if separator == b' ' { cursor.number(4, 4)? } else { cursor.year()? };
        if !cursor.try_eat(b':') {
            cursor.try_eat(b',');
            cursor.blanks()?;
        }
        Some(year)
    });
    if year.is_none() {
        cursor.blanks()?;
    }
    let (clock, form) = clock(cursor)?;
    if year.is_none() && form == ClockForm::Minutes {
        return None;
    }
    Parts::new(year, month, day, clock, zone(cursor))
}

/// day "." month "." year ","? blanks clock zone?
/// `21.11.2026 04:38:46`, `21.11.2026, 04:38:46`
fn dotted(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let day = cursor.number(1, 2)?;
    cursor.eat(b'.')?;
    let month = cursor.number(1, 2)?;
    cursor.eat(b'.')?;
    let year = cursor.year()?;
    cursor.try_eat(b',');
    cursor.blanks()?;
    let (clock, _) = clock(cursor)?;
    Parts::new(Some(year), month, day, clock, zone(cursor))
}

/// month sep day (sep year)? ","? blanks clock zone?, where sep is "/" or "-"
/// `11/21/26 04:38:46`, `11-21-2026 04:38:46`, `11/21/2026, 4:38:46 AM`, `11-21 04:38:46`; the other way round
/// where only that is a date
fn month_numbered(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let first = cursor.number(1, 2)?;
    let separator = cursor.any(b"/-")?;
    let second = cursor.number(1, 2)?;
    let year = cursor.attempt(|cursor| {
        cursor.eat(separator)?;
        cursor.year()
    });
    cursor.try_eat(b',');
    cursor.blanks()?;
    let (clock, form) = clock(cursor)?;
    if year.is_none() && form != ClockForm::Seconds {
        return None;
    }
    let (month, day) = if first > 12 { (second, first) } else { (first, second) };
    Parts::new(year, month, day, clock, zone(cursor))
}

/// severity-letter? month day blanks clock, all two digits
/// `E1121 04:38:46.195862`
fn klog(cursor: &mut Cursor<'_>) -> Option<Parts> {
    cursor.any(b"IWEF");
    let month_and_day = cursor.number(4, 4)?;
    cursor.blanks()?;
    let (clock, form) = clock(cursor)?;
    if form != ClockForm::Seconds {
        return None;
    }
    Parts::new(None, month_and_day / 100, month_and_day % 100, clock, None)
}

/// year month day (("T" | "_" | "-") hour minute second fraction? | ("_" | blanks) clock) zone?
/// `20261121T044545Z`, `20261121_044545`, `20261121 04:45:45.678`
fn compact(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let date = cursor.number(8, 8)?;
    if cursor.any(b"Tt_-").is_none() {
        cursor.blanks()?;
    }
    let clock = match cursor.attempt(clock) {
        Some((clock, _)) => clock,
        None => {
            let time = cursor.number(6, 6)?;
            let nanosecond = fraction(cursor);
            Clock::new(time / 10_000, time / 100 % 100, time % 100, nanosecond)?
        }
    };
    Parts::new(Some(date / 10_000), date / 100 % 100, date % 100, clock, zone(cursor))
}

/// year-of-century month day blanks clock, all two digits
/// `261121 04:38:46` of Tornado
fn short(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let date = cursor.number(6, 6)?;
    cursor.blanks()?;
    let (clock, form) = clock(cursor)?;
    if form != ClockForm::Seconds {
        return None;
    }
    Parts::new(Some(2000 + date / 10_000), date / 100 % 100, date % 100, clock, None)
}

/// month-name day (","? year)? (","? ("@" | "at")?) clock zone? year?
/// `Nov 21, 2026 4:41:39 AM`, `Nov 21, 2026 @ 04:38:46.189`, `Nov  1 04:41:39`, `Nov 21 04:45:45 2026`
fn month_first(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let month = cursor.month()?;
    cursor.blanks()?;
    let day = cursor.number(1, 2)?;
    cursor.try_eat(b',');
    cursor.blanks()?;
    let year = cursor.attempt(|cursor| {
        let year = cursor.number(4, 4)?;
        cursor.try_eat(b',');
        cursor.blanks()?;
        Some(year)
    });
    cursor.attempt(at_word);
    let (clock, form) = clock(cursor)?;
    if year.is_none() && form == ClockForm::Minutes {
        return None;
    }
    let zone = zone(cursor);
    let year = year.or_else(|| cursor.attempt(trailing_year));
    Parts::new(year, month, day, clock, zone)
}

/// blanks year, and not the start of something else
fn trailing_year(cursor: &mut Cursor<'_>) -> Option<u32> {
    cursor.blanks()?;
    let year = cursor.number(4, 4)?;
    let is_whole =
        cursor.peek().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b']' | b',' | b';' | b'|' | b'"'));
    (is_whole && (2015..2100).contains(&year)).then_some(year)
}

/// weekday ","? blanks (month-first | day-first)
/// `Sat Nov 21 04:45:45.123456 2026`, `Sat, 21 Nov 2026 04:38:46 GMT`, `Saturday, 21-Nov-26 04:38:46 GMT`
fn weekday_first(cursor: &mut Cursor<'_>) -> Option<Parts> {
    cursor.name(&WEEKDAYS)?;
    cursor.try_eat(b',');
    cursor.blanks()?;
    if cursor.peek()?.is_ascii_digit() { day_first(cursor) } else { month_first(cursor) }
}

/// How much of a time of day was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockForm {
    Minutes,
    MinutesOfHalfDay,
    Seconds,
}

/// hour ":" minute (":" second fraction?)? (blank? ("AM" | "PM"))?
fn clock(cursor: &mut Cursor<'_>) -> Option<(Clock, ClockForm)> {
    let hour = cursor.number(1, 2)?;
    cursor.eat(b':')?;
    let minute = cursor.number(2, 2)?;
    let second = cursor.attempt(|cursor| {
        cursor.eat(b':')?;
        cursor.number(2, 2)
    });
    let nanosecond = if second.is_some() { fraction(cursor) } else { 0 };
    let half = cursor.attempt(half_day);
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    let form = match (second, half) {
        (Some(_), _) => ClockForm::Seconds,
        (None, Some(_)) => ClockForm::MinutesOfHalfDay,
        (None, None) => ClockForm::Minutes,
    };
    Some((Clock::new(hour, minute, second.unwrap_or(0), nanosecond)?, form))
}

/// ("." | ",") digit+, or ":" and three digits; digits after the ninth say nothing to us
fn fraction(cursor: &mut Cursor<'_>) -> i32 {
    let read = cursor.attempt(|cursor| {
        let separator = cursor.any(b".,:")?;
        let (mut nanosecond, mut place, mut count) = (0, 100_000_000, 0);
        while let Some(digit) = cursor.peek().filter(u8::is_ascii_digit) {
            nanosecond += i32::from(digit - b'0') * place;
            (place, count, cursor.at) = (place / 10, count + 1, cursor.at + 1);
        }
        (if separator == b':' { count == 3 } else { count > 0 }).then_some(nanosecond)
    });
    read.unwrap_or(0)
}

/// blank? ("AM" | "PM" | "a.m." | "p.m."): hours to add. The blank may be U+202F (Java 20 and later).
fn half_day(cursor: &mut Cursor<'_>) -> Option<u32> {
    cursor.blanks();
    let hours = if cursor.any(b"Aa").is_some() { 0 } else { cursor.any(b"Pp").map(|_| 12)? };
    let has_points = cursor.try_eat(b'.');
    cursor.any(b"Mm")?;
    if has_points {
        cursor.eat(b'.')?;
    }
    cursor.is_word_end().then_some(hours)
}

impl Parts {
    /// Checks what every calendar has in common; days of a month are checked with the year.
    fn new(year: Option<u32>, month: u32, day: u32, clock: Clock, zone: Option<Zone>) -> Option<Self> {
        let year = year.map(i16::try_from).transpose().ok()?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        Some(Self { year, month: i8::try_from(month).ok()?, day: i8::try_from(day).ok()?, clock, zone })
    }
}

impl Clock {
    fn new(hour: u32, minute: u32, second: u32, nanosecond: i32) -> Option<Self> {
        let is_end_of_day = hour == 24 && minute == 0 && second == 0 && nanosecond == 0;
        if (hour > 23 && !is_end_of_day) || minute > 59 || second > 60 {
            return None;
        }
        let small = |number: u32| i8::try_from(number).ok();
        Some(Self { hour: small(hour)?, minute: small(minute)?, second: small(second)?, nanosecond })
    }
}
