//! Faults around the program: files that change, full disks, closed pipes, signals, odd surroundings. Nothing is lost in
//! silence, nothing half-written stays behind.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod trust;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use trust::program::{finish, program, run};
use trust::{file, gz};

/// One failed call.
const FAILED: &str = "2026-11-16 09:00:49,813 ERROR app openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-ab***yz.', 'code': 'invalid_api_key'}}\n";
/// Runs that read `app.log`, for tests of outputs.
const COMMANDS: &[&[&str]] = &[
    &["app.log"],
    &["--format", "json", "app.log"],
    &["events", "app.log"],
    &["redact", "app.log"],
    &["explain", "app.log"],
    &["formats"],
    &["rules", "list"],
    &["rules", "show", "key-invalid"],
    &["--help"],
];

/// A folder with a log of many failed calls.
fn folder_with_log(calls: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "app.log", FAILED.repeat(calls).as_bytes());
    folder
}

/// The user whom the tests of permissions run as where they are run by root, who may read everything.
const NOBODY: u32 = 65_534;

fn as_nobody(mut command: Command, folder: &Path) -> Command {
    let is_root = fs::metadata("/proc/self").map(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0).unwrap();
    if is_root {
        // A copy, because the folder of the build may be closed to others.
        let copy = folder.join("program");
        fs::copy(env!("CARGO_BIN_EXE_why4xx"), &copy).unwrap();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        command = Command::new(copy);
        command.args(arguments).current_dir(folder.join("logs")).env_clear().uid(NOBODY).gid(NOBODY);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    command
}

#[test]
fn what_may_not_be_read_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir_all(logs.join("closed")).unwrap();
    file(&logs, "good.log", FAILED.as_bytes());
    file(&logs.join("closed"), "hidden.log", FAILED.as_bytes());
    let locked = file(&logs, "locked.log", FAILED.as_bytes());
    for path in [locked, logs.join("closed")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
    }
    let found = finish(as_nobody(program(&["--format", "json", "."], &logs), folder.path()), |_| {});
    let report = found.report();
    let rows: Vec<(&str, &str)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["kind"].as_str().unwrap(), row["source"].as_str().unwrap()))
        .collect();
    assert_eq!((found.status, found.failed()), (0, Some(1)), "{}", found.errors);
    assert_eq!(rows, [("unreadable", "./closed"), ("unreadable", "./locked.log")]);
    let alone = finish(as_nobody(program(&["locked.log"], &logs), folder.path()), |_| {});
    assert_eq!(alone.status, 2, "{}", alone.errors);
    assert!(alone.errors.contains("permission denied"), "{}", alone.errors);
    fs::set_permissions(logs.join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_missing_is_named() {
    let folder = folder_with_log(1);
    let mixed = run(&["--format", "json", "gone.log", "app.log"], folder.path());
    assert_eq!((mixed.status, mixed.failed()), (0, Some(1)));
    assert_eq!(mixed.problems(), [("missing".to_owned(), 1)]);
    for (arguments, word) in [
        (&["gone.log"][..], "does not exist"),
        (&["gone.log", "gone-too.log"], "gone-too.log"),
        (&["/dev/null/x"], "cannot"),
        (&["--rules", "gone", "app.log"], "gone"),
    ] {
        let found = run(arguments, folder.path());
        assert_eq!(found.status, 2, "{arguments:?}");
        assert!(found.errors.contains(word), "{arguments:?}: {}", found.errors);
    }
    assert_eq!(run(&["/dev/null"], folder.path()).status, 0);
}

/// A named pipe holds the program back while the files behind it change.
#[test]
fn files_that_change_before_they_are_read() {
    let folder = folder_with_log(3);
    for name in ["gone.log", "rotated.log", "cut.log", "grown.log"] {
        file(folder.path(), name, FAILED.repeat(2).as_bytes());
    }
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let names = ["--format", "json", "pipe", "app.log", "gone.log", "rotated.log", "cut.log", "grown.log"];
    let found = std::thread::scope(|scope| {
        let run = scope.spawn(|| run(&names, folder.path()));
        // Opens when the program has opened the other end: then it has looked for all files.
        let mut hold = fs::File::options().write(true).open(&pipe).unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::remove_file(path("gone.log")).unwrap();
        fs::rename(path("rotated.log"), path("rotated.log.1")).unwrap();
        file(folder.path(), "rotated.log", FAILED.as_bytes());
        fs::File::options().write(true).open(path("cut.log")).unwrap().set_len(0).unwrap();
        let mut grown = fs::File::options().append(true).open(path("grown.log")).unwrap();
        grown.write_all(FAILED.as_bytes()).unwrap();
        hold.write_all(FAILED.as_bytes()).unwrap();
        drop(hold);
        run.join().unwrap()
    });
    // The pipe 1, app.log 3, rotated.log 1 of the new file, grown.log 3.
    assert_eq!((found.status, found.failed()), (0, Some(8)), "{}", found.errors);
    assert_eq!(found.problems(), [("missing".to_owned(), 1)]);
}

#[test]
fn what_follows_a_damage_is_not_lost_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..2_000).map(|at| FAILED.replace("813", &format!("{:03}", at % 1_000))).collect();
    let packed = gz(text.as_bytes());
    for keep in [packed.len() / 3, packed.len() / 2, packed.len() - 4] {
        file(folder.path(), "a.log.gz", &packed[..keep]);
        let found = run(&["--format", "json", "a.log.gz"], folder.path());
        let failed = found.failed().unwrap();
        assert!(found.status == 0 && failed > 0 && failed <= 2_000, "{keep}: {failed}");
        assert_eq!(found.problems(), [("damaged".to_owned(), 1)], "{keep}");
    }
}

