//! Rule files → one checked, indexed [`RuleSet`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::clause::Test;
use super::diagnostic::{Diagnostic, RuleSource, did_you_mean};
use super::index::Index;
use super::read::{Asked, read};
use super::rule::Rule;
use crate::model::{CauseInfo, Family, Finding, Severity};

/// The rule files of the program: path from the package root, text.
const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// The causes with their meaning, in the order in which they are listed.
const CAUSES: &str = include_str!("../../rules/causes.tsv");

/// Largest rule file that is read.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The cause of calls that no rule explains.
pub(super) const UNCLASSIFIED: &str = "unclassified";

static BUILTIN_SET: LazyLock<RuleSet> = LazyLock::new(|| build(builtin_sources()).0);

/// Rules that know of each other, ready to judge calls.
#[derive(Debug)]
pub struct RuleSet {
    /// In the order of families, then of `causes.tsv`, then of ids.
    rules: Vec<Rule>,
    /// Id → place in `rules`.
    places: BTreeMap<Arc<str>, usize>,
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
        for (id, place) in &self.places {
            let text = self.rules.get(*place).map_or("", |rule| &rule.source.text);
            for part in [id, text] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
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

pub(super) fn builtin_sources() -> Vec<RuleSource> {
    let source = |(path, text): &(&str, &str)| RuleSource {
        path: Arc::from(*path),
        text: Arc::from(*text),
        is_builtin: true,
    };
    BUILTIN.iter().map(source).collect()
}

/// The rule files that the paths name: files as they are, folders with everything below them.
fn own_sources(paths: &[PathBuf], problems: &mut Vec<Diagnostic>) -> Vec<RuleSource> {
    let mut sources = Vec::new();
    for path in paths {
        let mut files = Vec::new();
        if path.is_file() {
            rule_file(path, &mut files, problems);
        } else {
            rule_files(path, 0, &mut files, problems);
        }
        let mut seen = BTreeSet::new();
        for source in files {
            let id = Path::new(&*source.path).file_stem().map(|name| name.to_string_lossy().into_owned());
            if !seen.insert(id.clone()) {
                let id = id.unwrap_or_default();
                let message = format!("two files of `{}` define `{id}`", path.display());
                problems.push(Diagnostic::new("duplicate-id", &source, 0..0, message));
            }
            sources.push(source);
        }
    }
    sources
}

/// All `.toml` files below a directory, sorted by path.
fn rule_files(dir: &Path, depth: usize, files: &mut Vec<RuleSource>, problems: &mut Vec<Diagnostic>) {
    let listing = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut paths = match listing {
        Ok(paths) => paths,
        Err(error) => {
            problems.push(Diagnostic::unreadable(&dir.display().to_string(), &error.to_string()));
            return;
        }
    };
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if depth < 8 {
                rule_files(&path, depth + 1, files, problems);
            }
        } else if path.extension().is_some_and(|end| end == "toml") {
            rule_file(&path, files, problems);
        }
    }
}

fn rule_file(path: &Path, files: &mut Vec<RuleSource>, problems: &mut Vec<Diagnostic>) {
    let shown = path.display().to_string();
    let is_too_large = fs::metadata(path).is_ok_and(|found| found.len() > MAX_FILE_BYTES);
    if is_too_large {
        problems.push(Diagnostic::unreadable(&shown, "it is larger than 1 MiB"));
        return;
    }
    match fs::read_to_string(path) {
        Ok(text) => files.push(RuleSource { path: shown.into(), text: text.into(), is_builtin: false }),
        Err(error) => problems.push(Diagnostic::unreadable(&shown, &error.to_string())),
    }
}

