//! Every stage as a function of arbitrary bytes that must not panic and must keep its own promises: run by
//! `tests/stages.rs` over mangled logs, and by the targets in `fuzz/` over whatever the fuzzer finds.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use why4xx::aggregate::Summary;
use why4xx::decode;
use why4xx::extract;
use why4xx::model::{Event, Place};
use why4xx::pipeline::{Options, analyze_text};
use why4xx::redact::{Marks, copy, find, mask};
use why4xx::rules::{RuleSet, RuleSource};
use why4xx::source;

/// Name of a stage, and what is done with the bytes.
pub(crate) const STAGES: &[(&str, fn(&[u8]))] = &[
    ("decode", decode_lines),
    ("extract", extract_text),
    ("framing", frame),
    ("program", program),
    ("redact", redact),
    ("rules", rules),
    ("source", open),
    ("tables", tables),
    ("times", times),
];

/// Longest text that a stage is given: a fuzzer must not look for what is merely large.
const MAX: usize = 64 << 10;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..MAX).unwrap_or(bytes)).into_owned()
}

/// Each line through all wrappers and record formats.
fn decode_lines(bytes: &[u8]) {
    let settings = decode::Settings::default();
    for line in text(bytes).lines() {
        for entry in decode::peel(line, Place::default(), &settings) {
            for again in decode::peel_entry(entry, &settings) {
                let _ = decode::record(again, &settings);
            }
        }
    }
}

/// The text as the body of a record.
fn extract_text(bytes: &[u8]) {
    let text = text(bytes);
    let fields = serde_json::from_str(&text).ok();
    let event = Event { text, fields, count: 1, ..Event::default() };
    for seen in extract::observe(&event) {
        assert!(
            seen.error.status.is_none_or(|status| (100..600).contains(&status)),
            "{:?}",
            seen.error.status
        );
    }
}

/// The text as a log of which every line is of interest.
fn frame(bytes: &[u8]) {
    let options = Options { threads: Some(1), look_at_every_line: true, ..Options::default() };
    let _ = analyze_text(&text(bytes), &options);
    for line in text(bytes).lines() {
        let _ = why4xx::framing::head_shape(line);
    }
}

/// The bytes as a file, through all stages up to the summary.
fn program(bytes: &[u8]) {
    let calls = analyze_text(&text(bytes), &Options { threads: Some(1), ..Options::default() });
    let mut summary = Summary::default();
    for (call, finding) in &calls {
        summary.add(call, finding.as_ref());
        let mut line = Vec::new();
        why4xx::report::write_event(call, finding.as_ref(), &mut line).expect("a vector takes all");
        assert!(serde_json::from_slice::<serde_json::Value>(&line).is_ok(), "an event is JSON");
    }
}

/// Masking is idempotent, bounded, leaves no key, and is the same for text and stream.
fn redact(bytes: &[u8]) {
    let text = text(bytes);
    let masked = mask(&text);
    let secrets = find(&text);
    assert!(masked.as_str().len() <= text.len() + 3 * secrets.len(), "a mask is short");
    assert_eq!(mask(masked.as_str()).as_str(), masked.as_str(), "masking twice changes nothing");
    let mut copied = Vec::new();
    copy(&mut text.as_bytes(), &mut copied, Marks::Masks, &mut |_, _| {}).expect("a vector takes all");
    assert_eq!(String::from_utf8_lossy(&copied), masked.as_str(), "stream and text agree");
    let mut raw = Vec::new();
    copy(&mut &*bytes, &mut raw, Marks::Fingerprints, &mut |_, _| {}).expect("a vector takes all");
}

/// The text as a rule file, and what stands behind a form feed as a second one.
fn rules(bytes: &[u8]) {
    let text = text(bytes);
    let (first, second) = text.split_once('\u{c}').unwrap_or((&text, ""));
    let source =
        |path: &str, text: &str| RuleSource { path: path.into(), text: text.into(), is_builtin: false };
    let sources = [source("own.toml", first), source("other.toml", second)];
    let sources = sources.into_iter().filter(|source| !source.text.is_empty()).collect();
    let mistakes = match RuleSet::from_sources(sources) {
        Ok(rules) => rules.lint(),
        Err(mistakes) => mistakes,
    };
    for mistake in &mistakes {
        assert!(mistake.render(false).contains(mistake.code), "a mistake is shown");
    }
}

/// The bytes as a file of any kind: unpacked and transcoded.
fn open(bytes: &[u8]) {
    let settings = source::Settings {
        max_unpacked_bytes: 1 << 20,
        ratio_counts_from: 1 << 16,
        max_zip_in_memory: 1 << 20,
        ..source::Settings::default()
    };
    let reader = Box::new(Cursor::new(bytes.to_vec()));
    let _ = source::read_from("stage", reader, &settings, &mut |source| {
        let mut sink = Vec::new();
        let mut limited = source.reader.take(4 << 20);
        limited.read_to_end(&mut sink).expect("a source never fails");
        ControlFlow::Continue(())
    });
}

/// Tables and journals.
fn tables(bytes: &[u8]) {
    let text = text(bytes);
    let _ = decode::table::looks_like_csv(text.lines().next().unwrap_or_default());
    let _ = decode::table::rows(&text, Place { line: 1, offset: 0 }).count();
    let _ = decode::journal_export::looks_like_export(bytes);
    let _ = decode::journal_export::records(bytes.get(..MAX).unwrap_or(bytes)).count();
}

/// What a time says stays the same when it is written again.
fn times(bytes: &[u8]) {
    let settings = decode::Settings::default();
    for line in text(bytes).lines() {
        let _ = decode::time::prefix(line);
        let _ = decode::time::parse_time_of_day(line);
        if let Some(stamp) = decode::time::parse(line, &settings) {
            let again = decode::time::parse(&stamp.at.to_string(), &settings);
            assert_eq!(again.map(|again| again.at), Some(stamp.at), "{line}");
        }
    }
}

/// Runs one stage.
///
/// # Panics
/// When there is none of this name, or when it breaks a promise.
pub(crate) fn run(name: &str, bytes: &[u8]) {
    let stage = STAGES.iter().find(|(stage, _)| *stage == name).expect("a row of the list");
    (stage.1)(bytes);
}
