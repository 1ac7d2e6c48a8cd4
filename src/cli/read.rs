//! From the arguments to calls: rules, inputs, zones, and the pipeline.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Cli, Filters, Global, Inputs, Selection};
use super::failure::{Complaint, Failure};
use super::filter::Filter;
use super::own_rules::rules;
use super::period::{Edge, moment, zone};
use super::progress::Progress;
use super::say;
use super::select::Selected;
use super::signals::Signals;
use crate::decode;
use crate::model::{Call, Coverage, Finding, Outcome, Problem, ProblemKind, SourceCoverage};
use crate::pipeline;
use crate::rules::{RuleSet, did_you_mean};
use crate::source::{self, Input};

/// Warnings that are printed one by one.
const MAX_WARNINGS: usize = 10;
/// Everything a reading command needs.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    global: &'a Global,
    pub(super) rules: &'a RuleSet,
    inputs: Vec<Input>,
    problems: Vec<Problem>,
    zone: TimeZone,
    year: Option<i16>,
    pub(super) filter: Filter,
    pub(super) report_zone: TimeZone,
    pub(super) report_zone_name: String,
    signals: Option<Signals>,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// When an argument cannot be understood or nothing can be read at all.
    pub(super) fn new(
        global: &'a Global,
        inputs: &Inputs,
        filters: &Filters,
        report_timezone: Option<&str>,
    ) -> Result<Self, Failure> {
        let (found, problems) = open(&inputs.paths, &inputs.selection, &source_settings())?;
        let reader = Self::following(global, inputs, filters, report_timezone)?;
        Ok(Self { inputs: found, problems, ..reader })
    }

    /// A reader without inputs of its own: for those that come later.
    ///
    /// # Errors
    /// When an argument cannot be understood.
    pub(super) fn following(
        global: &'a Global,
        inputs: &Inputs,
        filters: &Filters,
        report_timezone: Option<&str>,
    ) -> Result<Self, Failure> {
        if global.threads != Some(1) {
            // Where there is no thread for it, it is made later.
            let _ = std::thread::Builder::new().spawn(pipeline::prepare);
        }
        let rules = rules(global)?;
        let name = inputs.timezone.as_deref().unwrap_or("UTC");
        let report_name = report_timezone.unwrap_or(name);
        let report_zone = zone(report_name)?;
        let now = Timestamp::now().to_zoned(report_zone.clone());
        let time =
            |text: &Option<String>, edge| text.as_deref().map(|text| moment(text, edge, &now)).transpose();
        let (since, until) = (time(&filters.since, Edge::Start)?, time(&filters.until, Edge::End)?);
        let is_empty = since.zip(until).is_some_and(|(since, until)| since >= until);
        if is_empty {
            return Err(Failure::new("cannot read a period whose start is not before its end"));
        }
        Ok(Self {
            global,
            rules,
            inputs: Vec::new(),
            problems: Vec::new(),
            zone: zone(name)?,
            year: inputs.year,
            filter: Filter::new(filters, since, until, rules)?,
            report_zone,
            report_zone_name: report_name.to_owned(),
            signals: None,
        })
    }

    /// What the pipeline needs.
    pub(super) fn options(&self) -> pipeline::Options<'a> {
        let mut options = options(self.global, self.rules, self.zone.clone(), self.year);
        options.source.stop = self.signals.as_ref().map(Signals::stop);
        options
    }

    /// From now on a signal ends reading, not the process: what was read until then is reported.
    pub(super) fn heed_signals(&mut self) {
        self.signals = Some(Signals::noted());
    }

    /// Whether a signal came.
    pub(super) fn is_interrupted(&self) -> bool {
        self.signals.as_ref().is_some_and(|signals| signals.status().is_some())
    }

    /// Says what a result lacks that a signal ended.
    ///
    /// # Errors
    /// With the exit status of the signal, when one came.
    pub(super) fn ended(&self, problems: &[Problem]) -> Result<(), Failure> {
        let Some(status) = self.signals.as_ref().and_then(Signals::status) else { return Ok(()) };
        if problems.iter().any(|problem| problem.kind == ProblemKind::Interrupted) {
            say("warning", "the run was interrupted: the result covers only what was read until then");
        }
        Err(Failure::Signal(status))
    }

    /// Reads all inputs and hands on the calls that pass the filter.
    ///
    /// # Errors
    /// When none of the inputs could be read.
    pub(super) fn run(&mut self, sink: &mut dyn FnMut(&Call, Option<&Finding>)) -> Result<Coverage, Failure> {
        let inputs = std::mem::take(&mut self.inputs);
        let mut coverage = self.read(&inputs, false, sink);
        self.inputs = inputs;
        coverage.problems.append(&mut self.problems);
        coverage.problems.extend(self.filter.problems());
        coverage.problems.sort_by(|a, b| (a.kind, &a.location, &a.text).cmp(&(b.kind, &b.location, &b.text)));
        if coverage.sources.is_empty() && !self.is_interrupted() {
            return Err(Failure::Said(complaints(&coverage.problems)));
        }
        Ok(coverage)
    }

    /// What is to be read, each path once.
    pub(super) fn inputs(&self) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for input in &self.inputs {
            if !inputs.contains(input) {
                inputs.push(input.clone());
            }
        }
        inputs
    }

    /// Reads some inputs, with the digest and the hours of each source, and hands on the calls that pass the
    /// filter.
    pub(super) fn survey(
        &mut self,
        inputs: &[Input],
        sink: &mut dyn FnMut(&Call, Option<&Finding>),
    ) -> Coverage {
        self.read(inputs, true, sink)
    }

    fn read(
        &mut self,
        inputs: &[Input],
        survey: bool,
        sink: &mut dyn FnMut(&Call, Option<&Finding>),
    ) -> Coverage {
        let mut options = pipeline::Options { survey, ..self.options() };
        let mut progress = Progress::start(self.global.quiet, inputs);
        options.source.meter = Some(progress.meter());
        let filter = &mut self.filter;
        let is_debug = self.global.debug;
        let coverage = pipeline::run(inputs, &options, &mut |call, finding| {
            if call.seen.outcome == Outcome::Failed {
                progress.hit();
            }
            let is_kept = filter.keeps(&call, finding.as_ref());
            if is_debug {
                say("debug", &judgement(&call, finding.as_ref(), is_kept));
            }
            if is_kept {
                sink(&call, finding.as_ref());
            }
        });
        let records = coverage.sources.iter().map(|source| source.records).sum();
        if let Some(read) = progress.finish(records) {
            say("read", &read);
        }
        coverage.sources.iter().for_each(|source| self.tell(source));
        coverage
    }

    /// What could not be read, apart from what the sources themselves tell.
    pub(super) fn problems(&mut self) -> Vec<Problem> {
        self.problems.drain(..).chain(self.filter.problems()).collect()
    }

    /// Says on standard error what was read, when asked to.
    fn tell(&self, source: &SourceCoverage) {
        if self.global.verbose > 0 || self.global.debug {
            let (bytes, lines) = (source.bytes, source.lines);
            let text =
                format!("read `{}`: {lines} lines, {bytes} bytes, {} records", source.name, source.records);
            say("read", &text);
        }
    }

    /// Says on standard error what could not be read.
    pub(super) fn warn(&self, coverage: &Coverage) {
        if self.global.quiet {
            return;
        }
        let complaints = complaints(&coverage.problems);
        for complaint in complaints.iter().take(MAX_WARNINGS) {
            say("warning", &crate::report::sink::one_line(&complaint.message));
        }
        if complaints.len() > MAX_WARNINGS {
            say("warning", &format!("{} more problems", complaints.len() - MAX_WARNINGS));
        }
    }
}

