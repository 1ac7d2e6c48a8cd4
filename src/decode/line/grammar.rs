//! Pieces that several line wrappers share: times at the start of a line, words, syslog parts.

use std::borrow::Cow;

use crate::decode::level::level_of;

/// A time in ISO form at the start of a text.
pub(super) struct Iso<'a> {
    /// The time as written.
    pub(super) time: &'a str,
    /// What follows it, with the separator.
    pub(super) rest: &'a str,
    /// Digits of the fraction.
    pub(super) digits: usize,
    /// `Z` or an offset is there.
    pub(super) has_zone: bool,
    /// `T` and not a space divides date and time.
    pub(super) has_t: bool,
}

/// `2026-11-21T04:38:46.195862123Z`, with a space for `T`, a comma for the point, or no zone.
pub(super) fn iso(text: &str) -> Option<Iso<'_>> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:dd";
    if bytes.len() < shape.len() || !bytes.iter().zip(shape).all(|(byte, kind)| is_kind(*byte, *kind)) {
        return None;
    }
    let mut end = shape.len();
    let mut digits = 0;
    if matches!(bytes.get(end), Some(b'.' | b',')) {
        digits = digits_at(bytes, end + 1);
        end += if digits > 0 { digits + 1 } else { 0 };
    }
    let zone = zone_at(bytes, end);
    end += zone;
    let (time, rest) = text.split_at_checked(end)?;
    Some(Iso { time, rest, digits, has_zone: zone > 0, has_t: bytes.get(10) == Some(&b'T') })
}

fn is_kind(byte: u8, kind: u8) -> bool {
    match kind {
        b'd' => byte.is_ascii_digit(),
        b'T' => byte == b'T' || byte == b' ',
        _ => byte == kind,
    }
}

fn digits_at(bytes: &[u8], start: usize) -> usize {
    bytes.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count()
}

/// Length of `Z`, `+01:00`, `+0100` or `+01`.
fn zone_at(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        Some(b'Z') => 1,
        Some(b'+' | b'-') => match digits_at(bytes, start + 1) {
            4 => 5,
            2 if bytes.get(start + 3) == Some(&b':') && digits_at(bytes, start + 4) == 2 => 6,
            2 => 3,
            _ => 0,
        },
        _ => 0,
    }
}

/// `Nov  1 04:41:39`, `Nov 21 04:41:39.123456`, with a year after the day or the time. Gives the time
/// as written and what follows.
pub(super) fn month_time(text: &str) -> Option<(&str, &str)> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (month, rest) = text.split_at_checked(3)?;
    if !MONTHS.contains(&month) {
        return None;
    }
    let rest = rest.strip_prefix(' ')?.trim_start_matches(' ');
    let rest = after_digits(rest, 1..=2)?.strip_prefix(' ')?;
    let rest = match after_digits(rest, 4..=4) {
        Some(after_year) => after_year.strip_prefix(' ')?,
        None => rest,
    };
    let rest = after_digits(rest, 2..=2)?.strip_prefix(':')?;
    let rest = after_digits(rest, 2..=2)?.strip_prefix(':')?;
    let rest = after_digits(rest, 2..=2)?;
    let rest = rest.strip_prefix('.').and_then(|fraction| after_digits(fraction, 1..=9)).unwrap_or(rest);
    let time = text.get(..text.len() - rest.len())?;
    Some((time, rest))
}

fn after_digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<&str> {
    let digits = digits_at(text.as_bytes(), 0);
    if count.contains(&digits) { text.get(digits..) } else { None }
}

/// `host app[pid]: message`, with which syslog files and journald go on after the time.
pub(super) struct Tagged<'a> {
    pub(super) host: &'a str,
    pub(super) app: &'a str,
    pub(super) process: Option<&'a str>,
    pub(super) message: &'a str,
}

