//! The report as a Slack message in Block Kit JSON, to be piped into a webhook.
//!
//! Text of the log stands in `plain_text` and in `text` elements of `rich_text` only, which Slack shows as
//! they are. Within the limits of Block Kit: at most 50 blocks, 150 letters of a header, 3,000 of a text.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Look;
use super::happened::{Happening, happened};
use super::phrases::{Clock, NOTHING_SEEN, act_first, chosen, do_first, exposure, grade, read, scope};
use super::sections::{self, Item, Section};
use super::sink::json::write_pretty;
use super::sink::number;
use super::sink::slack::text;
use super::view::{CauseReport, Report, State};
use super::words::{count_of, percent};

/// Letters of a header.
const HEADER: usize = 150;
/// Letters of a paragraph.
const PARAGRAPH: usize = 600;
/// Causes and incidents that are told; the rest is counted.
const MAX_ROWS: usize = 5;

/// Writes the message.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mark = match report.verdict.state {
        State::NoCalls => "⚪",
        State::Healthy => "🟢",
        State::Failing => "🔴",
    };
    let head = text(&format!("{mark} {}", report.verdict.sentence), HEADER);
    let mut blocks = vec![json!({ "type": "header", "text": plain(&head) })];
    let grade = grade(report).map(|(grade, formula)| format!("{grade} {formula}"));
    for words in [act_first(report), do_first(report), grade].into_iter().flatten() {
        blocks.push(json!({ "type": "section", "text": plain(&text(&words, PARAGRAPH)) }));
    }
    if report.verdict.state == State::NoCalls {
        blocks.push(json!({ "type": "section", "text": plain(&text(NOTHING_SEEN, PARAGRAPH)) }));
    }
    parts(&sections::above(report), &mut blocks);
    incidents(report, &mut blocks);
    causes(report, &mut blocks);
    parts(&sections::middle(report), &mut blocks);
    parts(sections::unexplained(report).as_slice(), &mut blocks);
    parts(&sections::below(report), &mut blocks);
    secrets(report, &mut blocks);
    let read = [Some(read(report)), chosen(report)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    blocks.push(json!({ "type": "context", "elements": [plain(&text(&read, PARAGRAPH))] }));
    write_pretty(&json!({ "text": head, "blocks": blocks }), out)
}

fn incidents(report: &Report, blocks: &mut Vec<Value>) {
    let item = |row: &Happening| {
        let mut parts = vec![bold(&row.sentence)];
        if let Some(next) = &row.next {
            parts.push(span(&format!(" Next: {next}")));
        }
        section(parts)
    };
    list("What happened", happened(report).iter().map(item).collect(), blocks);
}

/// Parts of a period: the sentence, the first rows of the table as words, the list with its commands.
fn parts(parts: &[Section], blocks: &mut Vec<Value>) {
    for part in parts {
        let lead = part.lead.iter().map(|lead| section(vec![span(lead)]));
        let table = part.table.iter();
        let rows =
            table.flat_map(|table| table.rows.iter().map(|row| section(vec![span(&table.words(row))])));
        let items = part.items.iter().map(item);
        list(part.title, lead.chain(rows).chain(items).collect(), blocks);
    }
}

fn item(item: &Item) -> Value {
    let mut parts = vec![if item.is_bad { bold(&item.text) } else { span(&item.text) }];
    parts.extend(item.note.as_ref().map(|note| span(&format!(" {note}"))));
    if let Some((label, command)) = &item.command {
        parts.push(span(&format!(" {label}: ")));
        parts.push(json!({ "type": "text", "text": text(command, PARAGRAPH), "style": { "code": true } }));
    }
    section(parts)
}

fn causes(report: &Report, blocks: &mut Vec<Value>) {
    let clock = Clock::new(report);
    let item = |cause: &CauseReport| {
        let share = percent(cause.count, report.totals.failed);
        let mut facts = format!(
            " {} ({share}), {}, {}",
            count_of(cause.count, "call"),
            clock.span(cause.first_seen, cause.last_seen),
            cause.sureness
        );
        for (kind, names) in scope(cause).iter().take(2) {
            facts += &format!("; {kind} {names}");
        }
        let mut parts = vec![bold(&cause.title), span(&format!("{facts}."))];
        if let Some(step) = cause.fix.first() {
            parts.push(span(&format!(" Do: {step}")));
        }
        section(parts)
    };
    list("Why calls failed", report.causes.iter().map(item).collect(), blocks);
}

fn secrets(report: &Report, blocks: &mut Vec<Value>) {
    let rows = report.hygiene.iter().map(|row| section(vec![span(&exposure(row))])).collect();
    list("Secrets that stand in the log in full", rows, blocks);
}

/// A title and the first rows below it.
fn list(title: &str, mut rows: Vec<Value>, blocks: &mut Vec<Value>) {
    if rows.is_empty() {
        return;
    }
    let more = rows.len().saturating_sub(MAX_ROWS);
    rows.truncate(MAX_ROWS);
    if more > 0 {
        rows.push(section(vec![span(&format!("and {} more", number(more as u64)))]));
    }
    let title = json!({ "type": "rich_text_section", "elements": [bold(title)] });
    let list = json!({ "type": "rich_text_list", "style": "bullet", "elements": rows });
    blocks.push(json!({ "type": "rich_text", "elements": [title, list] }));
}

fn section(elements: Vec<Value>) -> Value {
    json!({ "type": "rich_text_section", "elements": elements })
}

/// Every text passes the sink here; a space in front of it stays.
fn span(words: &str) -> Value {
    let space = if words.starts_with(' ') { " " } else { "" };
    json!({ "type": "text", "text": format!("{space}{}", text(words, PARAGRAPH)) })
}

fn bold(words: &str) -> Value {
    json!({ "type": "text", "text": text(words, PARAGRAPH), "style": { "bold": true } })
}

fn plain(words: &str) -> Value {
    json!({ "type": "plain_text", "text": words, "emoji": false })
}
