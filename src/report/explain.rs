//! Pages that explain: one cause in depth, one call with its verdict, and the causes that can lie
//! behind a status, a code or a class.

use super::Look;
use super::advice::{Advice, Scope};
use super::canvas::{Canvas, Paint};
use super::reasoning::Reasoning;
use super::sink::{cut, one_line};
use super::words::{count_of, duration, retry_advice, sureness, utc};
use crate::model::{Call, Finding, Limit, Masked, Outcome, Provider};
use crate::rules::{Rule, RuleSet};

/// All about one cause.
#[must_use]
pub fn cause_page(rule: &Rule, rules: &RuleSet, look: Look) -> String {
    let mut canvas = Canvas::new(look);
    canvas.paragraph(Paint::Title, &rule.info.title);
    let family = format!("{} · {} · {}", rule.id(), rule.info.family.word(), rule.info.severity.word());
    canvas.indented(Paint::Dim, &family);
    let surest = rule.matches.iter().map(|table| table.tier).min();
    advice(&mut canvas, rule, &Scope::default(), retry_advice(&rule.info, surest, None));
    if let Some(prevent) = &Advice::new(rule, &Scope::default()).prevent {
        canvas.field("Prevent", Paint::Plain, prevent);
    }
    for (index, link) in rule.links.iter().enumerate() {
        canvas.command(if index == 0 { "Read" } else { "" }, link);
    }
    recognition(&mut canvas, rule);
    relatives(&mut canvas, rule, rules);
    canvas.finish()
}

/// What a call must look like, and one that does.
fn recognition(canvas: &mut Canvas, rule: &Rule) {
    if rule.matches.is_empty() {
        return;
    }
    canvas.gap();
    canvas.paragraph(Paint::Title, "How it is recognised");
    for table in &rule.matches {
        canvas.item(Paint::Plain, &format!("{}: {}", table.tier.word(), table.describe()));
    }
    if let Some(example) = rule.examples().iter().find(|example| example.is_expected) {
        canvas.gap();
        canvas.paragraph(Paint::Title, "What it looks like");
        canvas.quote("", &example.input, 4);
    }
}

fn relatives(canvas: &mut Canvas, rule: &Rule, rules: &RuleSet) {
    let parent = rule.refines.as_deref().and_then(|id| rules.rule(id));
    let children: Vec<&Rule> =
        rules.rules().iter().filter(|child| child.refines.as_deref() == Some(rule.id())).collect();
    let name = |rule: &Rule| format!("{}: {}", rule.id(), rule.info.title);
    if let Some(parent) = parent {
        canvas.gap();
        canvas.paragraph(Paint::Title, "The more general cause");
        canvas.indented(Paint::Plain, &name(parent));
    }
    if !children.is_empty() {
        canvas.gap();
        canvas.paragraph(Paint::Title, "What it can be more exactly");
        for child in children {
            canvas.indented(Paint::Plain, &name(child));
        }
    }
}

/// Why, fix, retry, not and check of a rule.
fn advice(canvas: &mut Canvas, rule: &Rule, scope: &Scope<'_>, retry: Option<String>) {
    let advice = Advice::new(rule, scope);
    canvas.field("Why", Paint::Plain, &advice.why);
    for (index, step) in advice.fix.iter().enumerate() {
        canvas.step(if index == 0 { "Fix" } else { "" }, index + 1, step);
    }
    if let Some(retry) = retry {
        canvas.field("Retry", Paint::Plain, &retry);
    }
    if let Some(not) = &advice.not {
        canvas.field("Not", Paint::Plain, not);
    }
    if let Some(verify) = &advice.verify {
        canvas.command("Check", verify);
    }
}

