//! Throughput of the whole path and of its stages on generated logs: `cargo bench --bench path`, one of them with
//! `cargo bench --bench path -- scan`.
//!
//! The corpora are made here, the same bytes on every machine: sparse logs, in which almost every line has
//! nothing to do with the API, dense ones, in which every fifth line is a failure, and successes only.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use why4xx::decode::{self, Settings};
use why4xx::model::{Entry, Event, Place};
use why4xx::pipeline::{Options, analyze_text};
use why4xx::rules::RuleSet;
use why4xx::{extract, scan};

fn main() {
    divan::main();
}

/// A log of so many lines of which every `nth` tells of a failed call.
fn log(lines: usize, nth: usize) -> String {
    let mut text = String::new();
    for line in 0..lines {
        let time = format!("2026-11-16 09:{:02}:{:02},{:03}", line / 6000 % 60, line / 100 % 60, line % 1000);
        if line % nth == nth - 1 {
            text.push_str(&format!(
                "{time} ERROR app.llm OpenAI request failed: Error code: 429 - {{'error': {{'message': 'You exceeded your \
                 current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, \
                 'code': 'insufficient_quota'}}}}\n"
            ));
        } else {
            text.push_str(&format!("{time} INFO app.web GET /orders/{line} 200 in {} ms\n", line % 90));
        }
    }
    text
}

#[divan::bench(args = [1000, 5])]
fn whole_path(bencher: Bencher<'_, '_>, nth: usize) {
    let text = log(20_000, nth);
    let options = Options::default();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| analyze_text(divan::black_box(&text), &options).len());
}

/// A log of calls that succeed, as httpx writes them.
fn successes(lines: usize) -> String {
    let line = |number: usize| {
        format!(
            "2026-11-16 09:{:02}:{:02},{:03} INFO httpx HTTP Request: POST https://api.openai.com/v1/responses \
             \"HTTP/1.1 200 OK\"\n",
            number / 6000 % 60,
            number / 100 % 60,
            number % 1000
        )
    };
    (0..lines).map(line).collect()
}

#[divan::bench]
fn whole_path_of_successes(bencher: Bencher<'_, '_>) {
    let text = successes(20_000);
    let options = Options::default();
    bencher
        .counter(ItemsCount::new(20_000_usize))
        .bench(|| analyze_text(divan::black_box(&text), &options).len());
}

#[divan::bench(args = [1000, 5])]
fn scan(bencher: Bencher<'_, '_>, nth: usize) {
    let text = log(20_000, nth);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let (mut at, mut hits) = (0, 0_usize);
        while let Some(hit) = scan::next(divan::black_box(text.as_bytes()), at) {
            (at, hits) = (hit + 1, hits + 1);
        }
        hits
    });
}

/// The entries of a JSON record and of a line of text.
fn entries(text: &str) -> Vec<Entry> {
    decode::peel(text, Place { line: 1, offset: 0 }, &Settings::default())
}

/// A failure as a logger of JSON lines writes it.
const RECORD: &str = r#"{"level":"error","time":"2026-11-16T09:12:44.031Z","service":"billing","msg":"429 You exceeded your current quota","err":{"type":"RateLimitError","status":429,"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}}"#;

fn event() -> Option<Event> {
    entries(RECORD).into_iter().find_map(|entry| decode::record(entry, &Settings::default()))
}

#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let settings = Settings::default();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let entries = entries(divan::black_box(RECORD)).into_iter();
        entries.filter_map(|entry| decode::record(entry, &settings)).count()
    });
}

#[divan::bench]
fn extract(bencher: Bencher<'_, '_>) {
    let event = event().unwrap_or_default();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| extract::observe(divan::black_box(&event)).len());
}

#[divan::bench]
fn judge(bencher: Bencher<'_, '_>) {
    let calls = analyze_text(RECORD, &Options::default());
    let rules = RuleSet::builtin();
    bencher.counter(ItemsCount::new(calls.len())).bench(|| {
        for (call, _) in &calls {
            divan::black_box(rules.judge(divan::black_box(call)));
        }
    });
}
