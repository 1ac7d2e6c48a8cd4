//! The program follows logs: what it says while they grow, and at the end.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that fails where the system is not as expected")]

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A failed call of a service at a second.
fn failure(service: &str, second: u32) -> String {
    format!(
        "2026-11-16 09:{:02}:{:02},000 ERROR app [{service}] openai.AuthenticationError: Error code: 401 - \
         {{'error': {{'message': 'Incorrect API key provided: your-api*****here.', 'type': 'invalid_request_error', \
         'param': None, 'code': 'invalid_api_key'}}}}\n",
        second / 60,
        second % 60
    )
}

fn why4xx(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why4xx"));
    command.args(arguments).current_dir(folder).env("WHY4XX_NO_CONFIG", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::piped());
    command
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Asks politely; the status, what was printed, and what was complained of.
fn end(child: Child, signal: &str) -> (Option<i32>, String, String) {
    Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Failed calls in the report that ends an ndjson run.
fn failed(stdout: &str) -> u64 {
    let last: serde_json::Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["live"], "report");
    last["report"]["totals"]["failed"].as_u64().unwrap()
}

#[test]
fn a_finding_in_a_pipe_is_told_within_a_second_and_the_report_comes_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = why4xx(&["-f"], folder.path()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // The rules are compiled while the first lines come.
    std::thread::sleep(Duration::from_secs(3));
    let start = Instant::now();
    stdin.write_all((failure("billing", 1) + &failure("billing", 2)).as_bytes()).unwrap();
    stdin.flush().unwrap();
    let mut bytes = vec![0; 4096];
    let count = stdout.read(&mut bytes).unwrap();
    let elapsed = start.elapsed();
    let line = String::from_utf8_lossy(&bytes[..count]).into_owned();
    assert!(line.starts_with("09:00:01  billing "), "{line}");
    assert!(line.contains("(key-placeholder, confirmed)") && line.trim_end().ends_with("-:1"), "{line}");
    assert_eq!(line.lines().count(), 1, "the second is counted, not told: {line}");
    // Two seconds on a machine that does much else; half a second on one that does not.
    assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
    drop(stdin);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("2 calls to the OpenAI API failed."), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_rotation_loses_no_line_and_counts_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("app.log");
    append(&log, &failure("a", 0));
    let child = why4xx(&["watch", "--format", "ndjson", "app.log"], folder.path()).spawn().unwrap();
    let mut count = 1;
    for turn in 0..4_u32 {
        for step in 0..25 {
            append(&log, &failure("a", turn * 25 + step + 1));
            count += 1;
            std::thread::sleep(Duration::from_millis(10));
        }
        let old = folder.path().join(format!("app.log.{turn}"));
        if turn % 2 == 0 {
            fs::rename(&log, &old).unwrap();
            append(&old, &failure("a", turn * 25 + 26));
            count += 1;
        } else {
            // Everything was read when the file is emptied, as long as the copy takes a while.
            fs::copy(&log, &old).unwrap();
            std::thread::sleep(Duration::from_millis(1500));
            fs::write(&log, "").unwrap();
        }
    }
    std::thread::sleep(Duration::from_secs(2));
    let (status, stdout, stderr) = end(child, "-INT");
    assert_eq!((status, stderr.as_str()), (Some(130), ""));
    assert_eq!(failed(&stdout), count);
    let told = stdout.lines().filter(|line| line.contains("\"live\":\"call\"")).count();
    assert_eq!(told as u64, count, "each call is told once");
}

#[test]
fn a_pipe_that_is_cut_and_a_signal_end_with_the_report() {
    let folder = tempfile::tempdir().unwrap();
    append(&folder.path().join("a.log"), &failure("a", 0));
    let child = why4xx(&["-f", "a.log", "--format", "ndjson"], folder.path()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let (status, stdout, _) = end(child, "-TERM");
    assert_eq!((status, failed(&stdout)), (Some(143), 1));
}

#[test]
fn the_report_of_a_followed_log_is_that_of_a_run_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(root.join("samples/incident/key-revoked.log"), folder.path().join("app.log")).unwrap();
    let batch = why4xx(&["--format", "json", "app.log"], folder.path()).output().unwrap();
    let child = why4xx(&["-f", "--format", "json", "app.log"], folder.path()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let (status, stdout, told) = end(child, "-INT");
    assert_eq!(status, Some(130));
    let [batch, live]: [serde_json::Value; 2] =
        [&batch.stdout[..], stdout.as_bytes()].map(|bytes| serde_json::from_slice(bytes).unwrap());
    for part in ["totals", "causes", "incidents", "services", "keys", "retries"] {
        assert_eq!(live[part], batch[part], "{part}");
    }
    assert!(told.contains("incident: "), "what happens is told beside the report: {told}");
}

/// The contract of a live run, with the contracts that it names beside it.
fn contract() -> jsonschema::Validator {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root.join(format!("{name}.schema.json"))).unwrap()).unwrap()
    };
    let mut live = read("live");
    live["$defs"] = serde_json::json!({ "events": read("events"), "report": read("report") });
    jsonschema::validator_for(&live).unwrap()
}

/// Failures of one service, and a success after them.
fn burst() -> String {
    let failures: String = (0..8).map(|second| failure("billing", second * 20)).collect();
    failures
        + "2026-11-16 09:30:00,000 INFO httpx [billing] HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"\n"
}

#[test]
fn every_object_of_a_live_run_keeps_the_published_contract() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = why4xx(&["-f", "--format", "ndjson"], folder.path()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(burst().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (contract, mut kinds) = (contract(), std::collections::BTreeSet::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> = contract.iter_errors(&object).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{line}");
        kinds.insert(object["live"].as_str().unwrap().to_owned());
        let mut other = object.clone();
        other["more"] = serde_json::json!(1);
        assert!(!contract.is_valid(&other), "the contract is closed");
    }
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    assert_eq!(kinds, ["call", "incident-opened", "incident-over", "report"]);
}

#[test]
fn a_gate_is_asked_when_a_live_run_ends() {
    let folder = tempfile::tempdir().unwrap();
    append(&folder.path().join("a.log"), &failure("a", 0));
    for (words, status) in [("critical", Some(1)), ("billing", Some(130))] {
        let child = why4xx(&["-f", "a.log", "--fail-on", words], folder.path()).spawn().unwrap();
        std::thread::sleep(Duration::from_secs(3));
        let (ended, stdout, stderr) = end(child, "-INT");
        assert_eq!(ended, status, "{words}: {stderr}");
        assert!(
            stdout.contains("1 call to the OpenAI API failed."),
            "the report comes all the same: {stdout}"
        );
        assert_eq!(stderr.contains("1 failed call by key-placeholder"), status == Some(1), "{stderr}");
    }
    let piped = why4xx(&["watch", "--max-failure-rate", "1%", "--format", "ndjson", "a.log"], folder.path());
    let child = { piped }.spawn().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let (ended, stdout, _) = end(child, "-INT");
    assert_eq!((ended, failed(&stdout)), (Some(1), 1));
}

#[test]
fn a_gate_that_cannot_be_asked_is_refused_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let output = why4xx(&["-f", "a.log", "--fail-on", "new"], folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("there is no earlier period"), "{said}");
}
