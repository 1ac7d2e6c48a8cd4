//! Every renderer for people draws every part of a period's report, and what it sums adds up.

use serde_json::Value;

use super::{QUOTA, TPM, log, rendered, report, report_of};
use crate::report::happened::{happened, rows};
use crate::report::sections::{self, Section, Table};
use crate::report::{Look, Report, Settings};

/// Parts of a period's report: the title in text, Markdown and chats, and the title on the web page.
const PARTS: &[(&str, &str)] = &[
    ("Health: ", "Health "),
    ("Look first at ", "Look first at "),
    ("Do first: ", "Do first: "),
    ("What changed since the period before", "What changed"),
    ("What happened", "What happened"),
    ("Why calls failed", "Why calls failed"),
    ("What to do, the greatest effect first", "What to do"),
    ("Who is hit", "Who is hit"),
    ("Billing and quota", "Calls that failed for reasons of billing"),
    ("Rate limits: what was left", "How full rate limits were"),
    ("Retries", "failed calls were retries"),
    ("Keys that were seen, masked", "Keys that were seen, masked"),
    ("Client libraries that the log names", "Client libraries"),
    ("Failures that no rule explains", "Failures that no rule explains"),
    ("Secrets that stand in the log in full", "Secrets that stand in the log in full"),
    ("What the log leaves out", "answered failures"),
    ("Times without a single log line", "Times without a single log line"),
    ("What could not be read in full", "What could not be read in full"),
    ("How this report was made", "Sources and provenance"),
];

/// What a chat message leaves to the report itself.
const NOT_IN_A_CHAT: &[&str] = &["What could not be read in full", "How this report was made"];

#[test]
fn every_part_stands_in_every_medium_for_people() {
    let (table, markdown) = (rendered("table", Look::default()), rendered("markdown", Look::default()));
    let (page, chat) = (rendered("html", Look::default()), rendered("slack", Look::default()));
    for (title, on_page) in PARTS {
        assert!(table.contains(title), "text: {title}");
        assert!(markdown.contains(title), "Markdown: {title}");
        assert!(page.contains(on_page), "page: {on_page}");
        assert_eq!(chat.contains(title), !NOT_IN_A_CHAT.contains(title), "chat: {title}");
    }
}

#[test]
fn numbers_of_every_part_stand_in_openmetrics() {
    let text = rendered("openmetrics", Look::default());
    for name in [
        "action_saved_calls",
        "billing_failed_calls",
        "blind_seconds",
        "calls_before",
        "client_failed_calls",
        "exposed_secrets",
        "failed_calls_before",
        "health_deducted",
        "health_score",
        "incidents",
        "key_calls",
        "limit_peak_use_ratio",
        "log_missing",
        "problems",
        "retries",
        "service_calls",
    ] {
        let sample = text.lines().find(|line| line.starts_with(&format!("why4xx_{name}")));
        assert!(sample.is_some(), "{name}");
    }
}

