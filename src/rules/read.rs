//! One rule file: text → [`Rule`], and every mistake in it.
//!
//! Looks at this file only; references to other causes are checked when the set is built.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use toml::Spanned;
use toml::de::DeTable;

use super::correlation::Correlation;
use super::diagnostic::{Diagnostic, RuleSource, did_you_mean};
use super::read_correlate::{Named, read_correlation, whole};
use super::read_match::read_match;
use super::reader::{Reader, value};
use super::rule::{Blocks, Example, Override, PLACEHOLDERS, Places, Rule};
use super::skeleton::is_id;
use crate::model::{CauseInfo, Family, Retry, Severity, Tier};

/// Keys of a rule file, sorted.
pub const KEYS: &[&str] = &[
    "blocks",
    "correlate",
    "disable",
    "example",
    "expected",
    "family",
    "fix",
    "links",
    "literals",
    "match",
    "not",
    "outranks",
    "override",
    "prevent",
    "refines",
    "retry",
    "severity",
    "temporal",
    "title",
    "verify",
    "why",
];

/// Keys of an `[[example]]`, sorted.
pub const EXAMPLE_KEYS: &[&str] = &["calls", "cause", "expect", "input", "tier"];

/// Keys of an `[[override]]`, sorted.
pub const OVERRIDE_KEYS: &[&str] = &["environment", "service", "severity"];

/// What a rule file asks for.
#[derive(Debug)]
pub(super) enum Asked {
    /// Add the rule, or replace the one of that id.
    Define(Box<Rule>),
    /// Take the rule of that id away.
    Disable(Arc<str>, RuleSource, Range<usize>),
}

/// What the file asks for, unless a mistake makes it unusable; and all mistakes.
/// `known_family` is the family of a rule of the same id that this file replaces.
pub(super) fn read(source: &RuleSource, known_family: Option<Family>) -> (Option<Asked>, Vec<Diagnostic>) {
    let mut reader = Reader { source, problems: Vec::new() };
    let (document, errors) = DeTable::parse_recoverable(source.judging());
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        reader.report("syntax", span, format!("cannot read TOML: {}", error.message()), "here");
    }
    if !reader.problems.is_empty() {
        return (None, reader.problems);
    }
    let asked = reader.rule(document.get_ref(), known_family);
    let Reader { problems, .. } = reader;
    (asked.filter(|_| problems.is_empty()), problems)
}

/// The examples of a rule file without mistakes.
pub(super) fn examples(source: &RuleSource) -> Vec<Example> {
    let (document, _) = DeTable::parse_recoverable(&source.text);
    Reader { source, problems: Vec::new() }.examples(document.get_ref()).0
}

