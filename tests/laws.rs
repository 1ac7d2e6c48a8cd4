//! Laws that hold for any input: nothing panics, the way in does not matter, the scan loses nothing.
//!
//! Seeds of counter-examples are kept in `proptest-regressions`. `PROPTEST_CASES=20000 cargo test --test laws`
//! runs longer.
#![allow(clippy::unwrap_used)]

mod trust;

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::FileFailurePersistence;
use trust::{events, events_of, file, packings, snippets, utf16};
use why4xx::pipeline::{Options, analyze_text};
use why4xx::source::Input;

/// A line that belongs to nothing.
const CALM: &str = "2026-11-16 09:00:00,000 INFO app.web GET /health 200 in 3 ms";

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        cases: trust::cases(count),
        max_shrink_iters: 2_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("proptest-regressions/laws.txt"))),
        ..ProptestConfig::default()
    }
}

/// Whole examples and what stands between them in real logs.
fn log() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(snippets()).prop_map(String::from),
        2 => Just(CALM.to_owned()),
        1 => "[ -~]{0,60}",
        1 => select(vec!["", "    at app.js:1:2", "Traceback (most recent call last):", "{", "}", "\u{1b}[31m"])
            .prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join("\n") + "\n")
}

/// Examples that were cut, spliced and overwritten.
fn mangled() -> impl Strategy<Value = Vec<u8>> {
    let junk = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        select(vec![
            "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", "'", "\n", "\r\n", "\0", "\u{feff}", "—", "|",
            "│ "
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        select(snippets()).prop_map(|text| text.as_bytes().to_vec()),
    ];
    let edit = (any::<Index>(), any::<Index>(), junk);
    (log(), prop::collection::vec(edit, 0..8)).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (from, to, junk) in edits {
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            let end = if to > from && to - from < 64 { to } else { from };
            bytes.splice(from..end, junk);
        }
        bytes
    })
}

fn single() -> Options<'static> {
    Options { threads: Some(1), ..Options::default() }
}

