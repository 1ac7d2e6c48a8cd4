//! When: the time of a JSON record, by the names that loggers use, and else by how a name ends.

use serde_json::Value;

use crate::decode::fields::{at, has, number};
use crate::decode::paths::Paths;
use crate::decode::{Settings, time};
use crate::model::{Context, Stamp, StampOrigin};

static TIME: Paths = Paths::new(&[
    "@timestamp",
    "timestamp",
    "Timestamp",
    "ts",
    "time",
    "@t",
    "asctime",
    "datetime",
    "date",
    "eventTime",
    "timeMillis",
    "TimeGenerated",
    "timeUnixNano",
    "__REALTIME_TIMESTAMP",
    "_SOURCE_REALTIME_TIMESTAMP",
    "_time",
    "record.time.timestamp",
    "record.time.repr",
    "fields.time",
    "logged_at",
    "_meta.date",
    "TimeGenerated [UTC]",
    "timestamp [UTC]",
    "Date",
    "Time",
    "created_at",
]);

/// Objects inside a record whose fields are asked where the record itself shows no time.
const BELOW: [&str; 3] = ["data", "metadata", "event"];
/// Names of times, and how names of times end: lower case, without separators.
const NAMES: [&str; 7] = ["date", "datetime", "dt", "epoch", "logged", "utc", "when"];
const ENDS: [&str; 7] = ["created", "time", "date", "stamp", "at", "ts", "occurredon"];
/// Parts of names of other times than that of the record: a token's end, a retry to come.
const OTHERS: [&str; 10] =
    ["birth", "deadline", "due", "expir", "last", "next", "reset", "retry", "until", "valid"];

/// Puts the record's own time into the context.
pub(super) fn own(value: &Value, context: &mut Context, settings: &Settings) {
    let listed = TIME.values(value).find_map(|found| time_of(found, settings));
    let stamp = listed
        .or_else(|| instant(value, settings))
        .or_else(|| short_names(value, settings))
        .or_else(|| by_name(value, settings))
        .or_else(|| BELOW.iter().find_map(|key| by_name(value.get(key)?, settings)));
    let Some(stamp) = stamp else { return };
    let wins = stamp.origin == StampOrigin::Own
        || context.stamp.is_none_or(|known: Stamp| known.origin == StampOrigin::Inherited);
    if wins {
        context.stamp = Some(stamp);
    }
}

/// log4j2: `instant` with seconds and nanoseconds.
fn instant(value: &Value, settings: &Settings) -> Option<Stamp> {
    let seconds = at(value, "instant.epochSecond").and_then(number)?;
    let nanoseconds = at(value, "instant.nanoOfSecond").and_then(number).unwrap_or(0);
    let stamp = seconds.checked_mul(1_000_000_000)?.checked_add(nanoseconds)?;
    time::parse(&stamp.to_string(), settings)
}

/// Names that mean a time only beside others: zap's `T` and Python's `created`.
fn short_names(value: &Value, settings: &Settings) -> Option<Stamp> {
    let key = if has(value, "L") && has(value, "M") {
        "T"
    } else if has(value, "levelno") || has(value, "levelname") {
        "created"
    } else {
        return None;
    };
    time::from_json(at(value, key)?, settings)
}

/// The time that a value shows: a text or a number, or an object around one (`{"value": …}`, `{"$date": …}`,
/// `{"seconds": …}`).
fn time_of(value: &Value, settings: &Settings) -> Option<Stamp> {
    let inner =
        value.as_object().and_then(|map| ["value", "$date", "seconds"].iter().find_map(|key| map.get(*key)));
    time::from_json(inner.unwrap_or(value), settings)
}

/// The first field whose name is one of a time and whose value is a time.
fn by_name(value: &Value, settings: &Settings) -> Option<Stamp> {
    let fields = value.as_object()?.iter();
    fields.filter(|(name, _)| is_time_name(name)).find_map(|(_, found)| time_of(found, settings))
}

/// Whether a name is one of a time: `_ts`, `LogTime`, `occurred_at`, `timestamp_ms`, `Timestamp_s`. What else ends so
/// (`format`, `response_time`, `uptime`) holds no time.
fn is_time_name(name: &str) -> bool {
    if name.len() > 40 {
        return false;
    }
    let bare: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let is_time = |bare: &str| NAMES.contains(&bare) || ENDS.iter().any(|end| bare.ends_with(end));
    let units = ["inms", "ms", "utc", "s", "t"].into_iter();
    (is_time(&bare) || units.filter_map(|unit| bare.strip_suffix(unit)).any(is_time))
        && !OTHERS.iter().any(|other| bare.contains(other))
}
