//! Severities: words of all loggers, and the number scales, which contradict each other.

use crate::model::Level;

/// The severity that a word names, in any case and with padding, brackets or an offset (`ERROR+2`).
#[must_use]
pub fn level_of(word: &str) -> Option<Level> {
    let word = word.trim_matches(|character: char| !character.is_ascii_alphanumeric());
    let word = match word.split_once(['+', '-']) {
        Some((word, offset)) if offset.bytes().all(|byte| byte.is_ascii_digit()) => word,
        _ => word,
    };
    if word.len() > 13 {
        return None;
    }
    let level = match word.to_ascii_lowercase().as_str() {
        "trace" | "trce" | "trc" | "verbose" | "vrb" | "silly" | "finest" | "finer" => Level::Trace,
        "debug" | "dbug" | "dbg" | "fine" | "config" => Level::Debug,
        "info" | "information" | "informational" | "inf" | "notice" | "success" | "log" | "http" => {
            Level::Info
        }
        "warn" | "warning" | "wrn" | "warni" => Level::Warn,
        "error" | "err" | "eror" | "fail" | "severe" | "erro" => Level::Error,
        "fatal" | "ftl" | "fata" | "critical" | "crit" | "alert" | "emerg" | "emergency" | "panic"
        | "dpanic" | "pani" => Level::Fatal,
        _ => return None,
    };
    Some(level)
}

/// Syslog, journald and GELF: 0 is the worst.
pub(super) fn syslog(number: i64) -> Option<Level> {
    Some(match number {
        0..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warn,
        5 | 6 => Level::Info,
        7 => Level::Debug,
        _ => return None,
    })
}

/// The priority that syslog or journald gives a line of a program. Information tells nothing: they give it to whatever
/// a service prints.
pub(super) fn transported(number: i64) -> Option<Level> {
    syslog(number).filter(|level| *level != Level::Info)
}

/// pino and bunyan: 30 is info.
pub(super) fn pino(number: i64) -> Option<Level> {
    Some(match number {
        1..=19 => Level::Trace,
        20..=29 => Level::Debug,
        30..=39 => Level::Info,
        40..=49 => Level::Warn,
        50..=59 => Level::Error,
        60..=99 => Level::Fatal,
        _ => return None,
    })
}

/// Python: 30 is a warning.
pub(super) fn python(number: i64) -> Option<Level> {
    Some(match number {
        1..=9 => Level::Trace,
        10..=19 => Level::Debug,
        20..=29 => Level::Info,
        30..=39 => Level::Warn,
        40..=49 => Level::Error,
        50..=99 => Level::Fatal,
        _ => return None,
    })
}

/// OpenTelemetry: four numbers for each severity.
pub(super) fn otel(number: i64) -> Option<Level> {
    Some(match number {
        1..=4 => Level::Trace,
        5..=8 => Level::Debug,
        9..=12 => Level::Info,
        13..=16 => Level::Warn,
        17..=20 => Level::Error,
        21..=24 => Level::Fatal,
        _ => return None,
    })
}

/// Azure Monitor: 0 is verbose, 4 critical.
pub(super) fn azure(number: i64) -> Option<Level> {
    Some(match number {
        0 => Level::Trace,
        1 => Level::Info,
        2 => Level::Warn,
        3 => Level::Error,
        4 => Level::Fatal,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_means_different_things() {
        assert_eq!((pino(30), python(30)), (Some(Level::Info), Some(Level::Warn)));
        assert_eq!(
            (syslog(3), otel(3), azure(3)),
            (Some(Level::Error), Some(Level::Trace), Some(Level::Error))
        );
    }

    #[test]
    fn words_come_padded_bracketed_and_with_offsets() {
        for word in ["ERROR", "[error    ]", "Error", "ERROR+2", "fail", "SEVERE"] {
            assert_eq!(level_of(word), Some(Level::Error), "{word}");
        }
        assert_eq!(level_of("errors"), None);
        assert_eq!(level_of(""), None);
    }
}
