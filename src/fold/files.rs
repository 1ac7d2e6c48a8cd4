//! The files of a rotated log: which line of the log is which line of which file.
//!
//! A log is folded as a whole, with its lines numbered from the first line of its first file on; calls are
//! handed on with the lines of the files.

use std::sync::Arc;

use crate::model::{Call, Place};

/// Where the files of a log begin in it.
#[derive(Debug)]
pub(super) struct Files {
    /// The name of each, and its first line in the log; ascending, never empty.
    begun: Vec<(Arc<str>, Place)>,
}

impl Files {
    /// A log that begins with this file.
    pub(super) fn new(source: Arc<str>) -> Self {
        Self { begun: vec![(source, Place { line: 1, offset: 0 })] }
    }

    /// From here on the lines are those of another file.
    pub(super) fn begin(&mut self, source: Arc<str>, at: Place) {
        self.begun.push((source, at));
    }

    /// Index of the file that holds a line of the log.
    fn index(&self, line: u64) -> usize {
        self.begun.partition_point(|(_, first)| first.line <= line).saturating_sub(1)
    }

    /// The file that holds a line of the log, and the line in it.
    pub(super) fn locate(&self, line: u64) -> (Arc<str>, u64) {
        let found = self.begun.get(self.index(line));
        found.map_or_else(
            || (Arc::from(""), line),
            |(source, first)| (Arc::clone(source), line - first.line.saturating_sub(1).min(line)),
        )
    }

    /// Puts the call where it stands in the files: it belongs to the one with the record that decided.
    pub(super) fn place(&self, call: &mut Call) {
        if let [(source, _)] = self.begun.as_slice() {
            call.source = Arc::clone(source);
            return;
        }
        let own = self.index(call.seen.place.line);
        let Some((source, first)) = self.begun.get(own) else { return };
        call.source = Arc::clone(source);
        let end = self.begun.get(own + 1).map_or(u64::MAX, |(_, next)| next.line);
        let (before, is_own) = (first.line - 1, |line: u64| (first.line..end).contains(&line));
        call.seen.place.line -= before;
        call.seen.place.offset = call.seen.place.offset.saturating_sub(first.offset);
        call.seen.last_line = call.seen.last_line.clamp(first.line, end - 1) - before;
        for secret in &mut call.seen.exposed {
            let (source, line) = self.locate(secret.line);
            secret.source = (!is_own(secret.line)).then_some(source);
            secret.line = line;
        }
        let lines = std::mem::take(&mut call.lines);
        let (here, elsewhere): (Vec<u64>, Vec<u64>) = lines.into_iter().partition(|line| is_own(*line));
        call.lines = here.into_iter().map(|line| line - before).collect();
        call.elsewhere = elsewhere.into_iter().map(|line| self.locate(line)).collect();
    }
}
