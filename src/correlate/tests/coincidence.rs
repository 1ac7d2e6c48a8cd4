//! Failures that begin with something new.

use std::sync::Arc;

use super::{row, summary};
use crate::correlate::{Settings, correlate};
use crate::model::{Call, Client, Finding};
use crate::rules::RuleSet;

/// A service that works for an hour and then fails; `change` sets what the calls of each half show.
#[track_caller]
fn check(change: &dyn Fn(&mut Call, bool), expected: &[&str]) {
    let mut calls: Vec<(Call, Option<Finding>)> =
        super::calls(&[row(0, 60, 0, 0), row(60, 10, 0, 2)].concat());
    for (at, (call, _)) in calls.iter_mut().enumerate() {
        change(call, at >= 60);
    }
    let incidents = correlate(&summary(&calls), RuleSet::builtin(), &Settings::default());
    let quota = incidents.iter().find(|incident| &*incident.cause == "quota-exhausted").expect("an incident");
    assert_eq!(quota.coincides.iter().map(|name| &**name).collect::<Vec<_>>(), expected);
}

fn pick<'a>(is_after: bool, before: &'a str, after: &'a str) -> Option<Arc<str>> {
    let name = if is_after { after } else { before };
    (!name.is_empty()).then(|| Arc::from(name))
}

#[test]
fn a_release_a_host_and_a_version_that_are_new_are_told() {
    check(&|call, is_after| call.seen.context.release = pick(is_after, "1.4.1", "1.4.2"), &["release 1.4.2"]);
    check(&|call, is_after| call.seen.context.host_name = pick(is_after, "web-1", "web-7"), &["host web-7"]);
    let library = |call: &mut Call, is_after: bool| {
        let version = pick(is_after, "1.99.9", "2.0.0");
        call.seen.client = Some(Client { name: Arc::from("openai-python"), version });
    };
    check(&library, &["openai-python 2.0.0"]);
}

#[test]
fn what_was_there_before_is_not() {
    check(&|call, _| call.seen.context.release = Some(Arc::from("1.4.1")), &[]);
    check(&|call, _| call.seen.context.host_name = Some(Arc::from("web-1")), &[]);
    // The first that is seen at all is not new.
    check(&|call, is_after| call.seen.context.release = pick(is_after, "", "1.4.2"), &[]);
}

#[test]
fn a_new_host_is_no_news_when_others_fail_too() {
    let change = |call: &mut Call, is_after: bool| {
        let minute = call.seen.context.stamp.map_or(0, |stamp| stamp.at.as_second() / 60);
        call.seen.context.host_name = pick(is_after && minute % 2 == 0, "web-1", "web-7");
    };
    check(&change, &[]);
}
