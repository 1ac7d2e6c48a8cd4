//! The report as Markdown: fits a pull request, an issue, the summary of a job, a chat.
//!
//! No HTML, no links but those of the rules, and short enough for a comment: what is left out is counted.

use std::io::{self, Write};

use super::Look;
use super::happened::happened;
use super::phrases::{
    self, Clock, NOTHING_SEEN, act_first, chosen, do_first, grade, kind, list, look_alike, place, problems,
    read, rest, scope,
};
use super::sections::{self, Item, Section, Table};
use super::sink::markdown::{code, fenced, prose};
use super::sink::{cut, number, one_line};
use super::view::{CauseReport, Report, State};
use super::words::{count_of, few_stars, percent};

/// Rows of the table of causes.
const MAX_ROWS: usize = 40;
/// Causes that are told in full.
const MAX_CAUSES: usize = 10;
/// Incidents, exposed secrets, look-alikes and problems that are listed.
const MAX_ITEMS: usize = 12;
/// Cells of a sample.
const SAMPLE_WIDTH: usize = 600;

/// Writes the report.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { text: String::new(), report, clock: Clock::new(report) };
    page.verdict();
    page.sections(&sections::above(report));
    page.incidents();
    page.overview();
    page.sections(&sections::middle(report));
    page.causes();
    page.sections(sections::unexplained(report).as_slice());
    page.sections(&sections::below(report));
    page.lists();
    page.sections(sections::provenance(report).as_slice());
    out.write_all(page.text.as_bytes())
}

struct Page<'a> {
    text: String,
    report: &'a Report,
    clock: Clock<'a>,
}

