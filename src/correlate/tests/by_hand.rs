//! Incidents of single correlations equal those found event by event.

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::{
    Event, MINUTE_MS, START_MINUTE, calls, causes, event, events, incidents, mask, service, summary,
};
use crate::correlate::evaluate::Question;
use crate::correlate::{Incident, Settings};
use crate::rules::{CorrelationType, RuleSet};

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
}
