//! The report as text and tables, for somebody who has just been woken up: the verdict, what
//! failed, and for each cause why and what to do now.

use std::io::{self, Write};

use jiff::Timestamp;

use super::Look;
use super::canvas::{Canvas, Paint};
use super::overview::overview;
use super::sink::{cut, number, one_line};
use super::view::{CauseReport, Exposure, Names, Place, Problem, Report, Sample, State};
use super::words::{bytes, count_of, minute, sureness};
use crate::model::Tier;

/// Problems that are listed one by one.
const MAX_PROBLEMS: usize = 12;
/// Incidents that are told.
const MAX_INCIDENTS: usize = 12;
/// Lines of a sample.
const SAMPLE_LINES: usize = 4;

/// Writes the report.
pub(super) fn render(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut canvas = Canvas::new(look);
    let page = Page { report, with_year: spans_years(report) };
    page.verdict(&mut canvas);
    page.incidents(&mut canvas);
    page.overview(&mut canvas);
    for (index, cause) in report.causes.iter().enumerate() {
        page.cause(&mut canvas, index + 1, cause);
    }
    page.hygiene(&mut canvas);
    page.look_alikes(&mut canvas);
    page.problems(&mut canvas);
    out.write_all(canvas.finish().as_bytes())
}

struct Page<'a> {
    report: &'a Report,
    with_year: bool,
}

