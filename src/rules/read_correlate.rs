//! A `[[correlate]]` table → [`Correlation`].

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::correlation::{
    Condition, Correlation, CorrelationType, DEFAULT_TIMESPAN_MS, Dimension, Happening, Measured, Version,
};
use super::reader::{Item, Reader, value};
use crate::model::Tier;

/// Keys of a `[[correlate]]` table, sorted.
pub const CORRELATE_KEYS: &[&str] = &[
    "below",
    "condition",
    "explains",
    "field",
    "group-by",
    "min-events",
    "rules",
    "tier",
    "timespan",
    "type",
];
/// Keys of its `condition`, sorted.
const CONDITION_KEYS: &[&str] = &["gt", "gte", "lt", "lte"];

/// Places of the causes that tables name.
pub(super) type Named = Vec<(Range<usize>, Arc<str>)>;

/// The correlation, when it can be used; mistakes go to the reader.
pub(super) fn read_correlation(
    reader: &mut Reader<'_>,
    span: Range<usize>,
    table: &DeTable<'_>,
    named: &mut Named,
) -> Option<Correlation> {
    reader.known_keys(table, CORRELATE_KEYS);
    let kind = reader.word(table, "type", CorrelationType::ALL);
    if value(table, "type").is_none() {
        let message = "a correlation does not say its type".to_owned();
        reader.report("missing-key", span.clone(), message, "`type` is missing");
    }
    let tiers: Vec<_> = Tier::ALL.iter().map(|tier| (*tier, tier.word())).collect();
    let tier = reader.word(table, "tier", &tiers);
    let events = happenings(reader, table, named);
    let explains = reader.strings(table, "explains");
    named.extend(explains.iter().map(|(span, id)| (span.clone(), Arc::from(id.as_str()))));
    let correlation = Correlation {
        kind: kind?,
        events,
        group_by: dimensions(reader, table),
        field: reader.word(table, "field", Measured::ALL),
        timespan_ms: timespan(reader, table).unwrap_or(DEFAULT_TIMESPAN_MS),
        condition: condition(reader, table).unwrap_or_default(),
        below: below(reader, table),
        min_events: value(table, "min-events")
            .and_then(|item| whole(reader, item, "min-events"))
            .unwrap_or(1),
        tier,
        explains: explains.into_iter().map(|(_, id)| Arc::from(id)).collect(),
    };
    check(reader, span, table, &correlation);
    Some(correlation)
}

/// What a type cannot do without.
fn check(reader: &mut Reader<'_>, span: Range<usize>, table: &DeTable<'_>, correlation: &Correlation) {
    let wanted = match correlation.kind {
        CorrelationType::ValueCount | CorrelationType::ValueMax | CorrelationType::ValueMedian
            if correlation.field.is_none() =>
        {
            "`field` is missing"
        }
        CorrelationType::ValueMin if correlation.field != Some(Measured::ClientVersion) => {
            "`field` must be `client-version`"
        }
        CorrelationType::ValueMin if correlation.below.is_empty() => "`below` is missing",
        CorrelationType::ValueMin => return,
        CorrelationType::Ratio | CorrelationType::TemporalOrdered if correlation.events.len() < 2 => {
            "`rules` wants at least two events"
        }
        CorrelationType::Absence if correlation.events.is_empty() => "`rules` is missing",
        CorrelationType::Absence => return,
        _ if value(table, "condition").is_none() => "`condition` is missing",
        _ => return,
    };
    let message = format!("a correlation of type `{}` cannot tell anything", correlation.kind.word());
    reader.report("missing-key", span, message, wanted);
}

fn happenings(reader: &mut Reader<'_>, table: &DeTable<'_>, named: &mut Named) -> Vec<Happening> {
    let words = reader.strings(table, "rules");
    let happening = |(span, word): (Range<usize>, String)| {
        Happening::ALL.iter().find(|row| row.1 == word).map_or_else(
            || {
                let id: Arc<str> = Arc::from(word.as_str());
                named.push((span, Arc::clone(&id)));
                Happening::Cause(id)
            },
            |row| row.0.clone(),
        )
    };
    words.into_iter().map(happening).collect()
}

fn dimensions(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Vec<Dimension> {
    let mut dimensions = Vec::new();
    for (span, word) in reader.strings(table, "group-by") {
        match Dimension::ALL.iter().find(|row| row.1 == word) {
            Some(row) => dimensions.push(row.0),
            None => {
                let words: Vec<&str> = Dimension::ALL.iter().map(|row| row.1).collect();
                reader.unknown_word(span, "group-by", &word, &words);
            }
        }
    }
    dimensions.sort_unstable();
    dimensions.dedup();
    dimensions
}

/// `below = { openai-python = "1.55.3" }`.
fn below(reader: &mut Reader<'_>, table: &DeTable<'_>) -> BTreeMap<Arc<str>, Version> {
    let Some(item) = value(table, "below") else { return BTreeMap::new() };
    let Some(inner) = item.get_ref().as_table() else {
        reader.wrong_type(item, "below", "a table: `{ openai-python = \"1.55.3\" }`");
        return BTreeMap::new();
    };
    let mut bounds = BTreeMap::new();
    for (name, item) in inner {
        match item.get_ref().as_str().and_then(Version::of) {
            Some(version) => {
                bounds.insert(Arc::from(name.get_ref().as_ref()), version);
            }
            None => reader.wrong_type(item, name.get_ref(), "a version: `\"1.55.3\"`"),
        }
    }
    bounds
}

fn condition(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Condition> {
    let item = value(table, "condition")?;
    let Some(inner) = item.get_ref().as_table() else {
        reader.wrong_type(item, "condition", "a table: `{ gte = 3 }`");
        return None;
    };
    reader.known_keys(inner, CONDITION_KEYS);
    let mut bound = |key: &str| value(inner, key).and_then(|item| whole(reader, item, key));
    Some(Condition { gte: bound("gte"), gt: bound("gt"), lte: bound("lte"), lt: bound("lt") })
}

pub(super) fn whole(reader: &mut Reader<'_>, item: Item<'_, '_>, key: &str) -> Option<u64> {
    let found = match item.get_ref() {
        DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
        _ => None,
    };
    if found.is_none() {
        reader.wrong_type(item, key, "a whole number");
    }
    found
}

/// `timespan = 1*digit ("s" / "m" / "h" / "d")`, as in Sigma: `15m`.
fn timespan(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<i64> {
    let item = value(table, "timespan")?;
    let text = reader.string(item, "timespan")?;
    let scale = |unit| match unit {
        's' => Some(1000),
        'm' => Some(60_000),
        'h' => Some(3_600_000),
        'd' => Some(86_400_000),
        _ => None,
    };
    let unit = text.chars().next_back().and_then(scale);
    let number = text.get(..text.len().saturating_sub(1)).and_then(|digits| digits.parse::<u32>().ok());
    let found = unit.zip(number).map(|(unit, number)| unit * i64::from(number));
    if found.is_none() {
        reader.wrong_type(item, "timespan", "a number with a unit: `90s`, `15m`, `2h`, `1d`");
    }
    found
}
