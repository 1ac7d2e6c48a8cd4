//! The report as Markdown: fits a pull request, an issue, the summary of a job, a chat.
//!
//! No HTML, no links but those of the rules, and short enough for a comment: what is left out is counted.

use std::io::{self, Write};

use super::Look;
use super::phrases::{
    self, Clock, NOTHING_SEEN, act_first, chosen, kind, list, look_alike, place, problems, read, scope,
};
use super::sink::markdown::{code, fenced, prose};
use super::sink::{cut, number, one_line};
use super::view::{CauseReport, Report, State};
use super::words::{count_of, few_stars, percent, sureness};
use crate::model::Tier;

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
    page.incidents();
    page.overview();
    page.causes();
    page.lists();
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
        let chosen = chosen(report).map(|chosen| format!(" {}", prose(&chosen))).unwrap_or_default();
        self.block(&format!("{}{chosen}", prose(&read(report))));
        if report.verdict.state == State::NoCalls {
            self.block(&prose(NOTHING_SEEN));
        }
    }

    fn incidents(&mut self) {
        let incidents = &self.report.incidents;
        if incidents.is_empty() {
            return;
        }
        self.block("### What happened");
        for incident in incidents.iter().take(MAX_ITEMS) {
            let sure = Tier::from_word(incident.tier).map_or("", sureness);
            let is_open = incident.failures > 0 && !incident.recovered;
            let state = if is_open { " **(open)**" } else { "" };
            self.line(&format!("- {} ({}, {sure}){state}", prose(&incident.sentence), code(&incident.cause)));
            for (label, text) in [("Next", &incident.next_step), ("To be sure", &incident.settle)] {
                if let Some(text) = text {
                    self.line(&format!("  - {label}: {}", prose(text)));
                }
            }
        }
        self.more(incidents.len(), "incident");
        self.gap();
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

    fn more(&mut self, count: usize, noun: &str) {
        if let Some(more) = count.checked_sub(MAX_ITEMS).filter(|more| *more > 0) {
            self.line(&format!("- and {}", count_of(more as u64, &format!("more {noun}"))));
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
