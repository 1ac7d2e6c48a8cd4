//! Incidents in words: sentences that can be pasted into a channel as they are.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::advice::{Advice, Scope};
use super::sink::number;
use super::view::{Caller, Evidence, IncidentReport, Named, Peak, Place, Rival};
use super::words::{count_of, duration, minute, short};
use crate::correlate::{Counts, Incident, Measure, Part};
use crate::model::{Family, Tier};
use crate::rules::{CorrelationType, Rule, RuleSet};

/// Names that a sentence lists.
pub(super) const MAX_NAMES: usize = 3;

/// An incident with what is needed to word it.
pub(super) struct Story<'a> {
    pub(super) incident: &'a Incident,
    rule: Option<&'a Rule>,
    zone: &'a TimeZone,
}

/// The incident for every renderer.
pub(super) fn incident(incident: &Incident, rules: &RuleSet, zone: &TimeZone) -> IncidentReport {
    let rule = rules.rule(&incident.cause);
    let info = rule.map(|rule| &rule.info);
    let story = Story { incident, rule, zone };
    let measures = Measures::of(&incident.measure);
    IncidentReport {
        cause: incident.cause.to_string(),
        title: info.map_or_else(|| incident.cause.to_string(), |info| info.title.to_string()),
        family: info.map_or(Family::Other, |info| info.family).word(),
        severity: incident.severity(rules).word(),
        tier: incident.tier.word(),
        onset: time(incident.onset),
        end: time(incident.end()),
        last_seen: time(incident.last),
        recovered: incident.is_recovered,
        failures: incident.failures,
        peak: incident.peak().map(|(hour, failures)| Peak { start: time(Some(hour)), failures }),
        calls: incident.calls,
        services: named(&incident.services),
        environments: named(&incident.environments),
        hosts: named(&incident.hosts),
        keys: named(&incident.keys),
        organizations: named(&incident.organizations),
        projects: named(&incident.projects),
        stragglers: incident.stragglers().into_iter().map(caller).collect(),
        explains: incident.explains.iter().map(|(cause, count)| (cause.to_string(), *count)).collect(),
        evidence: incident.evidence.iter().map(evidence).collect(),
        rivals: story.rivals(),
        location: incident
            .first
            .as_ref()
            .map(|at| Place { source: at.source.to_string(), line: at.place.line }),
        days: measures.days,
        skew_seconds: measures.skew_seconds,
        wasted_calls: measures.wasted_calls,
        occurrences: measures.occurrences,
        sentence: story.sentence(),
        next_step: story.next_step(),
        settle: story.settle(),
    }
}

#[derive(Default)]
struct Measures {
    days: Option<f64>,
    skew_seconds: Option<i64>,
    wasted_calls: Option<u64>,
    occurrences: Option<u64>,
}

impl Measures {
    fn of(measure: &Measure) -> Self {
        let mut measures = Self::default();
        match measure {
            Measure::DecidaysInUse(tenths) => measures.days = Some(*tenths as f64 / 10.0),
            Measure::SkewSeconds { median, .. } => measures.skew_seconds = Some(*median),
            Measure::Retries { hasty, needless, .. } => measures.wasted_calls = Some(hasty + needless),
            Measure::Exposed(secrets) => {
                measures.occurrences = Some(secrets.iter().map(|secret| secret.occurrences).sum());
            }
            Measure::None
            | Measure::Shared { .. }
            | Measure::Percent(_)
            | Measure::Outdated { .. }
            | Measure::Answered { .. } => {}
        }
        measures
    }
}

