//! A rule set against its own examples: do they get the verdict that they state, quoted ones as well,
//! and would they notice if a clause were missing?
//!
//! Rules and their examples go in, plain results come out. Nothing here is shown to anybody.

mod mutant;
mod mutation;
mod tie;

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

pub use mutant::{Change, Mutant, mutants};
pub use mutation::{Score, mutation_score};
pub use tie::{Tie, ties};

use std::sync::Arc;

use crate::model::{Call, Finding, Outcome, Tier};
use crate::pipeline::{Options, analyze_text};
use crate::rules::{Example, Rule};

/// An example with what the program saw in it.
#[derive(Debug)]
pub struct Exhibit<'r> {
    /// The rule whose file holds it.
    pub rule: &'r Rule,
    /// The example.
    pub example: &'r Example,
    /// The failed calls in it, each with the verdict on it.
    pub failed: Vec<(Call, Verdict)>,
}

/// The cause of a call, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Id of the cause.
    pub cause: String,
    /// How sure it is.
    pub tier: Tier,
}

/// What is wrong with an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Id of the rule whose file holds the example.
    pub rule: String,
    /// Line of the example in that file, from 1.
    pub line: usize,
    /// What the example states.
    pub wanted: String,
    /// Causes of the failed calls that were found.
    pub found: Vec<String>,
}

/// All examples of the rules, analysed with the rules of the options; but for near misses of a cause that was
/// disabled.
#[must_use]
pub fn exhibits<'r>(options: &Options<'r>) -> Vec<Exhibit<'r>> {
    let rules = options.rules.rules().par_iter();
    let examples = rules.flat_map_iter(|rule| rule.examples().iter().map(move |example| (rule, example)));
    let is_known = |cause: &Arc<str>| options.rules.rule(cause).is_some();
    let examples: Vec<_> =
        examples.filter(|(_, example)| example.cause.as_ref().is_none_or(is_known)).collect();
    let exhibit = |(rule, example): (&'r Rule, &'r Example)| Exhibit {
        rule,
        example,
        failed: failed(&example.input, options),
    };
    examples.into_par_iter().map(exhibit).collect()
}

/// The failed calls of a text with their verdicts.
fn failed(text: &str, options: &Options<'_>) -> Vec<(Call, Verdict)> {
    let calls = analyze_text(text, options).into_iter();
    let failed = calls.filter(|(call, _)| call.seen.outcome == Outcome::Failed);
    let verdict = |(call, found): (Call, Option<Finding>)| {
        let found = found.map(|found| Verdict { cause: found.cause.id.to_string(), tier: found.tier });
        found.map(|found| (call, found))
    };
    failed.filter_map(verdict).collect()
}

impl Exhibit<'_> {
    /// Whether the verdicts on failed calls are what the example states.
    #[must_use]
    pub fn agrees<'v>(&self, verdicts: impl Iterator<Item = &'v Verdict> + Clone) -> bool {
        let own = self.rule.id();
        let mut others = verdicts.clone().filter(|verdict| verdict.cause != own);
        let mut owned = verdicts.filter(|verdict| verdict.cause == own);
        match (self.example.is_expected, self.example.cause.as_deref()) {
            (true, _) => {
                let is_sure = owned.clone().all(|one| self.example.tier.is_none_or(|tier| tier == one.tier));
                let count = owned.count() as u64;
                is_sure && self.example.calls.map_or(count > 0, |calls| count == calls)
            }
            (false, Some(cause)) => others.any(|verdict| verdict.cause == cause) && owned.next().is_none(),
            (false, None) => others.next().is_none() && owned.next().is_none(),
        }
    }

    /// What is wrong with it; `None` when it gets the verdict that it states.
    #[must_use]
    pub fn disagreement(&self) -> Option<Disagreement> {
        let verdicts = self.failed.iter().map(|(_, verdict)| verdict);
        if self.agrees(verdicts.clone()) {
            return None;
        }
        let own = self.rule.id();
        let wanted = match (self.example.is_expected, &self.example.cause) {
            (true, _) => {
                let calls = self.example.calls.map_or(String::new(), |calls| format!("{calls} calls of "));
                let tier = self.example.tier.map_or(String::new(), |tier| format!(" ({})", tier.word()));
                format!("{calls}{own}{tier}")
            }
            (false, Some(cause)) => format!("{cause}, and not {own}"),
            (false, None) => "no failure at all".to_owned(),
        };
        let found = verdicts.map(|one| format!("{} ({})", one.cause, one.tier.word())).collect();
        Some(Disagreement { rule: own.to_owned(), line: self.example.line, wanted, found })
    }
}

/// The examples that show a failure, quoted inside a chat message that an application logs: those of
/// which something is taken for a failure.
#[must_use]
pub fn quoted_failures(exhibits: &[&Exhibit<'_>], options: &Options<'_>) -> Vec<Disagreement> {
    let matching: Vec<&Exhibit<'_>> =
        exhibits.iter().copied().filter(|exhibit| exhibit.example.is_expected).collect();
    let judged = matching.into_par_iter().filter_map(|exhibit| {
        let found: Vec<String> =
            failed(&quoted(&exhibit.example.input), options).into_iter().map(|row| row.1.cause).collect();
        (!found.is_empty()).then(|| Disagreement {
            rule: exhibit.rule.id().to_owned(),
            line: exhibit.example.line,
            wanted: "no failure at all where it is quoted".to_owned(),
            found,
        })
    });
    judged.collect()
}

/// The text as somebody asks a chat bot about it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let content = serde_json::Value::from(format!("What does this mean? {}", text.trim()));
    format!(
        "2026-11-16 09:14:56,152 INFO app.chat stored turn {{\"role\": \"user\", \"content\": {content}}}"
    )
}

/// What a complete rule has that this one lacks, in words.
#[must_use]
pub fn missing_examples(rule: &Rule) -> Vec<&'static str> {
    if rule.matches.is_empty() {
        return Vec::new();
    }
    let misses = || rule.examples().iter().filter(|example| !example.is_expected);
    let mut others: Vec<&str> = misses().filter_map(|miss| miss.cause.as_deref()).collect();
    others.sort_unstable();
    others.dedup();
    let is_quoted = |example: &Example| example.cause.is_none() && example.input.contains("\"role\"");
    let wanted = [
        (
            rule.examples().iter().filter(|example| example.is_expected).count() >= 2,
            "a second example that matches",
        ),
        (others.len() >= 2, "near misses of two other causes (`expect = false` with `cause`)"),
        (misses().any(is_quoted), "a near miss that quotes the text inside a chat message"),
    ];
    wanted.into_iter().filter(|row| !row.0).map(|row| row.1).collect()
}
