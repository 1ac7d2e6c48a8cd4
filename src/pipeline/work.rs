//! The work on one source, be it of lines, a document, a table or a journal: records to calls, with what is told of it.

use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use serde_json::Value;

use super::answers;
use super::blocks::{self, Begin, Blocks, Yield, began_before, block_yield, observe};
use super::crew::{self, Crew};
use super::feed::{Fed, Text};
use super::files::{File, Files};
use super::{Options, Sink};
use crate::decode;
use crate::fold::Folder;
use crate::framing::assemble::Assembler;
use crate::framing::documents::{Documents, Element};
use crate::framing::units::{Elements, Units};
use crate::model::{
    Call, Coverage, Digest, Location, Outcome, Place, Problem, ProblemKind, SourceCoverage, StampOrigin,
};
use crate::source;

/// Bytes of the records of a document that are in memory together.
const BATCH_OF_ELEMENTS: usize = 16 << 20;
/// Bytes of an export that is put in order because it lists the newest first.
const MAX_REVERSED: usize = 512 << 20;
/// Records before and behind those of a batch that a record may run through.
const ELEMENTS_BACK: usize = 800;
/// See [`ELEMENTS_BACK`].
const ELEMENTS_AHEAD: usize = 2_100;

/// A record of a table or journal.
fn element((place, row): (Place, Value)) -> Element {
    Element { place, text: row.to_string(), skipped: 0 }
}

/// The work on one source.
pub(super) struct Work<'a, 'b> {
    options: &'a Options<'a>,
    crew: &'a Crew,
    sink: &'a mut Sink<'b>,
    folder: Option<Folder>,
    calls: Vec<Call>,
    /// Files that were read to their end.
    done: Vec<Reading>,
    /// What is being read.
    file: Reading,
    problems: Vec<Problem>,
}

/// What is read of a source.
#[derive(Default)]
struct Reading {
    read: SourceCoverage,
    /// Where it begins in the log that it is a file of.
    start: Place,
    cuts: Cuts,
}

impl Reading {
    fn new(name: Arc<str>, start: Place) -> Self {
        let read = SourceCoverage { name, ..SourceCoverage::default() };
        Self { read, start, cuts: Cuts::default() }
    }

    /// Notes what the feed of lines gave, and what it could not give.
    fn note(&mut self, fed: Fed) {
        (self.read.bytes, self.read.digest) = (fed.bytes, fed.digest);
        if fed.lost.lines > 0 {
            self.cuts.add(Place { line: 0, offset: fed.lost.offset }, fed.lost.lines, fed.lost.bytes);
        }
    }

    /// What was read, and the problem with records that were cut.
    fn finish(self) -> (SourceCoverage, Option<Problem>) {
        let Cuts { first, count, skipped } = self.cuts;
        let location = Location { source: Arc::clone(&self.read.name), place: first };
        let text = format!("longer than the limit; {skipped} bytes at its end were not read");
        let problem = Problem { kind: ProblemKind::RecordCut, location, text, count };
        (self.read, (count > 0).then_some(problem))
    }
}

/// Records that were too long to be read whole.
#[derive(Default)]
struct Cuts {
    first: Place,
    count: u64,
    /// Bytes that were passed over.
    skipped: u64,
}

impl Cuts {
    fn add(&mut self, place: Place, count: u64, skipped: u64) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += count;
        self.skipped += skipped;
    }
}

impl<'a, 'b> Work<'a, 'b> {
    pub(super) fn new(
        name: Arc<str>,
        options: &'a Options<'a>,
        crew: &'a Crew,
        sink: &'a mut Sink<'b>,
    ) -> Self {
        Self {
            options,
            crew,
            sink,
            folder: Some(Folder::new(Arc::clone(&name))),
            calls: Vec::new(),
            done: Vec::new(),
            file: Reading::new(name, Place { line: 1, offset: 0 }),
            problems: Vec::new(),
        }
    }

