//! The answer in a sentence and as a grade, and what to do about it.

use serde::Serialize;

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// No call is visible.
    NoCalls,
    /// No call failed.
    Healthy,
    /// Some calls failed.
    Failing,
}

/// The answer in a sentence.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// How things stand.
    pub state: State,
    /// For people.
    pub sentence: String,
    /// The cause to look at first.
    pub act_first: Option<String>,
    /// Health as a school grade; `null` where no call is visible.
    pub grade: Option<Grade>,
}

/// Health as a school grade, with how it came about.
#[derive(Debug, Clone, Serialize)]
pub struct Grade {
    /// `A` (best), `B`, `C`, `D` or `F`.
    pub letter: &'static str,
    /// From 0 to 100 (best): 100 less the points of all deductions.
    pub score: u32,
    /// The formula with its numbers: `100 - 12 (…) - 20 (…) = 68`.
    pub formula: String,
    /// What cost points; those that cost none are left out.
    pub deductions: Vec<Deduction>,
}

/// What cost points.
#[derive(Debug, Clone, Serialize)]
pub struct Deduction {
    /// `failure-rate`, `open-incident`, `secrets-in-log`, `needless-retries` or `log-health`.
    pub name: &'static str,
    /// How many points.
    pub points: u32,
    /// Why, with the numbers and the weight.
    pub reason: String,
}

/// Something to do, with what it is good for.
#[derive(Debug, Clone, Serialize)]
pub struct Action {
    /// Id of the cause that it cures.
    pub cause: String,
    /// That cause in plain words.
    pub title: String,
    /// Its family.
    pub family: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// How sure the cause is.
    pub tier: &'static str,
    /// The cause still shows at the end of the evidence.
    pub is_open: bool,
    /// Failed calls of the period that would not have failed.
    pub saves: u64,
    /// What to do first.
    pub step: String,
    /// What to do after that.
    pub then: Vec<String>,
    /// How to see that it is fixed: a command.
    pub verify: Option<String>,
}
