use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::{Body, Entry, Place};

fn peeled(text: &str) -> Vec<Entry> {
    peel(text, Place { line: 1, offset: 0 }, &Settings::default())
}

fn texts(text: &str) -> Vec<String> {
    let text_of = |entry: Entry| match entry.body {
        Body::Text(text) => text,
        Body::Json(value) => value.to_string(),
        Body::Event(event) => event.text,
    };
    peeled(text).into_iter().map(text_of).collect()
}

/// The texts of all entries of a line.
pub(super) fn check_texts(line: &str, expected: &[&str]) {
    assert_eq!(texts(line), expected, "{line}");
}

/// What one layer leaves of a line, and what it tells: `stream= service= host= level= partial`.
pub(super) fn check_peeled(layer: &LineLayer, line: &str, text: &str, told: &str) {
    let mut context = Context::default();
    let Some(Peeled::Text { text: rest, is_partial }) =
        (layer.peel)(line, &mut context, &Settings::default())
    else {
        panic!("not peeled: {line}");
    };
    assert_eq!(rest, text, "{line}");
    assert_eq!(summary(&context, is_partial), told, "{line}");
}

/// The record that one layer makes of a line; `none` where it leaves the line alone.
pub(super) fn check_record(layer: &LineLayer, line: &str, expected: &str) {
    let shown = match (layer.peel)(line, &mut Context::default(), &Settings::default()) {
        Some(Peeled::Json(value)) => value.to_string(),
        Some(other) => format!("{other:?}"),
        None => "none".to_owned(),
    };
    assert_eq!(shown, expected, "{line}");
}

fn summary(context: &Context, is_partial: bool) -> String {
    let mut parts = Vec::new();
    if !context.stream.is_empty() {
        parts.push(format!("stream={}", context.stream));
    }
    parts.extend(context.service.iter().map(|service| format!("service={service}")));
    parts.extend(context.host_name.iter().map(|host| format!("host={host}")));
    parts.extend(context.release.iter().map(|release| format!("release={release}")));
    parts.extend(context.level.iter().map(|level| format!("level={level:?}")));
    if is_partial {
        parts.push("partial".to_owned());
    }
    parts.join(" ")
}

/// A layer leaves a line alone, and the context with it.
pub(super) fn check_not_peeled(layer: &LineLayer, line: &str) {
    let mut context = Context::default();
    assert_eq!((layer.peel)(line, &mut context, &Settings::default()), None, "{line}");
    assert_eq!(context, Context::default(), "{line}");
}

#[test]
fn every_row_is_named_once_and_peels_its_own_example_first() {
    let mut names = BTreeSet::new();
    let settings = Settings::default();
    for layer in LINE_LAYERS {
        assert!(names.insert(layer.name), "{} is there twice", layer.name);
        assert!(!layer.title.is_empty(), "{} has no title", layer.name);
        let first = LINE_LAYERS
            .iter()
            .find(|row| (row.peel)(layer.example, &mut Context::default(), &settings).is_some());
        assert_eq!(first.map(|row| row.name), Some(layer.name));
    }
    for layer in JSON_LAYERS {
        assert!(names.insert(layer.name), "{} is there twice", layer.name);
        assert!(!layer.title.is_empty(), "{} has no title", layer.name);
        let example: Value = serde_json::from_str(layer.example).expect("an example in JSON");
        let first = JSON_LAYERS
            .iter()
            .find(|row| (row.peel)(example.clone(), &mut Context::default(), &settings).is_ok());
        assert_eq!(first.map(|row| row.name), Some(layer.name));
    }
}

#[test]
fn no_prefix_begins_with_a_brace() {
    for layer in LINE_LAYERS {
        assert!(!layer.example.starts_with('{'), "{}: such lines are not tried", layer.name);
    }
}

#[test]
fn names_of_rows_are_words() {
    for name in LINE_LAYERS.iter().map(|row| row.name).chain(JSON_LAYERS.iter().map(|row| row.name)) {
        let is_word =
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(is_word && !name.is_empty(), "{name}");
    }
}

