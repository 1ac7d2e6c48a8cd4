//! What a period has beside calls and incidents: health, changes, actions, billing, keys, libraries, the log.

use super::{Family, MAX_LABELS};
use crate::report::view::Report;

/// Seconds of an hour and of a day.
const HOUR: u64 = 3600;
const DAY: f64 = 86_400.0;

pub(super) fn period(report: &Report, text: &mut String) {
    health(report, text);
    changes(report, text);
    actions(report, text);
    billing(report, text);
    keys(report, text);
    clients(report, text);
    log(report, text);
}

fn health(report: &Report, text: &mut String) {
    let Some(grade) = &report.verdict.grade else { return };
    Family::new(text, "why4xx_health_score", "Health from 0 to 100 (best).")
        .count(&[("grade", grade.letter)], u64::from(grade.score));
    let mut family = Family::new(text, "why4xx_health_deducted", "Points that health lost, by reason.");
    for row in &grade.deductions {
        family.count(&[("reason", row.name)], u64::from(row.points));
    }
}

fn changes(report: &Report, text: &mut String) {
    let Some(changes) = &report.changes else { return };
    let mut family = Family::new(text, "why4xx_calls_before", "Calls in the period before.");
    family.count(&[("outcome", "ok")], changes.before.ok);
    family.count(&[("outcome", "failed")], changes.before.failed);
    drop(family);
    let name = "why4xx_failed_calls_before";
    let mut family = Family::new(text, name, "Failed calls in the period before, by root cause and change.");
    for row in &changes.causes {
        family.count(&[("cause", &row.cause), ("state", row.state.word())], row.before);
    }
}

fn actions(report: &Report, text: &mut String) {
    let name = "why4xx_action_saved_calls";
    let mut family = Family::new(text, name, "Failed calls that an action would have saved.");
    for action in report.actions.iter().take(MAX_LABELS) {
        let state = if action.is_open { "open" } else { "over" };
        family.count(&[("cause", &action.cause), ("state", state)], action.saves);
    }
}

fn billing(report: &Report, text: &mut String) {
    let billing = &report.billing;
    let mut family =
        Family::new(text, "why4xx_billing_failed_calls", "Failed calls by kind of billing block.");
    for (block, calls) in [("hard", billing.hard), ("soft", billing.soft), ("none", billing.other)] {
        family.count(&[("block", block)], calls);
    }
}

fn keys(report: &Report, text: &mut String) {
    let keys = || report.keys.iter().take(MAX_LABELS);
    let mut family = Family::new(text, "why4xx_key_calls", "Calls by key, masked.");
    for key in keys() {
        family.count(&[("key", &key.shown), ("outcome", "ok")], key.ok);
        family.count(&[("key", &key.shown), ("outcome", "failed")], key.failed);
    }
    let rest = report.keys.get(MAX_LABELS..).unwrap_or_default();
    if !rest.is_empty() {
        // No key has an empty mask.
        family.count(&[("key", ""), ("outcome", "ok")], rest.iter().map(|key| key.ok).sum());
        family.count(&[("key", ""), ("outcome", "failed")], rest.iter().map(|key| key.failed).sum());
    }
    drop(family);
    let name = "why4xx_key_in_use_seconds";
    let mut family = Family::new(text, name, "Time from the first to the last call with a key.");
    for key in keys() {
        if let Some(days) = key.days_in_use {
            family.level(&[("key", &key.shown)], (days * DAY).round());
        }
    }
    drop(family);
    let overdue = report.keys.iter().filter(|key| key.is_overdue).count() as u64;
    Family::new(text, "why4xx_keys_overdue", "Keys in use for longer than they should be.")
        .count(&[], overdue);
}

fn clients(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_client_failed_calls", "Failed calls by client library.");
    for client in report.clients.iter().take(MAX_LABELS) {
        let version = client.version.as_deref().unwrap_or_default();
        family.count(&[("client", &client.name), ("version", version)], client.failed);
    }
}

fn log(report: &Report, text: &mut String) {
    let health = &report.log_health;
    let mut family =
        Family::new(text, "why4xx_log_missing", "Failed calls of which the log leaves something out.");
    for (what, count) in [
        ("code", health.without_code),
        ("request-id", health.without_request_id),
        ("status", health.without_status),
        ("time", health.without_time),
    ] {
        family.count(&[("what", what)], count);
    }
    drop(family);
    let blind: u64 = report.coverage.blind.iter().map(|window| window.hours).sum();
    Family::new(text, "why4xx_blind_seconds", "Time without a single log line.").count(&[], blind * HOUR);
}
