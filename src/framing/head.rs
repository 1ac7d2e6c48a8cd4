//! Heads of text records: does a line begin a record, and what does its head tell?
//!
//! In goes one line without colour codes and wrapper prefixes; out comes the [`Head`] with the ranges
//! of time and logger, the level, and where the message begins. One row of [`HEADS`] a shape, tried in
//! order. Times are only located here, never parsed. Facts: `input-formats.md`, section 4.

use std::ops::Range;

use crate::model::{Head, Level};

/// One shape of record head.
pub(crate) struct HeadShape {
    /// Name, unique.
    pub(crate) name: &'static str,
    /// Example that the shape recognises.
    pub(crate) example: &'static str,
    parse: fn(&str) -> Option<Head>,
}

/// All shapes, the more specific first.
pub(crate) const HEADS: &[HeadShape] = &[
    HeadShape {
        name: "bracketed",
        example: "[2026-11-21 04:43:38 +0000] [5847] [ERROR] Error handling",
        parse: bracketed,
    },
    HeadShape { name: "java.util.logging", example: "Nov 21, 2026 4:41:39 AM J main", parse: java_util },
    HeadShape { name: "go log", example: "2026/11/21 04:45:45 msg", parse: go_log },
    HeadShape { name: "dated", example: "2026-11-21 04:59:05,594 - x - WARNING - line1", parse: dated },
    HeadShape { name: "klog", example: "E1121 04:38:46.195862   12345 f.go:12] \"msg\"", parse: klog },
    HeadShape {
        name: "ruby logger",
        example: "E, [2026-11-21T04:38:46.195862 #1234] ERROR -- prog: msg",
        parse: ruby,
    },
    HeadShape { name: "python basic", example: "ERROR:root:openai call failed", parse: python_basic },
    HeadShape {
        name: "uvicorn",
        example: "INFO:     127.0.0.1:40260 - \"GET /boom HTTP/1.1\" 500",
        parse: uvicorn,
    },
    HeadShape { name: ".net console", example: "fail: My.Category[0]", parse: dotnet },
    HeadShape { name: "rich", example: "           ERROR    OpenAI request failed", parse: rich },
    HeadShape { name: "badge", example: " ERROR  401 Incorrect API key provided", parse: badge },
    HeadShape { name: "systemd level", example: "<3>2026-11-21 04:38:46 My.Category[0] msg", parse: systemd },
    HeadShape { name: "logrus tty", example: "ERRO[0000] msg  error=\"x\"", parse: logrus_tty },
    HeadShape { name: "level bracket", example: "[error] something happened", parse: level_bracket },
    HeadShape { name: "logfmt", example: "time=2026-11-21T04:38:46Z level=error msg=\"x\"", parse: logfmt },
];

/// The head of a line, when the line begins a record of a known shape.
pub(crate) fn parse(line: &str) -> Option<Head> {
    may_begin(line).then(|| HEADS.iter().find_map(|shape| (shape.parse)(line))).flatten()
}

/// The first shape that recognises the head of a line.
pub(crate) fn shape(line: &str) -> Option<&'static HeadShape> {
    HEADS.iter().find(|shape| may_begin(line) && (shape.parse)(line).is_some())
}

/// Whether the first byte can begin a head at all.
fn may_begin(line: &str) -> bool {
    let first = line.as_bytes().first();
    first.is_some_and(|first| first.is_ascii_alphanumeric() || matches!(first, b'[' | b'<' | b' '))
}

/// Length of the time that stands at the start of the text: a date with a time of day, or a time of
/// day with seconds. Any of the usual separators, fractions and offsets.
pub(crate) fn time_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let date = date_length(bytes)?;
    let mut at = date;
    if at > 0 {
        match bytes.get(at) {
            Some(b'T' | b't' | b' ' | b':' | b'_') => at += 1,
            _ => return None,
        }
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    let clock = clock_length(bytes.get(at..)?)?;
    at += clock;
    Some(at + offset_length(bytes.get(at..).unwrap_or_default()))
}

