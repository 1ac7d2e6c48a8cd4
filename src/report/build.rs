//! Summary, rules and coverage → [`Report`].

mod actions;
mod changes;
mod coverage;
mod grade;
mod log_health;
mod trend;
mod who;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aggregate::{self, Capped, EXPOSED, Group, Merge, Summary, Usage};
use crate::correlate;
use crate::model::{Family, Location, Severity};
use crate::report::advice::{Advice, Scope};
use crate::report::incidents::incident;
use crate::report::limits::limits;
use crate::report::problems::problems;
use crate::report::view::{
    CauseReport, Evidence, Exposure, Hour, IncidentReport, Key, Named, Names, Period, Place, Provenance,
    Report, RequestId, Retries, SCHEMA, Sample, Service, Settings, State, Tool, Totals, Unclassified,
    Verdict,
};
use crate::report::words::{count_of, percent, retry_advice, sureness};
use crate::rules::RuleSet;

/// The rule that says for how long a key may be in use.
const ROTATION: &str = "key-rotation-overdue";

impl Report {
    /// The report of a summary.
    #[must_use]
    pub fn new(
        summary: &Summary,
        rules: &RuleSet,
        coverage: &crate::model::Coverage,
        settings: &Settings,
    ) -> Self {
        let causes = causes(summary, rules);
        let rotation = correlate::Settings { rotation_days: settings.rotation_days };
        let incidents: Vec<IncidentReport> = correlate::correlate(summary, rules, &rotation)
            .iter()
            .map(|one| incident(one, rules, &settings.zone))
            .collect();
        let period = period(summary, settings);
        let retries = retries(summary);
        let in_vain = retries.too_soon.saturating_add(retries.needless);
        let is_open = |cause: &CauseReport| actions::is_open(cause, &incidents, summary);
        Self {
            schema: SCHEMA,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            arguments: settings.arguments.clone(),
            verdict: Verdict {
                grade: grade::grade(summary, &incidents, in_vain),
                ..verdict(summary, &causes, rules)
            },
            totals: totals(summary.totals.calls),
            trend: trend::trend(summary, &period),
            changes: settings.baseline.as_ref().map(|before| changes::changes(summary, before, rules)),
            actions: actions::actions(&causes, &incidents, summary, rules),
            services: services(summary),
            keys: keys(summary, rotation_days(rules, settings)),
            who: who::who(summary),
            clients: who::clients(summary),
            billing: who::billing(&causes, &is_open),
            limits: limits(summary),
            retries,
            hygiene: hygiene(summary),
            unclassified: unclassified(summary),
            log_health: log_health::log_health(summary),
            coverage: coverage::coverage(coverage, summary, rules, &period),
            problems: problems(&coverage.problems),
            provenance: Provenance {
                rules_hash: rules.hash(),
                rules: rules.rules().len(),
                inputs_hash: coverage::inputs_hash(coverage),
            },
            is_periodic: settings.is_periodic,
            incidents,
            period,
            causes,
        }
    }
}

/// Retries of all callers.
fn retries(summary: &Summary) -> Retries {
    let mut all = aggregate::Retries::default();
    summary.tracks.retries().for_each(|(_, retries)| all.merge(retries.clone()));
    let too_soon = all.wasted.values().map(|wasted| wasted.hasty.total().count + wasted.hasty.timeless).sum();
    Retries {
        failed_retries: summary.totals.retries,
        needless: summary.totals.needless_retries,
        too_soon,
        usual_pause_ms: correlate::usual_pause_ms(&all),
        asked_ms: all.asked_ms,
    }
}

fn period(summary: &Summary, settings: &Settings) -> Period {
    Period {
        from: settings.since.or(summary.span.first.as_ref().map(|seen| seen.at)),
        to: settings.until.or(summary.span.last.as_ref().map(|seen| seen.at)),
        timezone: settings.zone_name.clone(),
        zone: settings.zone.clone(),
    }
}

fn totals(calls: Usage) -> Totals {
    let all = calls.ok + calls.failed;
    let success_rate = (all > 0).then(|| calls.ok as f64 / all as f64);
    Totals { calls: all, ok: calls.ok, failed: calls.failed, success_rate }
}

