//! The order of the stages, and nothing else knows it.
//!
//! `source → blocks → scan → records → decode → extract → fold → rules → sink`. Blocks of a source are
//! worked on side by side; what they yield is folded and judged in the order of the input, so that the
//! result is the same for any number of threads, a file or a pipe.

mod answers;
mod blocks;
mod crew;
mod feed;
mod files;
mod lanes;
mod live;
mod memo;
mod presence;
mod work;

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use self::crew::Crew;
use self::feed::Text;
use self::files::{File, Files, Next};
pub use self::live::{Live, LiveSink, Stage};
use self::work::Work;
use crate::decode;
use crate::extract;
use crate::framing::documents;
use crate::model::{Call, Coverage, Finding};
use crate::rules::RuleSet;
use crate::scan;
use crate::source::{self, Input, Log, Source};

/// Bytes that tell how the records of a source stand in it.
const START: usize = 64 << 10;

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

/// Reads the inputs in order and hands every call to `sink`, by source, then by first line. The files of a rotated
/// log are read one after the other, the oldest first, as one text.
pub fn run(inputs: &[Input], options: &Options<'_>, sink: &mut Sink<'_>) -> Coverage {
    let crew = Crew::new(options.threads);
    let logs = source::logs(inputs);
    let mut coverage = if crew.threads() > 1 && logs.len() > 1 {
        lanes::run(logs, options, &crew, sink)
    } else {
        let mut coverage = Coverage::default();
        for log in logs {
            let read = read_log(log, options, &crew, sink);
            coverage.sources.extend(read.sources);
            coverage.problems.extend(read.problems);
        }
        coverage
    };
    coverage.problems.sort_by(|a, b| (a.kind, &a.location).cmp(&(b.kind, &b.location)));
    coverage.problems = source::unread_as_one(coverage.problems);
    coverage
}

/// The files of one log.
fn read_log(log: Log, options: &Options<'_>, crew: &Crew, sink: &mut Sink<'_>) -> Coverage {
    if let Some(input) = log.only() {
        return read_input(input, options, crew, sink);
    }
    let mut files = Files::of(log, options);
    let mut coverage = Coverage::default();
    while let Some(next) = files.next() {
        let read = match next {
            Next::Other(input) => read_input(&input, options, crew, sink),
            Next::Lines(file) => {
                let mut work = Work::new(Arc::clone(&file.name), options, crew, sink);
                work.lines(file, &mut files);
                work.finish()
            }
        };
        coverage.sources.extend(read.sources);
        coverage.problems.extend(read.problems);
    }
    coverage
}

/// Every source of one input.
fn read_input(input: &Input, options: &Options<'_>, crew: &Crew, sink: &mut Sink<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    let problems = source::read(input, &options.source, &mut |source| {
        let read = run_source(source, options, crew, sink);
        coverage.sources.extend(read.sources);
        coverage.problems.extend(read.problems);
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
        let read = run_source(source, options, &crew, sink);
        coverage.sources.extend(read.sources);
        coverage.problems.extend(read.problems);
        ControlFlow::Continue(())
    });
    coverage.problems.extend(problems);
    coverage.problems.sort_by(|a, b| (a.kind, &a.location).cmp(&(b.kind, &b.location)));
    coverage
}

/// One source through all stages.
fn run_source(source: Source<'_>, options: &Options<'_>, crew: &Crew, sink: &mut Sink<'_>) -> Coverage {
    let mut work = Work::new(Arc::clone(&source.name), options, crew, sink);
    let mut text = Text::new(source.reader, options.survey);
    let (start, kind) = start_of(&mut text);
    match kind {
        Kind::Document => work.document(start, text),
        Kind::Table => work.table(start, text),
        Kind::Journal => work.journal(start, text),
        Kind::Lines => {
            let file = File { name: source.name, start, text, problems: None };
            work.lines(file, &mut Files::none(options));
        }
    }
    work.finish()
}

/// How the records of a source stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Document,
    Table,
    Journal,
    Lines,
}

/// Reads the first bytes of a source, which tell how its records stand in it.
fn start_of(reader: &mut dyn Read) -> (Vec<u8>, Kind) {
    let mut start = vec![0; START];
    let filled = fill(reader, &mut start);
    start.truncate(filled);
    let kind = if documents::is_document(&start, decode::LISTS, filled < START) {
        Kind::Document
    } else if is_table(&start) {
        Kind::Table
    } else if decode::journal_export::looks_like_export(&start) {
        Kind::Journal
    } else {
        Kind::Lines
    };
    (start, kind)
}

/// Whether the source begins like a table. A first line without a separator is no header.
fn is_table(start: &[u8]) -> bool {
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    first_line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'))
        && decode::table::looks_like_csv(&String::from_utf8_lossy(start)).is_some()
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