/// Without what differs between ways in: where the bytes stand.
fn without_offsets(lines: Vec<String>) -> Vec<String> {
    let without = |line: String| match line.split_once("\"offset\":") {
        Some((before, rest)) => {
            format!("{before}{}", rest.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        }
        None => line,
    };
    lines.into_iter().map(without).collect()
}

/// The calls without what tells where they stand.
fn without_places(lines: &[String]) -> Vec<String> {
    let calls = lines.iter().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    calls
        .map(|mut call| {
            call["location"] = serde_json::Value::Null;
            call["attempt"]["chain"] = serde_json::Value::Null;
            call.to_string()
        })
        .collect()
}

/// The same bytes through a pipe, one at a time.
#[cfg(target_os = "linux")]
fn drop_by_drop(bytes: &[u8]) -> Vec<String> {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let (reader, mut writer) = std::io::pipe().unwrap();
    let path = std::path::PathBuf::from(format!("/proc/self/fd/{}", reader.as_raw_fd()));
    let input = Input { name: "pipe".into(), path: Some(path), bytes: None };
    std::thread::scope(|scope| {
        scope.spawn(move || bytes.iter().all(|byte| writer.write_all(&[*byte]).is_ok()));
        events(&[input], &single())
    })
}

fn check_ways_in(folder: &Path, text: &str) -> Result<(), TestCaseError> {
    let path = file(folder, "app.log", text.as_bytes());
    let expected = events_of(&path, &single());
    #[cfg(target_os = "linux")]
    prop_assert_eq!(&drop_by_drop(text.as_bytes()), &expected, "one byte at a time");
    for (ending, bytes) in packings(text.as_bytes()) {
        let found = events_of(&file(folder, &format!("app.{ending}"), &bytes), &single());
        prop_assert_eq!(&found, &expected, "{}", ending);
    }
    // Without a mark, UTF-16 is known by its look: there must be something to look at.
    let is_known = text.len() >= 64 && text.bytes().take(64).all(|byte| byte.is_ascii());
    for (is_big_endian, has_mark) in [(false, true), (true, true), (false, false), (true, false)] {
        if !has_mark && !is_known {
            continue;
        }
        let path = file(folder, "app.txt", &utf16(text, is_big_endian, has_mark));
        let found = without_offsets(events_of(&path, &single()));
        let expected = without_offsets(expected.clone());
        prop_assert_eq!(found, expected, "UTF-16, big endian {}, mark {}", is_big_endian, has_mark);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn nothing_panics_on_mangled_logs(bytes in mangled()) {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "app.log", &bytes);
        for format in ["table", "json"] {
            let report = trust::report(&path, format);
            prop_assert!(!report.is_empty() && !report.contains('\u{1b}'), "{}", report);
        }
    }

    #[test]
    fn nothing_panics_on_any_text(text in any::<String>()) {
        let _ = analyze_text(&text, &single());
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let folder = tempfile::tempdir().unwrap();
        let _ = events_of(&file(folder.path(), "app.log", &bytes), &single());
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn the_scan_loses_nothing(text in log()) {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "app.log", text.as_bytes());
        let every = Options { look_at_every_line: true, ..single() };
        let (scanned, full) = (events_of(&path, &single()), events_of(&path, &every));
        prop_assert_eq!(without_places(&scanned), without_places(&full));
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn the_way_in_does_not_matter(text in log()) {
        let folder = tempfile::tempdir().unwrap();
        check_ways_in(folder.path(), &text)?;
    }
}

proptest! {
    #![proptest_config(cases(16))]

    /// Blocks end every 2 MiB, with a log like any other around it.
    #[test]
    fn threads_do_not_matter(pieces in prop::collection::vec(log(), 3), back in 0_usize..4_000) {
        let folder = tempfile::tempdir().unwrap();
        let mut text = format!("{CALM}\n");
        for (index, piece) in pieces.iter().enumerate() {
            let target = (index + 1) * (2 << 20) - back;
            text += &format!("{CALM}\n").repeat(target.saturating_sub(text.len()) / (CALM.len() + 1));
            text += piece;
        }
        let path = file(folder.path(), "app.log", text.as_bytes());
        let one = events_of(&path, &single());
        for threads in [2, 4] {
            let found = events_of(&path, &Options { threads: Some(threads), ..Options::default() });
            prop_assert_eq!(&found, &one, "{} threads", threads);
        }
    }
}

/// Cause, time and message of each call: what does not depend on where it stands.
fn messages(lines: &[String]) -> Vec<String> {
    let calls = lines.iter().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    calls
        .map(|call| {
            format!("{} {} {} {}", call["outcome"], call["cause"], call["timestamp"], call["message"])
        })
        .collect()
}

/// A failure of its own right before each multi-line example, and a block boundary at each line of the latter.
#[test]
#[ignore = "takes a minute: cargo test --test laws -- --ignored"]
fn an_example_across_two_blocks_is_told_as_one() {
    const BEFORE: &str = "Traceback (most recent call last):\n  File \"/srv/app/llm.py\", line 18, in ask\n    \
        answer()\nopenai.RateLimitError: Error code: 429 - That model is currently overloaded\n";
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for (gap, snippet) in
        ["", "\n"].into_iter().flat_map(|gap| snippets().into_iter().map(move |text| (gap, text)))
    {
        if snippet.lines().count() < 3 {
            continue;
        }
        let whole = format!("{BEFORE}{gap}{snippet}\n{CALM}\n");
        let alone = format!("{CALM}\n{whole}");
        let expected = messages(&events_of(&file(folder.path(), "alone.log", alone.as_bytes()), &single()));
        for (cut, _) in whole.match_indices('\n') {
            let target = (2 << 20) - cut - 1;
            let filler = target / (CALM.len() + 1);
            let last = format!("{CALM}{}", ".".repeat(target % (CALM.len() + 1)));
            let text = format!("{}{last}\n{whole}", format!("{CALM}\n").repeat(filler - 1));
            let found = messages(&events_of(&file(folder.path(), "app.log", text.as_bytes()), &single()));
            if found != expected {
                let (before, after) = whole.split_at(cut + 1);
                failures
                    .push(format!("{before}~~~~~ block\n{after}expected {expected:#?}\nfound {found:#?}"));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{} examples:\n{}", failures.len(), failures.join("\n\n"));
}
