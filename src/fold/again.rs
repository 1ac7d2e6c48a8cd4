//! Whether a record tells of a failure once more that a call has raised.
//!
//! A summary, a notice or a server repeats what was raised before ([`Open::is_retold_by`]); one logger says the same
//! error twice in different words ([`Open::is_reworded_by`]). Where wording and logger are the same, nothing tells a
//! repetition from a second call, and it is a second call.

use std::collections::BTreeSet;

use super::merge::is_compatible;
use super::moment::{self, Moment};
use super::open::Open;
use super::{MAX_LINES_APART, MAX_MILLISECONDS_OF_ECHO};
use crate::model::{Level, Masked, Observation, Outcome, Role, Traceback};

/// Milliseconds between two records of one logger about one error.
const MAX_MILLISECONDS_OF_REWORDING: i64 = 20;
/// Lines from what tells of an error to its traceback, the blank one that `print` may leave included.
const MAX_LINES_TO_TRACE: u64 = 2;
/// Milliseconds between the two.
const MAX_MILLISECONDS_TO_TRACE: i64 = 1_000;
/// Origin of what LiteLLM's router says of an error once for each group of models that it goes through.
const OF_FALLBACKS: &str = "litellm-fallback";
/// Wordings of one call that are kept.
pub(super) const MAX_WORDINGS: usize = 8;

impl Open {
    /// Whether the observation is of a kind that repeats failures, and repeats that of this call: one of each kind,
    /// and of LiteLLM's fallbacks all.
    pub(super) fn is_retold_by(&self, seen: &Observation) -> bool {
        let known = &self.call.seen;
        let is_answer = seen.role == Role::Response;
        known.outcome == Outcome::Failed
            && known.context.stream == seen.context.stream
            && (self.has(Role::Raise) || self.has(Role::Retry))
            && !(is_answer && self.has(Role::Response))
            && (seen.origin == OF_FALLBACKS || !self.is_told_by(seen.origin))
            && (is_answer && is_answer_of(known, seen) || is_same_error(known, seen))
            && is_compatible(known, seen)
            && seen.place.line.saturating_sub(self.last_line) <= 4 * MAX_LINES_APART
            && self.milliseconds_to(seen).is_none_or(|elapsed| elapsed.abs() <= MAX_MILLISECONDS_OF_ECHO)
    }

    /// Whether the observation is the traceback of the error that was told right before: nothing but a traceback, in the
    /// lines below it, or a record of the same logger, written with it.
    /// `own` is the time that the record itself tells.
    pub(super) fn is_traced_by(&self, seen: &Observation, own: Option<Moment>) -> bool {
        let known = &self.call.seen;
        let is_unanswered = known.transport.is_some() && seen.transport.is_some();
        let is_below = || {
            seen.traceback == Traceback::Alone
                && self.traceback != Traceback::Alone
                && (1..=MAX_LINES_TO_TRACE).contains(&seen.place.line.saturating_sub(self.last_line))
                && (is_unanswered || is_same_error(known, seen))
                && self.milliseconds_to(seen).is_none_or(|elapsed| elapsed.abs() <= MAX_MILLISECONDS_TO_TRACE)
        };
        let is_with_it = || {
            self.traceback == Traceback::None
                && self.is_at_once(own)
                && self.is_raised_by_logger_of(seen)
                && is_same_error(known, seen)
        };
        known.outcome == Outcome::Failed
            && self.has(Role::Raise)
            && known.context.stream == seen.context.stream
            && (is_below() || is_with_it())
            && is_compatible(known, seen)
    }

    /// Whether a record was written together with the last one, by the times that both tell themselves.
    fn is_at_once(&self, own: Option<Moment>) -> bool {
        moment::between(self.last_own, own)
            .is_some_and(|elapsed| (0..=MAX_MILLISECONDS_OF_REWORDING).contains(&elapsed))
    }

    /// Whether the logger that raised the error of this call says it again, at once, in other words or at another level,
    /// and nothing shows an answer. The records' own times decide, which no wrapper changes; `own` is that of this one.
    pub(super) fn is_reworded_by(&self, seen: &Observation, own: Option<Moment>) -> bool {
        let known = &self.call.seen;
        known.outcome == Outcome::Failed
            && self.is_at_once(own)
            && known.context.stream == seen.context.stream
            && known.place.line != seen.place.line
            && self.is_only_raised()
            && known.error.message.is_some()
            && seen.error.message.is_some()
            && is_compatible(known, seen)
            && self.is_near(seen)
            && self.wordings.len() < MAX_WORDINGS
            && self.wordings.iter().all(|(level, wording)| {
                is_another_level(*level, seen.context.level)
                    || differ(&words(wording, seen), &words(&seen.excerpt, seen))
            })
    }
}

/// Whether the status of an answer may be that of the error: a page that was raised tells none.
fn is_answer_of(known: &Observation, answer: &Observation) -> bool {
    known.error.status.is_none_or(|status| answer.error.status == Some(status))
}

/// Whether both name one error.
fn is_same_error(known: &Observation, seen: &Observation) -> bool {
    let (a, b) = (&known.error, &seen.error);
    let has_no_words = |seen: &Observation| seen.error.message.is_none() && seen.error.code.is_none();
    a.message.is_some() && b.message.is_some()
        || a.status.is_some() && a.status == b.status && has_no_words(known) && has_no_words(seen)
        || known.page.is_some() && known.page == seen.page
        || known.error.code.is_some() && known.error.code == seen.error.code
        || known.exception.is_some() && class(known) == class(seen)
}

/// The class of the exception without what names its package.
fn class(seen: &Observation) -> Option<&str> {
    seen.exception.as_deref().and_then(|class| class.rsplit(['.', ':']).next())
}

/// The words in front of an error in an excerpt, without its logger, levels and classes: what the program says about
/// it. Error and logger are those of `seen`.
fn words(excerpt: &Masked, seen: &Observation) -> BTreeSet<String> {
    const LEVELS: [&str; 8] = ["critical", "err", "error", "exception", "fatal", "info", "warn", "warning"];
    let line = excerpt.as_str();
    let start: String =
        seen.error.message.iter().flat_map(|message| message.as_str().chars().take(20)).collect();
    let ends = [line.find("Error code: "), line.find('{'), line.find(&start).filter(|_| !start.is_empty())];
    let lead = line.get(..ends.into_iter().flatten().min().unwrap_or(line.len())).unwrap_or(line);
    let logger = seen.context.logger.as_deref().unwrap_or_default().to_lowercase();
    let is_of_logger =
        |word: &str| logger.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == word);
    lead.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() > 1 && word.chars().all(char::is_alphabetic))
        .filter(|word| !word.ends_with("Error") && !word.ends_with("Exception"))
        .map(str::to_lowercase)
        .filter(|word| !LEVELS.contains(&word.as_str()) && !is_of_logger(word))
        .collect()
}

/// Whether two records call an error differently bad: no line of a program does both.
fn is_another_level(known: Option<Level>, seen: Option<Level>) -> bool {
    known.is_some() && seen.is_some() && known != seen
}

/// Whether two wordings have hardly a word in common: names in one wording do not make another of it.
fn differ(known: &BTreeSet<String>, seen: &BTreeSet<String>) -> bool {
    let all = known.union(seen).count();
    all > 0 && 4 * known.intersection(seen).count() < all
}
