//! Why a call got its verdict: where each field stands in the text, which rules were tried and what
//! decided, and what would make the verdict surer.

use serde::Serialize;

use super::explain::read_fields;
use super::sink::{cut, one_line};
use crate::model::{Call, Finding};
use crate::rules::fields::{FIELDS, Value};
use crate::rules::{ClauseTrial, RuleSet, TableTrial, Trial};

/// Near misses that are told.
const MAX_NEAR: usize = 6;
/// Characters of a value that are shown.
const MAX_VALUE: usize = 400;
/// Characters of a value that are looked for in the text.
const MAX_SOUGHT: usize = 40;

/// Everything about one verdict.
#[derive(Debug, Clone, Serialize)]
pub struct Reasoning {
    /// Id of the cause; none for a call that succeeded.
    pub cause: Option<String>,
    /// How sure it is.
    pub tier: Option<&'static str>,
    /// `failed`, `ok` or `info`.
    pub outcome: &'static str,
    /// Wrappers around the record, the outermost first.
    pub layers: Vec<&'static str>,
    /// Fields that were read.
    pub fields: Vec<SeenField>,
    /// What decided.
    pub evidence: Vec<Decided>,
    /// Rules that hold, then those that nearly do.
    pub tried: Vec<Attempted>,
    /// What would make the verdict surer.
    pub surer: Option<Surer>,
}

/// A field with its place in the text.
#[derive(Debug, Clone, Serialize)]
pub struct SeenField {
    /// As in rule files.
    pub field: &'static str,
    /// Its value, masked.
    pub value: String,
    /// Line of the text, from 1, where the value stands as it is.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
}

/// A field that decided.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// As in rule files.
    pub field: String,
    /// Its value, masked.
    pub value: String,
}

/// A rule that was tried.
#[derive(Debug, Clone, Serialize)]
pub struct Attempted {
    /// Id of its cause.
    pub cause: String,
    /// `won`, `lost` or `nearly`.
    pub result: &'static str,
    /// Why it lost: `refines`, `outranks`, `tier`, `severity` or `id`.
    pub lost_by: Option<&'static str>,
    /// The clauses that hold, or that would have to.
    pub clauses: Vec<String>,
}

/// What would make a verdict surer.
#[derive(Debug, Clone, Serialize)]
pub struct Surer {
    /// The tier that it would have.
    pub tier: &'static str,
    /// What is missing for that.
    pub missing: Vec<String>,
}

/// The reasoning behind a verdict. `text` is where the fields are looked for, `layers` what was peeled.
#[must_use]
pub fn reasoning(
    call: &Call,
    finding: Option<&Finding>,
    rules: &RuleSet,
    text: &str,
    layers: Vec<&'static str>,
) -> Reasoning {
    let trials = if finding.is_some() { rules.try_all(call) } else { Vec::new() };
    let evidence = finding.map(|finding| {
        let decided = finding.evidence.iter();
        decided.map(|row| Decided { field: row.field.to_string(), value: row.value.to_string() }).collect()
    });
    Reasoning {
        cause: finding.map(|finding| finding.cause.id.to_string()),
        tier: finding.map(|finding| finding.tier.word()),
        outcome: call.seen.outcome.word(),
        layers,
        fields: seen_fields(call, text),
        evidence: evidence.unwrap_or_default(),
        tried: tried(&trials, call),
        surer: finding.and_then(|finding| surer(&trials, finding, call)),
    }
}

fn seen_fields(call: &Call, text: &str) -> Vec<SeenField> {
    let mut fields = Vec::new();
    for field in FIELDS.iter().filter(|field| field.name != "role") {
        let Some(value) = (field.get)(call) else { continue };
        let value = match value {
            Value::Yes(false) => continue,
            Value::Text(value) => cut(&one_line(value), MAX_VALUE).to_string(),
            Value::Number(number) => number.to_string(),
            Value::Yes(true) => "true".to_owned(),
        };
        fields.push(seen_field(field.name, value, text));
    }
    for (name, value) in read_fields(call) {
        if name != "outcome" && !fields.iter().any(|one| one.field == name) {
            fields.push(seen_field(name, cut(&one_line(&value), MAX_VALUE).to_string(), text));
        }
    }
    fields
}

fn seen_field(field: &'static str, value: String, text: &str) -> SeenField {
    let place = place_of(field, &value, text);
    SeenField { field, value, line: place.map(|place| place.0), column: place.map(|place| place.1) }
}

/// Line and column where a value stands as a word of its own: behind the name of its field where there is
/// such a place, else the first.
fn place_of(field: &str, value: &str, text: &str) -> Option<(usize, usize)> {
    let sought: String = value.chars().take(MAX_SOUGHT).collect();
    if sought.len() < 2 || value == "true" {
        return None;
    }
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let is_word = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + sought.len()..).and_then(|after| after.chars().next());
        !is_part(before) && (sought.len() < value.len() || !is_part(after))
    };
    let places = || text.match_indices(&sought).map(|(at, _)| at).filter(|at| is_word(*at));
    let named = places().find(|at| text.get(..*at).is_some_and(|before| ends_with_name(before, field)));
    let before = text.get(..named.or_else(|| places().next())?)?;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some((before.matches('\n').count() + 1, column))
}

