//! `journalctl -o json`. All values are strings; `MESSAGE` is an array of byte numbers when it holds
//! control characters, `null` when it is too large, and an array of values for repeated fields.

use serde_json::Value;

use crate::decode::fields::{first, first_text, has, number, take};
use crate::decode::{Inner, JsonLayer, Settings, context, level, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "journald",
    title: "journalctl -o json",
    example: r#"{"__REALTIME_TIMESTAMP":"1795235926195862","_HOSTNAME":"app-1","SYSLOG_IDENTIFIER":"assistant","PRIORITY":"6","MESSAGE":"INFO:app:ticket summarised"}"#,
    keys: &["MESSAGE"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format = has(&value, "MESSAGE")
        && [
            "__REALTIME_TIMESTAMP",
            "_SOURCE_REALTIME_TIMESTAMP",
            "__CURSOR",
            "SYSLOG_IDENTIFIER",
            "_TRANSPORT",
        ]
        .iter()
        .any(|key| has(&value, key));
    if !is_format {
        return Err(value);
    }
    let stamp = first(&value, &["_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    let priority = value.get("PRIORITY").and_then(number).and_then(level::transported);
    context.level = priority.or(context.level);
    let unit = first_text(&value, &["_SYSTEMD_USER_UNIT", "_SYSTEMD_UNIT", "UNIT"]);
    let name = first_text(&value, &["CONTAINER_NAME", "SYSLOG_IDENTIFIER"])
        .or(unit)
        .or(first_text(&value, &["_COMM"]));
    context::name(&mut context.service, name.map(|name| name.strip_suffix(".service").unwrap_or(name)));
    context::name(&mut context.host_name, first_text(&value, &["_HOSTNAME"]));
    for keys in [
        &["_HOSTNAME"][..],
        &["CONTAINER_NAME", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER"],
        &["_PID", "SYSLOG_PID"],
    ] {
        context::stream(context, first_text(&value, keys).unwrap_or_default());
    }
    // Docker's journald driver marks the pieces of a long line.
    let is_partial = first_text(&value, &["CONTAINER_PARTIAL_MESSAGE"]) == Some("true");
    match take(&mut value, "MESSAGE") {
        None => Ok(Inner::Skip),
        Some(Value::Array(parts)) => Ok(Inner::Text { text: joined(&parts), is_partial }),
        Some(Value::String(text)) => Ok(Inner::Text { text, is_partial }),
        Some(other) => Ok(Inner::of(other)),
    }
}

/// Text of byte numbers, or of the values of a repeated field, which may be byte numbers again.
fn joined(parts: &[Value]) -> String {
    if let Some(bytes) = bytes(parts) {
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let texts = parts.iter().filter_map(|part| match part {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(String::from_utf8_lossy(&bytes(parts)?).into_owned()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn bytes(parts: &[Value]) -> Option<Vec<u8>> {
    parts.iter().map(|part| part.as_u64().and_then(|number| u8::try_from(number).ok())).collect()
}

#[cfg(test)]
mod tests {
    use crate::decode::tests::check_texts;

    #[test]
    fn messages_come_in_four_forms() {
        let check = |message: &str, expected: &[&str]| {
            check_texts(&format!(r#"{{"__CURSOR":"s=1","MESSAGE":{message}}}"#), expected);
        };
        check(r#""plain""#, &["plain"]);
        check("[27,91,51,49,109,114,101,100,27,91,48,109]", &["red"]);
        check("null", &[]);
        check(r#"["first",[98]]"#, &["first\nb"]);
        check("[255,97]", &["\u{fffd}a"]);
    }
}
