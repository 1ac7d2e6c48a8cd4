use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::evaluate::Question;
use super::{Incident, Measure, Settings, correlate, refined};
use crate::aggregate::{Merge, Summary};
use crate::model::{Attempt, Call, Finding, Masked, Outcome, Stamp, StampOrigin, Tier};
use crate::pipeline::{Options, analyze_text};
use crate::rules::{CorrelationType, RuleSet};

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

/// What an incident is about, for comparing: service, key, onset, last, failures, recovered.
type Told = (String, Option<String>, i64, i64, u64, bool);

fn told(incident: &Incident) -> Told {
    let service = incident.services.keys().next().map(ToString::to_string).unwrap_or_default();
    let key = incident.keys.keys().next().map(ToString::to_string);
    let at = |at: Option<i64>| at.unwrap_or_default() - START_MINUTE * MINUTE_MS;
    (service, key, at(incident.onset), at(incident.last), incident.failures, incident.is_recovered)
}

/// What the correlations of one type of a rule find, unjoined.
fn found(events: &[Event], rule: &str, kind: CorrelationType) -> Vec<Told> {
    let (summary, rules, settings) = (summary(&calls(events)), RuleSet::builtin(), Settings::default());
    let rule = rules.rule(rule).expect("a rule");
    let correlations = rules.correlations(rule.id());
    let fitting = correlations.iter().filter(|correlation| correlation.kind == kind);
    let incidents = fitting.flat_map(|correlation| {
        Question { summary: &summary, rules, settings: &settings, rule, correlation }.incidents()
    });
    let mut told: Vec<Told> = incidents.map(|incident| told(&incident)).collect();
    told.sort();
    told
}

/// Key refused at least five times after at least three successes of the service, none in between: one
/// event after the other, without buckets.
fn revoked_by_hand(events: &[Event]) -> Vec<Told> {
    let mut found = Vec::new();
    for number in 0..3_u8 {
        for key in 0..2_u8 {
            let (mut successes, mut run): (u64, Vec<i64>) = (0, Vec::new());
            let mut close = |run: &mut Vec<i64>, successes: u64, recovered: bool| {
                if run.len() >= 5 && successes >= 3 {
                    let told = (
                        service(number).to_string(),
                        Some(mask(key)),
                        run[0],
                        run[run.len() - 1],
                        run.len() as u64,
                        recovered,
                    );
                    found.push(told);
                }
                run.clear();
            };
            for event in events.iter().filter(|event| event.service == number) {
                if event.what == 0 {
                    if !run.is_empty() {
                        close(&mut run, successes, true);
                        successes = 0;
                    }
                    successes += 1;
                } else if event.what == 1 && event.key == key {
                    run.push(event.at);
                }
            }
            close(&mut run, successes, false);
        }
    }
    found.sort();
    found
}

/// Runs of at least five failures for want of quota: a success in a pause of more than half an hour ends one.
fn blocked_by_hand(events: &[Event]) -> Vec<Told> {
    let mut found = Vec::new();
    for number in 0..3_u8 {
        let mut runs: Vec<(Vec<i64>, bool)> = Vec::new();
        let mut has_success = false;
        for event in events.iter().filter(|event| event.service == number) {
            if event.what == 0 {
                has_success = true;
                if let Some((_, recovered)) = runs.last_mut() {
                    *recovered = true;
                }
            } else if event.what == 2 {
                match runs.last_mut() {
                    Some((run, recovered))
                        if !(has_success && event.at - run[run.len() - 1] > 30 * MINUTE_MS) =>
                    {
                        run.push(event.at);
                        *recovered = false;
                    }
                    _ => runs.push((vec![event.at], false)),
                }
                has_success = false;
            }
        }
        for (run, recovered) in runs.iter().filter(|(run, _)| run.len() >= 5) {
            found.push((
                service(number).to_string(),
                None,
                run[0],
                run[run.len() - 1],
                run.len() as u64,
                *recovered,
            ));
        }
    }
    found.sort();
    found
}