/// `2026-11-21`, `2026/11/21`, `21/Nov/2026`, `11/21/26`, `Nov 21, 2026`, `Sat Nov 21`, `20261121`; 0 when a clock follows at once.
fn date_length(bytes: &[u8]) -> Option<usize> {
    let digits = count_digits(bytes);
    match (digits, bytes.get(digits)) {
        (4, Some(b'-' | b'/' | b'.')) => {
            let separator = bytes.get(4)?;
            let month = count_digits(bytes.get(5..)?);
            let day_at = 5 + month + 1;
            (matches!(month, 1 | 2) && bytes.get(5 + month) == Some(separator)).then_some(())?;
            let day = count_digits(bytes.get(day_at..)?);
            matches!(day, 1 | 2).then_some(day_at + day)
        }
        (8, Some(b'T')) => Some(8),
        (1 | 2, Some(b':')) => Some(0),
        (1 | 2, Some(b'/' | b'-' | b'.')) => {
            let rest = bytes.get(digits + 1..)?;
            let month = if is_month(rest) { 3 } else { count_digits(rest) };
            matches!(month, 1..=3).then_some(())?;
            let year_at = digits + 1 + month + 1;
            let year = count_digits(bytes.get(year_at..)?);
            matches!(year, 2 | 4).then_some(year_at + year)
        }
        (0, Some(_)) => month_date_length(bytes),
        _ => None,
    }
}

fn month_date_length(bytes: &[u8]) -> Option<usize> {
    const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    let mut at = 0;
    if bytes.get(..3).is_some_and(|start| DAYS.contains(&start)) {
        at = 3;
        while matches!(bytes.get(at), Some(b',' | b' ')) {
            at += 1;
        }
    }
    is_month(bytes.get(at..)?).then_some(())?;
    at += 3;
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    let day = count_digits(bytes.get(at..)?);
    matches!(day, 1 | 2).then_some(())?;
    at += day;
    if bytes.get(at) == Some(&b',') && bytes.get(at + 1) == Some(&b' ') {
        let year = count_digits(bytes.get(at + 2..)?);
        return (year == 4).then_some(at + 6);
    }
    Some(at)
}

fn is_month(bytes: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    bytes.get(..3).is_some_and(|start| MONTHS.contains(&start))
}

