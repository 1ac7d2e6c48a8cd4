//! What billing blocked, how full rate limits were, and what retries were good for.

use super::{Head, Item, Section, Table, numbers, words};
use crate::report::phrases::Clock;
use crate::report::sink::number;
use crate::report::view::{BillingBlock, LimitReport, Report};
use crate::report::words::{count_of, duration, percent};

/// Limits with a row of their own.
const MAX_LIMITS: usize = 12;

const BILLING: &[Head] = &[
    words("Reason"),
    words("Block"),
    numbers("Calls"),
    words("First seen"),
    words("Last seen"),
    words("State"),
];
const LIMITS: &[Head] = &[
    words("Model"),
    words("Limit of"),
    numbers("Limit"),
    numbers("Peak use"),
    numbers("Refused"),
    words("Fullest at"),
    numbers("Empty in"),
];

/// Hard and soft blocks.
pub(super) fn billing(report: &Report, clock: &Clock<'_>) -> Option<Section> {
    let billing = &report.billing;
    let row = |block: &BillingBlock| {
        vec![
            block.title.clone(),
            block.blocks.unwrap_or("none").to_owned(),
            number(block.count),
            clock.time(block.first_seen),
            clock.time(block.last_seen),
            if block.is_open { "open" } else { "over" }.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = billing.blocks.iter().map(row).collect();
    let table = (!rows.is_empty()).then_some(Table { heads: BILLING, rows })?;
    let lead = format!(
        "{} failed until somebody pays (hard), {} until a limit of one's own is raised (soft), {} for other reasons.",
        count_of(billing.hard, "call"),
        number(billing.soft),
        number(billing.other)
    );
    Some(Section { title: "Billing and quota", lead: Some(lead), table: Some(table), ..Section::default() })
}

/// Headroom of rate limits, the tightest first, and which one binds.
pub(super) fn limits(report: &Report, clock: &Clock<'_>) -> Option<Section> {
    let row = |limit: &LimitReport| {
        vec![
            limit.model.clone().unwrap_or_else(|| "not shown".to_owned()),
            limit.dimension.replace('-', " "),
            limit.limit.map_or_else(|| "-".to_owned(), number),
            peak_use(limit),
            number(limit.refused),
            limit.lowest_at.map_or_else(|| "-".to_owned(), |at| clock.time(Some(at))),
            limit.exhausted_in_s.map_or_else(|| "-".to_owned(), |s| duration(s.saturating_mul(1000))),
        ]
    };
    let shown = || report.limits.iter().take(MAX_LIMITS);
    let rows: Vec<Vec<String>> = shown().map(row).collect();
    let table = (!rows.is_empty()).then_some(Table { heads: LIMITS, rows })?;
    let advice = |limit: &LimitReport| {
        let model = limit.model.as_deref().unwrap_or("All models");
        let advice = limit.advice.as_ref()?;
        let text = format!("{model}, {}: {advice}", limit.dimension.replace('-', " "));
        Some(Item { text, ..Item::default() })
    };
    let binding = shown().find(|limit| limit.refused > 0).map(|limit| {
        let model = limit.model.as_deref().map(|model| format!(" for {model}")).unwrap_or_default();
        format!("The limit of {}{model} binds.", limit.dimension.replace('-', " "))
    });
    Some(Section {
        title: "Rate limits: what was left",
        lead: binding,
        table: Some(table),
        items: shown().filter_map(advice).collect(),
    })
}

fn peak_use(limit: &LimitReport) -> String {
    let permille = limit.peak_use.map(|peak| (peak.clamp(0.0, 1.0) * 1000.0).round() as u64);
    permille.map_or_else(|| "-".to_owned(), |permille| percent(permille, 1000))
}

/// Calls that retries cost.
pub(super) fn retries(report: &Report, _clock: &Clock<'_>) -> Option<Section> {
    let retries = &report.retries;
    if retries.failed_retries + retries.too_soon == 0 {
        return None;
    }
    let pauses = retries.usual_pause_ms.zip(retries.asked_ms).map(|(pause, asked)| {
        format!(" (after about {} where up to {} were asked)", duration(pause), duration(asked))
    });
    let lead = format!(
        "{} were retries; {} of them repeated what no retry can cure. {} came sooner than the answer asked{}.",
        count_of(retries.failed_retries, "failed call"),
        number(retries.needless),
        number(retries.too_soon),
        pauses.unwrap_or_default()
    );
    Some(Section { title: "Retries", lead: Some(lead), ..Section::default() })
}
