//! The reference of all causes as Markdown: each rule's own words, by family.
//!
//! `docs/causes.md` is this page of the shipped rules; a test holds both equal.

use std::fmt::Write as _;

use super::advice::{Advice, Scope};
use super::words::retry_advice;
use crate::model::{Family, Tier};
use crate::rules::{Rule, RuleSet};

/// Characters of an example that are shown.
const MAX_EXAMPLE: usize = 600;

/// The page.
#[must_use]
pub fn causes_reference(kept: &[&Rule], rules: &RuleSet) -> String {
    let mut text = String::from(
        "# Causes\n\n\
         Every root cause that `why4xx` tells apart, as its rule file describes it. `why4xx explain ID` shows \
         the same in the terminal.\n\n\
         This page is written by `UPDATE_SAMPLES=1 cargo test --test reference`.\n",
    );
    for family in Family::ALL {
        let members: Vec<&Rule> = kept.iter().copied().filter(|rule| rule.info.family == *family).collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "\n## {}\n\n| cause | what it is | severity | retry |\n|---|---|---|---|",
            family.word()
        );
        for rule in &members {
            let (id, info) = (rule.id(), &rule.info);
            let retry = info.retry.map_or("", |retry| retry.word());
            let _ = writeln!(text, "| [{id}](#{id}) | {} | {} | {retry} |", info.title, info.severity.word());
        }
        for rule in members {
            section(&mut text, rule, rules);
        }
    }
    text
}

fn section(text: &mut String, rule: &Rule, rules: &RuleSet) {
    let advice = Advice::new(rule, &Scope::default());
    let _ = writeln!(text, "\n### {}\n\n**{}.** {}\n", rule.id(), rule.info.title, advice.why);
    for (number, step) in (1..).zip(&advice.fix) {
        let _ = writeln!(text, "{number}. {step}");
    }
    text.push('\n');
    if let Some(verify) = &advice.verify {
        let _ = writeln!(text, "```sh\n{verify}\n```\n");
    }
    let surest = rule.matches.iter().map(|table| table.tier).min();
    let retry = retry_advice(&rule.info, surest, None);
    let facts = [("Retry", retry), ("Prevent", advice.prevent), ("Not", advice.not)];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            let _ = writeln!(text, "- {label}: {fact}");
        }
    }
    relatives(text, rule, rules);
    for table in &rule.matches {
        let _ = writeln!(text, "- {}: {}", sureness(table.tier), table.describe());
    }
    for link in &rule.links {
        let _ = writeln!(text, "- <{link}>");
    }
    if let Some(example) = rule.examples().iter().find(|example| example.is_expected) {
        let shown: String = example.input.trim().chars().take(MAX_EXAMPLE).collect();
        let _ = writeln!(text, "\n```text\n{}\n```", shown.replace("```", "'''"));
    }
}

fn relatives(text: &mut String, rule: &Rule, rules: &RuleSet) {
    let link = |id: &str| format!("[{id}](#{id})");
    if let Some(parent) = &rule.refines {
        let _ = writeln!(text, "- More general: {}", link(parent));
    }
    let narrower = rules.rules().iter().filter(|child| child.refines.as_deref() == Some(rule.id()));
    let narrower: Vec<String> = narrower.map(|child| link(child.id())).collect();
    if !narrower.is_empty() {
        let _ = writeln!(text, "- More exact: {}", narrower.join(", "));
    }
}

fn sureness(tier: Tier) -> &'static str {
    match tier {
        Tier::Confirmed => "Confirmed when",
        Tier::Likely => "Likely when",
        Tier::Possible => "Possible when",
        Tier::Inconclusive => "Said, without being sure, when",
    }
}
