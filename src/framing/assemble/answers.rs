//! The answers to requests that a client logged apart.
//!
//! In go the units with requests of interest; out come those answers of the same client that stand in a range of
//! units, each with its request and the record that it stands in. An answer belongs to the nearest request before it
//! of the same stream and writer that has none yet. Whether two belong together is told by the lines between and
//! before them alone, so that it is the same however the source is cut into blocks.

use std::ops::Range;

use super::walk::{Held, Position};
use super::{Assembler, Record, text_of};
use crate::framing::clients::{self, Request, Said, Writer};
use crate::framing::joiner;
use crate::framing::units::Units;
use crate::model::{Body, Entry, Place};

/// Lines of the source between a request and its answer.
pub(crate) const MAX_LINES_APART: usize = 128;
/// Bytes of the source between them.
pub(crate) const MAX_BYTES_APART: usize = 256 << 10;
/// Lines between a line and the head of its record, or the request line of an HTTP message.
const MAX_LINES_BACK: usize = 24;

/// Reads the text of an entry that is no text.
pub(crate) type Read<'a> = dyn Fn(&Entry) -> String + 'a;

/// An answer with its request.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Name of the client.
    pub(crate) client: &'static str,
    /// The request; its target is a whole URL.
    pub(crate) request: Request,
    /// Where the request stands.
    pub(crate) asked: Place,
    /// The record of the request.
    pub(crate) asking: Record,
    /// Where the answer stands.
    pub(crate) place: Place,
    /// Position of the unit that holds it.
    pub(crate) unit: usize,
    /// Its status.
    pub(crate) status: u16,
    /// The record of the answer.
    pub(crate) record: Record,
    /// What stands in that record behind the line with the status.
    pub(crate) behind: String,
}

/// A line that speaks of an exchange.
#[derive(Debug)]
struct Mark {
    at: Position,
    /// Number of the line in its entry, from 0.
    line: usize,
    /// Number of the unit among those that were looked at.
    unit: usize,
    entry: Held,
    writer: Writer,
    said: Said,
}

