use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{
    Capped, EXPOSED, Hours, Least, Ledger, Merge, Mismatch, Part, Summary, UNCLASSIFIED, Unreadable, template,
};
use crate::model::{
    ApiError, Attempt, Call, CauseInfo, Client, Context, Digest, Evidence, ExposedSecret, Family, Finding,
    Headers, KeyShape, LogDigest, Masked, Observation, Outcome, Place, Provider, Retry, Role, Severity,
    ShownKey, Stamp, StampOrigin, Tier,
};

/// The few things in which generated calls differ.
#[derive(Debug, Clone)]
struct Seed {
    outcome: Outcome,
    cause: u8,
    hour: Option<i32>,
    name: u16,
    line: u64,
    count: u64,
    /// Place among all calls: three that follow each other are attempts of one chain.
    place: u32,
}

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    let outcome = prop_oneof![6 => Just(Outcome::Failed), 2 => Just(Outcome::Ok), 2 => Just(Outcome::Info)];
    let seed = (outcome, 0..4_u8, proptest::option::of(0..6000), 0..400_u16, 1..200_u64, 1..4_u64);
    let seed = seed.prop_map(|(outcome, cause, hour, name, line, count)| Seed {
        outcome,
        cause,
        hour,
        name,
        line,
        count,
        place: 0,
    });
    proptest::collection::vec(seed, 0..120).prop_map(|mut seeds| {
        seeds.iter_mut().zip(0..).for_each(|(seed, place)| seed.place = place);
        seeds
    })
}

fn text(text: &str) -> Arc<str> {
    Arc::from(text)
}

fn call(seed: &Seed) -> Call {
    let hour = |hour: i32| Timestamp::from_second(1_763_000_000 + i64::from(hour) * 3600).unwrap();
    let name = seed.name;
    Call {
        source: text(if name.is_multiple_of(2) { "a.log" } else { "b.log" }),
        lines: vec![seed.line],
        elsewhere: Vec::new(),
        attempt: Some(Attempt {
            number: seed.place % 3 + 1,
            of: None,
            chain: text(&format!("c{}", seed.place / 3)),
            is_final: seed.place % 3 == 2,
        }),
        seen: Observation {
            context: Context {
                stamp: seed.hour.map(|at| Stamp { at: hour(at), origin: StampOrigin::OwnAssumedZone }),
                service: (!name.is_multiple_of(5)).then(|| text(&format!("service-{name:03}"))),
                environment: Some(text(&format!("env-{}", name % 70))),
                ..Context::default()
            },
            outcome: seed.outcome,
            is_quoted: name.is_multiple_of(2),
            error: ApiError {
                status: (!name.is_multiple_of(4)).then_some(400 + name % 7),
                message: Some(Masked::from_redacted(&format!(
                    "message {} of x{name}",
                    ["a", "b", "c"][usize::from(name % 3)]
                ))),
                ..ApiError::default()
            },
            headers: Headers {
                request_id: Some(text(&format!("req_{name}"))),
                retry_after_ms: Some(u64::from(name)),
                ..Headers::default()
            },
            provider: Provider::Openai,
            key: Some(ShownKey {
                shown: Some(Masked::from_redacted(&format!("sk-{}***", name % 9))),
                shape: if name.is_multiple_of(2) { KeyShape::OpenaiProject } else { KeyShape::Unknown },
                length: None,
                damage: None,
                provider: None,
                fingerprint: None,
            }),
            client: Some(Client {
                name: text("openai-python"),
                version: Some(text(&(name % 60).to_string())),
            }),
            exposed: vec![ExposedSecret {
                family: "openai-project",
                shown: Masked::from_redacted(&format!("sk-{name}***")),
                fingerprint: None,
                line: seed.line,
                source: None,
            }],
            excerpt: Masked::from_redacted(&format!("text {}", name % 11)),
            is_scrubbed: name.is_multiple_of(6),
            count: seed.count,
            last_seen: seed.hour.filter(|_| seed.count > 1).map(|at| hour(at + 5)),
            ..Observation::new(Place { line: seed.line, offset: 0 }, Context::default(), Role::Raise)
        },
    }
}

fn finding(seed: &Seed) -> Option<Finding> {
    let id = ["key-invalid", UNCLASSIFIED, EXPOSED, "rate-limit"][usize::from(seed.cause)];
    (seed.outcome != Outcome::Ok).then(|| Finding {
        cause: Arc::new(CauseInfo {
            id: text(id),
            family: Family::Credentials,
            severity: Severity::High,
            retry: Some(Retry::Never),
            title: text("title"),
        }),
        tier: if seed.name.is_multiple_of(2) { Tier::Confirmed } else { Tier::Possible },
        evidence: vec![Evidence { field: text("status"), value: Masked::from_redacted("401") }],
        rivals: vec![],
    })
}

