//! `why4xx rules fields`, `rules schema` and `rules new`: what an author needs at hand.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::New;
use super::{print, write};
use crate::cli::args::Global;
use crate::cli::failure::Failure;
use crate::cli::own_rules::rules;
use crate::model::Family;
use crate::rules::fields::{FIELDS, Field};
use crate::rules::{TESTS, is_id, skeleton};

/// One field for programs.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    kind: &'static str,
    meaning: &'static str,
    source: &'static str,
    example: &'static str,
    words: Vec<&'static str>,
    tests: Vec<&'static str>,
}

fn row(field: &Field) -> Row {
    Row {
        name: field.name,
        kind: field.kind.word(),
        meaning: field.meaning,
        source: field.source,
        example: field.example,
        words: (field.words)(),
        tests: TESTS.iter().filter(|test| test.1.contains(&field.kind)).map(|test| test.0).collect(),
    }
}

/// Lists what a rule may test.
pub(super) fn fields(format: &str) -> Result<(), Failure> {
    let rows: Vec<Row> = FIELDS.iter().map(row).collect();
    print(&match format {
        "json" => {
            let rows = rows.iter().filter_map(|row| serde_json::to_string(row).ok());
            let rows: Vec<String> = rows.map(|row| format!("  {row}")).collect();
            format!("[\n{}\n]\n", rows.join(",\n"))
        }
        "markdown" => markdown(&rows),
        _ => table(&rows),
    })
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{:width$}  {:8}  {}", row.name, row.kind, row.meaning);
        let _ = writeln!(text, "{:width$}            from {}", "", row.source);
        let words = if row.words.is_empty() { row.example.to_owned() } else { row.words.join(", ") };
        let _ = writeln!(text, "{:width$}            {words}", "");
    }
    text + "\n\
        text      a bare string is looked for inside it, without regard to case and white space\n\
        word      a bare string is the whole value\n\
        number    a bare number is the whole value\n\
        presence  true or false\n\
        Other tests stand in a table: `message = { starts = \"…\" }`; of text and word is, starts, ends,\n\
        matches (a regular expression), present; of number min, max, present; of presence present.\n"
}

fn markdown(rows: &[Row]) -> String {
    let mut text = String::from("| field | type | meaning | from | values |\n|---|---|---|---|---|\n");
    for row in rows {
        let words = if row.words.is_empty() { vec![row.example] } else { row.words.clone() };
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        let cells = [row.meaning, row.source].map(|cell| cell.replace('|', "\\|"));
        let words = words.join(", ").replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {} | {} | {words} |", row.name, row.kind, cells.join(" | "));
    }
    text
}

/// Prints the JSON Schema of rule files.
pub(super) fn schema() -> Result<(), Failure> {
    let schema = serde_json::to_string_pretty(&crate::rules::schema())
        .map_err(|error| Failure::new(format!("cannot write the schema: {error}")))?;
    print(&(schema + "\n"))
}

/// Writes a skeleton for a new cause.
pub(super) fn new(global: &Global, new: &New) -> Result<(), Failure> {
    let id = &new.id;
    if !is_id(id) {
        let help = "use small letters, digits and hyphens, a letter first: `acme-gateway-refused`";
        return Err(Failure::with_help(format!("cannot call a cause `{id}`"), Some(help.to_owned())));
    }
    if let Some(rule) = rules(global)?.rule(id) {
        let help =
            format!("`why4xx rules show {id} --source` prints it; a copy in a folder of --rules replaces it");
        let message = format!("cannot begin `{id}`: there is such a cause ({})", rule.info.title);
        return Err(Failure::with_help(message, Some(help)));
    }
    let family = Family::from_word(&new.family).unwrap_or(Family::Other);
    let path = new
        .output
        .as_ref()
        .map(|path| if path.is_dir() { path.join(format!("{id}.toml")) } else { path.clone() });
    if let Some(path) = path.as_ref().filter(|path| path.file_stem().is_none_or(|stem| stem != id.as_str())) {
        let message = format!("cannot write `{}`: the id of a rule is the name of its file", path.display());
        return Err(Failure::with_help(message, Some(format!("call it `{id}.toml`"))));
    }
    write(&skeleton(family), path.as_deref(), new.force)
}
