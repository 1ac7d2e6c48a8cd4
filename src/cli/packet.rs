//! `why4xx packet`: what a support team needs, ready to be read and sent.

use std::io::Write;

use super::args::Global;
use super::failure::Failure;
use super::filter;
use super::ledger::ledger;
use super::output::Output;
use super::read::Reader;
use super::report::{Period, anonymized, asked_days};
use super::report_args::Packet;
use crate::report::{Settings, packet};

/// Reads the inputs and writes the packet on the causes that were asked for.
pub(super) fn run(global: &Global, asked: &Packet) -> Result<(), Failure> {
    if asked.filters.cause.is_empty() {
        let help = "add --cause ID; `why4xx rules list` lists all causes".to_owned();
        return Err(Failure::with_help("cannot write a packet without a cause", Some(help)));
    }
    let report_timezone = asked.output.report_timezone.as_deref();
    let mut reader = Reader::new(global, &asked.inputs, &asked.filters, report_timezone)?;
    let causes = reader.filter.take_causes();
    let days = asked_days(&mut reader, None, false)?;
    let mut output = Output::open(asked.output.output.as_deref(), asked.output.force)?;
    let mut arguments = filter::arguments(&asked.filters, &asked.inputs);
    arguments.remove("cause");
    let ledger = anonymized(ledger(&mut reader, &arguments)?, &asked.privacy)?;
    let settings = Settings { arguments, ..Settings::default() };
    let report = Period::new(&reader, ledger, days).report(&reader, settings, &asked.privacy);
    let written = output.write_all(packet(&report, &causes).as_bytes());
    written.map_err(|error| output.failure(&error))?;
    output.finish()
}
