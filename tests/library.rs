//! The crate as others use it: what stands at its root, and the examples.

#![expect(clippy::unwrap_used, reason = "a test that fails where the crate does not do as expected")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use why4xx::{Analysis, Analyzer, Rules, Severity, Tier, formats, render};

#[path = "../examples/explain_one.rs"]
mod explain_one;
#[path = "../examples/own_rules.rs"]
mod own_rules;

const OK: &str = "HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"";
const QUOTA: &str = "ERROR app openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}";

fn json(report: &why4xx::Report) -> Value {
    let mut bytes = Vec::new();
    render(report, "json", &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn the_examples_run() {
    own_rules::main().unwrap();
    explain_one::main().unwrap();
}

#[test]
fn the_crate_says_what_the_program_says() {
    let incident = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/incident/key-revoked.log");
    let said = std::process::Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(["--no-user-rules", "--format", "json"])
        .arg(&incident)
        .output()
        .unwrap();
    let program: Value = serde_json::from_slice(&said.stdout).unwrap();
    let analyzer = Analyzer::new();
    let library = json(&analyzer.report(&analyzer.paths(&[incident])));
    for part in
        ["verdict", "totals", "causes", "incidents", "actions", "services", "keys", "log_health", "problems"]
    {
        assert_eq!(library[part], program[part], "{part}");
    }
}

#[test]
fn each_failure_is_told_with_its_place_and_its_event() {
    let log = format!("2026-11-16T09:00:00Z {OK}\n2026-11-16T09:00:05Z {QUOTA}\n");
    let mut found = Vec::new();
    Analyzer::new().each_failure("app.log", log.as_bytes(), |one| found.push(one));
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.cause.as_str(), one.source.as_str(), one.line), ("quota-exhausted", "app.log", 2));
    assert_eq!((one.tier, one.family), (Tier::Confirmed, "billing"));
    assert!(one.severity <= Severity::High && !one.fix.is_empty() && !one.why.is_empty());
    let event: Value = serde_json::from_str(one.to_json()).unwrap();
    assert_eq!(event["cause"], "quota-exhausted");
}

#[test]
fn times_without_a_zone_are_read_in_the_one_that_was_named() {
    let log = "2026-11-16 09:00:05,001 ".to_owned() + QUOTA;
    let first_seen = |analyzer: &Analyzer| {
        let report = analyzer.report(&analyzer.text(&log));
        report.causes[0].first_seen.map(|at| at.to_string())
    };
    let tokyo = Analyzer::new().timezone("Asia/Tokyo").unwrap();
    assert_eq!(first_seen(&tokyo).as_deref(), Some("2026-11-16T00:00:05.001Z"));
    assert_eq!(first_seen(&Analyzer::new()).as_deref(), Some("2026-11-16T09:00:05.001Z"));
    assert!(Analyzer::new().timezone("Mars/Olympus").is_err());
}

#[test]
fn what_is_merged_is_what_is_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = ["one.log", "two.log", "three.log"].map(|name| folder.path().join(name)).into();
    for (index, file) in files.iter().enumerate() {
        let hour = 9 + index;
        std::fs::write(
            file,
            format!("2026-11-16T{hour:02}:00:00Z {OK}\n2026-11-16T{hour:02}:01:00Z {QUOTA}\n"),
        )
        .unwrap();
    }
    let analyzer = Analyzer::new().threads(1);
    let mut merged = Analysis::default();
    for file in files.iter().rev().chain(files.first()) {
        let sent = analyzer.paths(std::slice::from_ref(file)).to_json();
        merged.merge(Analysis::from_json(&sent).unwrap()).unwrap();
    }
    assert_eq!(json(&analyzer.report(&merged)), json(&analyzer.report(&analyzer.paths(&files))));
}

#[test]
fn analyses_of_different_zones_do_not_merge() {
    let log = format!("2026-11-16T09:00:05Z {QUOTA}\n");
    let mut utc = Analyzer::new().text(&log);
    let tokyo = Analyzer::new().timezone("Asia/Tokyo").unwrap().text(&log);
    let error = utc.merge(tokyo).unwrap_err().to_string();
    assert!(error.contains("`Asia/Tokyo`"), "{error}");
}

#[test]
fn what_is_no_analysis_is_not_read() {
    for text in ["", "[1]", "{\"schema\":1}"] {
        assert!(Analysis::from_json(text).is_err(), "{text}");
    }
}

#[test]
fn a_report_is_written_in_every_format() {
    let analyzer = Analyzer::new();
    let report = analyzer.report(&analyzer.text(&format!("2026-11-16T09:00:05Z {QUOTA}\n")));
    let mut written = std::collections::BTreeSet::new();
    for format in formats() {
        let mut bytes = Vec::new();
        render(&report, format, &mut bytes).unwrap();
        assert!(!bytes.is_empty() && written.insert(bytes), "{format}");
    }
    let error = render(&report, "pdf", &mut Vec::new()).unwrap_err().to_string();
    assert!(error.starts_with("cannot write `pdf`: the formats are csv, html, json, "), "{error}");
}

#[test]
fn mistakes_in_rules_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.toml");
    std::fs::write(&file, "titel = \"x\"\n").unwrap();
    let error = Rules::load(&[file]).unwrap_err().to_string();
    assert!(error.contains("did you mean `title`") && error.contains("acme.toml:1:1"), "{error}");
    assert_ne!(Rules::builtin().digest(), "");
}
