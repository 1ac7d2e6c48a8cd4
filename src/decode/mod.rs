//! Layers and formats of log entries (stub, replaced at merge).

pub mod access;
pub mod har;
pub mod sentry;
pub mod table;
pub mod time;

use std::borrow::Cow;

use serde_json::Value;

use crate::model::{Context, Event};

/// What decoding needs to know about the run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Zone of times without one.
    pub zone: jiff::tz::TimeZone,
    /// Year of times without one.
    pub year: Option<i16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { zone: jiff::tz::TimeZone::UTC, year: None }
    }
}

/// What a text layer holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Peeled<'a> {
    /// The text inside.
    Text {
        /// The text.
        text: Cow<'a, str>,
        /// The next entry of the stream carries on.
        is_partial: bool,
    },
    /// A complete event.
    Event(Box<Event>),
}

/// What a JSON layer holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Inner {
    /// A text.
    Text {
        /// The text.
        text: String,
        /// The next entry of the stream carries on.
        is_partial: bool,
    },
    /// Another JSON value.
    Json(Value),
    /// Several entries.
    Many(Vec<(Context, Inner)>),
    /// A complete event.
    Event(Box<Event>),
    /// Nothing that matters.
    Skip,
}

/// A text format.
pub struct LineLayer {
    /// Short name.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Sample.
    pub example: &'static str,
    /// Seen in the bytes of a real program.
    pub is_verified: bool,
    /// Peels one line.
    pub peel: for<'a> fn(&'a str, &mut Context, &Settings) -> Option<Peeled<'a>>,
}

/// A JSON format.
pub struct JsonLayer {
    /// Short name.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Sample.
    pub example: &'static str,
    /// Seen in the bytes of a real program.
    pub is_verified: bool,
    /// Peels one value.
    pub peel: fn(Value, &mut Context, &Settings) -> Result<Inner, Value>,
}
