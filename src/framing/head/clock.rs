//! How long a time at the start of a text is; it is only measured here, never parsed.

/// Names of zones behind a time; those whose offset `decode::time` knows.
pub(crate) const ZONES: [&[u8]; 25] = [
    b"AEDT", b"AEST", b"CDT", b"CEST", b"CET", b"CST", b"EDT", b"EEST", b"EET", b"EST", b"GMT", b"HKT",
    b"JST", b"KST", b"MDT", b"MSK", b"MST", b"NZDT", b"NZST", b"PDT", b"PST", b"SGT", b"UTC", b"WEST",
    b"WET",
];
/// First second of 2015 and of 2100: what lies outside is a port or an id.
const WINDOW: std::ops::Range<u64> = 1_420_070_400..4_102_444_800;

/// Length of the time that stands at the start of the text: a date with a time of day, or a time of
/// day with seconds. Any of the usual separators, fractions and offsets.
pub(crate) fn time_length(text: &str) -> Option<usize> {
    length(text.as_bytes()).map(|(length, _)| length)
}

/// Length of the time at the start of the text that shows its date.
pub(super) fn dated_length(text: &str) -> Option<usize> {
    length(text.as_bytes()).and_then(|(length, has_date)| has_date.then_some(length))
}

/// Length of an epoch in seconds or milliseconds at the start of the text: ten digits, also with a fraction, or
/// thirteen, as a word of its own.
pub(super) fn epoch_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let whole = count_digits(bytes);
    matches!(whole, 10 | 13).then_some(())?;
    let number: u64 = text.get(..whole)?.parse().ok()?;
    let seconds = if whole == 13 { number / 1000 } else { number };
    let fraction = match bytes.get(whole) {
        Some(b'.') => 1 + Some(count_digits(bytes.get(whole + 1..)?)).filter(|digits| *digits > 0)?,
        _ => 0,
    };
    let length = whole + fraction;
    let is_word = matches!(bytes.get(length), Some(b' ' | b'\t' | b']' | b'|' | b',' | b';'));
    (is_word && WINDOW.contains(&seconds)).then_some(length)
}

/// Length of a time, and whether it has a date.
fn length(bytes: &[u8]) -> Option<(usize, bool)> {
    let date = date(bytes)?;
    let at = date.length + separator_length(bytes.get(date.length..)?, &date)?;
    let rest = bytes.get(at..)?;
    let clock = clock_length(rest).or_else(|| match date.style {
        Style::YearFirst => dashed_clock_length(rest),
        Style::Compact => (count_digits(rest) == 6).then_some(6),
        Style::Named | Style::Other => None,
    });
    let at = at + clock?;
    Some((at + offset_length(bytes.get(at..).unwrap_or_default(), date.style), date.length > 0))
}

/// A date at the start of a text.
struct Date {
    length: usize,
    style: Style,
}

/// How a date is written; the time of day may be written in the same way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `2026-11-21`
    YearFirst,
    /// `20261121`
    Compact,
    /// `Sat Nov 21`
    Named,
    /// Any other, and none.
    Other,
}

/// What stands between a date and its time of day.
fn separator_length(bytes: &[u8], date: &Date) -> Option<usize> {
    if date.length == 0 {
        return Some(0);
    }
    let mark = match bytes.first()? {
        b'T' | b't' | b' ' | b':' | b'_' => 1,
        b'-' if matches!(date.style, Style::YearFirst | Style::Compact) => 1,
        b',' if bytes.get(1) == Some(&b' ') => 1,
        _ => return None,
    };
    let mut at = mark;
    for word in [&b"at "[..], b"@ "] {
        at += if bytes.get(at..)?.starts_with(word) { word.len() } else { 0 };
    }
    Some(at + count(bytes.get(at..)?, b' '))
}

