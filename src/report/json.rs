//! The report as one JSON object: the published contract (`docs/schema/report.schema.json`).

use std::io::{self, Write};

use super::sink::json::write_pretty;
use super::{Look, Report};

/// Writes the report, indented, with a line feed at the end.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    write_pretty(report, out)
}
