//! Which files are one log that was rotated, and in which order it was written.
//!
//! In: inputs. Out: [`Log`]s, each of one file or of several in the same folder whose names differ in a number
//! or a date alone (`app.log.2.gz`, `app.log.1`, `app.log`; `app-2026-11-14.log`, `app-2026-11-15.log`;
//! `0.log.20261114-101010`, `0.log`), packed or not. Names only make candidates: whether one file carries on
//! the other, their times decide, which is for whoever reads them.

mod name;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use self::name::{Name, named, weak};
use super::Input;

/// The files that may be one log; most often a single one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its files, the oldest first as far as names tell.
    files: Vec<File>,
    /// Rotation alone gives such names. Of others (`app.log`, `app-1.log`) times have to tell.
    pub is_certain: bool,
}

/// A file of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    input: Input,
    date: Option<String>,
    number: Option<u32>,
}

impl Log {
    fn alone(input: Input) -> Self {
        Self { files: vec![File { input, date: None, number: None }], is_certain: true }
    }

    /// Its file, when there is one alone.
    #[must_use]
    pub fn only(&self) -> Option<&Input> {
        let [file] = self.files.as_slice() else { return None };
        Some(&file.input)
    }

    /// Its files, in no order that says anything.
    #[must_use]
    pub fn into_inputs(self) -> Vec<Input> {
        self.files.into_iter().map(|file| file.input).collect()
    }

    /// Its files, the oldest first. Dates ascend; the file without a date or number is the last. Whether numbers
    /// rise or fall with time differs from tool to tool: `first_time`, asked for the first time in a file,
    /// decides, and falling numbers are taken for granted where it does not know (`app.log.1` is newer than
    /// `app.log.2`), rising ones behind a date.
    #[must_use]
    pub fn into_files(self, first_time: &mut dyn FnMut(&Input) -> Option<Timestamp>) -> Vec<Input> {
        if let [_] = self.files.as_slice() {
            return self.into_inputs();
        }
        let mut by_date: BTreeMap<(bool, Option<String>), Vec<File>> = BTreeMap::new();
        for file in self.files {
            by_date.entry((file.date.is_none(), file.date.clone())).or_default().push(file);
        }
        by_date.into_iter().flat_map(|((undated, _), files)| of_a_date(files, undated, first_time)).collect()
    }
}

/// The files of one date, or those without any, the oldest first.
fn of_a_date(
    files: Vec<File>,
    undated: bool,
    first_time: &mut dyn FnMut(&Input) -> Option<Timestamp>,
) -> Vec<Input> {
    let is_earlier = |a: &File, b: &File, first_time: &mut dyn FnMut(&Input) -> Option<Timestamp>| {
        let (a, b) = first_time(&a.input).zip(first_time(&b.input))?;
        (a != b).then_some(a < b)
    };
    let (mut numbered, bare): (Vec<File>, Vec<File>) =
        files.into_iter().partition(|file| file.number.is_some());
    numbered.sort_by(|a, b| (a.number, &a.input.path).cmp(&(b.number, &b.input.path)));
    if let [lowest, .., highest] = numbered.as_slice()
        && !is_earlier(lowest, highest, first_time).unwrap_or(!undated)
    {
        numbered.reverse();
    }
    let is_bare_first = match (bare.first(), numbered.first()) {
        (Some(bare), Some(oldest)) => is_earlier(bare, oldest, first_time).unwrap_or(!undated),
        _ => false,
    };
    let (first, second) = if is_bare_first { (bare, numbered) } else { (numbered, bare) };
    first.into_iter().chain(second).map(|file| file.input).collect()
}

/// The inputs as logs, in the order of the first file of each. Which files are one log does not depend on the
/// order of the inputs.
#[must_use]
pub fn logs(inputs: &[Input]) -> Vec<Log> {
    let names = Names::of(inputs);
    let mut groups: BTreeMap<Key, Vec<(usize, File)>> = BTreeMap::new();
    let mut logs: Vec<(usize, Log)> = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        match names.group(input) {
            Some((key, name)) => {
                let file = File { input: input.clone(), date: name.date, number: name.number };
                groups.entry(key).or_default().push((at, file));
            }
            None => logs.push((at, Log::alone(input.clone()))),
        }
    }
    for ((.., is_certain), mut files) in groups {
        let at = files.iter().map(|(at, _)| *at).min().unwrap_or_default();
        files.sort_by(|(_, a), (_, b)| a.input.path.cmp(&b.input.path));
        let files: Vec<File> = files.into_iter().map(|(_, file)| file).collect();
        if files.iter().all(|file| file.date.is_none() && file.number.is_none()) {
            // The same log packed and unpacked, and no rotated one: each by itself.
            logs.extend(files.into_iter().map(|file| (at, Log::alone(file.input))));
        } else {
            logs.push((at, Log { files, is_certain }));
        }
    }
    logs.sort_by_key(|(at, _)| *at);
    logs.into_iter().map(|(_, log)| log).collect()
}

/// Folder, name without number and date, and whether rotation alone gives such names.
type Key = (PathBuf, String, bool);

/// The names that the files of rotated logs have in common.
struct Names {
    /// Of files whose names only rotation gives.
    certain: BTreeSet<(PathBuf, String)>,
    /// Of others, which hosts and replicas have too (`web-1.log`, `web-2.log`): one of them has to be without a
    /// number, as the file that a program writes to is.
    weak: BTreeSet<(PathBuf, String)>,
    /// Of all files, without the ending that a packer adds.
    all: BTreeSet<(PathBuf, String)>,
}

impl Names {
    fn of(inputs: &[Input]) -> Self {
        let mut names = Self { certain: BTreeSet::new(), weak: BTreeSet::new(), all: BTreeSet::new() };
        let files: Vec<(PathBuf, String)> = inputs.iter().filter_map(folder_and_name).collect();
        for (folder, name) in &files {
            names.all.insert((folder.clone(), name.clone()));
            names.certain.extend(named(name).map(|name| (folder.clone(), name.stem)));
        }
        for (folder, name) in files {
            let stem = weak(&name).map(|name| name.stem);
            names.weak.extend(stem.map(|stem| (folder, stem)));
        }
        names
    }

    /// The group that a file is in, with what its name tells.
    fn group(&self, input: &Input) -> Option<(Key, Name)> {
        let (folder, name) = folder_and_name(input)?;
        if let Some(known) = named(&name) {
            return Some(((folder, known.stem.clone(), true), known));
        }
        let own = (folder, name);
        let bare = |stem: &str| Name { stem: stem.to_owned(), date: None, number: None };
        if self.certain.contains(&own) {
            return Some(((own.0, own.1.clone(), true), bare(&own.1)));
        }
        if let Some(known) = weak(&own.1) {
            let stem = (own.0.clone(), known.stem.clone());
            if self.all.contains(&stem) {
                return Some(((stem.0, stem.1, false), known));
            }
        }
        let is_bare = self.weak.contains(&own);
        is_bare.then(|| ((own.0, own.1.clone(), false), bare(&own.1)))
    }
}

/// Where a file lies, and its name without the ending that a packer adds.
fn folder_and_name(input: &Input) -> Option<(PathBuf, String)> {
    let path = input.path.as_deref()?;
    let name = name::unpacked(path.file_name()?.to_str()?);
    Some((path.parent().unwrap_or(Path::new("")).to_path_buf(), name.to_owned()))
}

#[cfg(test)]
mod tests;
