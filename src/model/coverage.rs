//! How much of each input was read.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Problem;

/// What was read of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceCoverage {
    /// Name of the source.
    pub name: Arc<str>,
    /// Bytes after decompression and decoding.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Records that were looked at because the scan found something in them.
    pub records: u64,
    /// Of these, the ones that were decoded.
    pub decoded: u64,
    /// Of these, the ones that could not be decoded or said nothing about an API call.
    pub skipped: u64,
    /// Calls whose time was read in the assumed zone.
    pub assumed_times: u64,
    /// Hours since the epoch (UTC) in which lines were written, of any kind; empty where the source is no
    /// log of lines.
    #[serde(with = "runs")]
    pub hours: BTreeSet<i64>,
    /// What was read, as a digest; `None` where none was asked for.
    pub digest: Option<Digest>,
    /// The log that it was read as a file of; `None` where it was read by itself or no digest was asked for.
    pub log: Option<LogDigest>,
}

/// The files of a rotated log that were read together.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct LogDigest {
    /// How many they are.
    pub files: u64,
    /// BLAKE3 of their digests, in the order of the log.
    pub whole: Arc<str>,
}

/// What was read of a source, as digests of its beginnings, so that a later state of the same log is
/// recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Digest {
    /// Bytes that were read, after decompression and decoding.
    pub bytes: u64,
    /// BLAKE3 of all of them, hexadecimal.
    pub whole: Arc<str>,
    /// BLAKE3 of the first so many bytes, hexadecimal, ascending.
    pub beginnings: Vec<(u64, Arc<str>)>,
}

impl Digest {
    /// Whether this is what was read of the same log before it grew: the last of its beginnings is one of
    /// the other's. It covers four fifths of what was read or more.
    #[must_use]
    pub fn is_beginning_of(&self, later: &Self) -> bool {
        self.bytes < later.bytes
            && self.beginnings.last().is_some_and(|last| later.beginnings.binary_search(last).is_ok())
    }
}

/// Hours as runs: the first one and how many.
mod runs {
    use std::collections::BTreeSet;

    use serde::{Deserialize, Deserializer, Serializer};

    /// Hours of all years in which a time can lie.
    const MAX_HOURS: i64 = 87 * 366 * 24;

    pub(super) fn serialize<S: Serializer>(hours: &BTreeSet<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for hour in hours {
            match runs.last_mut() {
                Some((start, count)) if *start + *count == *hour => *count += 1,
                _ => runs.push((*hour, 1)),
            }
        }
        serializer.collect_seq(runs)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<i64>, D::Error> {
        let runs = Vec::<(i64, i64)>::deserialize(deserializer)?;
        let run = |(start, count): (i64, i64)| start..start.saturating_add(count.min(MAX_HOURS));
        Ok(runs.into_iter().flat_map(run).collect())
    }
}

/// What was read of all inputs, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In the order of reading.
    pub sources: Vec<SourceCoverage>,
    /// Sorted by kind, then place.
    pub problems: Vec<Problem>,
}
