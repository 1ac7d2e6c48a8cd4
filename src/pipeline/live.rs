//! One log of lines as it grows: the same stages, a piece at a time.
//!
//! In go bytes as they are written, and ticks: the caller tells that a short while has passed. Out come calls,
//! each twice: once as soon as its records seem to be complete, so that people hear of it, and once for good when
//! no record can be added any more, so that the totals are those of a run over the same bytes. Memory is bounded
//! by the blocks of the batch run. Exports that are one document are not read here.

use std::sync::Arc;

use super::Options;
use super::blocks::{Block, block_yield};
use super::feed::Segment;
use super::memo::Memo;
use crate::fold::Folder;
use crate::model::{Call, Finding, Outcome, SourceCoverage, StampOrigin};

/// Lines that are worked on together.
const BLOCK: usize = 2 << 20;
/// Bytes before a block that its records may begin in.
const BACK: usize = 512 << 10;
/// Bytes behind a block that its records may end in.
const AHEAD: usize = 1 << 20;

/// How much is known of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its records seem to be complete.
    Seen,
    /// No record can be added.
    Final,
}

/// Takes each call, first as [`Stage::Seen`], later as [`Stage::Final`].
pub type LiveSink<'a> = dyn FnMut(Stage, Call, Option<Finding>) + 'a;

/// A log that grows.
pub struct Live<'a> {
    options: &'a Options<'a>,
    folder: Folder,
    /// Begins with a line.
    buffer: Vec<u8>,
    /// Offset of the buffer in the source.
    base: u64,
    /// Bytes of the buffer whose records were given out.
    done: usize,
    /// Line that begins at `done`.
    line: u64,
    /// Bytes of the buffer that had been written when the last tick came.
    settled: usize,
    read: SourceCoverage,
    memo: Memo,
}

impl<'a> Live<'a> {
    /// A log of this name. `line` and `offset` tell where the first bytes stand in it.
    #[must_use]
    pub fn new(name: Arc<str>, line: u64, offset: u64, options: &'a Options<'a>) -> Self {
        let read = SourceCoverage { name: Arc::clone(&name), ..SourceCoverage::default() };
        let folder = Folder::watched(name);
        Self {
            options,
            folder,
            buffer: Vec::new(),
            base: offset,
            done: 0,
            line,
            settled: 0,
            read,
            memo: Memo::default(),
        }
    }

    /// Takes what was written. Works on it at once only when much waits.
    pub fn push(&mut self, bytes: &[u8], sink: &mut LiveSink<'_>) {
        self.read.bytes += bytes.len() as u64;
        self.read.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.buffer.extend_from_slice(bytes);
        while self.buffer.len() - self.done > BLOCK + AHEAD {
            let near = self.done + BLOCK;
            let far = || memchr::memchr(b'\n', self.buffer.get(near..)?).map(|end| near + end + 1);
            let to = Some(line_start(&self.buffer, near)).filter(|to| *to > self.done);
            self.work(to.or_else(far).unwrap_or(near), sink);
        }
    }

    /// A short while has passed: what had been written when the one before passed is complete; when nothing
    /// came since, everything is. Calls whose records came before are told.
    pub fn tick(&mut self, sink: &mut LiveSink<'_>) {
        let whole = line_start(&self.buffer, self.buffer.len());
        let is_silent = whole == self.settled;
        if self.settled > self.done {
            self.work(self.settled, sink);
        }
        self.tell(is_silent, sink);
        self.settled = line_start(&self.buffer, self.buffer.len());
    }

    /// Whether nothing waits to be worked on.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.settled <= self.done && line_start(&self.buffer, self.buffer.len()) <= self.done
    }

    /// What was read so far.
    #[must_use]
    pub fn read(&self) -> &SourceCoverage {
        &self.read
    }

    /// The log has ended: gives out what was held back.
    pub fn finish(mut self, sink: &mut LiveSink<'_>) -> SourceCoverage {
        self.work(self.buffer.len(), sink);
        self.tell(true, sink);
        self.read.lines += u64::from(self.buffer.last().is_some_and(|byte| *byte != b'\n'));
        let mut calls = Vec::new();
        self.folder.finish(&mut calls);
        for call in calls {
            judge(self.options, Stage::Final, call, sink);
        }
        self.read
    }

    /// Gives out the records that begin before `to`.
    fn work(&mut self, to: usize, sink: &mut LiveSink<'_>) {
        // A line that is still being written is no part of a record yet.
        let whole = line_start(&self.buffer, self.buffer.len()).max(to);
        let piece = |from: usize, to: usize| {
            Segment::of(self.buffer.get(from..to).unwrap_or_default(), self.base + from as u64)
        };
        let block = Block::of(piece(0, self.done), piece(self.done, to), piece(to, whole));
        let mut part = block_yield(&block, self.options, &mut self.memo);
        part.renumber(self.line);
        self.read.records += part.records;
        self.read.decoded += part.decoded;
        self.read.skipped += part.skipped;
        let mut calls = Vec::new();
        for seen in part.observations {
            let origin = seen.context.stamp.map(|stamp| stamp.origin);
            self.read.assumed_times += u64::from(origin == Some(StampOrigin::OwnAssumedZone));
            self.folder.push(seen, &mut calls);
        }
        let new = self.buffer.get(self.done..to).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', new).count() as u64;
        self.done = to;
        for call in calls {
            judge(self.options, Stage::Final, call, sink);
        }
        if self.done > 2 * BACK {
            let back = self.done - BACK;
            // Of a line without end only the last part is kept.
            let keep =
                Some(line_start(&self.buffer, back)).filter(|keep| back - keep < BLOCK).unwrap_or(back);
            self.buffer.drain(..keep);
            self.base += keep as u64;
            self.done -= keep;
            self.settled = self.settled.saturating_sub(keep);
        }
    }

    fn tell(&mut self, is_silent: bool, sink: &mut LiveSink<'_>) {
        for call in self.folder.settled(is_silent) {
            judge(self.options, Stage::Seen, call, sink);
        }
    }
}

/// Start of the line that holds `at`.
fn line_start(buffer: &[u8], at: usize) -> usize {
    buffer.get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |end| end + 1)
}

fn judge(options: &Options<'_>, stage: Stage, call: Call, sink: &mut LiveSink<'_>) {
    let finding = (call.seen.outcome != Outcome::Ok).then(|| options.rules.judge(&call));
    sink(stage, call, finding);
}

#[cfg(test)]
mod tests;
