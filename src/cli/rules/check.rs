//! `why4xx rules check`: everything that is wrong with rule files, at once.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::Check;
use super::{Subject, write};
use crate::cli::args::Global;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::read::options;
use crate::model::Masked;
use crate::proof::{self, Mutant, Tie};
use crate::report::words::count_of;
use crate::rules::{Diagnostic, Rule, Weight, render_all};

/// One diagnostic for programs.
#[derive(Debug, Serialize)]
struct Row<'a> {
    code: &'a str,
    weight: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    label: &'a str,
    help: Option<&'a str>,
}

/// Prints all mistakes and warnings.
pub(super) fn run(global: &Global, check: &Check) -> Result<(), Failure> {
    let subject = Subject::new(global, &check.paths)?;
    let mut found = warnings(global, &subject);
    found.extend(subject.mistakes.iter().cloned());
    found.sort_by(|a, b| (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code)));
    let text = if check.format == "json" {
        json(&found)
    } else {
        let is_coloured = Output::open(None, false)?.look(global.color).is_coloured;
        summary(&subject, &found, is_coloured)
    };
    write(&text, None, false)?;
    let is_bad = |one: &Diagnostic| one.weight == Weight::Error || check.deny_warnings;
    if found.iter().any(is_bad) { Err(Failure::Found) } else { Ok(()) }
}

fn warnings(global: &Global, subject: &Subject) -> Vec<Diagnostic> {
    let mut found = subject.rules.lint();
    let options = options(global, &subject.rules, TimeZone::UTC, None);
    let exhibits = proof::exhibits(&options);
    for score in proof::mutation_score(&subject.rules, &subject.meant(), &exhibits) {
        found.extend(score.undefended.iter().map(|mutant| undefended(score.rule, mutant)));
    }
    found.extend(proof::ties(&subject.rules, &exhibits).iter().map(tie));
    found.retain(|one| subject.is_meant(&one.file));
    found
}

fn undefended(rule: &Rule, mutant: &Mutant) -> Diagnostic {
    let what = match (&mutant.value, mutant.field) {
        (Some(value), field) => format!("`{value}` of `{field}`"),
        (None, "") => "this match".to_owned(),
        (None, field) => format!("the test of `{field}`"),
    };
    let message = format!("no example needs {what}");
    Diagnostic::new("undefended", &rule.source, mutant.place.clone(), message)
        .warning()
        .label(format!("every example stays as it is {}", mutant.change.word()))
}

fn tie(tie: &Tie<'_>) -> Diagnostic {
    let (winner, loser) = (tie.winner.id(), tie.loser.id());
    let message = format!("`{winner}` and `{loser}` both fit an example, and only the {} decides", tie.by);
    let help = format!("say `outranks` in one of them, or what `{loser}` asks for more clearly");
    Diagnostic::new("tie", &tie.winner.source, tie.place.clone(), message)
        .warning()
        .label(format!("`{loser}` holds as well"))
        .help(Some(help))
}

fn json(found: &[Diagnostic]) -> String {
    let row = |one: &Diagnostic| {
        serde_json::to_string(&Row {
            code: one.code,
            weight: one.weight.word(),
            file: &one.file,
            line: one.line,
            column: one.column,
            message: one.message.as_str(),
            label: one.label.as_str(),
            help: one.help.as_ref().map(Masked::as_str),
        })
    };
    found.iter().filter_map(|one| row(one).ok()).map(|row| row + "\n").collect()
}

fn summary(subject: &Subject, found: &[Diagnostic], is_coloured: bool) -> String {
    let mut text = render_all(found, is_coloured);
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    let meant = subject.meant();
    let files: BTreeSet<&str> =
        meant.iter().map(|rule| &*rule.source.path).chain(found.iter().map(|one| &*one.file)).collect();
    let of = |weight: Weight| found.iter().filter(|one| one.weight == weight).count() as u64;
    text + &format!(
        "checked {}: {}, {}\n",
        count_of(files.len() as u64, "rule file"),
        count_of(of(Weight::Error), "mistake"),
        count_of(of(Weight::Warning), "warning")
    )
}
