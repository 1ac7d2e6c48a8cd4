//! Inputs that grow: files, whatever becomes of them, and pipes.
//!
//! In: paths, `-` for standard input. Out: [`News`] of streams: one for each file and one more for each time that a
//! file was replaced or emptied, in the order in which they were met. Nothing is read twice: a file is known by its
//! identity, not by its name, and a copy of a followed file by its first bytes. Nothing that was written before
//! the file was emptied and read after it was opened is lost. A file that was renamed is read on until nothing has
//! been added for a while.
//!
//! Files are asked, not watched: the notices of an operating system do not reach over network file systems and
//! bind mounts, and a question costs less than a page fault. Packed files and UTF-16 are not followed.

mod pipes;
mod tail;

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use self::pipes::{Pipes, is_pipe};
use self::tail::{HEAD, Identity, Skipped, TAIL, Tail, identity, is_text};
use super::walk::{inputs, problem};
use super::{Input, Settings};
use crate::model::{Problem, ProblemKind};

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;
/// Pieces that are taken of one file before the others have their turn.
const PIECES: usize = 32;
/// Polls without news after which a file that was renamed or removed is let go.
const QUIET_POLLS: u32 = 240;
/// Polls between two looks into the folders.
const POLLS_PER_WALK: u64 = 8;
/// Renamed files that are read on at once.
const MAX_OLD: usize = 64;
/// First bytes of files that were let go, by which their copies are known.
const MAX_HEADS: usize = 1024;

/// What became of the inputs. Streams are numbered in the order in which they begin.
#[derive(Debug)]
pub enum News<'a> {
    /// A stream begins: number, name, and the line and offset of its first byte.
    Begun(usize, Arc<str>, u64, u64),
    /// Bytes were added to a stream.
    Bytes(usize, &'a [u8]),
    /// Nothing will be added to a stream any more.
    Ended(usize),
    /// Something cannot be read.
    Problem(Problem),
}

/// Takes news.
pub type Take<'a> = dyn FnMut(News<'_>) + 'a;

/// Where a file is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Its first byte.
    Start,
    /// Behind what it held when it was met first.
    End,
}

/// The inputs that are followed.
#[derive(Debug)]
pub struct Follow {
    paths: Vec<PathBuf>,
    settings: Settings,
    from: From,
    tails: Vec<Tail>,
    /// First bytes of files that are not followed any more.
    heads: VecDeque<Vec<u8>>,
    pipes: Pipes,
    /// Files that are not followed.
    refused: BTreeSet<(PathBuf, Identity)>,
    missing: BTreeSet<PathBuf>,
    streams: usize,
    polls: u64,
    buffer: Vec<u8>,
}

impl Follow {
    /// Follows what the paths name, files of folders that appear later included.
    #[must_use]
    pub fn new(paths: &[PathBuf], from: From, settings: &Settings) -> Self {
        Self {
            paths: paths.to_vec(),
            settings: settings.clone(),
            from,
            tails: Vec::new(),
            heads: VecDeque::new(),
            pipes: Pipes::default(),
            refused: BTreeSet::new(),
            missing: BTreeSet::new(),
            streams: 0,
            polls: 0,
            buffer: vec![0; PIECE],
        }
    }