/// Whether a text ends with the name of a field, however it is written, and what stands between a name and its
/// value: `"request_id": "`, `requestID='`, `x-request-id: `.
fn ends_with_name(before: &str, field: &str) -> bool {
    let is_between =
        |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '\\' | ':' | '=' | '>');
    let name = before.trim_end_matches(is_between);
    let letters = |text: &str| -> Vec<char> {
        let letters = text.chars().rev().filter(|letter| !matches!(letter, '_' | '-' | '.'));
        letters.flat_map(char::to_lowercase).take(MAX_SOUGHT).collect()
    };
    let (whole, field) = (letters(name), letters(field));
    name.len() < before.len() && whole.starts_with(&field)
}

fn tried(trials: &[Trial<'_>], call: &Call) -> Vec<Attempted> {
    let mut tried: Vec<Attempted> = Vec::new();
    let mut near: Vec<(usize, &Trial<'_>, &TableTrial<'_>)> = Vec::new();
    for trial in trials {
        if let Some(table) =
            trial.tables.iter().filter(|table| table.holds()).min_by_key(|one| one.table.tier)
        {
            let lost_by = trial.rejected_by;
            tried.push(Attempted {
                cause: trial.rule.id().to_owned(),
                result: if lost_by.is_some() { "lost" } else { "won" },
                lost_by,
                clauses: vec![table.table.describe()],
            });
        } else if let Some(table) = nearest(trial, call) {
            near.push((table.failing().count(), trial, table));
        }
    }
    tried.sort_by_key(|one| one.lost_by.is_some());
    near.sort_by_key(|(failing, trial, table)| (*failing, table.table.tier, trial.rule.id().to_owned()));
    tried.extend(near.into_iter().take(MAX_NEAR).map(|(_, trial, table)| Attempted {
        cause: trial.rule.id().to_owned(),
        result: "nearly",
        lost_by: None,
        clauses: missing(table, call),
    }));
    tried
}

/// The match that came nearest: a clause that tells something holds of what is there (that a field is absent
/// tells nothing), and at most two stand in the way.
fn nearest<'t, 'r>(trial: &'t Trial<'r>, call: &Call) -> Option<&'t TableTrial<'r>> {
    let is_telling = |one: &ClauseTrial<'_>| {
        one.is_fine
            && !one.is_exception
            && (one.clause.field.get)(call).is_some()
            && ["code", "message", "page", "type", "transport"].contains(&one.clause.field.name)
    };
    let near = trial.tables.iter().filter(|table| {
        !table.is_foreign && table.failing().count() <= 2 && table.clauses.iter().any(is_telling)
    });
    near.min_by_key(|table| (table.failing().count(), table.table.tier))
}

/// What stands in the way of a match, each with what is there instead.
fn missing(table: &TableTrial<'_>, call: &Call) -> Vec<String> {
    let told = |one: &ClauseTrial<'_>| {
        let clause = one.clause;
        let shown = match (clause.field.get)(call) {
            None => "not visible".to_owned(),
            Some(Value::Text(value)) => format!("it is `{}`", cut(&one_line(value), 60)),
            Some(Value::Number(number)) => format!("it is {number}"),
            Some(Value::Yes(is_so)) => format!("it is {is_so}"),
        };
        match one.is_exception {
            true => format!("excluded because {}", clause.describe()),
            false => format!("{} ({shown})", clause.describe()),
        }
    };
    table.failing().map(told).collect()
}

/// The surest match of the same rule that is not there yet, and what it lacks.
fn surer(trials: &[Trial<'_>], finding: &Finding, call: &Call) -> Option<Surer> {
    let own = trials.iter().find(|trial| *trial.rule.id() == *finding.cause.id)?;
    let better = own.tables.iter().filter(|table| table.table.tier < finding.tier && !table.is_foreign);
    let nearest = better.min_by_key(|table| (table.failing().count(), table.table.tier))?;
    Some(Surer { tier: nearest.table.tier.word(), missing: missing(nearest, call) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_as_a_word_of_its_own() {
        let text = "took 4012 ms\n  code: 401, tokens";
        assert_eq!(place_of("status", "401", text), Some((2, 9)));
        assert_eq!(place_of("type", "token", text), None);
        assert_eq!(place_of("type", "tokens", text), Some((2, 14)));
    }

    #[test]
    fn a_value_is_found_behind_its_name() {
        let text =
            r#"quota {"code":"insufficient_quota","type":"insufficient_quota"} requestID='req_1' req_1"#;
        assert_eq!(place_of("code", "insufficient_quota", text), Some((1, 16)));
        assert_eq!(place_of("type", "insufficient_quota", text), Some((1, 44)));
        assert_eq!(place_of("request_id", "req_1", text), Some((1, 76)));
        assert_eq!(place_of("status", "quota", text), Some((1, 1)));
    }

    #[test]
    fn a_long_value_is_found_by_its_beginning() {
        let text = format!("x\nIncorrect API key provided: {}", "a".repeat(80));
        let value = text.split_once('\n').expect("two lines").1;
        assert_eq!(place_of("message", value, &text), Some((2, 1)));
    }
}
