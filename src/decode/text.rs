//! A text record as an event: time, level and logger of its head, the rest as it stands.

use std::sync::Arc;

use jiff::civil::{DateTime, Time};

use super::{Settings, time};
use crate::model::{Context, Event, Head, Inherited, Place, Stamp, StampOrigin};
use crate::redact;

/// Masks what the lines of a record carry on of a secret that began in a text before them: by itself it is none. For
/// lines of these numbers, from 0, `before` holds the text; they and the lines behind them are looked at.
pub fn mask_carried(before: Vec<(usize, String)>, lines: &mut [(Place, String)]) {
    const LINES: usize = 8;
    for (from, mut before) in before {
        for (_, line) in lines.iter_mut().skip(from).take(LINES) {
            let Some(masked) = redact::mask_carried(&before, line) else { break };
            before.push('\n');
            before.push_str(&std::mem::replace(line, masked));
        }
    }
}

/// The event of a record of lines. Its own time wins over the wrapper's when it names a zone, or when the
/// wrapper shows none; without either the time of the record before it is inherited.
#[must_use]
pub fn event(
    mut context: Context,
    lines: Vec<(Place, String)>,
    head: Option<&Head>,
    inherited: Option<Inherited>,
    settings: &Settings,
) -> Event {
    let place = lines.first().map_or_else(Place::default, |(place, _)| *place);
    let last_line = lines.last().map_or(place.line, |(place, _)| place.line);
    let first = lines.first().map_or("", |(_, text)| text.as_str());
    let earlier = inherited.and_then(|inherited| match inherited {
        Inherited::Stamped(stamp) => Some(stamp),
        Inherited::Written(written) => time::parse(&written, settings),
    });
    if let Some(head) = head {
        let written = head.time.clone().and_then(|range| first.get(range));
        let own = written.and_then(|written| {
            time::parse(written, settings).or_else(|| on_the_day_of(written, context.stamp.or(earlier)))
        });
        context.stamp = match (own, context.stamp) {
            (Some(own), Some(outer)) if own.origin == StampOrigin::OwnAssumedZone => Some(outer),
            (own, outer) => own.or(outer),
        };
        context.clock = own
            .map(|own| own.millisecond_of_day())
            .or_else(|| written.and_then(time::parse_time_of_day).map(millisecond_of_day));
        context.level = head.level.or(context.level);
        if let Some(logger) = head.logger.clone().and_then(|range| first.get(range)) {
            context.logger = Some(Arc::from(logger));
        }
        if let Some(service) = head.service.clone().and_then(|range| first.get(range)) {
            context.service = Some(Arc::from(service));
        }
    }
    if context.stamp.is_none() {
        context.stamp = earlier.map(|stamp| Stamp { origin: StampOrigin::Inherited, ..stamp });
    }
    let mut text = String::with_capacity(lines.iter().map(|(_, line)| line.len() + 1).sum());
    for (index, (_, line)) in lines.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(line);
    }
    Event { place, last_line, context, text, count: 1, ..Event::default() }
}

fn millisecond_of_day(clock: Time) -> i64 {
    let seconds =
        i64::from(clock.hour()) * 3_600 + i64::from(clock.minute()) * 60 + i64::from(clock.second());
    seconds * 1_000 + i64::from(clock.millisecond())
}

/// A time of day on the day of another time; over midnight when it would lie more than half a day off.
fn on_the_day_of(written: &str, near: Option<Stamp>) -> Option<Stamp> {
    let near = near?;
    let clock = time::parse_time_of_day(written)?;
    let day = near.at.to_zoned(jiff::tz::TimeZone::UTC);
    let at = DateTime::from_parts(day.date(), clock).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let off = at.as_second() - near.at.as_second();
    let at = if off < -43_200 {
        at.checked_add(jiff::SignedDuration::from_hours(24)).ok()?
    } else if off > 43_200 {
        at.checked_sub(jiff::SignedDuration::from_hours(24)).ok()?
    } else {
        at
    };
    Some(Stamp { at, origin: StampOrigin::Inherited })
}