/// Everything but places, which differ between sources.
fn without_places(mut incidents: Vec<Incident>) -> Vec<Incident> {
    incidents.iter_mut().for_each(|incident| incident.first = None);
    incidents
}

#[test]
fn generated_logs_hold_what_is_looked_for() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut revoked, mut blocked, mut hasty) = (0, 0, 0);
    for _ in 0..100 {
        let events = events(MINUTE_MS..40 * MINUTE_MS).new_tree(&mut runner).expect("events").current();
        hasty += usize::from(causes(&incidents(&events)).contains(&"retry-without-backoff"));
        let events = plain(events);
        revoked += revoked_by_hand(&events).len();
        blocked += blocked_by_hand(&events).len();
    }
    assert!(revoked > 30 && blocked > 30 && hasty > 20, "{revoked} {blocked} {hasty}");
}

fn plain(mut events: Vec<Event>) -> Vec<Event> {
    events.iter_mut().for_each(|event| event.retries = 0);
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn revoked_keys_and_blocks_are_those_found_by_hand(events in events(MINUTE_MS..40 * MINUTE_MS)) {
        let events = plain(events);
        prop_assert_eq!(found(&events, "key-revoked", CorrelationType::TemporalOrdered), revoked_by_hand(&events));
        prop_assert_eq!(found(&events, "quota-exhausted", CorrelationType::EventCount), blocked_by_hand(&events));
    }

    #[test]
    fn in_crowded_minutes_phases_are_found_as_by_hand(lengths in proptest::collection::vec(20..40_i64, 0..8), gap in 4_000..50_000_i64) {
        let mut events = Vec::new();
        let mut at = 0;
        for (index, length) in lengths.iter().enumerate() {
            for _ in 0..*length {
                at += gap;
                events.push(event(at, 0, u8::from(index % 2 == 1)));
            }
        }
        let by_hand = revoked_by_hand(&events);
        prop_assert_eq!(by_hand.len(), lengths.len() / 2);
        prop_assert_eq!(found(&events, "key-revoked", CorrelationType::TemporalOrdered), by_hand);
    }

    #[test]
    fn any_split_and_any_order_of_merging_give_the_same_incidents(
        events in events(0..20 * MINUTE_MS),
        splits in proptest::collection::vec(0..3_usize, 700),
    ) {
        let calls = calls(&events);
        let part = |number| summary(calls.iter().zip(&splits).filter(|(_, split)| **split == number).map(|row| row.0));
        let whole = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let mut merged = Summary::default();
            order.into_iter().for_each(|number| merged.merge(part(number)));
            prop_assert_eq!(correlate(&merged, RuleSet::builtin(), &Settings::default()), whole.clone());
        }
        let reversed = summary(calls.iter().rev());
        prop_assert_eq!(correlate(&reversed, RuleSet::builtin(), &Settings::default()), whole);
    }

    #[test]
    fn shifting_all_times_shifts_the_incidents(events in events(0..20 * MINUTE_MS), days in 1..400_i64) {
        let shift = days * 1440 * MINUTE_MS;
        let mut later = events.clone();
        later.iter_mut().for_each(|event| event.at += shift);
        let moved = |at: &mut Option<i64>| *at = at.map(|at| at - shift);
        let mut shifted = incidents(&later);
        for incident in &mut shifted {
            [&mut incident.onset, &mut incident.last, &mut incident.recovered_at, &mut incident.last_ok_before, &mut incident.evidence_end].into_iter().for_each(moved);
            for part in &mut incident.parts {
                [&mut part.onset, &mut part.last, &mut part.recovered_at].into_iter().for_each(moved);
            }
        }
        prop_assert_eq!(shifted, incidents(&events));
    }

    #[test]
    fn renaming_a_service_changes_only_names(events in events(0..20 * MINUTE_MS)) {
        let renamed: Vec<Event> = events.iter().map(|event| Event { service: event.service + 100, ..event.clone() }).collect();
        let back = |name: &Arc<str>| -> Arc<str> {
            let number = name.rsplit('-').next().and_then(|number| number.parse::<u8>().ok()).expect("a number");
            service(number - 100)
        };
        let mut got = incidents(&renamed);
        for incident in &mut got {
            incident.services = incident.services.iter().map(|(name, count)| (back(name), *count)).collect();
            for part in &mut incident.parts {
                part.service = part.service.as_ref().map(back);
            }
        }
        prop_assert_eq!(without_places(got), without_places(incidents(&events)));
    }
}