/// The rules that can be used, and all mistakes of the files.
pub(super) fn build(sources: Vec<RuleSource>) -> (RuleSet, Vec<Diagnostic>) {
    let mut rules: BTreeMap<Arc<str>, Rule> = BTreeMap::new();
    let mut problems = Vec::new();
    for source in &sources {
        let id = Path::new(&*source.path).file_stem().map(|name| name.to_string_lossy().into_owned());
        let known = id.and_then(|id| rules.get(id.as_str())).map(|rule| rule.info.family);
        let (asked, mistakes) = read(source, known);
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
    let places: BTreeMap<Arc<str>, usize> =
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

fn unknown_cause(
    source: &RuleSource,
    span: Range<usize>,
    id: &str,
    rules: &BTreeMap<Arc<str>, Rule>,
) -> Diagnostic {
    Diagnostic::new("unknown-cause", source, span, format!("unknown cause `{id}`"))
        .label("no rule of this id")
        .help(did_you_mean(id, rules.keys().map(|known| &**known)))
}

fn check_references(rule: &Rule, rules: &BTreeMap<Arc<str>, Rule>, problems: &mut Vec<Diagnostic>) {
    let refines = rule.refines.iter().map(|id| (id, rule.places.refines.clone()));
    let outranks = rule.outranks.iter().zip(rule.places.outranks.iter().cloned());
    let causes = rule.examples.get().into_iter().flatten().zip(&rule.places.causes);
    let causes = causes.filter_map(|(example, span)| example.cause.as_ref().map(|id| (id, span.clone())));
    let events = rule.places.events.iter().map(|(span, id)| (id, span.clone()));
    for (id, span) in refines.chain(outranks).chain(causes).chain(events) {
        if !rules.contains_key(id) {
            problems.push(unknown_cause(&rule.source, span, id, rules));
        }
    }
}

/// A match that only looks at prose, and at no stable piece of it, gives the scan nothing to find.
fn check_literals(rule: &Rule, problems: &mut Vec<Diagnostic>) {
    let has_literal = |table: &super::clause::Match| {
        table.clauses.iter().any(|clause| {
            !clause.field.is_verbatim
                || matches!(clause.test, Test::Is(_) | Test::Contains(_) | Test::Starts(_) | Test::Ends(_))
        })
    };
    if rule.literals.is_empty() && !rule.matches.iter().all(has_literal) {
        let message = "no literal can be derived from a match".to_owned();
        let help = "say `literals = [\"…\"]`: text of which one piece stands in each record that matches";
        problems.push(Diagnostic::new("no-literal", &rule.source, 0..0, message).help(Some(help.to_owned())));
    }
}

/// Follows `refines`, and `outranks` with what is inherited, from each rule.
fn check_cycles(rules: &BTreeMap<Arc<str>, Rule>, problems: &mut Vec<Diagnostic>) {
    for rule in rules.values() {
        let mut next = rule.refines.as_deref();
        for _ in 0..rules.len() {
            next = next.and_then(|id| rules.get(id)).and_then(|rule| rule.refines.as_deref());
        }
        if next.is_some() {
            let message = format!("`{}` refines itself by way of others", rule.id());
            let span = rule.places.refines.clone();
            problems.push(Diagnostic::new("cycle", &rule.source, span, message).label("leads back here"));
        }
    }
    if !problems.is_empty() {
        return;
    }
    for rule in rules.values() {
        if !rule.outranks.is_empty() && outranked(rule, rules).contains(&rule.info.id) {
            let message = format!("`{}` outranks itself by way of others", rule.id());
            let span = rule.places.outranks.first().cloned().unwrap_or(0..0);
            problems.push(Diagnostic::new("cycle", &rule.source, span, message).label("leads back here"));
        }
    }
}

/// Everything that a rule outranks, directly or by way of what it outranks.
fn outranked(rule: &Rule, rules: &BTreeMap<Arc<str>, Rule>) -> BTreeSet<Arc<str>> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Rule> = vec![rule];
    while let Some(rule) = open.pop() {
        let chain =
            std::iter::successors(Some(rule), |rule| rule.refines.as_deref().and_then(|id| rules.get(id)));
        for id in chain.flat_map(|rule| &rule.outranks) {
            if reached.insert(Arc::clone(id)) {
                open.extend(rules.get(id));
            }
        }
    }
    reached
}