#[test]
fn examples_that_hold_a_text_give_it() {
    for example in LINE_LAYERS.iter().map(|row| row.example).chain(JSON_LAYERS.iter().map(|row| row.example))
    {
        if example.contains("INFO:app:ticket summarised") {
            check_texts(example, &["INFO:app:ticket summarised"]);
        }
    }
}

#[test]
fn layers_around_layers() {
    let pino =
        json!({"level":50,"time":1795236060148_u64,"pid":1,"hostname":"h","msg":"\u{1b}[31mfailed\u{1b}[0m"});
    let docker = json!({"log": format!("{pino}\n"), "stream": "stderr", "time": "2026-11-21T04:38:46.2Z"});
    let line =
        format!("\u{1b}[2K\u{1b}[36mweb-1  |\u{1b}[0m 2026-11-21T04:38:46.195862123Z stdout F {docker}\r\n");
    let entries = peeled(&line);
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    let Body::Json(value) = &entry.body else { panic!("{entry:?}") };
    assert_eq!(value["msg"], "failed");
    assert_eq!(entry.context.stream, "web-1/stdout/stderr");
    assert_eq!(entry.context.service.as_deref(), Some("web"));
    let stamp = entry.context.stamp.expect("a time");
    assert_eq!(
        (stamp.at.to_string().as_str(), stamp.origin),
        ("2026-11-21T04:38:46.2Z", crate::model::StampOrigin::Wrapper)
    );
}

