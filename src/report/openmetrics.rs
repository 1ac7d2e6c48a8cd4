//! The report as OpenMetrics: a text file for the collector of a node exporter, or a push.
//!
//! Every number is a gauge: it belongs to the period of the report and may fall in the next one. A text file
//! collector that reads the older text format takes it as well. Labels are bounded: causes by the rules,
//! services and limits by a number; what is beyond is summed up.

mod period;

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Look;
use super::phrases;
use super::sink::openmetrics::label;
use super::view::Report;

/// Services and limits with a label of their own.
const MAX_LABELS: usize = 32;

/// Writes all families and the mark of the end.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    about(report, &mut text);
    calls(report, &mut text);
    services(report, &mut text);
    incidents(report, &mut text);
    limits(report, &mut text);
    retries(report, &mut text);
    period::period(report, &mut text);
    reading(report, &mut text);
    text.push_str("# EOF\n");
    out.write_all(text.as_bytes())
}

/// One metric family: all its samples stand together below its head.
struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
    samples: Vec<(String, Value)>,
}

/// What a sample says: names that look the same once they are harmless share one.
#[derive(Clone, Copy)]
enum Value {
    /// Is added up.
    Count(u64),
    /// A time, a share: the greatest counts.
    Level(f64),
}

impl<'a> Family<'a> {
    fn new(text: &'a mut String, name: &'static str, help: &str) -> Self {
        let _ = writeln!(text, "# TYPE {name} gauge");
        if let Some(unit) =
            ["ratio", "seconds", "bytes"].iter().find(|unit| name.ends_with(&format!("_{unit}")))
        {
            let _ = writeln!(text, "# UNIT {name} {unit}");
        }
        let _ = writeln!(text, "# HELP {name} {help}");
        Self { text, name, samples: Vec::new() }
    }

    /// A number of things.
    fn count(&mut self, labels: &[(&str, &str)], value: u64) {
        self.sample(labels, Value::Count(value));
    }

    /// A share, or a time in seconds.
    fn level(&mut self, labels: &[(&str, &str)], value: f64) {
        self.sample(labels, Value::Level(value));
    }

    /// Every value of a label passes the sink here.
    fn sample(&mut self, labels: &[(&str, &str)], value: Value) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        match self.samples.iter_mut().find(|(known, _)| *known == labels) {
            Some((_, known)) => *known = known.with(value),
            None => self.samples.push((labels, value)),
        }
    }
}

impl Value {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Count(one), Self::Count(other)) => Self::Count(one.saturating_add(other)),
            (Self::Level(one), Self::Level(other)) => Self::Level(one.max(other)),
            (known, _) => known,
        }
    }
}

impl Drop for Family<'_> {
    fn drop(&mut self) {
        for (labels, value) in &self.samples {
            let _ = match value {
                Value::Count(value) => writeln!(self.text, "{}{labels} {value}", self.name),
                Value::Level(value) => writeln!(self.text, "{}{labels} {value}", self.name),
            };
        }
    }
}

fn about(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_build_info", "What made this report.");
    family.count(&[("version", report.tool.version), ("rules_hash", &report.provenance.rules_hash)], 1);
    drop(family);
    let times = [("from", report.period.from), ("to", report.period.to)];
    if times.iter().any(|(_, at)| at.is_some()) {
        let mut family = Family::new(
            text,
            "why4xx_period_timestamp_seconds",
            "Start and end of the period of the report.",
        );
        for (edge, at) in times {
            if let Some(at) = at {
                family.level(&[("edge", edge)], at.as_second() as f64);
            }
        }
    }
}

