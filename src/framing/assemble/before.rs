//! What stands before the lines of a record that may carry on a word which began outside of it.
//!
//! A box or a console wraps a long key; a wrapper may stand before its first line only, or lines of other streams
//! between its lines. What such a line carries on, the text before it tells.

use super::walk::Position;
use super::{Assembler, text_of};
use crate::framing::units::Units;
use crate::framing::wrap;
use crate::model::{Entry, Place};

/// Lines over which one word is wrapped.
const MAX_WRAPPED: usize = 8;

impl<U: Units> Assembler<'_, U> {
    /// What stands before those lines of a record that may carry on a word of a line that is not in it: the first one,
    /// and those before which the source has lines of other streams.
    pub(super) fn before(
        &self,
        start: Position,
        entry: &Entry,
        is_headless: bool,
        lines: &[(Place, String)],
    ) -> Vec<(usize, String)> {
        let mut before = Vec::new();
        if is_headless && wrap::may_carry_on(text_of(entry)) {
            before.push((0, self.stream_before(start, &entry.context.stream)));
            before.push((0, self.source_before(start.unit)));
        }
        let mut unit = start.unit;
        for (index, pair) in lines.windows(2).enumerate() {
            let [(last, _), (place, line)] = pair else { continue };
            if place.line <= last.line + 1 || !wrap::may_carry_on(line) {
                continue;
            }
            while self.entries.units.place(unit).offset < place.offset
                && let Some(next) = self.entries.units.next(unit)
            {
                unit = next;
            }
            before.push((index + 1, self.source_before(unit)));
        }
        before
    }

    /// The lines of a stream before one of them.
    fn stream_before(&self, from: Position, stream: &str) -> String {
        let (mut position, mut lines, mut walk) = (from, Vec::new(), 0);
        while lines.len() < MAX_WRAPPED
            && let Some((previous, entry)) = self.entries.neighbour(position, stream, false, &mut walk)
        {
            lines.insert(0, text_of(&entry).to_owned());
            position = previous;
        }
        lines.join("\n")
    }

    /// The units before one as they stand: a wrapper may stand only before the first line of a text with line ends.
    fn source_before(&self, from: usize) -> String {
        let (mut unit, mut lines) = (from, Vec::new());
        while lines.len() < MAX_WRAPPED
            && let Some(previous) = self.entries.units.previous(unit)
        {
            lines.insert(0, self.entries.units.text(previous).into_owned());
            unit = previous;
        }
        lines.join("\n")
    }
}
