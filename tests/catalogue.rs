//! Every answer of the catalogue gets its cause: in full, as prose alone, and with its text wrapped or cut.
//!
//! `data/catalogue.tsv`: row of the catalogue, cause, status, body, facts (`field=value; …`), and the
//! cause that is left when only status and prose are shown (`=` for the same).

use std::sync::Arc;

use serde_json::Value;
use why4xx::model::{
    ApiError, BodyKind, Call, Context, Headers, KeyDamage, KeyShape, Limit, Masked, Observation, Outcome,
    Place, Provider, Role, ShownKey, Transport,
};
use why4xx::rules::RuleSet;

const CATALOGUE: &str = include_str!("data/catalogue.tsv");
const CAUSES: &str = include_str!("../rules/causes.tsv");

struct Row<'a> {
    number: &'a str,
    cause: &'a str,
    status: Option<u16>,
    body: &'a str,
    facts: &'a str,
    prose: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let row = |line: &'static str| {
        let [number, cause, status, body, facts, prose] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six cells: {line}");
        };
        let prose = if prose == "=" { cause } else { prose };
        Row { number, cause, status: status.parse().ok(), body, facts, prose }
    };
    CATALOGUE.lines().skip(1).map(row).collect()
}

#[test]
fn every_answer_gets_its_cause() {
    check(|row| (call(row), row.cause));
}

#[test]
fn prose_without_code_and_type_is_enough_where_it_says_why() {
    check(|row| {
        let mut call = call(row);
        (call.seen.error.code, call.seen.error.kind, call.seen.error.param) = (None, None, None);
        call.seen.headers = Headers { limits: call.seen.headers.limits, ..Headers::default() };
        (call, row.prose)
    });
}

#[test]
fn wrapped_and_escaped_text_is_understood() {
    check(|row| {
        let mut call = call(row);
        let wrapped = call.seen.error.message.as_ref().map(|message| {
            let wrapped = message.as_str().replace(' ', " \n      ").replace('\'', "\\'");
            Masked::from_redacted(&wrapped)
        });
        call.seen.error.message = wrapped;
        (call, row.cause)
    });
}

#[test]
fn the_catalogue_covers_every_cause_that_one_call_can_show() {
    for rule in RuleSet::builtin().rules().iter().filter(|rule| !rule.matches.is_empty()) {
        assert!(rows().iter().any(|row| row.cause == rule.id()), "{} stands in no row", rule.id());
    }
}

#[test]
fn billing_is_never_called_a_rate_limit() {
    for row in rows() {
        let finding = RuleSet::builtin().judge(&call(&row));
        if row.body.contains("insufficient_quota") || row.body.contains("billing_") {
            assert_ne!(finding.cause.family.word(), "rate-limits", "row {}", row.number);
        }
    }
}

#[test]
fn a_quoted_error_is_never_more_than_possible() {
    let mut call = call(&rows()[0]);
    call.seen.is_quoted = true;
    let finding = RuleSet::builtin().judge(&call);
    assert_eq!((&*finding.cause.id, finding.tier.word()), ("key-invalid", "possible"));
}

#[test]
fn evidence_and_rivals_tell_why() {
    let row = Row {
        number: "1",
        cause: "key-placeholder",
        status: Some(401),
        body: r#"{"error":{"message":"Incorrect API key provided: your-api*****here.","code":"invalid_api_key"}}"#,
        facts: "key.shape=placeholder",
        prose: "=",
    };
    let finding = RuleSet::builtin().judge(&call(&row));
    let evidence: Vec<_> = finding.evidence.iter().map(|item| (&*item.field, item.value.as_str())).collect();
    assert_eq!(evidence, [("code", "invalid_api_key"), ("key.shape", "placeholder")]);
    let rivals: Vec<_> = finding.rivals.iter().map(|rival| (&*rival.cause, &*rival.rejected_by)).collect();
    assert!(rivals.contains(&("key-invalid", "refines")), "{rivals:?}");
    assert!(rivals.contains(&("key-wrong-provider", "key.shape")), "{rivals:?}");
    assert!(rivals.len() <= 5);
}

/// The rules of the program agree with the list of causes.
#[test]
fn family_parent_severity_and_retry_equal_the_list_of_causes() {
    let rules = RuleSet::builtin();
    let mut ids = Vec::new();
    for line in CAUSES.lines().skip(1) {
        let [id, family, refines, severity, retry, _] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six cells: {line}");
        };
        let rule = rules.rule(id).unwrap_or_else(|| panic!("no rule `{id}`"));
        let found = (
            rule.info.family.word(),
            rule.refines.as_deref().unwrap_or_default(),
            rule.info.severity.word(),
            rule.info.retry.map_or("-", |retry| retry.word()),
        );
        assert_eq!(found, (family, refines, severity, retry), "{id}");
        ids.push(id);
    }
    assert_eq!(rules.rules().len(), ids.len());
}

