//! What a live run says as it happens: one line each for people, one JSON object each for programs.
//!
//! Goes in: a call with its verdict, or an incident. Comes out: text without line end, neutralised, secrets masked.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Look;
use super::advice::{Advice, Scope};
use super::event::EventLine;
use super::incidents::incident;
use super::sink::json::SafeJson;
use super::sink::{cut, number, one_line};
use super::view::{IncidentReport, Report};
use super::words::sureness;
use crate::correlate::Incident;
use crate::model::{Call, Finding, Severity};
use crate::rules::RuleSet;

/// Version of the objects that a live run writes.
pub const LIVE_SCHEMA: u32 = 1;

/// How lines for people are written.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    /// For titles and advice.
    pub rules: &'a RuleSet,
    /// In which times are shown.
    pub zone: TimeZone,
    /// Colour, and the width to which lines are cut; `None` for lines of any length.
    pub look: Option<Look>,
}

/// One object of a live run.
#[derive(Debug, Serialize)]
#[serde(tag = "live", rename_all = "kebab-case")]
enum Object<'a> {
    Call { schema: u32, call: EventLine<'a> },
    IncidentOpened { schema: u32, incident: IncidentReport },
    IncidentOver { schema: u32, incident: IncidentReport },
    Report { schema: u32, report: &'a Report },
}

impl Lines<'_> {
    /// A cause that was not seen before at this service: time, service, cause, what to do, where.
    #[must_use]
    pub fn finding(&self, call: &Call, finding: Option<&Finding>) -> String {
        let service = call.seen.context.service.as_deref();
        let (title, id, tier) = match finding {
            Some(finding) => (&*finding.cause.title, &*finding.cause.id, sureness(finding.tier)),
            None => ("A failure that no rule explains", "unclassified", "unclear"),
        };
        let place = format!("{}:{}", call.source, call.seen.place.line);
        let fix = self.fix(call, id).map(|fix| format!(" {fix}")).unwrap_or_default();
        let severity = finding.map_or(Severity::Medium, |finding| finding.cause.severity);
        let when = self.time(call.seen.context.stamp.map(|stamp| stamp.at));
        let who = service.unwrap_or("-");
        self.line(&when, severity, &format!("{who}  {title} ({id}, {tier})."), &format!("{fix}  {place}"))
    }

    /// How often a cause was seen at a service by now.
    #[must_use]
    pub fn count(&self, call: &Call, finding: Option<&Finding>, count: u64) -> String {
        let id = finding.map_or("unclassified", |finding| &*finding.cause.id);
        let who = call.seen.context.service.as_deref().unwrap_or("-");
        let when = self.time(call.seen.context.stamp.map(|stamp| stamp.at));
        self.line(&when, Severity::Info, &format!("{who}  {id}: {} calls by now", number(count)), "")
    }

    /// An incident that was not known before.
    #[must_use]
    pub fn opened(&self, found: &Incident) -> String {
        let told = incident(found, self.rules, &self.zone);
        let severity = found.severity(self.rules);
        let next = told.next_step.map(|step| format!(" {step}")).unwrap_or_default();
        self.line(&self.time(told.onset), severity, &format!("incident: {}", told.sentence), &next)
    }

    /// An incident whose callers all succeeded again.
    #[must_use]
    pub fn over(&self, found: &Incident) -> String {
        let told = incident(found, self.rules, &self.zone);
        let at = found.recovered_at.and_then(|at| Timestamp::from_millisecond(at).ok()).or(told.last_seen);
        let failures = number(told.failures);
        let text = format!("incident over: {} ({}), {failures} calls failed", told.title, told.cause);
        self.line(&self.time(at), Severity::Info, &text, "")
    }

    /// The first step of the advice, with names filled in.
    fn fix(&self, call: &Call, id: &str) -> Option<String> {
        let rule = self.rules.rule(id)?;
        Advice::new(rule, &Scope::of(call)).fix.into_iter().next()
    }

    fn time(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(
            || "--:--:--".to_owned(),
            |at| at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string(),
        )
    }

    fn line(&self, when: &str, severity: Severity, what: &str, more: &str) -> String {
        let (what, more) = (one_line(what), one_line(more));
        let plain = format!("{when}  {what}{}{more}", if more.is_empty() { "" } else { " " });
        let Some(look) = self.look else { return plain };
        let shown = cut(&plain, look.width);
        if !look.is_coloured {
            return shown.into_owned();
        }
        let style = style(severity);
        match (shown.strip_prefix(when), what.as_ref()) {
            (Some(rest), what) => match rest.strip_prefix("  ").and_then(|rest| rest.strip_prefix(what)) {
                Some(rest) => format!("{when}  {style}{what}{style:#}{rest}"),
                None => format!("{when}{style}{rest}{style:#}"),
            },
            (None, _) => shown.into_owned(),
        }
    }
}

fn style(severity: Severity) -> anstyle::Style {
    use anstyle::AnsiColor;
    match severity {
        Severity::Critical => AnsiColor::Red.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low => AnsiColor::Cyan.on_default(),
        Severity::Info => anstyle::Style::new().dimmed(),
    }
}

/// A call as one object.
#[must_use]
pub fn call_object(call: &Call, finding: Option<&Finding>) -> String {
    object(&Object::Call { schema: LIVE_SCHEMA, call: EventLine::new(call, finding) })
}

/// An incident as one object; `is_over` when its callers succeeded again.
#[must_use]
pub fn incident_object(found: &Incident, rules: &RuleSet, zone: &TimeZone, is_over: bool) -> String {
    let (schema, incident) = (LIVE_SCHEMA, incident(found, rules, zone));
    object(&if is_over {
        Object::IncidentOver { schema, incident }
    } else {
        Object::IncidentOpened { schema, incident }
    })
}

/// The report at the end as one object.
#[must_use]
pub fn report_object(report: &Report) -> String {
    object(&Object::Report { schema: LIVE_SCHEMA, report })
}

fn object(object: &Object<'_>) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, SafeJson::compact());
    // Strings and numbers written into memory: there is nothing that could fail.
    let _ = object.serialize(&mut serializer);
    String::from_utf8_lossy(&bytes).into_owned()
}
