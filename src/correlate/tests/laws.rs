//! What holds for any log: splits, orders, shifted times, other names.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Event, MINUTE_MS, calls, events, incidents, service, summary};
use crate::aggregate::{Merge, Summary};
use crate::correlate::{Incident, Settings, correlate};
use crate::rules::RuleSet;

/// Everything but places, which differ between sources.
fn without_places(mut incidents: Vec<Incident>) -> Vec<Incident> {
    incidents.iter_mut().for_each(|incident| incident.first = None);
    incidents
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

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
            incident.by_hour = incident.by_hour.iter().map(|(hour, count)| (hour - shift, *count)).collect();
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
