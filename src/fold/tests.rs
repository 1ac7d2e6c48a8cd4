use std::sync::Arc;

use super::{Folder, MAX_OPEN};
use crate::model::{
    ApiError, Call, Context, Headers, Masked, Observation, Outcome, Place, Provider, Role, Stamp, StampOrigin,
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
