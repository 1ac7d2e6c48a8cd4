//! What the report of a period shows beside the failures: grade, changes, days, actions, blind windows and
//! what to log. A plain analysis leaves all this out.

use jiff::Timestamp;

use super::canvas::{Canvas, Paint};
use super::sink::{cut, number, one_line};
use super::view::{Action, Changes, Day, Report, Usages};
use super::words::{count_of, minute, percent};

/// Days that are listed one by one.
const MAX_DAYS: usize = 31;
/// Actions that are listed.
const MAX_ACTIONS: usize = 6;
/// Rows of other lists.
const MAX_ROWS: usize = 5;
/// Cells of the longest bar.
const BAR: usize = 24;

/// The grade, right below the verdict.
pub(super) fn grade(canvas: &mut Canvas, report: &Report) {
    let Some(grade) = report.verdict.grade.as_ref().filter(|_| report.is_periodic) else { return };
    let paint = if grade.score >= 80 { Paint::Good } else { Paint::Bad };
    canvas.paragraph(paint, &format!("Health: {} ({} of 100).", grade.letter, grade.score));
    canvas.paragraph(Paint::Dim, &grade.formula);
}

/// Changes, days and who is hit, above the causes.
pub(super) fn above(canvas: &mut Canvas, report: &Report) {
    if !report.is_periodic {
        return;
    }
    if let Some(changes) = &report.changes {
        self::changes(canvas, report, changes);
    }
    days(canvas, report);
    who(canvas, report);
}

/// Actions, blind windows and what to log, below the causes.
pub(super) fn below(canvas: &mut Canvas, report: &Report) {
    if !report.is_periodic {
        return;
    }
    actions(canvas, &report.actions);
    clients(canvas, report);
    blind(canvas, report);
    logging(canvas, report);
}

fn changes(canvas: &mut Canvas, report: &Report, changes: &Changes) {
    let time = |at: Timestamp| minute(at, &report.period.zone, true);
    let when = match (changes.from, changes.to) {
        (Some(from), Some(to)) => format!(" ({} to {})", time(from), time(to)),
        _ => String::new(),
    };
    canvas.gap();
    canvas.paragraph(Paint::Title, &format!("Since the period before{when}"));
    let rate = |ok: u64, calls: u64| percent(ok, calls);
    let points = changes.success_rate_change.map(|change| format!(" ({:+.1} points)", change * 100.0));
    canvas.item(
        Paint::Plain,
        &format!(
            "{}, before {}; success {}, before {}{}",
            count_of(changes.now.calls, "call"),
            number(changes.before.calls),
            rate(changes.now.ok, changes.now.calls),
            rate(changes.before.ok, changes.before.calls),
            points.unwrap_or_default()
        ),
    );
    for row in &changes.causes {
        let text = format!(
            "{}: {}, {} failed, before {} ({})",
            row.state.word(),
            row.title,
            count_of(row.now, "call"),
            number(row.before),
            row.cause
        );
        let is_good = row.state == super::ChangeState::Gone;
        canvas.item(if is_good { Paint::Good } else { Paint::Plain }, &text);
    }
}

fn days(canvas: &mut Canvas, report: &Report) {
    let days = &report.trend.days;
    if days.len() < 2 || days.len() > MAX_DAYS || report.totals.calls == 0 {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "Failed calls by day");
    let most = days.iter().map(|day| day.failed).max().unwrap_or_default().max(1);
    let cells = |pick: fn(&Day) -> u64| days.iter().map(|day| number(pick(day)).len()).max().unwrap_or(1);
    let (failed, calls) = (cells(|day| day.failed), cells(|day| day.ok + day.failed));
    for day in days {
        let all = day.ok + day.failed;
        let bar = usize::try_from(day.failed * BAR as u64 / most).unwrap_or(BAR);
        let bar = if day.failed > 0 { bar.max(1) } else { 0 };
        let line = format!(
            "   {}  {:>failed$} of {:>calls$}  {:>6}  {:BAR$}  {}",
            one_line(&day.date),
            number(day.failed),
            number(all),
            percent(day.failed, all),
            "█".repeat(bar),
            main_cause(day)
        );
        canvas.table(&cut(line.trim_end(), canvas.width()), 0);
    }
}