/// `04:38:46`, with fraction and `AM`/`PM`.
fn clock_length(bytes: &[u8]) -> Option<usize> {
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

/// `Z`, ` UTC`, `+0000`, ` +00:00`, and the year behind an asctime.
fn offset_length(bytes: &[u8]) -> usize {
    let space = usize::from(bytes.first() == Some(&b' '));
    let rest = bytes.get(space..).unwrap_or_default();
    match rest.first() {
        Some(b'Z' | b'z') if space == 0 && !rest.get(1).is_some_and(u8::is_ascii_alphanumeric) => 1,
        Some(b'+' | b'-') => {
            let hours = count_digits(rest.get(1..).unwrap_or_default());
            match hours {
                4 => space + 5,
                2 if rest.get(3) == Some(&b':') && count_digits(rest.get(4..).unwrap_or_default()) == 2 => {
                    space + 6
                }
                2 if space == 0 => space + 3,
                _ => 0,
            }
        }
        Some(b'U' | b'G')
            if (rest.starts_with(b"UTC") || rest.starts_with(b"GMT"))
                && !rest.get(3).is_some_and(u8::is_ascii_alphanumeric) =>
        {
            space + 3
        }
        Some(b'2') if space == 1 && rest.starts_with(b"20") && count_digits(rest) == 4 => space + 4,
        _ => 0,
    }
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// A level word, as a whole word in any of the usual spellings.
pub(crate) fn level(word: &str) -> Option<Level> {
    if word.is_empty() || word.len() > 11 {
        return None;
    }
    let is_shouted = word.bytes().all(|byte| byte.is_ascii_uppercase());
    Some(match word.to_ascii_lowercase().as_str() {
        "trace" | "trce" | "finest" | "finer" | "verbose" | "vrb" => Level::Trace,
        "debug" | "dbug" | "dbg" | "fine" | "config" => Level::Debug,
        "info" | "information" | "inf" | "notice" | "success" | "log" => Level::Info,
        "warn" | "warning" | "wrn" => Level::Warn,
        "error" | "err" | "fail" | "severe" | "exception" => Level::Error,
        "fatal" | "critical" | "crit" | "panic" | "dpanic" | "emerg" | "alert" | "ftl" | "emergency" => {
            Level::Fatal
        }
        "t" if is_shouted => Level::Trace,
        "d" if is_shouted => Level::Debug,
        "i" if is_shouted => Level::Info,
        "w" if is_shouted => Level::Warn,
        "e" if is_shouted => Level::Error,
        "f" if is_shouted => Level::Fatal,
        _ => return None,
    })
}

/// A time at the start, then any of: brackets, bars, dashes, level, process, logger.
fn dated(line: &str) -> Option<Head> {
    let time = time_length(line)?;
    let mut head = fields_behind(line, time);
    head.time = Some(0..time);
    Some(head)
}

/// `[time] …` or `[time: LEVEL/process] …` or `[time LEVEL target] …`.
fn bracketed(line: &str) -> Option<Head> {
    let inner = line.strip_prefix('[')?;
    let time = time_length(inner)?;
    let close = inner.find(']')?;
    let between = inner.get(time..close)?;
    let mut head = fields_behind(line, close + 2);
    head.time = Some(1..1 + time);
    for word in between.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1) {
        head.level = head.level.or_else(|| level(word));
    }
    let target = between
        .split_whitespace()
        .map(|word| word.trim_matches([':', '-', '|']))
        .find(|word| !word.is_empty() && !word.contains('/') && level(word).is_none());
    if let Some(target) = target.filter(|_| head.logger.is_none() && head.level.is_some())
        && let Some(at) = line.find(target)
    {
        head.logger = Some(at..at + target.len());
    }
    Some(head)
}

/// The fields between the time and the message: at most six, each short.
fn fields_behind(line: &str, from: usize) -> Head {
    let mut head = Head { message: from, ..Head::default() };
    let mut at = from;
    for _ in 0..7 {
        let rest = line.get(at..).unwrap_or_default();
        let skipped = rest.len() - rest.trim_start_matches([' ', '\t', '|', ']', '-', ':', '\u{a0}']).len();
        let rest = rest.get(skipped..).unwrap_or_default();
        let Some((range, is_bracketed, next)) = field(rest) else { break };
        let start = at + skipped;
        let word = rest.get(range.clone()).unwrap_or_default();
        let bare = word.trim_end_matches([':', ',']).split(['/', '+']).next().unwrap_or_default().trim();
        let (prefix, suffix) = bare.rsplit_once(':').unwrap_or(("", bare));
        if head.level.is_none()
            && !prefix.is_empty()
            && let Some(found) =
                level(suffix).filter(|_| suffix.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            head.level = Some(found);
            head.logger = Some(start + range.start..start + range.start + prefix.len());
            head.message = start + next;
        } else if head.level.is_none()
            && let Some(found) = level(bare)
        {
            head.level = Some(found);
            head.message = start + next;
        } else if is_bracketed && head.level.is_some() && head.service.is_none() && is_service(word) {
            head.service = Some(start + range.start..start + range.end);
            head.message = start + next;
        } else if is_bracketed || bare.bytes().all(|byte| byte.is_ascii_digit()) || word == "in" {
            head.message = start + next;
        } else if head.logger.is_none()
            && is_logger(word, rest.get(next..).unwrap_or_default(), head.level.is_some())
        {
            head.logger = Some(start + range.start..start + range.start + bare.len().max(1));
            head.message = start + next;
        } else {
            break;
        }
        at = start + next;
    }
    let rest = line.get(head.message..).unwrap_or_default();
    let skipped = rest.len() - rest.trim_start_matches([' ', '\t', '|', '-', ':']).len();
    head.message += skipped;
    if head.service.is_none()
        && let Some(logger) = head.logger.clone()
        && line.get(logger.clone()).is_some_and(|name| name.contains('-') && is_service(name))
    {
        head.service = Some(logger);
    }
    head
}

/// Whether a bracketed word behind the level names a service: a name in kebab case, no thread and no id.
fn is_service(word: &str) -> bool {
    const THREADS: [&str; 8] =
        ["exec-", "thread", "pool-", "nio-", "main", "worker-", "task-", "scheduling-"];
    let has_name = word.len() >= 3 && word.len() <= 48 && word.starts_with(|c: char| c.is_ascii_lowercase());
    has_name
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
        && word.bytes().filter(u8::is_ascii_digit).count() * 3 <= word.len()
        && !THREADS.iter().any(|thread| word.contains(thread))
}

/// One field: its range, whether it stood in brackets, and where the next begins.
fn field(rest: &str) -> Option<(Range<usize>, bool, usize)> {
    if let Some(inner) = rest.strip_prefix('[').or_else(|| rest.strip_prefix('(')) {
        let close = inner.find([']', ')']).filter(|close| *close <= 60)?;
        return Some((1..1 + close, true, close + 2));
    }
    let end = rest.find([' ', '\t', '|']).unwrap_or(rest.len());
    (end > 0 && end <= 80).then_some((0..end, false, end))
}

/// Whether a word is the name of a logger: dotted or followed by a separator, never prose.
fn is_logger(word: &str, behind: &str, has_level: bool) -> bool {
    let bare = word.trim_end_matches([':', ',']);
    let is_name = !bare.is_empty()
        && bare.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'_' | b'-' | b':' | b'<' | b'>' | b'$' | b'/')
        })
        && bare.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !bare.contains("//");
    // A message that begins on the next line leaves the space between them.
    let is_last = has_level && !behind.is_empty() && behind.trim().is_empty();
    let behind = behind.trim_start();
    is_name
        && (is_last
            || word.ends_with(':')
            || behind.starts_with(['-', '|', ':', '['])
            || bare.contains('.')
            || bare.contains("::")
            || (has_level
                && begins_message(behind)
                && bare
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit())))
}

