//! A summary, sorted, named and worded once ([`Report`]), and its renderers, each one file and one
//! row of [`RENDERERS`]. And one call as a line of `events`.
//!
//! Goes in: a summary, the rules for titles and advice, the coverage. Comes out: bytes on any
//! writer. Nothing here knows of a terminal, a clock or the environment.

mod advice;
mod build;
pub mod canvas;
mod event;
pub mod explain;
mod incidents;
mod json;
mod limits;
mod measures;
mod overview;
mod problems;
pub mod reasoning;
pub mod reference;
pub mod sink;
mod table;
mod view;
pub mod words;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

pub use advice::{Advice, Form, Scope, placeholders_filled};
pub use event::{EventLine, SCHEMA as EVENTS_SCHEMA, write_event};
pub use view::{
    Action, Arguments, Baseline, Billing, BillingBlock, BlindWindow, Caller, CauseChange, CauseReport,
    ChangeState, Changes, ClientReport, Counts, Coverage, Day, Deduction, Evidence, Exposure, Grade, Hour,
    HourUse, IncidentReport, Key, LimitReport, LogHealth, LoggingAdvice, LookAlike, Named, NamedUse, Names,
    Period, Place, Problem, Provenance, Report, RequestId, Retries, Rival, SCHEMA, Sample, Service, Settings,
    SourceReport, State, Tool, Totals, Trend, Unclassified, Usages, Verdict, Who,
};

/// How wide and how colourful the output may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Terminal cells in a line.
    pub width: usize,
    /// Whether colour codes may be written.
    pub is_coloured: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 80, is_coloured: false }
    }
}

/// A way to write a report.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is good for, for help texts.
    pub title: &'static str,
    /// Writes the report.
    pub render: fn(&Report, Look, &mut dyn Write) -> io::Result<()>,
}

/// All renderers, by name.
pub const RENDERERS: &[Renderer] = &[
    Renderer { name: "json", title: "one JSON object, for programs", render: json::render },
    Renderer { name: "table", title: "text and tables, for people", render: table::render },
];

/// The renderer of that name.
#[must_use]
pub fn renderer(name: &str) -> Option<&'static Renderer> {
    RENDERERS.iter().find(|renderer| renderer.name == name)
}
