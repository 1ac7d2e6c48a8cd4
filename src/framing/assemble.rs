//! Around a unit of interest: the whole record that it belongs to.
//!
//! Wrappers are peeled by the `peel` function that the caller brings; lines that a writer split are
//! joined first, then text lines of one stream are joined to records by the [`Joiner`]. Everything is
//! bounded: a record has at most [`MAX_LINES`] lines and [`MAX_BYTES`] bytes, and no walk looks at more
//! than [`MAX_WALK`] entries.

mod answers;
mod before;
mod walk;

use std::collections::BTreeMap;

use self::walk::{Entries, Held, Position};
use super::head;
use super::joiner::{self, Joiner};
use super::units::Units;
use crate::model::{Body, Context, Entry, Head, Inherited, Place, Stamp};

pub(crate) use self::answers::{Answer, MAX_BYTES_APART, MAX_LINES_APART};
pub(crate) use self::walk::Peel;

/// Lines of one record.
pub(crate) const MAX_LINES: usize = 2_000;
/// Bytes of one record.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// Lines that a walk back to the head of a record passes.
const MAX_BACK: usize = 700;
/// Lines of its stream between a record and the time that it takes over.
const MAX_INHERIT: usize = 400;

/// Milliseconds between two lines of one message, as wrappers stamp them.
const MAX_MILLISECONDS_BETWEEN_LINES: i64 = 1_000;

/// Lines, each with its place.
type LinesOfRecord = Vec<(Place, String)>;

/// A record of one stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Record {
    /// A JSON record or a complete event.
    Entry(Entry),
    /// Lines of text.
    Text {
        /// What the wrappers told of its first line.
        context: Context,
        /// The lines, each with its place.
        lines: LinesOfRecord,
        /// Head of the first line.
        head: Option<Head>,
        /// The time of the nearest record before it in its stream that shows one, as written or stamped.
        inherited: Option<Inherited>,
        /// What stands before those of its lines, by their numbers from 0, that may carry on a word of a line that
        /// is not in the record: a box or a console wrapped it.
        before: Vec<(usize, String)>,
    },
}

/// Assembles records around units of interest, each record once.
pub(crate) struct Assembler<'a, U: Units> {
    entries: Entries<'a, U>,
    done: BTreeMap<String, Position>,
    /// By stream, the last walk back to a time.
    inherited: BTreeMap<String, Known>,
}

impl<'a, U: Units> Assembler<'a, U> {
    /// An assembler over these units. A line without a wrapper goes on with the message above it where the source
    /// `keeps_line_ends`.
    pub(crate) fn new(units: &'a U, peel: &'a Peel<'a>, keeps_line_ends: bool) -> Self {
        let entries = Entries::new(units, peel, keeps_line_ends);
        Self { entries, done: BTreeMap::new(), inherited: BTreeMap::new() }
    }

