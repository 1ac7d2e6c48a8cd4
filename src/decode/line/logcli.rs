//! `logcli query`: `time {app="assistant"} line`.

use serde_json::{Map, Value};

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "logcli-text",
    title: "logcli (Loki) default output",
    example: r#"2026-11-21T04:38:46Z {app="assistant", pod="assistant-6d9f7c-x2x4p"}  INFO:app:ticket summarised"#,
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.has_zone)?;
    let (labels, rest) = labels(stamp.rest.strip_prefix(' ')?.strip_prefix('{')?)?;
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::labels(context, &labels);
    // Labels are padded to the same width, so that only the last space divides them from the line.
    Some(Peeled::text(rest.trim_start_matches(' ')))
}

/// `app="x", pod="y"}` and what follows the brace.
fn labels(text: &str) -> Option<(Value, &str)> {
    let mut labels = Map::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"")?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(&byte))
        {
            return None;
        }
        let (value, after) = after.split_once('"')?;
        labels.insert(name.to_owned(), Value::from(value));
        rest = match after.strip_prefix('}') {
            Some(rest) => return Some((Value::Object(labels), rest)),
            None => after.strip_prefix(',')?.trim_start_matches(' '),
        };
    }
}
