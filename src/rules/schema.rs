//! The JSON Schema of a rule file, for editors: from the lists that the reader itself uses.

use serde_json::{Map, Value, json};

use super::correlation::{CorrelationType, Dimension, Measured};
use super::fields::{FIELDS, Field, FieldType};
use super::read_match::TESTS;
use super::rule::{Blocks, PLACEHOLDERS};
use crate::model::{Family, Retry, Severity, Tier};

/// The first line of a new rule file: editors that know TOML complete and check it by the schema that
/// `why4xx rules schema` writes beside it.
pub const SCHEMA_LINE: &str = "#:schema ./rule.schema.json";

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let severities: Vec<_> = Severity::ALL.iter().map(|severity| severity.word()).collect();
    let retries: Vec<_> = Retry::ALL.iter().map(|retry| retry.word()).collect();
    let families: Vec<_> = Family::ALL.iter().map(|family| family.word()).collect();
    let blocks: Vec<_> = Blocks::ALL.iter().map(|row| row.1).collect();
    let places = PLACEHOLDERS.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
    let prose = |what: &str| json!({ "type": "string", "minLength": 1, "description": format!("{what} May hold {places}.") });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of why4xx",
        "description": "One root cause: how it is recognised and what to do about it. Its id is the name of the file.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "blocks": { "enum": blocks, "description": "How a billing cause blocks." },
            "correlate": { "type": "array", "items": correlate(), "description": "How it shows over time." },
            "disable": { "type": "boolean", "description": "Takes the rule of this id away; nothing else is needed then." },
            "example": { "type": "array", "items": example(), "description": "What the rule must and must not explain." },
            "expected": { "type": "boolean", "description": "Its calls are expected to fail here: listed, and never counted as failures." },
            "family": { "enum": families, "description": "Family; the name of the folder unless it is said." },
            "fix": { "type": "array", "minItems": 1, "items": prose("An action the reader can take now."), "description": "Actions, the first one first." },
            "links": { "type": "array", "items": { "type": "string", "format": "uri" }, "description": "Sources of the advice." },
            "literals": { "type": "array", "items": { "type": "string", "minLength": 1 }, "description": "Text of which one piece stands in each record that matches; only where none can be derived from the matches." },
            "match": { "type": "array", "items": table(), "description": "Any of these tables decides." },
            "not": prose("What it is not, where it is often mistaken."),
            "outranks": { "type": "array", "items": { "type": "string" }, "description": "Causes in other branches that this one explains away." },
            "override": { "type": "array", "items": overriding(&severities), "description": "How bad it is for some callers; the first that fits counts." },
            "prevent": prose("How to keep it from coming back."),
            "refines": { "type": "string", "description": "The more general cause that this one falls back to." },
            "retry": { "enum": retries, "description": "Whether a retry can help; absent where no call is retried." },
            "severity": { "enum": severities, "description": "How bad it is." },
            "temporal": { "type": "boolean", "description": "It shows over time; one call may not decide it." },
            "title": { "type": "string", "minLength": 1, "description": "The cause in plain words." },
            "verify": prose("A command or check that shows whether it is fixed."),
            "why": prose("The mechanism behind the cause.")
        },
        "if": { "properties": { "disable": { "const": true } }, "required": ["disable"] },
        "else": { "required": ["title", "severity", "why", "fix"] },
        "$defs": definitions()
    })
}

fn overriding(severities: &[&str]) -> Value {
    let names =
        json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["severity"],
        "anyOf": [{ "required": ["environment"] }, { "required": ["service"] }],
        "properties": { "environment": names, "service": names, "severity": { "enum": severities } }
    })
}

fn example() -> Value {
    let tiers: Vec<_> = Tier::ALL.iter().map(|tier| tier.word()).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["expect", "input"],
        "properties": {
            "calls": { "type": "integer", "minimum": 1, "description": "How many failed calls of this cause the input holds; at least one unless it is said." },
            "cause": { "type": "string", "description": "What a near miss is instead; no failure at all unless it is said." },
            "expect": { "type": "boolean", "description": "Whether the rule explains a call in the input." },
            "input": { "type": "string", "minLength": 1, "description": "Raw log text, without secrets." },
            "tier": { "enum": tiers, "description": "How sure the cause is for each of these calls; any tier unless it is said." }
        }
    })
}

fn table() -> Value {
    let tiers: Vec<_> = Tier::ALL.iter().map(|tier| tier.word()).collect();
    let mut fields = fields("");
    fields.insert("none".into(), json!({ "$ref": "#/$defs/none" }));
    fields.insert(
        "tier".into(),
        json!({ "enum": tiers, "description": "How sure the cause is when the match holds." }),
    );
    fields.sort_keys();
    json!({ "type": "object", "additionalProperties": false, "required": ["tier"], "properties": fields })
}

