//! What changed since an earlier period.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{severity_of, totals};
use crate::aggregate::Summary;
use crate::model::Family;
use crate::report::view::{Baseline, CauseChange, ChangeState, Changes};
use crate::rules::RuleSet;

/// The changes from the baseline to the summary.
pub(super) fn changes(summary: &Summary, baseline: &Baseline, rules: &RuleSet) -> Changes {
    let (before, now) = (totals(baseline.summary.totals.calls), totals(summary.totals.calls));
    let names: BTreeSet<&Arc<str>> = baseline.summary.causes.keys().chain(summary.causes.keys()).collect();
    let mut causes: Vec<CauseChange> =
        names.into_iter().map(|cause| change(cause, summary, baseline, rules)).collect();
    causes.sort_by_key(|row| (row.state, Reverse(row.before.abs_diff(row.now)), row.cause.clone()));
    let span = &baseline.summary.span;
    Changes {
        from: baseline.from.or(span.first.as_ref().map(|seen| seen.at)),
        to: baseline.to.or(span.last.as_ref().map(|seen| seen.at)),
        success_rate_change: now.success_rate.zip(before.success_rate).map(|(now, before)| now - before),
        before,
        now,
        causes,
    }
}

fn change(cause: &Arc<str>, summary: &Summary, baseline: &Baseline, rules: &RuleSet) -> CauseChange {
    let count = |summary: &Summary| summary.causes.get(cause).map_or(0, |group| group.calls);
    let (before, now) = (count(&baseline.summary), count(summary));
    let state = match (before, now) {
        (0, _) if baseline.earlier.contains(cause) => ChangeState::Regressed,
        (0, _) => ChangeState::New,
        (_, 0) => ChangeState::Gone,
        _ => ChangeState::Lasting,
    };
    let group = summary.causes.get(cause).or_else(|| baseline.summary.causes.get(cause));
    let info = rules.rule(cause).map(|rule| &rule.info);
    CauseChange {
        cause: cause.to_string(),
        title: info.map_or_else(|| cause.to_string(), |info| info.title.to_string()),
        family: info.map_or(Family::Other, |info| info.family).word(),
        severity: severity_of(cause, group, rules).word(),
        state,
        before,
        now,
    }
}
