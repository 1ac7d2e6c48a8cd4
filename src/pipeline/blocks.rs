//! Blocks of a log of lines: what the records in one of them say.
//!
//! In goes a block with the lines around it; out come the observations of the records whose first hit lies in
//! the block, in the order of their places. Which line of the source is the first of a block is not known
//! here, so lines are numbered from [`ORIGIN`].

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;

use super::crew::Tasks;
use super::feed::{BLOCK, Fed, Feed, Segment};
use super::files::{File, Files};
use super::memo::{self, Memo};
use super::{Options, answers, presence};
use crate::decode;
use crate::extract;
use crate::framing::assemble::{Assembler, MAX_BYTES_APART, Record};
use crate::framing::units::{Lines, MAX_LINE, Units};
use crate::framing::{clients, head};
use crate::model::{Context, Entry, Observation, Place, Problem};
use crate::scan;
use crate::source;

/// What a line of httpx begins with.
static REQUEST: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("HTTP Request: "));

/// Number of the first line of a block; those before it have smaller ones.
const ORIGIN: u64 = 1 << 40;

/// Files of a log that are in view around a block because they are small.
const MAX_AROUND: usize = 64;
/// A segment of so many bytes or more keeps the memory in which it was read.
const SMALL: usize = 1 << 19;

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
    /// The block is the first one of a file that carries on the log of the file before it.
    pub(super) begins: Option<Begin>,
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
            seen.asked.iter_mut().for_each(renumber);
            seen.exposed.iter_mut().for_each(|secret| renumber(&mut secret.line));
        }
        self.cut.iter_mut().for_each(|(place, _)| renumber(&mut place.line));
    }
}

/// Where a file begins in the log that it carries on.
#[derive(Debug, Clone)]
pub(super) struct Begin {
    pub(super) source: Arc<str>,
    pub(super) offset: u64,
}

/// Lines that are worked on together, and those around them that their records may run through.
pub(super) struct Block {
    before: Vec<Arc<Segment>>,
    segment: Arc<Segment>,
    after: Vec<Arc<Segment>>,
    begins: Option<Begin>,
}

impl Block {
    /// These lines with what stands before and after them.
    pub(super) fn of(before: Segment, segment: Segment, after: Segment) -> Self {
        let [before, segment, after] = [before, segment, after].map(Arc::new);
        Self { before: vec![before], segment, after: vec![after], begins: None }
    }
}

/// A segment on its way.
struct Piece {
    segment: Arc<Segment>,
    /// It is the last one of its file.
    is_last: bool,
    begins: Option<Begin>,
}

/// Whether these segments are as many as a record may run through. One that does not end a file is enough by
/// itself.
fn are_enough<'a>(pieces: impl Iterator<Item = &'a Piece>) -> bool {
    let (mut bytes, mut count) = (0, 0);
    for piece in pieces {
        bytes += piece.segment.bytes().len();
        count += 1;
        if !piece.is_last || bytes >= BLOCK || count >= MAX_AROUND {
            return true;
        }
    }
    false
}

/// Gives out the blocks of a file, and of those that carry on its log. A block is given out as soon as what is
/// behind it is read.
pub(super) struct Blocks<'a, 'b> {
    feed: Feed<'a>,
    files: &'a mut Files<'b>,
    prefix: Option<&'a decode::Prefix>,
    /// The file that comes next.
    upcoming: Option<File<'a>>,
    /// The next segment is the first of its file.
    begins: Option<Begin>,
    before: VecDeque<Piece>,
    ahead: VecDeque<Piece>,
    given: usize,
    /// Offset behind the last segment.
    end: u64,
    /// The files that were read to their end, with what they noted.
    read: Vec<(Fed, Vec<Problem>)>,
    problems: Option<source::Problems>,
}

impl<'a, 'b> Blocks<'a, 'b> {
    /// The blocks of a file and of those of `files` that carry it on.
    pub(super) fn new(file: File<'a>, prefix: Option<&'a decode::Prefix>, files: &'a mut Files<'b>) -> Self {
        Self {
            feed: Feed::new(file.start, file.text),
            files,
            prefix,
            upcoming: None,
            begins: None,
            before: VecDeque::new(),
            ahead: VecDeque::new(),
            given: 0,
            end: 0,
            read: Vec::new(),
            problems: file.problems,
        }
    }

    /// What was read of each file, and what is wrong with it.
    pub(super) fn finish(mut self) -> Vec<(Fed, Vec<Problem>)> {
        let noted = |problems: Option<source::Problems>| problems.map_or_else(Vec::new, |noted| noted.take());
        let last = self.feed.finish();
        self.read.push((last, noted(self.problems)));
        self.read
    }

