//! The time of an event and where it came from.

use jiff::Timestamp;

/// How a time was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StampOrigin {
    /// The record itself shows it, with a zone or as an epoch.
    Own,
    /// The record itself shows it without a zone; read in the zone of the run.
    OwnAssumedZone,
    /// A wrapper shows it (container, syslog, export).
    Wrapper,
    /// Taken from the record before it in the same stream.
    Inherited,
    /// The `Date` header of the answer.
    DateHeader,
}

/// A point in time and its origin. Times outside 2015 to 2100 are no times and never become a stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// UTC, any precision.
    pub at: Timestamp,
    /// Where it came from.
    pub origin: StampOrigin,
}

impl Stamp {
    /// The time of day in UTC, in milliseconds.
    #[must_use]
    pub fn millisecond_of_day(&self) -> i64 {
        self.at.as_millisecond().rem_euclid(86_400_000)
    }
}
