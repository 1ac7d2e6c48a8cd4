//! `why4xx rules list` and `rules show`.

use serde::Serialize;

use super::args::{List, Show};
use super::{print, write};
use crate::cli::args::Global;
use crate::cli::explain::unknown;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::own_rules::rules;
use crate::report::explain::cause_page;
use crate::report::reference::causes_reference;
use crate::rules::Rule;

/// One cause for programs.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    family: &'static str,
    severity: &'static str,
    retry: Option<&'static str>,
    refines: Option<&'a str>,
    origin: &'static str,
    path: &'a str,
}

fn row(rule: &Rule) -> Row<'_> {
    Row {
        id: rule.id(),
        title: &rule.info.title,
        family: rule.info.family.word(),
        severity: rule.info.severity.word(),
        retry: rule.info.retry.map(crate::model::Retry::word),
        refines: rule.refines.as_deref(),
        origin: if rule.source.is_builtin { "built-in" } else { "own" },
        path: &rule.source.path,
    }
}

/// Prints the causes that pass the filters.
pub(super) fn list(global: &Global, list: &List) -> Result<(), Failure> {
    let rules = rules(global)?;
    let is_among = |words: &[String], word: &str| words.is_empty() || words.iter().any(|one| one == word);
    let keeps = |row: &Row<'_>| {
        is_among(&list.family, row.family)
            && is_among(&list.severity, row.severity)
            && is_among(&list.retry, row.retry.unwrap_or_default())
            && list.origin.as_deref().is_none_or(|origin| origin == row.origin)
    };
    let kept: Vec<&Rule> = rules.rules().iter().filter(|rule| keeps(&row(rule))).collect();
    print(&match list.format.as_str() {
        "json" => json(&kept),
        "markdown" => causes_reference(&kept, rules),
        _ => table(&kept),
    })
}

fn json(rules: &[&Rule]) -> String {
    let rows = rules.iter().filter_map(|rule| serde_json::to_string(&row(rule)).ok());
    let rows: Vec<String> = rows.map(|row| format!("  {row}")).collect();
    if rows.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", rows.join(",\n")) }
}

fn table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.id().len()).max().unwrap_or_default();
    let line = |rule: &&Rule| {
        let row = row(rule);
        let retry = row.retry.unwrap_or("-");
        let own = if rule.source.is_builtin { "" } else { " (own)" };
        format!("{:width$}  {:13} {:9} {retry:13} {}{own}\n", row.id, row.family, row.severity, row.title)
    };
    rules.iter().map(line).collect()
}

/// Prints the page of a cause, or its file.
pub(super) fn show(global: &Global, show: &Show) -> Result<(), Failure> {
    let rules = rules(global)?;
    let rule = rules.rule(&show.id).ok_or_else(|| unknown("show", &show.id, rules))?;
    if show.source {
        return print(&format!("# {}\n{}", rule.source.path, rule.source.text));
    }
    let look = Output::open(None, false)?.look(global.color);
    write(&cause_page(rule, rules, look), None, false)
}
