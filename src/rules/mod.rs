//! TEMPORARY STUB, replaced at the merge by the rule engine.
#![allow(missing_docs)]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use crate::model::{Call, CauseInfo, Evidence, Family, Finding, Masked, Retry, Severity, Tier};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocks {
    Hard,
    Soft,
}
impl Blocks {
    #[must_use]
    pub fn word(self) -> &'static str {
        if self == Self::Hard { "hard" } else { "soft" }
    }
}
#[derive(Debug, Clone)]
pub struct Example {
    pub is_expected: bool,
    pub input: String,
    pub cause: Option<Arc<str>>,
    pub line: usize,
}
#[derive(Debug, Clone)]
pub struct RuleSource {
    pub path: Arc<str>,
    pub text: Arc<str>,
    pub is_builtin: bool,
}
#[derive(Debug, Clone)]
pub struct Rule {
    pub info: Arc<CauseInfo>,
    pub refines: Option<Arc<str>>,
    pub outranks: Vec<Arc<str>>,
    pub why: String,
    pub fix: Vec<String>,
    pub verify: Option<String>,
    pub prevent: Option<String>,
    pub not: Option<String>,
    pub links: Vec<String>,
    pub blocks: Option<Blocks>,
    pub is_temporal: bool,
    pub examples: Vec<Example>,
    pub source: RuleSource,
}
impl Rule {
    #[must_use]
    pub fn id(&self) -> &str {
        &self.info.id
    }
}
#[derive(Debug)]
pub struct Diagnostic;
#[must_use]
pub fn render_all(_: &[Diagnostic], _: bool) -> String {
    String::new()
}
#[must_use]
pub fn did_you_mean<'a>(_: &str, _: impl IntoIterator<Item = &'a str>) -> Option<String> {
    None
}
#[derive(Debug)]
pub struct RuleSet(Vec<Rule>);
static SET: LazyLock<RuleSet> = LazyLock::new(RuleSet::read);

impl RuleSet {
    #[must_use]
    pub fn builtin() -> &'static RuleSet {
        &SET
    }
    pub fn load(_: &[PathBuf]) -> Result<RuleSet, Vec<Diagnostic>> {
        Ok(Self::read())
    }
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.id() == id)
    }
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.0
    }
    #[must_use]
    pub fn hash(&self) -> String {
        "0".repeat(64)
    }
    #[must_use]
    pub fn judge(&self, call: &Call) -> Finding {
        let seen = &call.seen;
        let key = seen.key.as_ref().map(|key| key.shape.word());
        let id = match (seen.error.status, seen.error.code.as_deref()) {
            _ if seen.exposed.first().is_some() => "key-exposed",
            (Some(401), Some("invalid_api_key")) if key == Some("placeholder") => "key-placeholder",
            (_, Some("invalid_api_key")) => "key-invalid",
            (_, Some("insufficient_quota")) => "quota-exhausted",
            (Some(429), Some(_)) => "rate-limit-tokens",
            (Some(429), None) => "too-many-requests",
            (Some(401), _) => "unauthorized",
            (Some(403), _) => "forbidden",
            (Some(500..), _) => "service-error",
            (None, _) => "connection-failed",
            _ => "unclassified",
        };
        let mut evidence = Vec::new();
        if let Some(status) = seen.error.status {
            evidence.push(Evidence {
                field: Arc::from("status"),
                value: Masked::from_redacted(&status.to_string()),
            });
        }
        if let Some(code) = &seen.error.code {
            evidence.push(Evidence { field: Arc::from("code"), value: Masked::from_redacted(code) });
        }
        let cause = self.rule(id).map(|rule| Arc::clone(&rule.info)).expect("stub");
        let tier = if seen.error.code.is_some() { Tier::Confirmed } else { Tier::Inconclusive };
        Finding {
            cause,
            tier,
            evidence,
            rivals: vec![crate::model::Rival {
                cause: Arc::from("key-malformed"),
                rejected_by: Arc::from("key.damage"),
            }],
        }
    }
    fn read() -> Self {
        let rows = include_str!("../../rules/causes.tsv").lines().skip(1);
        Self(rows.filter_map(row).collect())
    }
}
fn row(line: &str) -> Option<Rule> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [id, family, refines, severity, retry, meaning] = cells.as_slice() else { return None };
    let placeholder = *id == "key-placeholder";
    let title = meaning.split([',', ';', ':']).next()?.to_owned();
    let mut title: String = title.chars().take(60).collect();
    if let Some(first) = title.get(..1) {
        title = first.to_uppercase() + title.get(1..)?;
    }
    Some(Rule {
        info: Arc::new(CauseInfo {
            id: Arc::from(*id),
            family: Family::from_word(family)?,
            severity: Severity::from_word(severity)?,
            retry: Retry::from_word(retry),
            title: Arc::from(if placeholder { "A placeholder was sent instead of an API key" } else { &title }),
        }),
        refines: (!refines.is_empty()).then(|| Arc::from(*refines)),
        outranks: vec![],
        why: if placeholder { "The value that reached the API is sample text or a variable that was never expanded.".into() } else { format!("{meaning}.") },
        fix: vec![
            "Set OPENAI_API_KEY in the environment of {service} to a key from https://platform.openai.com/api-keys, then restart it.".into(),
            "Look for a template, a Helm value or an .env file that still holds the sample text.".into(),
        ],
        verify: Some(r#"curl -sS https://api.openai.com/v1/models -H "Authorization: Bearer $OPENAI_API_KEY""#.into()),
        prevent: Some("Refuse to start when the key is empty or does not look like one.".into()),
        not: Some("Not a rate limit: waiting or retrying changes nothing.".into()),
        links: vec!["https://platform.openai.com/docs/guides/error-codes".into()],
        blocks: (*family == "billing").then_some(Blocks::Hard),
        is_temporal: false,
        examples: vec![Example { is_expected: true, input: match *id {
            "key-invalid" => "Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-abcde*1234.', 'code': 'invalid_api_key'}}".into(),
            "quota-exhausted" => "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'code': 'insufficient_quota'}}".into(),
            "rate-limit-tokens" => "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o on tokens per min (TPM)', 'code': 'rate_limit_exceeded'}}".into(),
            _ => String::new(),
        }, cause: None, line: 1 }],
        source: RuleSource { path: Arc::from(format!("rules/{family}/{id}.toml")), text: Arc::from("title = \"stub\"\n"), is_builtin: true },
    })
}
