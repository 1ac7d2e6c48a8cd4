//! Explains one error: what it is, how sure that is, and what to do. Without an argument, an example.
//!
//! `cargo run --example explain_one -- "openai.RateLimitError: Error code: 429 - {'error': …}"`

use std::io::{self, Write};

use why4xx::Analyzer;

/// What a Python service logs when its account has no credit left.
const EXAMPLE: &str = "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, \
    please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}";

pub(crate) fn main() -> io::Result<()> {
    let text = std::env::args().nth(1);
    let mut out = io::stdout().lock();
    for found in Analyzer::new().explain(text.as_deref().unwrap_or(EXAMPLE)) {
        writeln!(out, "{} ({}, {}, {})", found.title, found.cause, found.severity.word(), found.tier.word())?;
        writeln!(out, "{}", found.why)?;
        for (index, step) in found.fix.iter().enumerate() {
            writeln!(out, "{}. {step}", index + 1)?;
        }
        if let Some(retry) = found.retry {
            writeln!(out, "retry: {}", retry.word())?;
        }
    }
    Ok(())
}
