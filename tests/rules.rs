//! Every example of every shipped rule, through the whole path, as it is and quoted in a chat message;
//! and every clause of every shipped rule, dropped and widened: some example has to notice.
//!
//! `why4xx rules test` does the same for the rules of users. All disagreements are shown at once.

use std::sync::LazyLock;

use why4xx::pipeline::{Options, analyze_text};
use why4xx::proof::{self, Exhibit};
use why4xx::rules::{Rule, RuleSet};

static EXHIBITS: LazyLock<Vec<Exhibit<'static>>> = LazyLock::new(|| proof::exhibits(&Options::default()));

/// Fails with all of them when there is one.
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{} {what}:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_example_gets_the_verdict_that_it_states() {
    let wrong = EXHIBITS.iter().filter_map(Exhibit::disagreement);
    let wrong: Vec<String> = wrong
        .map(|one| format!("{}.toml:{}: wanted {}, found {:?}", one.rule, one.line, one.wanted, one.found))
        .collect();
    assert_none("examples disagree", &wrong);
}

#[test]
fn no_example_is_a_failure_where_it_is_quoted_in_a_chat_message() {
    let exhibits: Vec<&Exhibit<'_>> = EXHIBITS.iter().collect();
    let wrong = proof::quoted_failures(&exhibits, &Options::default());
    let wrong: Vec<String> =
        wrong.iter().map(|one| format!("{}.toml:{}: {:?}", one.rule, one.line, one.found)).collect();
    assert_none("quoted examples are taken for failures", &wrong);
}

#[test]
fn every_rule_has_two_matches_near_misses_of_two_causes_and_a_quotation() {
    let missing = |rule: &Rule| {
        proof::missing_examples(rule)
            .into_iter()
            .map(|what| format!("{}: {what}", rule.id()))
            .collect::<Vec<_>>()
    };
    let missing: Vec<String> = RuleSet::builtin().rules().iter().flat_map(missing).collect();
    assert_none("examples are missing", &missing);
}

#[test]
fn some_example_notices_every_change_of_a_clause() {
    let rules: Vec<&Rule> = RuleSet::builtin().rules().iter().collect();
    let scores = proof::mutation_score(RuleSet::builtin(), &rules, &EXHIBITS);
    assert!(scores.iter().map(|score| score.tried).sum::<usize>() > 1000);
    let unnoticed = scores.iter().flat_map(|score| {
        score.undefended.iter().map(|mutant| {
            let (id, what) = (score.rule.id(), mutant.change.word());
            format!("{id}: match {} {what}: {} {:?}", mutant.table + 1, mutant.field, mutant.value)
        })
    });
    assert_none("changes go unnoticed", &unnoticed.collect::<Vec<String>>());
}

#[test]
fn no_pair_of_causes_is_decided_by_severity_or_name_alone() {
    let ties = proof::ties(RuleSet::builtin(), &EXHIBITS);
    let ties: Vec<String> =
        ties.iter().map(|tie| format!("{} and {} by {}", tie.winner.id(), tie.loser.id(), tie.by)).collect();
    assert_none("pairs are decided by chance", &ties);
}

/// The verdict by way of the index, and the one that tries everything.
#[test]
fn trying_every_rule_gives_the_verdict_of_the_judge() {
    let rules = RuleSet::builtin();
    for exhibit in EXHIBITS.iter() {
        for (call, finding) in analyze_text(&exhibit.example.input, &Options::default()) {
            let Some(finding) = finding else { continue };
            let trials = rules.try_all(&call);
            let winner = trials.iter().find(|trial| trial.holds() && trial.rejected_by.is_none());
            let winner = winner.map_or_else(|| rules.unclassified_id(), |trial| trial.rule.id());
            if &*finding.cause.id != "key-exposed" {
                assert_eq!(winner, &*finding.cause.id, "{}", exhibit.example.input);
            }
        }
    }
}