fn verdict(summary: &Summary, causes: &[CauseReport], rules: &RuleSet) -> Verdict {
    let Usage { ok, failed } = summary.totals.calls;
    let severity = |cause: &CauseReport| severity_of(&cause.cause, summary.causes.get(&*cause.cause), rules);
    let act_first = causes.iter().min_by_key(|cause| (severity(cause), std::cmp::Reverse(cause.count)));
    let (state, sentence) = match (ok, failed) {
        (0, 0) => (State::NoCalls, "No call to the OpenAI API is visible.".to_owned()),
        (_, 0) => (State::Healthy, format!("No failure in {} to the OpenAI API.", count_of(ok, "call"))),
        (0, _) => (
            State::Failing,
            format!("{} to the OpenAI API failed. No successful call is visible.", count_of(failed, "call")),
        ),
        (_, _) => (
            State::Failing,
            format!(
                "{} of {} to the OpenAI API failed ({}).",
                super::sink::number(failed),
                count_of(ok + failed, "call"),
                percent(failed, ok + failed)
            ),
        ),
    };
    Verdict { state, sentence, act_first: act_first.map(|cause| cause.cause.clone()), grade: None }
}

/// How bad a cause is for those of its calls that it hits worst; what the rule says where none was judged.
fn severity_of(cause: &str, group: Option<&Group>, rules: &RuleSet) -> Severity {
    let of_rule = || rules.rule(cause).map_or(Severity::Low, |rule| rule.info.severity);
    group.and_then(Group::severity).unwrap_or_else(of_rule)
}

fn causes(summary: &Summary, rules: &RuleSet) -> Vec<CauseReport> {
    let failed = summary.totals.calls.failed;
    let mut causes: Vec<CauseReport> =
        summary.causes.iter().map(|(id, group)| cause(id, group, failed, rules)).collect();
    let severity = |cause: &CauseReport| severity_of(&cause.cause, summary.causes.get(&*cause.cause), rules);
    causes.sort_by(|a, b| {
        b.count.cmp(&a.count).then_with(|| severity(a).cmp(&severity(b))).then_with(|| a.cause.cmp(&b.cause))
    });
    causes
}

fn cause(id: &Arc<str>, group: &Group, failed: u64, rules: &RuleSet) -> CauseReport {
    let rule = rules.rule(id);
    let info = rule.map(|rule| &rule.info);
    let services = names(&group.services, group.calls);
    let environments = names(&group.environments, group.calls);
    let keys = names(&group.keys, group.calls);
    let models = names(&group.models, group.calls);
    let organizations = names(&group.organizations, group.calls);
    let projects = names(&group.projects, group.calls);
    let scope = Scope {
        service: plain(&services),
        environment: plain(&environments),
        key: plain(&keys),
        model: plain(&models),
        organization: plain(&organizations),
        project: plain(&projects),
        is_azure: group.calls > 0 && group.azure_calls == group.calls,
    };
    let advice = rule.map(|rule| Advice::new(rule, &scope)).unwrap_or_default();
    let retry = info.and_then(|info| info.retry);
    CauseReport {
        cause: id.to_string(),
        title: info.map_or_else(|| id.to_string(), |info| info.title.to_string()),
        family: info.map_or(Family::Other, |info| info.family).word(),
        severity: severity_of(id, Some(group), rules).word(),
        retry: retry.map(crate::model::Retry::word),
        retry_advice: info.and_then(|info| retry_advice(info, Some(group.tier()), group.retry_after_ms)),
        blocks: rule.and_then(|rule| rule.blocks).map(crate::rules::Blocks::word),
        count: group.calls,
        share: if failed == 0 { 0.0 } else { group.calls as f64 / failed as f64 },
        tier: group.tier().word(),
        sureness: sureness(group.tier()),
        tiers: group.tiers.iter().map(|(tier, count)| (tier.word(), *count)).collect(),
        first_seen: group.span.first.as_ref().map(|seen| seen.at),
        last_seen: group.span.last.as_ref().map(|seen| seen.at),
        statuses: statuses(group),
        hosts: names(&group.hosts, group.calls),
        clients: names(&group.clients, group.calls),
        why: advice.why,
        fix: advice.fix,
        verify: advice.verify,
        prevent: advice.prevent,
        not: advice.not,
        links: rule.map(|rule| rule.links.clone()).unwrap_or_default(),
        samples: samples(&group.samples),
        locations: group.locations.iter().map(place).collect(),
        last_location: group.last_location.as_ref().map(place),
        request_ids: request_ids(group),
        retry_after_ms: group.retry_after_ms,
        timeline_hours: group.hours.width(),
        timeline: group.hours.iter().map(|(start, count)| Hour { start: Some(start), count }).collect(),
        services,
        environments,
        keys,
        models,
        organizations,
        projects,
    }
}

