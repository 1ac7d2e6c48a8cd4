//! One failed call: its cause, and what to do.

use crate::model::{Call, Finding, Retry, Severity, Tier};
use crate::report::{self, Advice, Scope};
use crate::rules::RuleSet;

/// Why one call failed, and what to do.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Id of the root cause.
    pub cause: String,
    /// The cause in plain words.
    pub title: String,
    /// Its family: `credentials`, `billing` …
    pub family: &'static str,
    /// How sure that is.
    pub tier: Tier,
    /// How bad it is.
    pub severity: Severity,
    /// Whether a retry helps; `None` where no call is retried.
    pub retry: Option<Retry>,
    /// Why the call failed.
    pub why: String,
    /// What to do, in this order.
    pub fix: Vec<String>,
    /// A command that shows whether it is fixed.
    pub verify: Option<String>,
    /// Name of the log.
    pub source: String,
    /// The line that decided, from 1.
    pub line: u64,
    event: String,
}

impl Diagnosis {
    /// Of a failed call with its finding by these rules.
    pub(super) fn new(rules: &RuleSet, call: &Call, finding: &Finding) -> Self {
        let info = &finding.cause;
        let advice = rules.rule(&info.id).map(|rule| Advice::new(rule, &Scope::of(call)));
        let advice = advice.unwrap_or_default();
        let mut event = Vec::new();
        // Written into memory: there is nothing that could fail.
        let _ = report::write_event(call, Some(finding), &mut event);
        Self {
            cause: info.id.to_string(),
            title: info.title.to_string(),
            family: info.family.word(),
            tier: finding.tier,
            severity: info.severity,
            retry: info.retry,
            why: advice.why,
            fix: advice.fix,
            verify: advice.verify,
            source: call.source.to_string(),
            line: call.seen.place.line,
            event: String::from_utf8_lossy(&event).trim_end().to_owned(),
        }
    }

    /// The call as one line of JSON: the contract of `why4xx events` (docs/schema/events.schema.json).
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.event
    }
}
