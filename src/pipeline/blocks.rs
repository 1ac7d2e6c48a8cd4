//! Blocks of a log of lines: what the records in one of them say.
//!
//! In goes a block with the lines around it; out come the observations of the records whose first hit lies in
//! the block, in the order of their places. Which line of the source is the first of a block is not known
//! here, so lines are numbered from [`ORIGIN`].

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;

use super::crew::Tasks;
use super::feed::{Feed, Lost, Segment};
use super::memo::{self, Memo};
use super::{Options, presence};
use crate::decode;
use crate::extract;
use crate::framing::assemble::{Assembler, Record};
use crate::framing::head;
use crate::framing::units::{Lines, MAX_LINE, Part, Units};
use crate::model::{Context, Entry, Observation, Place};
use crate::scan;

/// What a line of httpx begins with.
static REQUEST: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("HTTP Request: "));

/// Number of the first line of a block; those before it have smaller ones.
const ORIGIN: u64 = 1 << 40;

/// What one block yields.
#[derive(Default)]
pub(super) struct Yield {
    pub(super) observations: Vec<Observation>,
    pub(super) records: u64,
    pub(super) decoded: u64,
    pub(super) skipped: u64,
    /// Hours in which lines were written, where they are asked for.
    pub(super) hours: BTreeSet<i64>,
    /// Lines in the block.
    pub(super) lines: u64,
    /// Lines of interest that were too long to be read to their end, with the bytes that are left out.
    pub(super) cut: Vec<(Place, u64)>,
}

impl Yield {
    /// Numbers lines as in the source, where the block begins with the line of number `first`.
    pub(super) fn renumber(&mut self, first: u64) {
        let renumber = |line: &mut u64| *line = (*line + first).saturating_sub(ORIGIN);
        for seen in &mut self.observations {
            renumber(&mut seen.place.line);
            renumber(&mut seen.last_line);
            seen.exposed.iter_mut().for_each(|secret| renumber(&mut secret.line));
        }
        self.cut.iter_mut().for_each(|(place, _)| renumber(&mut place.line));
    }
}

/// Lines that are worked on together, and those around them that their records may run through.
pub(super) struct Block {
    before: Option<Arc<Segment>>,
    segment: Arc<Segment>,
    after: Option<Arc<Segment>>,
}

impl Block {
    /// These lines with what stands before and after them.
    pub(super) fn of(before: Segment, segment: Segment, after: Segment) -> Self {
        let [before, segment, after] = [before, segment, after].map(Arc::new);
        Self { before: Some(before), segment, after: Some(after) }
    }
}

/// Gives out the blocks of a feed. A block is given out as soon as the one behind it is read.
pub(super) struct Blocks<'a> {
    feed: Feed<'a>,
    before: Option<Arc<Segment>>,
    next: Option<Arc<Segment>>,
    given: usize,
}

impl<'a> Blocks<'a> {
    /// The blocks of what `feed` gives.
    pub(super) fn new(feed: Feed<'a>) -> Self {
        Self { feed, before: None, next: None, given: 0 }
    }

    /// Bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.feed.bytes()
    }

    /// What the feed could not give.
    pub(super) fn lost(&self) -> &Lost {
        self.feed.lost()
    }
}

impl Tasks for Blocks<'_> {
    type Task = Block;

    fn next(&mut self) -> Option<(usize, Block, bool)> {
        if self.before.is_none() {
            self.next = self.feed.next().map(Arc::new);
        }
        let segment = self.next.take()?;
        let after = self.feed.next().map(Arc::new);
        let before = self.before.replace(Arc::clone(&segment));
        self.next.clone_from(&after);
        self.given += 1;
        Some((self.given - 1, Block { before, segment, after }, self.next.is_some()))
    }
}

/// What stands on one side of a block.
fn around(segment: Option<&Arc<Segment>>) -> Part<'_> {
    segment.map_or(Part { bytes: &[], offset: 0 }, |segment| segment.part())
}

