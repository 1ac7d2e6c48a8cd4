//! Rate limits as answers tell them: by model and dimension, how much was left at the worst moment.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::bounded::{Capped, Ends, Least, Merge, keep_greatest, keep_least};
use super::series::Tally;
use crate::model::{Call, Limit, Outcome};

/// Words before the dimension in a message, and the dimension they mean.
const DIMENSIONS: &[(&str, &str)] = &[
    ("requests per min", "requests"),
    ("tokens per min", "tokens"),
    ("requests per day", "requests-per-day"),
    ("tokens per day", "tokens-per-day"),
    ("images per min", "images"),
];

/// One answer's word on a limit: how full it was, in thousandths that were left, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// Thousandths of the limit that were left.
    pub left_permille: u64,
    /// When.
    pub at: Option<Timestamp>,
    /// What was left.
    pub remaining: u64,
    /// The limit.
    pub limit: u64,
}

/// Readings of which the pace is told.
const LATEST: usize = 16;

/// One limit over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitUse {
    /// Model.
    pub model: Option<Arc<str>>,
    /// Dimension: `requests`, `tokens`, `images`, `project-tokens`, `requests-per-day`, `tokens-per-day`.
    pub dimension: Option<Arc<str>>,
    /// The limits that were named, by when they were first and last.
    pub named: Ends<(Option<Timestamp>, u64), 2>,
    /// The different limits that were named.
    pub values: Least<u64, 8>,
    /// Answers that told about it.
    pub seen: Tally,
    /// The answer that left least.
    pub lowest: Option<Reading>,
    /// When the latest answers were given, and what they left.
    pub latest: Least<Reverse<(Timestamp, u64)>, LATEST>,
    /// Calls that it refused.
    pub refused: u64,
    /// The longest time until it is full again, in milliseconds.
    pub reset_ms: Option<u64>,
    /// The largest single demand that was refused.
    pub requested: Option<u64>,
}

impl Merge for LimitUse {
    fn merge(&mut self, other: Self) {
        keep_least(&mut self.model, other.model);
        keep_least(&mut self.dimension, other.dimension);
        self.named.merge(other.named);
        self.values.merge(other.values);
        self.seen.merge(other.seen);
        keep_least(&mut self.lowest, other.lowest);
        self.latest.merge(other.latest);
        self.refused.merge(other.refused);
        keep_greatest(&mut self.reset_ms, other.reset_ms);
        keep_greatest(&mut self.requested, other.requested);
    }
}

/// Takes in what a call tells about limits.
pub(super) fn add<const CAP: usize>(limits: &mut Capped<LimitUse, CAP>, call: &Call, cause: &str) {
    let headers = &call.seen.headers.limits;
    let rows = [
        ("requests", headers.requests),
        ("tokens", headers.tokens),
        ("images", headers.images),
        ("project-tokens", headers.project_tokens),
    ];
    let told = rows.into_iter().filter_map(|(name, limit)| limit.map(|limit| (name, limit, None, 0)));
    let named =
        refusal(call, cause).map(|(name, limit, requested)| (name, limit, requested, super::count(call)));
    for (dimension, limit, requested, refused) in told.chain(named) {
        let model = call.seen.model.clone();
        let name = format!("{}\u{0}{dimension}", model.as_deref().unwrap_or_default());
        limits.entry(&name).merge(reading(call, model, dimension, limit, requested, refused));
    }
}

fn reading(
    call: &Call,
    model: Option<Arc<str>>,
    dimension: &str,
    limit: Limit,
    requested: Option<u64>,
    refused: u64,
) -> LimitUse {
    let at = call.seen.context.stamp.map(|stamp| stamp.at);
    let mut named = Ends::default();
    if let Some(value) = limit.limit {
        named.add((at, value));
    }
    let lowest =
        limit.limit.zip(limit.remaining).filter(|(limit, _)| *limit > 0).map(|(limit, remaining)| Reading {
            left_permille: remaining.saturating_mul(1000) / limit,
            at,
            remaining,
            limit,
        });
    LimitUse {
        model,
        dimension: Some(Arc::from(dimension)),
        named,
        values: limit.limit.map(Least::of).unwrap_or_default(),
        seen: at.map_or(Tally { count: 1, ..Tally::default() }, |at| Tally::at(at, 1)),
        lowest,
        latest: at.zip(limit.remaining).map(|reading| Least::of(Reverse(reading))).unwrap_or_default(),
        refused,
        reset_ms: limit.reset_ms,
        requested,
    }
}

/// `… on tokens per min (TPM): Limit 30000, Used 29203, Requested 2140. …`
fn refusal(call: &Call, cause: &str) -> Option<(&'static str, Limit, Option<u64>)> {
    if call.seen.outcome != Outcome::Failed
        || !(cause.starts_with("rate-limit") || cause == "request-too-large")
    {
        return None;
    }
    let message = call.seen.error.message.as_ref()?.as_str();
    let dimension = DIMENSIONS.iter().find(|(words, _)| message.contains(words))?.1;
    let number = |lead: &str| -> Option<u64> {
        let rest = message.split_once(lead)?.1;
        let digits: String =
            rest.chars().take_while(|letter| letter.is_ascii_digit() || *letter == ',').collect();
        digits.replace(',', "").parse().ok()
    };
    let limit = number("Limit ").or_else(|| number("Limit: "));
    let used = number("Used ").or_else(|| number("Current: "));
    let remaining = limit.zip(used).map(|(limit, used)| limit.saturating_sub(used));
    Some((dimension, Limit { limit, remaining, reset_ms: None }, number("Requested ")))
}
