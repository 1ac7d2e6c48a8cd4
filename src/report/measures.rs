//! Sentences on incidents that have a measure of their own: pauses, clocks, days, secrets, users.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::incidents::{MAX_NAMES, Story, list};
use super::sink::{number, one_line};
use super::words::{count_of, duration, short};
use crate::correlate::Secret;

impl Story<'_> {
    pub(super) fn retries(
        &self,
        hasty: u64,
        needless: u64,
        pause_ms: Option<u64>,
        asked_ms: Option<u64>,
    ) -> String {
        let failed = self.incident.failures;
        let wasted = (hasty + needless).min(failed);
        let mut reasons = Vec::new();
        if hasty > 0 {
            let pauses = match (pause_ms, asked_ms) {
                (Some(pause), Some(asked)) => {
                    format!(" (after about {} where up to {} were asked)", precise(pause), precise(asked))
                }
                _ => String::new(),
            };
            reasons.push(format!("{} came sooner than the answer allows{pauses}", number(hasty)));
        }
        if needless > 0 {
            reasons.push(format!("{} repeated what no retry can cure", number(needless)));
        }
        format!(
            "{}, {} without backing off: of {}, {} were needless; {}. {} would have sufficed.",
            self.since(),
            if self.incident.services.is_empty() {
                "calls are retried".to_owned()
            } else {
                format!("{} retries", self.who())
            },
            count_of(failed, "failed call"),
            number(wasted),
            reasons.join(", "),
            number(failed - wasted),
        )
    }

    pub(super) fn skew(&self, median: i64, answers: u64) -> String {
        let distance = duration(median.unsigned_abs().saturating_mul(1000));
        let side = if median < 0 { "ahead of" } else { "behind" };
        format!(
            "The clock{} is {distance} {side} the API's: the Date header of {} differs from the log's own time by {median} s.",
            self.of_whom(),
            count_of(answers, "answer"),
        )
    }

    pub(super) fn in_use(&self, tenths: u64) -> String {
        let times = match (self.incident.onset, self.incident.last) {
            (Some(first), Some(last)) => format!(" ({} to {})", self.at(first), self.at(last)),
            _ => String::new(),
        };
        let key = self.key();
        let key = key.strip_prefix("key ").map_or_else(|| "The key".to_owned(), |rest| format!("Key {rest}"));
        format!(
            "{key} has been in use for {}.{} days{times}, {}.",
            tenths / 10,
            tenths % 10,
            count_of(self.incident.calls, "call")
        )
    }

    pub(super) fn exposed(&self, secrets: &[Secret]) -> String {
        let occurrences: u64 = secrets.iter().map(|secret| secret.occurrences).sum();
        let first = self.incident.first.as_ref();
        let first = first.map(|at| format!(", first at {}:{}", one_line(&at.source), at.place.line));
        let fate = |secret: &Secret| match (secret.accepted_until, secret.refused_since) {
            (_, Some(at)) => format!(", refused since {}", self.at(at)),
            (Some(at), None) => format!(", accepted until {} at least", self.at(at)),
            (None, None) => String::new(),
        };
        let rows: Vec<String> = secrets
            .iter()
            .take(MAX_NAMES)
            .map(|secret| format!("{} ({}{})", short(&secret.shown), one_line(&secret.family), fate(secret)))
            .collect();
        let more = secrets.len().saturating_sub(MAX_NAMES);
        let more =
            if more > 0 { format!(" and {}", count_of(more as u64, "more key")) } else { String::new() };
        format!(
            "{} in the log in full, {}{}: {}{more}.",
            if secrets.len() == 1 {
                "A secret stands".to_owned()
            } else {
                format!("{} secrets stand", secrets.len())
            },
            count_of(occurrences, "time"),
            first.unwrap_or_default(),
            rows.join(", "),
        )
    }

    pub(super) fn shared(&self, are_environments: bool, users: u64) -> String {
        let incident = self.incident;
        let names = if are_environments { &incident.environments } else { &incident.services };
        let noun = if are_environments { "environments" } else { "unrelated services" };
        let names = list(names).unwrap_or_default();
        format!("One key ({}) is used by {users} {noun}: {names}.", list(&incident.keys).unwrap_or_default())
    }

    pub(super) fn outdated(&self, client: &str, version: &str, least: &str) -> String {
        format!(
            "{}, {} with {client} {}, older than {least}{}.",
            self.since(),
            if self.incident.services.is_empty() {
                "the API is called".to_owned()
            } else {
                format!(
                    "{} {} the API",
                    self.who(),
                    if self.incident.services.len() > 1 { "call" } else { "calls" }
                )
            },
            one_line(version),
            format_args!(" ({})", count_of(self.incident.calls, "call")),
        )
    }

    pub(super) fn answered(
        &self,
        are_projects: bool,
        accounts: &BTreeMap<Arc<str>, Vec<Arc<str>>>,
    ) -> String {
        let noun = if are_projects { "projects" } else { "organizations" };
        let names =
            |services: &[Arc<str>]| list(&services.iter().map(|name| (Arc::clone(name), 1)).collect());
        let rows: Vec<String> = accounts
            .iter()
            .take(MAX_NAMES)
            .map(|(account, services)| {
                format!("{} ({})", short(account), names(services).unwrap_or_default())
            })
            .collect();
        let more = accounts.len().saturating_sub(MAX_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!(
            "Answers to one key ({}) come for {} {noun}: {}{more}.",
            list(&self.incident.keys).unwrap_or_default(),
            accounts.len(),
            rows.join(", ")
        )
    }

    pub(super) fn some_fail(&self) -> String {
        let incident = self.incident;
        let names = [&incident.organizations, &incident.projects, &incident.hosts];
        let tied: Vec<String> = names.into_iter().filter_map(list).collect();
        let tied = if tied.is_empty() { String::new() } else { format!(" ({})", tied.join("; ")) };
        let others = incident.calls.saturating_sub(incident.failures);
        format!(
            "{}, {}{}{tied} failed while {} {} accepted: {}.",
            self.when(),
            count_of(incident.failures, "call"),
            self.of_whom(),
            count_of(others, "other"),
            if others == 1 { "was" } else { "were" },
            self.title()
        )
    }

    pub(super) fn without_context(&self) -> String {
        format!(
            "{} that failed for want of the right organization or project{} named neither in their headers.",
            count_of(self.incident.failures, "call"),
            self.of_whom()
        )
    }
}

/// A pause: `0.4 s`, `2.7 s`, `2 min`.
fn precise(ms: u64) -> String {
    let tenths = ms.saturating_add(50) / 100;
    if ms < 60_000 { format!("{}.{} s", tenths / 10, tenths % 10) } else { duration(ms) }
}
