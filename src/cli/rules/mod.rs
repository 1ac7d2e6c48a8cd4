//! `why4xx rules`: the rules that decide, for users and authors.

pub(super) mod args;
mod author;
mod check;
mod draft;
mod list;
mod test;

use std::io::Write;
use std::path::{Path, PathBuf};

use args::Rules;

use super::args::Global;
use super::failure::Failure;
use super::output::Output;
use super::own_rules::rule_paths;
use crate::redact::mask;
use crate::rules::{Diagnostic, Rule, RuleSet};

/// Does what is asked of the rules.
pub(super) fn run(global: &Global, command: &Rules) -> Result<(), Failure> {
    match command {
        Rules::List(list) => list::list(global, list),
        Rules::Show(show) => list::show(global, show),
        Rules::Check(check) => check::run(global, check),
        Rules::Test(test) => test::run(global, test),
        Rules::Fields(fields) => author::fields(&fields.format),
        Rules::Schema => author::schema(),
        Rules::New(new) => author::new(global, new),
        Rules::Draft(draft) => draft::run(global, draft),
    }
}

/// Prints a text on standard output.
fn print(text: &str) -> Result<(), Failure> {
    write(text, None, false)
}

/// Writes a text to a file, or to standard output without one, secrets masked: an own rule file may hold one, and what
/// is named as one may be a log.
fn write(text: &str, path: Option<&Path>, may_replace: bool) -> Result<(), Failure> {
    let mut output = Output::open(path, may_replace)?;
    output.write_all(mask(text).as_str().as_bytes()).map_err(|error| output.failure(&error))?;
    output.finish()
}

/// Rules under test: those that paths name, beside those in effect; all of them without a path.
struct Subject {
    rules: RuleSet,
    /// Mistakes in the files that are meant.
    mistakes: Vec<Diagnostic>,
    paths: Vec<PathBuf>,
}

impl Subject {
    /// # Errors
    /// When a path does not exist.
    fn new(global: &Global, paths: &[PathBuf]) -> Result<Self, Failure> {
        if let Some(path) = paths.iter().find(|path| !path.exists()) {
            return Err(Failure::new(format!("cannot read `{}`: no such file or folder", path.display())));
        }
        let mut all = rule_paths(global)?;
        all.extend(paths.iter().cloned());
        let (rules, mut mistakes) = RuleSet::load_what_can_be_used(&all);
        let subject = Self { rules, mistakes: Vec::new(), paths: paths.to_vec() };
        mistakes.retain(|mistake| subject.is_meant(&mistake.file));
        Ok(Self { mistakes, ..subject })
    }

    /// Whether a rule file is among those that are looked at.
    fn is_meant(&self, file: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|path| Path::new(file).starts_with(path))
    }

    /// The rules that are looked at.
    fn meant(&self) -> Vec<&Rule> {
        self.rules.rules().iter().filter(|rule| self.is_meant(&rule.source.path)).collect()
    }
}