/// Whether the text can be the start of a message behind a bare logger name, so that the first word of
/// a sentence (`openai call failed`) is not taken for a logger.
fn begins_message(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    word.starts_with(|c: char| c.is_uppercase()) || word.contains('=') || word.contains('_')
}

/// `Nov 21, 2026 4:41:39 AM com.acme.App run`: a time, the class and the method; the message stands on the next line.
fn java_util(line: &str) -> Option<Head> {
    is_month(line.as_bytes()).then_some(())?;
    let time = time_length(line)?;
    let is_whole = line.get(..time)?.ends_with('M') && line.get(time..)?.split_whitespace().count() == 2;
    is_whole.then(|| Head { time: Some(0..time), message: time, ..Head::default() })
}

fn go_log(line: &str) -> Option<Head> {
    (count_digits(line.as_bytes()) == 4 && line.as_bytes().get(4) == Some(&b'/'))
        .then(|| dated(line))
        .flatten()
}

fn klog(line: &str) -> Option<Head> {
    let (first, rest) = line.split_at_checked(1)?;
    let found = level(first)?;
    (count_digits(rest.as_bytes()) == 4 && rest.as_bytes().get(4) == Some(&b' ')).then_some(())?;
    let clock = clock_length(rest.as_bytes().get(5..)?)?;
    let message = line.find("] ").map_or(6 + clock, |at| at + 2);
    Some(Head { time: Some(1..6 + clock), level: Some(found), logger: None, service: None, message })
}

