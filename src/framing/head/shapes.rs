//! Heads of one writer each: of a language's logger, of a logging library, of a console.

use super::clock::{clock_length, count_digits, dated_length, epoch_length, is_month, time_length};
use super::dated::{dated, fields_behind, more_fields};
use super::level;
use crate::model::{Head, Level};

/// `Nov 21, 2026 4:41:39 AM com.acme.App run`: a time, the class and the method; the message stands on the next line.
pub(super) fn java_util(line: &str) -> Option<Head> {
    is_month(line.as_bytes()).then_some(())?;
    let time = time_length(line)?;
    let is_whole = line.get(..time)?.ends_with('M') && line.get(time..)?.split_whitespace().count() == 2;
    is_whole.then(|| Head { time: Some(0..time), message: time, ..Head::default() })
}

pub(super) fn go_log(line: &str) -> Option<Head> {
    (count_digits(line.as_bytes()) == 4 && line.as_bytes().get(4) == Some(&b'/'))
        .then(|| dated(line))
        .flatten()
}

/// `E1121 04:38:46.195862   12345 f.go:12] msg`, and with the year in front: `E20261121 04:38:46.195862 …`.
pub(super) fn klog(line: &str) -> Option<Head> {
    let (first, rest) = line.split_at_checked(1)?;
    let found = level(first)?;
    let date = count_digits(rest.as_bytes());
    (matches!(date, 4 | 8) && rest.as_bytes().get(date) == Some(&b' ')).then_some(())?;
    let end = date + 2 + clock_length(rest.as_bytes().get(date + 1..)?)?;
    let message = line.find("] ").map_or(end, |at| at + 2);
    Some(Head { time: Some(1..end), level: Some(found), logger: None, service: None, message })
}

pub(super) fn ruby(line: &str) -> Option<Head> {
    let (first, rest) = line.split_at_checked(1)?;
    let found = level(first)?;
    let inner = rest.strip_prefix(", [")?;
    let time = time_length(inner)?;
    let message = line.find(" : ").map(|at| at + 3).or_else(|| line.find("] ").map(|at| at + 2))?;
    let message = line
        .find(" -- ")
        .and_then(|at| line.get(at..)?.find(": ").map(|colon| at + colon + 2))
        .unwrap_or(message);
    Some(Head { time: Some(4..4 + time), level: Some(found), logger: None, service: None, message })
}

pub(super) fn python_basic(line: &str) -> Option<Head> {
    let (word, rest) = line.split_once(':')?;
    (word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(())?;
    let found = level(word)?;
    let (logger, _) = rest.split_once(':')?;
    (!logger.is_empty() && logger.len() < 100 && !logger.contains([' ', '"'])).then_some(())?;
    let at = word.len() + 1;
    let message = at + logger.len() + 1;
    let time = line.get(message..).and_then(dated_length).map(|length| message..message + length);
    let message = time.as_ref().map_or(message, |time| time.end);
    let head = Head { time, level: Some(found), logger: Some(at..at + logger.len()), service: None, message };
    Some(if head.time.is_some() { more_fields(line, head) } else { head })
}

pub(super) fn uvicorn(line: &str) -> Option<Head> {
    let (word, rest) = line.split_once(':')?;
    (word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase()) && rest.starts_with(' '))
        .then_some(())?;
    let found = level(word)?;
    let spaces = rest.len() - rest.trim_start().len();
    Some(Head {
        time: None,
        level: Some(found),
        logger: None,
        service: None,
        message: word.len() + 1 + spaces,
    })
}

pub(super) fn dotnet(line: &str) -> Option<Head> {
    let (word, rest) = line.split_once(": ")?;
    matches!(word, "trce" | "dbug" | "info" | "warn" | "fail" | "crit").then_some(())?;
    let name = rest.trim_end();
    let close = name.find('[')?;
    let at = word.len() + 2;
    Some(Head {
        time: None,
        level: level(word),
        logger: Some(at..at + close),
        service: None,
        message: at + name.find(']')? + 1,
    })
}

