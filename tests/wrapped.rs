//! A log says the same in every wrapper: what a container, a collector, a cloud or a terminal puts around each line
//! changes no call and no cause.
//!
//! Every text log of a client library among the samples goes through every row of [`WRAPPERS`].

#![expect(clippy::unwrap_used, reason = "a test that fails where the tree is not as expected")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use why4xx::pipeline::{Options, analyze_text};

/// Puts something around a line, the number of which is given.
type Wrapper = fn(usize, &str) -> Value;

/// Wrappers by name: a text stands for the line, an object for a record of JSON.
const WRAPPERS: &[(&str, Wrapper)] = &[
    ("docker json-file", |_, line| json!({"log": format!("{line}\n"), "stream": "stderr", "time": TIME})),
    ("kubernetes cri", |_, line| json!(format!("{TIME} stderr F {line}"))),
    ("docker compose", |_, line| json!(format!("web-1  | {line}"))),
    ("docker service", |_, line| json!(format!("assistant.1.k3v9x8y7z6w5@node1    | {line}"))),
    ("kubectl --prefix", |_, line| json!(format!("[pod/assistant-6d9f7c-x2x4p/app] {line}"))),
    ("kubectl --timestamps", |_, line| json!(format!("{TIME} {line}"))),
    ("stern", |_, line| json!(format!("assistant-6d9f7c-x2x4p app {line}"))),
    (
        "journald",
        |_, line| json!({"MESSAGE": line, "__REALTIME_TIMESTAMP": "1795235926195862", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": "app", "PRIORITY": "6"}),
    ),
    ("syslog 5424", |_, line| json!(format!("<14>1 2026-11-21T04:38:46.195862Z h app 812 - - {line}"))),
    ("syslog 3164", |_, line| json!(format!("Nov 21 04:38:46 h app[812]: {line}"))),
    ("heroku", |_, line| json!(format!("2026-11-21T04:38:46.195862+00:00 app[web.1]: {line}"))),
    ("pm2", |_, line| json!(format!("0|assistant  | {line}"))),
    ("pm2 --time", |_, line| json!(format!("0|assistant  | 2026-11-21T04:38:46: {line}"))),
    ("github actions", |_, line| json!(format!("2026-11-21T04:38:46.1958621Z {line}"))),
    ("aws logs tail", |_, line| {
        json!(format!("2026-11-21T04:38:46.195862+00:00 app/web/0a1b2c3d4e5f60718293a4b5c6d7e8f9 {line}"))
    }),
    ("logcli", |_, line| json!({"labels": {"app": "assistant"}, "line": line, "timestamp": TIME})),
    (
        "fluent bit",
        |_, line| json!({"date": 1_795_235_926.195_862, "log": line, "stream": "stderr", "kubernetes": {"pod_name": "p", "container_name": "app"}}),
    ),
    (
        "filebeat",
        |_, line| json!({"@timestamp": TIME, "agent": {"type": "filebeat"}, "host": {"name": "h"}, "message": line}),
    ),
    ("elasticsearch", |_, line| json!({"@timestamp": TIME, "message": line, "host": "h"})),
    (
        "gelf",
        |_, line| json!({"version": "1.1", "host": "h", "short_message": line, "timestamp": 1_795_235_926.195, "_container_name": "app"}),
    ),
    (
        "vector",
        |_, line| json!({"file": "/var/log/app.log", "host": "h", "message": line, "source_type": "file", "timestamp": TIME}),
    ),
    ("splunk", |_, line| json!({"preview": false, "result": {"_raw": line, "_time": TIME, "host": "h"}})),
    ("lambda telemetry", |_, line| json!({"time": TIME, "type": "function", "record": format!("{line}\n")})),
    ("fly", |_, line| json!(format!("2026-11-21T04:38:46Z app[148ed193b95948] ams [info]{line}"))),
    ("app engine", |_, line| json!(format!("2026-11-21 04:38:46 default[20261121t043000]  {line}"))),
    ("gitlab", |_, line| json!(format!("2026-11-21T04:38:46.195862Z 01E {line}"))),
    ("tai64n", |_, line| json!(format!("@400000006b02aa8024d9ccbc {line}"))),
    ("grep -n", |number, line| json!(format!("{}:{line}", number + 1))),
    ("grep -rn", |number, line| json!(format!("logs/app.log:{}:{line}", number + 1))),
    ("a quotation", |_, line| json!(format!("> {line}"))),
    ("indentation", |_, line| json!(format!("    {line}"))),
    ("carriage returns", |_, line| json!(format!("{line}\r"))),
];

const TIME: &str = "2026-11-21T04:38:46.195862123Z";

/// How many calls of which outcome, cause and status a text speaks of.
fn calls(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (call, finding) in analyze_text(text, &Options::default()) {
        let cause = finding.map_or_else(String::new, |finding| finding.cause.id.to_string());
        *counts
            .entry(format!("{:?} {cause} {:?}", call.seen.outcome, call.seen.error.status))
            .or_default() += 1;
    }
    counts
}

fn wrapped(text: &str, wrapper: Wrapper) -> String {
    let lines = text.trim_end().lines().enumerate().map(|(number, line)| match wrapper(number, line) {
        Value::String(line) => line + "\n",
        record => format!("{record}\n"),
    });
    lines.collect()
}

fn logs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            logs(&path, found);
        } else if path.extension().is_some_and(|end| end == "log") {
            found.push(path);
        }
    }
}

#[test]
fn a_wrapper_changes_no_call() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/clients");
    let (mut paths, mut wrong) = (Vec::new(), Vec::new());
    logs(&root, &mut paths);
    paths.sort();
    for path in &paths {
        let (text, name) = (fs::read_to_string(path).unwrap(), path.file_name().unwrap().to_str().unwrap());
        let expected = calls(&text);
        for (wrapper, wrap) in WRAPPERS {
            let found = calls(&wrapped(&text, *wrap));
            if found != expected {
                wrong.push(format!("{name} in {wrapper}: {found:?}\n    instead of {expected:?}"));
            }
        }
    }
    assert!(paths.len() > 30, "{} logs", paths.len());
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
