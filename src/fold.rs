//! Observations of one attempt become one call; attempts that follow each other become a chain.
//!
//! In go the observations of one source, or of the files of one rotated log, in the order of their records; out come [`Call`]s in the order
//! of their first records. An OpenAI request id in common folds in any case; without one only records of
//! different roles or writers fold, in the same stream (or with the same trace id), close to each other
//! in lines and time, and only when they do not contradict each other. The window is bounded: at most
//! `MAX_OPEN` calls are open.

mod again;
mod files;
mod merge;
mod moment;
mod open;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use hashbrown::HashMap;

use self::files::Files;
use self::moment::Moment;
use self::open::Open;
use crate::model::{Call, Observation, Outcome, Place, Provider, Role, Traceback};

/// Open calls of one source.
const MAX_OPEN: usize = 512;
/// Open calls that one observation is held against.
const MAX_LOOKED_AT: usize = 96;
/// Lines between two records of one attempt.
const MAX_LINES_APART: u64 = 600;
/// Seconds between two records of one attempt.
const MAX_SECONDS_APART: i64 = 10;
/// Milliseconds between an error and the same error logged again by another logger.
const MAX_MILLISECONDS_OF_RELOG: i64 = 100;
/// The same where a client library logged it first: the application does so when it gets hold of it.
const MAX_MILLISECONDS_AFTER_CLIENT: i64 = 2_000;
/// Milliseconds between an error and the same error logged again, where each call shows its answer first.
const MAX_MILLISECONDS_OF_ECHO: i64 = 5_000;
/// Milliseconds between an exception that Sentry captured and what was logged about it.
const MAX_MILLISECONDS_BETWEEN_EVENTS: i64 = 1_000;
/// Seconds between two attempts of a chain, beyond the pause that the notice names.
const MAX_SECONDS_BETWEEN_ATTEMPTS: i64 = 120;

/// Folds the observations of one source, or of the files of one rotated log.
#[derive(Debug)]
pub struct Folder {
    files: Files,
    open: VecDeque<Open>,
    /// How many calls were closed: the number of the first open one.
    closed: usize,
    /// Numbers of the open calls whose request id is known.
    by_request_id: HashMap<Arc<str>, usize>,
    /// Origin of the records that tell of successes, as far as the first of them knows.
    origin: Option<&'static str>,
    /// Numbers of the open calls that are no successes which a record of that origin tells of: most calls are, and
    /// no further success of that origin is one of them.
    others: BTreeSet<usize>,
    /// Numbers of the open calls that announced a retry.
    retrying: BTreeSet<usize>,
    /// Calls that were closed before they were told; `None` when nobody asks.
    untold: Option<Vec<Call>>,
    /// Stream, provider and line of the last HTTP answer that was dumped.
    last_dump: Option<(String, Provider, u64)>,
}

impl Folder {
    /// A folder for the source of this name.
    #[must_use]
    pub fn new(source: Arc<str>) -> Self {
        Self {
            files: Files::new(source),
            open: VecDeque::new(),
            closed: 0,
            by_request_id: HashMap::new(),
            origin: None,
            others: BTreeSet::new(),
            retrying: BTreeSet::new(),
            untold: None,
            last_dump: None,
        }
    }

    /// The same, for a source that grows: [`Folder::settled`] tells of calls before they are closed.
    #[must_use]
    pub fn watched(source: Arc<str>) -> Self {
        Self { untold: Some(Vec::new()), ..Self::new(source) }
    }

    /// The log goes on in a file of this name; `at` is its first line, counted from the first line of the first
    /// file, as are the lines of the observations that come.
    pub fn begin(&mut self, source: Arc<str>, at: Place) {
        self.files.begin(source, at);
    }

    /// Copies of the calls that took no record since this was asked last (with `all`, of all), each once.
    pub fn settled(&mut self, all: bool) -> Vec<Call> {
        let mut settled = self.untold.as_mut().map(std::mem::take).unwrap_or_default();
        for open in self.open.iter_mut().filter(|open| !open.is_told) {
            if all || open.is_quiet {
                open.is_told = true;
                settled.extend(open.clone().into_call(&self.files));
            }
            open.is_quiet = true;
        }
        settled
    }

