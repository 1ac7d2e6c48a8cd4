//! A `[[match]]` table: dotted field names with their tests → [`Match`].

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::clause::{Clause, Match, Pattern, Phrase, Test};
use super::diagnostic::did_you_mean;
use super::fields::{FIELDS, Field, FieldType, field};
use super::reader::{Item, Reader, value};
use crate::model::Tier;

/// Characters of a pattern at most.
const MAX_PATTERN_CHARS: usize = 1000;

/// Tests that a table can hold, with the types of field that take them.
pub const TESTS: &[(&str, &[FieldType])] = &[
    ("ends", &[FieldType::Text, FieldType::Word]),
    ("is", &[FieldType::Text, FieldType::Word]),
    ("matches", &[FieldType::Text, FieldType::Word]),
    ("max", &[FieldType::Number]),
    ("min", &[FieldType::Number]),
    ("present", &[FieldType::Text, FieldType::Word, FieldType::Number, FieldType::Presence]),
    ("starts", &[FieldType::Text, FieldType::Word]),
];

/// The match, when its tier is known; mistakes go to the reader.
pub(super) fn read_match(reader: &mut Reader<'_>, span: Range<usize>, table: &DeTable<'_>) -> Option<Match> {
    let mut clauses = Vec::new();
    let mut none = Vec::new();
    let mut tier = None;
    for (key, item) in table {
        match &**key.get_ref() {
            "tier" => tier = read_tier(reader, item),
            "none" => match item.get_ref().as_table() {
                Some(inner) => read_clauses(reader, inner, "", &mut none),
                None => reader.wrong_type(item, "none", "a table"),
            },
            name => read_clause(reader, name, key.span(), item, &mut clauses),
        }
    }
    if value(table, "tier").is_none() {
        reader.report(
            "missing-key",
            span.clone(),
            "a match does not say its tier".to_owned(),
            "`tier` is missing",
        );
    }
    // A clause with a mistake is told as such.
    let has_clause = table.iter().any(|(key, _)| !matches!(&**key.get_ref(), "tier" | "none"));
    if clauses.is_empty() && !has_clause {
        reader.report(
            "missing-key",
            span.clone(),
            "a match tests nothing".to_owned(),
            "every call would match",
        );
    }
    Some(Match { tier: tier?, clauses, none, place: span })
}

fn read_tier(reader: &mut Reader<'_>, item: Item<'_, '_>) -> Option<Tier> {
    let word = reader.string(item, "tier")?;
    let tier = Tier::from_word(&word);
    if tier.is_none() {
        reader.unknown_word(
            item.span(),
            "tier",
            &word,
            &Tier::ALL.iter().map(|tier| tier.word()).collect::<Vec<_>>(),
        );
    }
    tier
}

fn read_clauses(reader: &mut Reader<'_>, table: &DeTable<'_>, prefix: &str, clauses: &mut Vec<Clause>) {
    for (key, item) in table {
        read_clause(reader, &format!("{prefix}{}", key.get_ref()), key.span(), item, clauses);
    }
}

/// A field with its test, or a table of fields that share the first parts of their names.
/// Field names have at most three parts, so the recursion ends there.
fn read_clause(
    reader: &mut Reader<'_>,
    name: &str,
    span: Range<usize>,
    item: Item<'_, '_>,
    clauses: &mut Vec<Clause>,
) {
    if let Some(field) = field(name) {
        let place = span.start..item.span().end;
        clauses.extend(read_test(reader, field, item).map(|test| Clause { field, test, place }));
        return;
    }
    let prefix = format!("{name}.");
    match item.get_ref().as_table() {
        Some(table) if FIELDS.iter().any(|field| field.name.starts_with(&prefix)) => {
            read_clauses(reader, table, &prefix, clauses);
        }
        _ => {
            let known = FIELDS.iter().map(|field| field.name).chain(["tier", "none"]);
            let help = did_you_mean(name, known);
            let message = format!("unknown field `{name}`");
            reader.report_with_help("unknown-field", span, message, "no such field", help);
        }
    }
}

fn read_test(reader: &mut Reader<'_>, field: &'static Field, item: Item<'_, '_>) -> Option<Test> {
    match (item.get_ref(), field.kind) {
        (DeValue::Table(table), _) => read_table(reader, field, item, table),
        (_, FieldType::Text) => phrases(reader, field, item).map(Test::Contains),
        (_, FieldType::Word) => phrases(reader, field, item).map(Test::Is),
        (_, FieldType::Number) => numbers(reader, field, item).map(Test::Number),
        (_, FieldType::Presence) => reader.boolean(item, field.name).map(Test::Yes),
    }
}

