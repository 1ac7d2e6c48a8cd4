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

/// What another provider refuses takes nothing away from what OpenAI refuses after it.
#[test]
fn a_refusal_by_openai_after_that_of_another_is_seen() {
    let line = |at: &str, host: &str, status: &str| {
        format!(
            "2026-11-16 09:00:{at} INFO httpx HTTP Request: POST https://{host}/v1/chat/completions \"HTTP/1.1 {status}\"\n"
        )
    };
    let raised =
        |at: &str, error: &str| format!("2026-11-16 09:00:{at} ERROR app.llm request failed: {error}\n");
    let other = line("01,000", "api.mistral.ai", "401 Unauthorized")
        + &raised("01,004", "Error code: 401 - {'message': 'Unauthorized', 'request_id': 'x'}");
    let own_line = line("02,000", "api.openai.com", "401 Unauthorized");
    let own = raised(
        "02,004",
        "Error code: 401 - {'error': {'message': \"You didn't provide an API key. You can obtain an API key from \
         https://platform.openai.com/account/api-keys.\", 'type': 'invalid_request_error', 'param': None, 'code': None}}",
    );
    assert_eq!(failures(&other), Vec::<String>::new());
    for text in [own_line.clone() + &own, own.clone(), own_line + &own + &other, other.clone() + &own] {
        assert_eq!(failures(&(other.clone() + &text)), ["key-missing (openai)"], "{text}");
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
