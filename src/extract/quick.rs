//! The cheap way to the most frequent observation: one line of httpx that tells of a success.
//!
//! In goes a record of one line; out comes the same observation that the full readers would give, but
//! for the excerpt, which nobody shows of a success.

use std::sync::Arc;

use super::text::status_at;
use super::url::{host_of, locate};
use super::{blank, provider};
use crate::model::{Event, Observation, Outcome, Provider, Role};

/// What stands before the request in the line of httpx and httpx2.
const LEAD: &str = "HTTP Request: ";

/// Whether the message of a line is one that [`success`] may read.
#[must_use]
pub fn is_success(message: &str) -> bool {
    message.starts_with(LEAD) && parts(message).is_some_and(|(_, _, status)| (200..300).contains(&status))
}

/// The success that the event tells of; `None` when the host is not known to be OpenAI's or Azure's.
#[must_use]
pub fn success(event: &Event) -> Option<Observation> {
    let message = event.text.get(event.text.find(LEAD)?..)?;
    let (method, url, status) = parts(message)?;
    let provider = host_of(url).and_then(provider::of_host)?;
    matches!(provider, Provider::Openai | Provider::Azure).then_some(())?;
    let mut seen =
        Observation { role: Role::Response, origin: "httpx", outcome: Outcome::Ok, provider, ..blank(event) };
    seen.method = Some(Arc::from(method));
    seen.error.status = Some(status);
    locate(&mut seen, url);
    Some(seen)
}

/// Method, URL and status of `HTTP Request: POST https://… "HTTP/1.1 200 OK"`, when nothing follows.
fn parts(message: &str) -> Option<(&str, &str, u16)> {
    let (method, rest) = message.strip_prefix(LEAD)?.split_once(' ')?;
    let (url, rest) = rest.split_once(" \"HTTP/")?;
    let (_, rest) = rest.split_once(' ')?;
    let is_end =
        rest.trim_end().strip_suffix('"').is_some_and(|reason| !reason.contains('"') && reason.len() < 40);
    let is_plain =
        !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase()) && !url.contains(' ');
    (is_end && is_plain).then_some((method, url, status_at(rest)?))
}
