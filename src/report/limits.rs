//! How full the rate limits were, and what follows from it.

use super::sink::number;
use super::view::LimitReport;
use super::words::percent;
use crate::aggregate::{LimitUse, Summary};

/// Share of a limit from which it is tight, in thousandths that are left.
const TIGHT_PERMILLE: u64 = 200;

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
        refused: limit.refused,
        requested: limit.requested,
        answers: limit.seen.count,
        advice: advice(limit),
    }
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
    let is_tight = lowest.left_permille < TIGHT_PERMILLE;
    let share = percent(lowest.limit.saturating_sub(lowest.remaining), lowest.limit);
    is_tight.then(|| format!("{of} were in use ({share}): there is little room for more load."))
}