/// What the pipeline needs.
pub(super) fn options<'a>(
    global: &Global,
    rules: &'a RuleSet,
    zone: TimeZone,
    year: Option<i16>,
) -> pipeline::Options<'a> {
    pipeline::Options {
        decode: decode::Settings { zone, year, ..decode::Settings::default() },
        source: source_settings(),
        rules,
        threads: global.threads.map(usize::from),
        survey: false,
        look_at_every_line: false,
    }
}

/// How folders are walked: the expected results of samples are no logs.
pub(super) fn source_settings() -> source::Settings {
    source::Settings { skip: &[source::is_expected_result], ..source::Settings::default() }
}

/// What the paths name, walked by `settings` and chosen by `selection`; standard input where none is named.
///
/// # Errors
/// When there is nothing at all to read, or a pattern is none.
pub(super) fn open(
    paths: &[PathBuf],
    selection: &Selection,
    settings: &source::Settings,
) -> Result<(Vec<Input>, Vec<Problem>), Failure> {
    let stdin = [PathBuf::from("-")];
    let paths = if paths.is_empty() { &stdin } else { paths };
    let selected = Selected::new(selection)?;
    let (mut inputs, problems) = source::inputs(paths, settings);
    inputs.retain(|input| selected.keeps(paths, input));
    if !inputs.is_empty() {
        return Ok((inputs, problems));
    }
    if problems.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let help = (!selection.include.is_empty() || !selection.exclude.is_empty())
            .then(|| "--include and --exclude leave no file".to_owned());
        let message = format!("cannot find anything to read in {}", names.join(", "));
        return Err(Failure::with_help(message, help));
    }
    Err(Failure::Said(complaints(&problems)))
}

/// How a call was judged: where it stands, the cause with what decided, and what was rejected.
fn judgement(call: &Call, finding: Option<&Finding>, is_kept: bool) -> String {
    let mut text = format!("{}:{} {}", call.source, call.seen.place.line, call.seen.outcome.word());
    if let Some(finding) = finding {
        text += &format!(" {} ({})", finding.cause.id, finding.tier.word());
        let because: Vec<String> =
            finding.evidence.iter().map(|row| format!("{} = {}", row.field, row.value.as_str())).collect();
        let rivals: Vec<String> =
            finding.rivals.iter().map(|row| format!("{} by {}", row.cause, row.rejected_by)).collect();
        for (label, list) in [("because", because), ("rejected", rivals)] {
            if !list.is_empty() {
                text += &format!("; {label} {}", list.join(", "));
            }
        }
    }
    if !is_kept {
        text += "; left out by a filter";
    }
    crate::report::sink::one_line(&text).into_owned()
}

pub(super) fn complaints(problems: &[Problem]) -> Vec<Complaint> {
    let complaint = |problem: &Problem| {
        let source = &problem.location.source;
        let line = problem.location.place.line;
        let place = if line > 0 { format!("`{source}` line {line}") } else { format!("`{source}`") };
        let times = if problem.count > 1 { format!(" ({} times)", problem.count) } else { String::new() };
        let is_word = problem.kind == ProblemKind::Missing && Path::new(&**source).components().count() == 1;
        Complaint {
            message: format!("cannot read {place}: {}{times}", problem.text),
            help: if is_word { meant_command(source) } else { None },
        }
    };
    problems.iter().map(complaint).collect()
}

/// The command that may be meant where a path is not found.
fn meant_command(word: &str) -> Option<String> {
    let root = Cli::command();
    did_you_mean(word, root.get_subcommands().map(Command::get_name))
}
