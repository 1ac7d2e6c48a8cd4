//! In which hours a log has lines at all, so that a report can tell silence from success.
//!
//! Looks at the times of few lines: the first and the last of each stretch, and more in between only where
//! these lie more than an hour apart. In logs whose lines are in order no hour is missed.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::decode;
use crate::framing::assemble::MAX_LINES;
use crate::framing::head;
use crate::framing::units::{Lines, Part, Units};
use crate::model::{Body, Entry, Place};

/// Bytes that are looked at together: jumps back and forth within are not seen.
const STRETCH: usize = 64 << 10;
/// Lines without a time that are passed over to find one with a time.
const MAX_TIMELESS: usize = 16;

/// The hours since the epoch in which the lines of a block were written.
pub(super) fn hours(block: Part<'_>, settings: &decode::Settings) -> BTreeSet<i64> {
    let lines = Lines::new([block], 0, 0);
    let block = block.bytes;
    let mut presence = Presence { lines: &lines, settings, hours: BTreeSet::new() };
    let mut start = 0;
    while start < block.len() {
        let end = lines.end_of((start + STRETCH).min(block.len()) - 1);
        match (presence.first(start, end), presence.last(start, end)) {
            (Some(first), Some(last)) => presence.between(first, last),
            (one, other) => presence.hours.extend(one.or(other).map(|mark| mark.hour)),
        }
        start = end;
    }
    presence.hours
}

/// The time of the first line that shows one, of as many lines as a record may have.
pub(super) fn first_time(bytes: &[u8], settings: &decode::Settings) -> Option<Timestamp> {
    let lines = Lines::new([Part { bytes, offset: 0 }], 0, 0);
    let presence = Presence { lines: &lines, settings, hours: BTreeSet::new() };
    let starts = std::iter::successors((!bytes.is_empty()).then_some(0), |at| lines.next(*at));
    starts.take(MAX_LINES).find_map(|at| presence.time(at))
}

/// The same of the last line that shows a time.
pub(super) fn last_time(bytes: &[u8], settings: &decode::Settings) -> Option<Timestamp> {
    let lines = Lines::new([Part { bytes, offset: 0 }], 0, 0);
    let presence = Presence { lines: &lines, settings, hours: BTreeSet::new() };
    let starts = std::iter::successors(lines.previous(bytes.len()), |at| lines.previous(*at));
    starts.take(MAX_LINES).find_map(|at| presence.time(at))
}

/// Where a line begins, and the hour in which it was written.
#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    hour: i64,
}

struct Presence<'a, 'b> {
    lines: &'a Lines<'b>,
    settings: &'a decode::Settings,
    hours: BTreeSet<i64>,
}

impl Presence<'_, '_> {
    /// Notes both hours, and those in between where they are no neighbours.
    fn between(&mut self, first: Mark, last: Mark) {
        self.hours.extend([first.hour, last.hour]);
        if (first.hour - last.hour).abs() <= 1 || last.at <= first.at {
            return;
        }
        let from = self.lines.end_of(first.at);
        let middle = self.lines.line_of(usize::midpoint(from, last.at));
        if let Some(mark) = self.first(middle, last.at).or_else(|| self.last(from, middle)) {
            self.between(first, mark);
            self.between(mark, last);
        }
    }

    /// The first line with a time among those that begin in `from..to`.
    fn first(&self, from: usize, to: usize) -> Option<Mark> {
        let lines = std::iter::successors(Some(from), |at| self.lines.next(*at));
        lines.take_while(|at| *at < to).take(MAX_TIMELESS).find_map(|at| self.mark(at))
    }

    /// The last line with a time among those that begin in `from..to`.
    fn last(&self, from: usize, to: usize) -> Option<Mark> {
        let lines = std::iter::successors(self.lines.previous(to), |at| self.lines.previous(*at));
        lines.take_while(|at| *at >= from).take(MAX_TIMELESS).find_map(|at| self.mark(at))
    }

    fn mark(&self, at: usize) -> Option<Mark> {
        Some(Mark { at, hour: self.time(at)?.as_second().div_euclid(3600) })
    }

    /// The time that a line shows.
    fn time(&self, at: usize) -> Option<Timestamp> {
        let entries = decode::peel(&self.lines.text(at), Place::default(), self.settings);
        Some(entries.into_iter().find_map(|entry| self.stamp(entry))?.at)
    }

    fn stamp(&self, entry: Entry) -> Option<crate::model::Stamp> {
        if entry.context.stamp.is_some() {
            return entry.context.stamp;
        }
        match entry.body {
            Body::Text(text) => {
                let head = head::parse(&text);
                let record = vec![(entry.place, text)];
                decode::text::event(entry.context, record, head.as_ref(), None, self.settings).context.stamp
            }
            Body::Json(_) | Body::Event(_) => decode::record(entry, self.settings)?.context.stamp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(log: &str, expected: &[i64]) {
        let found = hours(Part { bytes: log.as_bytes(), offset: 0 }, &decode::Settings::default());
        let day = "2026-11-16T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second() / 3600;
        assert_eq!(found.iter().map(|hour| hour - day).collect::<Vec<_>>(), expected, "{log}");
    }

    fn lines(hours: &[(i64, usize)]) -> String {
        let line = |hour: i64, index: usize| {
            format!("2026-11-{:02} {:02}:{:02}:00 INFO app working\n", 16 + hour / 24, hour % 24, index % 60)
        };
        hours.iter().flat_map(|(hour, count)| (0..*count).map(move |index| line(*hour, index))).collect()
    }

    #[test]
    fn hours_with_lines_are_found_and_no_others() {
        check(&lines(&[(1, 3), (2, 1), (9, 700), (10, 1), (40, 2)]), &[1, 2, 9, 10, 40]);
        check(&lines(&[(0, 1), (5, 1), (11, 1), (30, 1)]), &[0, 5, 11, 30]);
    }

    #[test]
    fn lines_without_a_time_say_nothing() {
        check("Traceback (most recent call last):\n  File \"a.py\", line 1\n", &[]);
        check("", &[]);
    }

    #[test]
    fn wrapped_and_json_lines_have_times_too() {
        check("{\"time\":\"2026-11-16T03:00:00Z\",\"level\":\"info\",\"msg\":\"working\"}\n", &[3]);
        check("2026-11-16T04:00:00.000000000Z stdout F working\n", &[4]);
    }
}