#[test]
fn names_that_look_the_same_are_one_series_with_the_sum() {
    let line = |service: &str, day: u32| {
        format!(
            "{{\"time\":\"2026-11-{day}T08:00:00Z\",\"level\":\"ERROR\",\"service\":\"{service}\",\"message\":\"{}\"}}\n",
            QUOTA.replace('"', "\\\"")
        )
    };
    let report = report_of(&[line("a b", 16), line("a  b", 17)].concat(), &Settings::default());
    assert_eq!(report.services.len(), 2, "{:?}", report.services);
    let mut bytes = Vec::new();
    crate::report::openmetrics::render(&report, Look::default(), &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let failed: Vec<&str> =
        text.lines().filter(|line| line.contains("service=\"a b\",outcome=\"failed\"")).collect();
    assert_eq!(failed, ["why4xx_service_calls{service=\"a b\",outcome=\"failed\"} 2"]);
}

/// Bursts of the same limit, one a day, and a success the day after.
fn bursts(days: u32) -> Report {
    let day = |day| [(day, super::OK)].into_iter().chain([(day, TPM); 5]);
    let rows: Vec<(u32, &str)> = (1..=days).flat_map(day).chain([(days + 1, super::OK)]).collect();
    report_of(&log(&rows), &Settings::default())
}

#[test]
fn incidents_that_come_again_are_one_row() {
    let report = bursts(20);
    let bursts: Vec<_> = report.incidents.iter().filter(|one| one.cause == "rate-limit-tokens").collect();
    assert_eq!(bursts.len(), 20, "JSON keeps all");
    let told = happened(&report);
    let row = told.iter().find(|row| row.cause == "rate-limit-tokens").expect("a row");
    assert_eq!((row.times, row.each.len(), row.is_over), (20, 20, true));
    assert!(row.sentence.starts_with("20 times from 2026-11-01 08:"), "{}", row.sentence);
    assert!(row.sentence.contains(" to 2026-11-20 08:"), "{}", row.sentence);
    assert!(row.sentence.contains("100 calls failed, all over. The largest: "), "{}", row.sentence);
    assert_eq!(told.iter().filter(|row| row.cause == "rate-limit-tokens").count(), 1);
}

#[test]
fn two_incidents_are_told_one_by_one() {
    let told = happened(&bursts(2));
    let times: Vec<usize> =
        told.iter().filter(|row| row.cause == "rate-limit-tokens").map(|row| row.times).collect();
    assert_eq!(times, [1, 1]);
}

#[test]
fn no_incident_is_told_twice_or_not_at_all() {
    for report in [bursts(1), bursts(9), report()] {
        let mut told: Vec<*const _> =
            rows(&report.incidents).into_iter().flatten().map(std::ptr::from_ref).collect();
        let mut all: Vec<*const _> = report.incidents.iter().map(std::ptr::from_ref).collect();
        told.sort_unstable();
        all.sort_unstable();
        assert_eq!(told, all);
    }
}

/// The sum of a column over the rows that a test keeps.
fn sum(table: &Table, head: &str, keeps: impl Fn(&[String]) -> bool) -> u64 {
    let at = table.heads.iter().position(|one| one.title == head).expect("a column");
    let rows = table.rows.iter().filter(|row| keeps(row));
    rows.map(|row| row[at].replace(',', "").parse::<u64>().expect("a number")).sum()
}

#[track_caller]
fn table(sections: &[Section], title: &str) -> Table {
    sections.iter().find(|one| one.title == title).and_then(|one| one.table.clone()).expect("a table")
}

#[test]
fn rows_of_every_table_add_up() {
    for report in [report(), many()] {
        let Report { totals, .. } = &report;
        let (middle, below) = (sections::middle(&report), sections::below(&report));
        for one in middle.iter().chain(&below).chain(&sections::above(&report)) {
            for row in one.table.iter().flat_map(|table| &table.rows) {
                assert_eq!(
                    row.len(),
                    one.table.as_ref().map_or(0, |table| table.heads.len()),
                    "{}",
                    one.title
                );
            }
        }
        if let Some(days) = middle.iter().find(|one| one.title == "Failed calls by day") {
            let days = days.table.as_ref().expect("days");
            assert_eq!(sum(days, "Failed", |_| true), totals.failed);
            assert_eq!(sum(days, "Calls", |_| true), totals.calls);
        }
        let who = table(&middle, "Who is hit");
        let kinds: std::collections::BTreeSet<&String> = who.rows.iter().map(|row| &row[0]).collect();
        for kind in kinds {
            assert_eq!(sum(&who, "Failed", |row| &row[0] == kind), totals.failed, "{kind}");
            assert_eq!(sum(&who, "Calls", |row| &row[0] == kind), totals.calls, "{kind}");
        }
        let changes = table(&sections::above(&report), "What changed since the period before");
        assert_eq!(sum(&changes, "Now", |_| true), totals.failed);
        let billing = table(&below, "Billing and quota");
        let blocked = &report.billing;
        assert_eq!(sum(&billing, "Calls", |_| true), blocked.hard + blocked.soft + blocked.other);
        let keys = table(&below, "Keys that were seen, masked");
        assert_eq!(sum(&keys, "Failed", |_| true), report.keys.iter().map(|key| key.failed).sum::<u64>());
        let made = sections::provenance(&report).and_then(|one| one.table).expect("sources");
        assert_eq!(sum(&made, "Lines", |_| true), report.coverage.lines);
    }
}

/// More of everything than a table has rows.
fn many() -> Report {
    let mut text = String::new();
    for index in 0..60_u32 {
        let (day, month) = (index % 28 + 1, 9 + index / 28);
        let error = if index % 2 == 0 { QUOTA } else { TPM };
        let key = format!("{}-****{index:04}", "sk-proj");
        let line = serde_json::json!({
            "time": format!("2026-{month:02}-{day:02}T08:00:00Z"), "level": "ERROR",
            "service": format!("service-{index}"), "environment": format!("env-{}", index % 9),
            "message": format!("{error} key Incorrect API key provided: {key}."),
        });
        text += &format!("{line}\n");
    }
    let mut summary = super::summary_of(&text);
    crate::aggregate::Merge::merge(&mut summary, super::summary_of(super::LOG));
    let (rich, finding) = super::calls().pop().expect("a call with a key");
    for index in 0..30 {
        let mut call = rich.clone();
        if let Some(key) = &mut call.seen.key {
            key.shown = Some(crate::model::Masked::from_redacted(&format!("sk-proj-****{index:04}")));
        }
        summary.add(&call, finding.as_ref());
    }
    let source = |index: u64| crate::model::SourceCoverage {
        name: format!("app-{index}.log").into(),
        lines: 10 + index,
        bytes: 1000 * index,
        ..crate::model::SourceCoverage::default()
    };
    let coverage = crate::model::Coverage { sources: (0..20).map(source).collect(), problems: vec![] };
    let before =
        crate::report::Baseline { summary: summary.clone(), from: None, to: None, earlier: [].into() };
    let settings = Settings { is_periodic: true, baseline: Some(before), ..Settings::default() };
    Report::new(&summary, crate::rules::RuleSet::builtin(), &coverage, &settings)
}

#[test]
fn the_csv_adds_up() {
    let report = report();
    let text = rendered("csv", Look::default());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let at = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let sum = |name: &str| rows.iter().filter_map(|row| row[at(name)].parse::<u64>().ok()).sum::<u64>();
    assert_eq!(sum("calls"), report.totals.failed);
    assert_eq!(sum("calls_before"), report.changes.as_ref().expect("a baseline").before.failed);
    let gone: Vec<&str> =
        rows.iter().filter(|row| &row[at("state")] == "gone").map(|row| &row[at("cause")]).collect();
    assert_eq!(gone, ["region-unsupported"]);
}

#[test]
fn the_metrics_add_up() {
    let report = report();
    let text = rendered("openmetrics", Look::default());
    let sum = |name: &str, label: &str| -> u64 {
        let rows = text.lines().filter(|line| line.starts_with(&format!("{name}{{")) && line.contains(label));
        rows.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
    };
    assert_eq!(sum("why4xx_failed_calls", ""), report.totals.failed);
    assert_eq!(sum("why4xx_calls", ""), report.totals.calls);
    assert_eq!(
        sum("why4xx_failed_calls_before", ""),
        report.changes.as_ref().expect("a baseline").before.failed
    );
    let blocked = report.billing.hard + report.billing.soft + report.billing.other;
    assert_eq!(sum("why4xx_billing_failed_calls", ""), blocked);
    assert!(blocked > 0);
    let keys: u64 = report.keys.iter().map(|key| key.failed).sum();
    assert_eq!(sum("why4xx_key_calls", "outcome=\"failed\""), keys);
    assert_eq!(100 - sum("why4xx_health_deducted", ""), sum("why4xx_health_score", ""));
}

#[test]
fn a_message_keeps_within_the_limits_of_its_chat() {
    let mut bytes = Vec::new();
    crate::report::slack::render(&many(), Look::default(), &mut bytes).unwrap();
    let message: Value = serde_json::from_slice(&bytes).unwrap();
    let blocks = message["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50, "{} blocks", blocks.len());
    for block in blocks.iter().filter_map(|block| block["elements"].as_array()) {
        let rows = block.iter().filter_map(|element| element["elements"].as_array()).map(Vec::len).max();
        assert!(rows.unwrap_or_default() <= 6, "a list of {rows:?}");
    }
}

#[test]
fn a_page_of_many_causes_stays_short_and_names_them_all() {
    let mut text = String::new();
    for rule in crate::rules::RuleSet::builtin().rules() {
        let examples = rule.examples().iter().filter(|example| example.is_expected);
        examples.take(1).for_each(|example| text += &format!("{}\n", example.input));
    }
    let report = report_of(&text, &Settings::default());
    assert!(report.causes.len() > 30, "{}", report.causes.len());
    let mut bytes = Vec::new();
    crate::report::table::render(&report, Look::default(), &mut bytes).unwrap();
    let page = String::from_utf8(bytes).unwrap();
    for cause in &report.causes {
        assert!(page.contains(&cause.cause), "{}", cause.cause);
    }
    assert_eq!(page.lines().filter(|line| line.trim_start().starts_with("Because ")).count(), 12);
}
