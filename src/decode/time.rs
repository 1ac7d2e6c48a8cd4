//! Times of logs, to be replaced by the resolver of all shapes.

use jiff::{Timestamp, civil};
use serde_json::Value;

use super::Settings;
use crate::model::{Stamp, StampOrigin};

/// The time that a text shows.
pub fn parse(text: &str, settings: &Settings) -> Option<Stamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Stamp { at, origin: StampOrigin::Own });
    }
    if let Ok(number) = text.parse::<i128>() {
        return epoch(number);
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return epoch((seconds * 1e6) as i128 * if seconds.abs() < 1e11 { 1 } else { return None });
    }
    let civil: civil::DateTime = text.replace(',', ".").parse().ok()?;
    let at = settings.zone.to_timestamp(civil).ok()?;
    Some(Stamp { at, origin: StampOrigin::OwnAssumedZone })
}

/// The time that a JSON value shows.
pub fn from_json(value: &Value, settings: &Settings) -> Option<Stamp> {
    match value {
        Value::String(text) => parse(text, settings),
        Value::Number(number) => parse(&number.to_string(), settings),
        _ => None,
    }
}

fn epoch(number: i128) -> Option<Stamp> {
    let nanoseconds = match number.abs() {
        0..100_000_000_000 => number * 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => number * 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => number * 1000,
        _ => number,
    };
    let at = Timestamp::from_nanosecond(nanoseconds).ok()?;
    let (from, until) = (1_420_070_400, 4_102_444_800);
    (from..until).contains(&at.as_second()).then_some(Stamp { at, origin: StampOrigin::Own })
}
