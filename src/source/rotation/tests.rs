use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::Input;
use super::logs;

fn inputs(names: &[&str]) -> Vec<Input> {
    let input = |name: &&str| Input { name: Arc::from(*name), path: Some(PathBuf::from(name)), bytes: None };
    names.iter().map(input).collect()
}

/// The logs of these files; `times` are the first times of some of them, in seconds.
fn grouped(names: &[&str], times: &[(&str, i64)]) -> Vec<String> {
    let mut time = |input: &Input| {
        let found = times.iter().find(|(name, _)| *name == &*input.name)?;
        Timestamp::from_second(found.1).ok()
    };
    let logs = logs(&inputs(names)).into_iter();
    let names = |files: Vec<Input>| files.iter().map(|input| input.name.to_string()).collect::<Vec<_>>();
    logs.map(|log| names(log.into_files(&mut time)).join(" ")).collect()
}

/// The logs are these, whatever the order of the files.
#[track_caller]
fn check(expected: &[&str]) {
    let names: Vec<&str> = expected.iter().flat_map(|log| log.split(' ')).collect();
    assert_eq!(grouped(&names, &[]), expected);
    let mut turned = names;
    turned.reverse();
    let mut found = grouped(&turned, &[]);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn names_of_common_rotations_are_recognised() {
    check(&["log/app.log.10.gz log/app.log.2.gz log/app.log.1 log/app.log"]);
    check(&["app-2026-11-14.log app-2026-11-15.log.gz app.log"]);
    check(&["app.log-20261114.gz app.log-20261115 app.log"]);
    check(&["0.log.20261114-101010.gz 0.log.20261114-111213 0.log", "1.log"]);
    check(&["abc-json.log.2 abc-json.log.1 abc-json.log", "def-json.log"]);
    check(&["data-2022-09-14T05-02-14.173.json data-2022-09-14T06-00-00.000.json data.json"]);
    check(&["app-out__2026-11-14_00-00-00.log app-out__2026-11-15_00-00-00.log app-out.log"]);
    check(&["app.2026-11-14_10-00-00_123456.log app.2026-11-14_11-00-00_000001.log app.log"]);
    check(&["log20261114.txt log20261114_001.txt log20261114_002.txt log20261115.txt"]);
    check(&["app-2026-11-14.0.log.gz app-2026-11-14.1.log.gz app-2026-11-15.0.log app.log"]);
    check(&["app.log.2026-11-14.1 app.log.2026-11-14.2 app.log.2026-11-15.1 app.log"]);
    check(&["2026-11-14.log 2026-11-15.log"]);
    check(&["2026-11-14-app.log 2026-11-15-app.log"]);
    check(&["access_log.1763078400 access_log.1763164800 access_log"]);
    check(&["app.log.2026-11-14_10 app.log.2026-11-14_11 app.log"]);
    check(&["app.2.log app.1.log app.log"]);
    check(&["app-2.log app-1.log app.log"]);
    check(&["app2.log app1.log app.log"]);
}

#[test]
fn files_of_other_logs_stay_apart() {
    check(&["a/app.log.1 a/app.log", "b/app.log.1 b/app.log"]);
    check(&["web1.log", "web2.log"]);
    check(&["web-1.log", "web-2.log"]);
    check(&["app.1.log", "app.2.log"]);
    check(&["app.log", "app.json", "worker.log"]);
    check(&["web-1.log.1 web-1.log", "web-2.log.1 web-2.log"]);
    check(&["web-1-2026-11-14.log web-1-2026-11-15.log", "web-2-2026-11-14.log web-2-2026-11-15.log"]);
    check(&["10.0.0.1", "10.0.0.2"]);
    check(&["app.log", "app.log.gz"]);
    check(&["case-20269999.log", "case-20260000.log"]);
}

#[test]
fn only_rotation_gives_some_names() {
    let is_certain = |names: &[&str]| logs(&inputs(names)).iter().all(|log| log.is_certain);
    assert!(is_certain(&["app.log", "app.log.1"]));
    assert!(is_certain(&["app-2026-11-14.log", "app-2026-11-15.log"]));
    assert!(!is_certain(&["app-1.log", "app.log"]));
    assert!(!is_certain(&["app.log", "app.1.log", "app.2.log"]));
}

#[test]
fn times_tell_whether_numbers_rise_or_fall() {
    let names = ["app.log.1", "app.log.2", "app.log"];
    let rising = [("app.log.1", 10), ("app.log.2", 20), ("app.log", 30)];
    assert_eq!(grouped(&names, &rising), ["app.log.1 app.log.2 app.log"]);
    let falling = [("app.log.1", 20), ("app.log.2", 10), ("app.log", 30)];
    assert_eq!(grouped(&names, &falling), ["app.log.2 app.log.1 app.log"]);
}

#[test]
fn the_file_without_a_number_is_the_last_unless_its_times_say_otherwise() {
    let names = ["app1.log", "app2.log", "app.log"];
    let first = [("app.log", 5), ("app1.log", 10), ("app2.log", 20)];
    assert_eq!(grouped(&names, &first), ["app.log app1.log app2.log"]);
    let last = [("app.log", 50), ("app1.log", 20), ("app2.log", 10)];
    assert_eq!(grouped(&names, &last), ["app2.log app1.log app.log"]);
    assert_eq!(
        grouped(&["app-2026-11-14.log.1", "app-2026-11-14.log"], &[]),
        ["app-2026-11-14.log app-2026-11-14.log.1"]
    );
}
