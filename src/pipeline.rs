//! The order of the stages, and nothing else knows it.
//!
//! `source → blocks → scan → records → decode → extract → fold → rules → sink`. Blocks of a source are
//! worked on side by side; what they yield is folded and judged in the order of the input, so that the
//! result is the same for any number of threads, a file or a pipe.

mod blocks;
mod crew;
mod feed;
mod lanes;
mod live;
mod memo;
mod presence;
mod work;

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use self::crew::Crew;
pub use self::live::{Live, LiveSink, Stage};
use self::work::Work;
use crate::decode;
use crate::extract;
use crate::framing::documents;
use crate::model::{Call, Coverage, Finding, Problem, SourceCoverage};
use crate::rules::RuleSet;
use crate::scan;
use crate::source::{self, Digested, Input, Source};

/// What a run needs to know besides its inputs.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// How naive and year-less times are read.
    pub decode: decode::Settings,
    /// How inputs are walked and opened.
    pub source: source::Settings,
    /// The rules.
    pub rules: &'a RuleSet,
    /// How many threads work; `None` for one a core.
    pub threads: Option<usize>,
    /// Also note the digest of each source and the hours in which it has lines.
    pub survey: bool,
    /// For tests of the literal scan: decode every line, as if each held a literal.
    #[doc(hidden)]
    pub look_at_every_line: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            decode: decode::Settings::default(),
            source: source::Settings::default(),
            rules: RuleSet::builtin(),
            threads: None,
            survey: false,
            look_at_every_line: false,
        }
    }
}

/// Takes each call with its verdict; a successful call has none.
pub type Sink<'a> = dyn FnMut(Call, Option<Finding>) + 'a;

/// Makes what every run needs and no input changes. Nothing waits for it: what is not made yet when it is needed is
/// made then. For a thread beside the one that reads the rules.
pub fn prepare() {
    scan::prepare();
    extract::prepare();
}

/// Reads the inputs in order and hands every call to `sink`, by source, then by first line.
pub fn run(inputs: &[Input], options: &Options<'_>, sink: &mut Sink<'_>) -> Coverage {
    let crew = Crew::new(options.threads);
    let mut coverage = if crew.threads() > 1 && inputs.len() > 1 {
        lanes::run(inputs, options, &crew, sink)
    } else {
        let mut coverage = Coverage::default();
        for input in inputs {
            let read = read_input(input, options, &crew, sink);
            coverage.sources.extend(read.sources);
            coverage.problems.extend(read.problems);
        }
        coverage
    };
    coverage.problems.sort_by(|a, b| (a.kind, &a.location).cmp(&(b.kind, &b.location)));
    coverage.problems = source::unread_as_one(coverage.problems);
    coverage
}

/// Every source of one input.
fn read_input(input: &Input, options: &Options<'_>, crew: &Crew, sink: &mut Sink<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    let problems = source::read(input, &options.source, &mut |source| {
        let (read, problems) = run_source(source, options, crew, sink);
        coverage.sources.push(read);
        coverage.problems.extend(problems);
        ControlFlow::Continue(())
    });
    coverage.problems.extend(problems);
    coverage
}

/// The calls that a piece of text speaks of, with their verdicts.
#[must_use]
pub fn analyze_text(text: &str, options: &Options<'_>) -> Vec<(Call, Option<Finding>)> {
    let (mut calls, options) = (Vec::new(), Options { threads: Some(1), ..options.clone() });
    run_reader("text", Box::new(text.as_bytes()), &options, &mut |call, finding| calls.push((call, finding)));
    calls
}

/// Like [`run`], for bytes that come from elsewhere.
pub fn run_reader(
    name: &str,
    reader: Box<dyn Read + Send + '_>,
    options: &Options<'_>,
    sink: &mut Sink<'_>,
) -> Coverage {
    let (crew, mut coverage) = (Crew::new(options.threads), Coverage::default());
    let problems = source::read_from(name, reader, &options.source, &mut |source| {
        let (read, problems) = run_source(source, options, &crew, sink);
        coverage.sources.push(read);
        coverage.problems.extend(problems);
        ControlFlow::Continue(())
    });
    coverage.problems.extend(problems);
    coverage.problems.sort_by(|a, b| (a.kind, &a.location).cmp(&(b.kind, &b.location)));
    coverage
}

/// One source through all stages.
fn run_source(
    mut source: Source<'_>,
    options: &Options<'_>,
    crew: &Crew,
    sink: &mut Sink<'_>,
) -> (SourceCoverage, Vec<Problem>) {
    if !options.survey {
        return read_source(&source.name, &mut source.reader, options, crew, sink);
    }
    let mut reader = Digested::new(&mut source.reader);
    let (mut read, problems) = read_source(&source.name, &mut reader, options, crew, sink);
    read.digest = Some(reader.finish());
    (read, problems)
}

/// The bytes of one source through all stages.
fn read_source(
    name: &Arc<str>,
    reader: &mut (dyn Read + Send),
    options: &Options<'_>,
    crew: &Crew,
    sink: &mut Sink<'_>,
) -> (SourceCoverage, Vec<Problem>) {
    let mut work = Work::new(Arc::clone(name), options, crew, sink);
    let mut start = vec![0; 64 << 10];
    let filled = fill(reader, &mut start);
    start.truncate(filled);
    let is_whole = filled < 64 << 10;
    if documents::is_document(&start, decode::LISTS, is_whole) {
        work.document(start, reader);
    } else if decode::table::looks_like_csv(&String::from_utf8_lossy(first_line(&start))).is_some() {
        work.table(start, reader);
    } else if decode::journal_export::looks_like_export(&start) {
        work.journal(start, reader);
    } else {
        work.lines(start, reader);
    }
    work.finish()
}

fn first_line(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// Reads until the buffer is full or the input ends; errors end the input (the source notes them).
fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    filled
}
