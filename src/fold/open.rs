//! A call that may still take records: which records it takes, and what becomes of it.

use std::sync::Arc;

use super::again::MAX_WORDINGS;
use super::files::Files;
use super::merge::{failed_after_success, is_compatible, is_never_retried, merge};
use super::moment::{self, Moment};
use super::{
    MAX_LINES_APART, MAX_MILLISECONDS_AFTER_CLIENT, MAX_MILLISECONDS_BETWEEN_EVENTS,
    MAX_MILLISECONDS_OF_ECHO, MAX_MILLISECONDS_OF_RELOG, MAX_SECONDS_APART, MAX_SECONDS_BETWEEN_ATTEMPTS,
};
use crate::model::{
    Attempt, Call, Level, Masked, Observation, Outcome, Provider, Role, Traceback, Transport,
};

/// Origin of urllib3's notices, each of which another try follows.
const URLLIB3: &str = "urllib3";
/// Origin of the notice that OpenAI's client library sends the request again.
const RETRY_OF_LIBRARY: &str = "retry-request";

/// Loggers of client libraries, by the first part of their name in lower case.
const CLIENTS: [&str; 9] = [
    "httpcore",
    "httpx",
    "instructor",
    "langchain",
    "litellm",
    "llama_index",
    "openai",
    "pydantic_ai",
    "urllib3",
];

/// Whether a logger is that of a client library.
fn is_client(logger: &str) -> bool {
    let name = logger.split(['.', ' ']).next().unwrap_or_default();
    CLIENTS.iter().any(|client| name.eq_ignore_ascii_case(client))
}

/// What tells two records of one attempt apart from records of two attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Writer {
    role: Role,
    origin: &'static str,
    logger: Option<Arc<str>>,
}

/// A call that may still take records.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) call: Call,
    writers: Vec<Writer>,
    pub(super) last_line: u64,
    pub(super) last_moment: Option<Moment>,
    /// That moment is what a wrapper stamped.
    is_stamped: bool,
    /// The time of day that the last record itself shows.
    pub(super) last_clock: Option<Moment>,
    /// The time that the last record itself tells.
    pub(super) last_own: Option<Moment>,
    /// What was said in front of the error by each record that raised it, and how bad it was called.
    pub(super) wordings: Vec<(Option<Level>, Masked)>,
    /// The most that one of the records shows of a traceback.
    pub(super) traceback: Traceback,
    /// Index in the chain, from 1, and the chain's id.
    pub(super) chain: Option<(Arc<str>, u32)>,
    pub(super) will_retry: bool,
    pub(super) is_followed: bool,
    /// Nothing was added since it was asked last whether the call is complete.
    pub(super) is_quiet: bool,
    /// A live run has told of it.
    pub(super) is_told: bool,
}

impl Open {
    /// The first record of a call.
    pub(super) fn new(seen: Observation, chain: Option<(Arc<str>, u32)>) -> Self {
        Self {
            writers: vec![writer(&seen)],
            last_line: seen.last_line.max(seen.place.line),
            last_moment: Moment::of(&seen),
            is_stamped: moment::is_stamped(&seen),
            last_clock: Moment::by_clock(&seen),
            last_own: Moment::by_record(&seen),
            wordings: wording(&seen).into_iter().collect(),
            traceback: seen.traceback,
            will_retry: seen.role == Role::Retry,
            is_followed: false,
            is_quiet: false,
            is_told: false,
            chain,
            call: Call {
                source: Arc::default(),
                lines: seen.asked.into_iter().chain([seen.place.line]).collect(),
                elsewhere: Vec::new(),
                seen,
                attempt: None,
            },
        }
    }

    /// Whether the observation can be one more record of this attempt.
    pub(super) fn may_take(&self, seen: &Observation) -> bool {
        if self.is_another_success(seen) {
            return false;
        }
        let known = &self.call.seen;
        let same_trace = known.context.trace_id.is_some() && known.context.trace_id == seen.context.trace_id;
        self.is_near(seen)
            && (known.context.stream == seen.context.stream || same_trace)
            && is_compatible(known, seen)
            && !self.is_another_try(seen)
            && self.has_room_for(seen)
    }

