//! Gates: what a report must not hold for the run to succeed.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::report_args::Gates;
use crate::model::{Family, Severity};
use crate::report::sink::number;
use crate::report::words::{count_of, percent};
use crate::report::{CauseReport, ChangeState, IncidentReport, Report};
use crate::rules::{RuleSet, did_you_mean};

/// The word for causes that the earlier period does not have.
const NEW: &str = "new";

/// What a report must not hold.
#[derive(Debug)]
pub(super) struct Gate {
    barriers: Vec<Barrier>,
    /// Most failed calls of a thousand million, with the words of the user.
    max_rate: Option<(u64, String)>,
}

#[derive(Debug)]
enum Barrier {
    /// A failure this bad or worse.
    Severity(Severity),
    /// A cause or one that refines it.
    Cause(Vec<String>),
    /// A cause of the family.
    Family(Family),
    /// A cause that the earlier period does not have.
    New,
}

impl Gate {
    /// The gate of the command line.
    ///
    /// # Errors
    /// When a word is neither severity nor cause nor family, or the rate is no percentage.
    pub(super) fn new(gates: &Gates, rules: &RuleSet) -> Result<Self, Failure> {
        let barriers = gates.fail_on.iter().map(|word| barrier(word, rules)).collect::<Result<_, _>>()?;
        let max_rate = gates.max_failure_rate.as_deref().map(|text| Ok((rate(text)?, text.to_owned())));
        Ok(Self { barriers, max_rate: max_rate.transpose()? })
    }

    /// The gate of a run that has no earlier period to compare with.
    ///
    /// # Errors
    /// Like [`Gate::new`], and when it would ask what is new.
    pub(super) fn of_one_period(gates: &Gates, rules: &RuleSet) -> Result<Self, Failure> {
        let gate = Self::new(gates, rules)?;
        let is_new = |barrier: &Barrier| matches!(barrier, Barrier::New);
        if gate.barriers.iter().any(is_new) { Err(without_baseline()) } else { Ok(gate) }
    }

    /// # Errors
    /// The reasons why the report does not pass, or that it has no earlier period to tell what is new.
    pub(super) fn check(&self, report: &Report) -> Result<(), Failure> {
        let mut reasons = Vec::new();
        for barrier in &self.barriers {
            reasons.extend(barrier.hits(report)?);
        }
        let (failed, calls) = (report.totals.failed, report.totals.calls);
        if let Some((most, text)) = &self.max_rate
            && u128::from(failed) * 1_000_000_000 > u128::from(*most) * u128::from(calls)
        {
            let share = percent(failed, calls);
            reasons.push(format!(
                "{} of {} failed ({share}), more than {text}",
                number(failed),
                count_of(calls, "call")
            ));
        }
        if reasons.is_empty() { Ok(()) } else { Err(Failure::Refused(reasons)) }
    }
}

impl Barrier {
    fn hits(&self, report: &Report) -> Result<Vec<String>, Failure> {
        let causes = |wants: &dyn Fn(&CauseReport) -> bool| {
            let hits = report.causes.iter().filter(|cause| wants(cause));
            hits.map(|cause| {
                format!("{} by {} ({})", count_of(cause.count, "failed call"), cause.cause, cause.severity)
            })
            .collect()
        };
        Ok(match self {
            Self::Severity(least) => causes(&|cause| {
                Severity::from_word(cause.severity).is_some_and(|severity| severity <= *least)
            }),
            Self::Cause(ids) => or_incidents(causes(&|cause| ids.contains(&cause.cause)), report, &|one| {
                ids.contains(&one.cause)
            }),
            Self::Family(family) => {
                let word = family.word();
                or_incidents(causes(&|cause| cause.family == word), report, &|one| one.family == word)
            }
            Self::New => {
                let Some(changes) = &report.changes else { return Err(without_baseline()) };
                let is_new = |state| matches!(state, ChangeState::New | ChangeState::Regressed);
                let new = changes.causes.iter().filter(|row| is_new(row.state));
                new.map(|row| {
                    format!(
                        "{} by {}, which is {}",
                        count_of(row.now, "failed call"),
                        row.cause,
                        row.state.word()
                    )
                })
                .collect()
            }
        })
    }
}

/// The reasons, and where there are none the incidents: some causes show only over time, and no single call is
/// counted for them.
fn or_incidents(
    reasons: Vec<String>,
    report: &Report,
    wants: &dyn Fn(&IncidentReport) -> bool,
) -> Vec<String> {
    if !reasons.is_empty() {
        return reasons;
    }
    let mut found: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    for one in report.incidents.iter().filter(|one| wants(one)) {
        found.entry(one.cause.as_str()).or_insert((0, one.severity)).0 += 1;
    }
    let reason = |(cause, (count, severity)): (&str, (u64, &str))| {
        format!("{} of {cause} ({severity})", count_of(count, "incident"))
    };
    found.into_iter().map(reason).collect()
}

fn without_baseline() -> Failure {
    let help = "give the earlier period with `why4xx report --baseline FILE`".to_owned();
    Failure::with_help("cannot tell what is new: there is no earlier period", Some(help))
}

fn barrier(word: &str, rules: &RuleSet) -> Result<Barrier, Failure> {
    if word == NEW {
        return Ok(Barrier::New);
    }
    if let Some(severity) = Severity::from_word(word) {
        return Ok(Barrier::Severity(severity));
    }
    if let Some(family) = Family::from_word(word) {
        return Ok(Barrier::Family(family));
    }
    if rules.rule(word).is_some() {
        let ids = super::filter::with_refinements(word, rules).into_iter().collect();
        return Ok(Barrier::Cause(ids));
    }
    let words = Severity::ALL.iter().map(|severity| severity.word());
    let words = words.chain(Family::ALL.iter().map(|family| family.word())).chain([NEW]);
    let help = did_you_mean(word, words.chain(rules.rules().iter().map(crate::rules::Rule::id)));
    let help = help.unwrap_or_else(|| "write a severity, a family, the id of a cause, or `new`".to_owned());
    Err(Failure::with_help(format!("cannot fail on `{word}`: no such severity, family or cause"), Some(help)))
}

/// `1%`, `0.5%` as parts of a thousand million.
fn rate(text: &str) -> Result<u64, Failure> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
    match number.filter(|percent| (0.0..=100.0).contains(percent)) {
        Some(percent) => Ok((percent * 10_000_000.0).round() as u64),
        None => {
            let help = Some("write a percentage such as `1%` or `0.5%`".to_owned());
            Err(Failure::with_help(format!("cannot read the rate `{text}`"), help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_percentages() {
        assert_eq!(
            ["1%", "0.5 %", "100%", "0%"].map(|text| rate(text).ok()),
            [Some(10_000_000), Some(5_000_000), Some(1_000_000_000), Some(0)]
        );
        assert!(["1", "", "%", "-1%", "101%", "NaN%", "inf%"].iter().all(|text| rate(text).is_err()));
    }

    #[test]
    fn a_word_is_a_severity_a_family_a_cause_or_new() {
        let rules = RuleSet::builtin();
        assert!(matches!(barrier("high", rules), Ok(Barrier::Severity(Severity::High))));
        assert!(matches!(barrier("billing", rules), Ok(Barrier::Family(Family::Billing))));
        assert!(matches!(barrier("new", rules), Ok(Barrier::New)));
        let Ok(Barrier::Cause(ids)) = barrier("key-invalid", rules) else { panic!("a cause") };
        assert!(ids.contains(&"key-placeholder".to_owned()));
        assert!(barrier("hihg", rules).is_err());
    }
}
