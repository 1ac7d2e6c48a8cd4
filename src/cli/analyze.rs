//! `why4xx [analyze]`: the report.

use super::args::{Analyze, Global};
use super::failure::Failure;
use super::filter;
use super::gate::Gate;
use super::live;
use super::outputs::Outputs;
use super::read::Reader;
use crate::aggregate::Summary;
use crate::report::{Arguments, Report, Settings};

/// Reads the inputs and writes the report.
pub(super) fn run(global: &Global, analyze: &Analyze) -> Result<(), Failure> {
    if analyze.follow {
        return live::run(global, analyze);
    }
    let report_timezone = analyze.output.report_timezone.as_deref();
    let mut reader = Reader::new(global, &analyze.inputs, &analyze.filters, report_timezone)?;
    let gate = Gate::of_one_period(&analyze.gates, reader.rules)?;
    let outputs = Outputs::open(&analyze.output)?;
    reader.heed_signals();
    let mut summary = Summary::default();
    let coverage = reader.run(&mut |call, finding| summary.add(call, finding))?;
    let report = Report::new(&summary, reader.rules, &coverage, &settings(&reader, analyze));
    outputs.write(&report, global.color)?;
    reader.ended(&coverage.problems)?;
    gate.check(&report)
}

/// What the report is to show, and how.
pub(super) fn settings(reader: &Reader<'_>, analyze: &Analyze) -> Settings {
    Settings {
        zone: reader.report_zone.clone(),
        zone_name: reader.report_zone_name.clone(),
        since: reader.filter.since,
        until: reader.filter.until,
        arguments: arguments(analyze),
        rotation_days: analyze.rotation_days,
        baseline: None,
        is_periodic: false,
    }
}

/// What was asked for, as the report shows it.
fn arguments(analyze: &Analyze) -> Arguments {
    let mut arguments = filter::arguments(&analyze.filters, &analyze.inputs);
    if let Some(days) = analyze.rotation_days {
        arguments.insert("rotation-days".to_owned(), vec![days.to_string()]);
    }
    arguments
}
