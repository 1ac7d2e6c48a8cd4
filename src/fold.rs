//! Observations of one attempt become one call; attempts that follow each other become a chain.
//!
//! In go the observations of one source in the order of their records; out come [`Call`]s in the order
//! of their first records. An OpenAI request id in common folds in any case; without one only records of
//! different roles or writers fold, in the same stream (or with the same trace id), close to each other
//! in lines and time, and only when they do not contradict each other. The window is bounded: at most
//! `MAX_OPEN` calls are open.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{Attempt, Call, Observation, Outcome, Provider, Role, Transport};

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
/// Milliseconds between an error and the same error logged again, where each call shows its answer first.
const MAX_MILLISECONDS_OF_ECHO: i64 = 5_000;
/// Seconds between two attempts of a chain, beyond the pause that the notice names.
const MAX_SECONDS_BETWEEN_ATTEMPTS: i64 = 120;

/// What tells two records of one attempt apart from records of two attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Writer {
    role: Role,
    origin: &'static str,
    logger: Option<Arc<str>>,
}

/// A call that may still take records.
#[derive(Debug)]
struct Open {
    call: Call,
    writers: Vec<Writer>,
    last_line: u64,
    last_millisecond: Option<i64>,
    /// Index in the chain, from 1, and the chain's id.
    chain: Option<(Arc<str>, u32)>,
    will_retry: bool,
    is_followed: bool,
}

/// Folds the observations of one source.
#[derive(Debug)]
pub struct Folder {
    source: Arc<str>,
    open: VecDeque<Open>,
    /// Stream, provider and line of the last HTTP answer that was dumped.
    last_dump: Option<(String, Provider, u64)>,
}

impl Folder {
    /// A folder for the source of this name.
    #[must_use]
    pub fn new(source: Arc<str>) -> Self {
        Self { source, open: VecDeque::new(), last_dump: None }
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
            return;
        }
        let chain = self.follow(&seen);
        self.open.push_back(Open::new(Arc::clone(&self.source), seen, chain));
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
        while let Some(open) = self.open.pop_front() {
            out.extend(open.into_call());
        }
    }

    /// The open call that the observation speaks of.
    fn home(&self, seen: &Observation) -> Option<usize> {
        if let Some(id) = &seen.headers.request_id {
            let same =
                self.open.iter().rposition(|open| open.call.seen.headers.request_id.as_ref() == Some(id));
            if same.is_some() {
                return same;
            }
        }
        let recent = self.open.len().saturating_sub(MAX_LOOKED_AT);
        let free = self.open.iter().skip(recent).rposition(|open| open.may_take(seen));
        free.map(|index| index + recent).or_else(|| self.echoed(seen))
    }

    /// The call whose error is told once more: in this stream a call shows its answer before it raises, and
    /// since the last answer nothing but that error was told.
    fn echoed(&self, seen: &Observation) -> Option<usize> {
        if seen.role != Role::Raise {
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
                || matches!((first.last_millisecond, millisecond(seen)), (Some(then), Some(now)) if now - then > 3_000 * MAX_SECONDS_BETWEEN_ATTEMPTS);
            if !is_far && self.open.len() < MAX_OPEN {
                break;
            }
            out.extend(self.open.pop_front().and_then(Open::into_call));
        }
    }

    /// When an earlier call announced a retry in this stream, the new call is the next attempt.
    fn follow(&mut self, seen: &Observation) -> Option<(Arc<str>, u32)> {
        if seen.role == Role::Sentry {
            return None;
        }
        let earlier = self.open.iter_mut().rev().find(|open| {
            open.will_retry
                && !open.has_given_up()
                && !open.is_followed
                && open.call.seen.context.stream == seen.context.stream
                && open.is_near_attempt(seen)
        })?;
        earlier.is_followed = true;
        let (id, number) = earlier.chain.get_or_insert_with(|| {
            (
                Arc::from(format!(
                    "{}:{}",
                    earlier.call.source,
                    earlier.call.lines.first().copied().unwrap_or_default()
                )),
                1,
            )
        });
        Some((Arc::clone(id), *number + 1))
    }
}

impl Open {
    fn new(source: Arc<str>, seen: Observation, chain: Option<(Arc<str>, u32)>) -> Self {
        Self {
            writers: vec![writer(&seen)],
            last_line: seen.last_line.max(seen.place.line),
            last_millisecond: millisecond(&seen),
            will_retry: seen.role == Role::Retry,
            is_followed: false,
            chain,
            call: Call { source, lines: vec![seen.place.line], seen, attempt: None },
        }
    }

