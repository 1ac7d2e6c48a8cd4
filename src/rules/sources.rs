//! Where rule files come from: those of the program, and the files and folders that are named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::{Diagnostic, RuleSource};

/// The rule files of the program, sorted: path from the package root, text, digest of the text.
static BUILTIN: &[(&str, &str, [u8; 32])] = include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// Largest rule file that is read.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The rule files of the program.
pub(super) fn builtin_sources() -> Vec<RuleSource> {
    let source = |(path, text, _): &(&str, &str, _)| RuleSource {
        path: Arc::from(*path),
        text: Arc::from(*text),
        is_builtin: true,
    };
    BUILTIN.iter().map(source).collect()
}

/// Digest of the text of a rule file; those of the program were taken when it was built.
pub(super) fn digest(source: &RuleSource) -> [u8; 32] {
    let place = BUILTIN.binary_search_by_key(&&*source.path, |(path, ..)| path);
    let known = place.ok().filter(|_| source.is_builtin).and_then(|place| BUILTIN.get(place));
    known.map_or_else(|| blake3::hash(source.text.as_bytes()).into(), |(_, _, digest)| *digest)
}

/// The rule files that the paths name: files as they are, folders with everything below them.
pub(super) fn own_sources(paths: &[PathBuf], problems: &mut Vec<Diagnostic>) -> Vec<RuleSource> {
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
