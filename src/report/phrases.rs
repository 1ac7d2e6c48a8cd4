//! Phrases of a report that more than one renderer says; plain text, not yet made harmless for any medium.

use jiff::Timestamp;

use super::sink::{cut, number, one_line};
use super::view::{CauseReport, Exposure, IncidentReport, LookAlike, Names, Place, Problem, Report, Service};
use super::words::{bytes, count_of, minute, short};

/// Cells of a name in a list.
const NAME_WIDTH: usize = 48;

/// What to say when there is nothing to say.
pub(super) const NOTHING_SEEN: &str = "If calls were made, the log does not show them. The OpenAI client libraries \
    log each request when OPENAI_LOG=info is set, and failures are visible when the application logs the \
    exception with its traceback.";

/// How the times of one report are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock<'a> {
    report: &'a Report,
    with_year: bool,
}

impl<'a> Clock<'a> {
    /// Times in the zone of the report; with the year where causes lie in different ones.
    pub(super) fn new(report: &'a Report) -> Self {
        let year = |at: Timestamp| at.to_zoned(report.period.zone.clone()).year();
        let all = report.causes.iter().flat_map(|cause| [cause.first_seen, cause.last_seen]).flatten();
        let years: std::collections::BTreeSet<i16> = all.map(year).collect();
        Self { report, with_year: years.len() > 1 }
    }

    /// A time to the minute, or "no time".
    pub(super) fn time(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "no time".to_owned(), |at| minute(at, &self.report.period.zone, self.with_year))
    }

    /// When calls were seen: `from … to …`, `at …`, `without a time`.
    pub(super) fn span(&self, first: Option<Timestamp>, last: Option<Timestamp>) -> String {
        match (first, last) {
            (Some(_), Some(_)) if self.time(first) != self.time(last) => {
                format!("from {} to {}", self.time(first), self.time(last))
            }
            (Some(_), _) => format!("at {}", self.time(first)),
            _ => "without a time".to_owned(),
        }
    }

    /// The period with its zone.
    pub(super) fn period(&self) -> Option<String> {
        let period = &self.report.period;
        let time = |at| minute(at, &period.zone, true);
        let (from, to) = (period.from?, period.to?);
        Some(format!("{} to {}, times in {}.", time(from), time(to), period.timezone))
    }
}

/// What was read, and the period: the one place that names the zone.
pub(super) fn read(report: &Report) -> String {
    let coverage = &report.coverage;
    let read = format!(
        "Read {} in {} ({}).",
        count_of(coverage.lines, "line"),
        count_of(coverage.sources.len() as u64, "source"),
        bytes(coverage.bytes)
    );
    Clock::new(report).period().map_or(read.clone(), |period| format!("{read} {period}"))
}

/// The filters, so that nobody takes a part for the whole.
pub(super) fn chosen(report: &Report) -> Option<String> {
    let filters = ["service", "env", "cause", "family", "key", "since", "until"];
    let chosen: Vec<String> = filters
        .iter()
        .filter_map(|name| {
            report.arguments.get(*name).map(|values| format!("{name} {}", values.join(" or ")))
        })
        .collect();
    (!chosen.is_empty()).then(|| format!("Only calls with {}.", chosen.join(", ")))
}

/// The cause to look at first, with its number: who is hit by how many calls, and since when.
pub(super) fn act_first(report: &Report) -> Option<String> {
    let is_first = |cause: &CauseReport| Some(&cause.cause) == report.verdict.act_first.as_ref();
    let (index, cause) = report.causes.iter().enumerate().find(|(_, cause)| is_first(cause))?;
    let calls = count_of(cause.count, "call");
    let span = Clock::new(report).span(cause.first_seen, cause.last_seen);
    let who = who(cause).map(|who| format!(", {who}")).unwrap_or_default();
    let lead = match report.causes.len() {
        1 => "Cause".to_owned(),
        _ => format!("Look first at {}", index + 1),
    };
    Some(format!("{lead}: {} ({calls}{who}, {span}).", cause.title))
}

/// What to do first about the cause to look at first: the step of the incident that explains it, else its own.
pub(super) fn do_first(report: &Report) -> Option<String> {
    let cause = report.verdict.act_first.as_ref()?;
    let explains = |one: &&IncidentReport| &one.cause != cause && one.explains.contains_key(cause);
    let explained = report.incidents.iter().find(explains).and_then(|one| one.next_step.clone());
    let own = || report.causes.iter().find(|row| &row.cause == cause)?.fix.first().cloned();
    explained.or_else(own).map(|step| format!("Do first: {step}"))
}

/// `and 3 more actions`, where there are more than can be listed.
pub(super) fn rest(count: usize, max: usize, noun: &str) -> Option<String> {
    let more = count.checked_sub(max).filter(|more| *more > 0)?;
    Some(format!("and {}", count_of(more as u64, &format!("more {noun}"))))
}

