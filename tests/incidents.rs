//! Incidents through the public API: what a log of lines tells over time, whole or in parts.

use why4xx::aggregate::{Merge, Summary};
use why4xx::correlate::{Incident, Settings, correlate};
use why4xx::pipeline::{Options, analyze_text};
use why4xx::rules::RuleSet;

/// A log of calls, each in two lines: successes, then refusals of one key, then quota failures that are
/// tried again at once, then successes.
fn calls() -> Vec<String> {
    let mut calls = Vec::new();
    let mut line = |minute: usize, second: usize, status: &str, error: &str| {
        let time = format!("2026-11-16 {:02}:{:02}:{second:02},100", 8 + minute / 60, minute % 60);
        let mut call = format!(
            "{time} INFO httpx HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 {status}\"\n"
        );
        if !error.is_empty() {
            call += &format!("{time} ERROR app.llm request failed: Error code: {error}\n");
        }
        calls.push(call);
    };
    let stars = "*".repeat(120);
    let refused = format!(
        "401 - {{'error': {{'message': 'Incorrect API key provided: sk-proj-{stars}Gcit. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}}}"
    );
    let quota = "429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}";
    (0..20).for_each(|minute| line(minute, 1, "200 OK", ""));
    (20..40).for_each(|minute| line(minute, 2, "401 Unauthorized", &refused));
    (40..60).for_each(|minute| line(minute, 3, "200 OK", ""));
    (60..80).for_each(|minute| line(minute, 4, "429 Too Many Requests", quota));
    (80..90).for_each(|minute| line(minute, 5, "200 OK", ""));
    calls
}

fn summary(log: &str) -> Summary {
    let mut summary = Summary::default();
    for (call, finding) in analyze_text(log, &Options::default()) {
        summary.add(&call, finding.as_ref());
    }
    summary
}

fn incidents(summary: &Summary) -> Vec<Incident> {
    let mut incidents = correlate(summary, RuleSet::builtin(), &Settings::default());
    // Parts of a log count their lines from one.
    incidents.iter_mut().for_each(|incident| incident.first = None);
    incidents
}

#[test]
fn a_log_tells_its_story() {
    let incidents = incidents(&summary(&calls().concat()));
    let at = |at: Option<i64>| {
        at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok())
            .map(|at| at.to_string())
            .unwrap_or_default()
    };
    let told: Vec<String> = incidents
        .iter()
        .map(|one| {
            format!("{} {} {} {} {}", one.cause, at(one.onset), at(one.end()), one.failures, one.tier.word())
        })
        .collect();
    assert_eq!(
        told,
        [
            "key-revoked 2026-11-16T08:20:02.1Z 2026-11-16T08:39:02.1Z 20 possible",
            "quota-exhausted 2026-11-16T09:00:04.1Z 2026-11-16T09:19:04.1Z 20 confirmed",
        ]
    );
}

#[test]
fn parts_of_a_log_tell_the_story_of_the_whole() {
    let calls = calls();
    let whole = incidents(&summary(&calls.concat()));
    for cut in [1, 7, 20, 33, 60, 89] {
        let (first, second) = calls.split_at(cut);
        let (first, second) = (summary(&first.concat()), summary(&second.concat()));
        for (mut into, from) in [(first.clone(), second.clone()), (second, first)] {
            into.merge(from);
            assert_eq!(incidents(&into), whole, "cut before call {cut}");
        }
    }
}