    /// Takes the next observation; calls that can take no more records go to `out`.
    pub fn push(&mut self, mut seen: Observation, out: &mut Vec<Call>) {
        if !self.is_of_the_api(&mut seen) {
            return;
        }
        self.close(&seen, out);
        if let Some(index) = self.home(&seen)
            && let Some(open) = self.open.get_mut(index)
        {
            open.take(seen);
            self.note(index);
            return;
        }
        if seen.provider == Provider::Other {
            self.disown(&seen);
        }
        let chain = self.follow(&seen);
        self.open.push_back(Open::new(seen, chain));
        self.note(self.open.len() - 1);
    }

    /// Notes where the open call is to be found.
    fn note(&mut self, index: usize) {
        let Some(open) = self.open.get(index) else { return };
        let number = self.closed + index;
        if let Some(id) = &open.call.seen.headers.request_id {
            self.by_request_id.insert(Arc::clone(id), number);
        }
        if open.will_retry {
            self.retrying.insert(number);
        }
        if open.call.seen.outcome == Outcome::Ok {
            let origin = *self.origin.get_or_insert(open.call.seen.origin);
            if open.is_success_of(origin) {
                self.others.remove(&number);
                return;
            }
        }
        self.others.insert(number);
    }

    /// Closes the oldest call.
    fn close_first(&mut self, out: &mut Vec<Call>) {
        let Some(first) = self.open.pop_front() else { return };
        if let Some(id) = &first.call.seen.headers.request_id
            && self.by_request_id.get(id) == Some(&self.closed)
        {
            self.by_request_id.remove(id);
        }
        self.retrying.remove(&self.closed);
        self.others.remove(&self.closed);
        self.closed += 1;
        if let Some(untold) = self.untold.as_mut().filter(|_| !first.is_told) {
            untold.extend(first.clone().into_call(&self.files));
        }
        out.extend(first.into_call(&self.files));
    }

    /// Curl names no host when it gets no answer: it called the API when the last answer in its stream
    /// came from there.
    fn is_of_the_api(&mut self, seen: &mut Observation) -> bool {
        if seen.origin == "http-dump" {
            self.last_dump = Some((seen.context.stream.clone(), seen.provider, seen.place.line));
        }
        if seen.origin != "curl" || seen.provider != Provider::Unknown {
            return true;
        }
        match &self.last_dump {
            Some((stream, provider, line))
                if *stream == seen.context.stream
                    && seen.place.line.saturating_sub(*line) <= MAX_LINES_APART =>
            {
                seen.provider = *provider;
                true
            }
            _ => false,
        }
    }

    /// Closes what is open.
    pub fn finish(mut self, out: &mut Vec<Call>) {
        while !self.open.is_empty() {
            self.close_first(out);
        }
    }

    /// The open call that the observation speaks of.
    fn home(&self, seen: &Observation) -> Option<usize> {
        if let Some(id) = &seen.headers.request_id
            && let Some(number) = self.by_request_id.get(id)
        {
            return Some(number - self.closed);
        }
        self.holding(seen)
            .or_else(|| self.retold(seen))
            .or_else(|| self.traced(seen))
            .or_else(|| self.free(seen))
            .or_else(|| self.echoed(seen))
            .or_else(|| self.reworded(seen))
    }

    /// The call that was told of by the very record in which the answer stands.
    fn holding(&self, seen: &Observation) -> Option<usize> {
        seen.asked?;
        self.open.iter().rposition(|open| open.holds(seen))
    }

    /// The last call whose failure a summary, a notice or a server tells once more.
    fn retold(&self, seen: &Observation) -> Option<usize> {
        if !seen.is_retold || seen.outcome != Outcome::Failed {
            return None;
        }
        self.open.iter().rposition(|open| open.is_retold_by(seen))
    }

    /// The call of which the record above this traceback told.
    fn traced(&self, seen: &Observation) -> Option<usize> {
        if seen.traceback == Traceback::None {
            return None;
        }
        let (own, recent) = (Moment::by_record(seen), self.open.len().saturating_sub(MAX_LOOKED_AT));
        (recent..self.open.len())
            .rev()
            .find(|index| self.open.get(*index).is_some_and(|open| open.is_traced_by(seen, own)))
    }

