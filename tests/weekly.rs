//! Reports of weeks, through the program: what is saved, merged and compared tells what the logs tell.
#![allow(clippy::unwrap_used, reason = "a test that fails where the program does not do as expected")]

#[path = "../examples/six_weeks.rs"]
#[allow(dead_code, reason = "the program in it is not used here")]
mod six_weeks;
mod trust;

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use serde_json::Value;

/// Runs the program in a folder; standard output and exit status.
fn why4xx(folder: &Path, args: &[&str]) -> (String, Option<i32>) {
    let run = Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(args)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.code() != Some(2), "{args:?}: {said}");
    (String::from_utf8(run.stdout).unwrap(), run.status.code())
}

/// The JSON report.
fn report(folder: &Path, args: &[&str]) -> Value {
    let args = [&["report", "--format", "json"], args].concat();
    serde_json::from_str(&why4xx(folder, &args).0).unwrap()
}

/// The same without what differs by nature: arguments, names of sources and their digests.
fn substance(mut report: Value) -> Value {
    report["arguments"] = Value::Null;
    report["provenance"]["inputs_hash"] = Value::Null;
    report["coverage"]["sources"] = Value::Null;
    strip(&mut report);
    report
}

/// Takes out the names of sources, wherever they stand.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("source");
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A folder with the six weeks.
fn company() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("logs")).unwrap();
    for (name, text) in six_weeks::logs() {
        write(folder.path(), &format!("logs/{name}"), text);
    }
    folder
}

#[test]
fn the_sixth_week_tells_its_story() {
    let folder = company();
    let folder = folder.path();
    why4xx(folder, &["report", "--week", "2026-W45", "--save", "w45.json", "logs"]);
    why4xx(folder, &["report", "--week", "2026-W46", "--save", "w46.json", "logs"]);
    let report = report(folder, &["--baseline", "w45.json", "w46.json"]);
    assert_eq!(report["period"]["from"], "2026-11-09T00:00:00.000Z");
    assert_eq!(report["period"]["to"], "2026-11-16T00:00:00.000Z");
    let revoked = &report["incidents"][0];
    assert_eq!(revoked["cause"], "key-revoked");
    assert!(revoked["onset"].as_str().unwrap().starts_with("2026-11-10T09:"), "{}", revoked["onset"]);
    assert!(revoked["end"].as_str().unwrap().starts_with("2026-11-10T15:"), "{}", revoked["end"]);
    assert_eq!(revoked["stragglers"][0]["service"], "billing-worker");
    let changes: Vec<(&str, &str)> = report["changes"]["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["cause"].as_str().unwrap(), row["state"].as_str().unwrap()))
        .collect();
    // The saved weeks do not reach back to the third, in which calls came from the wrong region before.
    let wanted = [
        ("key-invalid", "new"),
        ("region-unsupported", "new"),
        ("rate-limit-tokens", "lasting"),
        ("quota-exhausted", "gone"),
    ];
    assert_eq!(changes, wanted);
    assert_eq!(report["coverage"]["blind"], Value::Array(vec![]));
}

#[test]
fn the_logs_of_all_weeks_tell_what_has_come_back() {
    let folder = company();
    let report = report(folder.path(), &["--week", "2026-W46", "logs"]);
    let region = report["changes"]["causes"].as_array().unwrap();
    let region = region.iter().find(|row| row["cause"] == "region-unsupported").unwrap();
    assert_eq!(region["state"], "regressed");
    // Without a week, the last full one is reported.
    assert_eq!(substance(self::report(folder.path(), &["logs"])), substance(report));
}

/// The days up to the last one seen are compared with as many days before, not with all of history.
#[test]
fn a_period_with_an_open_end_is_compared_with_as_many_days_before() {
    let folder = company();
    let open = report(folder.path(), &["--since", "2026-11-09", "logs"]);
    let week = report(folder.path(), &["--week", "2026-W46", "logs"]);
    assert_eq!(open["changes"], week["changes"]);
    assert_eq!(report(folder.path(), &["--since", "2026-12-01", "logs"])["changes"], Value::Null);
    assert_eq!(report(folder.path(), &["--until", "2026-10-20", "logs"])["changes"], Value::Null);
}

#[test]
fn saved_days_add_up_to_the_week() {
    let folder = company();
    let folder = folder.path();
    let days: Vec<String> = (9..16).map(|day| format!("2026-11-{day:02}")).collect();
    for day in &days {
        why4xx(folder, &["report", "--since", day, "--until", day, "--save", &format!("{day}.json"), "logs"]);
    }
    let files: Vec<String> = days.iter().rev().map(|day| format!("{day}.json")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    why4xx(folder, &[&["merge", "-o", "week.json"], files.as_slice()].concat());
    why4xx(folder, &["report", "--week", "2026-W46", "--save", "whole.json", "logs"]);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("week.json"), read("whole.json"));
}

#[test]
fn a_log_counts_once_however_often_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (_, text) = six_weeks::logs().pop().unwrap();
    let cut = text.match_indices('\n').nth(700).unwrap().0 + 1;
    let (before, _) = text.split_at(cut);
    write(folder, "app.log", before);
    why4xx(folder, &["report", "--save", "monday.json", "app.log"]);
    // The log has grown, was copied and truncated, and the copy was packed.
    write(folder, "app.log.1", &text);
    write(folder, "app.log.2.gz", trust::gz(text.as_bytes()));
    write(folder, "app.log", "");
    let once = substance(report(folder, &["app.log.1"]));
    assert_eq!(substance(report(folder, &["app.log.1", "app.log.2.gz", "monday.json"])), once);
    why4xx(folder, &["report", "--save", "sunday.json", "app.log.1"]);
    for files in [["monday.json", "sunday.json"], ["sunday.json", "monday.json"]] {
        let (merged, _) = why4xx(folder, &["merge", files[0], files[1], files[1]]);
        assert_eq!(merged, std::fs::read_to_string(folder.join("sunday.json")).unwrap());
    }
}

