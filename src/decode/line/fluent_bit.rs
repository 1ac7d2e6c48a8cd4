//! Fluent Bit's text outputs: `[0] tag: [time, {"log"=>"…"}]` (stdout) and `tag: [time, {"log":"…"}]` (file).

use std::borrow::Cow;

use super::super::{LineLayer, Peeled, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "fluent-bit-text",
    title: "Fluent Bit stdout and file output",
    example: r#"[0] app.assistant: [[1795235926.195862123, {}], {"log"=>"INFO:app:ticket summarised"}]"#,
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let rest = without_number(text)?;
    let (tag, rest) = rest.split_once(' ')?;
    let (tag, rest) = (tag.strip_suffix(':')?, rest.strip_prefix('[')?);
    if tag.is_empty() || tag.contains(['{', '"']) {
        return None;
    }
    // Since version 2.1 the time stands in an array of its own with metadata.
    let rest = rest.strip_prefix('[').unwrap_or(rest);
    let (stamp, rest) = rest.split_once(", ")?;
    if stamp.len() < 10 || !stamp.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let record = match rest.split_once("], {") {
        Some((metadata, _)) if metadata.starts_with('{') => rest.get(metadata.len() + 3..)?,
        _ => rest,
    };
    let record =
        record.strip_suffix(']').filter(|record| record.starts_with('{') && record.ends_with('}'))?;
    context::wrapper_time(context, time::parse(stamp, settings));
    context::stream(context, tag);
    Some(Peeled::text(json(record)))
}

fn without_number(text: &str) -> Option<&str> {
    let Some(rest) = text.strip_prefix('[') else {
        return text.as_bytes().first()?.is_ascii_alphanumeric().then_some(text);
    };
    let (number, rest) = rest.split_once("] ")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

/// JSON of what may be written with `=>`.
fn json(record: &str) -> Cow<'_, str> {
    if !record.contains("\"=>") {
        return Cow::Borrowed(record);
    }
    let mut json = String::with_capacity(record.len());
    let (mut in_string, mut is_escaped) = (false, false);
    let mut characters = record.chars().peekable();
    while let Some(character) = characters.next() {
        if !in_string && character == '=' && characters.peek() == Some(&'>') {
            characters.next();
            json.push(':');
            continue;
        }
        if !is_escaped && character == '"' {
            in_string = !in_string;
        }
        is_escaped = in_string && !is_escaped && character == '\\';
        json.push(character);
    }
    Cow::Owned(json)
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn all_three_forms() {
        let expected = r#"{"log":"a => \"b\""}"#;
        check_peeled(&LAYER, r#"[0] app.x: [1475898721.1, {"log"=>"a => \"b\""}]"#, expected, "stream=app.x");
        check_peeled(
            &LAYER,
            r#"[12] app.x: [[1475898721.1, {}], {"log"=>"a => \"b\""}]"#,
            expected,
            "stream=app.x",
        );
        check_peeled(&LAYER, r#"app.x: [1475898721.195862, {"log":"a => \"b\""}]"#, expected, "stream=app.x");
    }

    #[test]
    fn other_brackets_stay() {
        for line in ["[0] x", "[ERROR] a: [1, 2]", "key: [1475898721, 3]", "a: [x"] {
            check_not_peeled(&LAYER, line);
        }
    }
}