fn ruby(line: &str) -> Option<Head> {
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

fn python_basic(line: &str) -> Option<Head> {
    let (word, rest) = line.split_once(':')?;
    (word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(())?;
    let found = level(word)?;
    let (logger, _) = rest.split_once(':')?;
    (!logger.is_empty() && logger.len() < 100 && !logger.contains([' ', '"'])).then_some(())?;
    let at = word.len() + 1;
    Some(Head {
        time: None,
        level: Some(found),
        logger: Some(at..at + logger.len()),
        service: None,
        message: at + logger.len() + 1,
    })
}

fn uvicorn(line: &str) -> Option<Head> {
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

fn dotnet(line: &str) -> Option<Head> {
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

fn rich(line: &str) -> Option<Head> {
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
fn badge(line: &str) -> Option<Head> {
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

fn systemd(line: &str) -> Option<Head> {
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

fn logrus_tty(line: &str) -> Option<Head> {
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

fn level_bracket(line: &str) -> Option<Head> {
    let inner = line.strip_prefix('[')?;
    let close = inner.find(']').filter(|close| *close <= 10)?;
    let found = level(inner.get(..close)?.trim()).filter(|_| close > 2)?;
    let mut head = fields_behind(line, close + 2);
    head.level = Some(found);
    Some(head)
}

fn logfmt(line: &str) -> Option<Head> {
    let (key, rest) = line.split_once('=')?;
    matches!(key, "time" | "ts" | "timestamp" | "t" | "level" | "lvl" | "msg" | "event" | "at" | "severity")
        .then_some(())?;
    (rest.contains('=') && rest.contains(' ')).then_some(Head::default())
}

#[cfg(test)]
mod tests {
    use super::{HEADS, parse};

    fn check(line: &str, expected: &str) {
        let shown = parse(line).map_or_else(
            || "none".to_owned(),
            |head| {
                let text = |range: Option<std::ops::Range<usize>>| {
                    range.and_then(|r| line.get(r)).unwrap_or("-").to_owned()
                };
                format!(
                    "{} | {} | {} | {}",
                    text(head.time.clone()),
                    head.level.map_or("-".to_owned(), |level| format!("{level:?}")),
                    text(head.logger.clone()),
                    line.get(head.message..).unwrap_or("?")
                )
            },
        );
        assert_eq!(shown, expected, "{line}");
    }

    #[test]
    fn every_shape_is_named_once_and_recognises_its_example() {
        let mut names: Vec<_> = HEADS.iter().map(|shape| shape.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), HEADS.len());
        for shape in HEADS {
            let first = super::shape(shape.example).map(|shape| shape.name);
            assert_eq!(first, Some(shape.name), "no shape before it may take its example");
        }
    }

    #[test]
    fn python_layouts() {
        check("2026-11-21 04:59:05,594 - x - WARNING - line1", "2026-11-21 04:59:05,594 | Warn | x | line1");
        check(
            "2026-03-08 11:03:19,214 INFO httpx HTTP Request: POST",
            "2026-03-08 11:03:19,214 | Info | httpx | HTTP Request: POST",
        );
        check(
            "2026-11-21 04:59:05,594 [ERROR] app.llm: failed",
            "2026-11-21 04:59:05,594 | Error | app.llm | failed",
        );
        check("ERROR:root:openai call failed", "- | Error | root | openai call failed");
        check(
            "[2026-03-17 00:38:16,779] ERROR in logsetup: Exception on /v1",
            "2026-03-17 00:38:16,779 | Error | logsetup | Exception on /v1",
        );
        check(
            "[2026-11-21 04:39:12 - openai._base_client:482 - DEBUG] Request options",
            "2026-11-21 04:39:12 | Debug | openai._base_client:482 | Request options",
        );
    }

    #[test]
    fn servers_and_other_languages() {
        check(
            "[2026-11-21 04:43:38 +0000] [5847] [ERROR] Error handling",
            "2026-11-21 04:43:38 +0000 | Error | - | Error handling",
        );
        check(
            "[2026-11-21 04:44:22,724: ERROR/MainProcess] Task t",
            "2026-11-21 04:44:22,724 | Error | - | Task t",
        );
        check(
            "2026-11-21 04:38:46.189 | ERROR    | __main__:<module>:34 - msg",
            "2026-11-21 04:38:46.189 | Error | __main__:<module>:34 | msg",
        );
        check(
            "2026-05-02T12:42:54.629766Z ERROR labrust: summary failed",
            "2026-05-02T12:42:54.629766Z | Error | labrust | summary failed",
        );
        check("2026/11/21 04:45:45 openai: it failed", "2026/11/21 04:45:45 | - | openai | it failed");
        check(
            "2026-11-21 04:38:45 [error    ] openai call failed",
            "2026-11-21 04:38:45 | Error | - | openai call failed",
        );
    }

    #[test]
    fn services_in_brackets_and_as_labels() {
        let service = |line: &str| {
            parse(line).and_then(|head| head.service).and_then(|range| line.get(range)).map(str::to_owned)
        };
        assert_eq!(
            service("2026-07-01 00:00:18,103 INFO httpx [chat-gateway] HTTP Request: POST").as_deref(),
            Some("chat-gateway")
        );
        assert_eq!(
            service("2026-07-01T00:00:00.000Z [info] support-bot: cursor rejected").as_deref(),
            Some("support-bot")
        );
        assert_eq!(service("2026-07-01 10:15:00.067 [main] ERROR c.e.Foo -- msg"), None);
        assert_eq!(service("2026-07-01 10:15:00.067 ERROR [http-nio-8080-exec-1] c.e.Foo: msg"), None);
    }

    #[test]
    fn a_level_behind_the_name_of_its_logger() {
        check(
            "16:44:28 - LiteLLM:DEBUG: utils.py:3389 - text here",
            "16:44:28 | Debug | LiteLLM | utils.py:3389 - text here",
        );
    }

    #[test]
    fn prose_and_stack_lines_are_no_heads() {
        for line in [
            "    at async f (file:1:2)",
            "Traceback (most recent call last):",
            "openai.AuthenticationError: Error code: 401",
            "summary stored",
            "{",
        ] {
            check(line, "none");
        }
    }
}