    /// The records that begin in, or run through, the unit and were not given out before.
    /// `is_of_interest` decides for units that hold several entries which of them are looked at.
    pub(crate) fn records(&mut self, unit: usize, is_of_interest: &dyn Fn(&str) -> bool) -> Vec<Record> {
        let entries = self.entries.of(unit);
        if !entries.iter().any(|entry| matches!(entry.body, Body::Text(_))) {
            drop(entries);
            return self.whole_entries(unit);
        }
        let mut records = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = Position { unit, index };
            if self.done.get(&entry.context.stream).is_some_and(|done| *done >= at) {
                continue;
            }
            match &entry.body {
                Body::Text(text) => {
                    if entries.len() > 1 && !is_of_interest(text) {
                        continue;
                    }
                    records.extend(self.text_record(at, &Held::new(&entries, index)));
                }
                Body::Json(_) | Body::Event(_) => records.push(Record::Entry(entry.clone())),
            }
        }
        records
    }

    /// The entries of a unit without text. Nobody asks for them again: what stays of them is that they are
    /// there.
    fn whole_entries(&mut self, unit: usize) -> Vec<Record> {
        let entries = self.entries.taken(unit);
        let is_open = |(index, entry): &(usize, Entry)| {
            let at = Position { unit, index: *index };
            self.done.get(&entry.context.stream).is_none_or(|done| *done < at)
        };
        let open = entries.into_iter().enumerate().filter(is_open);
        open.map(|(_, entry)| Record::Entry(entry)).collect()
    }

    /// The whole line that the entry is a piece of, peeled again when it was split; with the position
    /// of its first and last piece.
    fn whole(&self, at: Position, entry: &Held) -> (Position, Position, Vec<Held>) {
        let stream = entry.context.stream.as_str();
        let (mut first, mut last, mut walk) = (at, at, 0);
        let mut pieces = vec![entry.clone()];
        let mut bytes = text_of(entry).len();
        while let Some((before, piece)) = self.entries.neighbour(first, stream, false, &mut walk) {
            bytes += text_of(&piece).len();
            if !piece.is_partial || bytes > MAX_BYTES {
                break;
            }
            pieces.insert(0, piece);
            first = before;
        }
        while pieces.last().is_some_and(|piece| piece.is_partial) && bytes <= MAX_BYTES {
            let Some((after, piece)) = self.entries.neighbour(last, stream, true, &mut walk) else { break };
            bytes += text_of(&piece).len();
            pieces.push(piece);
            last = after;
        }
        if pieces.len() == 1 {
            return (first, last, pieces);
        }
        let head = pieces[0].clone();
        let joined: String = pieces.iter().map(|piece| text_of(piece)).collect();
        let again = (self.entries.peel)(&joined, head.place)
            .into_iter()
            .map(|entry| Held::alone(Entry { context: merge(&head.context, &entry.context), ..entry }))
            .collect();
        (first, last, again)
    }

    fn text_record(&mut self, at: Position, entry: &Held) -> Vec<Record> {
        let stream = entry.context.stream.clone();
        let (first, last, whole) = self.whole(at, entry);
        let single = match whole.as_slice() {
            [one] if matches!(one.body, Body::Text(_)) => one.clone(),
            _ => {
                self.finish(&stream, last);
                return whole.into_iter().map(|entry| Record::Entry(Entry::clone(&entry))).collect();
            }
        };
        let (start, start_entry) = self.start_of(first, &single);
        let record = self.reaching(start, &start_entry, first);
        let (begin, begin_entry, (lines, end)) = match record {
            Some(found) => (start, start_entry, found),
            None => {
                let (begin, begin_entry) = self.local_start(first, &single);
                let found = self.collect(begin, &begin_entry);
                (begin, begin_entry, found)
            }
        };
        self.finish(&stream, end.max(last));
        vec![self.record(begin, &begin_entry, lines)]
    }

    fn finish(&mut self, stream: &str, end: Position) {
        let done = self.done.entry(stream.to_owned()).or_insert(end);
        *done = end.max(*done);
    }

    /// The nearest line at or before `at` that has a head.
    fn start_of(&self, at: Position, entry: &Held) -> (Position, Held) {
        let stream = entry.context.stream.as_str();
        let (mut position, mut line, mut walk, mut passed) = (at, entry.clone(), 0, 0);
        loop {
            if joiner::begins_anew(text_of(&line)) {
                return (position, line);
            }
            passed += 1;
            if passed > MAX_BACK || self.done.get(stream).is_some_and(|done| *done >= position) {
                return (at, entry.clone());
            }
            match self.entries.neighbour(position, stream, false, &mut walk) {
                Some((before, previous)) => (position, line) = (before, previous),
                None => return (at, entry.clone()),
            }
        }
    }

    /// The lines of the record that begins at `start`, when it reaches `target`.
    fn reaching(
        &self,
        start: Position,
        entry: &Entry,
        target: Position,
    ) -> Option<(LinesOfRecord, Position)> {
        if start == target && head::parse(text_of(entry)).is_none() {
            return None;
        }
        let (lines, end) = self.collect(start, entry);
        (end >= target).then_some((lines, end))
    }

    /// The line that begins a record without a head: back over continuations, tracebacks and the
    /// head lines of an HTTP answer.
    fn local_start(&self, at: Position, entry: &Held) -> (Position, Held) {
        let stream = entry.context.stream.as_str();
        let (mut best, mut walk, mut passed) = ((at, entry.clone()), 0, 0);
        let (mut position, mut line) = best.clone();
        let mut is_settled = false;
        let mut nearest = None;
        loop {
            let text = text_of(&line);
            if joiner::is_http_status(text) {
                best = (position, line.clone());
                break;
            }
            let begins = !joiner::is_continuation(text) && !text.trim().is_empty();
            if begins && !is_settled {
                best = (position, line.clone());
                nearest.get_or_insert_with(|| best.clone());
                is_settled = true;
                if joiner::begins_anew(text) {
                    break;
                }
            }
            if joiner::opens_trace(text) {
                best = (position, line.clone());
                is_settled = !self.follows_link(position, stream);
                if is_settled {
                    break;
                }
            }
            passed += 1;
            let is_over = passed > MAX_BACK || self.done.get(stream).is_some_and(|done| *done >= position);
            let Some((before, previous)) =
                (!is_over).then(|| self.entries.neighbour(position, stream, false, &mut walk)).flatten()
            else {
                if !is_settled {
                    best = (position, line);
                }
                break;
            };
            if self.done.get(stream).is_some_and(|done| *done >= before) {
                if !is_settled {
                    best = (position, line);
                }
                break;
            }
            if is_settled && !belongs_together(text_of(&previous), text) {
                break;
            }
            if begins && is_settled && belongs_together(text_of(&previous), text) {
                is_settled = false;
            }
            (position, line) = (before, previous);
        }
        // The automaton has the last word: when it would end the record before the line of interest, the record
        // begins at the nearest line that can begin one, or the line stands alone.
        let reaches = |(start, entry): &(Position, Held)| self.collect(*start, entry).1 >= at;
        [Some(best), nearest].into_iter().flatten().find(reaches).unwrap_or_else(|| (at, entry.clone()))
    }

    /// Whether the nearest line with text before this one ties it to an earlier traceback, or announces it.
    fn follows_link(&self, from: Position, stream: &str) -> bool {
        let (mut position, mut walk) = (from, 0);
        for _ in 0..4 {
            let Some((before, entry)) = self.entries.neighbour(position, stream, false, &mut walk) else {
                return false;
            };
            let text = text_of(&entry).trim();
            if !text.is_empty() {
                return text.starts_with("During handling of")
                    || text.starts_with("The above exception")
                    || text.ends_with(':');
            }
            position = before;
        }
        false
    }

    /// The record of these lines, the first of which stands at `start`.
    fn record(&mut self, start: Position, entry: &Entry, lines: LinesOfRecord) -> Record {
        let head = head::parse(text_of(entry));
        let has_time = entry.context.stamp.is_some() || head.as_ref().is_some_and(|head| head.time.is_some());
        let inherited = if has_time { None } else { self.inherit(start, &entry.context.stream) };
        let before = self.before(start, entry, head.is_none(), &lines);
        Record::Text { context: entry.context.clone(), lines, head, inherited, before }
    }

    /// The lines of the record that begins at `start`, and the position of its last line.
    fn collect(&self, start: Position, entry: &Entry) -> (LinesOfRecord, Position) {
        let stream = entry.context.stream.as_str();
        let mut automaton = Joiner::new(text_of(entry), head::parse(text_of(entry)).as_ref());
        let mut lines = vec![(entry.place, text_of(entry).to_owned())];
        let (mut position, mut end, mut walk, mut written) = (start, start, 0, entry.context.stamp);
        let mut bytes = text_of(entry).len();
        let mut filled = 1;
        while lines.len() < MAX_LINES
            && bytes < MAX_BYTES
            && let Some((next, following)) = self.entries.neighbour(position, stream, true, &mut walk)
        {
            let text = text_of(&following);
            let is_stamped_anew = following.context.stamp.is_some() && entry.context.stamp.is_none();
            let is_late = is_late(written, following.context.stamp);
            if is_stamped_anew || !automaton.accepts(text, is_late) {
                break;
            }
            written = following.context.stamp.or(written);
            bytes += text.len() + 1;
            lines.push((following.place, text.to_owned()));
            position = next;
            if !text.trim().is_empty() {
                end = next;
                filled = lines.len();
            }
        }
        lines.truncate(filled);
        (lines, end)
    }

    /// The nearest time before a line of the stream, at most [`MAX_INHERIT`] lines away.
    fn inherit(&mut self, from: Position, stream: &str) -> Option<Inherited> {
        let (mut position, mut walk, mut passed) = (from, 0, 0);
        let mut found = None;
        while passed < MAX_INHERIT {
            if let Some(known) = self.inherited.get(stream).filter(|known| known.from == position) {
                // Where the walk from the record before ended is known.
                (found, passed) = (known.time.clone(), passed + known.passed);
                break;
            }
            let Some((before, entry)) = self.entries.neighbour(position, stream, false, &mut walk) else {
                break;
            };
            passed += 1;
            found = time_of(&entry);
            if found.is_some() {
                break;
            }
            position = before;
        }
        let time = found.filter(|_| passed <= MAX_INHERIT);
        let known = Known { from, passed: passed.min(MAX_INHERIT), time: time.clone() };
        self.inherited.insert(stream.to_owned(), known);
        time
    }
}