    /// A log of lines: blocks side by side, with what lies around them in view. Files that carry on the log are
    /// read with it.
    pub(super) fn lines(&mut self, file: File<'_>, files: &mut Files<'_>) {
        let (prefix, crew) = (decode::Prefix::of(&file.start, &self.options.decode), self.crew);
        let mut options = self.options.clone();
        options.decode.prefix = prefix.clone().map(Arc::new);
        options.decode.keeps_line_ends = decode::keeps_line_ends(&file.start, &self.options.decode);
        let mut blocks = Blocks::new(file, prefix.as_ref(), files);
        let mut line = 1;
        crew::in_order(
            crew,
            &mut blocks,
            &|block, memo| block_yield(block, &options, memo),
            &mut |mut part: Yield| {
                part.renumber(line);
                if let Some(Begin { source, offset }) = part.begins.take() {
                    self.begin(source, Place { line, offset });
                }
                line += part.lines;
                self.file.read.lines += part.lines;
                self.take(part);
            },
        );
        let reading = self.done.iter_mut().chain([&mut self.file]);
        let read = blocks.finish();
        let digests: Vec<&Digest> = read.iter().filter_map(|(fed, _)| fed.digest.as_ref()).collect();
        let log = source::of_log(&digests);
        for (reading, (fed, problems)) in reading.zip(read) {
            self.problems.extend(problems);
            self.problems.extend(fed.lost.wide.map(|wide| wide_text(&reading.read.name, wide)));
            reading.note(fed);
            reading.read.log.clone_from(&log);
        }
    }

    /// The log goes on in another file.
    fn begin(&mut self, source: Arc<str>, start: Place) {
        let next = Reading::new(Arc::clone(&source), start);
        self.done.push(std::mem::replace(&mut self.file, next));
        if let Some(folder) = self.folder.as_mut() {
            folder.begin(source, start);
        }
    }

    /// One or several JSON documents, as a stream of their records.
    pub(super) fn document(&mut self, start: Vec<u8>, mut text: Text<'_>) {
        let mut whole = Cursor::new(start).chain(&mut text);
        let mut documents = Documents::new(&mut whole, decode::LISTS);
        self.windows(&mut || documents.next());
        (self.file.read.bytes, self.file.read.lines) = documents.read();
        self.file.read.digest = text.finish();
    }

    /// Records that come one after the other, of which so many are in memory as one of them may run through.
    fn windows(&mut self, next: &mut dyn FnMut() -> Option<Element>) {
        let mut window = Elements::default();
        let (mut from, mut is_over) = (0, false);
        while !is_over || from < window.len() {
            is_over = self.fill_window(next, &mut window, BATCH_OF_ELEMENTS) || is_over;
            if from == 0 && self.is_newest_first(&window) {
                is_over = self.fill_window(next, &mut window, MAX_REVERSED) || is_over;
                if !is_over {
                    self.problem(
                        ProblemKind::WindowOverflow,
                        "the export lists the newest first and is too large to be put in order",
                    );
                }
                window.reverse();
            }
            let to = if is_over {
                window.len()
            } else {
                window.len().saturating_sub(ELEMENTS_AHEAD).max(from + 1)
            };
            self.elements(&window, from, to);
            from = window.forget(to.saturating_sub(ELEMENTS_BACK), to);
        }
    }

    /// Reads on until the window holds `bytes`; whether the document ended.
    fn fill_window(
        &mut self,
        next: &mut dyn FnMut() -> Option<Element>,
        window: &mut Elements,
        bytes: usize,
    ) -> bool {
        while window.bytes() < bytes {
            let Some(element) = next() else { return true };
            if element.skipped > 0 {
                self.file.cuts.add(element.place, 1, element.skipped);
            }
            window.push(element.place, element.text);
        }
        false
    }

    /// Whether the first record of the window is newer than the last.
    fn is_newest_first(&self, window: &Elements) -> bool {
        let stamp = |at: usize| {
            let entries = decode::peel(&window.text(at), window.place(at), &self.options.decode);
            entries.into_iter().find_map(|entry| entry.context.stamp).map(|stamp| stamp.at)
        };
        window.len() > 1
            && matches!((stamp(0), stamp(window.len() - 1)), (Some(first), Some(last)) if first > last)
    }

    /// A table with a header line.
    pub(super) fn table(&mut self, start: Vec<u8>, mut text: Text<'_>) {
        let whole = BufReader::with_capacity(start.len().max(1), Cursor::new(start).chain(&mut text));
        let mut rows = decode::table::Rows::new(whole, Place { line: 1, offset: 0 });
        self.windows(&mut || rows.next().map(element));
        self.note_read(rows.read(), rows.lost());
        self.file.read.digest = text.finish();
    }