/// One call: the verdict, what to do, its evidence, its rivals, the rules that nearly fit, and the fields
/// that were read with their places.
#[must_use]
pub fn call_page(
    call: &Call,
    finding: Option<&Finding>,
    rules: &RuleSet,
    reasoning: &Reasoning,
    look: Look,
) -> String {
    let mut canvas = Canvas::new(look);
    let rule = finding.and_then(|finding| rules.rule(&finding.cause.id));
    let title = finding.map_or("The call succeeded", |finding| &finding.cause.title);
    let paint = if call.seen.outcome == Outcome::Failed { Paint::Bad } else { Paint::Title };
    canvas.paragraph(paint, title);
    if let Some(finding) = finding {
        let facts = [&*finding.cause.id, finding.cause.severity.word(), sureness(finding.tier)];
        canvas.indented(Paint::Dim, &facts.join(" · "));
    }
    if call.seen.outcome == Outcome::Info && call.seen.is_quoted {
        canvas.indented(Paint::Plain, "The text only quotes a failure. It is not counted as one.");
    }
    if let Some(rule) = rule {
        let tier = finding.map(|finding| finding.tier);
        let retry = retry_advice(&rule.info, tier, call.seen.headers.retry_after_ms);
        advice(&mut canvas, rule, &scope(call), retry);
    }
    if let Some(finding) = finding {
        reasons(&mut canvas, finding, rules);
    }
    near_misses(&mut canvas, reasoning);
    canvas.gap();
    canvas.paragraph(Paint::Title, "What was read");
    if !reasoning.layers.is_empty() {
        let layers = format!("wrapped as {}", reasoning.layers.join(", then "));
        canvas.indented(Paint::Dim, &layers);
    }
    for (name, value) in read_fields(call) {
        let place = reasoning.fields.iter().find(|seen| seen.field == name);
        let place = place.and_then(|seen| seen.line.zip(seen.column));
        let place = place.map_or(String::new(), |(line, column)| format!("  (line {line}, column {column})"));
        canvas.indented(Paint::Plain, &format!("{name} = {}{place}", cut(&one_line(&value), 400)));
    }
    canvas.finish()
}

/// Rules that nearly fit, each with what it lacks; and what would make the verdict surer.
fn near_misses(canvas: &mut Canvas, reasoning: &Reasoning) {
    let mut near = reasoning.tried.iter().filter(|one| one.result == "nearly").peekable();
    if near.peek().is_some() {
        canvas.gap();
        canvas.paragraph(Paint::Title, "What nearly fits, and what it lacks");
        for one in near {
            canvas.item(Paint::Plain, &format!("{}: {}", one.cause, one.clauses.join("; ")));
        }
    }
    if let Some(surer) = &reasoning.surer {
        canvas.gap();
        canvas.paragraph(Paint::Title, "What would make it surer");
        canvas.item(Paint::Plain, &format!("{}: {}", surer.tier, surer.missing.join("; ")));
    }
}

fn reasons(canvas: &mut Canvas, finding: &Finding, rules: &RuleSet) {
    if !finding.evidence.is_empty() {
        canvas.gap();
        canvas.paragraph(Paint::Title, "What decided");
        for row in &finding.evidence {
            canvas.indented(
                Paint::Plain,
                &format!("{} = {}", row.field, cut(&one_line(row.value.as_str()), 400)),
            );
        }
    }
    let mut lost = finding.rivals.iter().filter_map(|rival| Some((rival, rejection(&rival.rejected_by)?)));
    if let Some(first) = lost.next() {
        canvas.gap();
        canvas.paragraph(Paint::Title, "What fits as well");
        for (rival, why) in std::iter::once(first).chain(lost) {
            let title = rules.rule(&rival.cause).map_or(&*rival.cause, |rule| &*rule.info.title);
            canvas.item(Paint::Plain, &format!("{} ({title}): {why}", rival.cause));
        }
    }
}

/// Why a cause that fits is not the verdict; `None` when it only nearly fits, which is told elsewhere.
fn rejection(rejected_by: &str) -> Option<&'static str> {
    match rejected_by {
        "refines" => Some("the cause found is more exact"),
        "outranks" => Some("the cause found explains it away"),
        "tier" => Some("less sure"),
        "severity" | "id" => Some("the worse one is shown"),
        _ => None,
    }
}

fn scope(call: &Call) -> Scope<'_> {
    let seen = &call.seen;
    let key = seen.key.as_ref().and_then(|key| key.shown.as_ref());
    Scope {
        service: seen.context.service.as_deref().into_iter().collect(),
        environment: seen.context.environment.as_deref().into_iter().collect(),
        key: key.map(Masked::as_str).into_iter().collect(),
        model: seen.model.as_deref().into_iter().collect(),
        organization: call.organization().into_iter().collect(),
        project: call.project().into_iter().collect(),
        is_azure: seen.provider == Provider::Azure,
    }
}

