use std::sync::Arc;

use super::{Folder, MAX_OPEN};
use crate::model::{ApiError, Call, Context, Headers, Observation, Outcome, Place, Provider, Role};

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