    /// Whether nothing can come any more: only pipes were followed, and all have ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.polls > 0
            && self.tails.is_empty()
            && self.pipes.is_over()
            && self.paths.iter().all(|path| is_pipe(path))
    }

    /// Waits until a pipe has something to say, at most this long.
    pub fn wait(&mut self, at_most: Duration) {
        self.pipes.wait(at_most);
    }

    /// Hands on what was added since the last time, and what became of the files. Whether there is more.
    pub fn poll(&mut self, keeps: &dyn Fn(&Input) -> bool, take: &mut Take<'_>) -> bool {
        if self.polls.is_multiple_of(POLLS_PER_WALK) {
            self.walk(keeps, take);
        }
        self.polls += 1;
        let mut is_more = false;
        for index in 0..self.tails.len() {
            is_more |= self.read(index, take);
            self.check_name(index);
        }
        self.let_go(take);
        self.read_pipes(take);
        is_more
    }

    /// Ends all streams.
    pub fn finish(&mut self, take: &mut Take<'_>) {
        self.read_pipes(take);
        for stream in self.tails.drain(..).filter_map(|tail| tail.stream) {
            take(News::Ended(stream));
        }
    }

    /// Looks for files that are new.
    fn walk(&mut self, keeps: &dyn Fn(&Input) -> bool, take: &mut Take<'_>) {
        let (found, problems) = inputs(&self.paths, &self.settings);
        for input in found.iter().filter(|input| keeps(input)) {
            match &input.path {
                None => self.start_pipe(Path::new("-"), &input.name, take),
                Some(path) if is_pipe(path) => self.start_pipe(path, &input.name, take),
                Some(path) => self.meet(path, &input.name, take),
            }
        }
        for found in problems {
            let path = PathBuf::from(&*found.location.source);
            if self.missing.insert(path) {
                take(News::Problem(found));
            }
        }
        self.refused.retain(|(path, known)| fs::metadata(path).is_ok_and(|now| identity(&now) == *known));
        // What is there from the beginning may be skipped; what appears later is new.
        if self.polls == 0 {
            self.from = From::Start;
        }
    }

    /// Follows the file of that name when it is not followed yet.
    fn meet(&mut self, path: &Path, name: &Arc<str>, take: &mut Take<'_>) {
        let Ok(metadata) = fs::metadata(path) else { return };
        let identity = identity(&metadata);
        let is_known = self.tails.iter().any(|tail| tail.identity == identity);
        let file = (path.to_owned(), identity);
        if is_known || self.refused.contains(&file) || !metadata.is_file() {
            return;
        }
        let opened = File::open(path).and_then(|mut file| {
            let mut head = Vec::new();
            file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
            Ok((file, head))
        });
        let (content, head) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.refused.insert(file);
                let text = super::walk::error_text(&error);
                take(News::Problem(problem(ProblemKind::Unreadable, name, text)));
                return;
            }
        };
        if self.is_copy(path, &head) {
            self.refused.insert(file);
            let text = "is not read: it is a copy of a file that was followed under another name";
            take(News::Problem(problem(ProblemKind::Unsupported, name, text)));
            return;
        }
        let mut tail = Tail::new(Arc::clone(name), file, content);
        let skipped =
            if self.from == From::End { tail.skip_written(&mut self.buffer) } else { Skipped::default() };
        if skipped.bytes > 0 {
            tail.stream = Some(self.streams);
            take(News::Begun(self.streams, Arc::clone(name), skipped.lines + 1, skipped.bytes));
            self.streams += 1;
        }
        self.tails.push(tail);
    }

    /// Whether these are the first bytes of a file that is or was followed under another name: the copy that
    /// a rotation by copy and truncate leaves.
    fn is_copy(&self, path: &Path, head: &[u8]) -> bool {
        let is_same = |known: &[u8]| {
            known.len() >= TAIL && (head == known || head.len() > known.len() && head.starts_with(known))
        };
        let tails = self.tails.iter().filter(|tail| tail.path != path);
        tails.map(|tail| tail.head.as_slice()).chain(self.heads.iter().map(Vec::as_slice)).any(is_same)
    }

    /// Hands on what was added to a file; whether there is more.
    fn read(&mut self, index: usize, take: &mut Take<'_>) -> bool {
        let Some(tail) = self.tails.get_mut(index) else { return false };
        let length = tail.file.metadata().map_or(tail.at, |metadata| metadata.len());
        if length < tail.at || length > tail.at && !tail.is_continued() {
            if let Some(stream) = tail.stream.take() {
                take(News::Ended(stream));
            }
            remember(&mut self.heads, std::mem::take(&mut tail.head));
            (tail.at, tail.last) = (0, Vec::new());
        }
        tail.quiet += 1;
        for _ in 0..PIECES {
            if tail.at >= length {
                break;
            }
            let bytes = tail.read_on(&mut self.buffer);
            if bytes.is_empty() {
                return false;
            }
            tail.quiet = 0;
            let stream = match tail.stream {
                Some(stream) => stream,
                None if !is_text(bytes) => {
                    self.refused.insert((tail.path.clone(), tail.identity));
                    let text = "cannot be followed: it is no plain UTF-8 text";
                    take(News::Problem(problem(ProblemKind::Unsupported, &tail.name, text)));
                    (tail.is_old, tail.quiet) = (true, QUIET_POLLS);
                    return false;
                }
                None => {
                    take(News::Begun(self.streams, Arc::clone(&tail.name), 1, 0));
                    self.streams += 1;
                    *tail.stream.insert(self.streams - 1)
                }
            };
            take(News::Bytes(stream, bytes));
            tail.took(bytes);
        }
        tail.at < length
    }

    /// Notes that the name of a file belongs to another one.
    fn check_name(&mut self, index: usize) {
        let Some(tail) = self.tails.get_mut(index).filter(|tail| !tail.is_old) else { return };
        let now = fs::metadata(&tail.path).ok().map(|metadata| identity(&metadata));
        if now != Some(tail.identity) {
            tail.is_old = true;
            // The file that has the name now is met without waiting for the next walk.
            self.polls = self.polls.next_multiple_of(POLLS_PER_WALK);
        }
    }

    /// Lets go of renamed files to which nothing is added any more.
    fn let_go(&mut self, take: &mut Take<'_>) {
        let mut old = self.tails.iter().filter(|tail| tail.is_old).count();
        let heads = &mut self.heads;
        self.tails.retain_mut(|tail| {
            let is_kept = !tail.is_old || tail.quiet < QUIET_POLLS && old <= MAX_OLD;
            if !is_kept {
                old -= 1;
                take_end(tail, take);
                // Under its new name it is met again, and known by its first bytes.
                remember(heads, std::mem::take(&mut tail.head));
            }
            is_kept
        });
    }

    fn start_pipe(&mut self, path: &Path, name: &Arc<str>, take: &mut Take<'_>) {
        if self.pipes.knows(path) {
            return;
        }
        take(News::Begun(self.streams, Arc::clone(name), 1, 0));
        self.pipes.start(path, self.streams);
        self.streams += 1;
    }

    fn read_pipes(&mut self, take: &mut Take<'_>) {
        for (stream, bytes) in self.pipes.take() {
            take(if bytes.is_empty() { News::Ended(stream) } else { News::Bytes(stream, &bytes) });
        }
    }
}

fn take_end(tail: &Tail, take: &mut Take<'_>) {
    if let Some(stream) = tail.stream {
        take(News::Ended(stream));
    }
}

fn remember(heads: &mut VecDeque<Vec<u8>>, head: Vec<u8>) {
    if head.len() >= TAIL {
        heads.push_back(head);
    }
    if heads.len() > MAX_HEADS {
        heads.pop_front();
    }
}

#[cfg(test)]
mod tests;