    /// Reads the next segment.
    fn read(&mut self) -> Option<Piece> {
        let mut segment = match self.feed.next() {
            Some(segment) => segment,
            None => {
                self.go_on()?;
                self.feed.next()?
            }
        };
        let is_last = self.feed.is_over();
        if is_last {
            let file_before =
                self.begins.is_none().then(|| self.ahead.back().or(self.before.back())).flatten();
            let last_time = |settings: &decode::Settings| {
                let before = || presence::last_time(file_before?.segment.bytes(), settings);
                presence::last_time(segment.bytes(), settings).or_else(before)
            };
            self.upcoming = self.files.following(self.prefix, &last_time);
            if self.upcoming.is_some() {
                segment.end_line();
            }
            if segment.bytes().len() < SMALL {
                segment = segment.compact();
            }
        }
        self.end = segment.offset + segment.bytes().len() as u64;
        Some(Piece { segment: Arc::new(segment), is_last, begins: self.begins.take() })
    }

    /// Goes on with the next file.
    fn go_on(&mut self) -> Option<()> {
        let File { name, start, text, problems } = self.upcoming.take()?;
        let next = self.feed.follow(self.end, start, text);
        let noted = std::mem::replace(&mut self.problems, problems);
        let read = std::mem::replace(&mut self.feed, next).finish();
        self.read.push((read, noted.map_or_else(Vec::new, |noted| noted.take())));
        self.begins = Some(Begin { source: name, offset: self.end });
        Some(())
    }

    /// Forgets what no record of the next block can begin in.
    fn forget(&mut self) {
        while are_enough(self.before.iter().rev().take(self.before.len().saturating_sub(1))) {
            self.before.pop_front();
        }
    }
}

impl Tasks for Blocks<'_, '_> {
    type Task = Block;

    fn next(&mut self) -> Option<(usize, Block, bool)> {
        while self.ahead.is_empty() || !are_enough(self.ahead.iter().skip(1)) {
            let Some(piece) = self.read() else { break };
            self.ahead.push_back(piece);
        }
        let mut piece = self.ahead.pop_front()?;
        self.forget();
        let segments =
            |pieces: &VecDeque<Piece>| pieces.iter().map(|piece| Arc::clone(&piece.segment)).collect();
        let mut after: Vec<Arc<Segment>> = segments(&self.ahead);
        // Of what was read ahead for an earlier block no more than this one needs.
        while after.len() > 1 && are_enough(self.ahead.iter().take(after.len() - 1)) {
            after.pop();
        }
        let block = Block {
            before: segments(&self.before),
            segment: Arc::clone(&piece.segment),
            after,
            begins: piece.begins.take(),
        };
        self.before.push_back(piece);
        self.given += 1;
        Some((self.given - 1, block, !self.ahead.is_empty()))
    }
}

/// Everything that the records of a block say.
pub(super) fn block_yield(block: &Block, options: &Options<'_>, memo: &mut Memo) -> Yield {
    let bytes = block.segment.bytes();
    let mut found = Yield { begins: block.begins.clone(), ..Yield::default() };
    if options.survey {
        found.hours = presence::hours(block.segment.part(), &options.decode);
    }
    let next = |at: usize| {
        if options.look_at_every_line { (at < bytes.len()).then_some(at) } else { scan::next(bytes, at) }
    };
    let is_hit = |text: &str| options.look_at_every_line || scan::is_hit(text);
    let around = block.before.iter().chain([&block.segment]).chain(&block.after);
    let lines = Lines::new(around.map(|segment| segment.part()), block.before.len(), ORIGIN);
    let peel = |text: &str, place: Place| -> Vec<Entry> { decode::peel(text, place, &options.decode) };
    let mut assembler = Assembler::new(&lines, &peel, options.decode.keeps_line_ends);
    let (from, mut at) = (block.before.iter().map(|segment| segment.bytes().len()).sum::<usize>(), 0);
    let mut asking = answers::before(&lines, from, |line| from - line <= MAX_BYTES_APART);
    asking.retain(|line| may_ask(lines.bytes(*line)));
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
            let asks = may_ask(lines.bytes(line));
            if asks {
                asking.push(line);
            }
            let records = assembler.records(line, &is_hit);
            let is_alone = !asks && memo::is_alone(&records, lines.place(line));
            for record in records {
                if !began_earlier(&record, block.segment.offset, &is_hit) {
                    observe(record, &options.decode, found);
                }
            }
            is_alone
        });
    }
    let answers = answers::observe(&lines, &asking, &(from..from + bytes.len()), &options.decode);
    found.observations.extend(answers.into_iter().map(|(_, seen)| seen));
    found.lines = lines.number(from + bytes.len()) - ORIGIN
        + u64::from(bytes.last().is_some_and(|last| *last != b'\n'));
    // An answer comes before the record that shows its body.
    found.observations.sort_by_key(|seen| (seen.place, seen.asked.is_none()));
    found
}

/// Whether a line may show a request whose answer is logged apart from it.
pub(super) fn may_ask(line: &[u8]) -> bool {
    clients::may_ask(line) && scan::next(line, 0).is_some()
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
    // What stands in front of a time may be the prefix of a wrapper.
    let is_bare = head.time.as_ref().is_some_and(|time| time.start <= 1);
    (is_bare && extract::quick::is_success(text.get(head.message..)?)).then_some(())?;
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