#[test]
fn silence_is_told_from_success() {
    let folder = tempfile::tempdir().unwrap();
    let (_, text) = six_weeks::logs().pop().unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("2026-11-12T1")).collect();
    write(folder.path(), "app.log", kept.join("\n"));
    let report = report(folder.path(), &["--week", "2026-W46", "app.log"]);
    let blind = report["coverage"]["blind"].as_array().unwrap();
    assert_eq!(blind.len(), 1, "{blind:?}");
    assert_eq!(blind[0]["from"], "2026-11-12T10:00:00.000Z");
    assert_eq!(blind[0]["hours"], 10);
}

/// What stands in the README is what the program says. `UPDATE_README=1` writes it.
#[test]
fn the_readme_shows_the_real_report() {
    let folder = company();
    let (text, _) = why4xx(folder.path(), &["report", "--week", "2026-W46", "logs"]);
    let text = text.split("\n1. ").next().unwrap().trim_end();
    let block = format!("```console\n$ why4xx report --week 2026-W46 logs\n{text}\n```\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (start, end) =
        ("<!-- weekly report: `UPDATE_README=1 cargo test --test weekly` -->\n", "<!-- end -->");
    let (before, rest) = readme.split_once(start).unwrap();
    let (shown, after) = rest.split_once(end).unwrap();
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, [before, start, &block, end, after].concat()).unwrap();
    } else {
        assert_eq!(shown, block);
    }
}