fn calls(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_calls", "Calls to the OpenAI API in the period.");
    family.count(&[("outcome", "ok")], report.totals.ok);
    family.count(&[("outcome", "failed")], report.totals.failed);
    drop(family);
    if let Some(rate) = report.totals.success_rate {
        Family::new(text, "why4xx_success_ratio", "Share of calls that succeeded.").level(&[], rate);
    }
    let mut family = Family::new(text, "why4xx_failed_calls", "Failed calls by root cause.");
    for cause in &report.causes {
        let labels =
            [("cause", cause.cause.as_str()), ("family", cause.family), ("severity", cause.severity)];
        family.count(&labels, cause.count);
    }
    drop(family);
    let name = "why4xx_last_failure_timestamp_seconds";
    let mut family = Family::new(text, name, "When a call failed last, by root cause.");
    for cause in &report.causes {
        if let Some(at) = cause.last_seen {
            family.level(&[("cause", &cause.cause)], at.as_second() as f64);
        }
    }
}

fn services(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_service_calls", "Calls by service.");
    let is_own =
        |index: usize| index < MAX_LABELS && report.services.get(index).is_some_and(|row| row.name.is_some());
    let (mut ok, mut failed) = (0, 0);
    for (index, service) in report.services.iter().enumerate() {
        if is_own(index) {
            let name = phrases::service(service);
            family.count(&[("service", name), ("outcome", "ok")], service.ok);
            family.count(&[("service", name), ("outcome", "failed")], service.failed);
        } else {
            ok += service.ok;
            failed += service.failed;
        }
    }
    if ok + failed > 0 {
        // No service has an empty name.
        family.count(&[("service", ""), ("outcome", "ok")], ok);
        family.count(&[("service", ""), ("outcome", "failed")], failed);
    }
}

fn incidents(report: &Report, text: &mut String) {
    let mut causes: Vec<&str> = report.incidents.iter().map(|incident| incident.cause.as_str()).collect();
    causes.sort_unstable();
    causes.dedup();
    let mut family =
        Family::new(text, "why4xx_incidents", "Incidents by cause and whether calls succeeded again.");
    for cause in causes {
        let of_cause = || report.incidents.iter().filter(|incident| incident.cause == cause);
        let recovered = of_cause().filter(|incident| incident.recovered).count() as u64;
        family.count(&[("cause", cause), ("state", "open")], of_cause().count() as u64 - recovered);
        family.count(&[("cause", cause), ("state", "recovered")], recovered);
    }
    let exposed: u64 = report.hygiene.iter().map(|exposure| exposure.count).sum();
    drop(family);
    Family::new(text, "why4xx_exposed_secrets", "How often secrets stand in the log in full.")
        .count(&[], exposed);
}

fn limits(report: &Report, text: &mut String) {
    let rows = || {
        report.limits.iter().take(MAX_LABELS).map(|row| {
            (
                [("model", row.model.as_deref().unwrap_or_default()), ("dimension", row.dimension.as_str())],
                row,
            )
        })
    };
    let mut family =
        Family::new(text, "why4xx_limit_peak_use_ratio", "Share of a rate limit in use at the worst moment.");
    for (labels, row) in rows() {
        if let Some(peak) = row.peak_use {
            family.level(&labels, peak);
        }
    }
    drop(family);
    let mut family = Family::new(text, "why4xx_limit_refused_calls", "Calls that a rate limit refused.");
    for (labels, row) in rows() {
        family.count(&labels, row.refused);
    }
}

fn retries(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_retries", "Failed retries, and those that could not help.");
    let retries = &report.retries;
    family.count(&[("kind", "failed")], retries.failed_retries);
    family.count(&[("kind", "needless")], retries.needless);
    family.count(&[("kind", "too-soon")], retries.too_soon);
}

fn reading(report: &Report, text: &mut String) {
    let coverage = &report.coverage;
    Family::new(text, "why4xx_sources", "Sources that were read.").count(&[], coverage.sources.len() as u64);
    Family::new(text, "why4xx_lines", "Lines that were read.").count(&[], coverage.lines);
    Family::new(text, "why4xx_read_bytes", "Bytes that were read, unpacked.").count(&[], coverage.bytes);
    let problems: u64 = report.problems.iter().map(|problem| problem.count).sum();
    Family::new(text, "why4xx_problems", "What could not be read in full.").count(&[], problems);
}
