//! Rule files → one checked, indexed [`RuleSet`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use hashbrown::HashMap;

use super::clause::Test;
use super::diagnostic::{Diagnostic, RuleSource};
use super::index::Index;
use super::read::{Asked, read};
use super::references::{check_cycles, check_literals, check_references, unknown_cause};
use super::rule::Rule;
use super::sources::{builtin_sources, digest, own_sources};
use crate::model::{CauseInfo, Family, Finding, Severity};

/// The causes with their meaning, in the order in which they are listed.
const CAUSES: &str = include_str!("../../rules/causes.tsv");

/// The cause of calls that no rule explains.
pub(super) const UNCLASSIFIED: &str = "unclassified";

static BUILTIN_SET: LazyLock<RuleSet> = LazyLock::new(|| build(builtin_sources()).0);

/// Rules that know of each other, ready to judge calls.
#[derive(Debug)]
pub struct RuleSet {
    /// In the order of families, then of `causes.tsv`, then of ids.
    rules: Vec<Rule>,
    /// Id → place in `rules`.
    places: HashMap<Arc<str>, usize>,
    /// Which matches can hold at all.
    pub(super) index: Index,
    /// What unexplained calls are.
    pub(super) unclassified: Arc<CauseInfo>,
    /// Some rule says that its calls are expected.
    has_expected: bool,
}

impl RuleSet {
    /// The rules of the program, parsed once.
    #[must_use]
    pub fn builtin() -> &'static RuleSet {
        &BUILTIN_SET
    }

    /// The rules of the program with those of the directories added: a file of the same id replaces
    /// the one before it, `disable = true` takes it away. Directories are read in the order given,
    /// with their sub-directories.
    ///
    /// # Errors
    /// All mistakes of all files, when there is one.
    pub fn load(dirs: &[PathBuf]) -> Result<RuleSet, Vec<Diagnostic>> {
        let (rules, problems) = Self::load_what_can_be_used(dirs);
        if problems.is_empty() { Ok(rules) } else { Err(problems) }
    }

    /// As [`RuleSet::load`], from folders and single files, but a file with a mistake is rejected and the
    /// others are used: a rule of the program stays in effect when the file that replaces it is broken.
    #[must_use]
    pub fn load_what_can_be_used(paths: &[PathBuf]) -> (RuleSet, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let mut sources = builtin_sources();
        sources.extend(own_sources(paths, &mut problems));
        let mut rejected: BTreeSet<Arc<str>> =
            problems.iter().map(|problem| Arc::clone(&problem.file)).collect();
        loop {
            let is_kept = |source: &&RuleSource| source.is_builtin || !rejected.contains(&source.path);
            let kept = sources.iter().filter(is_kept).cloned().collect();
            let (rules, mistakes) = build(kept);
            let own = |mistake: &&Diagnostic| {
                sources.iter().any(|source| !source.is_builtin && source.path == mistake.file)
            };
            let before = rejected.len();
            rejected.extend(mistakes.iter().filter(own).map(|mistake| Arc::clone(&mistake.file)));
            let is_stuck = rejected.len() == before;
            problems.extend(mistakes);
            if is_stuck {
                return (rules, problems);
            }
        }
    }

    /// The rules of these texts alone, without those of the program; a later one of the same id replaces the one
    /// before it.
    ///
    /// # Errors
    /// All mistakes of all texts, when there is one. Nothing is read from disk.
    pub fn from_sources(sources: Vec<RuleSource>) -> Result<RuleSet, Vec<Diagnostic>> {
        let (rules, problems) = build(sources);
        if problems.is_empty() { Ok(rules) } else { Err(problems) }
    }

    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.places.get(id).and_then(|place| self.rules.get(*place))
    }

    /// Whether calls with this verdict are expected to fail, and no failures to count.
    #[must_use]
    pub fn expects(&self, finding: &Finding) -> bool {
        self.has_expected && self.rule(&finding.cause.id).is_some_and(|rule| rule.is_expected)
    }

    /// The cause of calls that no rule explains.
    #[must_use]
    pub fn unclassified_id(&self) -> &str {
        &self.unclassified.id
    }

    /// All rules: families in their order, then as listed in `causes.tsv`, then by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The more general causes of a rule, nearest first.
    pub fn ancestors<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = &'a Rule> {
        std::iter::successors(Some(rule), |rule| rule.refines.as_deref().and_then(|id| self.rule(id))).skip(1)
    }

    /// Digest of the rules in effect, hexadecimal: the same for the same files, whatever their paths.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut rules: Vec<&Rule> = self.rules.iter().collect();
        rules.sort_unstable_by(|one, other| one.id().cmp(other.id()));
        for rule in rules {
            hasher.update(&(rule.id().len() as u64).to_le_bytes());
            hasher.update(rule.id().as_bytes());
            hasher.update(&digest(&rule.source));
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The literals of all rules, sorted and without repeats: a record that a rule can decide holds
    /// one of them, or something that the readers of the other fields look for.
    #[must_use]
    pub fn literals(&self) -> Vec<&str> {
        let mut literals = BTreeSet::new();
        for rule in &self.rules {
            literals.extend(rule.literals.iter().map(String::as_str));
            for clause in rule.matches.iter().flat_map(|table| &table.clauses) {
                if clause.field.is_verbatim
                    && let Test::Is(phrases)
                    | Test::Contains(phrases)
                    | Test::Starts(phrases)
                    | Test::Ends(phrases) = &clause.test
                {
                    literals.extend(phrases.iter().map(|phrase| phrase.shown.as_str()));
                }
            }
        }
        literals.into_iter().collect()
    }
}

