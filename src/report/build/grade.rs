//! How healthy the calls are, as a grade whose formula is shown.

use crate::aggregate::{EXPOSED, Summary};
use crate::model::Severity;
use crate::report::sink::number;
use crate::report::view::{Deduction, Grade, IncidentReport};
use crate::report::words::{count_of, percent};

/// Letters with the least score of each.
const LETTERS: &[(u32, &str)] = &[(90, "A"), (80, "B"), (65, "C"), (50, "D"), (0, "F")];
/// Most points for failed calls.
const MOST_FOR_FAILURES: u32 = 40;
/// Points for failures where the log shows no successful call, so that their share is not known.
const FOR_UNKNOWN_SHARE: u32 = 20;
/// Most points for incidents that are not over.
const MOST_FOR_INCIDENTS: u32 = 40;
/// Points for each open incident after the worst.
const FOR_FURTHER_INCIDENT: u32 = 5;
/// Points for secrets in the log.
const FOR_SECRETS: u32 = 15;
/// Most points for retries in vain.
const MOST_FOR_RETRIES: u32 = 5;
/// Most points for answers without a request id.
const MOST_FOR_LOG: u32 = 5;

/// The grade of a period; `None` where no call is visible.
pub(super) fn grade(summary: &Summary, incidents: &[IncidentReport], retries_in_vain: u64) -> Option<Grade> {
    let calls = summary.totals.calls;
    if calls.ok + calls.failed == 0 {
        return None;
    }
    let rows = [
        failures(calls.ok, calls.failed),
        open_incidents(incidents),
        secrets(summary),
        retries(retries_in_vain, calls.failed),
        log(summary),
    ];
    let deductions: Vec<Deduction> = rows.into_iter().flatten().filter(|row| row.points > 0).collect();
    let score = deductions.iter().fold(100_u32, |score, row| score.saturating_sub(row.points));
    let letter = LETTERS.iter().find(|(least, _)| score >= *least).map_or("F", |(_, letter)| letter);
    let parts: String = deductions.iter().map(|row| format!(" - {} ({})", row.points, row.reason)).collect();
    Some(Grade { letter, score, formula: format!("100{parts} = {score}"), deductions })
}

/// `part` of `whole` times `most`, rounded.
fn weighed(part: u64, whole: u64, most: u32) -> u32 {
    let share = part.min(whole) as f64 / whole.max(1) as f64;
    (share * f64::from(most)).round() as u32
}

fn failures(ok: u64, failed: u64) -> Option<Deduction> {
    let all = ok + failed;
    let (points, reason) = match (ok, failed) {
        (_, 0) => return None,
        (0, _) => (
            FOR_UNKNOWN_SHARE,
            format!("{} and no successful call is visible", count_of(failed, "failed call")),
        ),
        _ => (
            weighed(failed, all, 400).clamp(1, MOST_FOR_FAILURES),
            format!("{} of calls failed: 4 a percent, at most {MOST_FOR_FAILURES}", percent(failed, all)),
        ),
    };
    Some(Deduction { name: "failure-rate", points, reason })
}

/// Points for an open incident of that severity.
fn weight(severity: &str) -> u32 {
    match Severity::from_word(severity) {
        Some(Severity::Critical) => 30,
        Some(Severity::High) => 20,
        Some(Severity::Medium) => 10,
        Some(Severity::Low | Severity::Info) | None => 0,
    }
}

fn open_incidents(incidents: &[IncidentReport]) -> Option<Deduction> {
    let is_open = |one: &&IncidentReport| !one.recovered && one.cause != EXPOSED && weight(one.severity) > 0;
    let open: Vec<&IncidentReport> = incidents.iter().filter(is_open).collect();
    let worst = open.iter().max_by_key(|one| weight(one.severity))?;
    let further = u32::try_from(open.len() - 1).unwrap_or(u32::MAX);
    let points = weight(worst.severity).saturating_add(further.saturating_mul(FOR_FURTHER_INCIDENT));
    let reason = format!(
        "{} not over, the worst {}: {} for it, {FOR_FURTHER_INCIDENT} for each other, at most {MOST_FOR_INCIDENTS}",
        count_of(open.len() as u64, "incident"),
        worst.severity,
        weight(worst.severity),
    );
    Some(Deduction { name: "open-incident", points: points.min(MOST_FOR_INCIDENTS), reason })
}

fn secrets(summary: &Summary) -> Option<Deduction> {
    let secrets = summary.exposed.iter().count() as u64;
    let reason = format!("{} in the log in full", count_of(secrets, "secret"));
    (secrets > 0).then_some(Deduction { name: "secrets-in-log", points: FOR_SECRETS, reason })
}

fn retries(in_vain: u64, failed: u64) -> Option<Deduction> {
    let reason = format!(
        "{} of {} retried in vain: at most {MOST_FOR_RETRIES}",
        number(in_vain.min(failed)),
        count_of(failed, "failed call")
    );
    let points = weighed(in_vain, failed, MOST_FOR_RETRIES);
    (failed > 0).then_some(Deduction { name: "needless-retries", points, reason })
}

fn log(summary: &Summary) -> Option<Deduction> {
    let totals = &summary.totals;
    let answered = totals.calls.failed.saturating_sub(totals.without_status);
    let reason = format!(
        "{} of failed answers without a request id: at most {MOST_FOR_LOG}",
        percent(totals.without_request_id, answered)
    );
    let points = weighed(totals.without_request_id, answered, MOST_FOR_LOG);
    (answered > 0).then_some(Deduction { name: "log-health", points, reason })
}
