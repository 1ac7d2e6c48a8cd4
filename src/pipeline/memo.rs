//! What lines of one shape say, looked up instead of read again.
//!
//! Most lines of interest tell of successes, one like the other but for the time: `2026-11-16 09:12:44,031
//! INFO httpx HTTP Request: POST https://… "HTTP/1.1 200 OK"`. The first of a shape goes the whole way; for
//! the others its observation is taken with their own time and place. A shape is the line with the digits of
//! its time, and of a duration at its end, blanked out. Only what says nothing, or tells of a plain success,
//! is remembered, and only of records that are one line by themselves: what is said then depends on nothing
//! but the line. The excerpt is left out, which nobody shows of a success.

use hashbrown::HashMap;

use super::blocks::Yield;
use crate::decode::{self, time};
use crate::framing::assemble::Record;
use crate::framing::head;
use crate::framing::units::{Lines, Units};
use crate::model::{ApiError, Context, Masked, Observation, Outcome, Place};

/// Shapes that are remembered by one worker.
const MAX_SHAPES: usize = 2_048;
/// Longest line that is looked up.
const MAX_LENGTH: usize = 500;

/// What lines of the shapes seen so far say.
#[derive(Default)]
pub(super) struct Memo {
    /// The observation of a shape, without its time; `None` where it says nothing.
    known: HashMap<Box<[u8]>, Option<Observation>>,
    /// The shape that is looked for.
    shape: Vec<u8>,
}

impl Memo {
    /// Adds to `found` what the line says: from memory, or by `read`, which tells whether the line was a record
    /// by itself.
    pub(super) fn look(
        &mut self,
        lines: &Lines<'_>,
        line: usize,
        found: &mut Yield,
        settings: &decode::Settings,
        read: impl FnOnce(&mut Yield) -> bool,
    ) {
        let Some(written) = self.shape_of(lines, line) else {
            read(found);
            return;
        };
        let (place, stamp) = (lines.place(line), time::parse(written, settings));
        if let Some(known) = self.known.get(self.shape.as_slice()).filter(|_| stamp.is_some()) {
            found.records += 1;
            found.decoded += 1;
            match known {
                Some(seen) => {
                    let mut seen = seen.clone();
                    (seen.place, seen.last_line, seen.context.stamp) = (place, place.line, stamp);
                    seen.context.clock =
                        seen.context.clock.and(stamp).map(|stamp| stamp.millisecond_of_day());
                    found.observations.push(seen);
                }
                None => found.skipped += 1,
            }
            return;
        }
        let before = found.observations.len();
        if !read(found) || stamp.is_none() {
            return;
        }
        let known = match found.observations.get_mut(before..) {
            Some([]) => None,
            Some([seen]) if is_plain_success(seen, place) && seen.context.stamp == stamp => {
                seen.excerpt = Masked::default();
                Some(seen.clone())
            }
            _ => return,
        };
        if self.known.len() < MAX_SHAPES {
            self.known.insert(self.shape.as_slice().into(), known);
        }
    }

    /// Notes the shape of the line; its time as written. `None` for a line that may be a part of a longer record:
    /// it must begin with a time, and so must the next one, in the same way.
    fn shape_of<'a>(&mut self, lines: &Lines<'a>, line: usize) -> Option<&'a str> {
        let bytes = lines.bytes(line);
        let text = std::str::from_utf8(bytes.get(..MAX_LENGTH.min(bytes.len()))?).ok()?;
        if bytes.len() > MAX_LENGTH {
            return None;
        }
        let start = usize::from(text.starts_with('['));
        let end = start + head::time_length(text.get(start..)?)?;
        let next = lines.bytes(lines.next(line)?);
        let is_alike = |(a, b): (&u8, &u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
        let begins_alike = next.len() > end && bytes.iter().zip(next).take(end).all(is_alike);
        if !begins_alike || start > 0 && memchr::memchr(b']', next).is_none() {
            return None;
        }
        self.shape.clear();
        self.shape
            .extend(bytes.iter().take(end).map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte }));
        let (rest, duration) = without_duration(bytes.get(end..)?);
        self.shape.extend_from_slice(rest);
        self.shape.extend_from_slice(duration);
        text.get(start..end)
    }
}

