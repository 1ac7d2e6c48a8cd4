//! From a physical line or document element to a decoded event.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{Place, Stamp};

/// Severity of a log record, whatever its logger calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Finest.
    Trace,
    /// For developers.
    Debug,
    /// Normal.
    Info,
    /// Odd.
    Warn,
    /// Failed.
    Error,
    /// The process ends.
    Fatal,
}

/// Who wrote an entry, where and when, as far as wrappers or the record tell.
///
/// Later (inner) layers overwrite what outer layers said, except the stream, which grows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// Key of the stream inside the source (container, pod, stdout or stderr, syslog host and
    /// process, log stream); empty for a plain file. Multi-line records are joined per stream.
    pub stream: String,
    /// Time of the record, or of the wrapper.
    pub stamp: Option<Stamp>,
    /// Milliseconds of the day by the time that a text record itself shows, in UTC where it names a zone; wrappers
    /// have no say in it, and the day may be unknown.
    pub clock: Option<i64>,
    /// Severity.
    pub level: Option<Level>,
    /// Name of the logger.
    pub logger: Option<Arc<str>>,
    /// Service or application.
    pub service: Option<Arc<str>>,
    /// Environment (`prod`, `staging` …).
    pub environment: Option<Arc<str>>,
    /// Release or version of the application.
    pub release: Option<Arc<str>>,
    /// Host, pod or instance.
    pub host_name: Option<Arc<str>>,
    /// Trace id, hexadecimal.
    pub trace_id: Option<Arc<str>>,
}

/// What an entry holds once its transport layers are peeled.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// One line of text, without its line end; may be a piece of a multi-line record.
    Text(String),
    /// One JSON record of a logger (an object).
    Json(Value),
    /// Already complete: a Sentry event, an HTTP exchange, a row of an export.
    Event(Box<Event>),
}

/// One entry of a log: a physical line or an element of a document, with its transport layers peeled.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it starts.
    pub place: Place,
    /// What the layers told.
    pub context: Context,
    /// What is inside.
    pub body: Body,
    /// The writer split a longer line and the next entry of the same stream carries on.
    pub is_partial: bool,
}

/// The head of a text record, as byte ranges into its first line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The time as written.
    pub time: Option<Range<usize>>,
    /// Severity.
    pub level: Option<Level>,
    /// Name of the logger.
    pub logger: Option<Range<usize>>,
    /// Name of the service, where the head shows one.
    pub service: Option<Range<usize>>,
    /// Where the message begins.
    pub message: usize,
}

/// A time that a record without one takes over from the record before it in its stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Inherited {
    /// As written in an earlier head.
    Written(String),
    /// As a wrapper told.
    Stamped(Stamp),
}

/// An HTTP request with its answer, from a HAR, an access log or a dump.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exchange {
    /// What wrote it, where its wording tells; empty otherwise.
    pub origin: &'static str,
    /// Line of the request, where the answer stands apart from it.
    pub asked: Option<u64>,
    /// `POST` …
    pub method: Option<String>,
    /// Absolute URL, or a path when the host is not known.
    pub url: Option<String>,
    /// Status of the answer; `None` when there was no answer.
    pub status: Option<u16>,
    /// Request headers as written.
    pub request_headers: Vec<(String, String)>,
    /// Response headers as written.
    pub response_headers: Vec<(String, String)>,
    /// Body of the request.
    pub request_body: Option<String>,
    /// Body of the answer.
    pub response_body: Option<String>,
    /// Why there was no answer (Envoy flags, curl message, HAR `_error`).
    pub transport: Option<String>,
}

/// An outgoing HTTP request that failed, as a Sentry event remembers it: evidence of whom a call of that status
/// went to, never a call of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailedRequest {
    /// `POST` …
    pub method: Option<String>,
    /// URL as written, without its query.
    pub url: Option<String>,
    /// Status of the answer, 400 or more.
    pub status: u16,
}

/// One decoded record: what the extractor looks at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event {
    /// First line of the record.
    pub place: Place,
    /// Last line of the record.
    pub last_line: u64,
    /// Who, where, when.
    pub context: Context,
    /// The text of the record: message first, then exception and stack texts; real line feeds, no
    /// colour codes.
    pub text: String,
    /// The class of the exception when a field of its own names it (`openai.AuthenticationError`).
    pub exception: Option<String>,
    /// The JSON record, for fields that look like an error body, a status or a request id.
    pub fields: Option<Value>,
    /// The HTTP exchange, where the record is one.
    pub exchange: Option<Box<Exchange>>,
    /// Library versions that the record names (`openai` → `1.99.9`).
    pub modules: Vec<(String, String)>,
    /// The record is a Sentry event (not a log line).
    pub is_sentry: bool,
    /// A scrubber removed values, so that absence proves nothing.
    pub is_scrubbed: bool,
    /// How many events the record stands for (a row of an issue list); 1 otherwise, 0 means 1.
    pub count: u64,
    /// Time of the last event of such a group.
    pub last_seen: Option<Timestamp>,
    /// Identity of the event or of its group in its own system (Sentry event id, issue id).
    pub identity: Option<String>,
    /// Identity of the group that the event belongs to, or is (Sentry issue id).
    pub group: Option<String>,
    /// The last HTTP request before a Sentry event that failed.
    pub failed_request: Option<FailedRequest>,
    /// Pieces of the record outside of `text` that look like they hold a key (local variables of a stack
    /// frame, source lines, request headers): raw, for the secret finder only. Each token once, at most 16
    /// pieces, each the token (at most 2048 bytes) with 16 characters around it.
    pub exposed_texts: Vec<String>,
}