impl Page<'_> {
    fn verdict(&self, canvas: &mut Canvas) {
        let report = self.report;
        let paint = match report.verdict.state {
            State::NoCalls => Paint::Title,
            State::Healthy => Paint::Good,
            State::Failing => Paint::Bad,
        };
        canvas.paragraph(paint, &report.verdict.sentence);
        let is_first = |cause: &CauseReport| Some(&cause.cause) == report.verdict.act_first.as_ref();
        if let Some((index, cause)) = report.causes.iter().enumerate().find(|(_, cause)| is_first(cause)) {
            let calls = count_of(cause.count, "call");
            let who = who(cause).map(|who| format!(", {who}")).unwrap_or_default();
            let lead = match report.causes.len() {
                1 => "Cause".to_owned(),
                _ => format!("Look first at {}", index + 1),
            };
            canvas.paragraph(Paint::Title, &format!("{lead}: {} ({calls}{who}).", cause.title));
        }
        canvas.paragraph(Paint::Dim, &self.read());
        if let Some(chosen) = self.chosen() {
            canvas.paragraph(Paint::Dim, &chosen);
        }
        if report.verdict.state == State::NoCalls {
            canvas.gap();
            canvas.paragraph(Paint::Plain, NOTHING_SEEN);
        }
    }

    /// What was read, and the period: the one place that names the zone.
    fn read(&self) -> String {
        let report = self.report;
        let coverage = &report.coverage;
        let read = format!(
            "Read {} in {} ({}).",
            count_of(coverage.lines, "line"),
            count_of(coverage.sources.len() as u64, "source"),
            bytes(coverage.bytes)
        );
        let (Some(from), Some(to)) = (report.period.from, report.period.to) else { return read };
        let time = |at| minute(at, &report.period.zone, true);
        format!("{read} {} to {}, times in {}.", time(from), time(to), report.period.timezone)
    }

    /// The filters, so that nobody takes a part for the whole.
    fn chosen(&self) -> Option<String> {
        let arguments = &self.report.arguments;
        let filters = ["service", "env", "cause", "family", "key", "since", "until"];
        let chosen: Vec<String> = filters
            .iter()
            .filter_map(|name| arguments.get(*name).map(|values| format!("{name} {}", values.join(" or "))))
            .collect();
        (!chosen.is_empty()).then(|| format!("Only calls with {}.", chosen.join(", ")))
    }

    /// What happened, each in sentences that can be pasted as they are.
    fn incidents(&self, canvas: &mut Canvas) {
        let incidents = &self.report.incidents;
        if incidents.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "What happened");
        for incident in incidents.iter().take(MAX_INCIDENTS) {
            let sure = Tier::from_word(incident.tier).map_or("", sureness);
            let head = format!("{} ({}, {sure})", one_line(&incident.sentence), incident.cause);
            canvas.item(if incident.recovered { Paint::Plain } else { Paint::Bad }, &head);
            for (label, text) in [("Next: ", &incident.next_step), ("To be sure: ", &incident.settle)] {
                if let Some(text) = text {
                    canvas.indented(Paint::Dim, &format!("{label}{text}"));
                }
            }
        }
        let more = incidents.len().saturating_sub(MAX_INCIDENTS);
        if more > 0 {
            let more = count_of(more as u64, "more incident");
            canvas.indented(Paint::Dim, &format!("and {more}; --format json lists all"));
        }
    }

    fn overview(&self, canvas: &mut Canvas) {
        if !self.report.causes.is_empty() {
            canvas.gap();
            canvas.table(&overview(self.report, canvas.width(), self.with_year), 1);
        }
    }

    fn cause(&self, canvas: &mut Canvas, index: usize, cause: &CauseReport) {
        canvas.gap();
        canvas.paragraph(Paint::Title, &format!("{index}. {}", cause.title));
        let statuses = list(&cause.statuses, 3, "no status").map(|list| format!(" · status {list}"));
        let head = format!(
            "{} · {} · {}{}",
            cause.cause,
            cause.severity,
            cause.sureness,
            statuses.unwrap_or_default()
        );
        canvas.indented(Paint::Dim, &head);
        canvas.field("Calls", Paint::Plain, &self.calls(cause));
        if let Some(who) = self.scope(cause) {
            canvas.field("Who", Paint::Plain, &who);
        }
        if !cause.why.is_empty() {
            canvas.field("Why", Paint::Plain, &cause.why);
        }
        if let Some(sample) = cause.samples.first() {
            evidence(canvas, sample, cause);
        }
        for (index, step) in cause.fix.iter().enumerate() {
            canvas.step(if index == 0 { "Fix" } else { "" }, index + 1, step);
        }
        if let Some(retry) = &cause.retry_advice {
            canvas.field("Retry", Paint::Plain, retry);
        }
        if let Some(not) = &cause.not {
            canvas.field("Not", Paint::Plain, not);
        }
        if let Some(verify) = &cause.verify {
            canvas.command("Check", verify);
        }
    }

    fn calls(&self, cause: &CauseReport) -> String {
        let mut text = number(cause.count);
        match (cause.first_seen, cause.last_seen) {
            (Some(first), Some(last)) if self.time(Some(first)) != self.time(Some(last)) => {
                text += &format!(", from {} to {}", self.time(Some(first)), self.time(Some(last)));
            }
            (Some(first), _) => text += &format!(", at {}", self.time(Some(first))),
            _ => text += ", without a time",
        }
        text
    }

    fn scope(&self, cause: &CauseReport) -> Option<String> {
        let rows = [
            ("service", &cause.services),
            ("environment", &cause.environments),
            ("key", &cause.keys),
            ("model", &cause.models),
            ("organization", &cause.organizations),
            ("project", &cause.projects),
            ("host", &cause.hosts),
        ];
        let known: Vec<String> = rows
            .iter()
            .filter_map(|(name, names)| list(names, 3, "not named").map(|list| format!("{name} {list}")))
            .collect();
        (!known.is_empty()).then(|| known.join("; "))
    }

    fn hygiene(&self, canvas: &mut Canvas) {
        let exposures = &self.report.hygiene;
        if exposures.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Bad, "Secrets that stand in the log in full");
        canvas.indented(
            Paint::Plain,
            "Whoever can read the log can use them. Replace each one, then remove it from the log.",
        );
        for exposure in exposures {
            canvas.item(Paint::Plain, &self.exposure(exposure));
        }
    }

    fn exposure(&self, exposure: &Exposure) -> String {
        let services = list(&exposure.services, 3, "not named").map(|list| format!(", service {list}"));
        let place = exposure.locations.first().map(|at| format!(", first at {}", shown(at)));
        let times =
            if exposure.count == 1 { "once".to_owned() } else { format!("{} times", number(exposure.count)) };
        format!(
            "{} ({}): {times}{}{}",
            exposure.shown,
            exposure.family,
            services.unwrap_or_default(),
            place.unwrap_or_default()
        )
    }

    fn look_alikes(&self, canvas: &mut Canvas) {
        let rows = &self.report.coverage.look_alikes;
        if rows.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "Not counted: text that looks like a failure but is none");
        for row in rows {
            let why = match row.quoted {
                0 => "no call to OpenAI",
                quoted if quoted == row.count => "quoted in other text",
                _ => "partly quoted in other text",
            };
            let place = row.samples.first().map(|sample| format!(", first at {}", shown(&sample.location)));
            let text = format!("{}: {} ({why}){}", row.title, number(row.count), place.unwrap_or_default());
            canvas.item(Paint::Plain, &text);
        }
    }

    fn problems(&self, canvas: &mut Canvas) {
        let lines = self.problem_lines();
        if lines.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "What could not be read in full");
        for line in lines.iter().take(MAX_PROBLEMS) {
            canvas.item(Paint::Plain, line);
        }
        let more = lines.len().saturating_sub(MAX_PROBLEMS);
        if more > 0 {
            let more = count_of(more as u64, "more problem");
            canvas.indented(Paint::Dim, &format!("and {more}; --format json lists all"));
        }
    }

    fn problem_lines(&self) -> Vec<String> {
        let line = |problem: &Problem| {
            let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
            let times = Some(problem.count).filter(|count| *count > 1);
            let times = times.map(|count| format!(" ({} times)", number(count))).unwrap_or_default();
            format!("{}{line}: {}{times}", problem.source, problem.text)
        };
        let mut lines: Vec<String> = self.report.problems.iter().map(line).collect();
        let health = &self.report.log_health;
        if health.assumed_zone > 0 {
            let zone = self.report.arguments.get("timezone").and_then(|zones| zones.first());
            let zone = zone.map_or("UTC", String::as_str);
            let calls = count_of(health.assumed_zone, "time");
            lines.push(format!("{calls} without a zone, read as {zone}; --timezone names another"));
        }
        if health.without_time > 0 {
            lines.push(format!("{} without a time", count_of(health.without_time, "failed call")));
        }
        lines
    }

    fn time(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "no time".to_owned(), |at| minute(at, &self.report.period.zone, self.with_year))
    }
}

