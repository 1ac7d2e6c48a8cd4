//! One log, its incidents.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Event, MINUTE_MS, START_MINUTE, calls, causes, event, incidents, row, summary};
use crate::aggregate::Summary;
use crate::correlate::{Measure, Settings, correlate, refined};
use crate::model::{Call, Finding, Outcome, Stamp, StampOrigin, Tier};
use crate::rules::RuleSet;

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