/// Splits `… 4503ms` into what stands before the number and what stands for it. Three digits might be taken
/// for a status and stay.
fn without_duration(text: &[u8]) -> (&[u8], &'static [u8]) {
    let Some(before) = text.strip_suffix(b"ms") else { return (text, b"") };
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = before.get(..before.len() - digits).unwrap_or_default();
    if digits == 0 || digits == 3 || rest.last() != Some(&b' ') {
        return (text, b"");
    }
    (rest, b"\0ms")
}

/// Whether the observation tells of a success and of nothing else.
fn is_plain_success(seen: &Observation, place: Place) -> bool {
    let is_here = seen.place == place && seen.last_line == place.line;
    let is_plain = seen.error == ApiError { status: seen.error.status, ..ApiError::default() }
        && seen.exposed.is_empty()
        && seen.page.is_none()
        && seen.retry_in_ms.is_none()
        && seen.headers.date.is_none()
        && seen.last_seen.is_none();
    is_here && is_plain && seen.outcome == Outcome::Ok
}

/// Whether the records are one of one line that no wrapper speaks of.
pub(super) fn is_alone(records: &[Record], place: Place) -> bool {
    let [Record::Text { context, lines, head: Some(head), inherited: None, before: _ }] = records else {
        return false;
    };
    let is_line = matches!(lines.as_slice(), [(first, _)] if *first == place);
    is_line && head.time.is_some() && *context == Context::default()
}

#[cfg(test)]
mod tests {
    use super::without_duration;
    use crate::decode::{Settings, time};
    use crate::framing::head;

    /// Framing measures times, decoding reads them: each of the two knows the grammar.
    #[test]
    fn what_is_measured_as_a_time_is_read_as_one() {
        let settings = Settings { year: Some(2026), ..Settings::default() };
        for written in [
            "2026-11-21T13:01:05.100Z",
            "2026-11-21 13:01:05,100 +0200",
            "2026/11/21 13:01:05",
            "2026.11.21 13:01:05",
            "2026-11-21-13-01-05",
            "2026-11-21_13:01:05",
            "2026-11-21, 13:01:05 UTC",
            "2026-11-21 at 13:01:05",
            "20261121T130105",
            "20261121 13:01:05.031",
            "20261121_130105",
            "261121 13:01:05",
            "21/Nov/2026:13:01:05 +0000",
            "21-Nov-2026 13:01:05",
            "21 Nov 2026 13:01:05",
            "21 November 2026 13:01:05",
            "21 Nov 13:01:05",
            "21.11.2026, 13:01:05",
            "11/21/2026, 1:01:05 PM",
            "21/11/2026 13:01:05",
            "11-21-2026 13:01:05",
            "11-21 13:01:05",
            "Nov 21, 2026 1:01:05 PM",
            "Nov 21 13:01:05",
            "Nov 21 2026 13:01:05",
            "Sat Nov 21 13:01:05 2026",
            "Sat Nov 21 13:01:05 UTC 2026",
            "Sat, 21 Nov 2026 13:01:05 GMT",
            "Saturday, 21 November 2026 13:01:05",
            "Sat Nov 21 2026 13:01:05 GMT+0000 (Coordinated Universal Time)",
        ] {
            for behind in ["", " ERROR x", "] x"] {
                let line = format!("{written}{behind}");
                assert_eq!(head::time_length(&line), Some(written.len()), "{line}");
                assert_eq!(time::prefix(&line), Some(written.len()), "{line}");
            }
            let stamp = time::parse(written, &settings).expect(written);
            let (day, second) = ("2026-11-21T", ":01:05");
            assert!(
                stamp.at.to_string().starts_with(day) && stamp.at.to_string().contains(second),
                "{written}"
            );
        }
        for zone in head::ZONES {
            let line = format!("2026-11-21 13:01:05 {}", String::from_utf8_lossy(zone));
            assert_eq!(head::time_length(&line), Some(line.len()), "{line}");
            assert_eq!(time::prefix(&line), Some(line.len()), "{line}");
        }
    }

    #[test]
    fn a_duration_at_the_end_is_no_part_of_the_shape() {
        let check = |text: &str, rest: &str| {
            assert_eq!(String::from_utf8_lossy(without_duration(text.as_bytes()).0), rest);
        };
        check("POST /v1/responses 200 4503ms", "POST /v1/responses 200 ");
        check("POST /v1/responses 200 45ms", "POST /v1/responses 200 ");
        check("POST /v1/responses 429ms", "POST /v1/responses 429ms");
        check("POST /v1/responses 200 in x4503ms", "POST /v1/responses 200 in x4503ms");
        check("4503 items", "4503 items");
    }
}
