//! A log that was rotated says what it said before: its files together are the log.
#![allow(clippy::unwrap_used)]

mod trust;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use trust::{cases, file, gz};
use why4xx::pipeline::{self, Options};
use why4xx::report::write_event;
use why4xx::source;

/// What one call leaves in a log; `{t}` is the time of a line, `{n}` a number of the call.
const CALLS: [&str; 7] = [
    // A line of httpx, then the traceback of what it raised.
    "{t} INFO httpx HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 401 Unauthorized\"\n\
     {t} ERROR app.llm call {n} failed\n\
     Traceback (most recent call last):\n  File \"/srv/app/llm.py\", line 12, in ask\n    client.chat.completions.create()\n\
     openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-abcde*****vwxyz. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}\n",
    // Two notices of a retry, then what was raised at last.
    "{t} INFO openai._base_client Retrying request to /chat/completions in 0.452 seconds\n\
     {t} INFO openai._base_client Retrying request to /chat/completions in 0.913 seconds\n\
     {t} ERROR app.llm call {n}: Connection error.\n\
     Traceback (most recent call last):\n  File \"/srv/app/llm.py\", line 12, in ask\nopenai.APIConnectionError: Connection error.\n",
    // Attempts that were limited, then a success.
    "{t} INFO httpx HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 429 Too Many Requests\"\n\
     {t} INFO openai._base_client Retrying request to /chat/completions in 1.2 seconds\n\
     {t} INFO httpx HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 200 OK\"\n",
    // The same error, logged by the library and by the application.
    "{t} ERROR litellm.main Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}\n\
     {t} ERROR app.jobs job {n} failed: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}\n",
    // A JSON record.
    "{\"time\":\"{t}\",\"level\":\"error\",\"logger\":\"app\",\"msg\":\"call {n} failed: Error code: 403 - {'error': {'message': 'Country, region, or territory not supported', 'type': 'request_forbidden', 'param': None, 'code': 'unsupported_country_region_territory'}}\"}\n",
    // A success.
    "{t} INFO httpx HTTP Request: POST https://api.openai.com/v1/embeddings \"HTTP/1.1 200 OK\"\n",
    // No call at all.
    "{t} INFO app.web GET /health 200 in 3 ms\n",
];

/// Names of rotated files, the oldest first.
const NAMES: [[&str; 3]; 6] = [
    ["app.log.2.gz", "app.log.1", "app.log"],
    ["app-2026-11-14.log", "app-2026-11-15.log.gz", "app-2026-11-16.log"],
    ["0.log.20261114-101010.gz", "0.log.20261115-101010", "0.log"],
    ["c1-json.log.2.gz", "c1-json.log.1", "c1-json.log"],
    ["app.log-20261114", "app.log-20261115.gz", "app.log"],
    ["app.log.2026-11-14.1", "app.log.2026-11-14.2", "app.log"],
];

fn log() -> impl Strategy<Value = String> {
    prop::collection::vec((select(CALLS.to_vec()), 0..1500_i64), 1..9).prop_map(|calls| {
        let mut at = "2026-11-14T10:00:00Z".parse::<jiff::Timestamp>().unwrap();
        let mut log = String::new();
        for (number, (call, pause)) in calls.into_iter().enumerate() {
            for line in call.split_inclusive('\n') {
                at += jiff::SignedDuration::from_millis(pause);
                let time = at.strftime("%Y-%m-%d %H:%M:%S,%3f").to_string();
                log += &line.replace("{t}", &time).replace("{n}", &number.to_string());
            }
        }
        log
    })
}

/// The calls in these files, with what tells where they stand left out, and how many lines there are.
fn calls(paths: &[PathBuf], threads: usize) -> (Vec<String>, u64) {
    let options = Options { threads: Some(threads), survey: true, ..Options::default() };
    let (inputs, problems) = source::inputs(paths, &options.source);
    assert_eq!(problems, []);
    let mut calls = Vec::new();
    let coverage = pipeline::run(&inputs, &options, &mut |call, finding| {
        let mut line = Vec::new();
        write_event(&call, finding.as_ref(), &mut line).unwrap();
        let mut event: Value = serde_json::from_slice(&line).unwrap();
        event["location"] = Value::Null;
        event["attempt"]["chain"] = Value::Null;
        calls.push(event.to_string());
    });
    assert_eq!(coverage.problems, []);
    (calls, coverage.sources.iter().map(|source| source.lines).sum())
}

