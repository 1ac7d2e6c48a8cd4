//! Where something stands in an input.

use serde::{Deserialize, Serialize};

use std::sync::Arc;

/// A place inside one source: line and byte offset of the decompressed, decoded input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Line, from 1. Only LF ends a line.
    pub line: u64,
    /// Byte offset of the start of that line, from 0.
    pub offset: u64,
}

/// A place together with the source that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Name of the source: a path, `archive.zip!member`, or `-` for standard input.
    pub source: Arc<str>,
    /// Line and offset in it.
    pub place: Place,
}
