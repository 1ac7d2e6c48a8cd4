//! One key on several accounts, and libraries that are too old.

use std::sync::Arc;

use super::{MINUTE_MS, analyze_key, calls, causes, event, mask, row, summary};
use crate::aggregate::Merge;
use crate::correlate::{Measure, Settings, correlate};
use crate::model::{Call, Client, Finding, Masked};
use crate::rules::RuleSet;

/// Three accepted calls of a service with a key, for an organization and a project.
fn accepted(service: u8, key: u8, organization: &str, project: &str) -> Vec<(Call, Option<Finding>)> {
    let name = |name: &str| (!name.is_empty()).then(|| Arc::from(name));
    let mut calls = calls(&row(i64::from(service), 3, service, 0));
    for (call, _) in &mut calls {
        let mut shown = analyze_key();
        shown.shown = Some(Masked::from_redacted(&mask(key)));
        call.seen.key = Some(shown);
        call.seen.headers.organization = name(organization);
        call.seen.headers.project = name(project);
    }
    calls
}

/// What is told of these calls about keys whose answers differ: organizations or projects with their services.
#[track_caller]
fn check_accounts(calls: &[Vec<(Call, Option<Finding>)>], expected: &[&str]) {
    let told = |summary| -> Vec<String> {
        let incidents = correlate(&summary, RuleSet::builtin(), &Settings::default());
        let of_rule = incidents.into_iter().filter(|incident| &*incident.cause == "key-shared");
        let rows = of_rule.map(|incident| match incident.measure {
            Measure::Shared { users, .. } => format!("{users} services"),
            Measure::Answered { accounts, .. } => {
                let row = |(account, services): (&Arc<str>, &Vec<Arc<str>>)| {
                    format!("{account}: {}", services.join(" "))
                };
                accounts.iter().map(row).collect::<Vec<_>>().join(", ")
            }
            other => panic!("{other:?}"),
        });
        rows.collect()
    };
    assert_eq!(told(summary(calls.iter().flatten())), expected);
    // The same from parts, in another order.
    let mut merged = summary([]);
    calls.iter().rev().for_each(|part| merged.merge(summary(part)));
    assert_eq!(told(merged), expected);
}

#[test]
fn one_key_that_is_answered_for_two_accounts_is_told() {
    check_accounts(
        &[accepted(0, 1, "acme", ""), accepted(1, 1, "globex", "")],
        &["acme: service-0, globex: service-1"],
    );
    check_accounts(
        &[
            accepted(0, 1, "acme", "proj_a"),
            accepted(1, 1, "acme", "proj_b"),
            accepted(2, 1, "acme", "proj_a"),
        ],
        &["proj_a: service-0 service-2, proj_b: service-1"],
    );
}

#[test]
fn projects_of_several_organizations_are_not_told_again() {
    check_accounts(
        &[accepted(0, 1, "acme", "proj_a"), accepted(1, 1, "globex", "proj_b")],
        &["acme: service-0, globex: service-1"],
    );
}

#[test]
fn keys_and_services_that_differ_on_purpose_are_not() {
    // Each key has its own organization.
    check_accounts(&[accepted(0, 1, "acme", ""), accepted(1, 2, "globex", "")], &[]);
    // One service works for several customers, and so does the other.
    check_accounts(
        &[
            accepted(0, 1, "acme", ""),
            accepted(0, 1, "globex", ""),
            accepted(1, 1, "acme", ""),
            accepted(1, 1, "globex", ""),
        ],
        &[],
    );
    // A request names the organization by its id, an answer by its name.
    check_accounts(&[accepted(0, 1, "org-AbCdEf", ""), accepted(1, 1, "acme", "")], &[]);
    // Nothing is known of the other one.
    check_accounts(&[accepted(0, 1, "acme", ""), accepted(1, 1, "", "")], &[]);
}

#[test]
fn what_was_refused_was_booked_nowhere() {
    let mut refused = calls(&row(9, 5, 1, 1));
    for (call, _) in &mut refused {
        call.seen.organization = Some(Arc::from("globex"));
    }
    check_accounts(&[accepted(0, 1, "acme", ""), refused], &[]);
}

/// What is told of calls with this version of a library.
#[track_caller]
fn check_version(name: &str, version: Option<&str>, is_outdated: bool) {
    let mut calls = calls(&[event(0, 0, 0), event(MINUTE_MS, 1, 2)]);
    for (call, _) in &mut calls {
        call.seen.client = Some(Client { name: Arc::from(name), version: version.map(Arc::from) });
    }
    let incidents = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
    let found = incidents.iter().find(|incident| &*incident.cause == "sdk-outdated");
    assert_eq!(found.is_some(), is_outdated, "{name} {version:?}");
    if let Some(incident) = found {
        assert_eq!(
            incident.services.keys().map(|name| &**name).collect::<Vec<_>>(),
            ["service-0", "service-1"]
        );
        assert_eq!(incident.calls, 2);
        assert_eq!(incident.last.zip(incident.onset).map(|(last, onset)| last - onset), Some(MINUTE_MS));
    }
}

#[test]
fn versions_that_were_given_up_are_told_and_no_others() {
    check_version("openai-python", Some("0.27.8"), true);
    check_version("openai-python", Some("1.0.0"), false);
    check_version("openai-python", Some("2.54.0"), false);
    check_version("openai-node", Some("3.3.0"), true);
    check_version("openai-node", Some("4.104.0"), false);
    check_version("openai-python", None, false);
    check_version("async-openai", Some("0.28.3"), false);
}

#[test]
fn a_library_that_is_too_old_is_no_reason_for_a_failure() {
    let mut calls = calls(&row(0, 10, 0, 2));
    for (call, _) in &mut calls {
        call.seen.client =
            Some(Client { name: Arc::from("openai-python"), version: Some(Arc::from("0.28.1")) });
    }
    let incidents = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
    let failures: Vec<(&str, u64)> =
        causes(&incidents).into_iter().zip(incidents.iter().map(|one| one.failures)).collect();
    assert!(failures.contains(&("quota-exhausted", 10)), "{failures:?}");
    assert!(failures.contains(&("sdk-outdated", 0)), "{failures:?}");
}