/// What is referred to from several places: the exceptions, and the tests of each kind of field.
fn definitions() -> Map<String, Value> {
    let mut definitions = Map::new();
    for kind in [FieldType::Text, FieldType::Word, FieldType::Number, FieldType::Presence] {
        definitions.insert(kind.word().to_owned(), tests_schema(kind, &[]));
    }
    let none = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": fields(""),
        "description": "And none of these holds."
    });
    definitions.insert("none".into(), none);
    definitions
}

/// The fields whose names begin so, as properties; dotted names become tables.
fn fields(prefix: &str) -> Map<String, Value> {
    let mut properties = Map::new();
    for field in FIELDS {
        let Some(rest) = field.name.strip_prefix(prefix) else { continue };
        match rest.split_once('.') {
            None => {
                properties.insert(rest.to_owned(), field_schema(field));
            }
            Some((name, _)) if !properties.contains_key(name) => {
                let inner = fields(&format!("{prefix}{name}."));
                let inner = json!({ "type": "object", "additionalProperties": false, "properties": inner });
                properties.insert(name.to_owned(), inner);
            }
            Some(_) => {}
        }
    }
    properties
}

fn field_schema(field: &Field) -> Value {
    let words = (field.words)();
    let description = format!("{}. From: {}. For example {}.", field.meaning, field.source, field.example);
    if words.is_empty() {
        return json!({ "$ref": format!("#/$defs/{}", field.kind.word()), "description": description });
    }
    let mut schema = tests_schema(field.kind, &words);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".into(), description.into());
    }
    schema
}

/// A value, a list of values, or a table with one test; of these words only, where there are any.
fn tests_schema(kind: FieldType, words: &[&str]) -> Value {
    let text =
        if words.is_empty() { json!({ "type": "string", "minLength": 1 }) } else { json!({ "enum": words }) };
    let value = match kind {
        FieldType::Text | FieldType::Word => text.clone(),
        FieldType::Number => json!({ "type": "integer", "minimum": 0 }),
        FieldType::Presence => json!({ "type": "boolean" }),
    };
    let list = json!({ "type": "array", "minItems": 1, "items": value });
    let mut tests = Map::new();
    for (name, _) in TESTS.iter().filter(|test| test.1.contains(&kind)) {
        let test = match *name {
            "present" => json!({ "type": "boolean" }),
            "min" | "max" => value.clone(),
            _ => json!({ "anyOf": [text, list] }),
        };
        tests.insert((*name).to_owned(), test);
    }
    let table =
        json!({ "type": "object", "additionalProperties": false, "minProperties": 1, "properties": tests });
    let mut any = vec![value];
    if kind != FieldType::Presence {
        any.push(list);
    }
    any.push(table);
    json!({ "anyOf": any })
}

fn correlate() -> Value {
    let tiers: Vec<_> = Tier::ALL.iter().map(|tier| tier.word()).collect();
    let types: Vec<_> = CorrelationType::ALL.iter().map(|row| row.1).collect();
    let dimensions: Vec<_> = Dimension::ALL.iter().map(|row| row.1).collect();
    let measured: Vec<_> = Measured::ALL.iter().map(|row| row.1).collect();
    let bound = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type"],
        "properties": {
            "below": { "type": "object", "additionalProperties": { "type": "string", "pattern": "^[0-9]" } },
            "condition": { "type": "object", "additionalProperties": false, "properties": { "gt": bound, "gte": bound, "lt": bound, "lte": bound } },
            "explains": { "type": "array", "items": { "type": "string" } },
            "field": { "enum": measured },
            "group-by": { "type": "array", "items": { "enum": dimensions } },
            "min-events": bound,
            "rules": { "type": "array", "items": { "type": "string" } },
            "tier": { "enum": tiers },
            "timespan": { "type": "string", "pattern": "^[0-9]+[smhd]$" },
            "type": { "enum": types }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{CORRELATE_KEYS, EXAMPLE_KEYS, KEYS, OVERRIDE_KEYS};

    fn keys(value: &Value) -> Vec<&str> {
        value["properties"].as_object().expect("properties").keys().map(String::as_str).collect()
    }

    #[test]
    fn the_schema_knows_every_key_and_no_other() {
        let schema = schema();
        assert_eq!(keys(&schema), KEYS);
        assert_eq!(keys(&schema["properties"]["example"]["items"]), EXAMPLE_KEYS);
        assert_eq!(keys(&schema["properties"]["correlate"]["items"]), CORRELATE_KEYS);
        assert_eq!(keys(&schema["properties"]["override"]["items"]), OVERRIDE_KEYS);
        let mut wanted: Vec<&str> =
            FIELDS.iter().filter_map(|field| field.name.split('.').next()).chain(["none", "tier"]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        assert_eq!(keys(&schema["properties"]["match"]["items"]), wanted);
    }
}
