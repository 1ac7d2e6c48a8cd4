//! When does one test, or one table, hold wherever another does?
//!
//! Only what can be told from the rule files alone: yes means yes, no means that it is not known.

use super::clause::{Clause, Match, Phrase, Test};
use super::fields::FieldType;

/// Whether `wide` holds for every call for which `narrow` does.
pub(super) fn clause_implies(narrow: &Clause, wide: &Clause) -> bool {
    if narrow.field != wide.field {
        return false;
    }
    let is_word = narrow.field.kind == FieldType::Word;
    let text = |phrase: &Phrase| if is_word { phrase.shown.clone() } else { phrase.compact.clone() };
    let every = |narrow: &[Phrase], wide: &[Phrase], test: fn(&str, &str) -> bool| {
        narrow.iter().all(|one| wide.iter().any(|other| test(&text(one), &text(other))))
    };
    let starts = |one: &str, other: &str| one.starts_with(other);
    let ends = |one: &str, other: &str| one.ends_with(other);
    match (&narrow.test, &wide.test) {
        (Test::Present(is_there), Test::Present(is_wanted)) => is_there == is_wanted,
        (_, Test::Present(true)) => true,
        (Test::Yes(one), Test::Yes(other)) => one == other,
        (Test::Number(one), Test::Number(other)) => one.iter().all(|number| other.contains(number)),
        (Test::Number(one), Test::Range(low, high)) => one
            .iter()
            .all(|number| low.is_none_or(|low| *number >= low) && high.is_none_or(|high| *number <= high)),
        (Test::Range(low, high), Test::Range(wide_low, wide_high)) => {
            wide_low.is_none_or(|wide| low.is_some_and(|low| low >= wide))
                && wide_high.is_none_or(|wide| high.is_some_and(|high| high <= wide))
        }
        (Test::Is(one), Test::Is(other)) => every(one, other, |one, other| one == other),
        (Test::Is(one) | Test::Starts(one), Test::Starts(other)) => every(one, other, starts),
        (Test::Is(one) | Test::Ends(one), Test::Ends(other)) => every(one, other, ends),
        (
            Test::Is(one) | Test::Starts(one) | Test::Ends(one) | Test::Contains(one),
            Test::Contains(other),
        ) => every(one, other, |one, other| one.contains(other)),
        (Test::Matches(one), Test::Matches(other)) => {
            one.iter().all(|pattern| other.iter().any(|wide| wide.as_str() == pattern.as_str()))
        }
        _ => false,
    }
}

/// Whether `wide` holds for every call for which `narrow` does, exceptions and the provider included.
pub(super) fn table_implies(narrow: &Match, wide: &Match) -> bool {
    let is_foreign_too = !narrow.tests("provider") || wide.tests("provider");
    is_foreign_too
        && wide.clauses.iter().all(|wide| narrow.clauses.iter().any(|one| clause_implies(one, wide)))
        && wide.none.iter().all(|wide| narrow.none.iter().any(|one| clause_implies(wide, one)))
}

/// Why a table can never hold; `None` when it may.
pub(super) fn contradiction(table: &Match) -> Option<(&Clause, String)> {
    let excluded = |clause: &&Clause| table.none.iter().any(|none| clause_implies(clause, none));
    if let Some(clause) = table.clauses.iter().find(excluded) {
        return Some((clause, format!("`none` excludes every `{}` that this asks for", clause.field.name)));
    }
    let is_empty = |clause: &&Clause| matches!(clause.test, Test::Range(Some(low), Some(high)) if low > high);
    let clause = table.clauses.iter().find(is_empty)?;
    Some((clause, format!("no `{}` is at least `min` and at most `max`", clause.field.name)))
}