pub(super) fn rich(line: &str) -> Option<Head> {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    (9..=24).contains(&spaces).then_some(())?;
    let rest = line.get(spaces..)?;
    let word = rest.split(' ').next()?;
    (word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(())?;
    let padded = rest.get(word.len()..)?;
    let gap = padded.len() - padded.trim_start_matches(' ').len();
    (word.len() + gap >= 8 && word.len() + gap <= 10 && !padded.trim().is_empty()).then_some(())?;
    Some(Head {
        time: None,
        level: Some(level(word)?),
        logger: None,
        service: None,
        message: spaces + word.len() + gap,
    })
}

/// The badge that consola draws in front of a message.
pub(super) fn badge(line: &str) -> Option<Head> {
    let (word, message) = line.strip_prefix(' ')?.split_once("  ")?;
    (word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(())?;
    let is_message = !message.is_empty() && !message.starts_with(' ');
    is_message.then_some(Head {
        time: None,
        level: Some(level(word)?),
        logger: None,
        service: None,
        message: word.len() + 3,
    })
}

/// A level, with or without brackets, and then a time: `ERROR 2026-11-21 04:38:46,195 views 812 …` of Django.
pub(super) fn level_first(line: &str) -> Option<Head> {
    let inner = line.strip_prefix('[').unwrap_or(line);
    let word = inner.split(|letter: char| !letter.is_ascii_alphabetic()).next()?;
    let is_shouted = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let found = level(word).filter(|_| is_shouted || inner.len() < line.len())?;
    let rest = inner.get(word.len()..)?.trim_start_matches([']', ' ', ':', '-', '|', '[', '(']);
    let start = line.len() - rest.len();
    let end = start + time_length(rest).filter(|_| start > word.len())?;
    let message = behind_bracket(line, end);
    Some(more_fields(line, Head { time: Some(start..end), level: Some(found), message, ..Head::default() }))
}

/// Where a head goes on behind a time that ends here: behind the bracket in which it stands, when it stands in one.
pub(super) fn behind_bracket(line: &str, end: usize) -> usize {
    const LONGEST: usize = 60;
    let before = line.get(..end).unwrap_or_default();
    let opened = before.rfind(['[', '(']);
    if opened.is_none() || opened < before.rfind([']', ')']) {
        return end;
    }
    let close = line.get(end..).unwrap_or_default().find([']', ')']).filter(|close| *close <= LONGEST);
    close.map_or(end, |close| end + close + 1)
}

/// `1795266065.000 INFO app.llm started`, `[1795266065] started`: an epoch.
pub(super) fn epoch(line: &str) -> Option<Head> {
    let start = usize::from(line.starts_with('['));
    let end = start + epoch_length(line.get(start..)?)?;
    let head = fields_behind(line, end + usize::from(start == 1 && line.as_bytes().get(end) == Some(&b']')));
    Some(Head { time: Some(start..end), ..head })
}

pub(super) fn systemd(line: &str) -> Option<Head> {
    let rest = line.strip_prefix('<')?;
    let close = rest.find('>').filter(|close| matches!(close, 1..=3))?;
    let number: u8 = rest.get(..close)?.parse().ok()?;
    let mut head = dated(rest.get(close + 1..)?)?;
    let shift = close + 2;
    head.time = head.time.map(|range| range.start + shift..range.end + shift);
    head.logger = head.logger.map(|range| range.start + shift..range.end + shift);
    head.message += shift;
    head.level = head.level.or(Some(match number % 8 {
        0..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warn,
        5 | 6 => Level::Info,
        _ => Level::Debug,
    }));
    Some(head)
}

pub(super) fn logrus_tty(line: &str) -> Option<Head> {
    let (word, rest) = line.split_once('[')?;
    let found = match word {
        "TRAC" => Level::Trace,
        "DEBU" => Level::Debug,
        "INFO" => Level::Info,
        "WARN" => Level::Warn,
        "ERRO" => Level::Error,
        "FATA" | "PANI" => Level::Fatal,
        _ => return None,
    };
    let digits = count_digits(rest.as_bytes());
    (digits > 0 && rest.as_bytes().get(digits) == Some(&b']')).then_some(())?;
    Some(Head {
        time: None,
        level: Some(found),
        logger: None,
        service: None,
        message: word.len() + digits + 3,
    })
}

pub(super) fn level_bracket(line: &str) -> Option<Head> {
    let inner = line.strip_prefix('[')?;
    let close = inner.find(']').filter(|close| *close <= 10)?;
    let found = level(inner.get(..close)?.trim()).filter(|_| close > 2)?;
    let mut head = fields_behind(line, close + 2);
    head.level = Some(found);
    Some(head)
}

pub(super) fn logfmt(line: &str) -> Option<Head> {
    let (key, rest) = line.split_once('=')?;
    const KEYS: [&str; 12] = [
        "time",
        "ts",
        "timestamp",
        "t",
        "level",
        "lvl",
        "msg",
        "event",
        "at",
        "severity",
        "asctime",
        "levelname",
    ];
    KEYS.contains(&key).then_some(())?;
    (rest.contains('=') && rest.contains(' ')).then_some(Head::default())
}
