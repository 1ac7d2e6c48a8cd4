//! Whether an attempt failed, and the part that its record plays in the story.

use super::piece::{Piece, Trust};
use crate::model::{BodyKind, Event, Level, Observation, Outcome, Provider, Role};

/// Failed, ok, or `None` when the attempt tells neither. `seen` has its headers, its reason for no answer,
/// and its URL.
pub(crate) fn outcome(attempt: &Piece, seen: &Observation) -> Option<Outcome> {
    if seen.transport.is_some() || attempt.is_before_request {
        return seen.context.level.is_none_or(|level| level >= Level::Info).then_some(Outcome::Failed);
    }
    let has_error = attempt.code.is_some() || attempt.message.is_some();
    match attempt.status {
        Some(400..) => Some(Outcome::Failed),
        Some(200..=299) if attempt.body == Some(BodyKind::Html) || has_error => Some(Outcome::Failed),
        Some(200..=299) => (attempt.role == Some(Role::Response)).then_some(Outcome::Ok),
        // Plain HTTP is answered with a redirection.
        Some(301 | 308) if seen.scheme == Some("http") && seen.provider == Provider::Openai => {
            Some(Outcome::Failed)
        }
        Some(_) => None,
        None => {
            let says = attempt.code.is_some()
                || attempt.message.is_some() && attempt.trust >= Trust::Prose
                || matches!(attempt.body, Some(BodyKind::Html | BodyKind::Text))
                || seen.headers.request_id.is_some() && attempt.role == Some(Role::Detail);
            (says || attempt.role == Some(Role::Retry)).then_some(Outcome::Failed)
        }
    }
}

/// Whether nothing contradicts that no answer came, although the record names a reason for it.
pub(crate) fn is_unanswered(attempt: &Piece) -> bool {
    let has_answer = attempt.status.is_some_and(|status| status != 407) && attempt.body.is_some();
    !has_answer
        && attempt.code.is_none()
        && !(attempt.body == Some(BodyKind::Object) && attempt.message.is_some())
        && attempt.body != Some(BodyKind::Html)
}

/// The part that the record plays: what its wording tells, else its level and its first words.
pub(crate) fn role(event: &Event, attempt: &Piece, text: &str) -> Role {
    if event.is_sentry {
        return Role::Sentry;
    }
    match attempt.role {
        Some(role @ (Role::Retry | Role::Detail)) => return role,
        Some(Role::Response) if attempt.exception.is_none() => return Role::Response,
        _ => {}
    }
    if event.context.level.is_some_and(|level| level <= Level::Debug) {
        return Role::Detail;
    }
    let lead = lead_of(text, attempt.at);
    let is_calm = event.context.level.is_none_or(|level| level < Level::Error);
    if number_in(&lead).is_some() || is_calm && announces_retry(&lead) {
        return Role::Retry;
    }
    Role::Raise
}

/// The words in front of the error, in lower case.
fn lead_of(text: &str, at: usize) -> String {
    let first = text.lines().next().unwrap_or_default();
    first.get(..at.min(first.len())).unwrap_or(first).to_ascii_lowercase()
}

/// Whether the words in front of the error say that it will be tried again.
fn announces_retry(lead: &str) -> bool {
    ["retrying", "trying again", "will retry", "retry in"].iter().any(|word| lead.contains(word))
}

/// The number of the attempt that failed, where the words in front of its error count: `API call failed on attempt 1: `.
pub(crate) fn attempt_number(text: &str, at: usize) -> Option<u32> {
    number_in(&lead_of(text, at))
}

fn number_in(lead: &str) -> Option<u32> {
    lead.split("attempt ").skip(1).find_map(|rest| {
        let number = rest.trim_start_matches('#');
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        number.get(..digits)?.parse().ok()
    })
}