/// The fields of a call that are known, by the names of the `events` contract.
pub(super) fn read_fields(call: &Call) -> Vec<(&'static str, String)> {
    let seen = &call.seen;
    let error = &seen.error;
    let context = &seen.context;
    let text = |value: Option<&str>| value.map(ToOwned::to_owned);
    let key = seen.key.as_ref();
    let client = seen.client.as_ref().map(|client| match &client.version {
        Some(version) => format!("{} {version}", client.name),
        None => client.name.to_string(),
    });
    let rows = [
        ("outcome", Some(seen.outcome.word().to_owned())),
        ("timestamp", context.stamp.map(|stamp| utc(stamp.at))),
        ("status", error.status.map(|status| status.to_string())),
        ("code", text(error.code.as_deref())),
        ("type", text(error.kind.as_deref())),
        ("param", text(error.param.as_deref())),
        ("message", error.message.as_ref().map(ToString::to_string)),
        ("exception", text(seen.exception.as_deref())),
        ("transport", seen.transport.map(|transport| transport.word().to_owned())),
        ("request_id", text(seen.headers.request_id.as_deref())),
        ("provider", Some(seen.provider.word().to_owned())),
        ("organization", text(call.organization())),
        ("project", text(call.project())),
        ("model", text(seen.model.as_deref())),
        ("host", text(seen.host.as_deref())),
        ("endpoint", text(seen.endpoint.as_deref())),
        ("key", key.and_then(|key| key.shown.as_ref()).map(ToString::to_string)),
        ("key.shape", key.map(|key| key.shape.word().to_owned())),
        ("key.length", key.and_then(|key| key.length).map(|length| length.to_string())),
        ("key.damage", key.and_then(|key| key.damage).map(|damage| damage.word().to_owned())),
        ("limits.requests", seen.headers.limits.requests.map(limit)),
        ("limits.tokens", seen.headers.limits.tokens.map(limit)),
        ("retry_after", seen.headers.retry_after_ms.map(duration)),
        ("client", client),
        ("service", text(context.service.as_deref())),
        ("environment", text(context.environment.as_deref())),
    ];
    rows.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
}

fn limit(limit: Limit) -> String {
    let shown = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), super::sink::number);
    format!("{} of {} left", shown(limit.remaining), shown(limit.limit))
}

/// A cause that can lie behind a status, a code or a class, with what gives it away.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// Its rule.
    pub rule: &'a Rule,
    /// Error codes that it comes with.
    pub codes: Vec<String>,
    /// A message that it comes with.
    pub message: Option<String>,
}

/// The causes that can lie behind something, and how to tell them apart.
#[must_use]
pub fn candidates_page(asked: &str, candidates: &[Candidate<'_>], look: Look) -> String {
    let mut canvas = Canvas::new(look);
    let causes = count_of(candidates.len() as u64, "cause");
    canvas.paragraph(Paint::Title, &format!("{causes} can lie behind {asked}"));
    if candidates.len() > 1 {
        canvas.paragraph(Paint::Dim, "The code and the message of the error tell them apart.");
    }
    for candidate in candidates {
        canvas.gap();
        let info = &candidate.rule.info;
        canvas.paragraph(Paint::Title, &info.title);
        canvas.indented(
            Paint::Dim,
            &format!("{} · {} · {}", info.id, info.family.word(), info.severity.word()),
        );
        if !candidate.codes.is_empty() {
            canvas.field("Code", Paint::Plain, &candidate.codes.join(", "));
        }
        if let Some(message) = &candidate.message {
            canvas.quote("Message", message, 3);
        }
        let advice = Advice::new(candidate.rule, &Scope::default());
        if let Some(step) = advice.fix.first() {
            canvas.field("Fix", Paint::Plain, step);
        }
    }
    canvas.gap();
    canvas.paragraph(Paint::Dim, "`why4xx explain ID` tells all about one of them.");
    canvas.finish()
}
