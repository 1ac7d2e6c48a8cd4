//! `why4xx events`: one JSON object per call, as it comes.

use super::args::{Events, Global};
use super::failure::Failure;
use super::output::Output;
use super::read::Reader;
use crate::model::Outcome;
use crate::report::write_event;

/// Reads the inputs and writes a line per call.
pub(super) fn run(global: &Global, events: &Events) -> Result<(), Failure> {
    let report_timezone = events.output.report_timezone.as_deref();
    let mut reader = Reader::new(global, &events.inputs, &events.filters, report_timezone)?;
    let mut output = Output::open(events.output.output.as_deref(), events.output.force)?;
    let mut failure = None;
    let coverage = reader.run(&mut |call, finding| {
        let is_listed = events.all || call.seen.outcome != Outcome::Ok;
        if !is_listed || failure.is_some() {
            return;
        }
        if let Err(error) = write_event(call, finding, &mut output) {
            let found = output.failure(&error);
            if matches!(found, Failure::ClosedPipe) {
                // Nobody reads on: the rest of an endless input must not be waited for.
                std::process::exit(0);
            }
            failure = Some(found);
        }
    })?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    reader.warn(&coverage);
    output.finish()
}
