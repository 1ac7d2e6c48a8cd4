//! `why4xx check-env`: can calls work with this environment or this file? Offline, masked.

mod env_file;
mod judge;

use std::io::Write;

use anstyle::{AnsiColor, Style};

use self::env_file::{Variable, variables};
use self::judge::{Row, Verdict, judge, names};
use super::args::{CheckEnv, Global};
use super::failure::Failure;
use super::output::{Output, read_text};

/// Largest file that is read.
const MAX_BYTES: u64 = 1 << 20;

/// Judges what is set, and fails with [`Failure::Found`] when calls cannot work with it.
pub(super) fn run(global: &Global, check: &CheckEnv) -> Result<(), Failure> {
    let variables = match &check.file {
        Some(path) => variables(&read_text(path, MAX_BYTES)?),
        None => names().filter_map(from_environment).collect(),
    };
    let rows = judge(&variables);
    let mut output = Output::open(None, false)?;
    let is_coloured = output.look(global.color).is_coloured;
    let text = match check.format.as_str() {
        "json" => json(&rows),
        _ => table(&rows, is_coloured),
    };
    output.write_all(text.as_bytes()).map_err(|error| output.failure(&error))?;
    output.finish()?;
    let is_wrong = rows.iter().any(|row| row.verdict == Verdict::Wrong);
    if is_wrong { Err(Failure::Found) } else { Ok(()) }
}

fn from_environment(name: &str) -> Option<Variable> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    Some(Variable { name: name.to_owned(), value, line: None, is_quoted: false })
}

fn table(rows: &[Row], is_coloured: bool) -> String {
    let width = |text: &dyn Fn(&Row) -> usize| rows.iter().map(text).max().unwrap_or_default();
    let name_width = width(&|row| row.name.chars().count());
    let mut text = String::new();
    for row in rows {
        let (word, color) = match row.verdict {
            Verdict::Wrong => ("wrong", AnsiColor::Red),
            Verdict::Doubtful => ("doubtful", AnsiColor::Yellow),
            Verdict::Fine => ("fine", AnsiColor::Green),
        };
        let style = if is_coloured { color.on_default() } else { Style::new() };
        let place = row.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        let cause = row.cause.map(|cause| format!("; see `why4xx explain {cause}`")).unwrap_or_default();
        let shown = row.shown.as_ref().map(|shown| format!("{shown}  ")).unwrap_or_default();
        let name = &row.name;
        text +=
            &format!("{style}{word:<8}{style:#}  {name:<name_width$}  {shown}{}{place}{cause}\n", row.text);
    }
    text
}

fn json(rows: &[Row]) -> String {
    // Strings, numbers and null: there is nothing that could fail.
    serde_json::to_string_pretty(rows).unwrap_or_default() + "\n"
}
