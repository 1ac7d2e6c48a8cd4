//! How much of each input was read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Problem;

/// What was read of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    pub hours: BTreeSet<i64>,
    /// What was read, as a digest; `None` where none was asked for.
    pub digest: Option<Digest>,
}

/// What was read of a source, as digests of its beginnings, so that a later state of the same log is
/// recognised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// Bytes that were read, after decompression and decoding.
    pub bytes: u64,
    /// BLAKE3 of all of them, hexadecimal.
    pub whole: Arc<str>,
    /// BLAKE3 of the first so many bytes, hexadecimal, ascending.
    pub beginnings: Vec<(u64, Arc<str>)>,
}

/// What was read of all inputs, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In the order of reading.
    pub sources: Vec<SourceCoverage>,
    /// Sorted by kind, then place.
    pub problems: Vec<Problem>,
}