    /// The export of a journal.
    pub(super) fn journal(&mut self, start: Vec<u8>, mut text: Text<'_>) {
        let mut records = decode::journal_export::Records::new(Cursor::new(start).chain(&mut text));
        self.windows(&mut || records.next().map(element));
        self.note_read(records.read(), records.lost());
        self.file.read.digest = text.finish();
    }

    fn note_read(&mut self, (bytes, lines): (u64, u64), lost: decode::Lost) {
        (self.file.read.bytes, self.file.read.lines) = (bytes, lines);
        if lost.count > 0 {
            self.file.cuts.add(lost.first, lost.count, lost.bytes);
        }
    }

    /// The records that begin among the elements `from..to`.
    fn elements(&mut self, window: &Elements, from: usize, to: usize) {
        let peel = |text: &str, place: Place| decode::peel(text, place, &self.options.decode);
        let mut assembler = Assembler::new(window, &peel, false);
        let mut all = Yield::default();
        let asks = |index: usize| blocks::may_ask(window.text(index).as_bytes());
        let mut asking = answers::before(window, from, |_| true);
        asking.extend(from..to);
        asking.retain(|index| asks(*index));
        let mut answers =
            answers::observe(window, &asking, &(from..to), &self.options.decode).into_iter().peekable();
        for index in from..to {
            while let Some((_, seen)) = answers.next_if(|(unit, _)| *unit <= index) {
                all.observations.push(seen);
            }
            for record in assembler.records(index, &|_| true) {
                if from == 0 || !began_before(&record, window.place(from)) {
                    observe(record, &self.options.decode, &mut all);
                }
            }
        }
        self.take(all);
    }

    /// Folds and judges what a block yielded; blocks come in order.
    fn take(&mut self, part: Yield) {
        self.file.read.records += part.records;
        self.file.read.decoded += part.decoded;
        self.file.read.skipped += part.skipped;
        self.file.read.hours.extend(part.hours);
        let start = self.file.start;
        for (Place { line, offset }, skipped) in part.cut {
            let place = Place { line: line + 1 - start.line, offset: offset - start.offset };
            self.file.cuts.add(place, 1, skipped);
        }
        for seen in part.observations {
            let stamp = seen.context.stamp;
            if stamp.is_some_and(|stamp| stamp.origin == StampOrigin::OwnAssumedZone) {
                self.file.read.assumed_times += 1;
            }
            if let Some(folder) = self.folder.as_mut() {
                folder.push(seen, &mut self.calls);
            }
        }
        self.hand_over();
    }

    fn hand_over(&mut self) {
        for mut call in self.calls.drain(..) {
            let finding = (call.seen.outcome != Outcome::Ok).then(|| self.options.rules.judge(&call));
            if finding.as_ref().is_some_and(|finding| self.options.rules.expects(finding)) {
                call.seen.outcome = Outcome::Info;
            }
            (self.sink)(call, finding);
        }
    }

    fn problem(&mut self, kind: ProblemKind, text: &str) {
        let location = Location { source: Arc::clone(&self.file.read.name), place: Place::default() };
        self.problems.push(Problem { kind, location, text: text.to_owned(), count: 1 });
    }

    pub(super) fn finish(mut self) -> Coverage {
        if let Some(folder) = self.folder.take() {
            folder.finish(&mut self.calls);
        }
        self.hand_over();
        let mut coverage = Coverage { sources: Vec::new(), problems: self.problems };
        for reading in self.done.into_iter().chain([self.file]) {
            let (read, cut) = reading.finish();
            coverage.sources.push(read);
            coverage.problems.extend(cut);
        }
        coverage
    }
}

/// UTF-16 behind UTF-8 in one file.
fn wide_text(source: &Arc<str>, (offset, count): (u64, u64)) -> Problem {
    let text = format!(
        "holds UTF-16 behind UTF-8, about {count} bytes from byte {offset} on, which are not read; convert them with `iconv -f UTF-16LE -t UTF-8`"
    );
    let location = Location { source: Arc::clone(source), place: Place { line: 0, offset } };
    Problem { kind: ProblemKind::Unsupported, location, text, count: 1 }
}