/// Ids of `causes.tsv` with their place in it.
fn listed() -> BTreeMap<&'static str, usize> {
    let ids = CAUSES.lines().skip(1).filter_map(|line| line.split('\t').next());
    ids.enumerate().map(|(place, id)| (id, place)).collect()
}

/// What the files of the program say that the sources begin with. None of them replaces another, so one half is read
/// beside the other: reading them takes half of the time that a small log takes.
fn read_builtin(sources: &[RuleSource]) -> Vec<(Option<Asked>, Vec<Diagnostic>)> {
    let builtin = sources.iter().take_while(|source| source.is_builtin).count();
    let read_each = |sources: &[RuleSource]| sources.iter().map(|source| read(source, None)).collect();
    let (first, second) = sources.get(..builtin).unwrap_or_default().split_at(builtin / 2);
    std::thread::scope(|scope| {
        let beside = std::thread::Builder::new().spawn_scoped(scope, || read_each(second));
        let mut said: Vec<_> = read_each(first);
        // Where there is no thread for it, it is read here.
        said.extend(beside.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| read_each(second)));
        said
    })
}

/// The rules that can be used, and all mistakes of the files.
pub(super) fn build(sources: Vec<RuleSource>) -> (RuleSet, Vec<Diagnostic>) {
    let mut rules: BTreeMap<Arc<str>, Rule> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut read_before = read_builtin(&sources).into_iter();
    for source in &sources {
        let (asked, mistakes) = read_before.next().unwrap_or_else(|| {
            let id = Path::new(&*source.path).file_stem().map(|name| name.to_string_lossy().into_owned());
            let known = id.and_then(|id| rules.get(id.as_str())).map(|rule| rule.info.family);
            read(source, known)
        });
        problems.extend(mistakes);
        match asked {
            Some(Asked::Define(rule)) => {
                rules.insert(Arc::clone(&rule.info.id), *rule);
            }
            Some(Asked::Disable(id, source, span)) => disable(&mut rules, &id, &source, span, &mut problems),
            None => {}
        }
    }
    for rule in rules.values() {
        check_references(rule, &rules, &mut problems);
        check_literals(rule, &mut problems);
    }
    if problems.is_empty() {
        check_cycles(&rules, &mut problems);
    }
    if !problems.is_empty() {
        let known: BTreeSet<Arc<str>> = rules.keys().cloned().collect();
        let broken: BTreeSet<Arc<str>> = problems.iter().map(|problem| Arc::clone(&problem.file)).collect();
        rules.retain(|_, rule| !broken.contains(&rule.source.path));
        for rule in rules.values_mut() {
            rule.refines = rule.refines.take().filter(|id| known.contains(id));
        }
    }
    (assemble(rules), problems)
}

fn assemble(rules: BTreeMap<Arc<str>, Rule>) -> RuleSet {
    let listed = listed();
    let mut rules: Vec<Rule> = rules.into_values().collect();
    rules.sort_by_cached_key(|rule| {
        (rule.info.family, listed.get(rule.id()).copied().unwrap_or(usize::MAX), Arc::clone(&rule.info.id))
    });
    let index = Index::new(&mut rules);
    let places: HashMap<Arc<str>, usize> =
        rules.iter().enumerate().map(|(place, rule)| (Arc::clone(&rule.info.id), place)).collect();
    let unclassified = places.get(UNCLASSIFIED).and_then(|place| rules.get(*place)).map_or_else(
        || {
            Arc::new(CauseInfo {
                id: Arc::from(UNCLASSIFIED),
                family: Family::Other,
                severity: Severity::Low,
                retry: None,
                title: Arc::from("No rule explains it"),
            })
        },
        |rule| Arc::clone(&rule.info),
    );
    let has_expected = rules.iter().any(|rule| rule.is_expected);
    RuleSet { rules, places, index, unclassified, has_expected }
}

/// Takes a rule away; what refined it now refines its parent.
fn disable(
    rules: &mut BTreeMap<Arc<str>, Rule>,
    id: &Arc<str>,
    source: &RuleSource,
    span: Range<usize>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(gone) = rules.remove(id) else {
        problems.push(unknown_cause(source, span, id, rules));
        return;
    };
    for rule in rules.values_mut() {
        if rule.refines.as_ref() == Some(id) {
            rule.refines.clone_from(&gone.refines);
        }
        rule.outranks.retain(|other| other != id);
        rule.places.events.retain(|(_, other)| other != id);
        for example in rule.examples.get_mut().into_iter().flatten() {
            example.cause.take_if(|cause| cause == id);
        }
    }
}
