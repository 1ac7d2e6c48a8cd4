//! The report as OpenMetrics: a text file for the collector of a node exporter, or a push.
//!
//! Every number is a gauge: it belongs to the period of the report and may fall in the next one. A text file
//! collector that reads the older text format takes it as well. Labels are bounded: causes by the rules,
//! services and limits by a number; what is beyond is summed up.

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
    reading(report, &mut text);
    text.push_str("# EOF\n");
    out.write_all(text.as_bytes())
}

/// One metric family: all its samples stand together below its head.
struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
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
        Self { text, name }
    }

    /// A sample; every value of a label passes the sink here.
    fn sample(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

fn about(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_build_info", "What made this report.");
    family.sample(&[("version", report.tool.version), ("rules_hash", &report.provenance.rules_hash)], 1);
    let times = [("from", report.period.from), ("to", report.period.to)];
    if times.iter().any(|(_, at)| at.is_some()) {
        let mut family = Family::new(
            text,
            "why4xx_period_timestamp_seconds",
            "Start and end of the period of the report.",
        );
        for (edge, at) in times {
            if let Some(at) = at {
                family.sample(&[("edge", edge)], at.as_second());
            }
        }
    }
}

fn calls(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_calls", "Calls to the OpenAI API in the period.");
    family.sample(&[("outcome", "ok")], report.totals.ok);
    family.sample(&[("outcome", "failed")], report.totals.failed);
    if let Some(rate) = report.totals.success_rate {
        Family::new(text, "why4xx_success_ratio", "Share of calls that succeeded.").sample(&[], rate);
    }
    let mut family = Family::new(text, "why4xx_failed_calls", "Failed calls by root cause.");
    for cause in &report.causes {
        let labels =
            [("cause", cause.cause.as_str()), ("family", cause.family), ("severity", cause.severity)];
        family.sample(&labels, cause.count);
    }
    let name = "why4xx_last_failure_timestamp_seconds";
    let mut family = Family::new(text, name, "When a call failed last, by root cause.");
    for cause in &report.causes {
        if let Some(at) = cause.last_seen {
            family.sample(&[("cause", &cause.cause)], at.as_second());
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
            family.sample(&[("service", name), ("outcome", "ok")], service.ok);
            family.sample(&[("service", name), ("outcome", "failed")], service.failed);
        } else {
            ok += service.ok;
            failed += service.failed;
        }
    }
    if ok + failed > 0 {
        // No service has an empty name.
        family.sample(&[("service", ""), ("outcome", "ok")], ok);
        family.sample(&[("service", ""), ("outcome", "failed")], failed);
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
        let recovered = of_cause().filter(|incident| incident.recovered).count();
        family.sample(&[("cause", cause), ("state", "open")], of_cause().count() - recovered);
        family.sample(&[("cause", cause), ("state", "recovered")], recovered);
    }
    let exposed: u64 = report.hygiene.iter().map(|exposure| exposure.count).sum();
    Family::new(text, "why4xx_exposed_secrets", "How often secrets stand in the log in full.")
        .sample(&[], exposed);
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
            family.sample(&labels, peak);
        }
    }
    let mut family = Family::new(text, "why4xx_limit_refused_calls", "Calls that a rate limit refused.");
    for (labels, row) in rows() {
        family.sample(&labels, row.refused);
    }
}

fn retries(report: &Report, text: &mut String) {
    let mut family = Family::new(text, "why4xx_retries", "Failed retries, and those that could not help.");
    let retries = &report.retries;
    family.sample(&[("kind", "failed")], retries.failed_retries);
    family.sample(&[("kind", "needless")], retries.needless);
    family.sample(&[("kind", "too-soon")], retries.too_soon);
}

fn reading(report: &Report, text: &mut String) {
    let coverage = &report.coverage;
    Family::new(text, "why4xx_sources", "Sources that were read.").sample(&[], coverage.sources.len());
    Family::new(text, "why4xx_lines", "Lines that were read.").sample(&[], coverage.lines);
    Family::new(text, "why4xx_read_bytes", "Bytes that were read, unpacked.").sample(&[], coverage.bytes);
    let problems: u64 = report.problems.iter().map(|problem| problem.count).sum();
    Family::new(text, "why4xx_problems", "What could not be read in full.").sample(&[], problems);
}
