//! Every example of every shipped rule, through the whole path.
//!
//! `expect = true`: some failed call has exactly this cause. `expect = false` with `cause`: some failed
//! call has the cause that is named, and none has this one. `expect = false` without `cause`: the text is
//! a look-alike, and nothing in it failed. All disagreements are shown at once.

use why4xx::model::Outcome;
use why4xx::pipeline::{Options, analyze_text};
use why4xx::rules::{Example, Rule, RuleSet};

/// The rules that one call can show.
fn rules() -> impl Iterator<Item = &'static Rule> {
    RuleSet::builtin().rules().iter().filter(|rule| !rule.matches.is_empty())
}

/// Causes of the failed calls in a text.
fn failures(text: &str) -> Vec<String> {
    analyze_text(text, &Options::default())
        .iter()
        .filter(|(call, _)| call.seen.outcome == Outcome::Failed)
        .map(|(_, finding)| finding.as_ref().map_or("none", |finding| &*finding.cause.id).to_owned())
        .collect()
}

/// What is wrong with an example; `None` when it holds.
fn disagreement(rule: &Rule, example: &Example) -> Option<String> {
    let found = failures(&example.input);
    let has = |cause: &str| found.iter().any(|found| found == cause);
    let (holds, wanted) = match (example.is_expected, &example.cause) {
        (true, _) => (has(rule.id()), rule.id().to_owned()),
        (false, Some(cause)) => (has(cause) && !has(rule.id()), format!("{cause}, not {}", rule.id())),
        (false, None) => (found.is_empty(), "nothing failed".to_owned()),
    };
    let start: String = example.input.trim().chars().take(160).collect();
    (!holds).then(|| {
        format!("{}.toml:{}: wanted {wanted}, found {found:?}\n    {start}", rule.id(), example.line)
    })
}

#[test]
fn every_example_gets_the_verdict_that_it_states() {
    let wrong: Vec<String> = rules()
        .flat_map(|rule| rule.examples.iter().filter_map(|example| disagreement(rule, example)))
        .collect();
    assert!(wrong.is_empty(), "{} examples disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_has_two_matches_and_two_near_misses_one_of_them_quoted() {
    for rule in rules() {
        let (matches, misses): (Vec<_>, Vec<_>) =
            rule.examples.iter().partition(|example| example.is_expected);
        assert!(matches.len() >= 2, "{}: {} examples that match", rule.id(), matches.len());
        assert!(misses.len() >= 2, "{}: {} near misses", rule.id(), misses.len());
        assert!(
            misses.iter().any(|miss| miss.cause.is_none()),
            "{}: no near miss in which nothing failed",
            rule.id()
        );
    }
}
