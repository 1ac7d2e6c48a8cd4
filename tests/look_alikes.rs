//! What looks like a failed call to OpenAI and is none gives no failure: `data/look-alikes.toml`.

use why4xx::model::Outcome;
use why4xx::pipeline::{Options, analyze_text};

const LOOK_ALIKES: &str = include_str!("data/look-alikes.toml");

/// Each text with the reason why it is no failure.
fn look_alikes() -> Vec<(String, String)> {
    let table: toml::Table = LOOK_ALIKES.parse().expect("the file is TOML");
    let text = |row: &toml::Value, key: &str| row[key].as_str().expect("text").to_owned();
    table["look-alike"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| (text(row, "why"), text(row, "text")))
        .collect()
}

fn failures(text: &str) -> Vec<String> {
    analyze_text(text, &Options::default())
        .iter()
        .filter(|(call, _)| call.seen.outcome == Outcome::Failed)
        .map(|(call, finding)| {
            let cause = finding.as_ref().map_or("none", |finding| &*finding.cause.id);
            format!("{cause} ({})", call.seen.provider.word())
        })
        .collect()
}

#[test]
fn nothing_in_a_look_alike_failed() {
    let wrong: Vec<String> = look_alikes()
        .iter()
        .map(|(why, text)| (why, failures(text)))
        .filter(|(_, found)| !found.is_empty())
        .map(|(why, found)| format!("{why}: {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} look-alikes failed:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same texts inside the wrapper of a container runtime.
#[test]
fn nor_in_a_container_log() {
    for (why, text) in look_alikes() {
        let wrapped: String = text
            .trim_start()
            .lines()
            .map(|line| {
                let log = serde_json::Value::from(format!("{line}\n"));
                format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"2026-11-16T09:12:44.031Z\"}}\n")
            })
            .collect();
        assert_eq!(failures(&wrapped), Vec::<String>::new(), "{why}");
    }
}

#[test]
fn reasons_are_unique() {
    let mut reasons: Vec<_> = look_alikes().into_iter().map(|(why, _)| why).collect();
    let count = reasons.len();
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons.len(), count);
}
