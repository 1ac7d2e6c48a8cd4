//! Canaries: generated secrets of every family, in every encoding, in every field. No output of any
//! command may hold one, or twelve characters in a row of what is random in it. `CANARY_SEED=N` plants others.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::string_slice, clippy::type_complexity)]

mod trust;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use trust::canary::{Dice, ENCODINGS, FAMILIES, Planted, canary, documents, fields, plant, plant_some};
use trust::commands::pages;

/// Standard output and standard error of the program.
fn said(arguments: &[&str], folder: &Path, input: &[u8]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = program.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        program.wait_with_output().unwrap()
    });
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 2), "{arguments:?}: {text}");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn no_output_shows_a_planted_secret() {
    let folder = tempfile::tempdir().unwrap();
    let seed = std::env::var("CANARY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    let (mut planted, mut dice) = (Planted::default(), Dice(seed));
    let mut files = Vec::new();
    for (name, template) in fields() {
        let records = plant(name, &template, &mut planted, &mut dice);
        let calm = "\n2026-11-16 09:00:50,000 INFO app.web GET /health 200 in 3 ms\n";
        files.push((format!("{name}.log"), records.join(calm) + calm));
    }
    for (name, template) in documents() {
        for (index, record) in plant(name, template, &mut planted, &mut dice).into_iter().enumerate() {
            files.push((format!("{index}-{name}"), record));
        }
    }
    for (name, text) in &files {
        trust::file(folder.path(), name, text.as_bytes());
    }
    let mut checks = 0;
    let mut leaks: Vec<String> = Vec::new();
    let mut check = |arguments: &[&str], input: &[u8]| {
        checks += planted.secrets;
        let text = said(arguments, folder.path(), input);
        let found = planted.leaks(&text);
        leaks.extend(found.iter().map(|leak| format!("{} shows {leak}", arguments.join(" "))));
        text
    };
    for arguments in [
        &["."][..],
        &["--format", "json", "."],
        &["events", "--all", "."],
        &["-vvv", "--threads", "1", "."],
        &["redact", "--check", "."],
    ] {
        check(arguments, b"");
    }
    for (name, text) in &files {
        if name.ends_with(".log") {
            check(&["explain"], text.as_bytes());
        }
        if name.ends_with(".log") || name.contains("7-") {
            let copy = check(&["redact", name], b"");
            check(&["redact", "--map"], text.as_bytes());
            if name.ends_with(".json") {
                assert!(serde_json::from_str::<serde_json::Value>(&copy).is_ok(), "{name}: {copy}");
            }
        }
    }
    println!("{} secrets, {checks} checks", planted.secrets);
    leaks.sort();
    leaks.dedup();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn no_name_of_a_file_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (mut planted, mut dice) = (Planted::default(), Dice(11));
    let line =
        b"2026-11-16 09:00:49,813 ERROR app openai.RateLimitError: Error code: 429 - insufficient_quota\n";
    let mut arguments: Vec<String> = Vec::new();
    for row in FAMILIES {
        let canary = canary(row, &mut dice);
        planted.add(&canary, "raw", "file name");
        let name = canary.text.replace(['/', ':'], "_");
        if !canary.text.contains(['/', ':', ' ', '=']) {
            trust::file(folder.path(), &format!("{name}.log"), line);
            trust::file(folder.path(), &format!("{name}.png"), b"\x89PNG\r\n\x1a\n");
            trust::file(folder.path(), &format!("{name}.gz"), &trust::gz(line)[..20]);
            trust::file(folder.path(), &format!("{name}.zip"), &trust::zip(&[(&format!("a/{name}"), line)]));
            std::fs::create_dir(folder.path().join(&name)).unwrap();
            trust::file(&folder.path().join(&name), "app.log", line);
        }
        arguments.push(canary.text);
    }
    let mut leaks = Vec::new();
    let mut check = |arguments: &[&str]| {
        let text = said(arguments, folder.path(), b"");
        leaks.extend(planted.leaks(&text).iter().map(|leak| format!("{} shows {leak}", arguments[0])));
    };
    for command in [
        &["."][..],
        &["--format", "json", "."],
        &["events", "--all", "."],
        &["-vvv", "."],
        &["redact", "--check", "."],
    ] {
        check(command);
    }
    for argument in &arguments {
        for command in [
            &["analyze", argument][..],
            &["--service", argument, "--format", "json", "."],
            &["explain", argument],
            &["redact", argument],
            &["rules", "show", argument],
            &["--since", argument, "."],
            &["--timezone", argument, "."],
            &["--cause", argument, "."],
            &["--format", argument, "."],
            &["--rules", argument, "."],
            &["--key", argument, "--format", "json", "."],
        ] {
            check(command);
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// Every command with every option and every output format, as its own help lists them. What is new joins by itself.
#[test]
fn no_command_in_any_form_shows_a_planted_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (mut planted, mut dice) = (Planted::default(), Dice(23));
    let rows =
        fields().into_iter().chain(documents().into_iter().map(|(name, text)| (name, text.to_owned())));
    let mut all = String::new();
    for (row, (name, template)) in rows.enumerate() {
        let is_wanted = |family: usize, encoding: usize| (family + row) % ENCODINGS.len() == encoding;
        let records = plant_some(name, &template, &mut planted, &mut dice, &is_wanted);
        let file_name = if name.ends_with(".json") { name.to_owned() } else { format!("{name}.log") };
        all += &(records.join("\n") + "\n");
        trust::file(folder.path(), &file_name, (records.join("\n") + "\n").as_bytes());
    }
    let secret = canary(&FAMILIES[2], &mut dice);
    planted.add(&secret, "raw", "value of an option");
    let (mut runs, mut leaks) = (0, Vec::new());
    let mut check = |arguments: &[String]| {
        runs += 1;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = said(&arguments, folder.path(), all.as_bytes());
        let found = planted.leaks(&text);
        leaks.extend(found.iter().map(|leak| format!("{} shows {leak}", arguments.join(" "))));
    };
    for page in pages().iter().filter(|page| !page.is_group) {
        let with = |more: &[&str]| -> Vec<String> {
            page.path.iter().map(String::as_str).chain(more.iter().copied()).map(str::to_owned).collect()
        };
        // What runs until it is stopped reads standard input, which ends.
        let is_endless = page.path == ["watch"];
        let input = if page.has_arguments && !is_endless { &["."][..] } else { &[] };
        check(&with(input));
        if page.has_arguments && !is_endless {
            check(&with(&[&secret.text]));
            check(&with(&["access-log.log"]));
        }
        for option in &page.options {
            let flag = option.flag.as_str();
            if ["--help", "--version", "--output", "--pager", "--follow"].contains(&flag) {
                continue;
            }
            if !option.takes_value {
                check(&with(&[&[flag], input].concat()));
                continue;
            }
            check(&with(&[&[flag, &secret.text], input].concat()));
            if flag == "--format" {
                for value in &option.values {
                    check(&with(&[&[flag, value], input].concat()));
                }
            }
        }
    }
    println!("{runs} runs, {} secrets, {} checks", planted.secrets, runs * planted.secrets);
    assert!(runs > 60, "{runs}");
    leaks.sort();
    leaks.dedup();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}
