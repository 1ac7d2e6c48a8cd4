//! `why4xx events`: one JSON object per call, as it comes.

use super::args::{Events, Global};
use super::failure::Failure;
use super::output::Output;
use super::read::Reader;
use crate::aggregate::Summary;
use crate::correlate::{Settings, correlate, refined};
use crate::model::{Call, Finding, Outcome};
use crate::report::write_event;

/// Reads the inputs and writes a line per call.
pub(super) fn run(global: &Global, events: &Events) -> Result<(), Failure> {
    let report_timezone = events.output.report_timezone.as_deref();
    let mut reader = Reader::new(global, &events.inputs, &events.filters, report_timezone)?;
    let mut output = Output::open(events.output.output.as_deref(), events.output.force)?;
    reader.heed_signals();
    let mut list = List { all: events.all, output: &mut output, failure: None };
    let coverage = if events.correlate {
        let mut summary = Summary::default();
        let mut calls: Vec<(Call, Option<Finding>)> = Vec::new();
        let coverage = reader.run(&mut |call, finding| {
            summary.add(call, finding);
            calls.push((call.clone(), finding.cloned()));
        })?;
        let incidents = correlate(&summary, reader.rules, &Settings::default());
        for (call, finding) in &calls {
            let narrow =
                finding.as_ref().and_then(|finding| refined(&incidents, reader.rules, call, finding));
            list.add(call, narrow.as_ref().or(finding.as_ref()));
        }
        coverage
    } else {
        reader.run(&mut |call, finding| list.add(call, finding))?
    };
    if let Some(failure) = list.failure {
        return Err(failure);
    }
    reader.warn(&coverage);
    output.finish()?;
    reader.ended(&coverage.problems)
}

/// Where the lines go.
struct List<'a> {
    all: bool,
    output: &'a mut Output,
    failure: Option<Failure>,
}

impl List<'_> {
    fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        let is_listed = self.all || call.seen.outcome != Outcome::Ok;
        if !is_listed || self.failure.is_some() {
            return;
        }
        if let Err(error) = write_event(call, finding, self.output) {
            let found = self.output.failure(&error);
            if matches!(found, Failure::ClosedPipe) {
                // Nobody reads on: the rest of an endless input must not be waited for.
                std::process::exit(0);
            }
            self.failure = Some(found);
        }
    }
}