/// The cause of most failures of a day.
fn main_cause(day: &Day) -> String {
    let most = day.causes.iter().max_by_key(|(cause, count)| (**count, std::cmp::Reverse((*cause).clone())));
    let more = day.causes.len().saturating_sub(1);
    let suffix = if more > 0 { format!(" +{more}") } else { String::new() };
    most.map(|(cause, _)| format!("{}{suffix}", one_line(cause))).unwrap_or_default()
}

fn who(canvas: &mut Canvas, report: &Report) {
    let rows = [
        ("service", &report.who.services),
        ("environment", &report.who.environments),
        ("project", &report.who.projects),
        ("model", &report.who.models),
    ];
    let shown: Vec<String> = rows.into_iter().filter_map(|(name, usages)| hit(name, usages)).collect();
    if shown.is_empty() || report.totals.failed == 0 {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "Who is hit");
    shown.iter().for_each(|text| canvas.item(Paint::Plain, text));
}

fn hit(name: &str, usages: &Usages) -> Option<String> {
    let failing = usages.named.iter().filter(|row| row.failed > 0);
    let rows: Vec<String> = failing
        .take(MAX_ROWS)
        .map(|row| {
            let share = percent(row.failed, row.ok + row.failed);
            format!("{} {} ({share} of its calls)", cut(&one_line(&row.name), 40), number(row.failed))
        })
        .collect();
    (!rows.is_empty()).then(|| format!("{name}: {}", rows.join(", ")))
}

fn actions(canvas: &mut Canvas, actions: &[Action]) {
    if actions.is_empty() {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "What to do, the greatest effect first");
    for action in actions.iter().take(MAX_ACTIONS) {
        let saves = match action.saves {
            0 => String::new(),
            saves => format!(", would have saved {}", count_of(saves, "call")),
        };
        let state = if action.is_open { "open" } else { "over" };
        canvas.item(Paint::Plain, &format!("{} ({}, {state}{saves})", action.step, action.cause));
        if let Some(verify) = &action.verify {
            canvas.command("Check", verify);
        }
    }
    let more = actions.len().saturating_sub(MAX_ACTIONS);
    if more > 0 {
        canvas.indented(Paint::Dim, &format!("and {}", count_of(more as u64, "more action")));
    }
}

fn clients(canvas: &mut Canvas, report: &Report) {
    if report.clients.is_empty() {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "Client libraries that the log names");
    for client in report.clients.iter().take(MAX_ROWS) {
        let version = client.version.as_deref().unwrap_or("version not shown");
        let failed = count_of(client.failed, "failed call");
        canvas.item(Paint::Plain, &format!("{} {version}: {failed}", client.name));
    }
}

fn blind(canvas: &mut Canvas, report: &Report) {
    if report.coverage.blind.is_empty() {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "Times without a single log line: nothing is known about them");
    let time = |at: Option<Timestamp>| at.map(|at| minute(at, &report.period.zone, true)).unwrap_or_default();
    for window in report.coverage.blind.iter().take(MAX_ROWS) {
        let hours = count_of(window.hours, "hour");
        canvas.item(Paint::Plain, &format!("{} to {} ({hours})", time(window.from), time(window.to)));
    }
    let more = report.coverage.blind.len().saturating_sub(MAX_ROWS);
    if more > 0 {
        canvas.indented(Paint::Dim, &format!("and {}", count_of(more as u64, "more window")));
    }
}

fn logging(canvas: &mut Canvas, report: &Report) {
    let advice = &report.log_health.advice;
    if advice.is_empty() {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "What the log leaves out");
    for row in advice.iter().take(MAX_ROWS) {
        let client = row.client.as_deref().unwrap_or("calls whose library is not visible");
        canvas.item(Paint::Plain, &format!("{client}: {}", row.text));
        if let Some(setting) = &row.setting {
            canvas.command("Copy", setting);
        }
    }
}
