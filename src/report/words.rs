//! How times, shares and kinds are put in words; the same for every renderer.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{CauseInfo, Family, ProblemKind, Retry, Tier};

/// UTC, RFC 3339, milliseconds: `2026-11-16T09:12:44.031Z`.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Date and time to the minute in a zone: `Nov 16 09:12`, with the year in front when asked for.
#[must_use]
pub fn minute(at: Timestamp, zone: &TimeZone, with_year: bool) -> String {
    let zoned = at.to_zoned(zone.clone());
    zoned.strftime(if with_year { "%Y-%m-%d %H:%M" } else { "%b %e %H:%M" }).to_string()
}

/// A share of a whole as percent with one decimal; a dash of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let share = part as f64 * 100.0 / whole as f64;
    match share {
        _ if part == 0 => "0%".to_owned(),
        _ if part == whole => "100%".to_owned(),
        _ if share < 0.1 => "<0.1%".to_owned(),
        _ if share > 99.9 => ">99.9%".to_owned(),
        _ => format!("{share:.1}%"),
    }
}

/// How sure a verdict is, in words for people.
#[must_use]
pub fn sureness(tier: Tier) -> &'static str {
    match tier {
        Tier::Confirmed => "confirmed",
        Tier::Likely => "likely",
        Tier::Possible => "possible",
        Tier::Inconclusive => "unclear",
    }
}

/// Whether a retry helps, as a sentence. Where nothing tells which limit was hit, nobody knows.
#[must_use]
pub fn retry_advice(info: &CauseInfo, tier: Option<Tier>, retry_after_ms: Option<u64>) -> Option<String> {
    let retry = info.retry?;
    if retry == Retry::Never && info.family == Family::RateLimits && tier == Some(Tier::Inconclusive) {
        return Some("Whether a retry helps is not known.".to_owned());
    }
    Some(retry_sentence(retry, retry_after_ms))
}

fn retry_sentence(retry: Retry, retry_after_ms: Option<u64>) -> String {
    let pause = retry_after_ms.map(|pause| format!(" The longest pause asked for was {}.", duration(pause)));
    let advice = match retry {
        Retry::Never => return "A retry does not help.".to_owned(),
        Retry::AfterReset => "A retry helps only after the pause that the answer names.",
        Retry::AfterRenewal => "A retry helps only with a new token.",
        Retry::WithBackoff => "A retry can help; make the pause longer each time.",
    };
    format!("{advice}{}", pause.unwrap_or_default())
}

/// A length of time in the two largest units: `350 ms`, `12 s`, `6 min 5 s`, `2 h 10 min`, `3 d 4 h`.
#[must_use]
pub fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    let pair = |large: u64, name: &str, small: u64, small_name: &str| match small {
        0 => format!("{large} {name}"),
        _ => format!("{large} {name} {small} {small_name}"),
    };
    match seconds {
        0 => format!("{ms} ms"),
        1..60 => format!("{seconds} s"),
        60..3600 => pair(seconds / 60, "min", seconds % 60, "s"),
        3600..86_400 => pair(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

/// Bytes with a unit: `812 B`, `4.2 MB`.
#[must_use]
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if value < 1000 {
        return format!("{value} B");
    }
    let mut size = value as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS.get(unit).unwrap_or(&"PB"))
}

/// A count with its noun: `1 call`, `1,204 calls`.
#[must_use]
pub fn count_of(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", super::sink::number(count), if count == 1 { "" } else { "s" })
}

/// Cells of a name in a sentence.
const NAME_WIDTH: usize = 48;

/// A name on one line; of a key's mask a few stars are enough: `sk-proj-****Qx7T`.
#[must_use]
pub fn short(name: &str) -> String {
    super::sink::cut(&few_stars(&super::sink::one_line(name)), NAME_WIDTH).into_owned()
}

/// The text with at most four stars in a row: masks of keys are as long as the keys.
#[must_use]
pub fn few_stars(text: &str) -> String {
    let mut stars = 0;
    let is_kept = |letter: &char| {
        stars = if *letter == '*' { stars + 1 } else { 0 };
        stars <= 4
    };
    text.chars().filter(is_kept).collect()
}

/// Kinds of problem: word in JSON, words for people.
pub const PROBLEMS: &[(ProblemKind, &str, &str)] = &[
    (ProblemKind::Missing, "missing", "not found"),
    (ProblemKind::Unreadable, "unreadable", "cannot be read"),
    (ProblemKind::NotText, "not-text", "not a text log"),
    (ProblemKind::Unsupported, "unsupported", "format not supported"),
    (ProblemKind::Damaged, "damaged", "damaged; read up to the damage"),
    (ProblemKind::RecordCut, "record-cut", "record too long; cut"),
    (ProblemKind::BadJson, "bad-json", "not valid JSON"),
    (ProblemKind::TooDeep, "too-deep", "nested too deep"),
    (ProblemKind::TooLarge, "too-large", "too large when unpacked"),
    (ProblemKind::NoTime, "no-time", "record without a time"),
    (ProblemKind::AssumedZone, "assumed-zone", "time without a zone"),
    (ProblemKind::WindowOverflow, "window-overflow", "too much at once to fold"),
    (ProblemKind::Scrubbed, "scrubbed", "values removed before the log was written"),
    (ProblemKind::Interrupted, "interrupted", "not read; the run was interrupted"),
];

/// The word of a kind in JSON.
#[must_use]
pub fn problem_word(kind: ProblemKind) -> &'static str {
    PROBLEMS.iter().find(|row| row.0 == kind).map_or("unreadable", |row| row.1)
}

/// The kind in words for people.
#[must_use]
pub fn problem_title(kind: ProblemKind) -> &'static str {
    PROBLEMS.iter().find(|row| row.0 == kind).map_or("cannot be read", |row| row.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_rounds_to_none_or_all() {
        let shown =
            [(0, 0), (0, 5), (5, 5), (1, 100_000), (99_999, 100_000), (1, 3)].map(|(a, b)| percent(a, b));
        assert_eq!(shown, ["-", "0%", "100%", "<0.1%", ">99.9%", "33.3%"]);
    }

    #[test]
    fn a_mask_needs_few_stars() {
        let mask = format!("sk-proj-{}Qx7T", "*".repeat(152));
        assert_eq!(short(&mask), "sk-proj-****Qx7T");
        assert_eq!(few_stars("a * b ** c"), "a * b ** c");
    }

    #[test]
    fn durations_and_sizes_have_units() {
        assert_eq!(
            [350, 12_000, 365_000, 7_800_000, 360_000_000].map(duration),
            ["350 ms", "12 s", "6 min 5 s", "2 h 10 min", "4 d 4 h"]
        );
        assert_eq!([12, 4_200_000, 999_960].map(bytes), ["12 B", "4.2 MB", "1.0 MB"]);
    }
}