    /// Whether one of the two is a notice of the client library, and the other an answer that it never retries.
    fn is_another_try(&self, seen: &Observation) -> bool {
        seen.origin == RETRY_OF_LIBRARY && is_never_retried(&self.call.seen)
            || is_never_retried(seen) && self.is_told_by(RETRY_OF_LIBRARY)
    }

    /// Whether both are answers of the same kind that succeeded: two calls, whatever else they say. Most of what
    /// a call is held against is of this sort.
    fn is_another_success(&self, seen: &Observation) -> bool {
        seen.outcome == Outcome::Ok && self.is_success_of(seen.origin)
    }

    /// Whether a record of this role told of it.
    pub(super) fn has(&self, role: Role) -> bool {
        self.writers.iter().any(|writer| writer.role == role)
    }

    /// Whether a record of this origin told of it.
    pub(super) fn is_told_by(&self, origin: &str) -> bool {
        self.writers.iter().any(|writer| writer.origin == origin)
    }

    /// Whether the logger of the observation raised it before.
    pub(super) fn is_raised_by_logger_of(&self, seen: &Observation) -> bool {
        let raised = self.writers.iter().rfind(|writer| writer.role == Role::Raise);
        raised.is_some_and(|writer| writer.logger == seen.context.logger)
    }

    /// Whether nothing but records that raise the error told of it.
    pub(super) fn is_only_raised(&self) -> bool {
        self.writers.iter().all(|writer| writer.role == Role::Raise)
    }

    /// Whether the call succeeded and a record of this origin told of it.
    pub(super) fn is_success_of(&self, origin: &str) -> bool {
        self.call.seen.outcome == Outcome::Ok && self.writers.iter().any(|writer| writer.origin == origin)
    }

    /// Whether a record of this role and writer is still missing, in the order in which one attempt
    /// writes its records.
    fn has_room_for(&self, seen: &Observation) -> bool {
        let new = writer(seen);
        let has = |role: Role| self.writers.iter().any(|writer| writer.role == role);
        if failed_after_success(&self.call.seen, seen) {
            return true;
        }
        if let (Some(known), Some(number)) = (self.call.seen.attempt, seen.attempt)
            && (known != number || new.role == Role::Retry && has(Role::Retry))
        {
            return false;
        }
        if self.call.seen.outcome == Outcome::Ok || seen.outcome == Outcome::Ok {
            return self.call.seen.outcome == seen.outcome
                && new.role == Role::Response
                && self.writers.iter().all(|writer| writer.origin != new.origin);
        }
        // 407 is the answer of a proxy: none came of the API. Of urllib3's notices each is a try.
        let is_counted = self.is_told_by(URLLIB3) || seen.origin == URLLIB3;
        let unanswered = |seen: &Observation| {
            seen.error.status.is_none_or(|status| status == 407 && !is_counted) && seen.error.code.is_none()
        };
        let both_unanswered = unanswered(&self.call.seen) && unanswered(seen);
        match new.role {
            Role::Response => {
                !has(Role::Retry)
                    && !has(Role::Raise)
                    && self.writers.iter().all(|writer| writer.origin != new.origin)
            }
            Role::Detail => {
                !has(Role::Retry)
                    && !has(Role::Raise)
                    && (new.origin.is_empty()
                        || self.writers.iter().all(|writer| writer.origin != new.origin))
            }
            Role::Retry => {
                !has(Role::Raise) && (!has(Role::Retry) || both_unanswered && !has(Role::Response))
            }
            Role::Raise if has(Role::Retry) => {
                !has(Role::Raise) && (both_unanswered && !has(Role::Response) || self.gave_up(seen))
            }
            Role::Raise => {
                let is_other_writer = self
                    .writers
                    .iter()
                    .all(|writer| writer.role != Role::Raise || writer.logger != new.logger);
                is_other_writer
                    && (!has(Role::Raise)
                        || self.milliseconds_to(seen).is_none_or(|elapsed| elapsed <= self.time_to_relog()))
            }
            Role::Sentry => has(Role::Sentry) && self.is_event_of_the_same(seen),
        }
    }