fn request_ids(group: &Group) -> Vec<RequestId> {
    let row = |(timestamp, id): &(Option<Timestamp>, Arc<str>)| RequestId {
        id: id.to_string(),
        timestamp: *timestamp,
    };
    group.request_ids.values().into_iter().map(row).collect()
}

fn statuses(group: &Group) -> Names {
    let mut named: Vec<Named> = group
        .statuses
        .iter()
        .filter_map(|(status, count)| status.map(|status| Named { name: status.to_string(), count: *count }))
        .collect();
    named.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Names { named, others: 0, unnamed: group.statuses.get(&None).copied().unwrap_or_default() }
}

/// Names with their counts, most first; what is missing to `whole` is unnamed.
fn names<const CAP: usize>(counts: &Capped<u64, CAP>, whole: u64) -> Names {
    let mut named: Vec<Named> =
        counts.iter().map(|(name, count)| Named { name: name.to_string(), count: *count }).collect();
    named.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    let others = *counts.others();
    let known: u64 = named.iter().map(|row| row.count).sum::<u64>() + others;
    Names { named, others, unnamed: whole.saturating_sub(known) }
}

fn plain(names: &Names) -> Vec<&str> {
    names.named.iter().map(|row| row.name.as_str()).collect()
}

fn place(location: &Location) -> Place {
    Place { source: location.source.to_string(), line: location.place.line }
}

fn samples(samples: &aggregate::Samples) -> Vec<Sample> {
    let evidence = |row: &crate::model::Evidence| Evidence {
        field: row.field.to_string(),
        value: row.value.to_string(),
    };
    let row = |sample: &aggregate::Sample| Sample {
        location: place(&sample.location),
        text: sample.text.as_str().to_owned(),
        evidence: sample.evidence.iter().map(evidence).collect(),
    };
    samples.iter().map(row).collect()
}

fn services(summary: &Summary) -> Vec<Service> {
    let row = |name: Option<String>, usage: &Usage, causes| Service {
        name,
        calls: usage.ok + usage.failed,
        failed: usage.failed,
        ok: usage.ok,
        causes,
    };
    let causes_of = |service: &str| -> BTreeMap<String, u64> {
        let count = |group: &Group| group.services.get(service).copied();
        summary
            .causes
            .iter()
            .filter_map(|(id, group)| count(group).map(|count| (id.to_string(), count)))
            .collect()
    };
    let mut services: Vec<Service> = summary
        .services
        .iter()
        .map(|(name, usage)| row(Some(name.to_string()), usage, causes_of(name)))
        .collect();
    services.sort_by(|a, b| {
        b.failed.cmp(&a.failed).then_with(|| b.calls.cmp(&a.calls)).then_with(|| a.name.cmp(&b.name))
    });
    let others = summary.services.others();
    if others.ok + others.failed > 0 {
        services.push(row(None, others, BTreeMap::new()));
    }
    services
}

/// Days after which a key should have been replaced: what was asked for, else what the rule says.
fn rotation_days(rules: &RuleSet, settings: &Settings) -> Option<u64> {
    let of_rule = || rules.rule(ROTATION)?.correlations.first()?.condition.gte;
    settings.rotation_days.map(u64::from).or_else(of_rule)
}

