//! What the log itself lacks: texts that no rule explains, request ids, hours without a line.

use super::{Item, Section};
use crate::report::phrases::{self, Clock, place, rest};
use crate::report::sink::{cut, number, one_line};
use crate::report::view::{BlindWindow, LogHealth, LoggingAdvice, Report, Unclassified};
use crate::report::words::{count_of, few_stars, percent};

/// Rows of a list.
const MAX_ROWS: usize = 8;
/// Cells of a text that no rule explains.
const TEXT_WIDTH: usize = 240;

/// Failures that no rule explains, by what they have in common.
pub(super) fn unexplained(report: &Report) -> Option<Section> {
    let clock = Clock::new(report);
    let rows = &report.unclassified;
    let item = |row: &Unclassified| {
        let at = row.samples.first().map(|sample| format!(", first at {}", place(&sample.location)));
        let who = phrases::list(&row.services, 3, "not named").map(|who| format!(", {who}"));
        let span = clock.span(row.first_seen, row.last_seen);
        Item {
            text: format!(
                "{} {span}{}{}",
                count_of(row.count, "call"),
                who.unwrap_or_default(),
                at.unwrap_or_default()
            ),
            note: Some(cut(&few_stars(&one_line(&row.template)), TEXT_WIDTH).into_owned()),
            ..Item::default()
        }
    };
    let mut items: Vec<Item> = rows.iter().take(MAX_ROWS).map(item).collect();
    items.extend(rest(rows.len(), MAX_ROWS, "text").map(|text| Item { text, ..Item::default() }));
    let lead = "`why4xx rules draft` on the same logs writes rules from them.".to_owned();
    let title = "Failures that no rule explains";
    (!items.is_empty()).then(|| Section { title, lead: Some(lead), items, ..Section::default() })
}

/// What is missing in the log, and the setting that would show it.
pub(super) fn health(report: &Report, _clock: &Clock<'_>) -> Option<Section> {
    let health = &report.log_health;
    let item = |row: &LoggingAdvice| Item {
        text: format!(
            "{}: {}",
            row.client.as_deref().unwrap_or("calls whose library is not visible"),
            row.text
        ),
        command: row.setting.clone().map(|setting| ("Copy", setting)),
        ..Item::default()
    };
    let lead = (health.failed > 0).then(|| missing(health));
    let items = health.advice.iter().take(MAX_ROWS).map(item).collect();
    lead.map(|lead| Section {
        title: "What the log leaves out",
        lead: Some(lead),
        items,
        ..Section::default()
    })
}

fn missing(health: &LogHealth) -> String {
    let of_answered = |count| percent(count, health.answered);
    let of_failed = |count| percent(count, health.failed);
    format!(
        "Of {}, {} have no request id and {} no error code; of {}, {} have no time and {} no status. Values hidden by scrubbing: {}.",
        count_of(health.answered, "answered failure"),
        of_answered(health.without_request_id),
        of_answered(health.without_code),
        count_of(health.failed, "failure"),
        of_failed(health.without_time),
        of_failed(health.without_status),
        number(health.scrubbed),
    )
}

/// Times in which nobody wrote a line.
pub(super) fn blind(report: &Report, clock: &Clock<'_>) -> Option<Section> {
    let rows = &report.coverage.blind;
    let item = |window: &BlindWindow| Item {
        is_bad: true,
        text: format!(
            "{} to {} ({})",
            clock.time(window.from),
            clock.time(window.to),
            count_of(window.hours, "hour")
        ),
        ..Item::default()
    };
    let mut items: Vec<Item> = rows.iter().take(MAX_ROWS).map(item).collect();
    items.extend(rest(rows.len(), MAX_ROWS, "window").map(|text| Item { text, ..Item::default() }));
    let title = "Times without a single log line: nothing is known about them";
    (!items.is_empty()).then(|| Section { title, items, ..Section::default() })
}