    /// Whether the observation can be one more record of this attempt.
    fn may_take(&self, seen: &Observation) -> bool {
        let known = &self.call.seen;
        let same_trace = known.context.trace_id.is_some() && known.context.trace_id == seen.context.trace_id;
        (known.context.stream == seen.context.stream || same_trace)
            && self.is_near(seen)
            && is_compatible(known, seen)
            && self.has_room_for(seen)
    }

    /// Whether a record of this role and writer is still missing, in the order in which one attempt
    /// writes its records.
    fn has_room_for(&self, seen: &Observation) -> bool {
        let new = writer(seen);
        let has = |role: Role| self.writers.iter().any(|writer| writer.role == role);
        if failed_after_success(&self.call.seen, seen) {
            return true;
        }
        if self.call.seen.outcome == Outcome::Ok || seen.outcome == Outcome::Ok {
            return self.call.seen.outcome == seen.outcome
                && new.role == Role::Response
                && self.writers.iter().all(|writer| writer.origin != new.origin);
        }
        let unanswered = |seen: &Observation| seen.error.status.is_none() && seen.error.code.is_none();
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
                        || self
                            .milliseconds_to(seen)
                            .is_none_or(|elapsed| elapsed <= MAX_MILLISECONDS_OF_RELOG))
            }
            Role::Sentry => {
                has(Role::Sentry)
                    && self.call.seen.identity != seen.identity
                    && self.call.seen.context.trace_id.is_some()
            }
            Role::Breadcrumb => false,
        }
    }

    /// Whether the observation repeats the error that this call, whose answer was seen, has raised.
    fn is_echoed_by(&self, seen: &Observation) -> bool {
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

    /// Milliseconds from the last record of the call; `None` when one of the times is not known.
    fn milliseconds_to(&self, seen: &Observation) -> Option<i64> {
        Some(millisecond(seen)? - self.last_millisecond?)
    }

    /// After a notice that it would be tried again the same error is raised at once: nothing was tried.
    fn gave_up(&self, seen: &Observation) -> bool {
        match (self.call.seen.retry_in_ms, self.milliseconds_to(seen)) {
            (Some(pause), Some(elapsed)) => elapsed < i64::try_from(pause).unwrap_or(i64::MAX),
            (Some(_), None) => false,
            (None, elapsed) => {
                let has_error = self.call.seen.error.message.is_some() || self.call.seen.error.code.is_some();
                has_error && elapsed.is_none_or(|elapsed| elapsed <= 1_000)
            }
        }
    }

    fn is_near(&self, seen: &Observation) -> bool {
        let lines = seen.place.line.saturating_sub(self.last_line);
        let seconds = match (self.last_millisecond, millisecond(seen)) {
            (Some(then), Some(now)) => (now - then).abs() / 1_000,
            _ => 0,
        };
        lines <= MAX_LINES_APART && seconds <= MAX_SECONDS_APART + self.pause()
    }

    fn is_near_attempt(&self, seen: &Observation) -> bool {
        match (self.last_millisecond, millisecond(seen)) {
            (Some(then), Some(now)) => {
                (now - then).abs() / 1_000 <= MAX_SECONDS_BETWEEN_ATTEMPTS + self.pause()
            }
            _ => seen.place.line.saturating_sub(self.last_line) <= MAX_LINES_APART,
        }
    }

    /// Seconds that the notice of a retry promised to wait; only where no answer came do the tries
    /// belong to one call.
    fn pause(&self) -> i64 {
        self.call.seen.retry_in_ms.map_or(0, |pause| i64::try_from(pause / 1000).unwrap_or(i64::MAX / 4) + 1)
    }

    fn take(&mut self, seen: Observation) {
        self.writers.push(writer(&seen));
        self.last_line = self.last_line.max(seen.last_line);
        self.last_millisecond = millisecond(&seen).or(self.last_millisecond);
        self.will_retry |= seen.role == Role::Retry;
        if !self.call.lines.contains(&seen.place.line) {
            self.call.lines.push(seen.place.line);
        }
        if failed_after_success(&self.call.seen, &seen) {
            self.call.seen.outcome = Outcome::Failed;
        }
        merge(&mut self.call.seen, seen);
    }

    /// The call; `None` when what was seen is no call (a lone notice of a request id).
    fn into_call(mut self) -> Option<Call> {
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
        Some(self.call)
    }

    /// Whether the error was raised after the last notice of a retry: what comes next is another call.
    fn has_given_up(&self) -> bool {
        let last = self.writers.iter().rev().find(|writer| matches!(writer.role, Role::Retry | Role::Raise));
        last.is_some_and(|writer| writer.role == Role::Raise)
    }
}

fn writer(seen: &Observation) -> Writer {
    Writer { role: seen.role, origin: seen.origin, logger: seen.context.logger.clone() }
}