/// The parts of `host app[pid]: message`.
pub(super) fn tagged(text: &str) -> Option<Tagged<'_>> {
    let (host, rest) = text.split_once(' ')?;
    let (tag, message) = rest.split_once(':')?;
    let (app, process) = match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
        Some((app, process)) => (app, Some(process)),
        None => (tag, None),
    };
    let is_name = |name: &str, more: &[u8]| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    let is_tagged = is_name(host, b"-_.:")
        && is_name(app, b"-_./@()\\")
        && process.is_none_or(|process| is_name(process, b"-_.@"))
        && (message.is_empty() || message.starts_with(' '))
        && level_of(host).is_none()
        && level_of(app).is_none();
    is_tagged.then(|| Tagged { host, app, process, message: message.strip_prefix(' ').unwrap_or(message) })
}

/// `#012`, `#011`, `#033`: control characters as rsyslog writes them.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("#0") {
        return Cow::Borrowed(text);
    }
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        unescaped.push_str(before);
        let control = after
            .get(..3)
            .filter(|digits| digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()));
        let control =
            control.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(|code| *code < 0x20);
        match control {
            Some(code) => {
                unescaped.push(char::from(code));
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                unescaped.push('#');
                rest = after;
            }
        }
    }
    unescaped.push_str(rest);
    Cow::Owned(unescaped)
}

/// Whether a text starts with what only the head of a record is: a time, JSON, `LEVEL:`, logfmt.
pub(super) fn starts_record(text: &str) -> bool {
    let bytes = text.as_bytes();
    let bare = text.trim_start_matches('[');
    iso(bare).is_some()
        || month_time(bare).is_some()
        || text.starts_with("{\"")
        || starts_with_date(bare.as_bytes())
        || ["time=", "level=", "lvl=", "ts=", "[pod/"].iter().any(|start| text.starts_with(start))
        || is_klog(bytes)
        || text.split_once(':').is_some_and(|(word, _)| is_level_word(word))
}

/// A level in front of a colon; `Error: …` is an exception, whose logger wrote the time before it.
fn is_level_word(word: &str) -> bool {
    !word.contains(' ') && level_of(word).is_some() && !matches!(word, "Error" | "Exception")
}

fn starts_with_date(bytes: &[u8]) -> bool {
    let shape = b"dddd/dd/dd";
    bytes.len() >= shape.len() && bytes.iter().zip(shape).all(|(byte, kind)| is_kind(*byte, *kind))
}

/// `E1121 04:38:46`.
fn is_klog(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
        && digits_at(bytes, 1) == 4
        && bytes.get(5) == Some(&b' ')
        && digits_at(bytes, 6) == 2
}

/// More blanks than this stand behind no logger's own time, but in a column that shows no time of its own.
const MAX_BLANKS: usize = 8;

/// Whether a text goes on as a logger's line does after its own time: a level, with or without brackets.
pub(super) fn continues_head(text: &str) -> bool {
    let blanks = text.len() - text.trim_start_matches(' ').len();
    if blanks > MAX_BLANKS {
        return false;
    }
    let text = text.trim_start_matches([' ', '-', '|']);
    let end = text.find([' ', '\t', '|']).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    !word.ends_with(':') && level_of(word.trim_matches(['[', ']'])).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_at_the_start() {
        let time = iso("2026-11-21T04:38:46.195862123+01:00 x").expect("time");
        assert_eq!((time.rest, time.digits, time.has_zone), (" x", 9, true));
        let time = iso("2026-11-21 04:38:46,189 x").expect("time");
        assert_eq!((time.rest, time.digits, time.has_zone), (" x", 3, false));
        assert!(iso("2026-11-21").is_none());
        assert_eq!(month_time("Nov  1 04:41:39 host"), Some(("Nov  1 04:41:39", " host")));
        assert_eq!(month_time("Nov 21 2026 04:41:39.12 h"), Some(("Nov 21 2026 04:41:39.12", " h")));
        assert_eq!(month_time("Now 21 04:41:39 host"), None);
    }

    #[test]
    fn a_column_without_a_time_is_no_head_of_its_own() {
        assert!(
            continues_head(" INFO rs: msg") && continues_head("[ERROR] x") && continues_head(" - WARN x")
        );
        assert!(!continues_head("           ERROR    failed") && !continues_head("Error: x"));
    }

    #[test]
    fn rsyslog_escapes() {
        assert_eq!(unescaped("a#012b#011c #1 #099 #"), "a\nb\tc #1 #099 #");
    }
}
