//! Sentry: events as SDKs send and Sentry exports them, REST answers, issue lists, envelopes,
//! webhooks, rows of Discover, Explore and Logs exports, and settings backups.
//!
//! In: one JSON value, whole. Out: complete events; lines that say nothing about a call are skipped.
//! What a scrubber removed (`[Filtered]`) is read as unknown and marks the event as scrubbed.
//! Deliberately not read: the inbound request of the application, local variables of stack frames (but for
//! an answer of the API and for keys), transactions and spans, sessions, replays, profiles.

mod breadcrumb;
mod context;
pub(super) mod envelope;
pub(super) mod event;
mod exception;
pub(super) mod exposed;
mod message;
pub(super) mod pruned;
mod response;
pub(super) mod rest;
pub(super) mod row;
mod shape;
pub(super) mod webhook;

#[cfg(test)]
mod tests;
