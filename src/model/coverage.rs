//! How much of each input was read.

use std::sync::Arc;

use super::Problem;

/// What was read of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// What was read of all inputs, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In the order of reading.
    pub sources: Vec<SourceCoverage>,
    /// Sorted by kind, then place.
    pub problems: Vec<Problem>,
}
