//! The report as text and tables, for somebody who has just been woken up: the verdict, what
//! failed, and for each cause why and what to do now.

use std::io::{self, Write};

use super::Look;
use super::canvas::{Canvas, Paint};
use super::drawing::section;
use super::happened::happened;
use super::overview::overview;
use super::phrases::{
    self, Clock, NOTHING_SEEN, act_first, chosen, do_first, grade, kind, look_alike, place, problems, read,
    rest, scope,
};
use super::sections::{self, Section};
use super::sink::number;
use super::view::{CauseReport, Report, Sample, State};
use super::words::{few_stars, short};

/// Exposed secrets, look-alikes and problems that are listed one by one.
const MAX_ITEMS: usize = 12;
/// Causes that are told in full; the table above them has all.
const MAX_CAUSES: usize = 12;
/// Incidents and series of them that are told.
const MAX_INCIDENTS: usize = 12;
/// Lines of a sample.
const SAMPLE_LINES: usize = 4;

/// Writes the report.
pub(super) fn render(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut canvas = Canvas::new(look);
    let page = Page { report, clock: Clock::new(report) };
    page.verdict(&mut canvas);
    all(&mut canvas, &sections::above(report));
    page.incidents(&mut canvas);
    page.overview(&mut canvas);
    all(&mut canvas, &sections::middle(report));
    page.causes(&mut canvas);
    all(&mut canvas, sections::unexplained(report).as_slice());
    all(&mut canvas, &sections::below(report));
    page.hygiene(&mut canvas);
    page.look_alikes(&mut canvas);
    page.problems(&mut canvas);
    all(&mut canvas, sections::provenance(report).as_slice());
    out.write_all(canvas.finish().as_bytes())
}

fn all(canvas: &mut Canvas, sections: &[Section]) {
    sections.iter().for_each(|one| section(canvas, one));
}

struct Page<'a> {
    report: &'a Report,
    clock: Clock<'a>,
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
        if let Some((grade, formula)) = grade(report) {
            canvas.paragraph(paint, &grade);
            canvas.paragraph(Paint::Dim, formula);
        }
        if let Some(first) = act_first(report) {
            canvas.paragraph(Paint::Title, &first);
        }
        if let Some(first) = do_first(report) {
            canvas.paragraph(Paint::Plain, &first);
        }
        canvas.paragraph(Paint::Dim, &read(report));
        if let Some(chosen) = chosen(report) {
            canvas.paragraph(Paint::Dim, &chosen);
        }
        if report.verdict.state == State::NoCalls {
            canvas.gap();
            canvas.paragraph(Paint::Plain, NOTHING_SEEN);
        }
    }

    /// What happened, each in sentences that can be pasted as they are.
    fn incidents(&self, canvas: &mut Canvas) {
        let rows = happened(self.report);
        if rows.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "What happened");
        for row in rows.iter().take(MAX_INCIDENTS) {
            let head = format!("{} ({}, {})", row.sentence, row.cause, row.sureness);
            canvas.item(if row.is_open { Paint::Bad } else { Paint::Plain }, &head);
            for (label, text) in [("Peak: ", &row.peak), ("Next: ", &row.next), ("To be sure: ", &row.settle)]
            {
                if let Some(text) = text {
                    canvas.indented(Paint::Dim, &format!("{label}{text}"));
                }
            }
        }
        let is_series = rows.iter().any(|row| row.times > 1);
        if let Some(more) = rest(rows.len(), MAX_INCIDENTS, "incident").or(is_series.then(String::new)) {
            let more = if more.is_empty() { more } else { format!("{more}; ") };
            canvas.indented(Paint::Dim, &format!("{more}--format json lists every incident"));
        }
    }

    fn overview(&self, canvas: &mut Canvas) {
        if !self.report.causes.is_empty() {
            canvas.gap();
            canvas.table(&overview(self.report, canvas.width(), &self.clock), 1);
        }
    }

    fn causes(&self, canvas: &mut Canvas) {
        for (index, cause) in self.report.causes.iter().enumerate().take(MAX_CAUSES) {
            self.cause(canvas, index + 1, cause);
        }
        if let Some(more) = rest(self.report.causes.len(), MAX_CAUSES, "cause") {
            canvas.gap();
            let how =
                "`why4xx explain ID` tells one in full, --cause ID and --format json what was seen of it";
            canvas.paragraph(Paint::Dim, &format!("{more} in the table above; {how}"));
            let left = self.report.causes.iter().skip(MAX_CAUSES).map(|cause| cause.cause.as_str());
            canvas.indented(Paint::Plain, &left.collect::<Vec<_>>().join(", "));
        }
    }

    fn cause(&self, canvas: &mut Canvas, index: usize, cause: &CauseReport) {
        canvas.gap();
        canvas.paragraph(Paint::Title, &format!("{index}. {}", cause.title));
        canvas.indented(Paint::Dim, &kind(cause));
        let span = self.clock.span(cause.first_seen, cause.last_seen);
        canvas.field("Calls", Paint::Plain, &format!("{}, {span}", number(cause.count)));
        let scope: Vec<String> = scope(cause).iter().map(|(kind, names)| format!("{kind} {names}")).collect();
        if !scope.is_empty() {
            canvas.field("Who", Paint::Plain, &scope.join("; "));
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
        list(canvas, exposures.iter().map(phrases::exposure).collect(), "secret");
    }

    fn look_alikes(&self, canvas: &mut Canvas) {
        let rows = &self.report.coverage.look_alikes;
        if rows.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "Not counted: text that looks like a failure but is none");
        list(canvas, rows.iter().map(look_alike).collect(), "text");
    }

    fn problems(&self, canvas: &mut Canvas) {
        let lines = problems(self.report);
        if lines.is_empty() {
            return;
        }
        canvas.gap();
        canvas.paragraph(Paint::Title, "What could not be read in full");
        list(canvas, lines, "problem");
    }
}

/// The first items of a list, and how many more there are.
fn list(canvas: &mut Canvas, items: Vec<String>, noun: &str) {
    for item in items.iter().take(MAX_ITEMS) {
        canvas.item(Paint::Plain, item);
    }
    if let Some(more) = rest(items.len(), MAX_ITEMS, noun) {
        canvas.indented(Paint::Dim, &format!("{more}; --format json lists all"));
    }
}

fn evidence(canvas: &mut Canvas, sample: &Sample, cause: &CauseReport) {
    let more = cause.count.saturating_sub(1);
    let others = if more > 0 { format!(" and {more} more") } else { String::new() };
    canvas.field("Seen", Paint::Plain, &format!("{}{others}", place(&sample.location)));
    canvas.quote("", &few_stars(&sample.text), SAMPLE_LINES);
    if !sample.evidence.is_empty() {
        let facts: Vec<String> =
            sample.evidence.iter().map(|row| format!("{} = {}", row.field, short(&row.value))).collect();
        canvas.field("Because", Paint::Plain, &facts.join(", "));
    }
}