/// Numbers of a table add up: `(what, parts, whole)`.
fn sums(report: &Value) -> Vec<(String, u64, u64)> {
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let sum = |rows: &Value, field: &str| {
        rows.as_array().unwrap().iter().map(|row| number(&row[field])).sum::<u64>()
    };
    let values = |map: &Value| map.as_object().unwrap().values().map(number).sum::<u64>();
    let totals = &report["totals"];
    let failed = number(&totals["failed"]);
    let mut rows = vec![
        ("totals".to_owned(), number(&totals["ok"]) + failed, number(&totals["calls"])),
        ("causes".to_owned(), sum(&report["causes"], "count"), failed),
    ];
    for field in ["ok", "failed"] {
        let trend = &report["trend"];
        let days = sum(&trend["days"], field) + number(&trend["without_time"][field]);
        rows.push((format!("days {field}"), days, number(&totals[field])));
        for (name, table) in report["who"].as_object().unwrap() {
            let others = number(&table["others"][field]) + number(&table["unnamed"][field]);
            rows.push((
                format!("{name} {field}"),
                sum(&table["named"], field) + others,
                number(&totals[field]),
            ));
        }
    }
    for day in report["trend"]["days"].as_array().unwrap() {
        rows.push((format!("day {}", day["date"]), values(&day["causes"]), number(&day["failed"])));
    }
    for cause in report["causes"].as_array().unwrap() {
        rows.push((format!("tiers of {}", cause["cause"]), values(&cause["tiers"]), number(&cause["count"])));
        for name in [
            "statuses",
            "services",
            "environments",
            "keys",
            "models",
            "organizations",
            "projects",
            "hosts",
            "clients",
        ] {
            let names = &cause[name];
            let all = sum(&names["named"], "count") + number(&names["others"]) + number(&names["unnamed"]);
            rows.push((format!("{name} of {}", cause["cause"]), all, number(&cause["count"])));
        }
    }
    let billing = &report["billing"];
    let blocked = number(&billing["soft"]) + number(&billing["hard"]) + number(&billing["other"]);
    rows.push(("billing".to_owned(), sum(&billing["blocks"], "count"), blocked));
    let health = &report["log_health"];
    rows.push((
        "answered".to_owned(),
        number(&health["answered"]) + number(&health["without_status"]),
        failed,
    ));
    rows
}

/// Texts of real failures, a few at a time, with successes between them.
fn logs() -> impl Strategy<Value = Vec<String>> {
    let snippets = trust::snippets();
    let piece = prop_oneof![
        3 => (0..snippets.len()).prop_map(move |index| snippets[index].to_owned()),
        1 => (0..28_u32, 0..24_u32).prop_map(|(day, hour)| format!(
            "2026-11-{:02}T{hour:02}:00:00Z INFO httpx HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"", day + 1
        )),
    ];
    let file = proptest::collection::vec(piece, 1..8).prop_map(|pieces| pieces.join("\n") + "\n");
    proptest::collection::vec(file, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the logs hold and wherever they are cut: what is saved of each file, merged in any order,
    /// gives the report of all of them; parts add up to totals; and no percentage is one of nothing.
    #[test]
    fn a_report_of_logs_is_that_of_their_merged_summaries(logs in logs(), seed in any::<u64>()) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut names = Vec::new();
        for (index, text) in logs.iter().enumerate() {
            let name = format!("app-{index}.log");
            write(folder, &name, text);
            why4xx(folder, &["report", "--since", "2015-01-01", "--save", &format!("{index}.json"), &name]);
            names.push(name);
        }
        let mut saved: Vec<String> = (0..names.len()).map(|index| format!("{index}.json")).collect();
        let turn = usize::try_from(seed % names.len() as u64).unwrap();
        saved.rotate_left(turn);
        let saved: Vec<&str> = saved.iter().map(String::as_str).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        why4xx(folder, &[&["merge", "-o", "all.json"], saved.as_slice()].concat());
        let period = ["--since", "2015-01-01"];
        let of_logs = report(folder, &[period.as_slice(), names.as_slice()].concat());
        let of_saved = report(folder, &[period.as_slice(), &["all.json"]].concat());
        for (what, parts, whole) in sums(&of_logs) {
            prop_assert_eq!(parts, whole, "{}", what);
        }
        prop_assert!(!of_logs.to_string().contains("NaN"));
        // Dates before the year 2015 do not occur: only calls without a time are left out.
        prop_assert_eq!(substance(of_saved), substance(of_logs));
    }
}
