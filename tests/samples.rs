//! Every file in `samples` through the library, compared with what is true of it.
//!
//! Beside each sample stands `<name>.expected.json`: what the sample is about, whether its format is that of the
//! real thing, the rows of the format lists that it covers, and one object a call that failed.
//! `UPDATE_SAMPLES=1 cargo test --test samples` writes what the program says now, and the table of
//! `samples/README.md`. An expectation is what is true: a sample with `known_gap` is never rewritten, and
//! fails once the program has learnt it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use why4xx::decode::{JSON_LAYERS, LINE_LAYERS, Settings};
use why4xx::model::{Call, Context, Finding, Outcome};
use why4xx::report::write_event;
use why4xx::{pipeline, source};

/// How well the format of a sample is known, best first.
const VERIFIED: &[(&str, &str)] = &[
    ("captured", "bytes that the real program wrote, with identities replaced"),
    ("source", "written after the source code of the program that writes it"),
    ("documented", "written after the documentation"),
    ("reported", "written after public reports"),
];
/// Causes that no single call decides, and those that only a finding over time can tell.
const OVER_TIME: &[&str] =
    &["retry-without-backoff", "key-rotation-overdue", "context-headers-missing", "key-shared"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_SAMPLES").is_some()
}

/// The samples by their path below `samples`, with `/` on every system.
fn samples() -> BTreeMap<String, PathBuf> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    if is_update() {
        UPDATED.get_or_init(|| update(&found()));
    }
    found()
}

fn found() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root()];
    while let Some(dir) = waiting.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if !is_companion(&path) {
                let below = path.strip_prefix(root()).unwrap();
                let parts: Vec<_> = below.iter().map(|part| part.to_str().unwrap()).collect();
                found.insert(parts.join("/"), path);
            }
        }
    }
    found
}

fn is_companion(path: &Path) -> bool {
    let name = path.file_name().unwrap();
    name == "README.md" || source::is_expected_result(name)
}

fn expected_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".expected.json");
    PathBuf::from(name)
}

