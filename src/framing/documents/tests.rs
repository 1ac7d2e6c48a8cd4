#![allow(clippy::unwrap_used)]

use std::io::Read;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Documents, MAX_ELEMENT, elements, is_document};

const LISTS: &[&[&str]] = &[&["events"], &["hits", "hits"], &["data"]];

fn check(text: &str, expected: &[(u64, &str)]) {
    let found = elements(text.as_bytes(), LISTS);
    let found: Vec<(u64, &str)> = found.iter().map(|(place, text)| (place.line, text.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn arrays_exports_and_concatenated_values() {
    check("[{\"a\":1},\n {\"a\":2}]", &[(1, "{\"a\":1}"), (2, "{\"a\":2}")]);
    check(
        "{\"next\":\"]\",\"events\":[\n{\"a\":\"}\"}\n,{\"b\":[1]}]}",
        &[(2, "{\"a\":\"}\"}"), (3, "{\"b\":[1]}")],
    );
    check("{\"hits\":{\"total\":1,\"hits\":[{\"_id\":1}]}}", &[(1, "{\"_id\":1}")]);
    check("{\n}{\n\"a\":1}", &[(1, "{\n}"), (2, "{\n\"a\":1}")]);
    check("{\"events\":[{\"a\":1}],\"more\":{\"b\":[2]}}\n{\"c\":3}", &[(1, "{\"a\":1}"), (2, "{\"c\":3}")]);
    check("[1, \"a\", null]", &[(1, "1"), (1, "\"a\""), (1, "null")]);
}

#[test]
fn lists_are_told_by_their_path_and_their_elements() {
    check("{\"x\":{\"events\":[{\"a\":1}]}}", &[(1, "{\"x\":{\"events\":[{\"a\":1}]}}")]);
    check("{\"hits\":[{\"a\":1}]}", &[(1, "{\"hits\":[{\"a\":1}]}")]);
    check("{\"events\":[1,2]}", &[(1, "{\"events\":[1,2]}")]);
    check("{\"events\":[]}", &[]);
    check("{\"hits\":{\"x\":1},\"data\":[{\"a\":1}]}", &[(1, "{\"a\":1}")]);
    check("[{\"events\":[{\"a\":1}]},[{\"b\":1}]]", &[(1, "{\"a\":1}"), (1, "{\"b\":1}")]);
    check("[[{\"field\":\"@message\"}]]", &[(1, "[{\"field\":\"@message\"}]")]);
}

#[test]
fn deep_and_cut_input_ends() {
    for open in ["[", "{\"a\":", "{\"hits\":", "[{\"events\":["] {
        let deep = open.repeat(100_000);
        assert!(elements(deep.as_bytes(), LISTS).len() <= 2, "{open}");
    }
    assert!(elements("]}:,".repeat(100_000).as_bytes(), LISTS).is_empty());
    check("{\"events\":[{\"a\":1},{\"b\":", &[(1, "{\"a\":1}"), (1, "{\"b\":")]);
    check("{\"a\":\"\\", &[(1, "{\"a\":\"\\")]);
}

#[test]
fn a_long_element_is_cut_and_the_next_one_is_whole() {
    let long = "x".repeat(MAX_ELEMENT + 5);
    let text = format!("{{\"note\":\"{long}\",\"events\":[{{\"a\":\"{long}\"}},\n{{\"b\":1}}]}}");
    let mut reader = text.as_bytes();
    let mut found = Documents::new(&mut reader, LISTS);
    let (first, second) = (found.next().unwrap(), found.next().unwrap());
    assert_eq!((first.skipped, first.text.len()), (5 + 8, MAX_ELEMENT));
    assert!(second.skipped == 0 && second.text == "{\"b\":1}" && second.place.line == 2);
    assert_eq!((found.next(), found.read()), (None, (text.len() as u64, 2)));
}

#[test]
fn lines_of_json_are_no_document() {
    assert!(!is_document(b"{\"a\":1}\n{\"a\":2}\n", &[], true));
    assert!(!is_document(b"[2026-11-21 04:43:38 +0000] [5847] x\n", &[], true));
    assert!(is_document(b"{\n  \"a\": 1\n}\n", &[], true));
    assert!(is_document(b"[{\"a\":1}]", &[], true));
}

/// Gives out as many bytes at a time as the steps say, in turn.
struct Slow<'a> {
    bytes: &'a [u8],
    steps: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.steps.next().unwrap().min(buffer.len());
        (&mut self.bytes).take(count as u64).read(buffer)
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(Value::Null)
    ];
    let object = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z\"\\\\]{1,6}", inner), 0..4)
                .prop_map(|rows| rows.into_iter().collect()),
        ]
    });
    prop::collection::vec(("x[a-z\"\\\\]{0,6}", object), 0..4).prop_map(|rows| rows.into_iter().collect())
}

/// A document, and the records in it.
fn document() -> impl Strategy<Value = (Value, Vec<Value>)> {
    let rows = prop::collection::vec(value(), 1..5);
    (rows, value(), 0..5).prop_map(|(rows, around, kind)| {
        let mut around = around;
        let document = match kind {
            0 => return (around.clone(), vec![around]),
            1 => json!(rows),
            2 => {
                around["events"] = json!(rows);
                around["z"] = json!({"data": [{}]});
                around
            }
            3 => {
                around["hits"] = json!({"total": "]", "hits": rows, "after": [[1]]});
                around
            }
            _ => json!([{"events": rows}]),
        };
        (document, rows)
    })
}

proptest! {
    #[test]
    fn documents_give_their_records_however_they_are_written_and_read(
        documents in prop::collection::vec((document(), any::<bool>()), 0..4),
        steps in prop::collection::vec(1_usize..40, 1..5),
    ) {
        let (mut text, mut expected) = (String::new(), Vec::new());
        for ((document, records), is_pretty) in documents {
            text += &if is_pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
            text += if is_pretty { "\n" } else { " " };
            expected.extend(records);
        }
        let mut slow = Slow { bytes: text.as_bytes(), steps: steps.into_iter().cycle() };
        let found: Vec<_> = Documents::new(&mut slow, LISTS).collect();
        for element in &found {
            let from = usize::try_from(element.place.offset).unwrap();
            prop_assert!(text.get(from..).unwrap().starts_with(&element.text));
            prop_assert_eq!(element.place.line as usize, text.get(..from).unwrap().matches('\n').count() + 1);
        }
        let values: Vec<Value> = found.iter().map(|element| serde_json::from_str(&element.text).unwrap()).collect();
        prop_assert_eq!(values, expected);
    }

    #[test]
    fn any_bytes_end(text in "[\\[\\]{}\"\\\\:, a\n]{0,200}", steps in prop::collection::vec(1_usize..40, 1..5)) {
        let mut slow = Slow { bytes: text.as_bytes(), steps: steps.into_iter().cycle() };
        let found: Vec<_> = Documents::new(&mut slow, LISTS).map(|element| (element.place, element.text)).collect();
        prop_assert_eq!(found, elements(text.as_bytes(), LISTS));
    }
}
