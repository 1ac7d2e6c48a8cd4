//! What is wrong with the log itself, and what was read of it.

use jiff::Timestamp;
use serde::Serialize;

use super::cause::{Names, Place, Sample};
use super::time;

/// A secret that stands in the log in full.
#[derive(Debug, Clone, Serialize)]
pub struct Exposure {
    /// Always `key-exposed`.
    pub cause: &'static str,
    /// Family of the secret.
    pub family: String,
    /// Its mask.
    pub shown: String,
    /// Its keyed hash.
    pub fingerprint: Option<String>,
    /// How often.
    pub count: u64,
    /// First time.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last time.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Last call that succeeded with it.
    #[serde(serialize_with = "time")]
    pub accepted_until: Option<Timestamp>,
    /// First call that was refused after that.
    #[serde(serialize_with = "time")]
    pub refused_since: Option<Timestamp>,
    /// Services that wrote it.
    pub services: Names,
    /// The first places.
    pub locations: Vec<Place>,
}

/// Failures that no rule explains and that have a text in common.
#[derive(Debug, Clone, Serialize)]
pub struct Unclassified {
    /// What they have in common.
    pub template: String,
    /// How many calls.
    pub count: u64,
    /// First call.
    #[serde(serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// Last call.
    #[serde(serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// Calls by service.
    pub services: Names,
    /// Examples.
    pub samples: Vec<Sample>,
}

/// What the log leaves out, in failed calls unless said.
#[derive(Debug, Clone, Serialize)]
pub struct LogHealth {
    /// All failed calls: what the counts without a time and without a status are a part of.
    pub failed: u64,
    /// Failed calls that got an answer: what the other counts are a part of.
    pub answered: u64,
    /// Without any time.
    pub without_time: u64,
    /// Without a status.
    pub without_status: u64,
    /// Answered, without a request id.
    pub without_request_id: u64,
    /// Answered, without an error code.
    pub without_code: u64,
    /// With values that a scrubber removed.
    pub scrubbed: u64,
    /// All calls whose time was written without a zone.
    pub assumed_zone: u64,
    /// What to log, by client library, most failures without a trace first.
    pub advice: Vec<LoggingAdvice>,
}

/// What a client library leaves out, and the setting that would show it.
#[derive(Debug, Clone, Serialize)]
pub struct LoggingAdvice {
    /// `openai-python` …; `null` for calls whose library is not visible.
    pub client: Option<String>,
    /// Failed calls.
    pub failed: u64,
    /// Failed calls that got an answer.
    pub answered: u64,
    /// Of these, without a request id.
    pub without_request_id: u64,
    /// Of these, without an error code.
    pub without_code: u64,
    /// Of all failed calls, without a time.
    pub without_time: u64,
    /// What to do, as a sentence.
    pub text: String,
    /// To be copied.
    pub setting: Option<String>,
}

/// What was read, and what was left out on purpose.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// Sources.
    pub sources: Vec<SourceReport>,
    /// Bytes of all sources.
    pub bytes: u64,
    /// Lines of all sources.
    pub lines: u64,
    /// Times of at least two hours within the period in which no source has a single line, so that
    /// nothing can be said about them.
    pub blind: Vec<BlindWindow>,
    /// Text that looks like a failure and is none.
    pub look_alikes: Vec<LookAlike>,
}

/// A time without any log line.
#[derive(Debug, Clone, Serialize)]
pub struct BlindWindow {
    /// Start of the first hour without a line.
    #[serde(serialize_with = "time")]
    pub from: Option<Timestamp>,
    /// End of the last hour without a line.
    #[serde(serialize_with = "time")]
    pub to: Option<Timestamp>,
    /// How many hours.
    pub hours: u64,
}

/// What was read of one source.
#[derive(Debug, Clone, Serialize)]
pub struct SourceReport {
    /// Its name.
    pub name: String,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Records that were looked at.
    pub records: u64,
    /// Of these, decoded.
    pub decoded: u64,
    /// Of these, not decoded or of no concern.
    pub skipped: u64,
    /// Calls whose time was read in the assumed zone.
    pub assumed_times: u64,
    /// BLAKE3 digest of what was read, after decompression; `null` where none was asked for.
    pub digest: Option<String>,
}

/// Text that looks like a failure and is none.
#[derive(Debug, Clone, Serialize)]
pub struct LookAlike {
    /// The cause that it looks like.
    pub cause: String,
    /// That cause in plain words.
    pub title: String,
    /// How many.
    pub count: u64,
    /// Of these, quoted in a prompt, a completion, a document or code.
    pub quoted: u64,
    /// Examples.
    pub samples: Vec<Sample>,
}

/// What could not be read.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// What kind.
    pub kind: &'static str,
    /// The kind in words for people.
    #[serde(skip)]
    pub title: &'static str,
    /// Name of the source.
    pub source: String,
    /// Line; `null` when it concerns the whole source.
    pub line: Option<u64>,
    /// What happened.
    pub text: String,
    /// How often.
    pub count: u64,
}

/// What the result rests on.
#[derive(Debug, Clone, Serialize)]
pub struct Provenance {
    /// Digest of the rules.
    pub rules_hash: String,
    /// How many rules.
    pub rules: usize,
    /// Digest over the digests of all sources, in whatever order they were read; `null` where none were
    /// asked for.
    pub inputs_hash: Option<String>,
}
