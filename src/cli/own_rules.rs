//! The rules in effect: those of the program, of the user's configuration folder, and of `--rules`.

use std::path::PathBuf;
use std::sync::OnceLock;

use etcetera::BaseStrategy;

use super::args::Global;
use super::failure::Failure;
use super::mask_and_print;
use super::output::may_colour;
use crate::rules::{Diagnostic, RuleSet, render_all};

/// Loaded once, and needed until the end of the process.
static RULES: OnceLock<RuleSet> = OnceLock::new();

/// The rules in effect. A file with a mistake is rejected and named with its reason; what it would
/// have replaced stays in effect.
///
/// # Errors
/// When a path of `--rules` does not exist, and with `--strict-rules` when a file is rejected.
pub(super) fn rules(global: &Global) -> Result<&'static RuleSet, Failure> {
    let paths = rule_paths(global)?;
    if paths.is_empty() {
        return Ok(RuleSet::builtin());
    }
    if let Some(rules) = RULES.get() {
        return Ok(rules);
    }
    let (rules, mistakes) = RuleSet::load_what_can_be_used(&paths);
    if !mistakes.is_empty() {
        if global.strict_rules {
            let consequence = "broken, and --strict-rules wants all of them";
            return Err(Failure::Shown(rejected(&mistakes, consequence)));
        }
        mask_and_print(&rejected(&mistakes, "left out; the other rules are used"));
    }
    Ok(RULES.get_or_init(|| rules))
}

/// Files and folders with rules: the user's own first, so that `--rules` has the last word.
///
/// # Errors
/// When a path of `--rules` does not exist.
pub(super) fn rule_paths(global: &Global) -> Result<Vec<PathBuf>, Failure> {
    if let Some(path) = global.rules.iter().find(|path| !path.exists()) {
        let message = format!("cannot read rules from `{}`: no such file or folder", path.display());
        return Err(Failure::new(message));
    }
    let own = if global.no_user_rules { None } else { user_folder().filter(|folder| folder.is_dir()) };
    Ok(own.into_iter().chain(global.rules.iter().cloned()).collect())
}

/// `why4xx/rules` in the user's configuration folder, where there is one.
pub(super) fn user_folder() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("why4xx").join("rules"))
}

/// All mistakes, and what follows for how many files.
fn rejected(mistakes: &[Diagnostic], consequence: &str) -> String {
    let is_coloured = may_colour(&std::io::stderr());
    let mut files: Vec<&str> = mistakes.iter().map(|mistake| &*mistake.file).collect();
    files.sort_unstable();
    files.dedup();
    let noun = if files.len() == 1 { "rule file is" } else { "rule files are" };
    format!("{}\n\n{} {noun} {consequence}\n", render_all(mistakes, is_coloured), files.len())
}