/// `count` events of a kind, a minute apart from `from` on.
fn row(from: i64, count: i64, service: u8, what: u8) -> Vec<Event> {
    (0..count).map(|minute| event((from + minute) * MINUTE_MS, service, what)).collect()
}

fn causes(incidents: &[Incident]) -> Vec<&str> {
    incidents.iter().map(|incident| &*incident.cause).collect()
}

#[test]
fn a_revoked_key_is_one_incident_with_its_stragglers() {
    let mut events = Vec::new();
    for service in 0..3 {
        events.extend(row(0, 10, service, 0));
        events.extend(row(10, 10, service, 1));
    }
    events.extend(row(20, 10, 0, 0));
    events.extend(row(20, 10, 1, 0));
    events.extend(row(20, 10, 2, 1));
    let incidents = incidents(&events);
    assert_eq!(causes(&incidents), ["key-revoked"], "{incidents:#?}");
    let incident = &incidents[0];
    assert_eq!((incident.failures, incident.is_recovered, incident.end()), (40, false, None));
    let late: Vec<String> = incident
        .stragglers()
        .iter()
        .filter_map(|part| part.service.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(late, ["service-2"]);
    assert_eq!(incident.explains.get("key-invalid"), Some(&40));
}

#[test]
fn key_failures_after_a_billing_block_are_its_symptoms() {
    let mut events = row(0, 10, 0, 0);
    events.extend(row(10, 20, 0, 2));
    events.extend(row(30, 20, 0, 1));
    let incidents = incidents(&events);
    assert_eq!(causes(&incidents), ["quota-exhausted"], "{incidents:#?}");
    assert_eq!(incidents[0].explains.get("key-invalid"), Some(&20));
    assert_eq!((incidents[0].tier, incidents[0].failures), (Tier::Likely, 20));
}

#[test]
fn a_new_block_after_recovery_is_another_incident() {
    let mut events = row(0, 10, 0, 2);
    events.extend(row(10, 60, 0, 0));
    events.extend(row(70, 10, 0, 2));
    let incidents = incidents(&events);
    assert_eq!(causes(&incidents), ["quota-exhausted", "quota-exhausted"]);
    assert_eq!(incidents.iter().map(|incident| incident.is_recovered).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn retries_are_judged_by_the_pause_that_was_asked_for() {
    let with_gap = |gap: i64| -> Vec<Event> {
        row(0, 10, 0, 4).into_iter().map(|event| Event { retries: 5, gap, ..event }).collect()
    };
    let hasty = incidents(&with_gap(300));
    let retries =
        hasty.iter().find(|incident| &*incident.cause == "retry-without-backoff").expect("an incident");
    let Measure::Retries { hasty, needless, asked_ms, .. } = retries.measure else { panic!("{retries:?}") };
    assert_eq!((hasty, needless, asked_ms, retries.failures), (50, 0, Some(20_000), 60));
    assert!(!causes(&incidents(&with_gap(20_000))).contains(&"retry-without-backoff"));
}

#[test]
fn calls_side_by_side_that_announce_long_pauses_are_no_hasty_retries() {
    let mut calls = calls(
        &row(0, 10, 0, 4).into_iter().map(|event| Event { retries: 5, gap: 5, ..event }).collect::<Vec<_>>(),
    );
    calls.iter_mut().for_each(|(call, _)| call.seen.retry_in_ms = Some(21_000));
    let incidents = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
    assert!(!causes(&incidents).contains(&"retry-without-backoff"), "{incidents:#?}");
}

#[test]
fn the_clock_is_off_when_all_answers_say_so() {
    let check = |seconds: &[i64], origin: StampOrigin, expected: Option<i64>| {
        let mut calls = calls(&row(0, seconds.len() as i64, 0, 0));
        for ((call, _), seconds) in calls.iter_mut().zip(seconds) {
            let stamp = call.seen.context.stamp.as_mut().expect("a time");
            stamp.origin = origin;
            call.seen.headers.date = Timestamp::from_second(stamp.at.as_second() + seconds).ok();
        }
        let incidents = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
        let median = incidents.iter().find_map(|incident| match incident.measure {
            Measure::SkewSeconds { median, .. } => Some(median),
            _ => None,
        });
        assert_eq!(median, expected, "{seconds:?}");
    };
    check(&[-4980, -4981, -4979, -4980], StampOrigin::Own, Some(-4980));
    check(&[0, 0, -4980, 1], StampOrigin::Own, None);
    check(&[-4980, -4980], StampOrigin::Own, None);
    check(&[90, 4000, -90, 800], StampOrigin::Own, None);
    check(&[-7200, -7200, -7200], StampOrigin::OwnAssumedZone, None);
    check(&[-7200, -7200, -7200], StampOrigin::Own, Some(-7200));
    check(&[-7200, -7200, -7200], StampOrigin::DateHeader, None);
}

#[test]
fn rotation_follows_the_days_that_are_asked_for() {
    let days = |event: Event, day: i64| Event { at: day * 1440 * MINUTE_MS, ..event };
    let events = [days(event(0, 0, 1), 0), days(event(0, 0, 1), 60)];
    let summary = summary(&calls(&events));
    let overdue = |rotation_days| {
        let incidents = correlate(&summary, RuleSet::builtin(), &Settings { rotation_days });
        causes(&incidents).contains(&"key-rotation-overdue")
    };
    assert_eq!([None, Some(30), Some(61)].map(overdue), [false, true, false]);
}

#[test]
fn events_are_refined_only_within_the_incident() {
    let mut events = row(0, 10, 0, 0);
    events.extend(row(10, 10, 0, 1));
    events.push(Event { key: 0, ..event(15 * MINUTE_MS + 1, 1, 1) });
    let calls = calls(&events);
    let incidents = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (call, finding) in calls.iter().filter(|(call, _)| call.seen.outcome == Outcome::Failed) {
        let finding = finding.as_ref().expect("a finding");
        let refined = refined(&incidents, RuleSet::builtin(), call, finding);
        *counts.entry(refined.as_ref().unwrap_or(finding).cause.id.to_string()).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from([("key-invalid".to_owned(), 1), ("key-revoked".to_owned(), 10)]));
}

#[test]
fn a_summary_grows_with_groups_and_minutes_only() {
    let size = |calls_each: i64| {
        let mut summary = Summary::default();
        let templates: Vec<(Call, Option<Finding>)> =
            calls(&(0..50).map(|group| event(0, group, 1 + group % 4)).collect::<Vec<_>>());
        for number in 0..calls_each {
            for (call, finding) in &templates {
                let mut call = call.clone();
                let at = START_MINUTE * MINUTE_MS + number * 7_000;
                let at = Timestamp::from_millisecond(at).expect("a time");
                call.seen.context.stamp = Some(Stamp { at, origin: StampOrigin::Own });
                summary.add(&call, finding.as_ref());
            }
        }
        let cells = |track: &crate::aggregate::Track| {
            track.ok.iter().count()
                + track.failures.values().map(|failures| failures.series.iter().count()).sum::<usize>()
        };
        (summary.tracks.iter().count(), summary.tracks.iter().map(|(_, track)| cells(track)).sum::<usize>())
    };
    let (few, many) = (size(400), size(4_000));
    assert_eq!((few.0, many.0), (50, 50));
    assert!(many.1 <= 50 * 2048, "{many:?}");
}