fn read_table(
    reader: &mut Reader<'_>,
    field: &'static Field,
    item: Item<'_, '_>,
    table: &DeTable<'_>,
) -> Option<Test> {
    let mut range = (None, None);
    let mut tests = Vec::new();
    for (key, value) in table {
        let fitting = TESTS.iter().filter(|test| test.1.contains(&field.kind)).map(|test| test.0);
        let name = &**key.get_ref();
        if !fitting.clone().any(|test| test == name) {
            let help = did_you_mean(name, fitting.clone());
            let help = help.unwrap_or_else(|| format!("one of: {}", fitting.collect::<Vec<_>>().join(", ")));
            let message = format!("`{}`, a {} field, has no test `{name}`", field.name, field.kind.word());
            reader.report_with_help("unknown-key", key.span(), message, "no such test", Some(help));
            return None;
        }
        match name {
            "min" => range.0 = Some(number(reader, field, value)?),
            "max" => range.1 = Some(number(reader, field, value)?),
            "present" => tests.push(Test::Present(reader.boolean(value, "present")?)),
            "starts" => tests.push(Test::Starts(phrases(reader, field, value)?)),
            "ends" => tests.push(Test::Ends(phrases(reader, field, value)?)),
            "is" => tests.push(Test::Is(phrases(reader, field, value)?)),
            _ => tests.push(Test::Matches(patterns(reader, value)?)),
        }
    }
    if range != (None, None) {
        tests.push(Test::Range(range.0, range.1));
    }
    if tests.len() != 1 {
        let message = format!("`{}` wants one test, not {}", field.name, tests.len());
        reader.report("wrong-type", item.span(), message, "one test in one table");
    }
    tests.pop().filter(|_| tests.is_empty())
}

/// A single value or the values of a list.
fn values<'t, 'i>(item: Item<'t, 'i>) -> Vec<Item<'t, 'i>> {
    match item.get_ref() {
        DeValue::Array(list) => list.iter().collect(),
        _ => vec![item],
    }
}

fn phrases(reader: &mut Reader<'_>, field: &Field, item: Item<'_, '_>) -> Option<Vec<Phrase>> {
    let words = (field.words)();
    let mut phrases = Vec::new();
    for value in values(item) {
        let text = reader.string(value, field.name)?;
        if !words.is_empty() && !words.contains(&text.as_str()) {
            reader.unknown_word(value.span(), field.name, &text, &words);
            return None;
        }
        phrases.push(Phrase::new(&text)?);
    }
    if phrases.is_empty() {
        reader.wrong_type(item, field.name, "at least one string");
    }
    Some(phrases)
}

fn numbers(reader: &mut Reader<'_>, field: &Field, item: Item<'_, '_>) -> Option<Vec<u64>> {
    let numbers: Option<Vec<u64>> =
        values(item).into_iter().map(|value| number(reader, field, value)).collect();
    if numbers.as_ref().is_some_and(Vec::is_empty) {
        reader.wrong_type(item, field.name, "at least one number");
    }
    numbers
}

fn number(reader: &mut Reader<'_>, field: &Field, item: Item<'_, '_>) -> Option<u64> {
    let found = match item.get_ref() {
        DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
        _ => None,
    };
    if found.is_none() {
        reader.wrong_type(item, field.name, "a whole number");
    }
    found
}

fn patterns(reader: &mut Reader<'_>, item: Item<'_, '_>) -> Option<Vec<Pattern>> {
    let mut patterns = Vec::new();
    for value in values(item) {
        let text = reader.string(value, "matches")?;
        if text.chars().count() > MAX_PATTERN_CHARS {
            let message = format!("a pattern of {} characters", text.chars().count());
            let label = format!("at most {MAX_PATTERN_CHARS}");
            reader.report("bad-regex", value.span(), message, &label);
            return None;
        }
        // Those of the program are held by a test.
        if reader.source.is_builtin {
            patterns.push(Pattern::known(text));
            continue;
        }
        match Pattern::new(text) {
            Ok(pattern) => patterns.push(pattern),
            Err(error) => {
                let reason = error.to_string();
                let reason =
                    reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                reader.report(
                    "bad-regex",
                    value.span(),
                    format!("cannot read the pattern: {reason}"),
                    "this pattern",
                );
                return None;
            }
        }
    }
    Some(patterns)
}