fn summary<'a>(seeds: impl IntoIterator<Item = &'a Seed>) -> Summary {
    let mut summary = Summary::default();
    for seed in seeds {
        summary.add(&call(seed), finding(seed).as_ref());
    }
    summary
}

fn merged(left: &Summary, right: &Summary) -> Summary {
    let mut whole = left.clone();
    whole.merge(right.clone());
    whole
}

proptest! {
    #[test]
    fn any_split_and_any_order_give_the_same_summary(seeds in seeds(), splits in proptest::collection::vec(0..3_usize, 120)) {
        let whole = summary(&seeds);
        let part = |number| summary(seeds.iter().zip(&splits).filter(|(_, split)| **split == number).map(|(seed, _)| seed));
        let (a, b, c) = (part(0), part(1), part(2));
        prop_assert_eq!(&merged(&merged(&a, &b), &c), &whole);
        prop_assert_eq!(&merged(&a, &merged(&b, &c)), &whole);
        prop_assert_eq!(&merged(&c, &merged(&b, &a)), &whole);
        prop_assert_eq!(&merged(&whole, &Summary::default()), &whole);
        prop_assert_eq!(summary(seeds.iter().rev()), whole);
    }

    #[test]
    fn parts_add_up_to_the_totals(seeds in seeds()) {
        let summary = summary(&seeds);
        let failed = summary.totals.calls.failed;
        prop_assert_eq!(summary.causes.values().map(|group| group.calls).sum::<u64>(), failed);
        for group in summary.causes.values() {
            prop_assert_eq!(group.tiers.values().sum::<u64>(), group.calls);
            prop_assert_eq!(group.statuses.values().sum::<u64>(), group.calls);
            prop_assert!(group.locations.iter().count() <= 20 && group.samples.iter().count() <= 3);
        }
    }

    #[test]
    fn a_capped_map_keeps_exact_counts(names in proptest::collection::vec(0..30_u8, 0..200)) {
        let map: Capped<u64, 8> = names.iter().map(|name| (text(&format!("{name:02}")), 1)).collect();
        for (name, count) in map.iter() {
            prop_assert_eq!(names.iter().filter(|other| format!("{other:02}") == **name).count() as u64, *count);
        }
        prop_assert_eq!(map.iter().map(|(_, count)| count).sum::<u64>() + map.others(), names.len() as u64);
        prop_assert!(map.iter().count() <= 8);
    }

    #[test]
    fn hours_are_widened_by_the_times_alone(mut hours in proptest::collection::vec(0..200_000_i64, 1500..2500)) {
        let count = |hours: &[i64]| {
            let mut counted = Hours::default();
            for hour in hours {
                counted.add(Timestamp::from_second(hour * 3600).unwrap(), 1);
            }
            counted
        };
        let whole = count(&hours);
        let (left, right) = hours.split_at(700);
        let mut parts = count(left);
        parts.merge(count(right));
        prop_assert_eq!(&parts, &whole);
        hours.reverse();
        prop_assert_eq!(&count(&hours), &whole);
        prop_assert_eq!(whole.iter().map(|(_, count)| count).sum::<u64>(), hours.len() as u64);
    }
}

