//! `why4xx formats`: what is read, from the lists that read it.
//!
//! Each layer and head shape is a row of its own list; only packings, encodings and tables, which have no such
//! list, are named here. The page `docs/formats.md` is this list as Markdown.

use std::fmt::Write as _;
use std::io::Write;

use serde::Serialize;

use super::args::{Formats, Global};
use super::failure::Failure;
use super::output::Output;
use crate::decode::{JSON_LAYERS, LINE_LAYERS};
use crate::framing;

/// Kinds of formats with their headings, from the outside to the inside.
const KINDS: &[(&str, &str)] = &[
    ("packing", "Compressions and archives, several members and one inside another"),
    ("encoding", "Encodings"),
    ("table", "Tables"),
    ("json", "Exports, captures and wrappers in JSON: documents, arrays, or one value a line"),
    ("line", "Wrappers around lines"),
    ("head", "Records of text, with the lines that belong to them"),
];

/// What is read without being a row of a list: kind, name, title, example.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    ("packing", "gzip", "gzip", "app.log.gz"),
    ("packing", "zstd", "Zstandard", "app.log.zst"),
    ("packing", "bzip2", "bzip2", "app.log.bz2"),
    ("packing", "xz", "xz", "app.log.xz"),
    ("packing", "zip", "zip archives", "incident.zip"),
    ("packing", "tar", "tar archives", "incident.tar.gz"),
    ("encoding", "utf-8", "UTF-8, with or without a byte order mark", ""),
    ("encoding", "utf-16le", "UTF-16, little endian, with or without a byte order mark", ""),
    ("encoding", "utf-16be", "UTF-16, big endian, with or without a byte order mark", ""),
    ("encoding", "latin-1", "Latin-1 and other bytes: what is not UTF-8 is replaced", ""),
    ("encoding", "nul", "Runs of NUL that a log rotation left behind", ""),
    ("table", "csv", "CSV with comma, semicolon or tab, of any log export", "time,level,message"),
    ("table", "journal-export", "journalctl -o export", "__REALTIME_TIMESTAMP=1795235926195862"),
];

/// One row of the list.
#[derive(Debug, Serialize)]
struct Row {
    kind: &'static str,
    name: &'static str,
    title: &'static str,
    /// Read from real bytes or from the source of the program that writes it; else from its documentation.
    verified: bool,
    example: &'static str,
}

/// Prints the list.
pub(super) fn run(global: &Global, formats: &Formats) -> Result<(), Failure> {
    let rows = rows();
    let text = match formats.format.as_str() {
        "json" => json(&rows),
        "markdown" => markdown(&rows),
        _ => table(&rows, global.verbose > 0),
    };
    let mut output = Output::open(None, false)?;
    output.write_all(text.as_bytes()).map_err(|error| output.failure(&error))?;
    output.finish()
}

/// All rows by kind; inside a kind by name, head shapes in the order in which they are tried.
fn rows() -> Vec<Row> {
    let others =
        OTHERS.iter().map(|(kind, name, title, example)| Row { kind, name, title, verified: true, example });
    let json = JSON_LAYERS.iter().map(|layer| Row {
        kind: "json",
        name: layer.name,
        title: layer.title,
        verified: layer.is_verified,
        example: layer.example,
    });
    let line = LINE_LAYERS.iter().map(|layer| Row {
        kind: "line",
        name: layer.name,
        title: layer.title,
        verified: layer.is_verified,
        example: layer.example,
    });
    let heads = framing::head_shapes().map(|(name, example)| Row {
        kind: "head",
        name,
        title: name,
        verified: true,
        example,
    });
    let mut layers: Vec<Row> = json.chain(line).collect();
    layers.sort_by_key(|row| row.name);
    let mut rows: Vec<Row> = others.chain(layers).chain(heads).collect();
    rows.sort_by_key(|row| KINDS.iter().position(|(kind, _)| *kind == row.kind));
    rows
}

fn json(rows: &[Row]) -> String {
    let rows: Vec<String> =
        rows.iter().filter_map(|row| serde_json::to_string(row).ok()).map(|row| format!("  {row}")).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn table(rows: &[Row], has_examples: bool) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (kind, heading) in KINDS {
        let gap = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{gap}{heading}");
        for row in rows.iter().filter(|row| row.kind == *kind) {
            let title = if row.title == row.name { row.example } else { row.title };
            let mark = if row.verified { ' ' } else { '*' };
            let _ = writeln!(text, "  {:width$} {mark} {title}", row.name);
            if has_examples && !row.example.is_empty() && title != row.example {
                let _ = writeln!(text, "  {:width$}     {}", "", row.example);
            }
        }
    }
    text + "\n* read by its documentation; the others are verified against real bytes or source code\n"
}

fn markdown(rows: &[Row]) -> String {
    let mut text = String::from(
        "# What is read\n\n\
         Formats are layers, not alternatives: each wrapper is taken off until none is left, record by record, \
         so that a folder, a file or a pipe may hold any mixture. Nothing needs to be named; content decides. \
         What stands before every line and is no wrapper (`grep -n`, the clock of a build server, \
         indentation, `> `) comes off as well. \
         `why4xx formats` prints this list, and `samples/` holds an input of each.\n\n\
         This page is written by `UPDATE_SAMPLES=1 cargo test --test samples`.\n",
    );
    for (kind, heading) in KINDS {
        let _ = writeln!(text, "\n## {heading}\n\n| name | what | verified | example |\n|---|---|---|---|");
        for row in rows.iter().filter(|row| row.kind == *kind) {
            let verified = if row.verified { "yes" } else { "documentation" };
            let example = if row.example.is_empty() { String::new() } else { code(row.example) };
            let _ = writeln!(text, "| {} | {} | {verified} | {example} |", row.name, row.title);
        }
    }
    text
}

/// As code in a cell of a Markdown table.
fn code(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", text.replace('|', "\\|").replace(['\n', '\t'], " "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{KINDS, rows};

    #[test]
    fn every_row_is_of_a_known_kind_and_named_once() {
        let rows = rows();
        let names: BTreeSet<_> = rows.iter().map(|row| (row.kind, row.name)).collect();
        assert_eq!(names.len(), rows.len());
        assert!(rows.iter().all(|row| KINDS.iter().any(|(kind, _)| *kind == row.kind)));
    }
}