#[test]
fn every_rule_carries_advice_sources_and_examples() {
    for rule in RuleSet::builtin().rules() {
        let id = rule.id();
        assert!(rule.prevent.is_some() && rule.not.is_some() && !rule.links.is_empty(), "{id}");
        assert!(rule.links.iter().all(|link| link.starts_with("https://")), "{id}");
        assert!(!rule.info.title.ends_with('.') && rule.info.title.chars().count() <= 80, "{id}");
        if rule.matches.is_empty() {
            continue;
        }
        let count =
            |expected| rule.examples().iter().filter(|example| example.is_expected == expected).count();
        assert!(count(true) >= 2 && count(false) >= 2, "{id}");
        let is_quoted = |input: &str| input.contains(r#""role": "user""#);
        assert!(
            rule.examples().iter().any(|example| !example.is_expected && is_quoted(&example.input)),
            "{id}"
        );
    }
}

fn check(make: impl Fn(&Row<'static>) -> (Call, &'static str)) {
    let mut wrong = Vec::new();
    for row in rows() {
        let (call, expected) = make(&row);
        let finding = RuleSet::builtin().judge(&call);
        if &*finding.cause.id != expected {
            let evidence = finding.evidence;
            wrong.push(format!(
                "row {}: {} ({}) instead of {expected}: {} {} {evidence:?}",
                row.number,
                finding.cause.id,
                finding.tier.word(),
                row.body,
                row.facts
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

fn call(row: &Row<'_>) -> Call {
    let body: Value = serde_json::from_str(row.body).unwrap_or(Value::Null);
    let mut seen = nothing();
    seen.error = error(&body, row.status);
    seen.body = body.is_object().then_some(BodyKind::Object);
    for fact in row.facts.split("; ").filter(|fact| *fact != "-") {
        let (name, value) = fact.split_once('=').unwrap_or((fact, ""));
        set(&mut seen, name, value);
    }
    Call { source: Arc::from("catalogue"), seen, lines: vec![1], elsewhere: Vec::new(), attempt: None }
}

fn error(body: &Value, status: Option<u16>) -> ApiError {
    let inner = body.get("error").unwrap_or(body);
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => Some(Arc::<str>::from(text.as_str())),
        Some(Value::Number(number)) => Some(Arc::from(number.to_string())),
        _ => None,
    };
    let message = [inner.get("message"), body.get("detail"), body.get("error_description"), Some(inner)];
    let message = message.into_iter().find_map(text).map(|message| Masked::from_redacted(&message));
    let is_oauth = body.get("error_description").is_some();
    let code = if is_oauth { text(Some(inner)) } else { text(inner.get("code")) };
    ApiError { status, code, kind: text(inner.get("type")), param: text(inner.get("param")), message }
}

fn set(seen: &mut Observation, name: &str, value: &str) {
    let word = || Some(Arc::<str>::from(value));
    match name {
        "body" => {
            seen.body = Some(if value == "html" {
                BodyKind::Html
            } else if value == "empty" {
                BodyKind::Empty
            } else {
                BodyKind::Text
            });
        }
        "page" => seen.page = Some(Masked::from_redacted(value)),
        "exception" => seen.exception = word(),
        "endpoint" => seen.endpoint = word(),
        "host" => seen.host = word(),
        "provider" => seen.provider = if value == "azure" { Provider::Azure } else { Provider::Other },
        "transport" => {
            seen.transport = Transport::ALL.iter().find(|entry| entry.1 == value).map(|entry| entry.0);
        }
        "key.shape" => {
            let shape = KeyShape::ALL.iter().find(|entry| entry.1 == value).map(|entry| entry.0);
            key(seen).shape = shape.unwrap_or_else(|| panic!("{value}"));
        }
        "key.damage" => {
            key(seen).damage = KeyDamage::ALL.iter().find(|entry| entry.1 == value).map(|entry| entry.0);
        }
        "key.provider" => key(seen).provider = Some("anthropic"),
        "limits.requests.remaining" => seen.headers.limits.requests = limit(value),
        "limits.tokens.remaining" => seen.headers.limits.tokens = limit(value),
        "retry_after_ms" => seen.headers.retry_after_ms = value.parse().ok(),
        "header.from-openai" => seen.headers.from_openai = true,
        "header.www-authenticate" => seen.headers.www_authenticate = word(),
        "header.content-type" => seen.headers.content_type = word(),
        "header.cf-mitigated" => seen.headers.cf_mitigated = word(),
        "header.cf-ray" => seen.headers.cf_ray = word(),
        "header.server" => seen.headers.server = word(),
        "header.via" => seen.headers.via = word(),
        _ => panic!("unknown fact `{name}`"),
    }
}

fn key(seen: &mut Observation) -> &mut ShownKey {
    let unknown = ShownKey {
        shown: None,
        shape: KeyShape::Unknown,
        length: None,
        damage: None,
        provider: None,
        fingerprint: None,
    };
    seen.key.get_or_insert(unknown)
}

fn limit(remaining: &str) -> Option<Limit> {
    Some(Limit { remaining: remaining.parse().ok(), ..Limit::default() })
}

fn nothing() -> Observation {
    Observation {
        outcome: Outcome::Failed,
        ..Observation::new(Place { line: 1, offset: 0 }, Context::default(), Role::Raise)
    }
}