/// What to say when there is nothing to say.
const NOTHING_SEEN: &str = "If calls were made, the log does not show them. The OpenAI client libraries \
    log each request when OPENAI_LOG=info is set, and failures are visible when the application logs the \
    exception with its traceback.";

fn evidence(canvas: &mut Canvas, sample: &Sample, cause: &CauseReport) {
    let more = cause.count.saturating_sub(1);
    let others = if more > 0 { format!(" and {more} more") } else { String::new() };
    canvas.field("Seen", Paint::Plain, &format!("{}{others}", shown(&sample.location)));
    canvas.quote("", &sample.text, SAMPLE_LINES);
    if !sample.evidence.is_empty() {
        let facts: Vec<String> = sample
            .evidence
            .iter()
            .map(|row| format!("{} = {}", row.field, cut(&one_line(&row.value), 60)))
            .collect();
        canvas.field("Because", Paint::Plain, &facts.join(", "));
    }
}

fn shown(place: &Place) -> String {
    format!("{}:{}", place.source, place.line)
}

/// The service or services, short.
fn who(cause: &CauseReport) -> Option<String> {
    let first = cause.services.named.first()?;
    let more = cause.services.named.len() - 1;
    let name = cut(&one_line(&first.name), 40).into_owned();
    Some(if more == 0 { name } else { format!("{name} and {}", count_of(more as u64, "more service")) })
}

/// The first few names with their counts, when there is a name at all.
fn list(names: &Names, max: usize, none: &str) -> Option<String> {
    let first = names.named.first()?;
    let is_only = names.named.len() == 1 && names.others == 0 && names.unnamed == 0;
    let name = |name: &str| cut(&one_line(name), 48).into_owned();
    if is_only {
        return Some(name(&first.name));
    }
    let mut shown: Vec<String> = names
        .named
        .iter()
        .take(max)
        .map(|row| format!("{} ({})", name(&row.name), number(row.count)))
        .collect();
    let rest: u64 = names.named.iter().skip(max).map(|row| row.count).sum::<u64>() + names.others;
    if rest > 0 {
        shown.push(format!("others ({})", number(rest)));
    }
    if names.unnamed > 0 {
        shown.push(format!("{none} ({})", number(names.unnamed)));
    }
    Some(shown.join(", "))
}

/// Whether times of the report lie in different years.
fn spans_years(report: &Report) -> bool {
    let year = |at: Timestamp| at.to_zoned(report.period.zone.clone()).year();
    let all = report.causes.iter().flat_map(|cause| [cause.first_seen, cause.last_seen]).flatten();
    let years: std::collections::BTreeSet<i16> = all.map(year).collect();
    years.len() > 1
}