    /// Whether two events of Sentry are of one failure: of one trace, or an exception and, at once, what was logged
    /// about it.
    fn is_event_of_the_same(&self, seen: &Observation) -> bool {
        let known = &self.call.seen;
        let is_other_kind = known.exception.is_some() != seen.exception.is_some();
        let is_at_once = || {
            self.milliseconds_to(seen).is_some_and(|elapsed| elapsed.abs() <= MAX_MILLISECONDS_BETWEEN_EVENTS)
        };
        let trace = known.context.trace_id.as_ref();
        known.identity != seen.identity
            && trace.is_some()
            && (trace == seen.context.trace_id.as_ref() || is_other_kind && is_at_once())
    }

    /// Whether the observation repeats the error that this call, whose answer was seen, has raised.
    pub(super) fn is_echoed_by(&self, seen: &Observation) -> bool {
        let has = |role: Role| self.writers.iter().any(|writer| writer.role == role);
        let known = &self.call.seen;
        let is_same_error = known.error.message.is_some() && seen.error.message.is_some()
            || known.error.code.is_some() && known.error.code == seen.error.code;
        has(Role::Response)
            && has(Role::Raise)
            && known.outcome == Outcome::Failed
            && is_same_error
            && is_compatible(known, seen)
            && self.is_near(seen)
            && self.milliseconds_to(seen).is_some_and(|elapsed| elapsed <= MAX_MILLISECONDS_OF_ECHO)
    }

    /// Whether a record that told of it holds the answer, or the answer's own record does.
    pub(super) fn holds(&self, answer: &Observation) -> bool {
        let known = &self.call.seen;
        known.context.stream == answer.context.stream
            && self.call.lines.iter().any(|line| *line <= answer.place.line)
            && self.last_line >= answer.place.line
            && is_compatible(known, answer)
            && !self.is_told_by(answer.origin)
    }

    /// Milliseconds from the last record of the call; `None` when one of the times is not known.
    pub(super) fn milliseconds_to(&self, seen: &Observation) -> Option<i64> {
        // A wrapper's clock is not that of the program: where only one of the two shows its day, times of day decide.
        let by_clock = (self.is_stamped != moment::is_stamped(seen))
            .then(|| moment::between(self.last_clock, Moment::by_clock(seen)));
        by_clock.flatten().or_else(|| moment::between(self.last_moment, Moment::of(seen)))
    }

    /// How long after the last record the same error may be logged again by another logger.
    fn time_to_relog(&self) -> i64 {
        let of_client = |writer: &Writer| writer.logger.as_deref().is_some_and(is_client);
        match self.writers.iter().any(of_client) {
            true => MAX_MILLISECONDS_AFTER_CLIENT,
            false => MAX_MILLISECONDS_OF_RELOG,
        }
    }

    /// After a notice that it would be tried again the same error is raised at once: nothing was tried. urllib3
    /// gives no notice when it gives up.
    fn gave_up(&self, seen: &Observation) -> bool {
        if self.writers.iter().any(|writer| writer.origin == URLLIB3) {
            return false;
        }
        match (self.call.seen.retry_in_ms, self.milliseconds_to(seen)) {
            (Some(pause), Some(elapsed)) => elapsed < i64::try_from(pause).unwrap_or(i64::MAX),
            (Some(_), None) => false,
            (None, elapsed) => {
                let known = &self.call.seen.error;
                let is_same_status = known.status.is_some() && known.status == seen.error.status;
                let has_error = known.message.is_some() || known.code.is_some() || is_same_status;
                has_error && elapsed.is_none_or(|elapsed| elapsed <= 1_000)
            }
        }
    }

    pub(super) fn is_near(&self, seen: &Observation) -> bool {
        let lines = seen.place.line.saturating_sub(self.last_line);
        let seconds = self.milliseconds_to(seen).map_or(0, |elapsed| elapsed.abs() / 1_000);
        lines <= MAX_LINES_APART && seconds <= MAX_SECONDS_APART + self.pause()
    }

