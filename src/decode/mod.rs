//! From bytes of a record to an event: layers, formats, fields and times.

pub mod text;
pub mod time;

/// What the data does not say and the run has to.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Zone in which times without a zone are read. A time inside a gap is moved forward by the gap, an
    /// ambiguous one is the earlier of the two.
    pub zone: jiff::tz::TimeZone,
    /// Year of times that show none; without it they stay unknown.
    pub year: Option<i16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { zone: jiff::tz::TimeZone::UTC, year: None }
    }
}
