//! The report as text and tables, for somebody who has just been woken up: the verdict, what
//! failed, and for each cause why and what to do now.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use jiff::Timestamp;

use super::Look;
use super::canvas::{Canvas, Paint};
use super::sink::{cut, number, one_line};
use super::view::{CauseReport, Exposure, Names, Place, Report, Sample, State};
use super::words::{bytes, count_of, minute, percent};

/// Problems that are listed one by one.
const MAX_PROBLEMS: usize = 12;
/// Lines of a sample.
const SAMPLE_LINES: usize = 4;
/// Width from which first and last time have a column each.
const WIDE: usize = 110;

/// Writes the report.
pub(super) fn render(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut canvas = Canvas::new(look);
    let page = Page { report, with_year: spans_years(report) };
    page.verdict(&mut canvas);
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
        let first =
            report.causes.iter().find(|cause| Some(&cause.cause) == report.verdict.act_first.as_ref());
        if let Some(cause) = first {
            let calls = count_of(cause.count, "call");
            let who = who(cause).map(|who| format!(", {who}")).unwrap_or_default();
            let lead = if report.causes.len() > 1 { "Look first at" } else { "Cause" };
            canvas.paragraph(Paint::Title, &format!("{lead}: {} ({calls}{who}).", cause.title));
        }
        canvas.paragraph(Paint::Dim, &self.read());
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

    fn overview(&self, canvas: &mut Canvas) {
        let report = self.report;
        if report.causes.is_empty() {
            return;
        }
        let is_wide = canvas.width() >= WIDE;
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.style_mut().header_separator = comfy_table::LineStyle::none().fill('─').junction('─');
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(canvas.width()).unwrap_or(u16::MAX));
        let times: &[&str] = if is_wide { &["First seen", "Last seen"] } else { &["First and last"] };
        let names = [&["", "Why calls failed", "Calls", "Share"], times, &["Services", "How sure"]].concat();
        table.set_header(names.clone());
        for (index, cause) in report.causes.iter().enumerate() {
            table.add_row(self.row(index + 1, cause, is_wide));
        }
        for (index, name) in names.iter().enumerate() {
            let Some(column) = table.column_mut(index) else { continue };
            column.set_padding((0, if index + 1 == names.len() { 0 } else { 2 }));
            if matches!(*name, "" | "Calls" | "Share") {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if !matches!(*name, "Why calls failed" | "Services") {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            if *name == "Services" {
                column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(if is_wide {
                    26
                } else {
                    16
                })));
            }
        }
        canvas.gap();
        canvas.table(&table.to_string(), 1);
    }

    fn row(&self, index: usize, cause: &CauseReport, is_wide: bool) -> Vec<Cell> {
        let first = self.time(cause.first_seen);
        let last = self.time(cause.last_seen);
        let both = if first == last { first.clone() } else { format!("{first}\n{last}") };
        let mut cells = vec![
            Cell::new(index),
            Cell::new(one_line(&cause.title)),
            Cell::new(number(cause.count)),
            Cell::new(percent(cause.count, self.report.totals.failed)),
        ];
        cells.extend(if is_wide { vec![Cell::new(first), Cell::new(last)] } else { vec![Cell::new(both)] });
        cells.push(Cell::new(services(&cause.services, if is_wide { 26 } else { 14 })));
        cells.push(Cell::new(cause.sureness));
        cells
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
            canvas.indented(Paint::Plain, &self.exposure(exposure));
        }
    }

    fn exposure(&self, exposure: &Exposure) -> String {
        let services = list(&exposure.services, 3, "not named").map(|list| format!(", service {list}"));
        let place = exposure.locations.first().map(|at| format!(", first at {}", shown(at)));
        let times =
            if exposure.count == 1 { "once".to_owned() } else { format!("{} times", number(exposure.count)) };
        format!(
            "- {} ({}): {times}{}{}",
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
            let text = format!("- {}: {} ({why}){}", row.title, number(row.count), place.unwrap_or_default());
            canvas.indented(Paint::Plain, &text);
        }
    }

    fn problems(&self, canvas: &mut Canvas) {
        let problems = &self.report.problems;
        if problems.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "What could not be read in full");
        for problem in problems.iter().take(MAX_PROBLEMS) {
            let place = problem
                .line
                .map_or_else(|| problem.source.clone(), |line| format!("{}:{line}", problem.source));
            let times =
                if problem.count > 1 { format!(" ({} times)", number(problem.count)) } else { String::new() };
            canvas.indented(Paint::Plain, &format!("- {place}: {}{times}", problem.text));
        }
        let more = problems.len().saturating_sub(MAX_PROBLEMS);
        if more > 0 {
            canvas.indented(
                Paint::Dim,
                &format!("and {}; --format json lists all", count_of(more as u64, "more problem")),
            );
        }
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

/// Names in a table cell of a width: the first one, and how many more.
fn services(names: &Names, width: usize) -> String {
    let Some(first) = names.named.first() else { return "-".to_owned() };
    let more = names.named.len() - 1;
    let suffix = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}{suffix}", cut(&one_line(&first.name), width.saturating_sub(suffix.len())))
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