/// `2026-11-21`, `2026/11/21`, `21/Nov/2026`, `11/21/26`, `21.11.2026`, `11-21`, `21 Nov 2026`, `Nov 21, 2026`,
/// `Sat Nov 21`, `20261121`, `261121`; nothing when a clock follows at once.
fn date(bytes: &[u8]) -> Option<Date> {
    let digits = count_digits(bytes);
    let (length, style) = match (digits, bytes.get(digits)?) {
        (4, b'-' | b'/' | b'.') => (year_first(bytes)?, Style::YearFirst),
        (8, b'T' | b' ' | b'_' | b'-') if bytes.starts_with(b"20") && is_day(bytes.get(4..8)?) => {
            (8, Style::Compact)
        }
        // Tornado: the year without its century.
        (6, b' ') if is_day(bytes.get(2..6)?) && clock_length(bytes.get(7..)?) == Some(8) => {
            (6, Style::Other)
        }
        (1 | 2, b':') => (0, Style::Other),
        (1 | 2, b'/' | b'-' | b'.' | b' ') => (day_or_month_first(bytes)?, Style::Other),
        (0, _) => (name_first(bytes)?, Style::Named),
        _ => return None,
    };
    Some(Date { length, style })
}

fn year_first(bytes: &[u8]) -> Option<usize> {
    let separator = bytes.get(4)?;
    let month = count_digits(bytes.get(5..)?);
    let day_at = 5 + month + 1;
    (matches!(month, 1 | 2) && bytes.get(5 + month) == Some(separator)).then_some(())?;
    let day = count_digits(bytes.get(day_at..)?);
    matches!(day, 1 | 2).then_some(day_at + day)
}

/// Whether four digits are a month and a day.
fn is_day(digits: &[u8]) -> bool {
    let number = |pair: Option<&[u8]>| {
        pair.map_or(0, |pair| pair.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    (1..=12).contains(&number(digits.get(..2))) && (1..=31).contains(&number(digits.get(2..4)))
}

/// `21/Nov/2026`, `21 Nov 2026`, `21 Nov`, `11/21/26`, `21.11.2026`, `11-21`.
fn day_or_month_first(bytes: &[u8]) -> Option<usize> {
    let first = count_digits(bytes);
    let separator = *bytes.get(first)?;
    let rest = bytes.get(first + 1..)?;
    let named = month_length(rest);
    if separator == b' ' && named.is_none() {
        return None;
    }
    let second = named.unwrap_or_else(|| count_digits(rest));
    (named.is_some() || matches!(second, 1 | 2)).then_some(())?;
    let second_end = first + 1 + second;
    if bytes.get(second_end) != Some(&separator) {
        // A day of any year: `11-21 04:38:46` has two digits each.
        let is_day = first == 2 && second == 2 && matches!(separator, b'-' | b'/');
        return (is_day && bytes.get(second_end) == Some(&b' ')).then_some(second_end);
    }
    match count_digits(bytes.get(second_end + 1..)?) {
        // `21 Nov 04:38:46`: the hour stands where the year would.
        1 | 2 if separator == b' ' => Some(second_end),
        2 | 4 => Some(second_end + 1 + count_digits(bytes.get(second_end + 1..)?)),
        _ => None,
    }
}

/// `Nov 21`, `Nov 21 2026`, `Nov 21, 2026`, `Sat Nov 21`, `Sat, 21 Nov 2026`, `Saturday, 21 November 2026`.
fn name_first(bytes: &[u8]) -> Option<usize> {
    let mut at = weekday_length(bytes).unwrap_or_default();
    if at > 0 {
        let gap = bytes.get(at..)?.iter().take_while(|byte| matches!(byte, b',' | b' ')).count();
        (gap > 0).then_some(())?;
        at += gap;
        if bytes.get(at)?.is_ascii_digit() {
            return day_or_month_first(bytes.get(at..)?).map(|length| at + length);
        }
    }
    at += month_length(bytes.get(at..)?)?;
    at += Some(count(bytes.get(at..)?, b' ')).filter(|blanks| *blanks > 0)?;
    at += Some(count_digits(bytes.get(at..)?)).filter(|day| matches!(day, 1 | 2))?;
    for mark in [&b", "[..], b" "] {
        let year = bytes.get(at..)?.strip_prefix(mark).unwrap_or_default();
        if count_digits(year) == 4 {
            return Some(at + mark.len() + 4);
        }
    }
    Some(at)
}

fn weekday_length(bytes: &[u8]) -> Option<usize> {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    name_length(bytes, &DAYS)
}

fn month_length(bytes: &[u8]) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    name_length(bytes, &MONTHS)
}

/// Length of one of the names in full or cut to three letters or more.
fn name_length(bytes: &[u8], names: &[&str]) -> Option<usize> {
    let word = bytes.iter().take(10).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = bytes.get(..word).filter(|word| word.len() >= 3)?;
    names.iter().any(|name| name.as_bytes().starts_with(word)).then_some(word.len())
}

pub(super) fn is_month(bytes: &[u8]) -> bool {
    month_length(bytes).is_some()
}

/// `04:38:46`, with fraction and `AM`/`PM`.
pub(super) fn clock_length(bytes: &[u8]) -> Option<usize> {
    let hour = count_digits(bytes);
    matches!(hour, 1 | 2).then_some(())?;
    let minute_at = hour + 1;
    (bytes.get(hour) == Some(&b':') && count_digits(bytes.get(minute_at..)?) == 2).then_some(())?;
    let second_at = minute_at + 3;
    (bytes.get(minute_at + 2) == Some(&b':') && count_digits(bytes.get(second_at..)?) == 2).then_some(())?;
    let mut at = second_at + 2;
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        let fraction = count_digits(bytes.get(at + 1..)?);
        if fraction > 0 {
            at += 1 + fraction;
        }
    }
    for separator in [&b" "[..], "\u{202f}".as_bytes()] {
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix(separator)
            && (after.starts_with(b"AM") || after.starts_with(b"PM"))
        {
            at += separator.len() + 2;
            break;
        }
    }
    Some(at)
}