impl Reader<'_> {
    fn rule(&mut self, document: &DeTable<'_>, known_family: Option<Family>) -> Option<Asked> {
        self.known_keys(document, KEYS);
        let id = self.id()?;
        if let Some(item) = value(document, "disable")
            && self.boolean(item, "disable") == Some(true)
        {
            return Some(Asked::Disable(id, self.source.clone(), item.span()));
        }
        let mut places = Places::default();
        let refines = value(document, "refines").and_then(|item| {
            places.refines = item.span();
            self.string(item, "refines").map(Arc::from)
        });
        let outranks = self.strings(document, "outranks");
        places.outranks = outranks.iter().map(|item| item.0.clone()).collect();
        let examples = OnceLock::new();
        if !self.source.is_builtin {
            let (read, causes) = self.examples(document);
            places.causes = causes;
            let _ = examples.set(read);
        }
        let (correlations, named) = self.correlations(document);
        places.events = named;
        let Some(info) = self.info(document, id, known_family) else {
            self.mistakes_of_the_rest(document);
            return None;
        };
        let rule = Rule {
            correlations,
            is_expected: value(document, "expected")
                .and_then(|item| self.boolean(item, "expected"))
                .unwrap_or(false),
            overrides: self.overrides(document, &info),
            info,
            refines,
            outranks: outranks.into_iter().map(|item| Arc::from(item.1)).collect(),
            why: self.prose(document, "why").unwrap_or_default(),
            fix: self.fix(document),
            verify: self.prose(document, "verify"),
            prevent: self.prose(document, "prevent"),
            not: self.prose(document, "not"),
            links: self.strings(document, "links").into_iter().map(|item| item.1).collect(),
            blocks: self.word(document, "blocks", Blocks::ALL),
            is_temporal: value(document, "temporal")
                .and_then(|item| self.boolean(item, "temporal"))
                .unwrap_or_else(|| {
                    value(document, "correlate").is_some() && value(document, "match").is_none()
                }),
            literals: self.strings(document, "literals").into_iter().map(|item| item.1).collect(),
            matches: self.matches(document),
            examples,
            source: self.source.clone(),
            places,
        };
        self.whole(&rule);
        Some(Asked::Define(Box::new(rule)))
    }

    /// Reads what a rule without a family or severity says besides, so that its mistakes are told as well.
    fn mistakes_of_the_rest(&mut self, document: &DeTable<'_>) {
        for key in ["why", "verify", "prevent", "not"] {
            self.prose(document, key);
        }
        self.fix(document);
        for key in ["links", "literals"] {
            self.strings(document, key);
        }
        self.word(document, "blocks", Blocks::ALL);
        self.matches(document);
    }

    /// The id: the name of the file without its extension.
    fn id(&mut self) -> Option<Arc<str>> {
        let id = Path::new(&*self.source.path).file_stem()?.to_string_lossy().into_owned();
        if !is_id(&id) {
            let message =
                format!("`{id}` is no id: a rule file is named by its cause, in small letters and hyphens");
            self.report("bad-id", 0..0, message, "");
            return None;
        }
        Some(Arc::from(id))
    }

    fn info(
        &mut self,
        document: &DeTable<'_>,
        id: Arc<str>,
        known: Option<Family>,
    ) -> Option<Arc<CauseInfo>> {
        let title = self.required(document, "title").unwrap_or_default();
        let severities: Vec<_> = Severity::ALL.iter().map(|severity| (*severity, severity.word())).collect();
        if value(document, "severity").is_none() {
            self.missing("severity");
        }
        let severity = self.word(document, "severity", &severities);
        let retries: Vec<_> = Retry::ALL.iter().map(|retry| (*retry, retry.word())).collect();
        let retry = self.word(document, "retry", &retries);
        let families: Vec<_> = Family::ALL.iter().map(|family| (*family, family.word())).collect();
        let folder = Path::new(&*self.source.path)
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy());
        let by_folder = folder.and_then(|name| Family::from_word(&name));
        let family = self.word(document, "family", &families).or(by_folder).or(known);
        if family.is_none() && value(document, "family").is_none() {
            let help = Some("put the file into a folder of that name, or say `family = \"…\"`".to_owned());
            self.report_with_help("missing-key", 0..0, "the family is not known".to_owned(), "", help);
        }
        Some(Arc::new(CauseInfo { id, family: family?, severity: severity?, retry, title: Arc::from(title) }))
    }

    fn fix(&mut self, document: &DeTable<'_>) -> Vec<String> {
        let steps = self.strings(document, "fix");
        if steps.is_empty() {
            self.missing("fix");
        }
        for (span, step) in &steps {
            self.placeholders(span.clone(), step);
        }
        steps.into_iter().map(|item| item.1).collect()
    }

    fn matches(&mut self, document: &DeTable<'_>) -> Vec<super::clause::Match> {
        let tables = self.tables(document, "match");
        tables.into_iter().filter_map(|(span, table)| read_match(self, span, table)).collect()
    }

    fn overrides(&mut self, document: &DeTable<'_>, info: &CauseInfo) -> Vec<Override> {
        let severities: Vec<_> = Severity::ALL.iter().map(|severity| (*severity, severity.word())).collect();
        let mut overrides = Vec::new();
        for (span, table) in self.tables(document, "override") {
            self.known_keys(table, OVERRIDE_KEYS);
            let names = |reader: &mut Self, key| reader.names(table, key);
            let (services, environments) = (names(self, "service"), names(self, "environment"));
            let severity = self.word(table, "severity", &severities);
            if value(table, "severity").is_none() {
                let message = "an override does not say a severity".to_owned();
                self.report("missing-key", span.clone(), message, "`severity` is missing");
            }
            if services.is_empty() && environments.is_empty() {
                let message = "an override does not say for whom".to_owned();
                let help = Some("say `service`, `environment` or both".to_owned());
                self.report_with_help("missing-key", span, message, "fits every call", help);
            }
            let info = |severity| Arc::new(CauseInfo { severity, ..info.clone() });
            overrides.extend(severity.map(|severity| Override {
                services,
                environments,
                info: info(severity),
            }));
        }
        overrides
    }

    fn correlations(&mut self, document: &DeTable<'_>) -> (Vec<Correlation>, Named) {
        let mut named = Vec::new();
        let tables = self.tables(document, "correlate");
        let read =
            tables.into_iter().filter_map(|(span, table)| read_correlation(self, span, table, &mut named));
        (read.collect(), named)
    }

    fn examples(&mut self, document: &DeTable<'_>) -> (Vec<Example>, Vec<Range<usize>>) {
        let mut examples = Vec::new();
        let mut causes = Vec::new();
        let tiers: Vec<_> = Tier::ALL.iter().map(|tier| (*tier, tier.word())).collect();
        for (span, table) in self.tables(document, "example") {
            self.known_keys(table, EXAMPLE_KEYS);
            let expect = value(table, "expect").and_then(|item| self.boolean(item, "expect"));
            if value(table, "expect").is_none() {
                let message = "an example does not say what to expect".to_owned();
                let help = Some("say `expect = true`, or `expect = false` for a near miss".to_owned());
                self.report_with_help("missing-key", span.clone(), message, "`expect` is missing", help);
            }
            let input = value(table, "input").and_then(|item| self.string(item, "input"));
            if input.is_none() {
                let message = "an example has no input".to_owned();
                self.report("missing-key", span.clone(), message, "`input` is missing");
            }
            let cause = value(table, "cause");
            causes.push(cause.map_or(0..0, Spanned::span));
            examples.push(Example {
                is_expected: expect.unwrap_or(false),
                input: input.unwrap_or_default(),
                cause: cause.and_then(|item| self.string(item, "cause")).map(Arc::from),
                tier: self.word(table, "tier", &tiers),
                calls: value(table, "calls").and_then(|item| whole(self, item, "calls")),
                line: Diagnostic::new("", self.source, span.clone(), String::new()).line,
                place: span,
            });
        }
        (examples, causes)
    }

    /// What only the whole rule shows.
    fn whole(&mut self, rule: &Rule) {
        if rule.matches.is_empty() && !rule.is_temporal {
            let help = Some("say `temporal = true` for a cause that only shows over time".to_owned());
            self.report_with_help("missing-key", 0..0, "there is no `[[match]]`".to_owned(), "", help);
        }
        if self.source.is_builtin {
            return;
        }
        for (expected, what) in
            [(true, "example with `expect = true`"), (false, "near miss with `expect = false`")]
        {
            if !rule.matches.is_empty()
                && !rule.examples().iter().any(|example| example.is_expected == expected)
            {
                self.report("missing-example", 0..0, format!("there is no {what}"), "");
            }
        }
    }

    /// A text for people, with known place-holders only. `why` must be there.
    fn prose(&mut self, document: &DeTable<'_>, key: &str) -> Option<String> {
        let prose = match value(document, key) {
            None if key == "why" => self.required(document, key),
            None => None,
            Some(item) => self.string(item, key),
        }?;
        let span = value(document, key).map_or(0..0, Spanned::span);
        self.placeholders(span, &prose);
        Some(prose)
    }

    fn placeholders(&mut self, span: Range<usize>, prose: &str) {
        for piece in prose.split('{').skip(1) {
            let Some((name, _)) = piece.split_once('}') else { continue };
            let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase());
            if is_name && !PLACEHOLDERS.contains(&name) {
                let help = did_you_mean(name, PLACEHOLDERS.iter().copied());
                let message = format!("unknown place-holder `{{{name}}}`");
                self.report_with_help("unknown-word", span.clone(), message, "in this text", help);
            }
        }
    }
}
