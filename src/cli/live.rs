//! `why4xx -f` and `why4xx watch`: findings as they happen, and the report at the end.
//!
//! The only clock is the one that paces the ticks: what is said of a call depends on the log alone.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::{Analyze, Global, ReportOutput};
use super::failure::Failure;
use super::filter::Filter;
use super::gate::Gate;
use super::output::Output;
use super::outputs::Outputs;
use super::progress::Status;
use super::read::{Reader, complaints, source_settings};
use super::say;
use super::select::Selected;
use super::signals::Signals;
use crate::aggregate::Summary;
use crate::correlate::{Incident, Settings as CorrelationSettings, correlate};
use crate::model::{Call, Coverage, Finding, Outcome, Problem};
use crate::pipeline::{Live, Options, Stage};
use crate::report::live::{Lines, call_object, incident_object, report_object};
use crate::report::{Look, Report};
use crate::rules::CorrelationType;
use crate::source::{Follow, From, News};

/// Between two looks at the inputs. Three of them pass at most until a call is told.
const TICK: Duration = Duration::from_millis(250);
/// Ticks between two looks at what shows over time.
const TICKS_PER_CORRELATION: u64 = 4;
/// Causes at services that are known at once; beyond, all are forgotten and told again.
const MAX_KNOWN: usize = 10_000;
/// Sources that are listed in the report one by one.
const MAX_SOURCES: usize = 1_000;

/// Follows the inputs until they end or a signal comes.
pub(super) fn run(global: &Global, analyze: &Analyze) -> Result<(), Failure> {
    let signals = Signals::noted();
    let report_timezone = analyze.output.report_timezone.as_deref();
    let reader = Reader::following(global, &analyze.inputs, &analyze.filters, report_timezone)?;
    let selected = Selected::new(&analyze.inputs.selection)?;
    let gate = Gate::of_one_period(&analyze.gates, reader.rules)?;
    let options = reader.options();
    let from = if analyze.from_end { From::End } else { From::Start };
    let paths = if analyze.inputs.paths.is_empty() { vec!["-".into()] } else { analyze.inputs.paths.clone() };
    // Opened now, so that a file that cannot be written is told before the run and not after it.
    let outputs = Outputs::following(&analyze.output)?;
    let mut follow = Follow::new(&paths, from, &source_settings());
    let mut desk = Desk::new(global, analyze, &reader, &options);
    let keeps = |input: &crate::source::Input| selected.keeps(&paths, input);
    loop {
        let deadline = Instant::now() + TICK;
        loop {
            let is_more = follow.poll(&keeps, &mut |news| desk.take(news));
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || follow.is_over() || signals.status().is_some() {
                break;
            }
            if !is_more {
                follow.wait(left);
            }
        }
        desk.tick()?;
        if follow.is_over() || signals.status().is_some() {
            break;
        }
    }
    follow.finish(&mut |news| desk.take(news));
    let report = desk.finish(outputs)?;
    // What the gate says outranks how the run was ended.
    gate.check(&report)?;
    signals.status().map_or(Ok(()), |status| Err(Failure::Signal(status)))
}

/// Where news come in and are told.
struct Desk<'a> {
    global: &'a Global,
    analyze: &'a Analyze,
    reader: &'a Reader<'a>,
    options: &'a Options<'a>,
    logs: BTreeMap<usize, Live<'a>>,
    board: Board<'a>,
    coverage: Coverage,
    ticks: u64,
    /// Standard output is kept for the report: what happens is told on standard error.
    is_beside: bool,
    status: Status,
}

/// What has been told, and what the report will say.
struct Board<'a> {
    lines: Lines<'a>,
    filter: Filter,
    is_ndjson: bool,
    /// Of the calls that cannot change any more.
    summary: Summary,
    /// Of the calls as they were told.
    seen: Summary,
    /// How often a cause was seen at a service.
    known: HashMap<(Arc<str>, Option<Arc<str>>), u64>,
    incidents: BTreeMap<(Arc<str>, CorrelationType, Option<i64>), bool>,
    has_news: bool,
    written: io::Result<()>,
    /// Lines that wait to be written.
    waiting: Vec<String>,
}

