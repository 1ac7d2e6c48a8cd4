//! The rules of an analysis: those of this crate, or with one's own.

use std::path::PathBuf;
use std::sync::Arc;

use crate::rules::{Diagnostic, RuleSet};

/// The rules by which failures are explained.
///
/// # Examples
/// ```
/// let rules = why4xx::Rules::builtin();
/// assert!(rules.ids().any(|id| id == "quota-exhausted"));
/// ```
#[derive(Debug, Clone)]
pub struct Rules(Set);

#[derive(Debug, Clone)]
enum Set {
    Builtin,
    Own(Arc<RuleSet>),
}

impl Rules {
    /// The rules of this crate.
    #[must_use]
    pub fn builtin() -> Self {
        Self(Set::Builtin)
    }

    /// The rules of this crate and those of files or folders, which override by id.
    ///
    /// # Errors
    /// All mistakes in all files, each with its place and a remedy where one is known.
    pub fn load(paths: &[PathBuf]) -> Result<Self, LoadError> {
        RuleSet::load(paths).map(|rules| Self(Set::Own(Arc::new(rules)))).map_err(LoadError)
    }

    /// The ids of all causes.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.set().rules().iter().map(crate::rules::Rule::id)
    }

    /// A digest that is the same for the same rules.
    #[must_use]
    pub fn digest(&self) -> String {
        self.set().hash()
    }

    pub(super) fn set(&self) -> &RuleSet {
        match &self.0 {
            Set::Builtin => RuleSet::builtin(),
            Set::Own(rules) => rules,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::builtin()
    }
}

/// Rule files that cannot be used.
pub struct LoadError(Vec<Diagnostic>);

impl std::fmt::Debug for LoadError {
    /// As people read it: `main` shows errors like this.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

impl std::fmt::Display for LoadError {
    /// Every mistake with file, line, caret and help.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&crate::rules::render_all(&self.0, false))
    }
}

impl std::error::Error for LoadError {}
