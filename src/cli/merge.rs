//! `why4xx merge`: saved summaries put together.

use std::io::Write;
use std::path::Path;

use super::failure::{Failure, reason};
use super::output::Output;
use super::report_args::Merge;
use crate::aggregate::Ledger;

/// Reads saved summaries and writes all of them as one.
pub(super) fn run(merge: &Merge) -> Result<(), Failure> {
    let output = Output::open(merge.output.as_deref(), merge.force)?;
    let mut whole = Ledger::default();
    for path in &merge.files {
        join(&mut whole, saved(path)?, path)?;
    }
    write(&whole, output)
}

/// The saved summaries of a file.
pub(super) fn saved(path: &Path) -> Result<Ledger, Failure> {
    let failed = |why: String| Failure::new(format!("cannot read `{}`: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| failed(reason(&error)))?;
    let json = serde_json::from_slice(&bytes).map_err(|error| failed(format!("it is damaged: {error}")))?;
    Ledger::from_json(json).map_err(|error| failed(error.to_string()))
}

/// Puts the summaries of a file to the others.
pub(super) fn join(whole: &mut Ledger, saved: Ledger, path: &Path) -> Result<(), Failure> {
    let help = "summaries can be put together when they were read with the same filters and zones";
    whole.merge(saved).map_err(|error| {
        Failure::with_help(format!("cannot merge `{}`: {error}", path.display()), Some(help.to_owned()))
    })
}

/// Writes summaries as one line of JSON.
pub(super) fn write(ledger: &Ledger, mut output: Output) -> Result<(), Failure> {
    let json = ledger.to_json().map_err(|error| Failure::new(format!("cannot save: {error}")))?;
    let written = writeln!(output, "{json}");
    written.map_err(|error| output.failure(&error))?;
    output.finish()
}
