//! Times (stub, replaced at merge).

use jiff::{Timestamp, civil::DateTime};
use serde_json::Value;

use super::Settings;
use crate::model::{Stamp, StampOrigin};

/// The time that a text shows.
#[must_use]
pub fn parse(text: &str, settings: &Settings) -> Option<Stamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Stamp { at, origin: StampOrigin::Own });
    }
    for format in ["%d/%b/%Y:%H:%M:%S %z"] {
        if let Ok(zoned) = jiff::fmt::strtime::parse(format, text).and_then(|parsed| parsed.to_timestamp()) {
            return Some(Stamp { at: zoned, origin: StampOrigin::Own });
        }
    }
    let civil = match text.parse::<DateTime>() {
        Ok(civil) => civil,
        Err(_) => jiff::fmt::strtime::parse("%Y/%m/%d %H:%M:%S", text)
            .and_then(|parsed| parsed.to_datetime())
            .ok()?,
    };
    let at = civil.to_zoned(settings.zone.clone()).ok()?.timestamp();
    Some(Stamp { at, origin: StampOrigin::OwnAssumedZone })
}

/// The time that a JSON value shows.
#[must_use]
pub fn from_json(value: &Value, settings: &Settings) -> Option<Stamp> {
    match value {
        Value::String(text) => text
            .parse::<f64>()
            .ok()
            .and_then(|seconds| from_json(&Value::from(seconds), settings))
            .or_else(|| parse(text, settings)),
        Value::Number(number) => {
            let seconds = number.as_f64()?;
            if !(1.4e9..4.2e9).contains(&seconds) {
                return None;
            }
            #[expect(clippy::cast_possible_truncation, reason = "checked above")]
            let at = Timestamp::from_microsecond((seconds * 1e6) as i64).ok()?;
            Some(Stamp { at, origin: StampOrigin::Own })
        }
        _ => None,
    }
}
