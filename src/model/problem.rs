//! What could not be read: never fatal, always located, counted and shown.

use serde::{Deserialize, Serialize};

use super::Location;

/// Kinds of problem, in the order in which a report lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A path that does not exist.
    Missing,
    /// A file or directory that cannot be opened or read.
    Unreadable,
    /// Not a text log: an image, a database, an executable …
    NotText,
    /// A known format that cannot be read directly; the text says what to run.
    Unsupported,
    /// A compressed stream or archive that ends early or is damaged; what came before is kept.
    Damaged,
    /// A record longer than the limit was cut.
    RecordCut,
    /// Something that looked like JSON and is not.
    BadJson,
    /// Nesting deeper than the limit.
    TooDeep,
    /// Expansion beyond the limit of an archive.
    TooLarge,
    /// A record without any time.
    NoTime,
    /// Times without a zone, read in the zone of the run.
    AssumedZone,
    /// A window for folding or re-ordering overflowed.
    WindowOverflow,
    /// Values that a scrubber removed before we saw them.
    Scrubbed,
    /// What a run did not read any more because it was ended from outside.
    Interrupted,
}

/// One kind of problem at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// Where; line 0 when it concerns the whole source.
    #[serde(default)]
    pub location: Location,
    /// For people, lower case, no final stop; holds no text of the input that was not masked.
    #[serde(default)]
    pub text: String,
    /// How often, at least 1.
    #[serde(default)]
    pub count: u64,
}
