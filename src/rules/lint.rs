//! What is no mistake in a rule file and yet not right: warnings about a whole set of rules.
//!
//! Looks at rules only. What needs calls (clauses that no example defends, pairs that only the last
//! steps decide) stands in `proof`.

use std::collections::BTreeMap;

use super::clause::{Clause, Match, Test};
use super::diagnostic::Diagnostic;
use super::fields::FieldType;
use super::implication::{contradiction, table_implies};
use super::rule::Rule;
use super::set::RuleSet;
use crate::model::Tier;

/// Letters of a phrase, white space left out, that it needs to say anything.
const MIN_PHRASE: usize = 5;
/// Fields that tell who called what, and not why it failed.
const CIRCUMSTANCES: &[&str] = &[
    "client.name",
    "client.version",
    "context-headers",
    "endpoint",
    "header.cf-ray",
    "header.content-type",
    "header.from-azure",
    "header.from-openai",
    "host",
    "key.length",
    "method",
    "model",
    "organization",
    "project",
    "provider",
    "retry_after_ms",
    "role",
    "scheme",
    "scrubbed",
    "status",
];

impl RuleSet {
    /// Warnings about all rules, in their order.
    #[must_use]
    pub fn lint(&self) -> Vec<Diagnostic> {
        let mut warnings = Vec::new();
        for rule in self.rules() {
            metadata(rule, &mut warnings);
            examples(rule, &mut warnings);
            for (place, table) in rule.matches.iter().enumerate() {
                if let Some((clause, why)) = contradiction(table) {
                    let warning =
                        warning("unreachable", rule, clause.place.clone(), "a match that never holds");
                    warnings.push(warning.label(why));
                } else {
                    width(rule, table, &mut warnings);
                    weight(rule, table, &mut warnings);
                    self.shadows(rule, place, table, &mut warnings);
                }
            }
        }
        warnings
    }

    /// A match that holds only where another one decides.
    fn shadows(&self, rule: &Rule, place: usize, table: &Match, warnings: &mut Vec<Diagnostic>) {
        let own = rule.matches.iter().enumerate().filter(|(other, _)| *other != place);
        for (other, wide) in own {
            let is_same = table_implies(wide, table) && wide.tier == table.tier;
            if table_implies(table, wide) && wide.tier <= table.tier && (!is_same || other < place) {
                let line = line_of(rule, wide);
                let code = if is_same { "duplicate-match" } else { "shadowed" };
                let message = format!("a match decides nothing that the one in line {line} does not");
                warnings.push(warning(code, rule, table.place.clone(), &message).label("has no effect"));
                return;
            }
        }
        for other in self.rules().iter().filter(|other| other.id() != rule.id()) {
            let Some(wide) = other.matches.iter().find(|wide| table_implies(table, wide)) else { continue };
            let id = other.id();
            if self.beats(other, rule) {
                let message = format!("wherever this match holds, `{id}` is the verdict");
                let line = line_of(other, wide);
                let label = format!("always loses to line {line} of `{}`", other.source.path);
                warnings.push(warning("shadowed", rule, table.place.clone(), &message).label(label));
            } else if table_implies(wide, table) && !self.beats(rule, other) && id < rule.id() {
                let message = format!("`{id}` has the same match");
                let help = "say which one is meant: `refines`, `outranks`, or one more clause";
                let warning = warning("duplicate-match", rule, table.place.clone(), &message);
                warnings.push(warning.label("cannot tell the two apart").help(Some(help.to_owned())));
            }
        }
    }

    /// Whether a rule wins over another whenever both hold, because of what the files say.
    fn beats(&self, rule: &Rule, other: &Rule) -> bool {
        self.ancestors(rule).any(|above| above.id() == other.id())
            || (self.outranks(rule, other.id())
                && !self.ancestors(other).any(|above| above.id() == rule.id()))
    }
}

fn warning(code: &'static str, rule: &Rule, place: std::ops::Range<usize>, message: &str) -> Diagnostic {
    Diagnostic::new(code, &rule.source, place, message).warning()
}

fn line_of(rule: &Rule, table: &Match) -> usize {
    Diagnostic::new("", &rule.source, table.place.clone(), String::new()).line
}

