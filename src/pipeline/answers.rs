//! Calls whose request and answer a client logged apart: only the request names the host, so that nothing else finds
//! the answer.
//!
//! In go the units that may show a request; out come the observations of their answers, each where its answer stands.
//! An observation is given out with the block that holds the answer.

use std::ops::Range;

use crate::decode;
use crate::extract;
use crate::framing::assemble::{Answer, Assembler, MAX_LINES_APART, Record};
use crate::framing::units::Units;
use crate::model::{Entry, Event, Exchange, Observation, Outcome, Place, Stamp, StampOrigin};

/// Seconds between a request and its answer, where both show their times.
const MAX_SECONDS_APART: i64 = 900;
/// Bytes of an answer's body that are looked at.
const MAX_BODY: usize = 64 << 10;

/// The units right before `from`, which may show requests that are answered behind it: at most so many, in their order.
pub(super) fn before<U: Units>(units: &U, from: usize, is_near: impl Fn(usize) -> bool) -> Vec<usize> {
    let back = std::iter::successors(units.previous(from), |at| units.previous(*at));
    let mut before: Vec<usize> = back.take(MAX_LINES_APART).take_while(|at| is_near(*at)).collect();
    before.reverse();
    before
}

/// What the answers in the units `within` say of the requests in the units `asking`, each with its unit, in their order.
pub(super) fn observe<U: Units>(
    units: &U,
    asking: &[usize],
    within: &Range<usize>,
    settings: &decode::Settings,
) -> Vec<(usize, Observation)> {
    if asking.is_empty() {
        return Vec::new();
    }
    let peel = |text: &str, place: Place| decode::peel(text, place, settings);
    let read =
        |entry: &Entry| decode::record(entry.clone(), settings).map(|event| event.text).unwrap_or_default();
    let answers = Assembler::new(units, &peel, settings.keeps_line_ends).answers(asking, within, &read);
    answers.into_iter().filter_map(|answer| Some((answer.unit, observation(answer, settings)?))).collect()
}

fn observation(answer: Answer, settings: &decode::Settings) -> Option<Observation> {
    let written = answer.request.time.as_deref().and_then(|written| decode::time::parse(written, settings));
    let asked = event(answer.asking, settings)?.context.stamp;
    let event = event(answer.record, settings)?;
    let mut context = event.context;
    let is_late =
        |from: Stamp, to: Stamp| to.at.as_second().saturating_sub(from.at.as_second()) > MAX_SECONDS_APART;
    if matches!((asked, context.stamp), (Some(asked), Some(stamp)) if is_late(asked, stamp)) {
        return None;
    }
    if context.stamp.is_none_or(|stamp| stamp.origin == StampOrigin::Inherited) {
        context.stamp = written.or(context.stamp).or(asked);
    }
    let exchange = Exchange {
        origin: answer.client,
        asked: Some(answer.asked.line),
        method: answer.request.method,
        url: Some(answer.request.target),
        status: Some(answer.status),
        response_headers: headers(&answer.behind),
        response_body: body(&answer.behind),
        ..Exchange::default()
    };
    let event = Event {
        place: answer.place,
        last_line: event.last_line.max(answer.place.line),
        context,
        exchange: Some(Box::new(exchange)),
        count: 1,
        ..Event::default()
    };
    extract::observe(&event).into_iter().find(|seen| seen.outcome != Outcome::Info)
}

fn event(record: Record, settings: &decode::Settings) -> Option<Event> {
    match record {
        Record::Entry(entry) => decode::record(entry, settings),
        Record::Text { context, lines, head, inherited, before: _ } => {
            Some(decode::text::event(context, lines, head.as_ref(), inherited, settings))
        }
    }
}

/// The head lines of an answer: `Name: value`.
fn headers(text: &str) -> Vec<(String, String)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let pair = |line: &str| {
        let (name, value) = line.trim().split_once(':').filter(|(name, _)| is_name(name))?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    text.lines()
        .take_while(|line| !line.trim_start().starts_with(['{', '<']))
        .filter_map(pair)
        .take(64)
        .collect()
}

/// The body of an answer, where it is an object or a page.
fn body(text: &str) -> Option<String> {
    let begins = |line: &str| {
        let line = line.trim_start();
        line.starts_with('{') || line.starts_with("<!") || line.starts_with("<html")
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if begins(line) {
            return text.get(at..).map(|body| body.chars().take(MAX_BODY).collect());
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::model::Outcome;
    use crate::pipeline::{Options, analyze_text};

    const CALM: &str = "2026-11-16 09:12:44.031 +00:00 [INF] GET /health 200 in 3 ms\n";
    const ASKED: &str = "2026-11-16 09:12:44.032 +00:00 [INF] Sending HTTP request POST https://api.openai.com/v1/responses\n";
    const ANSWERED: &str =
        "2026-11-16 09:12:44.115 +00:00 [INF] Received HTTP response headers after 83.1042ms - 429\n";

    /// Lines and status of each failed call.
    fn failed(text: &str) -> Vec<(Vec<u64>, Option<u16>)> {
        let calls = analyze_text(text, &Options::default());
        let failed = calls.into_iter().filter(|(call, _)| call.seen.outcome == Outcome::Failed);
        failed.map(|(call, _)| (call.lines, call.seen.error.status)).collect()
    }

    #[test]
    fn the_end_of_a_block_parts_no_answer_from_its_request() {
        let calm_to = |end: usize| CALM.repeat(end / CALM.len());
        let between = CALM.repeat(100);
        for before in (0..120).step_by(10) {
            let start = calm_to((1 << 20) - before * CALM.len());
            let first = start.lines().count() as u64 + 1;
            let text = format!("{start}{ASKED}{between}{ANSWERED}{CALM}");
            assert_eq!(failed(&text), [(vec![first, first + 101], Some(429))], "{before}");
        }
    }

    #[test]
    fn an_answer_that_is_too_far_away_is_that_of_another_request() {
        let check = |calm: usize, expected: usize| {
            let text = format!("{ASKED}{}{ANSWERED}", CALM.repeat(calm));
            assert_eq!(failed(&text).len(), expected, "{calm}");
        };
        check(127, 1);
        check(128, 0);
        let late = ANSWERED.replace("09:12:44", "09:28:44");
        assert_eq!(failed(&format!("{ASKED}{late}")), []);
    }

    #[test]
    fn answers_are_those_of_the_nearest_request_without_one() {
        let other = ASKED.replace("api.openai.com", "accounts.acme.example");
        let fine = ANSWERED.replace("429", "200");
        let check = |lines: &[&str], expected: &[&[u64]]| {
            let found: Vec<Vec<u64>> = failed(&lines.concat()).into_iter().map(|(lines, _)| lines).collect();
            assert_eq!(found, expected, "{lines:?}");
        };
        check(&[ASKED, ANSWERED, ASKED, &fine, ASKED, ANSWERED], &[&[1, 2], &[5, 6]]);
        check(&[ASKED, ASKED, ANSWERED], &[&[2, 3]]);
        check(&[ASKED, &fine, &other, ANSWERED], &[]);
        // Nobody can tell which of the two hosts refused.
        check(&[&other, ASKED, ANSWERED, &fine], &[]);
        check(&[ASKED, &other, &fine, ANSWERED], &[]);
        check(&[ANSWERED, ASKED], &[]);
    }
}
