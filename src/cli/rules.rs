//! `why4xx rules`: the rules that decide.

use std::io::Write;

use super::args::{Global, Rules};
use super::explain::unknown;
use super::failure::Failure;
use super::output::Output;
use super::read::rules;

/// Lists the rules, or prints one.
pub(super) fn run(global: &Global, command: &Rules) -> Result<(), Failure> {
    let rules = rules(global)?;
    let text = match command {
        Rules::List => {
            let width = rules.rules().iter().map(|rule| rule.id().len()).max().unwrap_or_default();
            let row = |rule: &crate::rules::Rule| {
                let info = &rule.info;
                format!(
                    "{:width$}  {:13} {:9} {}\n",
                    rule.id(),
                    info.family.word(),
                    info.severity.word(),
                    info.title
                )
            };
            rules.rules().iter().map(row).collect()
        }
        Rules::Show { id } => {
            let rule = rules.rule(id).ok_or_else(|| unknown("show", id, rules))?;
            format!("# {}\n{}", rule.source.path, rule.source.text)
        }
    };
    let mut output = Output::open(None, false)?;
    output.write_all(text.as_bytes()).map_err(|error| output.failure(&error))?;
    output.finish()
}
