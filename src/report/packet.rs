//! What a support team needs to look into failures: ids, times in UTC, counts, answers, what was tried.
//! Markdown in which every text of a log stands as code, so that nothing in it is obeyed.

use std::fmt::Write as _;

use super::phrases::counted;
use super::sink::{cut, number, one_line};
use super::view::{CauseReport, IncidentReport, LimitReport, Names, Report, Sample};
use super::words::{count_of, duration, percent, utc};

/// Names that are listed.
const MAX_NAMES: usize = 10;
/// Characters of an excerpt.
const MAX_EXCERPT: usize = 1200;

/// The packet on some causes of a report.
#[must_use]
pub fn packet(report: &Report, causes: &[String]) -> String {
    let is_wanted = |id: &str| causes.iter().any(|cause| cause == id);
    let incidents: Vec<&IncidentReport> = report
        .incidents
        .iter()
        .filter(|one| is_wanted(&one.cause) || one.explains.keys().any(|id| is_wanted(id)))
        .collect();
    let explained = |id: &str| incidents.iter().any(|one| one.explains.contains_key(id));
    let causes: Vec<&CauseReport> =
        report.causes.iter().filter(|cause| is_wanted(&cause.cause) || explained(&cause.cause)).collect();
    let mut text = String::from("# Failed calls to the OpenAI API\n");
    head(&mut text, report, &causes);
    causes.iter().for_each(|cause| about(&mut text, cause));
    happened(&mut text, &incidents);
    tried(&mut text, report);
    if causes.iter().any(|cause| cause.family == "rate-limits") {
        limits(&mut text, &report.limits);
    }
    origin(&mut text, report);
    text
}

fn head(text: &mut String, report: &Report, causes: &[&CauseReport]) {
    let failed: u64 = causes.iter().map(|cause| cause.count).sum();
    let totals = &report.totals;
    let share = percent(failed, totals.calls);
    let _ = writeln!(
        text,
        "\n{} of {} ({share}) failed for the reasons below. Times are UTC; secrets are masked.",
        number(failed),
        count_of(totals.calls, "call")
    );
    if let (Some(from), Some(to)) = (report.period.from, report.period.to) {
        let _ = writeln!(text, "\nPeriod: {} to {}", utc(from), utc(to));
    }
}

fn about(text: &mut String, cause: &CauseReport) {
    let _ = writeln!(text, "\n## {}\n", plain(&cause.title));
    let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "unknown".to_owned(), utc);
    let _ = writeln!(text, "- Cause: {} ({})", code(&cause.cause), cause.sureness);
    let _ = writeln!(
        text,
        "- Calls: {}, first {}, last {}",
        number(cause.count),
        time(cause.first_seen),
        time(cause.last_seen)
    );
    let rows = [
        ("Status", &cause.statuses),
        ("Organization", &cause.organizations),
        ("Project", &cause.projects),
        ("Key", &cause.keys),
        ("Model", &cause.models),
        ("Service", &cause.services),
        ("Environment", &cause.environments),
        ("Host", &cause.hosts),
        ("Client library", &cause.clients),
    ];
    for (name, names) in rows {
        let _ = writeln!(text, "- {name}: {}", list(names));
    }
    if let Some(pause) = cause.retry_after_ms {
        let _ = writeln!(text, "- Longest pause asked for: {}", duration(pause));
    }
    let _ = writeln!(text, "\n### Request ids\n");
    if cause.request_ids.is_empty() {
        let _ = writeln!(text, "The logs show none.");
    }
    for request in &cause.request_ids {
        let _ = writeln!(text, "- {} at {}", code(&request.id), time(request.timestamp));
    }
    answers(text, &cause.samples);
}

fn answers(text: &mut String, samples: &[Sample]) {
    if samples.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n### What the logs show");
    for sample in samples {
        let _ = writeln!(text, "\n{} line {}:\n", code(&sample.location.source), sample.location.line);
        for line in cut(&sample.text, MAX_EXCERPT).lines() {
            let _ = writeln!(text, "    {}", one_line(line));
        }
    }
}

fn happened(text: &mut String, incidents: &[&IncidentReport]) {
    if incidents.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## What happened\n");
    for one in incidents {
        let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "not known".to_owned(), utc);
        let end = if one.recovered { time(one.end) } else { "not over".to_owned() };
        let _ = writeln!(
            text,
            "- {} ({}): from {}, end {end}, {} of {} failed",
            plain(&one.title),
            code(&one.cause),
            time(one.onset),
            number(one.failures),
            count_of(one.calls, "call")
        );
    }
}

fn tried(text: &mut String, report: &Report) {
    let retries = &report.retries;
    let _ = writeln!(text, "\n## What was tried\n");
    let _ = writeln!(
        text,
        "- {} {} failed; of these {} came sooner than the answer asked, and {} repeated what no retry can cure.",
        number(retries.failed_retries),
        if retries.failed_retries == 1 { "retry" } else { "retries" },
        number(retries.too_soon),
        number(retries.needless)
    );
    if let Some(pause) = retries.usual_pause_ms {
        let _ = writeln!(text, "- Usual pause before a hasty retry: {}", duration(pause));
    }
    let _ = writeln!(text, "- Please add: what you changed, and whether it helped.");
}

fn limits(text: &mut String, limits: &[LimitReport]) {
    if limits.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## Rate limits as the answers told them\n");
    let shown = |value: Option<u64>| value.map_or_else(|| "unknown".to_owned(), number);
    for limit in limits {
        let model = limit.model.as_deref().map_or_else(|| "any model".to_owned(), code);
        let _ = writeln!(
            text,
            "- {model}, {}: limit {}, lowest remaining {}, {} refused",
            code(&limit.dimension),
            shown(limit.limit),
            shown(limit.lowest_remaining),
            count_of(limit.refused, "call")
        );
    }
}

fn origin(text: &mut String, report: &Report) {
    let _ = writeln!(text, "\n## Where this comes from\n");
    let _ =
        writeln!(text, "- {} {}, {} rules", report.tool.name, report.tool.version, report.provenance.rules);
    let _ = writeln!(text, "- Rules: {}", code(&report.provenance.rules_hash));
    if let Some(inputs) = &report.provenance.inputs_hash {
        let _ = writeln!(text, "- Logs (BLAKE3): {}", code(inputs));
    }
}

fn list(names: &Names) -> String {
    counted(names, MAX_NAMES, "not shown", code)
}

/// A text of a log as code: one line, without anything that ends the code.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// Words of a rule: no marks of Markdown.
fn plain(text: &str) -> String {
    one_line(text).chars().filter(|letter| !"`*_<>[]|#".contains(*letter)).collect()
}
