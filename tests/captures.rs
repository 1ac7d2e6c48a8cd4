//! What real client libraries print, version by version.
//!
//! The captures are not part of the repository; without them the tests say so and pass. A capture is
//! cut into its scenarios at its headings; `data/captures.tsv` says of each how many failed calls it shows
//! (read by a person), and which causes are found.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use why4xx::model::Outcome;
use why4xx::pipeline::{Options, analyze_text};

const TABLE: &str = include_str!("data/captures.tsv");

/// The folder of the captures, where there is one.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures/clients");
    let is_there = folder.is_dir();
    if !is_there {
        let _ = writeln!(std::io::stderr(), "skipped: no captures at {}", folder.display());
    }
    is_there.then_some(folder)
}

/// Every capture with its text, by name.
fn captures(folder: &Path) -> Vec<(String, String)> {
    let mut captures: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.to_owned();
            Some((name, String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned()))
        })
        .collect();
    captures.sort();
    captures
}

/// The scenarios of a capture: name and text. Headings are `##### scenario quota …`, `=== node v22`, `-- reset`.
fn scenarios(text: &str) -> Vec<(String, String)> {
    let mut scenarios = vec![("all".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        let heading = ["##### ", "=== ", "--"]
            .into_iter()
            .find_map(|mark| line.strip_prefix(mark))
            .filter(|heading| heading.len() < 60);
        if let Some(heading) = heading {
            let words = heading.trim_start().trim_start_matches("scenario ").split_whitespace();
            let name = words.take_while(|word| !word.contains('/')).take(3).collect::<Vec<_>>();
            scenarios.push((name.join(" "), String::new()));
        } else if let Some((_, text)) = scenarios.last_mut() {
            text.push_str(line);
        }
    }
    scenarios.retain(|(_, text)| !text.trim().is_empty());
    scenarios
}

/// Causes of the failed calls in a text, in order.
fn causes(text: &str) -> Vec<String> {
    analyze_text(text, &Options::default())
        .iter()
        .filter(|(call, _)| call.seen.outcome == Outcome::Failed)
        .map(|(_, finding)| finding.as_ref().map_or("none", |finding| &*finding.cause.id).to_owned())
        .collect()
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    file: String,
    scenario: String,
    /// Failed calls that the scenario shows to a reader.
    failures: usize,
    /// Failed calls that are found.
    found: usize,
    causes: String,
    /// Why fewer are found than are shown.
    note: String,
}

fn table() -> Vec<Row> {
    let row = |line: &str| {
        let [file, scenario, failures, found, causes, note] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six cells: {line}");
        };
        Row {
            file: file.to_owned(),
            scenario: scenario.to_owned(),
            failures: failures.parse().expect("a number"),
            found: found.parse().expect("a number"),
            causes: causes.to_owned(),
            note: note.to_owned(),
        }
    };
    TABLE.lines().skip(1).map(row).collect()
}

/// The rows as they are today; what a person wrote is taken over from the table.
fn rows_of_today(folder: &Path) -> Vec<Row> {
    let known = table();
    let mut rows = Vec::new();
    for (file, text) in captures(folder) {
        for (scenario, text) in scenarios(&text) {
            let causes = causes(&text);
            let distinct: BTreeSet<_> = causes.iter().map(String::as_str).collect();
            let known = known.iter().find(|row| row.file == file && row.scenario == scenario);
            rows.push(Row {
                failures: known.map_or(1, |row| row.failures),
                note: known.map_or(String::new(), |row| row.note.clone()),
                found: causes.len(),
                causes: distinct.into_iter().collect::<Vec<_>>().join(","),
                file: file.clone(),
                scenario,
            });
        }
    }
    rows
}

/// `WRITE_TABLE=1 cargo test --test captures` rewrites what is found; what is shown and why stays.
#[test]
fn every_scenario_of_every_capture_is_understood() {
    let Some(folder) = folder() else { return };
    let rows = rows_of_today(&folder);
    if std::env::var_os("WRITE_TABLE").is_some() {
        let mut text = String::from("file\tscenario\tfailures\tfound\tcauses\tnote\n");
        for row in &rows {
            let Row { file, scenario, failures, found, causes, note } = row;
            let _ = writeln!(text, "{file}\t{scenario}\t{failures}\t{found}\t{causes}\t{note}");
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures.tsv");
        std::fs::write(path, text).expect("the table can be written");
        return;
    }
    let known = table();
    let changed: Vec<_> = rows.iter().filter(|row| !known.contains(row)).collect();
    assert!(changed.is_empty(), "other than in the table: {changed:#?}");
}

#[test]
fn every_failure_that_a_reader_sees_is_found_or_there_is_a_reason() {
    let rows = table();
    assert!(rows.len() > 300);
    for row in rows {
        assert!(row.found >= row.failures || !row.note.is_empty(), "{row:?}");
    }
}

/// Whole captures, with all scenarios behind each other, are read as well.
#[test]
fn whole_captures_are_read() {
    let Some(folder) = folder() else { return };
    for (file, text) in captures(&folder) {
        let shown = table().iter().any(|row| row.file == file && row.found > 0);
        assert!(!shown || !causes(&text).is_empty(), "{file}");
    }
}
