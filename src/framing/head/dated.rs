//! Heads that begin with a time: fields behind it, in any order, up to the message.

use std::ops::Range;

use super::clock::time_length;
use super::level;
use crate::model::Head;

/// A time at the start, then any of: brackets, bars, dashes, level, process, logger.
pub(super) fn dated(line: &str) -> Option<Head> {
    let time = time_length(line)?;
    let mut head = fields_behind(line, time);
    head.time = Some(0..time);
    Some(head)
}

/// `[time] …` or `[time: LEVEL/process] …` or `[time LEVEL target] …`.
pub(super) fn bracketed(line: &str) -> Option<Head> {
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
pub(super) fn fields_behind(line: &str, from: usize) -> Head {
    more_fields(line, Head { message: from, ..Head::default() })
}

/// The fields behind what is known of a head, up to the message.
pub(super) fn more_fields(line: &str, mut head: Head) -> Head {
    let mut at = head.message;
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
    // Airflow: `{taskinstance.py:1937}`.
    if let Some((place, _)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'))
        && let Some((file, line)) = place.rsplit_once(':')
        && file.ends_with(".py")
        && line.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some((1..1 + place.len(), true, place.len() + 2));
    }
    // AutoGen: `{696}`.
    if let Some((line, _)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'))
        && (1..=6).contains(&line.len())
        && line.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some((1..1 + line.len(), true, line.len() + 2));
    }
    let end = name_of_words(rest).or_else(|| rest.find([' ', '\t', '|'])).unwrap_or(rest.len());
    (end > 0 && end <= 80).then_some((0..end, false, end))
}

/// Where a logger whose name has several words ends with its level: `LiteLLM Router:INFO`.
fn name_of_words(rest: &str) -> Option<usize> {
    let (name, behind) = rest.split_once(':').filter(|(name, _)| name.len() <= 40 && name.contains(' '))?;
    let word = behind.bytes().take_while(u8::is_ascii_uppercase).count();
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    level(behind.get(..word)?)?;
    let is_end = !behind.as_bytes().get(word).is_some_and(u8::is_ascii_alphanumeric);
    (is_end && name.split(' ').all(is_word)).then_some(name.len() + 1 + word)
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
        && !bare.contains("//")
        && !bare.starts_with("HTTP/");
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