/// `04-38-46` behind a date, and nothing that goes on with it.
fn dashed_clock_length(bytes: &[u8]) -> Option<usize> {
    let is_clock = (0..8).all(|at| {
        bytes.get(at).is_some_and(|byte| if at % 3 == 2 { *byte == b'-' } else { byte.is_ascii_digit() })
    });
    (is_clock && !bytes.get(8).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-')).then_some(8)
}

/// `Z`, ` UTC`, `+0000`, ` +00:00`, ` GMT+0000 (Coordinated Universal Time)`, and the year behind an asctime.
fn offset_length(bytes: &[u8], style: Style) -> usize {
    let zone = zone_length(bytes);
    let year = if style == Style::Named { year_behind(bytes.get(zone..).unwrap_or_default()) } else { 0 };
    zone + year
}

fn zone_length(bytes: &[u8]) -> usize {
    let space = usize::from(bytes.first() == Some(&b' '));
    let rest = bytes.get(space..).unwrap_or_default();
    match rest.first() {
        Some(b'Z' | b'z') if space == 0 && !rest.get(1).is_some_and(u8::is_ascii_alphanumeric) => 1,
        Some(b'+' | b'-') => numeric_offset(bytes),
        Some(b'A'..=b'Z') => {
            let word = rest.iter().take(6).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if !rest.get(..word).is_some_and(|word| ZONES.contains(&word)) {
                return 0;
            }
            let end = space + word;
            let behind = bytes.get(end..).unwrap_or_default();
            let offset = if behind.starts_with(b" ") { 0 } else { numeric_offset(behind) };
            end + offset + comment_length(behind.get(offset..).unwrap_or_default())
        }
        _ => 0,
    }
}

/// `+0000`, ` +00:00`, `+00`.
fn numeric_offset(bytes: &[u8]) -> usize {
    let space = usize::from(bytes.first() == Some(&b' '));
    let rest = bytes.get(space..).unwrap_or_default();
    if !matches!(rest.first(), Some(b'+' | b'-')) {
        return 0;
    }
    match count_digits(rest.get(1..).unwrap_or_default()) {
        4 => space + 5,
        2 if rest.get(3) == Some(&b':') && count_digits(rest.get(4..).unwrap_or_default()) == 2 => space + 6,
        2 if space == 0 => 3,
        _ => 0,
    }
}

/// ` (Coordinated Universal Time)`
fn comment_length(bytes: &[u8]) -> usize {
    let Some(words) = bytes.strip_prefix(b" (") else { return 0 };
    let length = words.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ').count();
    if length > 0 && words.get(length) == Some(&b')') { length + 3 } else { 0 }
}

/// ` 2026` behind the time of day.
fn year_behind(bytes: &[u8]) -> usize {
    let is_year = bytes.starts_with(b" 20")
        && count_digits(bytes.get(1..).unwrap_or_default()) == 4
        && !bytes
            .get(5)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.'));
    if is_year { 5 } else { 0 }
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.iter().take_while(|byte| **byte == wanted).count()
}

pub(super) fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
