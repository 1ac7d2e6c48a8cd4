//! `--include` and `--exclude`: which files of folders are read.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::args::Selection;
use super::failure::Failure;
use crate::source::Input;

/// The patterns of the command line, ready to be held against paths.
#[derive(Debug)]
pub(super) struct Selected {
    include: Patterns,
    exclude: Patterns,
}

/// Patterns for names, and patterns for paths.
#[derive(Debug, Default)]
struct Patterns {
    names: GlobSet,
    paths: GlobSet,
}

impl Selected {
    /// # Errors
    /// When a pattern is none.
    pub(super) fn new(selection: &Selection) -> Result<Self, Failure> {
        Ok(Self { include: Patterns::new(&selection.include)?, exclude: Patterns::new(&selection.exclude)? })
    }

    /// Whether an input is read: it was named itself, or it matches. `named` are the paths as given.
    pub(super) fn keeps(&self, named: &[PathBuf], input: &Input) -> bool {
        let Some(path) = &input.path else { return true };
        let is_itself = named.iter().any(|named| named == path);
        let root =
            named.iter().filter(|named| path.starts_with(named)).max_by_key(|root| root.as_os_str().len());
        let below = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        is_itself
            || (self.include.is_empty() || self.include.is_match(below, false))
                && !self.exclude.is_match(below, true)
    }
}

impl Patterns {
    fn new(globs: &[String]) -> Result<Self, Failure> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for text in globs {
            let trimmed = text.trim_start_matches("./").trim_end_matches('/');
            let set = if trimmed.contains('/') { &mut paths } else { &mut names };
            set.add(glob(trimmed).map_err(|error| refused(text, &error))?);
        }
        let refused = |error: globset::Error| refused("", &error);
        Ok(Self { names: names.build().map_err(refused)?, paths: paths.build().map_err(refused)? })
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.paths.is_empty()
    }

    /// Whether the path matches; `with_folders` when a folder above the file is enough.
    fn is_match(&self, path: &Path, with_folders: bool) -> bool {
        let mut parts = path.ancestors().filter(|part| !part.as_os_str().is_empty());
        let is_match = |part: &Path| {
            part.file_name().is_some_and(|name| self.names.is_match(name)) || self.paths.is_match(part)
        };
        if with_folders { parts.any(is_match) } else { parts.next().is_some_and(is_match) }
    }
}

fn glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

fn refused(text: &str, error: &globset::Error) -> Failure {
    Failure::with_help(
        format!("cannot read the pattern `{text}`: {}", error.kind()),
        Some("`*.log` matches names, `api/**/*.log` paths below a folder".to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(include: &[&str], exclude: &[&str], expected: &str) {
        let texts = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        let selection = Selection { include: texts(include), exclude: texts(exclude) };
        let selected = Selected::new(&selection).unwrap();
        let files = ["logs/a.log", "logs/a.txt", "logs/old/b.log", "logs/old/x/c.log", "own.txt"];
        let named = [PathBuf::from("logs"), PathBuf::from("own.txt")];
        let kept = files.into_iter().filter(|file| {
            let input = Input { name: (*file).into(), path: Some(file.into()), bytes: None };
            selected.keeps(&named, &input)
        });
        assert_eq!(kept.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn patterns_choose_among_the_files_of_folders() {
        check(&[], &[], "logs/a.log logs/a.txt logs/old/b.log logs/old/x/c.log own.txt");
        check(&["*.log"], &[], "logs/a.log logs/old/b.log logs/old/x/c.log own.txt");
        check(&["*.log"], &["old"], "logs/a.log own.txt");
        check(&["old/*.log"], &[], "logs/old/b.log own.txt");
        check(&["old/**/*.log"], &["c.*"], "logs/old/b.log own.txt");
        check(&["./old/**"], &[], "logs/old/b.log logs/old/x/c.log own.txt");
        check(&[], &["old/x/", "*.txt"], "logs/a.log logs/old/b.log own.txt");
    }

    #[test]
    fn a_broken_pattern_is_refused() {
        let selection = Selection { include: vec!["[".to_owned()], exclude: vec![] };
        assert!(Selected::new(&selection).is_err());
    }
}
