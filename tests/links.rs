//! Every link in the advice of a shipped rule stands in `data/links.tsv` with the source that names it.

use std::collections::BTreeSet;

use regex::Regex;
use why4xx::rules::{Rule, RuleSet};

/// The links that may be shown, each with its source.
fn known() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("data/links.tsv").lines().skip(1);
    rows.map(|row| row.split_once('\t').unwrap_or_else(|| panic!("two cells: {row}"))).collect()
}

/// All links of a rule, those inside its sentences as well.
fn links(rule: &Rule) -> BTreeSet<String> {
    let link = Regex::new(r#"https?://[^\s"'`<>)]*[^\s"'`<>).,;:]"#).expect("a pattern");
    let sentences = [Some(&rule.why), rule.verify.as_ref(), rule.prevent.as_ref(), rule.not.as_ref()];
    let texts = rule.links.iter().chain(&rule.fix).chain(sentences.into_iter().flatten());
    texts.flat_map(|text| link.find_iter(text).map(|hit| hit.as_str().to_owned())).collect()
}

#[test]
fn every_link_has_a_source() {
    let known: BTreeSet<&str> = known().iter().map(|row| row.0).collect();
    let rules = RuleSet::builtin().rules().iter();
    let unknown: Vec<String> = rules
        .flat_map(|rule| links(rule).into_iter().map(|link| (rule.id().to_owned(), link)))
        .filter(|(_, link)| !known.contains(link.as_str()))
        .map(|(rule, link)| format!("{rule}: {link}"))
        .collect();
    assert!(unknown.is_empty(), "without a row in data/links.tsv:\n{}", unknown.join("\n"));
}

#[test]
fn the_list_is_sorted_sourced_and_used() {
    let known = known();
    assert!(known.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let shown: BTreeSet<String> = RuleSet::builtin().rules().iter().flat_map(links).collect();
    for (link, source) in known {
        assert!(source.chars().count() > 5, "{link} has no source");
        assert!(shown.contains(link), "{link} stands in no rule");
    }
}
