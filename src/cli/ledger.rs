//! Logs and saved summaries, read into one ledger.

use std::fs::File;
use std::io::Read;

use super::failure::Failure;
use super::merge::{join, saved};
use super::read::{Reader, complaints};
use crate::aggregate::{Ledger, Parts};
use crate::model::Problem;
use crate::report::Arguments;
use crate::source::{self, Input, unread_as_one};

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
    let (saved_before, inputs): (Vec<Input>, Vec<Input>) = reader.inputs().into_iter().partition(is_saved);
    for log in source::logs(&inputs) {
        read_log(reader, &log.into_inputs(), &mut ledger);
    }
    for path in saved_before.iter().filter_map(|input| input.path.as_deref()) {
        join(&mut ledger, saved(path)?, path)?;
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

/// The files of one log, each a part of its own.
fn read_log(reader: &mut Reader<'_>, log: &[Input], ledger: &mut Ledger) {
    let (zone, mut parts) = (reader.report_zone.clone(), Parts::default());
    let coverage = reader.survey(log, &mut |call, finding| parts.add(call, finding, &zone));
    parts.enter(coverage, ledger);
}
