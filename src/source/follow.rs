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

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File, Metadata};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::sniff::{self, Format};
use super::walk::{inputs, problem};
use super::{Input, Settings};
use crate::model::{Problem, ProblemKind};

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;
/// Pieces that are taken of one file before the others have their turn.
const PIECES: usize = 32;
/// Pieces of pipes that wait to be taken.
const WAITING: usize = 16;
/// Bytes by which a file is known again.
const HEAD: usize = 4096;
/// Bytes before the own place that must still be the same.
const TAIL: usize = 64;
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

/// What a file is, whatever its name.
type Identity = (u64, u64);

/// One file.
#[derive(Debug)]
struct Tail {
    name: Arc<str>,
    path: PathBuf,
    file: File,
    identity: Identity,
    /// `None` while the file is empty: what it is is not known.
    stream: Option<usize>,
    at: u64,
    /// The bytes before `at`.
    last: Vec<u8>,
    head: Vec<u8>,
    /// Its name belongs to another file, or to none.
    is_old: bool,
    quiet: u32,
}

/// Standard input and named pipes, each with a thread that waits for it.
#[derive(Debug, Default)]
struct Pipes {
    open: usize,
    channel: Option<(SyncSender<Piece>, Receiver<Piece>)>,
    waiting: VecDeque<Piece>,
    /// Paths with a thread of their own.
    paths: Vec<PathBuf>,
}

/// What came out of a pipe: its stream, and bytes; none at its end.
type Piece = (usize, Vec<u8>);

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
            && self.pipes.open == 0
            && self.pipes.waiting.is_empty()
            && self.paths.iter().all(|path| is_pipe(path))
    }

    /// Waits until a pipe has something to say, at most this long.
    pub fn wait(&mut self, at_most: Duration) {
        match &self.pipes.channel {
            Some((_, receiver)) if self.pipes.open > 0 => {
                if let Ok(piece) = receiver.recv_timeout(at_most) {
                    self.pipes.waiting.push_back(piece);
                }
            }
            _ => std::thread::sleep(at_most),
        }
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
        let mut tail = Tail {
            name: Arc::clone(name),
            path: file.0,
            file: content,
            identity,
            stream: None,
            at: 0,
            last: Vec::new(),
            head: Vec::new(),
            is_old: false,
            quiet: 0,
        };
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
            let count =
                match tail.file.seek(SeekFrom::Start(tail.at)).and_then(|_| tail.file.read(&mut self.buffer))
                {
                    Ok(0) | Err(_) => return false,
                    Ok(count) => count,
                };
            let bytes = self.buffer.get(..count).unwrap_or_default();
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
        if self.pipes.paths.iter().any(|known| known == path) {
            return;
        }
        self.pipes.paths.push(path.to_owned());
        let stream = self.streams;
        self.streams += 1;
        take(News::Begun(stream, Arc::clone(name), 1, 0));
        let (sender, _) = self.pipes.channel.get_or_insert_with(|| sync_channel(WAITING));
        let (sender, path) = (sender.clone(), path.to_owned());
        self.pipes.open += 1;
        std::thread::spawn(move || match path.to_str() {
            Some("-") => pump(&mut std::io::stdin().lock(), stream, &sender),
            _ => match File::open(&path) {
                Ok(mut file) => pump(&mut file, stream, &sender),
                Err(_) => pump(&mut std::io::empty(), stream, &sender),
            },
        });
    }

    fn read_pipes(&mut self, take: &mut Take<'_>) {
        let Some((_, receiver)) = &self.pipes.channel else { return };
        let waiting: Vec<Piece> =
            self.pipes.waiting.drain(..).chain(receiver.try_iter().take(WAITING)).collect();
        for (stream, bytes) in waiting {
            if bytes.is_empty() {
                self.pipes.open -= 1;
                take(News::Ended(stream));
            } else {
                take(News::Bytes(stream, &bytes));
            }
        }
    }
}

/// What of a file is left out.
#[derive(Debug, Default)]
struct Skipped {
    lines: u64,
    bytes: u64,
}

impl Tail {
    /// Goes to the start of the last line that is not finished; what lies before it, counted.
    fn skip_written(&mut self, buffer: &mut [u8]) -> Skipped {
        let mut skipped = Skipped::default();
        let mut at = 0;
        if self.file.rewind().is_err() {
            return skipped;
        }
        while let Ok(count) = self.file.read(buffer) {
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            if at == 0 && !is_text(bytes) {
                return Skipped::default();
            }
            self.took(bytes);
            skipped.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            if let Some(end) = memchr::memrchr(b'\n', bytes) {
                skipped.bytes = at + end as u64 + 1;
            }
            at += count as u64;
        }
        self.at = skipped.bytes;
        // The bytes before the new place are read again when they are compared.
        self.last.clear();
        skipped
    }

    /// Whether the bytes before the own place are still those that were read.
    fn is_continued(&mut self) -> bool {
        let mut now = vec![0; self.last.len()];
        let from = self.at - self.last.len() as u64;
        let read = self.file.seek(SeekFrom::Start(from)).and_then(|_| self.file.read_exact(&mut now));
        read.is_ok() && now == self.last
    }

    fn took(&mut self, bytes: &[u8]) {
        self.at += bytes.len() as u64;
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..missing).unwrap_or_default());
        self.last.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default());
        self.last.drain(..self.last.len().saturating_sub(TAIL));
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

/// Sends what a reader gives until it ends or nobody listens.
fn pump(reader: &mut dyn Read, stream: usize, sender: &SyncSender<Piece>) {
    let mut buffer = vec![0; PIECE];
    loop {
        let count = match reader.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Ok(count) => count,
            Err(_) => 0,
        };
        let bytes = buffer.get(..count).unwrap_or_default().to_vec();
        if sender.send((stream, bytes)).is_err() || count == 0 {
            return;
        }
    }
}

/// Whether a file that begins with these bytes can be read as it grows.
fn is_text(bytes: &[u8]) -> bool {
    use super::encoding::Encoding;
    let head = bytes.get(..sniff::HEAD.min(bytes.len())).unwrap_or_default();
    matches!(sniff::sniff(head), Format::Text(Encoding::Utf8 | Encoding::Utf8WithMark))
}

fn is_pipe(path: &Path) -> bool {
    path == Path::new("-")
        || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Where files have no number: when they were made.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Identity {
    let made = metadata.created().ok().and_then(|made| made.duration_since(std::time::UNIX_EPOCH).ok());
    (u64::from(made.unwrap_or_default().subsec_nanos()), made.unwrap_or_default().as_secs())
}

#[cfg(test)]
mod tests;