fn expected(path: &Path) -> Map<String, Value> {
    let text = std::fs::read_to_string(expected_path(path))
        .unwrap_or_else(|error| panic!("{}: no expected result: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the program says about a sample: the keys `ok`, `calls` and, where there are any, `problems`.
fn actual(path: &Path) -> Map<String, Value> {
    let options = pipeline::Options { threads: Some(1), ..pipeline::Options::default() };
    let (inputs, _) = source::inputs(&[path.to_path_buf()], &options.source);
    let (mut ok, mut calls) = (0_u64, Vec::new());
    let coverage = pipeline::run(&inputs, &options, &mut |call, finding| match call.seen.outcome {
        Outcome::Ok => ok += call.seen.count.max(1),
        _ => calls.push(compact(&call, finding.as_ref(), path)),
    });
    let problems: Vec<Value> = coverage.problems.iter().map(|problem| json!(problem.text)).collect();
    let mut said = Map::new();
    said.insert("ok".into(), json!(ok));
    said.insert("calls".into(), Value::Array(calls));
    if !problems.is_empty() {
        said.insert("problems".into(), Value::Array(problems));
    }
    said
}

/// The keys of a line of `events` that a sample states; what is not known is left out.
fn compact(call: &Call, finding: Option<&Finding>, path: &Path) -> Value {
    let mut line = Vec::new();
    write_event(call, finding, &mut line).unwrap();
    let event: Value = serde_json::from_slice(&line).unwrap();
    let mut row = Map::new();
    let member = call.source.strip_prefix(&*path.to_string_lossy()).unwrap().trim_start_matches('!');
    if !member.is_empty() {
        row.insert("member".into(), json!(member));
    }
    row.insert("line".into(), event["location"]["line"].clone());
    if event["outcome"] != "failed" {
        row.insert("outcome".into(), event["outcome"].clone());
    }
    if event["quoted"] == true {
        row.insert("quoted".into(), json!(true));
    }
    for key in ["cause", "tier", "status", "code", "request_id", "service", "timestamp"] {
        if !event[key].is_null() {
            row.insert(key.into(), event[key].clone());
        }
    }
    if event["count"] != 1 {
        row.insert("count".into(), event["count"].clone());
    }
    Value::Object(row)
}

/// One key a line, one call a line.
fn written(expected: &Map<String, Value>) -> String {
    let mut text = String::from("{\n");
    for (index, (key, value)) in expected.iter().enumerate() {
        let comma = if index + 1 < expected.len() { "," } else { "" };
        match value.as_array().filter(|calls| key == "calls" && !calls.is_empty()) {
            Some(calls) => {
                let rows: Vec<_> = calls.iter().map(|call| format!("    {call}")).collect();
                writeln!(text, "  \"{key}\": [\n{}\n  ]{comma}", rows.join(",\n")).unwrap();
            }
            None => writeln!(text, "  \"{key}\": {value}{comma}").unwrap(),
        }
    }
    text + "}\n"
}

/// Keys of an expectation that tell what the program must say.
const SAID: [&str; 3] = ["ok", "calls", "problems"];

fn is_same(expected: &Map<String, Value>, said: &Map<String, Value>) -> bool {
    SAID.iter().all(|key| expected.get(*key) == said.get(*key))
}

/// Writes what the program says, except where it is known to be wrong.
fn update(samples: &BTreeMap<String, PathBuf>) {
    for path in samples.values() {
        let mut expected = expected(path);
        if !expected.contains_key("known_gap") {
            let said = actual(path);
            SAID.iter().for_each(|key| drop(expected.shift_remove(*key)));
            expected.extend(said);
        }
        std::fs::write(expected_path(path), written(&expected)).unwrap();
    }
}

#[test]
fn every_sample_says_what_is_true_of_it() {
    let mut differences = String::new();
    for (name, path) in samples() {
        let (expected, said) = (expected(&path), actual(&path));
        let is_gap = expected.contains_key("known_gap");
        match is_same(&expected, &said) {
            true if is_gap => writeln!(differences, "{name}: no gap any more; remove `known_gap`").unwrap(),
            false if !is_gap => {
                writeln!(differences, "{name}: the program says\n{}", written(&said)).unwrap();
            }
            _ => {}
        }
        if std::fs::read_to_string(expected_path(&path)).unwrap() != written(&expected) {
            writeln!(differences, "{name}: the expected result is not in the usual layout").unwrap();
        }
    }
    assert!(
        differences.is_empty(),
        "{differences}\nUPDATE_SAMPLES=1 cargo test --test samples rewrites them"
    );
}

#[test]
fn every_expectation_belongs_to_a_sample_and_is_complete() {
    let samples = samples();
    let mut waiting = vec![root()];
    while let Some(dir) = waiting.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Some(sample) = path.to_str().unwrap().strip_suffix(".expected.json") {
                assert!(samples.values().any(|path| path == Path::new(sample)), "{sample}: no such sample");
            }
        }
    }
    for (name, path) in samples {
        let expected = expected(&path);
        let is_known = VERIFIED.iter().any(|(word, _)| expected["verified"] == *word);
        assert!(is_known, "{name}: `verified` is none of {VERIFIED:?}");
        assert!(expected["about"].as_str().is_some_and(|about| !about.is_empty()), "{name}: no `about`");
        assert!(expected["covers"].is_array(), "{name}: no `covers`");
    }
}

#[test]
fn every_cause_that_one_call_can_decide_has_a_sample() {
    let found: BTreeSet<String> = samples()
        .values()
        .flat_map(|path| expected(path)["calls"].as_array().unwrap().clone())
        .filter_map(|call| call["cause"].as_str().map(str::to_owned))
        .collect();
    let causes =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/causes.tsv")).unwrap();
    let ids = causes.lines().skip(1).filter_map(|line| line.split('\t').next());
    let missing: Vec<_> = ids.filter(|id| !found.contains(*id) && !OVER_TIME.contains(id)).collect();
    assert!(missing.is_empty(), "no sample of {missing:?}");
}

/// What samples declare to cover, with the paths of those that do.
fn covered() -> BTreeMap<String, Vec<PathBuf>> {
    let mut covered: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in samples().into_values() {
        for row in expected(&path)["covers"].as_array().unwrap() {
            covered.entry(row.as_str().unwrap().to_owned()).or_default().push(path.clone());
        }
    }
    covered
}

/// The rows that `why4xx formats` lists, as `kind:name`.
fn listed() -> Vec<String> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_why4xx")).args(["formats", "--format", "json"]).output().unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    rows.iter()
        .map(|row| format!("{}:{}", row["kind"].as_str().unwrap(), row["name"].as_str().unwrap()))
        .collect()
}

/// The rows of the list of client renderings, as `client:id`.
fn renderings() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/renderings.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| format!("client:{}", line.split('\t').next().unwrap())).collect()
}

