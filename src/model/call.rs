//! One attempt as an operator would count it, and the verdict on it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CauseInfo, Masked, Observation, Tier};

/// Where a call stands in a chain of retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// Attempts of the chain, when its end was seen.
    pub of: Option<u32>,
    /// Stable id of the chain: source and first line.
    pub chain: Arc<str>,
    /// Nothing was tried after it.
    pub is_final: bool,
}

/// One attempt: all observations of it folded into one.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Name of the source that holds the record that decided.
    pub source: Arc<str>,
    /// The folded observation; its place is that of the record that decided.
    pub seen: Observation,
    /// First lines of all records of this source folded into it, ascending, without repeats.
    pub lines: Vec<u64>,
    /// The same of the other files of a rotated log, with their names, in the order of the log.
    pub elsewhere: Vec<(Arc<str>, u64)>,
    /// Chain of retries, when there is one.
    pub attempt: Option<Attempt>,
}

impl Call {
    /// The organization that the request or the message names, else the one of the answer's header.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.seen.organization.as_deref().or(self.seen.headers.organization.as_deref())
    }

    /// The project that the request or the message names, else the one of the answer's header.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.seen.project.as_deref().or(self.seen.headers.project.as_deref())
    }
}

/// A field that decided, with its value as shown to people.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Name of the field, as in rule files.
    pub field: Arc<str>,
    /// Its value, masked.
    pub value: Masked,
}

/// A cause that was considered and rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Rival {
    /// Its id.
    pub cause: Arc<str>,
    /// The clause that rejected it (`key.shape`), or `refines`, `outranks`, `tier`, `severity`, `id`.
    pub rejected_by: Arc<str>,
}

/// The verdict on one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The cause.
    pub cause: Arc<CauseInfo>,
    /// How sure it is.
    pub tier: Tier,
    /// What decided.
    pub evidence: Vec<Evidence>,
    /// What else was considered.
    pub rivals: Vec<Rival>,
}
