//! Files and folders: found, read at positions, missing, forbidden, cut.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{gzip, zip};
use crate::model::{Problem, ProblemKind};
use crate::source::{Input, Settings, inputs, is_expected_result, read};

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// Names relative to the folder, and problems as `name: kind`.
fn listed(folder: &TempDir, paths: &[PathBuf], settings: &Settings) -> (Vec<String>, Vec<String>) {
    let (inputs, problems) = inputs(paths, settings);
    let short = |name: &str| {
        Path::new(name).strip_prefix(folder.path()).unwrap_or(Path::new(name)).to_string_lossy().into_owned()
    };
    let names = inputs.iter().map(|input| short(&input.name)).collect();
    (
        names,
        problems
            .iter()
            .map(|problem| format!("{}: {:?}", short(&problem.location.source), problem.kind))
            .collect(),
    )
}

#[test]
fn folders_are_read_sorted_with_hidden_files() {
    let folder = TempDir::new().unwrap();
    for name in ["b.log", "a/z.log", "a/.hidden", "a.log", "expected.json", "x.expected.jsonl"] {
        write(&folder, name, b"x");
    }
    let paths = [folder.path().to_path_buf()];
    let all = listed(&folder, &paths, &Settings::default()).0;
    assert_eq!(all, ["a/.hidden", "a/z.log", "a.log", "b.log", "expected.json", "x.expected.jsonl"]);
    let settings = Settings { skip: &[is_expected_result], ..Settings::default() };
    assert_eq!(listed(&folder, &paths, &settings).0, ["a/.hidden", "a/z.log", "a.log", "b.log"]);
    let named = [folder.path().join("expected.json"), "-".into(), "-".into()];
    assert_eq!(listed(&folder, &named, &settings).0, ["expected.json", "-"]);
}

#[test]
fn a_missing_path_is_a_problem() {
    let folder = TempDir::new().unwrap();
    let paths = [folder.path().join("none.log"), write(&folder, "a.log", b"x")];
    let (names, problems) = listed(&folder, &paths, &Settings::default());
    assert_eq!((names, problems), (vec!["a.log".to_owned()], vec!["none.log: Missing".to_owned()]));
}

#[cfg(unix)]
#[test]
fn links_count_nothing_twice_and_end() {
    let folder = TempDir::new().unwrap();
    write(&folder, "pods/app/0.log", b"x");
    fs::create_dir_all(folder.path().join("containers")).unwrap();
    std::os::unix::fs::symlink(
        folder.path().join("pods/app/0.log"),
        folder.path().join("containers/app.log"),
    )
    .unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("pods/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling")).unwrap();
    let (names, problems) = listed(&folder, &[folder.path().to_path_buf()], &Settings::default());
    assert_eq!(names, ["containers/app.log"]);
    assert_eq!(problems, ["dangling: Missing", "pods/loop: Unreadable"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_only_when_named() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (names, problems) = listed(&folder, &[folder.path().to_path_buf()], &Settings::default());
    assert_eq!((names.len(), problems), (0, vec!["pipe: Unsupported".to_owned()]));

    let (found, _) = inputs(std::slice::from_ref(&pipe), &Settings::default());
    let writer = std::thread::spawn(move || fs::write(pipe, gzip(b"one\n")).unwrap());
    let (texts, problems) = read_files(&found);
    writer.join().unwrap();
    assert_eq!(texts.into_values().collect::<Vec<_>>(), [("one\n".to_owned(), false)]);
    assert_eq!(problems, []);
}

/// Name to text, and whether the file can be read at positions.
fn read_files(found: &[Input]) -> (BTreeMap<String, (String, bool)>, Vec<Problem>) {
    let (mut texts, mut problems) = (BTreeMap::new(), Vec::new());
    for input in found {
        problems.extend(read(input, &Settings::default(), &mut |mut source| {
            let mut text = String::new();
            source.reader.read_to_string(&mut text).unwrap();
            let name = source.name.rsplit('/').next().unwrap().to_owned();
            texts.insert(name, (text, source.plain.is_some()));
            ControlFlow::Continue(())
        }));
    }
    (texts, problems)
}

#[test]
fn only_plain_files_can_be_read_at_positions() {
    let folder = TempDir::new().unwrap();
    let long = "a line of an ordinary log file\n".repeat(20_000);
    write(&folder, "empty.log", b"");
    write(&folder, "gzip.log", &gzip(b"one\n"));
    write(&folder, "long.log", long.as_bytes());
    write(&folder, "mark.log", b"\xef\xbb\xbfone\n");
    write(&folder, "zip.log", &zip(&[("m", b"one\n")]));
    let (found, _) = inputs(&[folder.path().to_path_buf()], &Settings::default());
    let (texts, problems) = read_files(&found);
    let expected = [
        ("empty.log", "", true),
        ("gzip.log", "one\n", false),
        ("long.log", &long, true),
        ("mark.log", "one\n", false),
        ("zip.log!m", "one\n", false),
    ];
    let expected = expected.map(|(name, text, is_plain)| (name.to_owned(), (text.to_owned(), is_plain)));
    assert_eq!(texts, BTreeMap::from(expected));
    assert_eq!(problems, []);
}

#[test]
fn what_cannot_be_read_is_a_problem() {
    let folder = TempDir::new().unwrap();
    let input = |path: PathBuf| Input { name: path.to_string_lossy().into(), path: Some(path), bytes: None };
    let (_, problems) = read_files(&[input(folder.path().to_path_buf()), input(folder.path().join("gone"))]);
    let kinds: Vec<ProblemKind> = problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Unreadable, ProblemKind::Missing]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_a_problem() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let path = write(&folder, "secret.log", b"x");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        return; // The superuser may read everything.
    }
    let (found, _) = inputs(&[path], &Settings::default());
    let (_, problems) = read_files(&found);
    assert_eq!(problems[0].text, "cannot be opened: permission denied");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_a_problem() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("app.log");
    fs::write(&path, "calm\n".repeat(100_000)).unwrap();
    let (found, _) = inputs(std::slice::from_ref(&path), &Settings::default());
    let mut bytes = 0;
    let problems = read(found.first().unwrap(), &Settings::default(), &mut |mut source| {
        fs::File::options().write(true).open(&path).unwrap().set_len(200_000).unwrap();
        bytes = std::io::copy(&mut source.reader, &mut std::io::sink()).unwrap();
        ControlFlow::Continue(())
    });
    let problem = problems.first().unwrap();
    assert_eq!((problems.len(), problem.kind, bytes), (1, ProblemKind::Unreadable, 200_000));
    assert!(problem.text.contains("300000 bytes early"), "{}", problem.text);
}
