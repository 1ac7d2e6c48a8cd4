use std::sync::Arc;

use super::{Folder, MAX_OPEN};
use crate::model::{
    ApiError, BodyKind, Call, Context, Headers, Masked, Observation, Outcome, Place, Provider, Role, Stamp,
    StampOrigin, Traceback, Transport,
};

/// A raised error on a line, with a request id where there is one.
fn raised(line: u64, id: Option<&str>) -> Observation {
    Observation {
        outcome: Outcome::Failed,
        error: ApiError {
            status: Some(401),
            code: Some(Arc::from("invalid_api_key")),
            ..ApiError::default()
        },
        headers: Headers { request_id: id.map(Arc::from), ..Headers::default() },
        provider: Provider::Openai,
        ..Observation::new(Place { line, offset: line * 100 }, Context::default(), Role::Raise)
    }
}

/// A record that tells of a success on a line, by who wrote it.
fn succeeded(line: u64, origin: &'static str) -> Observation {
    Observation {
        outcome: Outcome::Ok,
        role: Role::Response,
        origin,
        error: ApiError { status: Some(200), ..ApiError::default() },
        ..raised(line, None)
    }
}

/// The lines of each call.
fn folded(observations: impl IntoIterator<Item = Observation>) -> Vec<Vec<u64>> {
    let mut folder = Folder::new(Arc::from("test"));
    let mut calls: Vec<Call> = Vec::new();
    observations.into_iter().for_each(|seen| folder.push(seen, &mut calls));
    folder.finish(&mut calls);
    calls.into_iter().map(|call| call.lines).collect()
}

#[test]
fn a_request_id_in_common_folds_whatever_stands_between() {
    let between = (2..100).map(|line| raised(line, Some(&format!("req_{line}"))));
    let calls =
        folded([raised(1, Some("req_a"))].into_iter().chain(between).chain([raised(100, Some("req_a"))]));
    assert_eq!(calls.len(), 99);
    assert_eq!(calls[0], [1, 100]);
}

#[test]
fn a_traceback_is_that_of_the_line_right_above_it() {
    let trace =
        |line: u64| Observation { traceback: Traceback::Alone, last_line: line + 5, ..raised(line, None) };
    assert_eq!(folded([raised(1, None), trace(2)]), [vec![1, 2]]);
    assert_eq!(folded([raised(1, None), trace(4)]), [vec![1], vec![4]]);
    assert_eq!(folded([raised(1, None), trace(2), trace(8)]), [vec![1, 2], vec![8]]);
    assert_eq!(folded([trace(1), trace(7)]), [vec![1], vec![7]]);
    assert_eq!(folded([raised(1, None), raised(2, None)]), [vec![1], vec![2]]);
}

#[test]
fn an_id_is_forgotten_with_its_call() {
    let last = MAX_OPEN as u64 + 2;
    let between = (2..last).map(|line| raised(line, Some(&format!("req_{line}"))));
    let calls =
        folded([raised(1, Some("req_a"))].into_iter().chain(between).chain([raised(last, Some("req_a"))]));
    assert_eq!(calls.first().map(Vec::as_slice), Some([1].as_slice()));
    assert_eq!(calls.last().map(Vec::as_slice), Some([last].as_slice()));
}

#[test]
fn two_writers_tell_of_one_success_and_one_writer_of_two() {
    let calls = folded([
        succeeded(1, "httpx"),
        succeeded(2, "debug"),
        succeeded(3, "httpx"),
        succeeded(4, "httpx"),
        succeeded(5, "debug"),
    ]);
    assert_eq!(calls, [vec![1, 2], vec![3], vec![4, 5]]);
}

#[test]
fn a_failure_between_successes_keeps_its_place() {
    let calls = folded([
        raised(1, None),
        succeeded(2, "debug"),
        succeeded(3, "httpx"),
        succeeded(4, "debug"),
        raised(5, Some("req_a")),
        succeeded(6, "httpx"),
    ]);
    assert_eq!(calls, [vec![1], vec![2, 3], vec![4, 6], vec![5]]);
}

/// An error that the application says in some words, at a millisecond of a day.
fn said(line: u64, clock: i64, words: &str) -> Observation {
    let context = Context { clock: Some(clock), ..Context::default() };
    let message = Masked::from_redacted("Incorrect API key provided");
    let error = ApiError { message: Some(message), ..raised(line, None).error };
    let excerpt = Masked::from_redacted(&format!("{words}: Error code: 401 - Incorrect API key provided"));
    Observation { context, error, excerpt, ..raised(line, None) }
}

/// A record of a kind that tells of failures once more.
fn retold(line: u64, origin: &'static str) -> Observation {
    Observation { is_retold: true, origin, ..said(line, 500, "told") }
}

#[test]
fn an_error_in_other_words_at_once_is_the_same_and_in_the_same_words_another() {
    let other = |clock| folded([said(1, 100, "call failed"), said(2, clock, "giving up on ticket")]);
    assert_eq!(other(105), [vec![1, 2]]);
    assert_eq!(other(200), [vec![1], vec![2]]);
    assert_eq!(folded([said(1, 100, "call failed"), said(2, 101, "call failed")]), [vec![1], vec![2]]);
    assert_eq!(folded([said(1, 100, "alice failed"), said(2, 101, "bob failed")]), [vec![1], vec![2]]);
}

