//! Attempts that follow each other: how long the client waited, and how long it was asked to.
//!
//! Two neighbouring attempts of a chain settle each other wherever they meet: in one run, or when
//! summaries are merged. Only attempts whose neighbour is missing are kept.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::bounded::{Merge, keep_greatest, merge_maps};
use super::series::{Buckets, Series};
use super::wait::asked_wait_ms;
use super::wire::pairs;
use crate::model::{Call, Family, Finding, Outcome, Retry, Tier};

/// Most attempts that wait for their neighbours.
const MAX_OPEN: usize = 1024;
/// A pause between attempts that is too short in any case where a pause is needed.
const ALWAYS_TOO_SHORT_MS: i64 = 300;

/// One attempt of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Step {
    at: Option<i64>,
    asked_ms: Option<u64>,
    announced_ms: Option<u64>,
    is_failed: bool,
    is_incurable: bool,
    is_limited: bool,
    cause: Arc<str>,
    has_before: bool,
    has_after: bool,
}

/// What became of the retries of one cause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wasted {
    /// Failures that were tried again too soon and in vain, at the time of the failure.
    pub hasty: Series,
    /// Failures that were tried again in vain though no retry cures them, at the time of the failure.
    pub needless: Series,
}

impl Merge for Wasted {
    fn merge(&mut self, other: Self) {
        self.hasty.merge(other.hasty);
        self.needless.merge(other.needless);
    }
}

/// The retries of one caller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retries {
    #[serde(with = "pairs")]
    open: BTreeMap<(Arc<str>, u32), Step>,
    /// Failures that were tried again, by cause.
    #[serde(with = "pairs")]
    pub wasted: BTreeMap<Arc<str>, Wasted>,
    /// Attempts that followed another.
    pub pairs: u64,
    /// Milliseconds between attempts where the pause was too short, in tenths of a second.
    pub gaps: Buckets<u64, 64>,
    /// The longest pause that was asked for and not kept.
    pub asked_ms: Option<u64>,
}

impl Retries {
    /// Takes in an attempt of a chain.
    pub(super) fn add(&mut self, call: &Call, finding: Option<&Finding>) {
        let Some(attempt) = &call.attempt else { return };
        let retry = finding.and_then(|finding| finding.cause.retry);
        let is_failed = call.seen.outcome == Outcome::Failed;
        let is_limited = finding.is_some_and(|finding| {
            finding.cause.family == Family::RateLimits && retry.is_some_and(|retry| retry != Retry::Never)
        });
        let is_sure = finding.is_some_and(|finding| finding.tier != Tier::Inconclusive);
        let step = Step {
            at: call.seen.context.stamp.map(|stamp| stamp.at.as_millisecond()),
            asked_ms: asked_wait_ms(call),
            announced_ms: call.seen.retry_in_ms,
            is_failed,
            is_incurable: is_failed && is_sure && retry == Some(Retry::Never),
            is_limited: is_failed && is_limited,
            cause: finding
                .map_or_else(|| Arc::from(super::UNCLASSIFIED), |finding| Arc::clone(&finding.cause.id)),
            has_before: attempt.number <= 1,
            has_after: attempt.is_final,
        };
        self.keep((Arc::clone(&attempt.chain), attempt.number), step);
    }

    fn keep(&mut self, place: (Arc<str>, u32), mut step: Step) {
        let (chain, number) = place;
        let before = (Arc::clone(&chain), number.saturating_sub(1));
        if let Some(earlier) =
            self.open.get_mut(&before).filter(|earlier| !earlier.has_after && !step.has_before)
        {
            (earlier.has_after, step.has_before) = (true, true);
            let earlier = earlier.clone();
            self.settle(&earlier, &step);
            self.drop_settled(&before);
        }
        let after = (Arc::clone(&chain), number.saturating_add(1));
        if let Some(later) = self.open.get_mut(&after).filter(|later| !later.has_before && !step.has_after) {
            (later.has_before, step.has_after) = (true, true);
            let later = later.clone();
            self.settle(&step, &later);
            self.drop_settled(&after);
        }
        if !(step.has_before && step.has_after) {
            self.open.insert((chain, number), step);
            if self.open.len() > MAX_OPEN {
                self.open.pop_last();
            }
        }
    }

    fn drop_settled(&mut self, place: &(Arc<str>, u32)) {
        if self.open.get(place).is_some_and(|step| step.has_before && step.has_after) {
            self.open.remove(place);
        }
    }

    /// Judges a retry. One that succeeded was not in vain, whatever was asked for.
    fn settle(&mut self, earlier: &Step, later: &Step) {
        self.pairs.merge(1);
        if !later.is_failed {
            return;
        }
        let gap = earlier.at.zip(later.at).map(|(earlier, later)| later - earlier).filter(|gap| *gap >= 0);
        let at = earlier.at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
        if earlier.is_incurable {
            self.wasted.entry(Arc::clone(&earlier.cause)).or_default().needless.add(at, 1);
        } else if earlier.is_too_soon(gap) {
            self.wasted.entry(Arc::clone(&earlier.cause)).or_default().hasty.add(at, 1);
            keep_greatest(&mut self.asked_ms, earlier.asked_ms);
            let waited = earlier.announced_ms.and_then(|pause| i64::try_from(pause).ok()).or(gap);
            if let Some(waited) = waited {
                self.gaps.add(waited / 100, 1);
            }
        }
    }
}

impl Step {
    /// Whether a client that waits this long waits too short. What it says about its own pause counts
    /// more than the gap in the log, which may belong to calls side by side.
    fn is_too_soon(&self, gap: Option<i64>) -> bool {
        let announced = self.announced_ms.and_then(|pause| i64::try_from(pause).ok());
        let Some(waited) = announced.or(gap).filter(|_| self.is_limited) else { return false };
        match self.asked_ms.and_then(|asked| i64::try_from(asked).ok()) {
            Some(asked) => waited.saturating_mul(10) < asked.saturating_mul(9),
            None => waited < ALWAYS_TOO_SHORT_MS,
        }
    }
}

impl Merge for Retries {
    fn merge(&mut self, other: Self) {
        merge_maps(&mut self.wasted, other.wasted);
        self.pairs.merge(other.pairs);
        self.gaps.merge(other.gaps);
        keep_greatest(&mut self.asked_ms, other.asked_ms);
        for (place, step) in other.open {
            self.keep(place, step);
        }
    }
}