    /// Whether the observation can be of the attempt after this one.
    pub(super) fn is_near_attempt(&self, seen: &Observation) -> bool {
        match self.milliseconds_to(seen) {
            Some(elapsed) => elapsed.abs() / 1_000 <= MAX_SECONDS_BETWEEN_ATTEMPTS + self.pause(),
            None => seen.place.line.saturating_sub(self.last_line) <= MAX_LINES_APART,
        }
    }

    /// Seconds that the notice of a retry promised to wait; only where no answer came do the tries
    /// belong to one call.
    fn pause(&self) -> i64 {
        self.call.seen.retry_in_ms.map_or(0, |pause| i64::try_from(pause / 1000).unwrap_or(i64::MAX / 4) + 1)
    }

    /// Takes one more record.
    pub(super) fn take(&mut self, seen: Observation) {
        self.is_quiet = false;
        self.writers.push(writer(&seen));
        self.last_line = self.last_line.max(seen.last_line);
        self.last_clock = Moment::by_clock(&seen);
        self.last_own = Moment::by_record(&seen);
        self.last_moment = Moment::of(&seen).or(self.last_moment);
        self.is_stamped = moment::is_stamped(&seen);
        if self.wordings.len() < MAX_WORDINGS {
            self.wordings.extend(wording(&seen));
        }
        self.traceback = self.traceback.max(seen.traceback);
        self.will_retry |= seen.role == Role::Retry;
        for line in seen.asked.into_iter().chain([seen.place.line]) {
            if !self.call.lines.contains(&line) {
                self.call.lines.push(line);
            }
        }
        if failed_after_success(&self.call.seen, &seen) {
            self.call.seen.outcome = Outcome::Failed;
        }
        merge(&mut self.call.seen, seen);
    }

    /// The call; `None` when what was seen is no call (a lone notice of a request id), or one to another
    /// provider.
    pub(super) fn into_call(mut self, files: &Files) -> Option<Call> {
        if self.call.seen.provider == Provider::Other {
            return None;
        }
        if self.writers.iter().all(|writer| writer.role == Role::Detail)
            && self.call.seen.error.message.is_none()
        {
            return None;
        }
        self.call.lines.sort_unstable();
        if self.writers.iter().all(|writer| writer.role == Role::Retry)
            && self.call.seen.error.status.is_none()
            && self.call.seen.error.message.is_none()
        {
            self.call.seen.transport = self.call.seen.transport.or(Some(Transport::Unknown));
        }
        if let Some((chain, number)) = self.chain {
            self.call.attempt = Some(Attempt {
                number,
                of: (!self.is_followed).then_some(number),
                chain,
                is_final: !self.is_followed,
            });
        }
        files.place(&mut self.call);
        Some(self.call)
    }

    /// Whether nothing but the client library tells who was called.
    pub(super) fn tells_nobody(&self) -> bool {
        let seen = &self.call.seen;
        matches!(seen.provider, Provider::Openai | Provider::Unknown)
            && seen.host.is_none()
            && !seen.headers.from_openai
            && seen.headers.request_id.is_none()
            && seen.error.code.is_none()
            && seen.error.message.is_none()
    }

    /// Whether the error was raised after the last notice of a retry: what comes next is another call.
    pub(super) fn has_given_up(&self) -> bool {
        let last = self.writers.iter().rev().find(|writer| matches!(writer.role, Role::Retry | Role::Raise));
        last.is_some_and(|writer| writer.role == Role::Raise)
    }
}

fn writer(seen: &Observation) -> Writer {
    Writer { role: seen.role, origin: seen.origin, logger: seen.context.logger.clone() }
}

fn wording(seen: &Observation) -> Option<(Option<Level>, Masked)> {
    (seen.role == Role::Raise && seen.outcome == Outcome::Failed)
        .then(|| (seen.context.level, seen.excerpt.clone()))
}
