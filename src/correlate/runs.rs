//! Runs of failures: from when to when, and what lay around them.

use crate::aggregate::{Merge, Series, Tally};

/// What ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// A pause of at least this many milliseconds.
    Pause(i64),
    /// A success, and a pause of more than this many milliseconds around it.
    SuccessAndPause(i64),
    /// Any success.
    Success,
}

/// Failures that belong together. Times are milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// The failures.
    pub(super) failures: Tally,
    /// Successes before it, back to the run before.
    pub(super) ok_before: Tally,
    /// Successes while it lasted, those of the stretch in which it began set aside.
    pub(super) ok_within: u64,
    /// First success known after it.
    pub(super) recovered_at: Option<i64>,
}

/// The runs in a series of failures, ascending. Where a stretch of a series (a minute, or more in very
/// long logs) holds several calls, only its first and last times are exact.
pub(super) fn runs(failures: &Series, ok: &Series, ends: Ends) -> Vec<Run> {
    let successes: Vec<&Tally> = ok.iter().collect();
    let mut runs: Vec<(Tally, Tally)> = Vec::new();
    for stretch in failures.iter() {
        match runs.last_mut() {
            Some((run, _)) if !is_over(run.last, stretch.first, &successes, ends) => run.merge(*stretch),
            _ => runs.push((*stretch, *stretch)),
        }
    }
    let mut end_before = i64::MIN;
    let mut found = Vec::with_capacity(runs.len());
    for (failures, beginning) in runs {
        found.push(around(failures, beginning, end_before, &successes));
        end_before = failures.last;
    }
    found
}

fn is_over(last: i64, next: i64, successes: &[&Tally], ends: Ends) -> bool {
    let pause = next.saturating_sub(last);
    match ends {
        Ends::Pause(quiet) => pause >= quiet,
        Ends::SuccessAndPause(quiet) => {
            pause > quiet && first_after(successes, last).is_some_and(|at| at < next)
        }
        Ends::Success => first_after(successes, last).is_some_and(|at| at < next),
    }
}

/// The first time after `after` at which a success is known.
fn first_after(successes: &[&Tally], after: i64) -> Option<i64> {
    let start = successes.partition_point(|stretch| stretch.last <= after);
    let stretch = successes.get(start)?;
    Some(if stretch.first > after { stretch.first } else { stretch.last })
}

fn around(failures: Tally, beginning: Tally, end_before: i64, successes: &[&Tally]) -> Run {
    let mut ok_before = Tally::default();
    let mut ok_within = 0;
    let start = successes.partition_point(|stretch| stretch.last <= end_before);
    for stretch in successes.iter().skip(start).take_while(|stretch| stretch.first < failures.last) {
        if stretch.first < failures.first {
            let last = if stretch.last < failures.first { stretch.last } else { stretch.first };
            ok_before.merge(Tally { last, ..**stretch });
        }
        let is_inside =
            stretch.first > beginning.last || stretch.last > beginning.last && stretch.last < failures.last;
        if is_inside {
            ok_within += stretch.count;
        }
    }
    Run { failures, ok_before, ok_within, recovered_at: first_after(successes, failures.last) }
}
