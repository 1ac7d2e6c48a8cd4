//! A summary, sorted, named and worded once ([`Report`]), and its renderers, each one file and one
//! row of [`RENDERERS`]. And one call as a line of `events`.
//!
//! Goes in: a summary, the rules for titles and advice, the coverage. Comes out: bytes on any
//! writer. Nothing here knows of a terminal, a clock or the environment.

mod advice;
mod build;
pub mod canvas;
mod charts;
mod csv;
mod drawing;
mod event;
pub mod explain;
mod happened;
mod html;
mod incidents;
mod json;
mod junit;
mod limits;
pub mod live;
mod markdown;
mod measures;
mod openmetrics;
mod overview;
mod packet;
mod phrases;
mod problems;
pub mod reasoning;
pub mod reference;
mod sarif;
mod sections;
pub mod sink;
mod slack;
mod table;
mod template;
mod view;
pub mod words;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

pub use advice::{Advice, Form, Scope, placeholders_filled};
pub use event::{EventLine, SCHEMA as EVENTS_SCHEMA, write_event};
pub use packet::packet;
pub use template::{TemplateError, fill};
pub use view::{
    Action, Arguments, Baseline, Billing, BillingBlock, BlindWindow, Caller, CauseChange, CauseReport,
    ChangeState, Changes, ClientReport, Counts, Coverage, Day, Deduction, Evidence, Exposure, Grade, Hour,
    HourUse, IncidentReport, Key, LimitReport, LogHealth, LoggingAdvice, LookAlike, Named, NamedUse, Names,
    Peak, Period, Place, Problem, Provenance, Report, RequestId, Retries, Rival, SCHEMA, Sample, Service,
    Settings, SourceReport, State, Tool, Totals, Trend, Unclassified, Usages, Verdict, Who,
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
    /// Endings of the names of its files, without the dot in front.
    pub extensions: &'static [&'static str],
    /// Writes the report.
    pub render: fn(&Report, Look, &mut dyn Write) -> io::Result<()>,
}

/// All renderers, by name.
pub const RENDERERS: &[Renderer] = &[
    Renderer {
        name: "csv",
        title: "a row per cause, for spreadsheets",
        extensions: &["csv"],
        render: csv::render,
    },
    Renderer {
        name: "html",
        title: "a web page with charts, without script",
        extensions: &["htm", "html"],
        render: html::render,
    },
    Renderer {
        name: "json",
        title: "one JSON object, for programs",
        extensions: &["json"],
        render: json::render,
    },
    Renderer {
        name: "junit",
        title: "a failed test per cause, for CI",
        extensions: &["junit.xml", "xml"],
        render: junit::render,
    },
    Renderer {
        name: "markdown",
        title: "for pull requests, issues and chats",
        extensions: &["markdown", "md"],
        render: markdown::render,
    },
    Renderer {
        name: "openmetrics",
        title: "gauges for Prometheus and Grafana",
        extensions: &["om", "prom"],
        render: openmetrics::render,
    },
    Renderer {
        name: "sarif",
        title: "for code scanning and editors",
        extensions: &["sarif", "sarif.json"],
        render: sarif::render,
    },
    Renderer {
        name: "slack",
        title: "a message in Block Kit JSON, for webhooks",
        extensions: &["slack.json"],
        render: slack::render,
    },
    Renderer {
        name: "table",
        title: "text and tables, for people",
        extensions: &["txt"],
        render: table::render,
    },
];

/// The renderer of that name.
#[must_use]
pub fn renderer(name: &str) -> Option<&'static Renderer> {
    RENDERERS.iter().find(|renderer| renderer.name == name)
}

/// The renderer whose files end like that name; the longest ending wins.
#[must_use]
pub fn renderer_of_file(name: &str) -> Option<&'static Renderer> {
    let name = name.to_ascii_lowercase();
    let endings = RENDERERS.iter().flat_map(|row| row.extensions.iter().map(move |ending| (row, *ending)));
    let fitting = endings.filter(|(_, ending)| {
        name.strip_suffix(ending).and_then(|stem| stem.strip_suffix('.')).is_some_and(|stem| !stem.is_empty())
    });
    fitting.max_by_key(|(_, ending)| ending.len()).map(|(row, _)| row)
}
