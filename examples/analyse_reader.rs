//! Reads a log from standard input and writes the report as Markdown.
//!
//! `cargo run --example analyse_reader < app.log`

use std::io;

use why4xx::{Analyzer, render};

fn main() -> io::Result<()> {
    let analyzer = Analyzer::new();
    let analysis = analyzer.reader("standard input", io::stdin());
    let report = analyzer.report(&analysis);
    render(&report, "markdown", &mut io::stdout().lock())
}
