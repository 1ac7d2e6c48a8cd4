use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Capped, EXPOSED, Hours, Least, Merge, Summary, UNCLASSIFIED, template};
use crate::model::{
    ApiError, Attempt, Call, CauseInfo, Client, Context, Evidence, ExposedSecret, Family, Finding, Headers,
    KeyShape, Masked, Observation, Outcome, Place, Provider, Retry, Role, Severity, ShownKey, Stamp,
    StampOrigin, Tier,
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
        attempt: Some(Attempt {
            number: seed.place % 3 + 1,
            of: None,
            chain: text(&format!("c{}", seed.place / 3)),
            is_final: seed.place % 3 == 2,
        }),
        seen: Observation {
            origin: "",
            place: Place { line: seed.line, offset: 0 },
            last_line: seed.line,
            context: Context {
                stamp: seed.hour.map(|at| Stamp { at: hour(at), origin: StampOrigin::OwnAssumedZone }),
                service: (!name.is_multiple_of(5)).then(|| text(&format!("service-{name:03}"))),
                environment: Some(text(&format!("env-{}", name % 70))),
                ..Context::default()
            },
            role: Role::Raise,
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
            body: None,
            page: None,
            transport: None,
            headers: Headers {
                request_id: Some(text(&format!("req_{name}"))),
                retry_after_ms: Some(u64::from(name)),
                ..Headers::default()
            },
            provider: Provider::Openai,
            gateway: None,
            method: None,
            host: None,
            endpoint: None,
            scheme: None,
            model: None,
            organization: None,
            project: None,
            has_context_headers: None,
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
            exception: None,
            retry_in_ms: None,
            attempt: None,
            exposed: vec![ExposedSecret {
                family: "openai-project",
                shown: Masked::from_redacted(&format!("sk-{name}***")),
                fingerprint: None,
                line: seed.line,
            }],
            excerpt: Masked::from_redacted(&format!("text {}", name % 11)),
            is_scrubbed: name.is_multiple_of(6),
            count: seed.count,
            last_seen: seed.hour.filter(|_| seed.count > 1).map(|at| hour(at + 5)),
            identity: None,
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
