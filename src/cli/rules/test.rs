//! `why4xx rules test`: do the examples get their verdicts, and do they defend every clause?

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::Test;
use super::{Subject, print};
use crate::cli::args::Global;
use crate::cli::failure::Failure;
use crate::cli::output::may_colour;
use crate::cli::read::options;
use crate::proof::{self, Disagreement, Mutant};
use crate::report::words::count_of;
use crate::rules::{Diagnostic, Rule, render_all};

/// The result for one rule.
#[derive(Debug, Serialize)]
struct Row<'a> {
    rule: &'a str,
    file: &'a str,
    examples: usize,
    disagreements: Vec<Wrong>,
    missing: Vec<&'static str>,
    changes: usize,
    undefended: Vec<Unnoticed>,
}

/// An example that does not get its verdict.
#[derive(Debug, Serialize)]
struct Wrong {
    line: usize,
    wanted: String,
    found: Vec<String>,
}

/// A change that no example notices.
#[derive(Debug, Serialize)]
struct Unnoticed {
    line: usize,
    table: usize,
    change: &'static str,
    field: &'static str,
    value: Option<String>,
}

impl Row<'_> {
    fn is_fine(&self) -> bool {
        self.disagreements.is_empty() && self.missing.is_empty() && self.undefended.is_empty()
    }
}

/// Tests the rules and prints what is wrong with them.
pub(super) fn run(global: &Global, test: &Test) -> Result<(), Failure> {
    let subject = Subject::new(global, &test.paths)?;
    if !subject.mistakes.is_empty() {
        let is_coloured = may_colour(&std::io::stderr());
        return Err(Failure::Shown(render_all(&subject.mistakes, is_coloured)));
    }
    let rows = rows(global, &subject);
    print(&if test.format == "json" { json(&rows) } else { text(&rows) })?;
    if rows.iter().all(Row::is_fine) { Ok(()) } else { Err(Failure::Found) }
}

fn rows<'a>(global: &Global, subject: &'a Subject) -> Vec<Row<'a>> {
    let options = options(global, &subject.rules, TimeZone::UTC, None);
    let exhibits = proof::exhibits(&options);
    let meant = subject.meant();
    let is_meant = |id: &str| meant.iter().any(|rule| rule.id() == id);
    let own: Vec<&proof::Exhibit<'_>> =
        exhibits.iter().filter(|exhibit| is_meant(exhibit.rule.id())).collect();
    let mut wrong: Vec<Disagreement> = own.iter().filter_map(|exhibit| exhibit.disagreement()).collect();
    wrong.extend(proof::quoted_failures(&own, &options));
    let scores = proof::mutation_score(&subject.rules, &meant, &exhibits);
    let row = |score: &proof::Score<'a>| {
        let rule = score.rule;
        let disagreements = wrong.iter().filter(|one| one.rule == rule.id());
        Row {
            rule: rule.id(),
            file: &rule.source.path,
            examples: rule.examples().len(),
            disagreements: disagreements.map(shown).collect(),
            missing: proof::missing_examples(rule),
            changes: score.tried,
            undefended: score.undefended.iter().map(|mutant| unnoticed(rule, mutant)).collect(),
        }
    };
    scores.iter().map(row).collect()
}

fn shown(wrong: &Disagreement) -> Wrong {
    Wrong { line: wrong.line, wanted: wrong.wanted.clone(), found: wrong.found.clone() }
}

fn unnoticed(rule: &Rule, mutant: &Mutant) -> Unnoticed {
    Unnoticed {
        line: Diagnostic::new("", &rule.source, mutant.place.clone(), String::new()).line,
        table: mutant.table,
        change: mutant.change.word(),
        field: mutant.field,
        value: mutant.value.clone(),
    }
}

fn json(rows: &[Row<'_>]) -> String {
    rows.iter().filter_map(|row| serde_json::to_string(row).ok()).map(|row| row + "\n").collect()
}

fn text(rows: &[Row<'_>]) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| !row.is_fine()) {
        let _ = writeln!(text, "{} ({})", row.rule, row.file);
        for wrong in &row.disagreements {
            let found = if wrong.found.is_empty() { "nothing".to_owned() } else { wrong.found.join(", ") };
            let _ = writeln!(text, "  line {}: wanted {}, found {found}", wrong.line, wrong.wanted);
        }
        for missing in &row.missing {
            let _ = writeln!(text, "  missing: {missing}");
        }
        for one in &row.undefended {
            let what = match (&one.value, one.field) {
                (_, "") => String::new(),
                (None, field) => format!(" (`{field}`)"),
                (Some(value), field) => format!(" (`{field}`: `{value}`)"),
            };
            let _ = writeln!(text, "  line {}: no example notices a rule {}{what}", one.line, one.change);
        }
        text.push('\n');
    }
    text + &summary(rows)
}

fn summary(rows: &[Row<'_>]) -> String {
    let sum = |number: fn(&Row<'_>) -> usize| rows.iter().map(number).sum::<usize>() as u64;
    let (examples, changes) = (sum(|row| row.examples), sum(|row| row.changes));
    let wrong = sum(|row| row.disagreements.len());
    let noticed = changes - sum(|row| row.undefended.len());
    let share = (noticed * 100).checked_div(changes).map_or(String::new(), |share| format!(" ({share} %)"));
    format!(
        "tested {}: {}, {wrong} wrong; {noticed} of {} noticed{share}\n",
        count_of(rows.len() as u64, "rule"),
        count_of(examples, "example"),
        count_of(changes, "change")
    )
}