#[test]
fn the_least_values_stay() {
    let mut least: Least<u8, 3> = Least::default();
    for value in [5, 1, 4, 1, 3, 2] {
        least.add(value);
    }
    assert_eq!(least.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn templates_leave_out_what_varies() {
    let with = |message: &str| {
        let mut call = call(&Seed {
            outcome: Outcome::Failed,
            cause: 1,
            hour: None,
            name: 1,
            line: 1,
            count: 1,
            place: 0,
        });
        call.seen.error.message = Some(Masked::from_redacted(message));
        template(&call)
    };
    assert_eq!(with("Limit 30000,  please retry in 6m0s (req_12ab)"), "401 Limit #, please retry in # (#)");
    assert!(with(&"é ".repeat(5000)).chars().count() < 200);
}

/// What was read of a log of calls when it was so many calls long.
fn part(name: usize, seeds: &[Seed]) -> Part {
    part_of(name, seeds, 0)
}

/// The same, read together with so many other files of a rotated log: other records belong to its first call.
fn part_of(name: usize, seeds: &[Seed], others: usize) -> Part {
    let digest = |length: usize| -> Arc<str> { text(&format!("{name}-{length}")) };
    let length = seeds.len();
    let mut part = Part::default();
    part.read.name = text(&format!("log-{name}"));
    part.read.bytes = length as u64;
    part.read.digest = Some(Digest {
        bytes: length as u64,
        whole: digest(length),
        beginnings: (1..=length).map(|length| (length as u64, digest(length))).collect(),
    });
    for (index, seed) in seeds.iter().enumerate() {
        let mut call = call(seed);
        call.seen.count += if index == 0 { others as u64 } else { 0 };
        part.add(&call, finding(seed).as_ref(), &TimeZone::UTC);
    }
    let mut read = part.read.clone();
    read.log =
        (others > 0).then(|| LogDigest { files: others as u64 + 1, whole: text(&format!("log-{others}")) });
    part.of(read, Vec::new())
}

fn ledger(parts: impl IntoIterator<Item = Part>) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.zone = "UTC".to_owned();
    parts.into_iter().for_each(|part| ledger.insert(part));
    ledger.settle();
    ledger
}

fn joined(left: &Ledger, right: &Ledger) -> Ledger {
    let mut whole = left.clone();
    whole.merge(right.clone()).unwrap();
    whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn saved_summaries_are_read_as_they_were(seeds in seeds()) {
        let saved = ledger([part(0, &seeds)]);
        let json = saved.to_json().unwrap().to_string();
        prop_assert!(Ledger::is_saved(json.as_bytes()));
        let read = Ledger::from_json(serde_json::from_str(&json).unwrap()).unwrap();
        prop_assert_eq!(read, saved);
    }

    #[test]
    fn readings_of_growing_logs_merge_in_any_order(
        seeds in proptest::collection::vec(seeds(), 1..3),
        readings in proptest::collection::vec((0..3_usize, 1..120_usize, 0..3_usize, 0..3_usize), 3..7),
        days in 0..250_i64,
    ) {
        let day = |days: i64| Timestamp::from_second(1_763_000_000 + days * 86_400).unwrap().to_zoned(TimeZone::UTC).date();
        let reading = |&(log, length, cut, others): &(usize, usize, usize, usize)| {
            let log = log % seeds.len();
            let whole = ledger([part_of(log, &seeds[log][..length.min(seeds[log].len())], others)]);
            match cut {
                0 => whole,
                1 => whole.cut(day(0), day(days)),
                _ => whole.cut(day(days), day(300)),
            }
        };
        let ledgers: Vec<Ledger> = readings.iter().map(reading).collect();
        let forth = ledgers.iter().fold(Ledger::default(), |whole, one| joined(&whole, one));
        let back = ledgers.iter().rev().fold(Ledger::default(), |whole, one| joined(&whole, one));
        prop_assert_eq!(&forth, &back);
        let (left, right) = ledgers.split_at(ledgers.len() / 2);
        let half = |ledgers: &[Ledger]| ledgers.iter().fold(Ledger::default(), |whole, one| joined(&whole, one));
        prop_assert_eq!(&joined(&half(left), &half(right)), &forth);
        prop_assert_eq!(&joined(&forth, &forth), &forth);
        prop_assert_eq!(&joined(&forth, &ledgers[0]), &forth);
    }

    #[test]
    fn a_log_that_has_grown_counts_once(seeds in seeds(), length in 1..120_usize) {
        prop_assume!(!seeds.is_empty());
        let before = ledger([part(0, &seeds[..length.min(seeds.len())])]);
        let after = ledger([part(0, &seeds)]);
        prop_assert_eq!(joined(&before, &after).all(), after.all());
    }
}

#[test]
fn a_file_counts_as_it_was_read_with_the_others_of_its_log() {
    let seed =
        Seed { outcome: Outcome::Failed, cause: 1, hour: Some(1), name: 1, line: 1, count: 1, place: 0 };
    let seeds = [seed.clone(), Seed { line: 2, ..seed }];
    let (alone, together) = (ledger([part(0, &seeds)]), ledger([part_of(0, &seeds, 1)]));
    assert_eq!(joined(&alone, &together).all(), together.all());
    assert_eq!(joined(&together, &alone).all(), together.all());
    assert_ne!(alone.all(), together.all());
}

#[test]
fn ledgers_that_do_not_fit_are_refused() {
    let seed =
        Seed { outcome: Outcome::Failed, cause: 1, hour: Some(1), name: 1, line: 1, count: 1, place: 0 };
    let mut ours = ledger([part(0, std::slice::from_ref(&seed))]);
    let mut theirs = ledger([part(1, &[seed])]);
    theirs.zone = "Europe/Berlin".to_owned();
    assert!(matches!(ours.merge(theirs.clone()), Err(Mismatch::Zone { .. })));
    theirs.zone = "UTC".to_owned();
    theirs.reading.insert("service".to_owned(), vec!["billing".to_owned()]);
    assert!(matches!(ours.merge(theirs), Err(Mismatch::Reading { .. })));
    let json = |text: &str| Ledger::from_json(serde_json::from_str(text).unwrap());
    assert!(matches!(json("{}"), Err(Unreadable::Other)));
    assert!(matches!(json(r#"{"why4xx":"saved summaries","version":2}"#), Err(Unreadable::Later(2))));
    let damaged =
        r#"{"why4xx":"saved summaries","version":1,"parts":[{"days":[[null,{"ok_hours":{"width":-3}}]]}]}"#;
    assert!(matches!(json(damaged), Err(Unreadable::Damaged(_))));
}
