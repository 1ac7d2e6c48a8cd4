//! `why4xx report`: how the calls of a period went, from logs, saved summaries, or both.

use std::sync::Arc;

use jiff::Timestamp;

use super::args::Global;
use super::failure::Failure;
use super::filter;
use super::gate::Gate;
use super::ledger::ledger;
use super::merge::{saved, write};
use super::output::Output;
use super::outputs::Outputs;
use super::read::Reader;
use super::report_args::{Privacy, Report as Asked};
use super::say;
use super::weeks::{Days, baseline, week};
use crate::aggregate::{Ledger, Summary};
use crate::model::{Coverage, Location, Place, Problem, ProblemKind};
use crate::report::{Arguments, Baseline, Report, Settings, State};

/// Reads the inputs, writes the report of the period, and saves the summaries when asked to.
pub(super) fn run(global: &Global, asked: &Asked) -> Result<(), Failure> {
    let report_timezone = asked.output.report_timezone.as_deref();
    let mut reader = Reader::new(global, &asked.inputs, &asked.filters, report_timezone)?;
    let gate = Gate::new(&asked.gates, reader.rules)?;
    let days = asked_days(&mut reader, asked.week.as_deref(), asked.save.is_some())?;
    let outputs = Outputs::open(&asked.output)?;
    let save = asked.save.as_deref().map(|path| Output::open(Some(path), asked.output.force)).transpose()?;
    let earlier = asked.baseline.as_deref().map(saved).transpose()?;
    let arguments = filter::arguments(&asked.filters, &asked.inputs);
    reader.heed_signals();
    let ledger = anonymized(ledger(&mut reader, &arguments)?, &asked.privacy)?;
    let days = days.or_else(|| last_full_week(&reader, &ledger));
    let period = Period::new(&reader, ledger, days);
    let settings = Settings {
        arguments: self::arguments(asked),
        rotation_days: asked.rotation_days,
        baseline: period.baseline(&reader, earlier.as_ref())?,
        is_periodic: true,
        ..Settings::default()
    };
    let report = period.report(&reader, settings, &asked.privacy);
    match save {
        Some(_) if reader.is_interrupted() => {
            say("warning", "the summary of an interrupted run is not saved");
        }
        Some(save) => write(&period.ledger, save)?,
        None => {}
    }
    outputs.write(&report, global.color)?;
    reader.ended(&period.coverage.problems)?;
    if report.verdict.state == State::NoCalls && !global.quiet {
        period.tell_elsewhere();
    }
    gate.check(&report)
}

/// The days that were asked for. Of a period of whole days the calls are chosen by day, so that the days
/// before stay known; of any other by time, while reading.
pub(super) fn asked_days(
    reader: &mut Reader<'_>,
    asked_week: Option<&str>,
    is_saved: bool,
) -> Result<Option<Days>, Failure> {
    if let Some(text) = asked_week {
        return week(text).map(Some);
    }
    let (since, until) = (reader.filter.since, reader.filter.until);
    if since.is_none() && until.is_none() {
        return Ok(None);
    }
    let days = Days::of(since, until, &reader.report_zone);
    if days.is_some() {
        (reader.filter.since, reader.filter.until) = (None, None);
    } else if is_saved {
        let help = Some("begin and end --since and --until with a day".to_owned());
        return Err(Failure::with_help("cannot save a part of a day", help));
    }
    Ok(days)
}

/// The last full week of the data, unless calls were chosen by time.
fn last_full_week(reader: &Reader<'_>, ledger: &Ledger) -> Option<Days> {
    let is_filtered = reader.filter.since.is_some() || reader.filter.until.is_some();
    let seen = Days::seen(ledger, &reader.report_zone).filter(|_| !is_filtered)?;
    Days::last_full_week(seen)
}

/// What was read, with pseudonyms when asked for.
pub(super) fn anonymized(ledger: Ledger, privacy: &Privacy) -> Result<Ledger, Failure> {
    if !privacy.anonymize {
        return Ok(ledger);
    }
    ledger.anonymized().map_err(|error| Failure::new(format!("cannot replace names: {error}")))
}

/// The calls of a period.
pub(super) struct Period {
    /// Everything that was read; of a period of days, what lies in it.
    ledger: Ledger,
    /// Everything that was read.
    all: Ledger,
    days: Option<Days>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    summary: Summary,
    coverage: Coverage,
}

impl Period {
    /// Some days of what was read, or all of it.
    pub(super) fn new(reader: &Reader<'_>, all: Ledger, days: Option<Days>) -> Self {
        let mut coverage = all.coverage();
        let (ledger, summary) = match days {
            Some(days) => {
                coverage.problems.extend(without_time(&all));
                (all.clone().cut(days.first, days.last), all.between(days.first, days.last))
            }
            None => (all.clone(), all.all()),
        };
        let zone = &reader.report_zone;
        let since = days.map_or(reader.filter.since, |days| days.start(zone));
        let until = days.map_or(reader.filter.until, |days| days.end(zone));
        Self { ledger, all, days, since, until, summary, coverage }
    }

    /// The report, with what the period itself tells filled into the settings.
    pub(super) fn report(&self, reader: &Reader<'_>, settings: Settings, privacy: &Privacy) -> Report {
        let settings = Settings {
            zone: reader.report_zone.clone(),
            zone_name: reader.report_zone_name.clone(),
            since: self.since,
            until: self.until,
            ..settings
        };
        let report = Report::new(&self.summary, reader.rules, &self.coverage, &settings);
        if privacy.no_excerpts { report.without_excerpts() } else { report }
    }

    /// Says which days the inputs hold where the period itself holds none.
    fn tell_elsewhere(&self) {
        let days = self.all.days();
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            say(
                "note",
                &format!("calls were seen from {first} to {last}; --week, --since and --until choose"),
            );
        }
    }

    fn baseline(&self, reader: &Reader<'_>, earlier: Option<&Ledger>) -> Result<Option<Baseline>, Failure> {
        baseline(&self.all, earlier, self.days, &reader.report_zone)
            .map_err(|error| Failure::new(format!("cannot compare with the baseline: {error}")))
    }
}

/// Calls that belong to no day.
fn without_time(ledger: &Ledger) -> Vec<Problem> {
    let problem = |(source, count)| Problem {
        kind: ProblemKind::NoTime,
        location: Location { source, place: Place::default() },
        text: "calls without a time are not in the chosen period".to_owned(),
        count,
    };
    ledger.timeless().into_iter().map(|(source, count)| (Arc::clone(source), count)).map(problem).collect()
}

/// What was asked for, as the report shows it.
fn arguments(asked: &Asked) -> Arguments {
    let mut arguments = filter::arguments(&asked.filters, &asked.inputs);
    let days = asked.rotation_days.map(|days| days.to_string());
    for (name, value) in [("rotation-days", days), ("week", asked.week.clone())] {
        if let Some(value) = value {
            arguments.insert(name.to_owned(), vec![value]);
        }
    }
    arguments
}