#[test]
fn calls_that_say_their_error_twice_stay_as_many_as_they_are() {
    for order in [["a", "b", "a", "b"], ["a", "a", "b", "b"]] {
        let words = |word: &str| if word == "a" { "call failed" } else { "giving up on ticket" };
        let calls = folded((1..).zip(order).map(|(line, word)| said(line, 100, words(word))));
        assert_eq!(calls.len(), 2, "{order:?}");
    }
}

#[test]
fn a_summary_tells_of_each_failure_once() {
    let told = [said(1, 100, "x"), said(2, 100, "x"), retold(3, "s"), retold(4, "s"), retold(5, "s")];
    assert_eq!(folded(told), [vec![1, 4], vec![2, 3], vec![5]]);
    assert_eq!(folded([retold(1, "s"), retold(2, "s")]), [vec![1], vec![2]]);
    assert_eq!(folded([said(1, 100, "x"), retold(2, "s"), retold(3, "t")]), [vec![1, 2, 3]]);
}

#[test]
fn what_wrappers_stamp_says_nothing_about_other_words() {
    let at = jiff::Timestamp::from_second(1_795_235_926).ok();
    let stamp = at.map(|at| Stamp { at, origin: StampOrigin::Wrapper });
    let stamped =
        |seen: Observation| Observation { context: Context { stamp, ..seen.context.clone() }, ..seen };
    let calls = |clock| {
        folded([stamped(said(1, 100, "call failed")), stamped(said(2, clock, "giving up on ticket"))])
    };
    assert_eq!(calls(105), [vec![1, 2]]);
    assert_eq!(calls(60_100), [vec![1], vec![2]]);
    let without = |line, words| {
        let seen = stamped(said(line, 0, words));
        Observation { context: Context { clock: None, ..seen.context.clone() }, ..seen }
    };
    assert_eq!(folded([without(1, "call failed"), without(2, "giving up on ticket")]), [vec![1], vec![2]]);
}

/// A record in which somebody's logger raises an error.
fn by_logger(seen: Observation, logger: &str) -> Observation {
    let context = Context { logger: Some(Arc::from(logger)), ..seen.context.clone() };
    Observation { context, ..seen }
}

/// An answer that failed, as httpx shows it.
fn refused(line: u64, status: u16) -> Observation {
    let error = ApiError { status: Some(status), ..ApiError::default() };
    Observation { error, role: Role::Response, origin: "httpx", ..raised(line, None) }
}

#[test]
fn what_got_no_answer_is_no_part_of_an_answered_call() {
    let unanswered = |message: Option<&str>| {
        let error = ApiError { message: message.map(Masked::from_redacted), ..ApiError::default() };
        let transport = Some(Transport::Unknown);
        by_logger(Observation { error, transport, ..raised(2, None) }, "app")
    };
    let calls = |message| folded([refused(1, 502), unanswered(message)]);
    assert_eq!(calls(Some("Connection error.")), [vec![1], vec![2]]);
    assert_eq!(calls(None), [vec![1], vec![2]]);
    assert_eq!(calls(Some("Bad gateway of somebody")), [vec![1, 2]]);
    assert_eq!(folded([succeeded(1, "httpx"), unanswered(Some("Connection error."))]), [vec![1], vec![2]]);
}

#[test]
fn tries_that_are_counted_are_as_many_as_their_numbers() {
    let tried = |line, number| Observation {
        attempt: Some(number),
        role: Role::Retry,
        error: ApiError { message: Some(Masked::from_redacted("overloaded")), ..ApiError::default() },
        ..raised(line, None)
    };
    let tries = [tried(1, 1), tried(2, 1), tried(3, 2), tried(4, 3)];
    assert_eq!(folded(tries), [vec![1], vec![2], vec![3], vec![4]]);
}

#[test]
fn events_of_two_traces_are_two_failures() {
    let event = |line, id: &str, trace: &str, exception: Option<&str>| {
        let context = Context { trace_id: Some(Arc::from(trace)), ..Context::default() };
        let at = jiff::Timestamp::from_second(1_795_235_926).ok();
        let stamp = at.map(|at| Stamp { at, origin: StampOrigin::Own });
        Observation {
            role: Role::Sentry,
            identity: Some(Arc::from(id)),
            exception: exception.map(Arc::from),
            context: Context { stamp, ..context },
            ..raised(line, None)
        }
    };
    let raised = Some("AuthenticationError");
    assert_eq!(folded([event(1, "a", "s", raised), event(2, "b", "t", raised)]), [vec![1], vec![2]]);
    assert_eq!(folded([event(1, "a", "s", raised), event(2, "b", "s", raised)]), [vec![1, 2]]);
    assert_eq!(folded([event(1, "a", "s", raised), event(2, "b", "t", None)]), [vec![1, 2]]);
}

#[test]
fn a_page_is_that_of_the_answer_that_failed() {
    let page = |line| {
        let error = ApiError::default();
        let page = Some(Masked::from_redacted("<html>Access denied</html>"));
        by_logger(Observation { error, page, body: Some(BodyKind::Html), ..raised(line, None) }, "app")
    };
    let answers = || [refused(1, 403), succeeded(2, "httpx")];
    assert_eq!(folded(answers().into_iter().chain([page(3)])), [vec![1, 3], vec![2]]);
}
