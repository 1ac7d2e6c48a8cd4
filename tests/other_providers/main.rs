//! What other providers answer counts as no failure of OpenAI, in whatever rendering and without any host:
//! `data/other-providers.tsv`.
//!
//! A row is a provider, a status, a body, and where the body is known from. The last two cells are empty, or say
//! why the answer stays a failure: where only its sentence is shown, or always. What is copied letter for letter,
//! or says nothing, cannot be told from an answer of OpenAI or of a gateway in front of it.

mod renderings;

use serde_json::Value;
use why4xx::model::Outcome;
use why4xx::pipeline::{Options, analyze_text};

const BODIES: &str = include_str!("../data/other-providers.tsv");

struct Row {
    provider: &'static str,
    status: u16,
    body: Value,
    /// Why its sentence alone tells nothing.
    sentence_stays: &'static str,
    /// Why it tells nothing at all.
    stays: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let [provider, status, body, _, sentence_stays, stays] = line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("six cells: {line}");
        };
        let body = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        Row { provider, status: status.parse().expect(line), body, sentence_stays, stays }
    };
    BODIES.lines().skip(1).map(row).collect()
}

fn failed(text: &str) -> bool {
    let calls = analyze_text(text, &Options::default());
    calls.iter().any(|(call, _)| call.seen.outcome == Outcome::Failed)
}

#[test]
fn nothing_in_an_answer_of_another_provider_failed() {
    let mut wrong = Vec::new();
    for row in rows().iter().filter(|row| row.stays.is_empty()) {
        for (name, shows_body, rendering) in renderings::ALL {
            let text =
                rendering(row.status, &row.body).filter(|_| *shows_body || row.sentence_stays.is_empty());
            if text.as_deref().is_some_and(failed) {
                wrong.push(format!("{} as {name}: {}", row.provider, text.unwrap_or_default()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} texts failed:\n{}", wrong.len(), wrong.join("\n"));
}

/// What stays is said, and it is true.
#[test]
fn what_cannot_be_told_apart_still_fails() {
    for row in rows().iter().filter(|row| !row.sentence_stays.is_empty() || !row.stays.is_empty()) {
        let is_counted = |(_, shows_body, rendering): &(&str, bool, renderings::Rendering)| {
            (!row.stays.is_empty() || !shows_body)
                && rendering(row.status, &row.body).as_deref().is_some_and(failed)
        };
        assert!(renderings::ALL.iter().any(is_counted), "{} {}", row.provider, row.body);
    }
}

/// The same renderings with bodies of OpenAI and Azure fail: the test above would notice if they did not.
#[test]
fn answers_of_openai_in_the_same_renderings_fail() {
    let key = "Incorrect API key provided: sk-proj-****abcd. You can find your API key at \
               https://platform.openai.com/account/api-keys.";
    let bodies = [
        (401, "invalid_request_error", "invalid_api_key", key),
        (
            429,
            "insufficient_quota",
            "insufficient_quota",
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        (
            429,
            "requests",
            "rate_limit_exceeded",
            "Rate limit reached for gpt-4o in organization org-abcdefghijklmnopqrstuvwx on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.",
        ),
        (
            403,
            "invalid_request_error",
            "model_not_found",
            "Project `proj_abcdefghijklmnop` does not have access to model `gpt-5`",
        ),
    ];
    for (status, kind, code, message) in bodies {
        let body = serde_json::json!({
            "error": {"message": message, "type": kind, "param": null, "code": code}
        });
        for (name, _, rendering) in renderings::ALL {
            let text = rendering(status, &body).expect("every rendering shows an object of OpenAI");
            assert!(failed(&text), "{name}: {text}");
        }
    }
}

/// `docs/other-providers.md` names what stays, with the same reasons.
#[test]
fn what_stays_is_documented() {
    let page = include_str!("../../docs/other-providers.md");
    for row in rows() {
        for reason in [row.sentence_stays, row.stays].into_iter().filter(|reason| !reason.is_empty()) {
            let line = |line: &str| {
                line.starts_with(&format!("| {} | {} |", row.provider, row.status)) && line.contains(reason)
            };
            assert!(page.lines().any(line), "{} {}: {reason}", row.provider, row.status);
        }
    }
}
