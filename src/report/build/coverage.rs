//! What was read, what was left out on purpose, and where nothing can be known.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::samples;
use crate::aggregate::{LookAlike, Summary};
use crate::model;
use crate::report::view::{self, BlindWindow, Coverage, Period, SourceReport};
use crate::rules::RuleSet;

/// Hours without a line that are worth telling.
const LEAST_BLIND_HOURS: i64 = 2;
/// Most blind windows that are listed, the longest ones.
const MAX_WINDOWS: usize = 50;

/// What was read for a period.
pub(super) fn coverage(
    coverage: &model::Coverage,
    summary: &Summary,
    rules: &RuleSet,
    period: &Period,
) -> Coverage {
    let look_alike = |(cause, row): (&Arc<str>, &LookAlike)| view::LookAlike {
        cause: cause.to_string(),
        title: rules.rule(cause).map_or_else(|| cause.to_string(), |rule| rule.info.title.to_string()),
        count: row.count,
        quoted: row.quoted,
        samples: samples(&row.samples),
    };
    Coverage {
        sources: coverage.sources.iter().map(source).collect(),
        bytes: coverage.sources.iter().map(|source| source.bytes).sum(),
        lines: coverage.sources.iter().map(|source| source.lines).sum(),
        blind: blind(coverage, period),
        look_alikes: summary.look_alikes.iter().map(look_alike).collect(),
    }
}

fn source(source: &model::SourceCoverage) -> SourceReport {
    SourceReport {
        name: source.name.to_string(),
        bytes: source.bytes,
        lines: source.lines,
        records: source.records,
        decoded: source.decoded,
        skipped: source.skipped,
        assumed_times: source.assumed_times,
        digest: source.digest.as_ref().map(|digest| digest.whole.to_string()),
    }
}

/// Digest over the digests of all sources.
pub(super) fn inputs_hash(coverage: &model::Coverage) -> Option<String> {
    let digest =
        |source: &model::SourceCoverage| source.digest.as_ref().map(|digest| Arc::clone(&digest.whole));
    let mut digests: Vec<Arc<str>> = coverage.sources.iter().map(digest).collect::<Option<_>>()?;
    digests.sort();
    let mut hasher = blake3::Hasher::new();
    digests.iter().for_each(|digest| {
        hasher.update(digest.as_bytes());
    });
    (!digests.is_empty()).then(|| hasher.finalize().to_hex().to_string())
}

/// Hours of the period in which no source has a line. Nothing is known where the times of lines were not
/// looked at, or a source is no log of lines.
fn blind(coverage: &model::Coverage, period: &Period) -> Vec<BlindWindow> {
    if coverage.sources.iter().any(|source| source.records > 0 && source.hours.is_empty()) {
        return Vec::new();
    }
    let hours: BTreeSet<i64> =
        coverage.sources.iter().flat_map(|source| source.hours.iter().copied()).collect();
    let (Some(first), Some(last)) = (hours.first().copied(), hours.last().copied()) else {
        return Vec::new();
    };
    let hour = |at: Timestamp| at.as_second().div_euclid(3600);
    // The hours of the period; the last one may be a part.
    let from = period.from.map_or(first, hour);
    let to =
        period.to.map_or(last + 1, |to| if to.as_second() % 3600 == 0 { hour(to) } else { hour(to) + 1 });
    let mut windows = Vec::new();
    let mut start = from;
    for seen in hours.range(from..to.max(from)).copied().chain([to]) {
        if seen - start >= LEAST_BLIND_HOURS {
            windows.push((start, seen));
        }
        start = seen + 1;
    }
    windows.sort_by_key(|(start, end)| (start - end, *start));
    windows.truncate(MAX_WINDOWS);
    windows.sort_unstable();
    let time = |hour: i64| Timestamp::from_second(hour.saturating_mul(3600)).ok();
    let window = |(start, end): (i64, i64)| BlindWindow {
        from: time(start),
        to: time(end),
        hours: u64::try_from(end - start).unwrap_or_default(),
    };
    windows.into_iter().map(window).collect()
}
