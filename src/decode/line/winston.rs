//! Winston's `format.simple()`: `level: message {the rest of the record}`.
//!
//! Counts only when the rest names where or when the record was written, or holds the stack of an error; otherwise
//! the object may be anything that a program printed.

use serde_json::{Map, Value};

use super::super::fields::has;
use super::super::{LineLayer, Peeled, Settings};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "winston-simple",
    title: "Winston's simple format",
    example: r#"info: ticket summarised {"service":"assistant","timestamp":"2026-11-21T04:38:46.195Z"}"#,
    is_verified: false,
    peel,
};

/// The levels of npm, which Winston uses.
const LEVELS: [&str; 7] = ["error", "warn", "info", "http", "verbose", "debug", "silly"];
/// Names of which the rest of a record holds one.
const MARKS: [&str; 4] = ["timestamp", "service", "stack", "label"];

fn peel<'a>(text: &'a str, _: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    let (level, rest) = text.split_once(": ")?;
    if !text.ends_with('}') || !LEVELS.contains(&level) {
        return None;
    }
    let (message, Value::Object(fields)) = rest.match_indices(" {\"").find_map(|(at, _)| {
        let (message, json) = rest.split_at_checked(at)?;
        Some((message, serde_json::from_str::<Value>(json).ok()?))
    })?
    else {
        return None;
    };
    let mut record = Map::from_iter([
        ("level".to_owned(), Value::from(level)),
        ("message".to_owned(), Value::from(message)),
    ]);
    for (name, value) in fields {
        record.entry(name).or_insert(value);
    }
    let record = Value::Object(record);
    MARKS.iter().any(|mark| has(&record, mark)).then_some(Peeled::Json(record))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::check_record;
    use super::LAYER;

    fn check(line: &str, expected: &str) {
        check_record(&LAYER, line, expected);
    }

    #[test]
    fn the_rest_of_the_record_stands_behind_the_message() {
        check(
            r#"error: call failed {"service":"api","status":401,"message":"x"}"#,
            r#"{"level":"error","message":"call failed","service":"api","status":401}"#,
        );
        check(
            r#"warn: got {"error":1} again {"timestamp":"t"}"#,
            r#"{"level":"warn","message":"got {\"error\":1} again","timestamp":"t"}"#,
        );
    }

    #[test]
    fn other_objects_behind_a_level_stay_text() {
        for line in [
            r#"error: 401 {"error":{"message":"x","code":"invalid_api_key"}}"#,
            r#"error: call failed {"service":"api""#,
            r#"note: call failed {"service":"api"}"#,
            r#"error: {"service":"api"} failed"#,
            "error: call failed",
        ] {
            check(line, "none");
        }
    }
}
