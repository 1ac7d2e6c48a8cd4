//! A report → text in one of the formats.

use std::io::{self, Write};

use crate::report::{self, Look, Report};

/// Writes a report in one of the [`formats`].
///
/// # Errors
/// When there is no such format, or `out` takes no more.
///
/// # Examples
/// ```
/// let analyzer = why4xx::Analyzer::new();
/// let report = analyzer.report(&analyzer.text(""));
/// let mut page = Vec::new();
/// why4xx::render(&report, "markdown", &mut page)?;
/// assert!(page.starts_with("## ⚪ No call to the OpenAI API is visible.".as_bytes()));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn render(report: &Report, format: &str, out: &mut dyn Write) -> io::Result<()> {
    let renderer = report::renderer(format).ok_or_else(|| {
        let known: Vec<&str> = formats().collect();
        let text = format!("cannot write `{format}`: the formats are {}", known.join(", "));
        io::Error::new(io::ErrorKind::InvalidInput, text)
    })?;
    (renderer.render)(report, Look::default(), out)
}

/// The names of all formats that [`render`] knows.
pub fn formats() -> impl Iterator<Item = &'static str> {
    report::RENDERERS.iter().map(|renderer| renderer.name)
}