fn keys(summary: &Summary, rotation_days: Option<u64>) -> Vec<Key> {
    let row = |shown: &str, key: &aggregate::KeyUse| Key {
        shown: shown.to_owned(),
        shape: key.shape.map(crate::model::KeyShape::word),
        fingerprint: key.fingerprint.as_ref().map(ToString::to_string),
        ok: key.calls.ok,
        failed: key.calls.failed,
        first_seen: key.span.first.as_ref().map(|seen| seen.at),
        last_seen: key.span.last.as_ref().map(|seen| seen.at),
        accepted_until: accepted_until(key),
        refused_since: refused_since(key),
        services: names(&key.services, key.calls.ok + key.calls.failed),
        environments: names(&key.environments, key.calls.ok + key.calls.failed),
        exposed: key.exposed,
        days_in_use: days_in_use(key),
        rotation_days,
        is_overdue: days_in_use(key)
            .zip(rotation_days)
            .is_some_and(|(days, allowed)| days.floor() >= allowed as f64),
    };
    let mut keys: Vec<Key> = summary.keys.iter().map(|(shown, key)| row(shown, key)).collect();
    keys.sort_by(|a, b| b.failed.cmp(&a.failed).then_with(|| a.shown.cmp(&b.shown)));
    let others = summary.keys.others();
    if others.calls != Usage::default() || others.exposed > 0 {
        keys.push(row("further keys", others));
    }
    keys
}

/// Days from the first to the last call with a key, in tenths.
fn days_in_use(key: &aggregate::KeyUse) -> Option<f64> {
    let (first, last) = (key.span.first.as_ref()?, key.span.last.as_ref()?);
    let tenths = last.at.duration_since(first.at).as_secs() / 8640;
    Some(tenths as f64 / 10.0)
}

/// The last success with a key.
fn accepted_until(key: &aggregate::KeyUse) -> Option<Timestamp> {
    Timestamp::from_millisecond(key.accepted.last).ok().filter(|_| !key.accepted.is_empty())
}

/// The first refusal of a key that is refused after its last success.
fn refused_since(key: &aggregate::KeyUse) -> Option<Timestamp> {
    let is_last = key.refused.last > key.accepted.last || key.accepted.is_empty();
    let since = key.refused.first.max(key.accepted.last);
    Timestamp::from_millisecond(since).ok().filter(|_| is_last && !key.refused.is_empty())
}

fn hygiene(summary: &Summary) -> Vec<Exposure> {
    let life = |exposure: &aggregate::Exposure| summary.keys.get(exposure.shown.as_ref()?.as_str());
    let row = |exposure: &aggregate::Exposure| Exposure {
        cause: EXPOSED,
        family: exposure.family.as_deref().unwrap_or("unknown").to_owned(),
        shown: exposure.shown.as_ref().map(ToString::to_string).unwrap_or_default(),
        fingerprint: exposure.fingerprint.as_ref().map(ToString::to_string),
        count: exposure.count,
        first_seen: exposure.span.first.as_ref().map(|seen| seen.at),
        last_seen: exposure.span.last.as_ref().map(|seen| seen.at),
        accepted_until: life(exposure).and_then(accepted_until),
        refused_since: life(exposure).and_then(refused_since),
        services: names(&exposure.services, exposure.count),
        locations: exposure.locations.iter().map(place).collect(),
    };
    let mut rows: Vec<Exposure> = summary.exposed.iter().map(|(_, exposure)| row(exposure)).collect();
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.shown.cmp(&b.shown)));
    let others = summary.exposed.others();
    if others.count > 0 {
        rows.push(Exposure {
            family: "several".to_owned(),
            shown: "further secrets".to_owned(),
            ..row(others)
        });
    }
    rows
}

fn unclassified(summary: &Summary) -> Vec<Unclassified> {
    let row = |template: &str, group: &Group| Unclassified {
        template: template.to_owned(),
        count: group.calls,
        first_seen: group.span.first.as_ref().map(|seen| seen.at),
        last_seen: group.span.last.as_ref().map(|seen| seen.at),
        services: names(&group.services, group.calls),
        samples: samples(&group.samples),
    };
    let mut rows: Vec<Unclassified> =
        summary.unclassified.iter().map(|(template, group)| row(template, group)).collect();
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.template.cmp(&b.template)));
    let others = summary.unclassified.others();
    if others.calls > 0 {
        rows.push(row("further texts", others));
    }
    rows
}
