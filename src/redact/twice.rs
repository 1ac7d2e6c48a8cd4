//! Masking twice changes nothing more: what stands beside a mask may be a secret only because of the mask, so a text
//! with secrets is looked at again as it will be shown.

use std::ops::Range;

use super::{Span, add, look};

/// A text with its secrets masked, and where the pieces of it come from.
pub(super) struct Once {
    pub(super) masked: String,
    /// For every mask where it begins and ends, in the masked text and before.
    masks: Vec<(Range<usize>, Range<usize>)>,
}

impl Once {
    /// `spans` are sorted and do not overlap.
    pub(super) fn new(text: &str, spans: &[Span]) -> Self {
        let mut once =
            Self { masked: String::with_capacity(text.len()), masks: Vec::with_capacity(spans.len()) };
        let mut copied = 0;
        for span in spans {
            once.masked.push_str(text.get(copied..span.range.start).unwrap_or_default());
            let start = once.masked.len();
            once.masked.push_str(&span.shown(text));
            once.masks.push((start..once.masked.len(), span.range.clone()));
            copied = span.range.end;
        }
        once.masked.push_str(text.get(copied..).unwrap_or_default());
        once
    }

    /// Where a range of the masked text stands in the text: with the whole of each secret that it touches inside.
    fn before(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize, is_end: bool| {
            let next =
                self.masks.partition_point(|(mask, _)| mask.start < at || (!is_end && mask.start == at));
            let Some((mask, secret)) = next.checked_sub(1).and_then(|last| self.masks.get(last)) else {
                return at;
            };
            match at < mask.end {
                true if is_end => secret.end,
                true => secret.start,
                false => secret.end + (at - mask.end),
            }
        };
        place(range.start, false)..place(range.end, true)
    }
}

/// Adds what a look at the masked text finds; whether that was more than the masks themselves.
pub(super) fn widen(spans: &mut Vec<Span>, text: &str) -> bool {
    let once = Once::new(text, spans);
    let mut is_wider = false;
    for mut span in look(&once.masked) {
        span.range = once.before(span.range);
        let last = spans.partition_point(|known| known.range.start <= span.range.start);
        let last = last.checked_sub(1).and_then(|last| spans.get(last));
        if last.is_none_or(|known| known.range.end < span.range.end) {
            insert(spans, span);
            is_wider = true;
        }
    }
    is_wider
}

/// Adds a span wherever it belongs.
fn insert(spans: &mut Vec<Span>, span: Span) {
    let behind = spans.partition_point(|other| other.range.start <= span.range.end);
    let rest = spans.split_off(behind);
    add(spans, span);
    spans.extend(rest);
}