/// What was found on the walk back from a line: so many lines before it stands a time, or none.
#[derive(Debug)]
struct Known {
    from: Position,
    passed: usize,
    time: Option<Inherited>,
}

/// The time that an entry shows, as stamped or written.
fn time_of(entry: &Entry) -> Option<Inherited> {
    if let Some(stamp) = entry.context.stamp {
        return Some(Inherited::Stamped(stamp));
    }
    let text = text_of(entry);
    let time = head::parse(text)?.time?;
    text.get(time).map(|written| Inherited::Written(written.to_owned()))
}

/// Whether a wrapper stamped a line well after the one before it. Stamps may be in whole seconds.
fn is_late(before: Option<Stamp>, stamp: Option<Stamp>) -> bool {
    let (Some(before), Some(stamp)) = (before, stamp) else { return false };
    stamp.at.as_millisecond().saturating_sub(before.at.as_millisecond()) > MAX_MILLISECONDS_BETWEEN_LINES
}

/// Whether a line that could begin a record is the tail of the lines before it.
fn belongs_together(previous: &str, line: &str) -> bool {
    let follows_header = joiner::is_http_header(previous) || joiner::is_http_status(previous);
    if joiner::is_http_header(line) && follows_header {
        return true;
    }
    if joiner::is_exception_line(line) {
        return previous.starts_with([' ', '\t', '>', '│', '╰', '└']);
    }
    line.trim().is_empty() && follows_header
        || matches!(line.as_bytes().first(), Some(b'{' | b'[' | b'<')) && previous.trim().is_empty()
        || line.starts_with('<') && previous.trim_end().ends_with('>')
        || previous.trim_end().ends_with(['{', '['])
}

fn text_of(entry: &Entry) -> &str {
    match &entry.body {
        Body::Text(text) => text,
        Body::Json(_) | Body::Event(_) => "",
    }
}

/// Inner layers win over outer ones.
pub(crate) fn merge(outer: &Context, inner: &Context) -> Context {
    Context {
        stream: outer.stream.clone(),
        stamp: inner.stamp.or(outer.stamp),
        clock: inner.clock.or(outer.clock),
        level: inner.level.or(outer.level),
        logger: inner.logger.clone().or_else(|| outer.logger.clone()),
        service: inner.service.clone().or_else(|| outer.service.clone()),
        environment: inner.environment.clone().or_else(|| outer.environment.clone()),
        release: inner.release.clone().or_else(|| outer.release.clone()),
        host_name: inner.host_name.clone().or_else(|| outer.host_name.clone()),
        trace_id: inner.trace_id.clone().or_else(|| outer.trace_id.clone()),
    }
}
