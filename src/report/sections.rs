//! The parts of a period's report beside causes and incidents, worded once for every renderer for people:
//! a title, a sentence, a table, a list.
//!
//! Goes in: a report. Comes out: plain data. Nothing is made harmless here; a renderer lets every text pass
//! the sink of its medium.

mod changes;
mod limits;
mod log;
mod provenance;
mod todo;
mod usage;

use super::phrases::Clock;
use super::view::Report;

/// A part of the report.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    /// Its title.
    pub(super) title: &'static str,
    /// A sentence below the title.
    pub(super) lead: Option<String>,
    /// A table.
    pub(super) table: Option<Table>,
    /// A list.
    pub(super) items: Vec<Item>,
}

/// Rows below heads; every row has a cell for each head.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Titles of the columns; the first names the row.
    pub(super) heads: &'static [Head],
    /// The rows.
    pub(super) rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// Its title.
    pub(super) title: &'static str,
    /// It holds numbers.
    pub(super) is_number: bool,
}

/// A thing that is said.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// It is bad news.
    pub(super) is_bad: bool,
    /// For people.
    pub(super) text: String,
    /// What belongs to it, less important.
    pub(super) note: Option<String>,
    /// To be copied, with its label.
    pub(super) command: Option<(&'static str, String)>,
}

/// What makes a part; nothing where there is nothing to say.
type Make = fn(&Report, &Clock<'_>) -> Option<Section>;

/// Parts above what happened.
const CHANGES: &[Make] = &[changes::changes];
/// Parts below the table of causes, above the causes in full.
const MIDDLE: &[Make] = &[todo::todo, usage::days, usage::who];
/// Parts below the causes.
const BELOW: &[Make] =
    &[limits::billing, limits::limits, limits::retries, usage::keys, usage::clients, log::health, log::blind];

/// What changed since the period before.
pub(super) fn above(report: &Report) -> Vec<Section> {
    made(CHANGES, report)
}

/// What to do, how the days went, and who is hit.
pub(super) fn middle(report: &Report) -> Vec<Section> {
    made(MIDDLE, report)
}

/// Everything that is looked up rather than read.
pub(super) fn below(report: &Report) -> Vec<Section> {
    made(BELOW, report)
}

/// What made the report and of what; the last part.
pub(super) fn provenance(report: &Report) -> Option<Section> {
    provenance::provenance(report).filter(|_| report.is_periodic)
}

/// Failures that no rule explains, told below the causes of any report.
pub(super) fn unexplained(report: &Report) -> Option<Section> {
    log::unexplained(report)
}

fn made(list: &[Make], report: &Report) -> Vec<Section> {
    let clock = Clock::new(report);
    list.iter().filter(|_| report.is_periodic).filter_map(|make| make(report, &clock)).collect()
}

impl Table {
    /// A row as words, for where no table fits: `billing-api: Calls 504, Failed 5`.
    pub(super) fn words(&self, row: &[String]) -> String {
        let mut cells = self.heads.iter().zip(row);
        let name = cells.next().map(|(_, cell)| cell.clone()).unwrap_or_default();
        let facts: Vec<String> = cells
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(head, cell)| format!("{} {cell}", head.title).trim_start().to_owned())
            .collect();
        format!("{name}: {}", facts.join(", "))
    }
}

/// A column of words.
const fn words(title: &'static str) -> Head {
    Head { title, is_number: false }
}

/// A column of numbers.
const fn numbers(title: &'static str) -> Head {
    Head { title, is_number: true }
}