/// Everything that the records of a block say.
pub(super) fn block_yield(block: &Block, options: &Options<'_>, memo: &mut Memo) -> Yield {
    let (bytes, mut found) = (block.segment.bytes(), Yield::default());
    if options.survey {
        found.hours = presence::hours(block.segment.part(), &options.decode);
    }
    let next = |at: usize| {
        if options.look_at_every_line { (at < bytes.len()).then_some(at) } else { scan::next(bytes, at) }
    };
    let is_hit = |text: &str| options.look_at_every_line || scan::is_hit(text);
    let (before, after) = (around(block.before.as_ref()), around(block.after.as_ref()));
    let lines = Lines::new([before, block.segment.part(), after], 1, ORIGIN);
    let peel = |text: &str, place: Place| -> Vec<Entry> { decode::peel(text, place, &options.decode) };
    let mut assembler = Assembler::new(&lines, &peel);
    let (from, mut at) = (before.bytes.len(), 0);
    while let Some(hit) = next(at) {
        let line = lines.line_of(from + hit);
        let end = lines.end_of(line);
        at = end - from;
        if end - line > MAX_LINE + 1 {
            // The feed counts what it passes over itself.
            if !(block.segment.is_cut && at == bytes.len()) {
                found.cut.push((lines.place(line), (end - line - MAX_LINE - 1) as u64));
            }
            // What stands beyond the limit is not read, be it in the same block or not.
            if from + hit >= line + MAX_LINE {
                continue;
            }
        }
        memo.look(&lines, line, &mut found, &options.decode, |found| {
            if let Some(seen) = success(&lines, line, &options.decode) {
                found.records += 1;
                found.decoded += 1;
                found.observations.push(seen);
                return true;
            }
            let records = assembler.records(line, &is_hit);
            let is_alone = memo::is_alone(&records, lines.place(line));
            for record in records {
                if !began_earlier(&record, block.segment.offset, &is_hit) {
                    observe(record, &options.decode, found);
                }
            }
            is_alone
        });
    }
    found.lines = lines.number(from + bytes.len()) - ORIGIN
        + u64::from(bytes.last().is_some_and(|last| *last != b'\n'));
    found.observations.sort_by_key(|seen| seen.place);
    found
}

/// Whether the record begins before a place and was given out with the elements there.
pub(super) fn began_before(record: &Record, place: Place) -> bool {
    match record {
        Record::Entry(entry) => entry.place < place,
        Record::Text { lines, .. } => lines.first().is_some_and(|(first, _)| *first < place),
    }
}

/// The success that a line of httpx tells of, when the line shows its own time and no wrapper.
fn success(lines: &Lines<'_>, line: usize, settings: &decode::Settings) -> Option<Observation> {
    REQUEST.find(lines.bytes(line))?;
    let text = lines.text(line);
    let head = head::parse(&text)?;
    (head.time.is_some() && extract::quick::is_success(text.get(head.message..)?)).then_some(())?;
    let record = vec![(lines.place(line), text.into_owned())];
    extract::quick::success(&decode::text::event(Context::default(), record, Some(&head), None, settings))
}

/// Whether the record was given out by the block before: it begins there and has a hit there.
fn began_earlier(record: &Record, block_start: u64, is_hit: &dyn Fn(&str) -> bool) -> bool {
    match record {
        Record::Entry(_) => false,
        Record::Text { lines, .. } => {
            lines.iter().take_while(|(place, _)| place.offset < block_start).any(|(_, text)| is_hit(text))
        }
    }
}

pub(super) fn observe(record: Record, settings: &decode::Settings, found: &mut Yield) {
    found.records += 1;
    let event = match record {
        Record::Entry(entry) => decode::record(entry, settings),
        Record::Text { context, mut lines, head, inherited, before } => {
            decode::text::mask_carried(before, &mut lines);
            Some(decode::text::event(context, lines, head.as_ref(), inherited, settings))
        }
    };
    let Some(event) = event else {
        found.skipped += 1;
        return;
    };
    found.decoded += 1;
    let before = found.observations.len();
    found.observations.extend(extract::observe(&event));
    if found.observations.len() == before {
        found.skipped += 1;
    }
}
