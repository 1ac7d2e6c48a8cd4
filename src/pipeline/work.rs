//! The work on one source, be it of lines, a document, a table or a journal: records to calls, with what is told of it.

use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use serde_json::Value;

use super::blocks::{Blocks, Yield, began_before, block_yield, observe};
use super::crew::{self, Crew};
use super::feed::{Feed, Lost};
use super::{Options, Sink};
use crate::decode;
use crate::fold::Folder;
use crate::framing::assemble::Assembler;
use crate::framing::documents::{Documents, Element};
use crate::framing::units::{Elements, Units};
use crate::model::{Call, Location, Outcome, Place, Problem, ProblemKind, SourceCoverage, StampOrigin};

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
    read: SourceCoverage,
    problems: Vec<Problem>,
    cuts: Cuts,
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
        let read = SourceCoverage { name: Arc::clone(&name), ..SourceCoverage::default() };
        Self {
            options,
            crew,
            sink,
            folder: Some(Folder::new(name)),
            calls: Vec::new(),
            read,
            problems: Vec::new(),
            cuts: Cuts::default(),
        }
    }

    /// A log of lines: blocks side by side, with what lies around them in view.
    pub(super) fn lines(&mut self, start: Vec<u8>, reader: &mut (dyn Read + Send)) {
        let (prefix, crew) = (decode::Prefix::of(&start, &self.options.decode), self.crew);
        let mut options = self.options.clone();
        options.decode.prefix = prefix.map(Arc::new);
        let mut blocks = Blocks::new(Feed::new(start, reader));
        let mut line = 1;
        crew::in_order(
            crew,
            &mut blocks,
            &|block, memo| block_yield(block, &options, memo),
            &mut |mut part: Yield| {
                part.renumber(line);
                line += part.lines;
                self.take(part);
            },
        );
        self.read.bytes = blocks.bytes();
        self.read.lines = line - 1;
        self.note_lost(blocks.lost());
    }

    /// Notes what the feed of lines could not give.
    fn note_lost(&mut self, lost: &Lost) {
        if lost.lines > 0 {
            self.cuts.add(Place { line: 0, offset: lost.offset }, lost.lines, lost.bytes);
        }
        if let Some((offset, count)) = lost.wide {
            let text = format!(
                "holds UTF-16 behind UTF-8, about {count} bytes from byte {offset} on, which are not read; convert them with `iconv -f UTF-16LE -t UTF-8`"
            );
            self.problem_at(ProblemKind::Unsupported, Place { line: 0, offset }, &text);
        }
    }

    /// One or several JSON documents, as a stream of their records.
    pub(super) fn document(&mut self, start: Vec<u8>, reader: &mut dyn Read) {
        let mut whole = Cursor::new(start).chain(reader);
        let mut documents = Documents::new(&mut whole, decode::LISTS);
        self.windows(&mut || documents.next());
        (self.read.bytes, self.read.lines) = documents.read();
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
                self.cuts.add(element.place, 1, element.skipped);
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
    pub(super) fn table(&mut self, start: Vec<u8>, reader: &mut dyn Read) {
        let whole = BufReader::with_capacity(start.len().max(1), Cursor::new(start).chain(reader));
        let mut rows = decode::table::Rows::new(whole, Place { line: 1, offset: 0 });
        self.windows(&mut || rows.next().map(element));
        self.note_read(rows.read(), rows.lost());
    }

    /// The export of a journal.
    pub(super) fn journal(&mut self, start: Vec<u8>, reader: &mut dyn Read) {
        let mut records = decode::journal_export::Records::new(Cursor::new(start).chain(reader));
        self.windows(&mut || records.next().map(element));
        self.note_read(records.read(), records.lost());
    }

    fn note_read(&mut self, (bytes, lines): (u64, u64), lost: decode::Lost) {
        (self.read.bytes, self.read.lines) = (bytes, lines);
        if lost.count > 0 {
            self.cuts.add(lost.first, lost.count, lost.bytes);
        }
    }

    /// The records that begin among the elements `from..to`.
    fn elements(&mut self, window: &Elements, from: usize, to: usize) {
        let peel = |text: &str, place: Place| decode::peel(text, place, &self.options.decode);
        let mut assembler = Assembler::new(window, &peel);
        let mut all = Yield::default();
        for index in from..to {
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
        self.read.records += part.records;
        self.read.decoded += part.decoded;
        self.read.skipped += part.skipped;
        self.read.hours.extend(part.hours);
        for (place, skipped) in part.cut {
            self.cuts.add(place, 1, skipped);
        }
        for seen in part.observations {
            let stamp = seen.context.stamp;
            if stamp.is_some_and(|stamp| stamp.origin == StampOrigin::OwnAssumedZone) {
                self.read.assumed_times += 1;
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
        self.problem_at(kind, Place::default(), text);
    }

    fn problem_at(&mut self, kind: ProblemKind, place: Place, text: &str) {
        let location = Location { source: Arc::clone(&self.read.name), place };
        self.problems.push(Problem { kind, location, text: text.to_owned(), count: 1 });
    }

    pub(super) fn finish(mut self) -> (SourceCoverage, Vec<Problem>) {
        if let Some(folder) = self.folder.take() {
            folder.finish(&mut self.calls);
        }
        self.hand_over();
        if self.cuts.count > 0 {
            let Cuts { first, count, skipped } = self.cuts;
            let text = format!("longer than the limit; {skipped} bytes at its end were not read");
            let location = Location { source: Arc::clone(&self.read.name), place: first };
            self.problems.push(Problem { kind: ProblemKind::RecordCut, location, text, count });
        }
        (self.read, self.problems)
    }
}
