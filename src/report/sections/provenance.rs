//! What made the report, of what, and what it looked for in vain.

use super::{Head, Item, Section, Table, numbers, words};
use crate::report::sink::number;
use crate::report::view::{Report, SourceReport};
use crate::report::words::{bytes, count_of};

/// Sources with a row of their own.
const MAX_SOURCES: usize = 6;
/// Letters of a digest that tell one source from another.
const DIGEST: usize = 16;

const SOURCES: &[Head] = &[words("Source"), numbers("Size"), numbers("Lines"), words("BLAKE3")];

/// Tool, rules, inputs and arguments.
pub(super) fn provenance(report: &Report) -> Option<Section> {
    let (tool, made) = (&report.tool, &report.provenance);
    let item = |text: String| Item { text, ..Item::default() };
    let mut items = vec![item(format!(
        "{} {}, {}, digest {}",
        tool.name,
        tool.version,
        count_of(made.rules as u64, "rule"),
        made.rules_hash
    ))];
    items.extend(made.inputs_hash.as_ref().map(|hash| item(format!("inputs, digest {hash}"))));
    items.extend(
        report.arguments.iter().map(|(name, values)| item(format!("{name}: {}", values.join(" or ")))),
    );
    items.extend(in_vain(report).map(item));
    let table = sources(&report.coverage.sources);
    Some(Section { title: "How this report was made", table, items, ..Section::default() })
}

/// The first sources, and the sum of the others.
fn sources(sources: &[SourceReport]) -> Option<Table> {
    let row = |source: &SourceReport| {
        let digest: String = source.digest.as_deref().unwrap_or("-").chars().take(DIGEST).collect();
        vec![source.name.clone(), bytes(source.bytes), number(source.lines), digest]
    };
    let mut rows: Vec<Vec<String>> = sources.iter().take(MAX_SOURCES).map(row).collect();
    let rest = sources.get(MAX_SOURCES..).unwrap_or_default();
    if !rest.is_empty() {
        let (size, lines) = (rest.iter().map(|one| one.bytes).sum(), rest.iter().map(|one| one.lines).sum());
        let name = count_of(rest.len() as u64, "other source");
        rows.push(vec![name, bytes(size), number(lines), String::new()]);
    }
    (!rows.is_empty()).then_some(Table { heads: SOURCES, rows })
}

/// What the report would show and has not found, so that nothing is missing in silence.
fn in_vain(report: &Report) -> Option<String> {
    let rows = [
        (report.changes.is_none(), "an earlier period to compare with"),
        (report.incidents.is_empty(), "incidents"),
        (report.billing.blocks.is_empty(), "billing blocks"),
        (report.limits.is_empty(), "rate limits"),
        (report.retries.failed_retries + report.retries.too_soon == 0, "failed retries"),
        (report.keys.is_empty(), "keys"),
        (report.clients.is_empty(), "client libraries"),
        (report.hygiene.is_empty(), "secrets in the log"),
        (report.unclassified.is_empty(), "unexplained failures"),
        (report.coverage.blind.is_empty(), "times without a log line"),
    ];
    let names: Vec<&str> =
        rows.into_iter().filter(|(is_absent, _)| *is_absent).map(|(_, name)| name).collect();
    (!names.is_empty()).then(|| format!("looked for and not seen: {}", names.join(", ")))
}
