//! The calls of a run, by source, on their way into a ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::ledger::{Ledger, Part};
use crate::model::{Call, Coverage, Finding, Problem};

/// A part for each source that has calls. Calls of several files of a rotated log come in the order of the log.
#[derive(Debug, Default)]
pub struct Parts(BTreeMap<Arc<str>, Part>);

impl Parts {
    /// Counts one call on its day in `zone`.
    pub fn add(&mut self, call: &Call, finding: Option<&Finding>, zone: &TimeZone) {
        match self.0.get_mut(&call.source) {
            Some(part) => part.add(call, finding, zone),
            None => self.0.entry(Arc::clone(&call.source)).or_default().add(call, finding, zone),
        }
    }

    /// Puts everything into the ledger: each source with what was read of it and its problems.
    pub fn enter(mut self, coverage: Coverage, ledger: &mut Ledger) {
        let Coverage { sources, mut problems } = coverage;
        for read in sources {
            let is_own = |problem: &Problem| problem.location.source == read.name;
            let (own, others) = problems.into_iter().partition(is_own);
            problems = others;
            ledger.insert(self.0.remove(&read.name).unwrap_or_default().of(read, own));
        }
        ledger.problems.extend(problems);
    }
}
