//! The report as SARIF 2.1.0, for code scanning and editors: a result per exposed secret and place, and one
//! per cause with the places where it was seen.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Look;
use super::phrases::{Clock, scope};
use super::sink::json::write_pretty;
use super::sink::{one_line, uri};
use super::view::{CauseReport, Exposure, Place, Report};
use super::words::{count_of, short};

/// Places of one result.
const MAX_PLACES: usize = 10;

/// Writes the log of one run.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<Value> = report.causes.iter().map(rule).collect();
    let exposed = report.hygiene.first().map(|row| row.cause);
    if let Some(id) = exposed.filter(|id| report.causes.iter().all(|cause| cause.cause != **id)) {
        rules.push(json!({
            "id": id,
            "shortDescription": { "text": "A secret stands in the log in full" },
            "defaultConfiguration": { "level": "error" }
        }));
    }
    let clock = Clock::new(report);
    let causes = report.causes.iter().map(|cause| result(cause, &clock));
    let results: Vec<Value> = causes.chain(report.hygiene.iter().flat_map(exposures)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": report.tool.name, "semanticVersion": report.tool.version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results
        }]
    });
    write_pretty(&log, out)
}

fn rule(cause: &CauseReport) -> Value {
    let mut help = vec![text(&cause.why)];
    help.extend(cause.fix.iter().enumerate().map(|(index, step)| format!("{}. {}", index + 1, text(step))));
    let mut rule = json!({
        "id": text(&cause.cause),
        "shortDescription": { "text": text(&cause.title) },
        "help": { "text": help.join("\n") },
        "defaultConfiguration": { "level": level(cause.severity) },
        "properties": { "tags": [cause.family], "severity": cause.severity }
    });
    if let (Some(link), Some(fields)) = (cause.links.first(), rule.as_object_mut()) {
        fields.insert("helpUri".to_owned(), json!(text(link)));
    }
    rule
}

fn result(cause: &CauseReport, clock: &Clock<'_>) -> Value {
    let who: Vec<String> = scope(cause).into_iter().map(|(kind, names)| format!("{kind} {names}")).collect();
    let who = if who.is_empty() { String::new() } else { format!(" ({})", who.join("; ")) };
    let message = format!(
        "{}: {}, {}{who}.",
        cause.title,
        count_of(cause.count, "call"),
        clock.span(cause.first_seen, cause.last_seen)
    );
    let mut places = cause.locations.iter().take(MAX_PLACES).enumerate();
    let first: Vec<Value> = places.by_ref().take(1).map(|(_, place)| location(place)).collect();
    let related: Vec<Value> = places
        .map(|(index, place)| {
            let mut related = location(place);
            related["id"] = json!(index);
            related
        })
        .collect();
    json!({
        "ruleId": text(&cause.cause),
        "level": level(cause.severity),
        "message": { "text": text(&message) },
        "locations": first,
        "relatedLocations": related,
        "occurrenceCount": cause.count,
        "properties": { "tier": cause.tier }
    })
}

fn exposures(exposure: &Exposure) -> Vec<Value> {
    let message =
        format!("A secret stands in the log in full: {} ({}).", short(&exposure.shown), exposure.family);
    let row = |place: &Place| {
        json!({
            "ruleId": exposure.cause,
            "level": "error",
            "message": { "text": text(&message) },
            "locations": [location(place)]
        })
    };
    exposure.locations.iter().take(MAX_PLACES).map(row).collect()
}

fn location(place: &Place) -> Value {
    let name = match place.source.as_str() {
        "-" => "standard-input".to_owned(),
        source => uri::path(source),
    };
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": name },
            "region": { "startLine": place.line.max(1) }
        }
    })
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

/// Viewers read messages as text with links in square brackets: these must not stand there.
fn text(words: &str) -> String {
    one_line(words).replace('[', "(").replace(']', ")").replace('{', "(").replace('}', ")")
}
