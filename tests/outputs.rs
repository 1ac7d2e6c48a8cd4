//! Several outputs in one pass, each whole or not at all.

#![expect(clippy::unwrap_used, reason = "a test that fails where the program cannot be run")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const LOG: &str = "samples/incident/key-revoked.log";

/// Runs the program with its output files in a folder.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why4xx"));
    for argument in arguments {
        match argument.strip_prefix("out/") {
            Some(name) => command.arg(folder.join(name)),
            None => command.arg(argument),
        };
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn one_pass_writes_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = why4xx::report::RENDERERS
        .iter()
        .map(|renderer| format!("report.{}", renderer.extensions.last().unwrap()))
        .collect();
    let mut arguments: Vec<String> = vec![LOG.to_owned(), "-o".to_owned(), "-".to_owned()];
    for name in &names {
        arguments.extend(["-o".to_owned(), format!("out/{name}")]);
    }
    let output = run(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(files(folder.path()).len(), names.len());
    // What stands in a file is what `--format` prints.
    for (renderer, name) in why4xx::report::RENDERERS.iter().zip(&names) {
        let printed = run(folder.path(), &["--format", renderer.name, LOG]).stdout;
        assert_eq!(fs::read(folder.path().join(name)).unwrap(), printed, "{name}");
    }
    assert_eq!(output.stdout, run(folder.path(), &[LOG]).stdout);
}

#[test]
fn nothing_is_written_when_one_of_several_may_not_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.md"), "old").unwrap();
    let output = run(folder.path(), &[LOG, "-o", "out/new.json", "-o", "out/old.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("it exists"));
    assert_eq!(files(folder.path()), ["old.md"]);
    assert_eq!(fs::read(folder.path().join("old.md")).unwrap(), b"old");
}

#[test]
fn a_file_that_is_named_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[LOG, "-o", "out/a.md", "-o", "out/a.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(files(folder.path()).is_empty());
}

/// A limit on the size of files stands in for a full disk: the write fails in the middle.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_files() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (folder.path().join("a.csv"), folder.path().join("b.json"));
    fs::write(&small, "old csv").unwrap();
    fs::write(&large, "old json").unwrap();
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" --force -o \"$1\" -o \"$2\" samples/incident";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_why4xx")])
        .args([&small, &large])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("b.json`: file too large"), "{said}");
    assert_eq!(fs::read(&small).unwrap(), b"old csv");
    assert_eq!(fs::read(&large).unwrap(), b"old json");
    assert_eq!(files(folder.path()), ["a.csv", "b.json"]);
}

/// A device that is always full: the failure is told, and the device stays.
#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[LOG, "--format", "json", "-o", "/dev/full"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write `/dev/full`: no space left"));
    assert!(Path::new("/dev/full").exists());
}
