//! The report as one JSON object: the published contract (`docs/schema/report.schema.json`).

use std::io::{self, Write};

use serde::Serialize;

use super::sink::SafeJson;
use super::{Look, Report};

/// Writes the report, indented, with a line feed at the end.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SafeJson::pretty());
    report.serialize(&mut serializer)?;
    out.write_all(b"\n")
}