#[test]
fn prefixes_with_times_before_each_line() {
    check_texts(
        "web-1  | 2026-11-21T04:38:46.195862123Z Traceback (most recent call last):",
        &["Traceback (most recent call last):"],
    );
    check_texts("[pod/a-1/b] 2026-11-21T04:38:46.19586212Z   File \"x\"", &["  File \"x\""]);
    check_texts("\u{1b}[36mweb-1  |\u{1b}[0m a #033[31mred#033[0m b", &["a red b"]);
    check_texts(
        r#"<11>1 2026-11-21T04:38:46Z h a 1 - - {"msg":"\u001b[31mred\u001b[0m"}"#,
        &[r#"{"msg":"red"}"#],
    );
    check_texts(
        r#"{"log":"2026-11-21T04:38:46.1Z stderr F a\n","stream":"stderr","time":"2026-11-21T04:38:46.2Z"}"#,
        &["a"],
    );
}

#[test]
fn plain_lines_stay_as_they_are() {
    for line in [
        "2026-11-21 04:38:46,189 INFO httpx HTTP Request: POST https://api.openai.com/v1 \"HTTP/1.1 200 OK\"",
        "    at async f (file:1:2)",
        "[2026-11-21 04:43:38 +0000] [5847] [ERROR] Error handling request GET /boom",
        "[ERROR] x",
        "  \"error\": {",
        "{",
        "}",
        "│ ❱ 60 │ x",
        "INFO:     127.0.0.1:40260 - \"GET /boom HTTP/1.1\" 500",
        "< HTTP/1.1 401 Unauthorized",
        "",
    ] {
        check_texts(line, &[line]);
        assert_eq!(peeled(line)[0].context, Context::default(), "{line}");
    }
}

#[test]
fn pieces_of_a_long_line_are_left_alone_until_they_are_joined() {
    let record = json!({"level": "error", "message": "x".repeat(20_000)}).to_string();
    let (first, second) = record.split_at(16_384);
    let line = json!({"log": first, "stream": "stderr", "time": "2026-11-21T04:38:46.2Z"}).to_string();
    let mut entries = peeled(&line);
    let mut entry = entries.remove(0);
    assert!(entry.is_partial);
    assert_eq!(entry.body, Body::Text(first.to_owned()));
    entry.body = Body::Text(format!("{first}{second}"));
    entry.is_partial = false;
    let joined = peel_entry(entry, &Settings::default());
    assert!(matches!(joined[0].body, Body::Json(_)));
    assert_eq!(joined[0].context.stream, "stderr");
}

#[test]
fn several_values_on_one_line_are_several_entries() {
    check_texts(r#"{"msg":"a"}{"msg":"b"}{"msg":"c"#, &[r#"{"msg":"a"}"#, r#"{"msg":"b"}"#, r#"{"msg":"c"#]);
    check_texts(r#"[{"msg":"a"},{"msg":"b"}]"#, &[r#"{"msg":"a"}"#, r#"{"msg":"b"}"#]);
    check_texts("\u{feff}\u{1e}{\"msg\":\"a\"}", &[r#"{"msg":"a"}"#]);
}

#[test]
fn whole_documents_on_one_line() {
    check_texts(
        r#"{"took":1,"hits":{"total":1,"hits":[{"_index":"i","_id":"1","_source":{"message":"a"}},{"_index":"i","fields":{"message":["b"]}}]}}"#,
        &[r#"{"message":"a"}"#, r#"{"message":"b"}"#],
    );
    check_texts(
        r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"x"},"values":[["1795235926195862123","a"],["1795235926195862124","b"]]}]}}"#,
        &["a", "b"],
    );
    check_texts(
        r#"{"results":[[{"field":"@timestamp","value":"2026-11-21 04:38:46.189"},{"field":"@message","value":"a"}]],"status":"Complete"}"#,
        &["a"],
    );
    check_texts(
        r#"{"tables":[{"name":"P","columns":[{"name":"TimeGenerated"},{"name":"Message"}],"rows":[["2026-11-21T04:38:46Z","a"]]}]}"#,
        &["a"],
    );
    check_texts(r#"{"object":"list","data":[{"id":"m"}]}"#, &[r#"{"object":"list","data":[{"id":"m"}]}"#]);
}

#[test]
fn attributes_beside_a_message_are_kept_when_they_say_something() {
    let otlp = |attributes: &str| {
        format!(
            r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{{"stringValue":"a"}},"attributes":[{attributes}]}}]}}]}}]}}"#
        )
    };
    check_texts(&otlp(r#"{"key":"log.file.name","value":{"stringValue":"f"}}"#), &["a"]);
    check_texts(
        &otlp(r#"{"key":"exception.type","value":{"stringValue":"E"}},{"key":"n","value":{"intValue":"4"}}"#),
        &[r#"{"message":"a","exception.type":"E","n":4}"#],
    );
    check_texts(
        r#"{"id":"1","type":"log","attributes":{"status":"error","message":"a","attributes":{"error":{"message":"401"}}}}"#,
        &[r#"{"message":"a","error":{"message":"401"}}"#],
    );
}

#[test]
fn at_most_eight_layers_come_off() {
    let line = "[pod/a/b] ".repeat(12) + "x";
    assert_eq!(texts(&line), ["[pod/a/b] ".repeat(4) + "x"]);
}

#[test]
fn lists_are_paths_of_keys() {
    let unique: BTreeSet<_> = LISTS.iter().collect();
    assert_eq!(unique.len(), LISTS.len());
    assert!(LISTS.iter().all(|path| !path.is_empty()));
}

proptest! {
    #[test]
    fn any_text_is_peeled_without_panic(text in "\\PC*", settings in Just(Settings::default())) {
        for entry in peel(&text, Place::default(), &settings) {
            let _ = record(entry, &settings);
        }
    }

    #[test]
    fn any_change_of_an_example_is_peeled_without_panic(
        row in 0..LINE_LAYERS.len() + JSON_LAYERS.len(),
        at in 0..400_usize,
        length in 0..40_usize,
        put in "[\\x00-\\x7f\u{e9}\u{a0}]{0,8}",
    ) {
        let example = LINE_LAYERS.iter().map(|row| row.example).chain(JSON_LAYERS.iter().map(|row| row.example)).nth(row);
        let characters: Vec<char> = example.unwrap_or_default().chars().collect();
        let at = at.min(characters.len());
        let end = (at + length).min(characters.len());
        let text: String = characters[..at].iter().copied().chain(put.chars()).chain(characters[end..].iter().copied()).collect();
        let settings = Settings::default();
        for entry in peel(&text, Place::default(), &settings) {
            let _ = record(entry, &settings);
        }
    }
}
