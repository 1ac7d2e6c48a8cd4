//! Logs and saved summaries, read into one ledger.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use super::failure::Failure;
use super::merge::{join, saved};
use super::read::{Reader, complaints};
use crate::aggregate::{Ledger, Part};
use crate::model::{Coverage, Problem, SourceCoverage};
use crate::report::Arguments;
use crate::source::{Input, unread_as_one};

/// Bytes that tell saved summaries from a log.
const BEGINNING: u64 = 64;

/// Everything that the inputs hold, by source and day.
///
/// # Errors
/// When none of them could be read, or a saved one does not fit to the others.
pub(super) fn ledger(reader: &mut Reader<'_>, arguments: &Arguments) -> Result<Ledger, Failure> {
    let period = ["since", "until"];
    let options = arguments.iter().filter(|(name, _)| !period.contains(&name.as_str()));
    let mut ledger = Ledger::default();
    ledger.zone.clone_from(&reader.report_zone_name);
    ledger.reading = options.map(|(name, values)| (name.clone(), values.clone())).collect();
    ledger.rules.insert(reader.rules.hash());
    for input in reader.inputs() {
        match input.path.as_deref().filter(|_| is_saved(&input)) {
            Some(path) => join(&mut ledger, saved(path)?, path)?,
            None => read_log(reader, &input, &mut ledger),
        }
    }
    ledger.problems.extend(reader.problems());
    ledger.problems = unread_as_one(std::mem::take(&mut ledger.problems)).into_iter().collect();
    ledger.settle();
    if ledger.is_empty() && !reader.is_interrupted() {
        let problems: Vec<Problem> = ledger.problems.into_iter().collect();
        return Err(Failure::Said(complaints(&problems)));
    }
    Ok(ledger)
}

fn is_saved(input: &Input) -> bool {
    let mut beginning = Vec::new();
    let file = input.path.as_ref().filter(|_| input.bytes.is_some()).and_then(|path| File::open(path).ok());
    file.is_some_and(|file| {
        file.take(BEGINNING).read_to_end(&mut beginning).is_ok() && Ledger::is_saved(&beginning)
    })
}

/// The sources of one input, each a part of its own.
fn read_log(reader: &mut Reader<'_>, input: &Input, ledger: &mut Ledger) {
    let zone = reader.report_zone.clone();
    let mut parts: Vec<(Arc<str>, Part)> = Vec::new();
    let Coverage { sources, mut problems } = reader.survey(input, &mut |call, finding| {
        if parts.last().is_none_or(|(name, _)| *name != call.source) {
            parts.push((Arc::clone(&call.source), Part::default()));
        }
        if let Some((_, part)) = parts.last_mut() {
            part.add(call, finding, &zone);
        }
    });
    for read in sources {
        let at = parts.iter().position(|(name, _)| *name == read.name);
        let mut part = at.map_or_else(Part::default, |at| parts.remove(at).1);
        (part.problems, problems) = of_source(problems, &read);
        part.read = read;
        ledger.insert(part);
    }
    ledger.problems.extend(problems);
}

/// The problems of a source, and all others.
fn of_source(problems: Vec<Problem>, read: &SourceCoverage) -> (Vec<Problem>, Vec<Problem>) {
    problems.into_iter().partition(|problem| problem.location.source == read.name)
}
