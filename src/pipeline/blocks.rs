//! Blocks of a log of lines: where they are cut, and what the records in one of them say.
//!
//! In goes the buffer with what lies around a block; out come the observations of the records whose first
//! hit lies in the block, in the order of their places. Blocks begin at fixed offsets of the source, so that
//! the result does not depend on how many of them are worked on at once.

use std::collections::BTreeSet;

use super::{Options, presence};
use crate::decode;
use crate::extract;
use crate::framing::assemble::{Assembler, Record};
use crate::framing::head;
use crate::framing::units::{Lines, Units};
use crate::model::{Context, Entry, Observation, Place};
use crate::scan;

/// Lines that begin in one block are worked on together.
pub(super) const BLOCK: usize = 2 << 20;
/// Bytes before a block that its records may begin in.
pub(super) const BACK: usize = 512 << 10;
/// Bytes behind a block that its records may end in.
pub(super) const AHEAD: usize = 1 << 20;

/// What one block yields.
#[derive(Default)]
pub(super) struct Yield {
    pub(super) observations: Vec<Observation>,
    pub(super) records: u64,
    pub(super) decoded: u64,
    pub(super) skipped: u64,
    /// Hours in which lines were written, where they are asked for.
    pub(super) hours: BTreeSet<i64>,
}

/// A piece of the buffer whose lines are worked on together.
pub(super) struct Block {
    /// First byte.
    pub(super) from: usize,
    /// Behind the last byte.
    pub(super) to: usize,
    /// Place of the first line.
    pub(super) start: Place,
    /// Lines in it.
    pub(super) lines: u64,
}

/// Cuts `[done, end)` into blocks at line starts, at fixed offsets of the source.
pub(super) fn blocks(buffer: &[u8], base: u64, done: usize, end: usize, first_line: u64) -> Vec<Block> {
    let mut cuts = vec![done];
    let mut at = done;
    while at < end {
        let offset = base + at as u64;
        let next = (offset / BLOCK as u64 + 1) * BLOCK as u64;
        let nominal = usize::try_from(next - base).unwrap_or(usize::MAX).min(end);
        let cut = if nominal >= buffer.len() { buffer.len() } else { line_start(buffer, nominal) };
        at = nominal;
        if cut > *cuts.last().unwrap_or(&done) {
            cuts.push(cut);
        }
    }
    let counts: Vec<u64> = cuts
        .iter()
        .zip(cuts.get(1..).unwrap_or_default())
        .map(|(from, to)| {
            memchr::memchr_iter(b'\n', buffer.get(*from..*to).unwrap_or_default()).count() as u64
        })
        .collect();
    let mut line = first_line;
    let mut blocks = Vec::with_capacity(counts.len());
    for (pair, lines) in cuts.windows(2).zip(counts) {
        if let [from, to] = *pair {
            blocks.push(Block { from, to, start: Place { line, offset: base + from as u64 }, lines });
            line += lines;
        }
    }
    blocks
}

/// Start of the line that holds `at`.
pub(super) fn line_start(buffer: &[u8], at: usize) -> usize {
    buffer.get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |end| end + 1)
}

/// Everything that the records of a block say.
pub(super) fn block_yield(buffer: &[u8], base: u64, block: &Block, options: &Options<'_>) -> Yield {
    let mut found = Yield::default();
    if options.survey {
        found.hours = presence::hours(buffer.get(block.from..block.to).unwrap_or_default(), &options.decode);
    }
    let next = |bytes: &[u8], at: usize| {
        if options.look_at_every_line { (at < bytes.len()).then_some(at) } else { scan::next(bytes, at) }
    };
    let is_hit = |text: &str| options.look_at_every_line || scan::is_hit(text);
    if next(buffer.get(..block.to).unwrap_or_default(), block.from).is_none() {
        return found;
    }
    let view_from = line_start(buffer, block.from.saturating_sub(BACK));
    let view_to = (block.to + AHEAD).min(buffer.len());
    let view = buffer.get(view_from..view_to).unwrap_or_default();
    let before =
        memchr::memchr_iter(b'\n', buffer.get(view_from..block.from).unwrap_or_default()).count() as u64;
    let lines = Lines::new(view, Place { line: block.start.line - before, offset: base + view_from as u64 });
    let peel = |text: &str, place: Place| -> Vec<Entry> { decode::peel(text, place, &options.decode) };
    let mut assembler = Assembler::new(&lines, &peel);
    let (mut at, end) = (block.from - view_from, block.to - view_from);
    while let Some(hit) = next(view.get(..end).unwrap_or_default(), at) {
        let line = lines.line_of(hit);
        if let Some(seen) = success(&lines, line, &options.decode) {
            found.records += 1;
            found.decoded += 1;
            found.observations.push(seen);
            at = lines.end_of(line);
            continue;
        }
        for record in assembler.records(line, &is_hit) {
            if !began_earlier(&record, block.start.offset, &is_hit) {
                observe(record, &options.decode, &mut found);
            }
        }
        at = lines.end_of(line);
    }
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
    let text = lines.text(line);
    text.contains("HTTP Request: ").then_some(())?;
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
        Record::Text { context, lines, head, inherited } => {
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