#[test]
fn every_row_of_the_lists_has_a_sample_and_no_sample_names_another() {
    let covered = covered();
    let rows: Vec<String> = listed().into_iter().chain(renderings()).collect();
    let missing: Vec<_> = rows.iter().filter(|row| !covered.contains_key(*row)).collect();
    let unknown: Vec<_> = covered.keys().filter(|row| !rows.contains(row)).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "no sample of {missing:?}; no such row: {unknown:?}");
}

#[test]
fn samples_hold_the_layers_that_they_name() {
    let settings = Settings::default();
    for (row, paths) in covered() {
        let (kind, name) = row.split_once(':').unwrap();
        for path in paths {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let holds = match kind {
                "line" => text.lines().any(|line| is_peeled_by(name, line, &settings)),
                "json" => values(&text).iter().any(|value| is_opened_by(name, value, &settings, 0)),
                "head" => text.lines().any(|line| why4xx::framing::head_shape(line) == Some(name)),
                _ => true,
            };
            assert!(holds, "{} holds nothing of {row}", path.display());
        }
    }
}

fn is_peeled_by(name: &str, line: &str, settings: &Settings) -> bool {
    let layer = LINE_LAYERS.iter().find(|layer| layer.name == name).unwrap();
    (layer.peel)(line.trim_end_matches('\r'), &mut Context::default(), settings).is_some()
}

/// Whether the layer opens the value or one inside of it.
fn is_opened_by(name: &str, value: &Value, settings: &Settings, depth: usize) -> bool {
    let layer = JSON_LAYERS.iter().find(|layer| layer.name == name).unwrap();
    let inner = |value| depth < 5 && is_opened_by(name, value, settings, depth + 1);
    (layer.peel)(value.clone(), &mut Context::default(), settings).is_ok()
        || match value {
            Value::Array(values) => values.iter().any(inner),
            Value::Object(map) => map.values().any(inner),
            _ => false,
        }
}

/// The JSON values of a text: of the whole of it, else of its lines, else the rows of its table.
fn values(text: &str) -> Vec<Value> {
    let whole: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    let lines = || text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect::<Vec<_>>();
    let found = whole.unwrap_or_else(|_| lines());
    if !found.is_empty() {
        return found;
    }
    let start = why4xx::model::Place { line: 1, offset: 0 };
    why4xx::decode::table::rows(text, start).map(|(_, row)| row).collect()
}

#[test]
fn a_folder_of_samples_is_read_without_its_expected_results() {
    let output = Command::new(env!("CARGO_BIN_EXE_why4xx")).arg("events").arg(root()).output().unwrap();
    assert!(output.status.success());
    let mut sources = BTreeSet::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        sources.insert(event["location"]["source"].as_str().unwrap().to_owned());
    }
    assert!(!sources.is_empty());
    assert!(
        !sources.iter().any(|source| source.ends_with(".expected.json") || source.ends_with("README.md"))
    );
}

/// The table of `samples/README.md`.
fn table() -> String {
    let mut text = String::from("| sample | format | about |\n|---|---|---|\n");
    for (name, path) in samples() {
        let expected = expected(&path);
        let gap = expected.get("known_gap").map(|_| " (known gap)").unwrap_or_default();
        let (verified, about) = (expected["verified"].as_str().unwrap(), expected["about"].as_str().unwrap());
        writeln!(text, "| `{name}` | {verified} | {about}{gap} |").unwrap();
    }
    text
}

#[test]
fn the_page_of_formats_is_what_the_program_lists() {
    let output = Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(["formats", "--format", "markdown"])
        .output()
        .unwrap();
    let now = String::from_utf8(output.stdout).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    if is_update() {
        std::fs::write(&path, now).unwrap();
    } else {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(now == text, "docs/formats.md is out of date; UPDATE_SAMPLES=1 cargo test --test samples");
    }
}

#[test]
fn the_index_lists_every_sample() {
    const MARK: &str = "<!-- the table is written by `UPDATE_SAMPLES=1 cargo test --test samples` -->\n\n";
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, _) = text.split_once(MARK).expect("the mark of the table");
    let now = format!("{head}{MARK}{}", table());
    if is_update() {
        std::fs::write(&path, now).unwrap();
    } else {
        assert!(now == text, "samples/README.md is out of date; UPDATE_SAMPLES=1 cargo test --test samples");
    }
}