    /// The last of the recent calls whose error its logger says again in other words.
    fn reworded(&self, seen: &Observation) -> Option<usize> {
        let own = Moment::by_record(seen).filter(|_| is_of_program(seen));
        own?;
        let recent = self.open.len().saturating_sub(MAX_LOOKED_AT);
        (recent..self.open.len())
            .rev()
            .find(|index| self.open.get(*index).is_some_and(|open| open.is_reworded_by(seen, own)))
    }

    /// The last of the recent open calls that may take the observation.
    fn free(&self, seen: &Observation) -> Option<usize> {
        let recent = self.open.len().saturating_sub(MAX_LOOKED_AT);
        let may_take = |index: usize| self.open.get(index).is_some_and(|open| open.may_take(seen));
        let is_failure = |index: &usize| {
            self.open.get(*index).is_some_and(|open| open.call.seen.outcome == Outcome::Failed)
        };
        if seen.outcome == Outcome::Ok && self.origin == Some(seen.origin) {
            let others = self.others.range(self.closed + recent..).rev();
            return others.map(|number| number - self.closed).find(|index| may_take(*index));
        }
        // What may be the error behind the answer of a success is rather that of an answer that failed.
        let indices = || (recent..self.open.len()).rev();
        let of_failures = indices().filter(is_failure).find(|index| may_take(*index));
        of_failures.or_else(|| indices().filter(|index| !is_failure(index)).find(|index| may_take(*index)))
    }

    /// The call whose error is told once more: in this stream a call shows its answer before it raises, and
    /// since the last answer nothing but that error was told.
    fn echoed(&self, seen: &Observation) -> Option<usize> {
        if !is_of_program(seen) {
            return None;
        }
        let last = self.open.iter().rposition(|open| open.call.seen.context.stream == seen.context.stream)?;
        self.open.get(last).filter(|open| open.is_echoed_by(seen)).map(|_| last)
    }

    /// Closes calls that are too far away, and the oldest when there are too many.
    fn close(&mut self, seen: &Observation, out: &mut Vec<Call>) {
        while let Some(first) = self.open.front() {
            let is_over = first.call.seen.outcome == Outcome::Ok
                && seen.place.line.saturating_sub(first.last_line) > MAX_LINES_APART;
            let is_far = is_over
                || seen.place.line.saturating_sub(first.last_line) > 4 * MAX_LINES_APART
                || first
                    .milliseconds_to(seen)
                    .is_some_and(|elapsed| elapsed > 3_000 * MAX_SECONDS_BETWEEN_ATTEMPTS);
            if !is_far && self.open.len() < MAX_OPEN {
                break;
            }
            self.close_first(out);
        }
    }

    /// Tries of which nothing tells who was called are those of the call that at last shows another provider:
    /// notices of OpenAI's client library, which is used for others too.
    fn disown(&mut self, seen: &Observation) {
        for number in &self.retrying {
            let Some(open) = self.open.get_mut(*number - self.closed) else { continue };
            if open.tells_nobody()
                && !open.has_given_up()
                && open.call.seen.context.stream == seen.context.stream
                && open.is_near_attempt(seen)
            {
                open.call.seen.provider = Provider::Other;
            }
        }
    }

    /// When an earlier call announced a retry in this stream, the new call is the next attempt.
    fn follow(&mut self, seen: &Observation) -> Option<(Arc<str>, u32)> {
        if seen.role == Role::Sentry || seen.attempt == Some(1) {
            return None;
        }
        let may_precede = |number: &&usize| {
            self.open.get(**number - self.closed).is_some_and(|open| {
                !open.has_given_up()
                    && !open.is_followed
                    && open.call.seen.context.stream == seen.context.stream
                    && open.is_near_attempt(seen)
            })
        };
        let number = *self.retrying.iter().rev().find(may_precede)?;
        let earlier = self.open.get_mut(number - self.closed)?;
        earlier.is_followed = true;
        self.retrying.remove(&number);
        let (id, number) = earlier.chain.get_or_insert_with(|| {
            let first = earlier.call.lines.first().copied().unwrap_or_default();
            let (source, line) = self.files.locate(first);
            (Arc::from(format!("{source}:{line}")), 1)
        });
        Some((Arc::clone(id), *number + 1))
    }
}

/// Whether a program may tell an error once more in this record: that it will try again, it often says behind the error.
fn is_of_program(seen: &Observation) -> bool {
    matches!(seen.role, Role::Raise | Role::Retry)
}

#[cfg(test)]
mod tests;