fn millisecond(seen: &Observation) -> Option<i64> {
    seen.context.stamp.map(|stamp| stamp.at.as_millisecond())
}

/// Whether two observations do not contradict each other.
fn is_compatible(known: &Observation, seen: &Observation) -> bool {
    let differ = |a: &Option<Arc<str>>, b: &Option<Arc<str>>| matches!((a, b), (Some(a), Some(b)) if a != b);
    if differ(&known.headers.request_id, &seen.headers.request_id)
        || differ(&known.error.code, &seen.error.code)
        || differ(&known.host, &seen.host)
        || differ(&known.model, &seen.model)
        || differ(&known.context.service, &seen.context.service)
        || known.outcome != seen.outcome && !failed_after_success(known, seen)
    {
        return false;
    }
    if matches!((known.error.status, seen.error.status), (Some(a), Some(b)) if a != b) {
        return false;
    }
    let answered = |seen: &Observation| {
        seen.error.status.is_some_and(|status| status != 407) || seen.error.code.is_some()
    };
    if answered(known) && seen.transport.is_some_and(|transport| transport != Transport::Unknown)
        || answered(seen) && known.transport.is_some_and(|transport| transport != Transport::Unknown)
    {
        return false;
    }
    match (&known.error.message, &seen.error.message) {
        (Some(a), Some(b)) => same_text(a.as_str(), b.as_str()),
        _ => true,
    }
}

/// A stream, a batch or a page in place of an answer fails although the status was 200.
fn failed_after_success(known: &Observation, seen: &Observation) -> bool {
    known.outcome == Outcome::Ok
        && seen.outcome == Outcome::Failed
        && seen.role == Role::Raise
        && seen.transport.is_none()
        && seen.error.status.is_none_or(|status| status == 200)
        && (seen.body.is_some() || seen.exception.as_deref().is_some_and(|class| class.ends_with("APIError")))
}

fn same_text(a: &str, b: &str) -> bool {
    let squeeze =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).take(1_000).collect() };
    let (a, b) = (squeeze(a), squeeze(b));
    let start = |text: &str| -> String { text.chars().take(40).collect() };
    a.contains(start(&b).as_str()) || b.contains(start(&a).as_str())
}

/// Takes over what the new observation knows. What decided is the record with the richest error; the
/// place of the call moves there.
fn merge(known: &mut Observation, seen: Observation) {
    let richness = |seen: &Observation| {
        (
            seen.error.code.is_some(),
            seen.error.message.is_some(),
            seen.body.is_some(),
            seen.transport.is_some_and(|t| t != Transport::Unknown),
        )
    };
    if richness(&seen) > richness(known) {
        known.place = seen.place;
        known.last_line = seen.last_line;
        known.excerpt = seen.excerpt;
    }
    macro_rules! take {
        ($($field:ident),+) => {$( if known.$field.is_none() { known.$field = seen.$field; } )+};
    }
    macro_rules! take_in {
        ($part:ident: $($field:ident),+) => {$( if known.$part.$field.is_none() { known.$part.$field = seen.$part.$field; } )+};
    }
    if known.transport == Some(Transport::Unknown) && seen.transport.is_some() {
        known.transport = seen.transport;
    }
    take!(
        body,
        page,
        transport,
        gateway,
        method,
        host,
        endpoint,
        scheme,
        model,
        organization,
        project,
        has_context_headers,
        key,
        client
    );
    take!(exception, retry_in_ms, attempt, last_seen, identity);
    take_in!(error: status, code, kind, param, message);
    take_in!(headers: request_id, organization, project, retry_after_ms, date, server, via, cf_ray, cf_mitigated, www_authenticate);
    take_in!(headers: proxy_authenticate, content_type, should_retry, gateway);
    let limits = seen.headers.limits;
    known.headers.limits.requests = known.headers.limits.requests.or(limits.requests);
    known.headers.limits.tokens = known.headers.limits.tokens.or(limits.tokens);
    known.headers.limits.images = known.headers.limits.images.or(limits.images);
    known.headers.limits.project_tokens = known.headers.limits.project_tokens.or(limits.project_tokens);
    known.headers.from_openai |= seen.headers.from_openai;
    known.headers.from_azure |= seen.headers.from_azure;
    take_in!(context: stamp, level, service, environment, release, host_name, trace_id);
    if matches!(known.provider, Provider::Unknown)
        || matches!(seen.provider, Provider::Azure | Provider::Gateway)
    {
        known.provider = seen.provider;
    }
    known.role = known.role.max(seen.role);
    known.is_scrubbed |= seen.is_scrubbed;
    known.exposed.extend(seen.exposed);
}