/// `Health: C (66 of 100).` and how that came about; said of periods only.
pub(super) fn grade(report: &Report) -> Option<(String, &str)> {
    let grade = report.verdict.grade.as_ref().filter(|_| report.is_periodic)?;
    Some((format!("Health: {} ({} of 100).", grade.letter, grade.score), &grade.formula))
}

/// The service or services, short.
fn who(cause: &CauseReport) -> Option<String> {
    let first = cause.services.named.first()?;
    let more = cause.services.named.len() - 1;
    let name = cut(&one_line(&first.name), 40).into_owned();
    Some(if more == 0 { name } else { format!("{name} and {}", count_of(more as u64, "more service")) })
}

/// Id, severity, certainty and statuses of a cause.
pub(super) fn kind(cause: &CauseReport) -> String {
    let statuses = list(&cause.statuses, 3, "no status").map(|list| format!(" · status {list}"));
    format!("{} · {} · {}{}", cause.cause, cause.severity, cause.sureness, statuses.unwrap_or_default())
}

/// Who is hit: every kind of name that is known.
pub(super) fn scope(cause: &CauseReport) -> Vec<(&'static str, String)> {
    let rows = [
        ("service", &cause.services),
        ("environment", &cause.environments),
        ("key", &cause.keys),
        ("model", &cause.models),
        ("organization", &cause.organizations),
        ("project", &cause.projects),
        ("host", &cause.hosts),
    ];
    rows.into_iter()
        .filter_map(|(name, names)| list(names, 3, "not named").map(|list| (name, list)))
        .collect()
}

/// A secret in the log: mask, family, how often, who wrote it, where first.
pub(super) fn exposure(exposure: &Exposure) -> String {
    let services = list(&exposure.services, 3, "not named").map(|list| format!(", service {list}"));
    let at = exposure.locations.first().map(|at| format!(", first at {}", place(at)));
    let times =
        if exposure.count == 1 { "once".to_owned() } else { format!("{} times", number(exposure.count)) };
    format!(
        "{} ({}): {times}{}{}",
        short(&exposure.shown),
        exposure.family,
        services.unwrap_or_default(),
        at.unwrap_or_default()
    )
}

/// Text that looks like a failure and is none.
pub(super) fn look_alike(row: &LookAlike) -> String {
    let why = match row.quoted {
        0 => "no call to OpenAI",
        quoted if quoted == row.count => "quoted in other text",
        _ => "partly quoted in other text",
    };
    let at = row.samples.first().map(|sample| format!(", first at {}", place(&sample.location)));
    format!("{}: {} ({why}){}", row.title, number(row.count), at.unwrap_or_default())
}

/// Everything that could not be read or had to be assumed, a line each.
pub(super) fn problems(report: &Report) -> Vec<String> {
    let line = |problem: &Problem| {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        let times = Some(problem.count).filter(|count| *count > 1);
        let times = times.map(|count| format!(" ({} times)", number(count))).unwrap_or_default();
        format!("{}{line}: {}{times}", problem.source, problem.text)
    };
    let mut lines: Vec<String> = report.problems.iter().map(line).collect();
    let health = &report.log_health;
    if health.assumed_zone > 0 {
        let zone = report.arguments.get("timezone").and_then(|zones| zones.first());
        let zone = zone.map_or("UTC", String::as_str);
        let calls = count_of(health.assumed_zone, "time");
        lines.push(format!("{calls} without a zone, read as {zone}; --timezone names another"));
    }
    if health.without_time > 0 {
        lines.push(format!("{} without a time", count_of(health.without_time, "failed call")));
    }
    lines
}

/// `app.log:12`.
pub(super) fn place(place: &Place) -> String {
    format!("{}:{}", place.source, place.line)
}

/// The name of a service, or what stands for the rest of them.
pub(super) fn service(service: &Service) -> &str {
    service.name.as_deref().unwrap_or("other services")
}

/// The first few names with their counts, when there is a name at all.
pub(super) fn list(names: &Names, max: usize, none: &str) -> Option<String> {
    let first = names.named.first()?;
    let is_only = names.named.len() == 1 && names.others == 0 && names.unnamed == 0;
    let name = |name: &str| cut(&short(name), NAME_WIDTH).into_owned();
    if is_only {
        return Some(name(&first.name));
    }
    Some(counted(names, max, none, name))
}

/// The first few names with their counts, then the others, then those without a name.
pub(super) fn counted(names: &Names, max: usize, none: &str, name: impl Fn(&str) -> String) -> String {
    let named = names.named.iter().take(max).map(|row| (name(&row.name), row.count));
    let rest = names.named.iter().skip(max).map(|row| row.count).sum::<u64>() + names.others;
    let unnamed = [("others".to_owned(), rest), (none.to_owned(), names.unnamed)];
    let rows = named.chain(unnamed.into_iter().filter(|(_, count)| *count > 0));
    rows.map(|(name, count)| format!("{name} ({})", number(count))).collect::<Vec<_>>().join(", ")
}