impl Page<'_> {
    fn verdict(&mut self) {
        let report = self.report;
        let mark = match report.verdict.state {
            State::NoCalls => "⚪",
            State::Healthy => "🟢",
            State::Failing => "🔴",
        };
        self.block(&format!("## {mark} {}", prose(&report.verdict.sentence)));
        if let Some(first) = act_first(report) {
            self.block(&format!("**{}**", bold(&first)));
        }
        if let Some(first) = do_first(report) {
            self.block(&prose(&first));
        }
        if let Some((grade, formula)) = grade(report) {
            self.block(&format!("**{}** {}", bold(&grade), prose(formula)));
        }
        let chosen = chosen(report).map(|chosen| format!(" {}", prose(&chosen))).unwrap_or_default();
        self.block(&format!("{}{chosen}", prose(&read(report))));
        if report.verdict.state == State::NoCalls {
            self.block(&prose(NOTHING_SEEN));
        }
    }

    fn incidents(&mut self) {
        let rows = happened(self.report);
        if rows.is_empty() {
            return;
        }
        self.block("### What happened");
        for row in rows.iter().take(MAX_ITEMS) {
            let state = if row.is_open { " **(open)**" } else { "" };
            self.line(&format!("- {} ({}, {}){state}", prose(&row.sentence), code(&row.cause), row.sureness));
            for (label, text) in [("Peak", &row.peak), ("Next", &row.next), ("To be sure", &row.settle)] {
                if let Some(text) = text {
                    self.line(&format!("  - {label}: {}", prose(text)));
                }
            }
        }
        self.more(rows.len(), "incident");
        self.gap();
        if rows.iter().any(|row| row.times > 1) {
            self.block("The JSON report lists every incident.");
        }
    }

    fn overview(&mut self) {
        let report = self.report;
        if report.causes.is_empty() {
            return;
        }
        self.line(
            "| | Why calls failed | Calls | Share | First seen | Last seen | Services | How bad | How sure |",
        );
        self.line("|--:|:--|--:|--:|:--|:--|:--|:--|:--|");
        for (index, cause) in report.causes.iter().enumerate().take(MAX_ROWS) {
            let services = list(&cause.services, 2, "not named").unwrap_or_default();
            let cells = [
                (index + 1).to_string(),
                prose(&cause.title),
                number(cause.count),
                percent(cause.count, report.totals.failed),
                self.clock.time(cause.first_seen),
                self.clock.time(cause.last_seen),
                if services.is_empty() { "–".to_owned() } else { prose(&services) },
                cause.severity.to_owned(),
                cause.sureness.to_owned(),
            ];
            self.line(&format!("| {} |", cells.join(" | ")));
        }
        self.gap();
        if let Some(more) = report.causes.len().checked_sub(MAX_ROWS).filter(|more| *more > 0) {
            self.block(&format!("and {}", count_of(more as u64, "more cause")));
        }
    }

    fn causes(&mut self) {
        for (index, cause) in self.report.causes.iter().enumerate().take(MAX_CAUSES) {
            self.cause(index + 1, cause);
        }
        let rest = self.report.causes.get(MAX_CAUSES..).unwrap_or_default();
        if !rest.is_empty() {
            let ids: Vec<String> = rest.iter().take(MAX_ROWS).map(|cause| code(&cause.cause)).collect();
            self.block(&format!("Not told in full here: {}.", ids.join(", ")));
        }
    }

    fn cause(&mut self, index: usize, cause: &CauseReport) {
        self.block(&format!("### {index}. {}", prose(&cause.title)));
        self.block(&prose(&kind(cause)));
        let span = self.clock.span(cause.first_seen, cause.last_seen);
        self.line(&format!("- **Calls**: {}, {}", number(cause.count), prose(&span)));
        let scope: Vec<String> =
            scope(cause).iter().map(|(kind, names)| format!("{kind} {}", prose(names))).collect();
        self.fact("Who", &scope.join("; "));
        self.fact("Why", &prose(&cause.why));
        self.fact("Retry", &prose(cause.retry_advice.as_deref().unwrap_or_default()));
        self.fact("Not", &prose(cause.not.as_deref().unwrap_or_default()));
        let links: Vec<String> = cause.links.iter().filter_map(|link| live(link)).collect();
        self.fact("More", &links.join(" "));
        self.gap();
        self.steps(cause);
        self.evidence(cause);
    }

    fn steps(&mut self, cause: &CauseReport) {
        if !cause.fix.is_empty() {
            self.block("What to do:");
            for (index, step) in cause.fix.iter().enumerate() {
                self.line(&format!("{}. {}", index + 1, prose(step)));
            }
            self.gap();
        }
        if let Some(verify) = &cause.verify {
            self.block("To check:");
            self.block(fenced("sh", verify, usize::MAX).trim_end());
        }
    }

    fn evidence(&mut self, cause: &CauseReport) {
        let Some(sample) = cause.samples.first() else { return };
        let more = match cause.count.saturating_sub(1) {
            0 => String::new(),
            more => format!(" and {} more", number(more)),
        };
        self.block(&format!("Seen at {}{more}:", code(&place(&sample.location))));
        let line = one_line(&sample.text);
        self.block(fenced("text", &cut(&few_stars(&line), SAMPLE_WIDTH), 1).trim_end());
    }

    fn lists(&mut self) {
        let report = self.report;
        let exposures = report.hygiene.iter().map(phrases::exposure).collect();
        self.list("Secrets that stand in the log in full", exposures);
        let look_alikes = report.coverage.look_alikes.iter().map(look_alike).collect();
        self.list("Not counted: text that looks like a failure but is none", look_alikes);
        self.list("What could not be read in full", problems(report));
    }

    fn list(&mut self, title: &str, items: Vec<String>) {
        if items.is_empty() {
            return;
        }
        self.block(&format!("### {title}"));
        for item in items.iter().take(MAX_ITEMS) {
            self.line(&format!("- {}", prose(item)));
        }
        self.more(items.len(), "item");
        self.gap();
    }

    fn sections(&mut self, sections: &[Section]) {
        for section in sections {
            self.block(&format!("### {}", prose(section.title)));
            if let Some(lead) = &section.lead {
                self.block(&prose(lead));
            }
            if let Some(table) = &section.table {
                self.table(table);
            }
            section.items.iter().for_each(|item| self.item(item));
            if !section.items.is_empty() {
                self.gap();
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let heads: Vec<&str> = table.heads.iter().map(|head| head.title).collect();
        let rules: Vec<&str> =
            table.heads.iter().map(|head| if head.is_number { "--:" } else { ":--" }).collect();
        self.line(&format!("| {} |", heads.join(" | ")));
        self.line(&format!("|{}|", rules.join("|")));
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(|cell| prose(cell)).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
        self.gap();
    }

    fn item(&mut self, item: &Item) {
        self.line(&format!("- {}", prose(&item.text)));
        if let Some(note) = &item.note {
            self.line(&format!("  - {}", prose(note)));
        }
        if let Some((label, command)) = &item.command {
            self.line(&format!("  - {label}:"));
            self.gap();
            let language = if *label == "Check" { "sh" } else { "text" };
            for line in fenced(language, command, usize::MAX).lines() {
                self.line(&format!("    {line}"));
            }
            self.gap();
        }
    }

    fn more(&mut self, count: usize, noun: &str) {
        if let Some(more) = rest(count, MAX_ITEMS, noun) {
            self.line(&format!("- {more}"));
        }
    }

    fn fact(&mut self, label: &str, text: &str) {
        if !text.is_empty() {
            self.line(&format!("- **{label}**: {text}"));
        }
    }

    fn block(&mut self, text: &str) {
        self.line(text);
        self.gap();
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }
}

/// Prose for bold text: no space at its ends.
fn bold(text: &str) -> String {
    prose(text.trim())
}

/// A link of a rule: the only live links there are.
fn live(link: &str) -> Option<String> {
    let is_plain = link.starts_with("https://")
        && link.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._~:/?#=%&+".contains(letter));
    is_plain.then(|| format!("<{link}>"))
}
