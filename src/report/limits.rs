//! How full the rate limits were, and what follows from it.

use jiff::SignedDuration;

use super::sink::number;
use super::view::LimitReport;
use super::words::{duration, percent};
use crate::aggregate::{LimitUse, Summary};

/// Share of a limit from which it is tight, in thousandths that are left.
const TIGHT_PERMILLE: u64 = 200;

/// Readings further apart say nothing about the pace of the last one.
const SPAN: SignedDuration = SignedDuration::from_mins(10);
/// Fewer readings show no pace.
const FEWEST: usize = 3;
/// A limit that lasts longer is no worry of today.
const SOON_S: u64 = 24 * 3600;

/// The limits of a summary, those that refused calls first, then the fullest.
pub(super) fn limits(summary: &Summary) -> Vec<LimitReport> {
    let mut rows: Vec<(u64, u64, LimitReport)> = summary
        .limits
        .iter()
        .map(|(_, limit)| {
            let left = limit.lowest.as_ref().map_or(1000, |reading| reading.left_permille);
            (limit.refused, left, row(limit))
        })
        .collect();
    rows.sort_by(|a, b| {
        let names = |row: &LimitReport| (row.model.clone(), row.dimension.clone());
        b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| names(&a.2).cmp(&names(&b.2)))
    });
    rows.into_iter().map(|(_, _, row)| row).collect()
}

fn row(limit: &LimitUse) -> LimitReport {
    let lowest = limit.lowest.as_ref();
    LimitReport {
        model: limit.model.as_ref().map(ToString::to_string),
        dimension: limit.dimension.as_deref().unwrap_or("unknown").to_owned(),
        limit: limit.named.values().last().map(|(_, value)| *value),
        limits: limit.values.iter().copied().collect(),
        lowest_remaining: lowest.map(|reading| reading.remaining),
        lowest_at: lowest.and_then(|reading| reading.at),
        peak_use: lowest.map(|reading| 1.0 - reading.remaining as f64 / reading.limit.max(1) as f64),
        exhausted_in_s: exhausted_in_s(limit),
        refused: limit.refused,
        requested: limit.requested,
        answers: limit.seen.count,
        advice: advice(limit),
    }
}

/// Seconds from the last answer on until nothing is left, when what was left went on falling as it fell over the last
/// answers, whatever was refilled meanwhile. `None` when it did not fall, or when too few answers stand close together.
fn exhausted_in_s(limit: &LimitUse) -> Option<u64> {
    let readings: Vec<_> = limit.latest.iter().map(|reading| reading.0).collect();
    let (last, left) = *readings.first()?;
    let near: Vec<_> = readings.iter().take_while(|(at, _)| last.duration_since(*at) <= SPAN).collect();
    let (first, before) = **near.last().filter(|_| near.len() >= FEWEST)?;
    let fallen = before.checked_sub(left).filter(|fallen| *fallen > 0)?;
    let elapsed =
        u64::try_from(last.duration_since(first).as_millis()).ok().filter(|elapsed| *elapsed > 0)?;
    let seconds = u128::from(left) * u128::from(elapsed) / u128::from(fallen) / 1000;
    u64::try_from(seconds).ok().filter(|seconds| *seconds <= SOON_S)
}

fn advice(limit: &LimitUse) -> Option<String> {
    let lowest = limit.lowest.as_ref()?;
    let of = format!("{} of {}", number(lowest.limit.saturating_sub(lowest.remaining)), number(lowest.limit));
    if limit.requested.is_some_and(|requested| requested > lowest.limit) {
        let requested = number(limit.requested.unwrap_or_default());
        return Some(format!(
            "A single call asked for {requested} and the limit is {}: make it smaller or raise the limit.",
            number(lowest.limit)
        ));
    }
    if limit.refused > 0 {
        return Some(format!(
            "{} calls were refused with {of} in use: spread the load, move what can wait to the Batch API, or ask for a higher limit.",
            number(limit.refused)
        ));
    }
    if let Some(seconds) = exhausted_in_s(limit) {
        let left = limit.latest.iter().next().map_or(0, |reading| reading.0.1);
        return Some(format!(
            "{} were left by the last answer, enough for about {} at the pace of the answers before it: spread the load or raise the limit.",
            number(left),
            duration(seconds.saturating_mul(1000))
        ));
    }
    let is_tight = lowest.left_permille < TIGHT_PERMILLE;
    let share = percent(lowest.limit.saturating_sub(lowest.remaining), lowest.limit);
    is_tight.then(|| format!("{of} were in use ({share}): there is little room for more load."))
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use jiff::Timestamp;

    use super::exhausted_in_s;
    use crate::aggregate::LimitUse;

    fn check(readings: &[(i64, u64)], expected: Option<u64>) {
        let mut limit = LimitUse::default();
        for (second, left) in readings {
            limit.latest.add(Reverse((Timestamp::from_second(1_795_000_000 + second).unwrap(), *left)));
        }
        assert_eq!(exhausted_in_s(&limit), expected, "{readings:?}");
    }

    #[test]
    fn a_limit_is_used_up_at_the_pace_of_the_last_answers() {
        check(&[(0, 900), (30, 800), (60, 600)], Some(120));
        check(&[(0, 900), (30, 950), (60, 600)], Some(120));
        check(&[(60, 0), (0, 900), (30, 400)], Some(0));
    }

    #[test]
    fn without_a_pace_nothing_is_said() {
        check(&[], None);
        check(&[(0, 900), (60, 600)], None);
        check(&[(0, 600), (30, 600), (60, 900)], None);
        check(&[(0, 900), (700, 800), (1400, 700)], None);
        check(&[(0, 900_000_000), (30, 900_000_000), (60, 899_999_999)], None);
        check(&[(0, 3), (0, 2), (0, 1)], None);
    }

    #[test]
    fn only_answers_close_to_the_last_one_count() {
        check(&[(0, 9), (1000, 900), (1030, 800), (1060, 600)], Some(120));
    }
}
