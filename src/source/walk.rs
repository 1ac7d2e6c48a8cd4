//! From paths to inputs: directories with everything below them, sorted by name.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::{Input, Settings};
use crate::model::{Location, Place, Problem, ProblemKind};
use crate::redact::mask;

/// The inputs that `paths` name, in the order given, and what could not be reached.
///
/// `-` is standard input. Directories are read recursively, sorted by name, hidden files included, symbolic
/// links followed. A file that was already found is not listed again, so links of any kind (as in
/// `/var/log/containers`) count nothing twice. Pipes, sockets and devices are read only when named directly.
#[must_use]
pub fn inputs(paths: &[PathBuf], settings: &Settings) -> (Vec<Input>, Vec<Problem>) {
    let mut walk = Walk { settings, inputs: Vec::new(), problems: Vec::new(), seen: BTreeSet::new() };
    for path in paths {
        walk.add(path);
    }
    (walk.inputs, walk.problems)
}

/// Whether a file in a folder of samples is the expected result of another: `expected.json`, `a.expected`,
/// `a.expected.jsonl`. For [`Settings::skip`].
#[must_use]
pub fn is_expected_result(file_name: &OsStr) -> bool {
    let name = file_name.to_string_lossy();
    name.starts_with("expected.") || name.ends_with(".expected") || name.contains(".expected.json")
}

/// A problem that concerns a source as a whole.
pub(super) fn problem(kind: ProblemKind, source: &Arc<str>, text: impl Into<String>) -> Problem {
    let location = Location { source: Arc::clone(source), place: Place::default() };
    Problem { kind, location, text: text.into(), count: 1 }
}

struct Walk<'a> {
    settings: &'a Settings,
    inputs: Vec<Input>,
    problems: Vec<Problem>,
    /// The files found so far.
    seen: BTreeSet<Identity>,
}

/// What makes two paths the same file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    /// Device and number on it; the same for hard links.
    #[cfg(unix)]
    Number(u64, u64),
    /// The path without links.
    Path(PathBuf),
}

impl Identity {
    #[cfg(unix)]
    fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        let number = fs::metadata(path).map(|metadata| Self::Number(metadata.dev(), metadata.ino()));
        number.unwrap_or_else(|_| Self::Path(path.to_path_buf()))
    }

    #[cfg(not(unix))]
    fn of(path: &Path) -> Self {
        Self::Path(fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()))
    }
}

impl Walk<'_> {
    fn add(&mut self, path: &Path) {
        if path == Path::new("-") {
            let input = Input { name: Arc::from("-"), path: None, bytes: None };
            if !self.inputs.contains(&input) {
                self.inputs.push(input);
            }
            return;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.add_directory(path),
            Ok(metadata) => self.add_file(path, metadata.is_file().then_some(metadata.len())),
            Err(error) => self.fail(path, &error),
        }
    }

    fn add_directory(&mut self, path: &Path) {
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) => self.add_entry(&entry),
                Err(error) => {
                    let path = error.path().unwrap_or(path);
                    match (error.loop_ancestor(), error.io_error()) {
                        (Some(_), _) => {
                            self.note(ProblemKind::Unreadable, path, "is a link to a folder that holds it");
                        }
                        (None, Some(error)) => self.fail(path, error),
                        (None, None) => self.note(ProblemKind::Unreadable, path, "cannot be walked"),
                    }
                }
            }
        }
    }

    fn add_entry(&mut self, entry: &DirEntry) {
        let file_type = entry.file_type();
        if file_type.is_dir() || self.settings.skip.iter().any(|is_skipped| is_skipped(entry.file_name())) {
            return;
        }
        if file_type.is_file() {
            self.add_file(entry.path(), entry.metadata().ok().map(|metadata| metadata.len()));
        } else {
            let text = "is a pipe, socket or device; it is read only when named itself";
            self.note(ProblemKind::Unsupported, entry.path(), text);
        }
    }

    fn add_file(&mut self, path: &Path, bytes: Option<u64>) {
        if self.seen.insert(Identity::of(path)) {
            self.inputs.push(Input { name: name(path), path: Some(path.to_path_buf()), bytes });
        }
    }

    fn fail(&mut self, path: &Path, error: &io::Error) {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ProblemKind::Missing,
            _ => ProblemKind::Unreadable,
        };
        self.note(kind, path, &error_text(error));
    }

    fn note(&mut self, kind: ProblemKind, path: &Path, text: &str) {
        self.problems.push(problem(kind, &name(path), text));
    }
}

/// The error in words that are the same on every system where we know it.
pub(super) fn error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be opened: permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "cannot be read: is a directory".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn name(path: &Path) -> Arc<str> {
    Arc::from(mask(&path.to_string_lossy()).as_str())
}