impl<'a> Desk<'a> {
    fn new(
        global: &'a Global,
        analyze: &'a Analyze,
        reader: &'a Reader<'a>,
        options: &'a Options<'a>,
    ) -> Self {
        let look = Output::terminal_look(global.color);
        let lines = Lines { rules: reader.rules, zone: reader.report_zone.clone(), look };
        Self {
            global,
            analyze,
            reader,
            options,
            logs: BTreeMap::new(),
            board: Board::new(lines, reader.filter.clone(), is_ndjson(&analyze.output)),
            coverage: Coverage::default(),
            ticks: 0,
            is_beside: !is_table(&analyze.output) && !is_ndjson(&analyze.output),
            status: Status::new(global.quiet),
        }
    }

    fn take(&mut self, news: News<'_>) {
        let board = &mut self.board;
        match news {
            News::Begun(stream, name, line, offset) => {
                self.logs.insert(stream, Live::new(name, line, offset, self.options));
            }
            News::Bytes(stream, bytes) => {
                self.status.read(bytes);
                if let Some(log) = self.logs.get_mut(&stream) {
                    log.push(bytes, &mut |stage, call, finding| board.take(stage, &call, finding.as_ref()));
                }
            }
            News::Ended(stream) => {
                if let Some(log) = self.logs.remove(&stream) {
                    let read =
                        log.finish(&mut |stage, call, finding| board.take(stage, &call, finding.as_ref()));
                    if self.coverage.sources.len() < MAX_SOURCES {
                        self.coverage.sources.push(read);
                    }
                }
            }
            News::Problem(problem) => self.complain(problem),
        }
    }

    fn complain(&mut self, problem: Problem) {
        if !self.global.quiet {
            for complaint in complaints(std::slice::from_ref(&problem)) {
                self.status.suspended(|| say("warning", &complaint.message));
            }
        }
        self.coverage.problems.push(problem);
    }

    /// Lets a short while pass: what is complete is told.
    fn tick(&mut self) -> Result<(), Failure> {
        let board = &mut self.board;
        for log in self.logs.values_mut() {
            log.tick(&mut |stage, call, finding| board.take(stage, &call, finding.as_ref()));
        }
        self.ticks += 1;
        if self.ticks.is_multiple_of(TICKS_PER_CORRELATION) {
            board.correlate();
        }
        self.write()
    }

    fn write(&mut self) -> Result<(), Failure> {
        let lines = std::mem::take(&mut self.board.waiting);
        if !lines.is_empty() {
            let text = lines.join("\n") + "\n";
            let is_beside = self.is_beside;
            self.board.written = self.status.suspended(|| match is_beside {
                true => anstream::stderr().write_all(text.as_bytes()),
                false => {
                    let mut stdout = io::stdout().lock();
                    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
                }
            });
        }
        let totals = self.board.seen.totals.calls;
        let top = self.board.seen.causes.iter().max_by_key(|(_, group)| group.calls);
        self.status.show(
            totals.ok + totals.failed,
            totals.failed,
            top.map(|(id, group)| (&**id, group.calls)),
        );
        std::mem::replace(&mut self.board.written, Ok(())).map_err(|error| Failure::write(None, &error))
    }

    /// What is still open is told; then the report.
    fn finish(mut self, outputs: Outputs) -> Result<Report, Failure> {
        let streams: Vec<usize> = self.logs.keys().copied().collect();
        for stream in streams {
            self.take(News::Ended(stream));
        }
        self.board.correlate();
        self.write()?;
        self.status.clear();
        self.coverage.problems.extend(self.board.filter.problems());
        self.coverage
            .problems
            .sort_by(|a, b| (a.kind, &a.location, &a.text).cmp(&(b.kind, &b.location, &b.text)));
        let settings = super::analyze::settings(self.reader, self.analyze);
        let report = Report::new(&self.board.summary, self.reader.rules, &self.coverage, &settings);
        let is_standard = self.analyze.output.output.is_empty();
        if self.board.is_ndjson && is_standard {
            self.board.waiting.push(report_object(&report));
            self.write()?;
            return Ok(report);
        }
        if self.board.has_told() && is_standard && !self.is_beside {
            self.board.waiting.push(String::new());
            self.write()?;
        }
        outputs.write(&report, self.global.color)?;
        Ok(report)
    }
}

