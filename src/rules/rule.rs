//! One root cause: how it is recognised and what to do about it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::clause::Match;
use super::correlation::Correlation;
use super::diagnostic::RuleSource;
use super::read::examples;
use crate::model::{CauseInfo, Tier};

/// Place-holders that `why`, `fix`, `verify`, `prevent` and `not` may hold, in braces.
pub const PLACEHOLDERS: &[&str] = &["environment", "key", "model", "organization", "project", "service"];

/// How a billing cause blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocks {
    /// Nothing works until somebody pays or raises a limit that stops everything.
    Hard,
    /// A limit that its owner has set or that renews by itself.
    Soft,
}

impl Blocks {
    /// All values with their words.
    pub const ALL: &[(Blocks, &str)] = &[(Blocks::Hard, "hard"), (Blocks::Soft, "soft")];

    /// The word used in rule files.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("hard", |row| row.1)
    }
}

/// An input that a rule must, or must not, explain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Whether the rule's cause is the verdict on some call in the input.
    pub is_expected: bool,
    /// Raw log text.
    pub input: String,
    /// What a near miss is instead; `None` when it is no failure at all, or not said.
    pub cause: Option<Arc<str>>,
    /// How many failed calls of the rule's cause the input holds; at least one unless it is said.
    pub calls: Option<u64>,
    /// How sure the rule's cause is for each of them; any tier unless it is said.
    pub tier: Option<Tier>,
    /// Line of the rule file, from 1.
    pub line: usize,
    /// Bytes of the rule file where the table stands.
    pub place: Range<usize>,
}

/// One root cause.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What travels with a finding.
    pub info: Arc<CauseInfo>,
    /// The more general cause that this one falls back to.
    pub refines: Option<Arc<str>>,
    /// Causes in other branches that this one explains away.
    pub outranks: Vec<Arc<str>>,
    /// The mechanism behind the cause.
    pub why: String,
    /// Actions, the first one first; may hold place-holders.
    pub fix: Vec<String>,
    /// A command or check that shows whether it is fixed.
    pub verify: Option<String>,
    /// How to keep it from coming back.
    pub prevent: Option<String>,
    /// What it is not, where it is often mistaken.
    pub not: Option<String>,
    /// Sources.
    pub links: Vec<String>,
    /// How a billing cause blocks.
    pub blocks: Option<Blocks>,
    /// Its calls are expected to fail: they are listed, and never counted as failures.
    pub is_expected: bool,
    /// Where it is more or less bad than elsewhere; the first that fits counts.
    pub overrides: Vec<Override>,
    /// It shows over time; one call may not decide it.
    pub is_temporal: bool,
    /// Literals of which one stands in each record that can matter.
    pub literals: Vec<String>,
    /// Any of these tables decides.
    pub matches: Vec<Match>,
    /// How it shows over time.
    pub correlations: Vec<Correlation>,
    /// What it must and must not explain, once it was read: [`Rule::examples`].
    pub(super) examples: OnceLock<Vec<Example>>,
    /// The file.
    pub source: RuleSource,
    /// Where references to other causes stand in the file.
    pub(super) places: Places,
}

/// Byte ranges of references to other causes.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// Of `refines`.
    pub(super) refines: Range<usize>,
    /// Of each of `outranks`.
    pub(super) outranks: Vec<Range<usize>>,
    /// Of each example's `cause`.
    pub(super) causes: Vec<Range<usize>>,
    /// Of each cause that a correlation names.
    pub(super) events: Vec<(Range<usize>, Arc<str>)>,
}

/// One `[[override]]` table: how bad a cause is for some callers.
#[derive(Debug, Clone)]
pub struct Override {
    /// Services that are meant; all when there is none.
    pub services: Vec<String>,
    /// Environments that are meant; all when there is none.
    pub environments: Vec<String>,
    /// What then travels with a finding.
    pub info: Arc<CauseInfo>,
}

impl Override {
    /// Whether it is meant for these callers. Names are compared without regard to case.
    fn fits(&self, service: Option<&str>, environment: Option<&str>) -> bool {
        let is_among = |names: &[String], name: Option<&str>| {
            names.is_empty()
                || name.is_some_and(|name| names.iter().any(|one| one.eq_ignore_ascii_case(name)))
        };
        is_among(&self.services, service) && is_among(&self.environments, environment)
    }
}

impl Rule {
    /// What it must and must not explain. The examples of the program's own rules are read when they are
    /// asked for first: they are most of a rule file, and no call is judged by them.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        self.examples.get_or_init(|| examples(&self.source))
    }

    /// What travels with a finding for these callers.
    #[must_use]
    pub fn info_for(&self, service: Option<&str>, environment: Option<&str>) -> &Arc<CauseInfo> {
        let fitting = self.overrides.iter().find(|one| one.fits(service, environment));
        fitting.map_or(&self.info, |one| &one.info)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.info.id
    }
}