#[test]
fn a_full_disk_is_an_error_that_is_told() {
    let folder = folder_with_log(50);
    for arguments in COMMANDS.iter().filter(|arguments| **arguments != ["--help"]) {
        let mut command = program(arguments, folder.path());
        command.stdout(fs::File::options().write(true).open("/dev/full").unwrap());
        let found = finish(command, |_| {});
        assert_eq!(found.status, 2, "{arguments:?}");
        assert!(found.errors.contains("no space left"), "{arguments:?}: {}", found.errors);
    }
    let found = run(&["--format", "json", "-o", "/dev/full", "app.log"], folder.path());
    assert_eq!(found.status, 2);
    assert!(
        found.errors.contains("`/dev/full`") && found.errors.contains("no space left"),
        "{}",
        found.errors
    );
}

#[test]
fn an_output_in_a_folder_that_cannot_be_written_leaves_nothing() {
    let folder = folder_with_log(1);
    for target in ["gone/report.json", "/proc/report.json", "app.log/report.json"] {
        let found = run(&["--format", "json", "-o", target, "app.log"], folder.path());
        assert_eq!(found.status, 2, "{target}");
        assert!(found.errors.contains(target), "{target}: {}", found.errors);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = folder_with_log(2_000);
    for arguments in COMMANDS {
        for taken in [0, 1, 79, 4_096, 65_537] {
            let mut child = program(arguments, folder.path()).spawn().unwrap();
            drop(child.stdin.take());
            let mut stdout = child.stdout.take().unwrap();
            let mut some = vec![0; taken];
            let _ = stdout.read_exact(&mut some);
            drop(stdout);
            let output = child.wait_with_output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            let is_quiet = !errors.contains("panicked") && !errors.contains("error");
            assert!(output.status.code() == Some(0) && is_quiet, "{arguments:?} after {taken}: {errors}");
        }
    }
}

/// A process without standard output or standard error.
#[test]
fn closed_streams_are_no_crash() {
    let folder = folder_with_log(5);
    for redirect in [">&-", "2>&-", ">&- 2>&-", "<&-"] {
        let line = format!("\"$0\" app.log {redirect}");
        let status = Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_why4xx")])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.code().is_some_and(|code| code <= 2), "{redirect}: {status}");
    }
}

/// The report does not depend on what surrounds the process.
#[test]
fn surroundings_change_nothing() {
    let folder = folder_with_log(3);
    let expected = run(&["--format", "json", "app.log"], folder.path());
    assert_eq!((expected.status, expected.failed()), (0, Some(3)), "{}", expected.errors);
    let rows: &[&[(&str, &str)]] = &[
        &[("HOME", "/nonexistent")],
        &[("HOME", "")],
        &[("HOME", "/proc"), ("XDG_CONFIG_HOME", "/proc/1"), ("XDG_CACHE_HOME", "/dev/null")],
        &[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")],
        &[("LC_ALL", "tr_TR.UTF-8")],
        &[("LC_ALL", "C")],
        &[("LC_ALL", "xx_XX.nonsense"), ("LANGUAGE", "\u{1f600}")],
        &[("TZ", "Pacific/Kiritimati")],
        &[("TZ", ":/nonexistent")],
        &[("TMPDIR", "/nonexistent")],
        &[("TERM", "dumb")],
        &[("TERM", ""), ("COLUMNS", "not a number")],
        &[("RUST_BACKTRACE", "full"), ("RUST_LOG", "trace")],
        &[("OPENAI_API_KEY", "sk-nothing-of-this-may-matter")],
    ];
    for row in rows {
        let mut command = program(&["--format", "json", "app.log"], folder.path());
        command.env_clear().envs(row.iter().copied());
        let found = finish(command, |_| {});
        assert_eq!(found.output, expected.output, "{row:?}: {}", found.errors);
        assert_eq!(found.errors, "", "{row:?}");
    }
    let mut read_only = program(&["--format", "json", "app.log"], folder.path());
    fs::create_dir(folder.path().join("home")).unwrap();
    fs::set_permissions(folder.path().join("home"), fs::Permissions::from_mode(0o555)).unwrap();
    read_only.env("HOME", folder.path().join("home"));
    assert_eq!(finish(read_only, |_| {}).output, expected.output);
}

/// Terminals of any width, as far as `COLUMNS` tells of one.
#[test]
fn any_width_gives_a_report() {
    let folder = folder_with_log(3);
    for width in (0..=300).step_by(7).chain([1, 2, 39, 40, 41, 65_535]).map(|width: u32| width.to_string()) {
        let mut command = program(&["app.log"], folder.path());
        command.env("COLUMNS", &width);
        let found = finish(command, |_| {});
        let text = String::from_utf8(found.output).unwrap();
        assert_eq!(found.status, 0, "{width}: {}", found.errors);
        assert!(text.contains("key-invalid"), "{width}: {text}");
    }
    for arguments in [&["report", "app.log"][..], &["events", "app.log"]].iter().chain(COMMANDS) {
        for width in ["0", "1", "2", "13", "39", "300", "65535"] {
            let mut command = program(arguments, folder.path());
            command.env("COLUMNS", width);
            let found = finish(command, |_| {});
            assert!(
                found.status == 0 && !found.output.is_empty(),
                "{arguments:?}, {width}: {}",
                found.errors
            );
        }
    }
}

/// Periods at the ends of what a clock can say.
#[test]
fn times_at_the_ends_of_the_calendar() {
    let folder = tempfile::tempdir().unwrap();
    for (year, failed) in [("1970", 1), ("2026", 1), ("9999", 1), ("0000", 1)] {
        file(folder.path(), "app.log", FAILED.replace("2026", year).as_bytes());
        let found = run(&["--format", "json", "app.log"], folder.path());
        assert_eq!((found.status, found.failed()), (0, Some(failed)), "{year}: {}", found.errors);
    }
    file(folder.path(), "app.log", FAILED.as_bytes());
    let period = run(&["--since", "1970-01-01", "--until", "9999-12-30", "app.log"], folder.path());
    assert_eq!(period.status, 0, "{}", period.errors);
    for time in
        ["0001-01-01", "99999999999h", "-1h", "9999-12-31T23:59:60Z", "9223372036854775807d", "-9999-01-01"]
    {
        for flag in ["--since", "--until"] {
            let found = run(&[flag, time, "app.log"], folder.path());
            let is_told = found.status == 0 || found.status == 2 && found.errors.contains(time);
            assert!(is_told, "{flag} {time}: {} {}", found.status, found.errors);
        }
    }
}

/// Whoever ends the program before it is done finds no half-written file.
#[test]
fn a_signal_leaves_no_half_written_report() {
    let folder = folder_with_log(1);
    let mut child = program(&["--format", "json", "-o", "report.json", "-"], folder.path()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(FAILED.as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let kill = Command::new("kill").args(["-KILL", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    drop(stdin);
    child.wait().unwrap();
    assert!(!folder.path().join("report.json").exists());
}

/// Calls that are written to the program before the signal: more than a pipe holds, so that it has begun to read.
const CALLS: usize = 1_000;

/// What a run gives whose standard input stays open when a signal comes: exit status, output, errors.
fn interrupted(arguments: &[&str], signal: &'static str, folder: &Path) -> (Option<i32>, String, String) {
    let mut child = program(arguments, folder).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let id = child.id().to_string();
    let writer = std::thread::spawn(move || {
        stdin.write_all(FAILED.repeat(CALLS).as_bytes()).unwrap();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        stdin
    });
    let output = child.wait_with_output().unwrap();
    let stdin = writer.join().unwrap();
    drop(stdin);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The program reports what it has read when it is told to end, and says that it is not all.
#[test]
fn a_signal_ends_a_run_with_what_it_has() {
    let folder = folder_with_log(1);
    for (signal, status) in [("-INT", 130), ("-TERM", 143)] {
        for command in ["analyze", "report"] {
            let arguments = [command, "--threads", "1", "--format", "json", "-", "app.log"];
            let (ended, output, errors) = interrupted(&arguments, signal, folder.path());
            assert_eq!(ended, Some(status), "{command}: {errors}");
            assert!(errors.contains("the run was interrupted"), "{command}: {errors}");
            let report: serde_json::Value = serde_json::from_str(&output).unwrap();
            let failed = report["totals"]["failed"].as_u64().unwrap();
            assert!((1..=CALLS as u64).contains(&failed), "{command}: {failed}");
            let problems = report["problems"].as_array().unwrap();
            let of = |source: &str| {
                let is_one =
                    |row: &&serde_json::Value| row["kind"] == "interrupted" && row["source"] == source;
                problems.iter().find(is_one).map(|row| row["text"].as_str().unwrap().to_owned())
            };
            assert!(of("-").unwrap().contains("the rest was not read"), "{command}: {problems:?}");
            assert!(of("app.log").unwrap().contains("was not read"), "{command}: {problems:?}");
        }
        let (ended, output, errors) = interrupted(&["events", "-"], signal, folder.path());
        assert_eq!(ended, Some(status), "{errors}");
        assert!(errors.contains("the run was interrupted"), "{errors}");
        let lines = output.lines().map(serde_json::from_str::<serde_json::Value>);
        assert!(lines.map(Result::unwrap).all(|line| line["outcome"] == "failed") && !output.is_empty());
        let (ended, output, _) = interrupted(&["-"], signal, folder.path());
        assert!(ended == Some(status) && output.contains("interrupted"), "{output}");
    }
}

/// Half a summary must not be taken for a whole one later.
#[test]
fn a_signal_leaves_no_saved_summary_and_an_output_file_that_is_whole() {
    let folder = folder_with_log(1);
    let arguments = ["report", "--save", "week.summary", "--format", "json", "-o", "report.json", "-"];
    let (ended, _, errors) = interrupted(&arguments, "-TERM", folder.path());
    assert_eq!(ended, Some(143), "{errors}");
    assert!(errors.contains("not saved") && !folder.path().join("week.summary").exists(), "{errors}");
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok() && report.contains("interrupted"));
}
