//! Masking twice changes nothing more: what stands beside a mask may be a secret only because of the mask, so the
//! surroundings of secrets are looked at again as they will be shown.

use std::ops::Range;

use super::{Span, add, look, wrapper};

/// Bytes before and behind a secret that its mask can change the look of.
const REACH: usize = wrapper::MAX_LINE + wrapper::MAX_AHEAD;
/// Bytes that are looked at beyond them, so that nothing within reach is cut.
const MARGIN: usize = 4 << 10;

/// A part of a text with its secrets masked, and where the pieces of it come from.
pub(super) struct Once {
    pub(super) masked: String,
    /// Where the part begins.
    start: usize,
    /// For every mask where it begins and ends, in the masked text and in the text.
    masks: Vec<(Range<usize>, Range<usize>)>,
}

impl Once {
    /// `spans` are sorted, do not overlap and lie in the part.
    pub(super) fn new(text: &str, part: Range<usize>, spans: &[Span]) -> Self {
        let masked = String::with_capacity(part.len());
        let mut once = Self { masked, start: part.start, masks: Vec::with_capacity(spans.len()) };
        let mut copied = part.start;
        for span in spans {
            once.masked.push_str(text.get(copied..span.range.start).unwrap_or_default());
            let start = once.masked.len();
            once.masked.push_str(&span.shown(text));
            once.masks.push((start..once.masked.len(), span.range.clone()));
            copied = span.range.end;
        }
        once.masked.push_str(text.get(copied..part.end).unwrap_or_default());
        once
    }

    /// Where a range of the masked text stands in the text: with the whole of each secret that it touches inside.
    fn before(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize, is_end: bool| {
            let next =
                self.masks.partition_point(|(mask, _)| mask.start < at || (!is_end && mask.start == at));
            let Some((mask, secret)) = next.checked_sub(1).and_then(|last| self.masks.get(last)) else {
                return self.start + at;
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

/// Adds what a look at the masked text finds, with so many bytes `beside` it on both sides, and blanks masks that a
/// look finds a secret in; whether anything changed.
pub(super) fn widen(spans: &mut Vec<Span>, text: &str, beside: usize) -> bool {
    let mut found = found_again(spans, text);
    let mut is_changed = false;
    found.retain(|(span, is_masked)| {
        let last = spans.partition_point(|known| known.range.start <= span.range.start);
        let last = last.checked_sub(1).and_then(|last| spans.get_mut(last));
        let Some(known) = last.filter(|known| known.range.end >= span.range.end) else { return true };
        is_changed |= !*is_masked && !known.is_blank;
        known.is_blank |= !*is_masked;
        false
    });
    is_changed |= !found.is_empty();
    for (Span { range, family, is_whole_key, is_blank }, _) in found {
        let start = boundary(text, range.start.saturating_sub(beside)).min(range.start);
        let end = boundary(text, range.end.saturating_add(beside).min(text.len())).max(range.end);
        let is_whole_key = is_whole_key && range == (start..end);
        insert(spans, Span { range: start..end, family, is_whole_key, is_blank });
    }
    is_changed
}

/// What a look at the masked text finds within reach of the masks, where it stands in the text, and whether its own
/// mask would leave it as it is shown.
fn found_again(spans: &[Span], text: &str) -> Vec<(Span, bool)> {
    let mut found = Vec::new();
    let mut rest = spans;
    while let Some((first, _)) = rest.split_first() {
        let gaps = rest.windows(2).map(|pair| pair[1].range.start - pair[0].range.end);
        let count = 1 + gaps.take_while(|gap| *gap <= 2 * (REACH + MARGIN)).count();
        let (near, others) = rest.split_at(count);
        rest = others;
        let end = near.last().map_or(first.range.end, |last| last.range.end);
        let part = boundary(text, first.range.start.saturating_sub(REACH + MARGIN))
            ..boundary(text, (end + REACH + MARGIN).min(text.len()));
        let within = first.range.start.saturating_sub(REACH)..end + REACH;
        let once = Once::new(text, part, near);
        let shown = look(&once.masked).into_iter().map(|span| {
            let is_masked = once.masked.get(span.range.clone()) == Some(&*span.shown(&once.masked));
            (Span { range: once.before(span.range.clone()), ..span }, is_masked)
        });
        found.extend(
            shown.filter(|(span, _)| within.start <= span.range.start && span.range.end <= within.end),
        );
    }
    found
}

/// The place, or the next one before it between two characters.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rfind(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// Adds a span wherever it belongs.
fn insert(spans: &mut Vec<Span>, span: Span) {
    let behind = spans.partition_point(|other| other.range.start <= span.range.end);
    let rest = spans.split_off(behind);
    add(spans, span);
    spans.extend(rest);
}