fn metadata(rule: &Rule, warnings: &mut Vec<Diagnostic>) {
    let missing = [
        ("prevent", rule.prevent.is_none(), "how to keep it from coming back"),
        ("not", rule.not.is_none(), "what it is often mistaken for"),
        ("links", rule.links.is_empty(), "where the advice comes from"),
    ];
    for (key, _, what) in missing.into_iter().filter(|row| row.1) {
        let help = Some(format!("say {what}"));
        warnings.push(warning("missing-advice", rule, 0..0, &format!("`{key}` is missing")).help(help));
    }
}

fn examples(rule: &Rule, warnings: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for example in rule.examples() {
        if let Some(line) = seen.insert(example.input.as_str(), example.line) {
            let message = format!("the example in line {} is that of line {line} once more", example.line);
            warnings.push(warning("duplicate-example", rule, example.place.clone(), &message).label("again"));
        }
    }
}

/// A match that holds for almost anything.
fn width(rule: &Rule, table: &Match, warnings: &mut Vec<Diagnostic>) {
    for clause in &table.clauses {
        if let Some(why) = too_wide(clause) {
            warnings.push(
                warning("too-wide", rule, clause.place.clone(), "a test that almost any text passes")
                    .label(why),
            );
            return;
        }
    }
    if table.tier != Tier::Inconclusive && table.clauses.len() < 2 && !table.clauses.iter().any(tells) {
        let help = "add what tells the cause, or say `tier = \"inconclusive\"`";
        let warning =
            warning("too-wide", rule, table.place.clone(), "a match tests nothing that tells a cause");
        warnings.push(warning.label("only circumstances").help(Some(help.to_owned())));
    }
}

/// Patterns that take longer to compile than a small log takes to read.
fn weight(rule: &Rule, table: &Match, warnings: &mut Vec<Diagnostic>) {
    for clause in table.clauses.iter().chain(&table.none) {
        let Test::Matches(patterns) = &clause.test else { continue };
        if let Some(heavy) = patterns.iter().find(|pattern| !pattern.is_light()) {
            let help = r"say `[a-z0-9_]` for `\w` and `+` for a counted repetition such as `{1,160}`";
            warnings.push(
                warning("heavy-pattern", rule, clause.place.clone(), "a pattern is slow to compile")
                    .label(format!("`{}` grows to more than 32 KiB", heavy.as_str()))
                    .help(Some(help.to_owned())),
            );
        }
    }
}

fn too_wide(clause: &Clause) -> Option<String> {
    let is_short = |phrase: &super::clause::Phrase| phrase.compact.chars().count() < MIN_PHRASE;
    match &clause.test {
        Test::Contains(phrases) | Test::Starts(phrases) | Test::Ends(phrases)
            if clause.field.kind == FieldType::Text =>
        {
            let short = phrases.iter().find(|phrase| is_short(phrase))?;
            Some(format!("`{}` is too short to tell anything", short.shown))
        }
        Test::Matches(patterns) => {
            let empty = patterns.iter().find(|pattern| pattern.find("").is_some())?;
            Some(format!("`{}` matches the empty text", empty.as_str()))
        }
        _ => None,
    }
}

/// Whether a clause says something about the cause.
fn tells(clause: &Clause) -> bool {
    !matches!(clause.test, Test::Present(_)) && !CIRCUMSTANCES.contains(&clause.field.name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::RuleSource;
    use crate::rules::fields::field;

    #[test]
    fn circumstances_are_fields_and_sorted() {
        assert!(CIRCUMSTANCES.is_sorted());
        assert!(CIRCUMSTANCES.iter().all(|name| field(name).is_some()));
    }

    #[test]
    fn a_pattern_that_is_slow_to_compile_gets_a_warning() {
        let is_heavy = |pattern: &str| {
            let text = include_str!("../../tests/data/broken-rules/bad-regex.toml")
                .replace("'('", &format!("'{pattern}'"));
            let source = RuleSource { path: "own.toml".into(), text: text.into(), is_builtin: false };
            let rules = RuleSet::from_sources(vec![source]).unwrap();
            rules.lint().iter().any(|warning| warning.code == "heavy-pattern")
        };
        assert!(is_heavy(r"key[\w.]{1,20} is missing") && is_heavy("model .{1,160} is gone"));
        assert!(!is_heavy("(?i)key[a-z0-9_.]{1,20} is missing") && !is_heavy("model .+ is gone"));
    }

    #[test]
    fn the_rules_of_the_program_give_no_warning() {
        let warnings = RuleSet::builtin().lint();
        assert!(warnings.is_empty(), "{}", crate::rules::render_all(&warnings, false));
    }
}