impl<U: Units> Assembler<'_, U> {
    /// The answers in the units `within` to requests in the units `asking`, which ascend.
    pub(crate) fn answers(
        &mut self,
        asking: &[usize],
        within: &Range<usize>,
        read: &Read<'_>,
    ) -> Vec<Answer> {
        let asking: Vec<usize> = asking.iter().copied().filter(|unit| self.asks(*unit, read)).collect();
        let marks = self.marks(&asking, read);
        let mut answers = Vec::new();
        for (index, mark) in marks.iter().enumerate() {
            if let Said::Answered(status) = mark.said
                && within.contains(&mark.at.unit)
                && let Some(asked) = question(&marks, index)
                && asking.binary_search(&asked.at.unit).is_ok()
                && let Said::Asked(request) = &asked.said
            {
                let request = self.completed(request.clone(), asked);
                let ((asking, _), (record, behind)) = (self.told(asked, read), self.told(mark, read));
                answers.push(Answer {
                    client: mark.writer.client,
                    request,
                    asked: asked.entry.place,
                    asking,
                    place: mark.entry.place,
                    unit: mark.at.unit,
                    status,
                    record,
                    behind,
                });
            }
        }
        answers
    }

    fn asks(&self, unit: usize, read: &Read<'_>) -> bool {
        let mut marks = Vec::new();
        self.marks_of(unit, 0, read, &mut marks);
        marks.iter().any(|mark| matches!(mark.said, Said::Asked(_)))
    }

    /// What the lines around requests say of exchanges.
    fn marks(&self, asking: &[usize], read: &Read<'_>) -> Vec<Mark> {
        let (mut marks, mut looked_at, mut number) = (Vec::new(), 0, 0);
        for unit in asking {
            let mut first = *unit;
            for _ in 0..MAX_LINES_APART {
                first = self.entries.units.previous(first).unwrap_or(first);
            }
            let mut next = (looked_at < usize::MAX).then(|| first.max(looked_at));
            if first > looked_at {
                number += 2 * MAX_LINES_APART;
            }
            let mut left = MAX_LINES_APART;
            while let Some(at) = next.filter(|_| left > 0) {
                left -= usize::from(at > *unit);
                number += 1;
                self.marks_of(at, number, read, &mut marks);
                next = self.entries.units.next(at);
                looked_at = next.unwrap_or(usize::MAX);
            }
        }
        marks
    }

    fn marks_of(&self, unit: usize, number: usize, read: &Read<'_>, marks: &mut Vec<Mark>) {
        let written = self.entries.units.text(unit);
        // Texts in JSON may be written with escapes.
        if !written.contains('{') && !clients::may_say(&written) {
            return;
        }
        let entries = self.entries.of(unit);
        for (index, entry) in entries.iter().enumerate() {
            let at = Position { unit, index };
            let held = Held::new(&entries, index);
            let text = match &entry.body {
                Body::Text(text) => std::borrow::Cow::Borrowed(text.as_str()),
                Body::Json(_) => std::borrow::Cow::Owned(read(entry)),
                Body::Event(_) => continue,
            };
            for (line, text) in text.lines().enumerate() {
                let head = || self.head_line(at, &held, text);
                for (writer, said) in clients::said(text, head) {
                    marks.push(Mark { at, line, unit: number, entry: held.clone(), writer, said });
                }
            }
        }
    }

    /// The line that begins the record of an indented line.
    fn head_line(&self, at: Position, entry: &Held, text: &str) -> Option<String> {
        if !text.starts_with([' ', '\t']) && !text.starts_with("- ") {
            return None;
        }
        self.back(at, entry, |line| joiner::begins_anew(line).then(|| line.to_owned()))
    }

    /// What the nearest of the lines before one tells.
    fn back<T>(&self, at: Position, entry: &Held, tells: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (mut position, mut walk) = (at, 0);
        for _ in 0..MAX_LINES_BACK {
            let (before, previous) =
                self.entries.neighbour(position, &entry.context.stream, false, &mut walk)?;
            if let Some(told) = tells(text_of(&previous)) {
                return Some(told);
            }
            position = before;
        }
        None
    }

    /// The request with a whole URL: where its line shows the host alone, the request line stands in it or before it.
    fn completed(&self, mut request: Request, mark: &Mark) -> Request {
        if request.target.contains("://") {
            return request;
        }
        let owned = |line: &str| {
            clients::request_line(line).map(|(method, path)| (method.to_owned(), path.to_owned()))
        };
        let own = text_of(&mark.entry);
        let found = owned(own).or_else(|| self.back(mark.at, &mark.entry, owned));
        let path = found.as_ref().map_or("/", |(_, path)| path.as_str());
        request.target = format!("https://{}{path}", request.target);
        request.method = found.map(|(method, _)| method);
        request
    }

    /// The record of a request or an answer, and what stands in it behind the line.
    fn told(&mut self, mark: &Mark, read: &Read<'_>) -> (Record, String) {
        let Body::Text(text) = &mark.entry.body else {
            let text = read(&mark.entry);
            let behind = text.lines().skip(mark.line + 1).collect::<Vec<_>>().join("\n");
            return (Record::Entry(Entry::clone(&mark.entry)), behind);
        };
        let (start, entry) = self.start_of(mark.at, &mark.entry);
        let found = self.reaching(start, &entry, mark.at);
        let (start, entry, lines) = match found {
            Some((lines, _)) => (start, entry, lines),
            None => (mark.at, mark.entry.clone(), self.collect(mark.at, &mark.entry).0),
        };
        let place = mark.entry.place;
        let own = text.lines().skip(mark.line + 1);
        let after = lines.iter().filter(|(at, _)| *at > place).map(|(_, line)| line.as_str());
        let behind = own.chain(after).collect::<Vec<_>>().join("\n");
        (self.record(start, &entry, lines), behind)
    }
}

/// The request that the answer at `index` belongs to. `None` where others of the same writer are open, to another
/// host, and nothing tells which of them was answered.
fn question(marks: &[Mark], index: usize) -> Option<&Mark> {
    let answer = marks.get(index)?;
    let (mut found, mut answered): (Option<(&Mark, &Request)>, usize) = (None, 0);
    let mut between: Vec<&Request> = Vec::new();
    for mark in marks.get(..index)?.iter().rev() {
        let from = found.map_or(answer, |(request, _)| request);
        if is_far(mark, from) {
            break;
        }
        if mark.entry.context.stream != answer.entry.context.stream || !mark.writer.is_same(&answer.writer) {
            continue;
        }
        match (&mark.said, found) {
            (Said::Answered(_), _) => answered += 1,
            (Said::Asked(request), _) if answered > 0 => {
                answered -= 1;
                between.push(request);
            }
            (Said::Asked(request), None) => {
                if answer.writer.has_identity() {
                    return Some(mark);
                }
                if between.iter().any(|other| other.host() != request.host()) {
                    return None;
                }
                found = Some((mark, request));
            }
            (Said::Asked(request), Some((_, own))) if request.host() != own.host() => return None,
            (Said::Asked(_), Some(_)) => {}
        }
    }
    found.map(|(mark, _)| mark)
}

fn is_far(earlier: &Mark, later: &Mark) -> bool {
    later.unit.saturating_sub(earlier.unit) > MAX_LINES_APART
        || later.entry.place.offset.saturating_sub(earlier.entry.place.offset) > MAX_BYTES_APART as u64
}
