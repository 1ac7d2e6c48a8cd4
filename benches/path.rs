//! Throughput of the whole path on generated logs: `cargo bench`.
//!
//! The corpora are made here, the same bytes on every machine: sparse logs, in which almost every line has
//! nothing to do with the API, and dense ones, in which every fifth line is a failure.

use divan::Bencher;
use divan::counter::BytesCount;
use why4xx::pipeline::{Options, analyze_text};

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
