//! Digests of what is read, so that a source that was read before is recognised: the same bytes under
//! another name, or a log that has grown since.

use std::io::{self, Read};
use std::sync::Arc;

use crate::model::{Digest, LogDigest};

/// The shortest beginning that has a digest of its own: a line of a log with its time.
const FIRST: u64 = 256;
/// Hexadecimal digits of the digest of a beginning.
const DIGITS: usize = 32;

/// The digest of the log whose files have these, the oldest first; `None` for fewer than two.
#[must_use]
pub fn of_log(files: &[&Digest]) -> Option<LogDigest> {
    let mut hasher = blake3::Hasher::new();
    files.iter().for_each(|file| {
        hasher.update(file.whole.as_bytes());
    });
    let whole = || Arc::from(hasher.finalize().to_hex().as_str());
    (files.len() > 1).then(|| LogDigest { files: files.len() as u64, whole: whole() })
}

/// Passes bytes on and notes the digests of all of them and of their beginnings. These end at 256, 320,
/// 384, 448, 512, 640 … bytes: four in each doubling, so that the last one covers at least four fifths of
/// what was read.
pub struct Digested<R> {
    reader: R,
    hasher: blake3::Hasher,
    bytes: u64,
    next: u64,
    beginnings: Vec<(u64, Arc<str>)>,
}

impl<R> std::fmt::Debug for Digested<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Digested").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl<R: Read> Digested<R> {
    /// Reads from `reader`, from its first byte on.
    pub fn new(reader: R) -> Self {
        Self { reader, hasher: blake3::Hasher::new(), bytes: 0, next: FIRST, beginnings: Vec::new() }
    }

    /// Reads the rest and returns the digest. An error of the reader ends the input.
    pub fn finish(mut self) -> Digest {
        let mut rest = vec![0; 64 << 10];
        loop {
            match self.read(&mut rest) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        let whole = Arc::from(self.hasher.finalize().to_hex().as_str());
        Digest { bytes: self.bytes, whole, beginnings: self.beginnings }
    }

    fn take_in(&mut self, mut bytes: &[u8]) {
        while self.bytes + bytes.len() as u64 >= self.next {
            let missing = usize::try_from(self.next - self.bytes).unwrap_or(usize::MAX);
            let Some((head, rest)) = bytes.split_at_checked(missing) else { break };
            self.hasher.update(head);
            self.bytes = self.next;
            let digits: String = self.hasher.finalize().to_hex().chars().take(DIGITS).collect();
            self.beginnings.push((self.next, Arc::from(digits)));
            self.next += (1_u64 << self.next.ilog2()) / 4;
            bytes = rest;
        }
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.take_in(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digest(bytes: &[u8], step: usize) -> Digest {
        let mut left = bytes;
        let mut digested = Digested::new(&mut left);
        let mut buffer = vec![0; step.max(1)];
        let _ = digested.read(&mut buffer);
        digested.finish()
    }

    proptest! {
        #[test]
        fn a_log_that_has_grown_is_recognised(start in proptest::collection::vec(any::<u8>(), 256..3000), tail in proptest::collection::vec(any::<u8>(), 1..900), step in 1..700_usize) {
            let whole = [start.clone(), tail].concat();
            let (before, after) = (digest(&start, step), digest(&whole, step / 2));
            prop_assert!(before.is_beginning_of(&after));
            prop_assert!(!after.is_beginning_of(&before));
            prop_assert!(!before.is_beginning_of(&before));
            prop_assert_eq!(&before, &digest(&start, 3000));
            let covered = before.beginnings.last().map_or(0, |(bytes, _)| *bytes);
            prop_assert!(covered * 5 >= before.bytes * 4, "{} of {}", covered, before.bytes);
        }

        #[test]
        fn another_log_is_not(start in proptest::collection::vec(any::<u8>(), 256..2000), at in 0..200_usize, tail in proptest::collection::vec(any::<u8>(), 1..900)) {
            let mut other = [start.clone(), tail].concat();
            other[at] ^= 1;
            prop_assert!(!digest(&start, 64).is_beginning_of(&digest(&other, 64)));
        }
    }
}
