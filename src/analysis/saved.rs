//! What was read: it merges, is saved, and is loaded again.

use crate::aggregate::{Ledger, Mismatch, Unreadable};

/// What was read of one or more logs. It merges in any order, and counts a log once.
///
/// # Examples
/// ```
/// use why4xx::{Analysis, Analyzer};
///
/// let analyzer = Analyzer::new();
/// let ok = "HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"";
/// let monday = analyzer.reader("mon.log", format!("2026-11-16T09:00:00Z {ok}\n").as_bytes());
/// let tuesday = analyzer.reader("tue.log", format!("2026-11-17T09:00:00Z {ok}\n").as_bytes());
/// let saved = monday.to_json();
///
/// let mut both = Analysis::from_json(&saved)?;
/// both.merge(tuesday)?;
/// both.merge(monday)?; // again, and so it changes nothing
/// assert_eq!(analyzer.report(&both).totals.calls, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Analysis(pub(super) Ledger);

impl Analysis {
    /// Puts another analysis to this one.
    ///
    /// # Errors
    /// When the other was read with another time zone or other rules for reading.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        self.0.merge(other.0).map_err(MergeError)
    }

    /// As compact JSON without secrets: what `why4xx report --save` writes and `why4xx merge` reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Names and numbers: there is nothing in it that JSON cannot hold.
        self.0.to_json().map(|json| json.to_string()).unwrap_or_default()
    }

    /// What [`Analysis::to_json`] or `why4xx report --save` has written.
    ///
    /// # Errors
    /// When it is neither, damaged, or of a later version.
    pub fn from_json(json: &str) -> Result<Self, ReadError> {
        let value = serde_json::from_str(json).map_err(ReadError::Damaged)?;
        Ledger::from_json(value).map(Self).map_err(ReadError::Unreadable)
    }
}

/// Analyses that do not fit together.
#[derive(Debug)]
pub struct MergeError(Mismatch);

impl std::fmt::Display for MergeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "cannot merge: {}", self.0)
    }
}

impl std::error::Error for MergeError {}

/// A saved analysis that cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It is no JSON.
    Damaged(serde_json::Error),
    #[doc(hidden)]
    Unreadable(Unreadable),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged(error) => write!(formatter, "cannot read: it is damaged: {error}"),
            Self::Unreadable(error) => write!(formatter, "cannot read: {error}"),
        }
    }
}

impl std::error::Error for ReadError {}