/// Whether the objects of calls and incidents are wanted instead of lines.
fn is_ndjson(output: &ReportOutput) -> bool {
    output.format.as_deref() == Some(NDJSON)
}

/// Whether what goes to standard output at the end, if anything, is text for people.
fn is_table(output: &ReportOutput) -> bool {
    let is_standard = output.output.is_empty() || output.output.iter().any(|path| path.as_os_str() == "-");
    !is_standard || output.format.as_deref().is_none_or(|format| format == "table")
}

/// The format of one object a line.
pub(super) const NDJSON: &str = "ndjson";

impl<'a> Board<'a> {
    fn new(lines: Lines<'a>, filter: Filter, is_ndjson: bool) -> Self {
        Self {
            lines,
            filter,
            is_ndjson,
            summary: Summary::default(),
            seen: Summary::default(),
            known: HashMap::new(),
            incidents: BTreeMap::new(),
            has_news: false,
            written: Ok(()),
            waiting: Vec::new(),
        }
    }

    fn has_told(&self) -> bool {
        !self.known.is_empty() || !self.incidents.is_empty()
    }

    fn take(&mut self, stage: Stage, call: &Call, finding: Option<&Finding>) {
        if !self.filter.keeps(call, finding) {
            return;
        }
        match stage {
            Stage::Final => self.summary.add(call, finding),
            Stage::Seen => {
                self.seen.add(call, finding);
                self.has_news = true;
                if call.seen.outcome == Outcome::Failed {
                    self.tell(call, finding);
                }
            }
        }
    }

    /// Tells of a cause at a service when it is seen first, and then each time that its calls are ten times as many.
    fn tell(&mut self, call: &Call, finding: Option<&Finding>) {
        if self.is_ndjson {
            self.waiting.push(call_object(call, finding));
            return;
        }
        let cause = finding.map_or_else(
            || Arc::from(crate::aggregate::UNCLASSIFIED),
            |finding| Arc::clone(&finding.cause.id),
        );
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        let count = self.known.entry((cause, call.seen.context.service.clone())).or_insert(0);
        let before = *count;
        *count += call.seen.count.max(1);
        if before == 0 {
            self.waiting.push(self.lines.finding(call, finding));
        } else if before.ilog10() < count.ilog10() {
            self.waiting.push(self.lines.count(call, finding, *count));
        }
    }

    /// Tells of incidents that are new, and of those that are over.
    fn correlate(&mut self) {
        if !std::mem::take(&mut self.has_news) {
            return;
        }
        let found = correlate(&self.seen, self.lines.rules, &CorrelationSettings::default());
        for incident in &found {
            let name = (Arc::clone(&incident.cause), incident.kind, incident.onset);
            let is_over = incident.is_recovered;
            let was_over = self.incidents.insert(name, is_over);
            if was_over.is_none() || was_over == Some(true) && !is_over {
                self.announce(incident, false);
            }
            if is_over && was_over != Some(true) {
                self.announce(incident, true);
            }
        }
    }

    fn announce(&mut self, incident: &Incident, is_over: bool) {
        let lines = &self.lines;
        let text = match (self.is_ndjson, is_over) {
            (true, _) => incident_object(incident, lines.rules, &lines.zone, is_over),
            (false, true) => lines.over(incident),
            (false, false) => lines.opened(incident),
        };
        self.waiting.push(text);
    }
}

impl Output {
    /// How lines may look that go to standard output as they come; `None` where it is no terminal.
    pub(super) fn terminal_look(color: clap::ColorChoice) -> Option<Look> {
        let is_terminal = io::stdout().is_terminal();
        let is_wanted = is_terminal || color == clap::ColorChoice::Always;
        let output = is_wanted.then(|| Self::open(None, false).ok()).flatten()?;
        let look = output.look(color);
        Some(if is_terminal { look } else { Look { width: usize::MAX, ..look } })
    }
}