impl Story<'_> {
    pub(super) fn at(&self, at: i64) -> String {
        time(Some(at)).map_or_else(|| "an unknown time".to_owned(), |at| minute(at, self.zone, true))
    }

    pub(super) fn since(&self) -> String {
        self.incident
            .onset
            .map_or_else(|| "At unknown times".to_owned(), |onset| format!("Since {}", self.at(onset)))
    }

    pub(super) fn title(&self) -> String {
        self.rule.map_or_else(|| self.incident.cause.to_string(), |rule| rule.info.title.to_string())
    }

    /// `of billing (prod)`, or nothing when nobody is named.
    pub(super) fn of_whom(&self) -> String {
        let services = list(&self.incident.services);
        let environments = list(&self.incident.environments);
        match (services, environments) {
            (Some(services), Some(environments)) => format!(" of {services} ({environments})"),
            (Some(services), None) => format!(" of {services}"),
            (None, Some(environments)) => format!(" in {environments}"),
            (None, None) => String::new(),
        }
    }

    pub(super) fn who(&self) -> String {
        list(&self.incident.services).unwrap_or_else(|| "The client".to_owned())
    }

    pub(super) fn key(&self) -> String {
        list(&self.incident.keys).map_or_else(|| "the key".to_owned(), |keys| format!("key {keys}"))
    }

    fn sentence(&self) -> String {
        match &self.incident.measure {
            Measure::Retries { hasty, needless, pause_ms, asked_ms } => {
                self.retries(*hasty, *needless, *pause_ms, *asked_ms)
            }
            Measure::SkewSeconds { median, answers } => self.skew(*median, *answers),
            Measure::DecidaysInUse(tenths) => self.in_use(*tenths),
            Measure::Exposed(secrets) => self.exposed(secrets),
            Measure::Shared { are_environments, users } => self.shared(*are_environments, *users),
            Measure::Percent(_) => self.some_fail(),
            Measure::Outdated { client, version, least } => self.outdated(client, version, least),
            Measure::Answered { are_projects, accounts } => self.answered(*are_projects, accounts),
            Measure::None if self.incident.kind == CorrelationType::TemporalOrdered => self.ordered(),
            Measure::None if self.incident.parts.is_empty() => self.without_context(),
            Measure::None => self.run(),
        }
    }

    fn run(&self) -> String {
        let incident = self.incident;
        let all = match incident.calls {
            calls if calls > incident.failures => {
                format!("{} of {}", number(incident.failures), count_of(calls, "call"))
            }
            _ => count_of(incident.failures, "call"),
        };
        let mut text = format!("{}, {all}{} failed: {}.", self.when(), self.of_whom(), self.title());
        text += &self.limit();
        text += &self.before();
        text += &self.explained();
        text += &self.coincidence();
        text + &self.state()
    }

    fn ordered(&self) -> String {
        let incident = self.incident;
        let until = incident.last_ok_before.map_or_else(String::new, |at| format!(" until {}", self.at(at)));
        let key = self.key();
        let mut text = format!(
            "Calls{} succeeded{until} ({} seen); from {} on the API refuses {key}: {} failed and none succeeded.",
            self.of_whom(),
            number(incident.ok_before),
            incident.onset.map(|onset| self.at(onset)).unwrap_or_default(),
            count_of(incident.failures, "call"),
        );
        text += &self.coincidence();
        text + &self.state()
    }

    /// `From … to …` of what is over, `Since …` of what lasts.
    pub(super) fn when(&self) -> String {
        match (self.incident.onset, self.incident.end()) {
            (Some(onset), Some(end)) if self.at(onset) != self.at(end) => {
                format!("From {} to {}", self.at(onset), self.at(end))
            }
            (Some(onset), Some(_)) => format!("At {}", self.at(onset)),
            _ => self.since(),
        }
    }

    /// Which limit binds, and whether it was another before.
    fn limit(&self) -> String {
        let Some(binding) = &self.incident.binding else { return String::new() };
        let model = binding.model.as_ref().map(|model| format!(" for {}", short(model))).unwrap_or_default();
        let dimension = binding.dimension.replace('-', " ");
        let unit = if dimension.ends_with("day") { "" } else { " per minute" };
        let others: Vec<String> = binding
            .limits
            .iter()
            .filter(|limit| **limit != binding.limit)
            .map(|limit| number(*limit))
            .collect();
        let others = if others.is_empty() {
            String::new()
        } else {
            format!(" ({} at other times)", others.join(", "))
        };
        format!(" The limit of {} {dimension}{unit}{model} binds{others}.", number(binding.limit))
    }

    fn before(&self) -> String {
        match self.incident.ok_before {
            0 => " No success is visible before.".to_owned(),
            count => format!(" Before that {} succeeded.", count_of(count, "call")),
        }
    }

    fn explained(&self) -> String {
        let rows: Vec<String> = self
            .incident
            .explains
            .iter()
            .map(|(cause, count)| format!("{} {cause}", number(*count)))
            .collect();
        if rows.is_empty() { String::new() } else { format!(" It also explains {}.", rows.join(", ")) }
    }

    fn coincidence(&self) -> String {
        let names: Vec<String> =
            self.incident.coincides.iter().take(MAX_NAMES).map(|name| short(name)).collect();
        if names.is_empty() { String::new() } else { format!(" It began with {}.", names.join(", ")) }
    }

    fn state(&self) -> String {
        let incident = self.incident;
        let mut text = match (incident.end(), incident.onset, incident.recovered_at) {
            (Some(_), Some(onset), Some(recovered)) => {
                let took = u64::try_from(recovered.saturating_sub(onset)).unwrap_or_default();
                format!(" Recovered after {}.", duration(took))
            }
            (Some(_), ..) => " Recovered.".to_owned(),
            _ if incident.lasts_to_the_end() => " Still failing at the end of the log.".to_owned(),
            _ => incident
                .last
                .map_or_else(String::new, |last| format!(" No success is visible since {}.", self.at(last))),
        };
        let late: Vec<String> = incident
            .stragglers()
            .iter()
            .filter_map(|part| {
                part.service.as_ref().map(|service| format!("{} ({})", short(service), number(part.failures)))
            })
            .collect();
        if !late.is_empty() {
            text += &format!(" After others had recovered still failing: {}.", late.join(", "));
        }
        text
    }

    fn next_step(&self) -> Option<String> {
        let incident = self.incident;
        let names = |counts: &Counts| named(counts).into_iter().map(|row| row.name).collect::<Vec<_>>();
        let all = [
            names(&incident.services),
            names(&incident.environments),
            names(&incident.keys),
            names(&incident.organizations),
            names(&incident.projects),
        ];
        let [service, environment, key, organization, project] =
            all.each_ref().map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        let scope = Scope { service, environment, key, organization, project, ..Scope::default() };
        Advice::new(self.rule?, &scope).fix.into_iter().next()
    }

    /// The one line of logging that would settle what is not sure.
    fn settle(&self) -> Option<String> {
        let is_ordered = self.incident.kind == CorrelationType::TemporalOrdered;
        match self.incident.tier {
            Tier::Inconclusive if &*self.incident.cause == "connection-failed" => Some(
                "Log the exception with its traceback (`logger.exception`): the reason stands in its causes."
                    .to_owned(),
            ),
            Tier::Inconclusive => Some(
                "Log `error.code` and `error.message` of the answer where the exception is caught: they name the cause."
                    .to_owned(),
            ),
            Tier::Possible | Tier::Likely if is_ordered => Some(
                "Log the last four characters of the key when the service starts: they tell a revoked key from another one."
                    .to_owned(),
            ),
            _ => None,
        }
    }

    fn rivals(&self) -> Vec<Rival> {
        let mut rivals: Vec<Rival> = self
            .incident
            .rivals
            .iter()
            .map(|rival| Rival { cause: rival.cause.to_string(), rejected_by: rival.rejected_by.to_string() })
            .collect();
        let general = self.rule.and_then(|rule| rule.refines.as_ref());
        if let Some(general) = general.filter(|_| self.incident.kind == CorrelationType::TemporalOrdered) {
            rivals.insert(0, Rival { cause: general.to_string(), rejected_by: "ok".to_owned() });
        }
        rivals
    }
}

