//! From lines and document elements to decoded events.
//!
//! In goes one physical line or one element of a JSON document. `peel` takes its wrappers off, one
//! layer at a time, until none of the rows of [`LINE_LAYERS`] and [`JSON_LAYERS`] matches. Out come
//! entries: a line of text, a JSON record of a logger, or a complete event. `record` turns an entry
//! that holds a whole record into an event.
//!
//! Nothing here joins lines, and nothing here knows what a failed call looks like.

pub mod access;
mod ansi;
mod candidates;
mod context;
mod counted;
mod fields;
pub mod har;
pub mod journal_export;
mod json;
mod layers;
mod lenient;
mod level;
mod line;
mod lists;
mod paths;
mod peel;
mod prefix;
mod record;
pub mod sentry;
pub mod table;
pub mod text;
pub mod time;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use crate::model::{Context, Event};

pub use counted::Lost;
pub use layers::layers;
pub use level::level_of;
pub(crate) use line::keeps_line_ends;
pub use lists::LISTS;
pub use peel::{peel, peel_entry};
pub use prefix::Prefix;
pub use record::record;

/// What decoding needs to know from the command line.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Zone in which times without one are read.
    pub zone: jiff::tz::TimeZone,
    /// Year of dates without one, where nothing else tells it.
    pub year: Option<i16>,
    /// What stands before every line of the source, where its start shows that something does.
    pub prefix: Option<Arc<Prefix>>,
    /// Whether messages of the source go on in lines without its wrapper, as its start shows.
    pub keeps_line_ends: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { zone: jiff::tz::TimeZone::UTC, year: None, prefix: None, keeps_line_ends: false }
    }
}

/// What is left of a line when one layer is off.
#[derive(Debug, Clone, PartialEq)]
pub enum Peeled<'a> {
    /// The text inside.
    Text {
        /// Without the prefix.
        text: Cow<'a, str>,
        /// The next entry of the same stream carries on.
        is_partial: bool,
    },
    /// The line stands for a JSON record.
    Json(Value),
    /// The line is a complete event.
    Event(Box<Event>),
}

impl<'a> Peeled<'a> {
    /// A whole line of text inside the wrapper.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), is_partial: false }
    }
}

/// A wrapper that puts a prefix before each line.
#[derive(Debug, Clone, Copy)]
pub struct LineLayer {
    /// Word for `--input-format` and for reports.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// A line that this layer peels.
    pub example: &'static str,
    /// Read from real bytes or from the source of the program that writes it; otherwise from its
    /// documentation.
    pub is_verified: bool,
    /// Takes the prefix off and tells the context what it said; `None` when the line is not of this
    /// format, and then the context is unchanged.
    pub peel: for<'a> fn(&'a str, &mut Context, &Settings) -> Option<Peeled<'a>>,
}

/// What is inside a JSON wrapper.
#[derive(Debug, Clone, PartialEq)]
pub enum Inner {
    /// Text, which may have layers of its own.
    Text {
        /// The text.
        text: String,
        /// The next entry of the same stream carries on.
        is_partial: bool,
    },
    /// JSON, which may have layers of its own.
    Json(Value),
    /// Several records, each with its own context.
    Many(Vec<(Context, Inner)>),
    /// A complete event.
    Event(Box<Event>),
    /// A record without content (a control message, an action line).
    Skip,
}

impl Inner {
    /// A whole text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), is_partial: false }
    }

    /// What a field holds: a string is text, an object or array is JSON, nothing is [`Inner::Skip`].
    #[must_use]
    pub fn of(value: Value) -> Self {
        match value {
            Value::Null => Self::Skip,
            Value::String(text) => Self::text(text),
            Value::Object(_) | Value::Array(_) => Self::Json(value),
            Value::Bool(_) | Value::Number(_) => Self::text(value.to_string()),
        }
    }
}

/// A wrapper or export that holds records in JSON.
#[derive(Debug, Clone, Copy)]
pub struct JsonLayer {
    /// Word for `--input-format` and for reports.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// A value that this layer peels.
    pub example: &'static str,
    /// Keys of which an object of this format has at least one at its top; without any, every object may be of it.
    pub keys: &'static [&'static str],
    /// Read from real bytes or from the source of the program that writes it; otherwise from its
    /// documentation.
    pub is_verified: bool,
    /// Takes the wrapper off. `Err` gives the value back unchanged when it is not of this format, and
    /// then the context is unchanged as well.
    pub peel: fn(Value, &mut Context, &Settings) -> Result<Inner, Value>,
}

/// Line wrappers in the order in which they are tried: what no other format can look like comes
/// first, what could stand before any line comes last.
pub const LINE_LAYERS: &[LineLayer] = &[
    access::envoy::LAYER,
    access::squid::LAYER,
    access::haproxy::LAYER,
    access::line::LAYER,
    access::error_log::LAYER,
    line::pm2::LAYER,
    line::foreman::LAYER,
    line::compose::LAYER,
    line::kubectl::LAYER,
    line::stern::LAYER,
    line::cri::LAYER,
    line::syslog5424::LAYER,
    line::syslog3164::LAYER,
    line::priority::LAYER,
    line::heroku::LAYER,
    line::fly::LAYER,
    line::app_engine::LAYER,
    line::gitlab::LAYER,
    line::syslog_iso::LAYER,
    line::lambda::LAYER,
    line::fluentd::LAYER,
    line::fluent_bit::LAYER,
    line::logcli::LAYER,
    line::cloudwatch_tail::LAYER,
    line::logfmt::LAYER,
    line::ci::LAYER,
    line::timestamps::LAYER,
    line::tai64n::LAYER,
    line::winston::LAYER,
    line::json_tail::LAYER,
];

/// JSON wrappers in the order in which they are tried: whole documents, then envelopes that name
/// themselves by several keys, then those that share keys with loggers.
pub const JSON_LAYERS: &[JsonLayer] = &[
    har::LAYER,
    sentry::webhook::LAYER,
    sentry::rest::EVENT,
    sentry::rest::ISSUE,
    sentry::envelope::LAYER,
    sentry::event::LAYER,
    sentry::envelope::LOGS,
    sentry::row::LAYER,
    sentry::rest::BACKUP,
    access::json::LAYER,
    json::otlp::LAYER,
    json::otlp_spans::LAYER,
    json::cloudwatch_subscription::LAYER,
    json::logstash::LAYER,
    json::cloudwatch_insights::LAYER,
    json::cloudwatch::LAYER,
    json::elasticsearch::LAYER,
    json::elasticsearch_bulk::LAYER,
    json::loki::LAYER,
    json::logcli::LAYER,
    json::datadog::LAYER,
    json::azure_tables::LAYER,
    json::azure_envelope::LAYER,
    json::azure::LAYER,
    json::gcp::LAYER,
    json::splunk::LAYER,
    json::journald::LAYER,
    json::docker::LAYER,
    json::gelf::LAYER,
    json::fluent_bit::LAYER,
    json::vector::LAYER,
    json::filebeat::LAYER,
    json::stern::LAYER,
    json::vercel::LAYER,
    json::netlify::LAYER,
    json::cloudflare::LAYER,
    json::lambda_platform::LAYER,
    json::otel_console::LAYER,
    json::documents::LAYER,
];

#[cfg(test)]
mod tests;
