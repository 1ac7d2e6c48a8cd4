//! Logs made of events, and what is told of them.

mod accounts;
mod by_hand;
mod cases;
mod coincidence;
mod laws;

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Incident, Settings, correlate};
use crate::aggregate::Summary;
use crate::model::{Attempt, Call, Finding, Masked, Stamp, StampOrigin, Tier};
use crate::pipeline::{Options, analyze_text};
use crate::rules::RuleSet;

/// A multiple of every width that buckets of a short log can have.
const START_MINUTE: i64 = 29_395_968;
const MINUTE_MS: i64 = 60_000;

/// One call of a generated log.
#[derive(Debug, Clone)]
struct Event {
    /// Milliseconds after the start.
    at: i64,
    service: u8,
    /// 0: success; 1: key refused; 2: quota; 3: no connection; 4: rate limit.
    what: u8,
    key: u8,
    /// Attempts that follow in the same chain, and milliseconds between them.
    retries: u8,
    gap: i64,
}

const CAUSES: [&str; 5] = ["", "key-invalid", "quota-exhausted", "connection-failed", "rate-limit-tokens"];

static TEMPLATES: std::sync::LazyLock<(Call, Call)> = std::sync::LazyLock::new(|| {
    let log = "2026-11-16T08:00:05Z httpx INFO HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 200 OK\"\n\
        2026-11-16T09:12:44Z openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached. Please try again in 20s.', 'type': 'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}\n";
    let mut calls = analyze_text(log, &Options::default()).into_iter().map(|(call, _)| call);
    (calls.next().expect("a success"), calls.next().expect("a failure"))
});

fn service(number: u8) -> Arc<str> {
    Arc::from(format!("service-{number}"))
}

fn mask(key: u8) -> String {
    format!("sk-proj-{}{key:04}", "*".repeat(120))
}

/// The calls of the events, with their findings: each event, then its retries.
fn calls(events: &[Event]) -> Vec<(Call, Option<Finding>)> {
    let (ok, failed) = &*TEMPLATES;
    let mut calls = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let cause = CAUSES[usize::from(event.what)];
        let retries = if event.what == 0 { 0 } else { u32::from(event.retries) };
        for number in 0..=retries {
            let mut call = if cause.is_empty() { ok.clone() } else { failed.clone() };
            let at = START_MINUTE * MINUTE_MS + event.at + i64::from(number) * event.gap;
            let at = Timestamp::from_millisecond(at).expect("a time");
            call.seen.context.stamp = Some(Stamp { at, origin: StampOrigin::Own });
            call.seen.context.service = Some(service(event.service));
            call.seen.key = None;
            if event.what == 1 {
                let mut key = analyze_key();
                key.shown = Some(Masked::from_redacted(&mask(event.key)));
                call.seen.key = Some(key);
            }
            if retries > 0 {
                call.attempt = Some(Attempt {
                    number: number + 1,
                    of: None,
                    chain: Arc::from(format!("x:{place}")),
                    is_final: number == retries,
                });
            }
            let rule = RuleSet::builtin().rule(cause);
            let finding = rule.map(|rule| Finding {
                cause: Arc::clone(&rule.info),
                tier: Tier::Confirmed,
                evidence: vec![],
                rivals: vec![],
            });
            calls.push((call, finding));
        }
    }
    calls
}

fn analyze_key() -> crate::model::ShownKey {
    crate::model::ShownKey {
        shown: None,
        shape: crate::model::KeyShape::OpenaiProject,
        length: None,
        damage: None,
        provider: None,
        fingerprint: None,
    }
}

fn summary<'a>(calls: impl IntoIterator<Item = &'a (Call, Option<Finding>)>) -> Summary {
    let mut summary = Summary::default();
    for (call, finding) in calls {
        summary.add(call, finding.as_ref());
    }
    summary
}

fn incidents(events: &[Event]) -> Vec<Incident> {
    correlate(&summary(&calls(events)), RuleSet::builtin(), &Settings::default())
}

fn event(at: i64, service: u8, what: u8) -> Event {
    Event { at, service, what, key: 1, retries: 0, gap: 0 }
}

/// Phases in which services do mostly one thing; each event `gaps` milliseconds after the one before.
fn events(gaps: std::ops::Range<i64>) -> impl Strategy<Value = Vec<Event>> {
    let usual =
        prop_oneof![4 => Just(0_u8), 4 => Just(1_u8), 3 => Just(2_u8), 1 => Just(3_u8), 2 => Just(4_u8)];
    let one = (gaps, 0..3_u8, 0..20_u8, 0..5_u8, 0..4_u8, 50..40_000_i64);
    let phase = (usual, 0..2_u8, proptest::collection::vec(one, 1..40));
    proptest::collection::vec(phase, 0..7).prop_map(|phases| {
        let mut at = 0;
        let mut events = Vec::new();
        for (usual, key, rows) in phases {
            for (gap, service, chance, other, retries, pause) in rows {
                at += gap;
                let what = if chance == 0 { other } else { usual };
                events.push(Event { at, service, what, key, retries, gap: pause });
            }
        }
        events
    })
}

/// `count` events of a kind, a minute apart from `from` on.
fn row(from: i64, count: i64, service: u8, what: u8) -> Vec<Event> {
    (0..count).map(|minute| event((from + minute) * MINUTE_MS, service, what)).collect()
}

fn causes(incidents: &[Incident]) -> Vec<&str> {
    incidents.iter().map(|incident| &*incident.cause).collect()
}
