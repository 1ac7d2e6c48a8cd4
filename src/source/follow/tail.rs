//! One file that is followed: what is known of it, and where it is read on.

use std::fs::{File, Metadata};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use crate::source::encoding::Encoding;
use crate::source::sniff::{self, Format};

/// Bytes by which a file is known again.
pub(super) const HEAD: usize = 4096;
/// Bytes before the own place that must still be the same.
pub(super) const TAIL: usize = 64;

/// What a file is, whatever its name.
pub(super) type Identity = (u64, u64);

/// One file.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) name: Arc<str>,
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) identity: Identity,
    /// `None` while the file is empty: what it is is not known.
    pub(super) stream: Option<usize>,
    pub(super) at: u64,
    /// The bytes before `at`.
    pub(super) last: Vec<u8>,
    pub(super) head: Vec<u8>,
    /// Its name belongs to another file, or to none.
    pub(super) is_old: bool,
    pub(super) quiet: u32,
}

/// What of a file is left out.
#[derive(Debug, Default)]
pub(super) struct Skipped {
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

impl Tail {
    /// A file of which nothing was read yet.
    pub(super) fn new(name: Arc<str>, (path, identity): (PathBuf, Identity), file: File) -> Self {
        Self {
            name,
            path,
            file,
            identity,
            stream: None,
            at: 0,
            last: Vec::new(),
            head: Vec::new(),
            is_old: false,
            quiet: 0,
        }
    }

    /// What follows the own place, as much as the buffer holds; nothing at the end, and where it cannot be read.
    pub(super) fn read_on<'a>(&mut self, buffer: &'a mut [u8]) -> &'a [u8] {
        let read = self.file.seek(SeekFrom::Start(self.at)).and_then(|_| self.file.read(buffer));
        buffer.get(..read.unwrap_or(0)).unwrap_or_default()
    }

    /// Goes to the start of the last line that is not finished; what lies before it, counted.
    pub(super) fn skip_written(&mut self, buffer: &mut [u8]) -> Skipped {
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
    pub(super) fn is_continued(&mut self) -> bool {
        let mut now = vec![0; self.last.len()];
        let from = self.at - self.last.len() as u64;
        let read = self.file.seek(SeekFrom::Start(from)).and_then(|_| self.file.read_exact(&mut now));
        read.is_ok() && now == self.last
    }

    /// Goes on behind these bytes.
    pub(super) fn took(&mut self, bytes: &[u8]) {
        self.at += bytes.len() as u64;
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..missing).unwrap_or_default());
        self.last.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default());
        self.last.drain(..self.last.len().saturating_sub(TAIL));
    }
}

/// Whether a file that begins with these bytes can be read as it grows.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..sniff::HEAD.min(bytes.len())).unwrap_or_default();
    matches!(sniff::sniff(head), Format::Text(Encoding::Utf8 | Encoding::Utf8WithMark))
}

/// What a file is: its number.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Where files have no number: when they were made.
#[cfg(not(unix))]
pub(super) fn identity(metadata: &Metadata) -> Identity {
    let made = metadata.created().ok().and_then(|made| made.duration_since(std::time::UNIX_EPOCH).ok());
    (u64::from(made.unwrap_or_default().subsec_nanos()), made.unwrap_or_default().as_secs())
}