fn time(at: Option<i64>) -> Option<Timestamp> {
    at.and_then(|at| Timestamp::from_millisecond(at).ok())
}

fn named(counts: &Counts) -> Vec<Named> {
    let mut named: Vec<Named> =
        counts.iter().map(|(name, count)| Named { name: name.to_string(), count: *count }).collect();
    named.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    named
}

/// The first names, most events first.
pub(super) fn list(counts: &Counts) -> Option<String> {
    let named = named(counts);
    let shown: Vec<String> = named.iter().take(MAX_NAMES).map(|row| short(&row.name)).collect();
    let more = named.len().saturating_sub(MAX_NAMES);
    match (shown.split_last(), more) {
        (None, _) => None,
        (Some((last, [])), 0) => Some(last.clone()),
        (Some((last, rest)), 0) => Some(format!("{} and {last}", rest.join(", "))),
        (Some(_), more) => Some(format!("{} and {more} more", shown.join(", "))),
    }
}

fn caller(part: &Part) -> Caller {
    Caller {
        service: part.service.as_ref().map(ToString::to_string),
        environment: part.environment.as_ref().map(ToString::to_string),
        last_seen: time(part.last),
        failures: part.failures,
    }
}

fn evidence(row: &crate::model::Evidence) -> Evidence {
    Evidence { field: row.field.to_string(), value: row.value.to_string() }
}