/// The log cut behind these lines into files of these names.
fn rotated(folder: &Path, log: &str, cuts: [usize; 2], names: [&str; 3], has_last_end: bool) -> Vec<PathBuf> {
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let [first, second] = cuts.map(|cut| cut % (lines.len() + 1));
    let (first, second) = (first.min(second), first.max(second));
    let pieces = [&lines[..first], &lines[first..second], &lines[second..]];
    let paths = pieces.into_iter().zip(names).map(|(piece, name)| {
        let mut text = piece.concat();
        if !has_last_end {
            text.truncate(text.trim_end_matches('\n').len());
        }
        let is_packed = name.ends_with(".gz");
        file(folder, name, &if is_packed { gz(text.as_bytes()) } else { text.into_bytes() })
    });
    paths.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(96), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_log_that_is_cut_at_any_line_gives_the_calls_of_the_whole(
        log in log(), cuts in any::<[usize; 2]>(), names in select(NAMES.to_vec()), has_last_end in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let whole = calls(&[file(folder.path(), "whole.txt", log.as_bytes())], 1);
        let mut paths = rotated(folder.path(), &log, cuts, names, has_last_end);
        prop_assert_eq!(&calls(&paths, 1), &whole);
        prop_assert_eq!(&calls(&paths, 3), &whole);
        paths.reverse();
        prop_assert_eq!(&calls(&paths, 2), &whole);
    }

    #[test]
    fn logs_of_two_hosts_at_one_time_stay_apart(
        one in log(), other in log(),
        names in select(vec![("web-1.log", "web-2.log"), ("app.1.log", "app.log"), ("app.log.1", "app.log")]),
    ) {
        // Both begin at the same time, and neither is over within the second that is forgiven.
        let last = "2026-11-14 10:09:00,000 INFO app.web GET /health 200 in 3 ms\n";
        let (one, other) = (one + last, other + last);
        let folder = tempfile::tempdir().unwrap();
        let alone = |text: &str| calls(&[file(folder.path(), "alone.txt", text.as_bytes())], 1).0;
        let mut apart = [alone(&one), alone(&other)].concat();
        let paths = [file(folder.path(), names.0, one.as_bytes()), file(folder.path(), names.1, other.as_bytes())];
        let mut found = calls(&paths, 2).0;
        apart.sort();
        found.sort();
        prop_assert_eq!(found, apart);
    }
}

/// The events of the files with these texts.
fn events(files: &[(&str, &str)]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> =
        files.iter().map(|(name, text)| file(folder.path(), name, text.as_bytes())).collect();
    let options = Options { threads: Some(1), ..Options::default() };
    let (inputs, _) = source::inputs(&paths, &options.source);
    let mut events = Vec::new();
    pipeline::run(&inputs, &options, &mut |mut call, finding| {
        let name = |path: &str| path.rsplit('/').next().unwrap().into();
        call.source = name(&call.source);
        call.elsewhere.iter_mut().for_each(|(source, _)| *source = name(source));
        call.attempt.iter_mut().for_each(|attempt| attempt.chain = name(&attempt.chain));
        let mut line = Vec::new();
        write_event(&call, finding.as_ref(), &mut line).unwrap();
        events.push(serde_json::from_slice(&line).unwrap());
    });
    events
}

#[test]
fn places_are_those_of_the_files() {
    let calm = "2026-11-14 09:59:58,000 INFO app.web GET /health 200 in 3 ms\n";
    let lines: Vec<String> =
        CALLS[0].replace("{t}", "2026-11-14 10:00:00,000").lines().map(|line| format!("{line}\n")).collect();
    let (older, newer) = (calm.to_owned() + &lines[0], lines[1..].concat() + calm);
    let found = events(&[("app.log.1", &older), ("app.log", &newer)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let expected = serde_json::json!({
        "source": "app.log", "line": 1, "lines": [1], "offset": 0,
        "also": [{"source": "app.log.1", "line": 2}],
    });
    assert_eq!(found[0]["location"], expected);
    // A record that is cut belongs to the file in which it begins.
    let (older, newer) = (calm.to_owned() + &lines[..3].concat(), lines[3..].concat());
    let found = events(&[("app.log.1", &older), ("app.log", &newer)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let offset = calm.len() + lines[0].len();
    assert_eq!(
        found[0]["location"],
        serde_json::json!({"source": "app.log.1", "line": 3, "lines": [2, 3], "offset": offset})
    );
}

#[test]
fn a_chain_is_named_by_the_file_in_which_it_begins() {
    let lines: Vec<String> =
        CALLS[2].replace("{t}", "2026-11-14 10:00:00,000").lines().map(|line| format!("{line}\n")).collect();
    let found = events(&[("app.log.1", &lines[..2].concat()), ("app.log", &lines[2])]);
    let attempts: Vec<(&Value, &Value)> =
        found.iter().map(|event| (&event["location"]["source"], &event["attempt"]["chain"])).collect();
    assert_eq!(
        attempts,
        [(&"app.log.1".into(), &"app.log.1:1".into()), (&"app.log".into(), &"app.log.1:1".into())]
    );
}
