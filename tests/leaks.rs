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

/// A file for each field and each document, with every family in one of the encodings; and all of it as one text.
fn plant_mixed(folder: &Path, planted: &mut Planted, dice: &mut Dice) -> String {
    let rows =
        fields().into_iter().chain(documents().into_iter().map(|(name, text)| (name, text.to_owned())));
    let mut all = String::new();
    for (row, (name, template)) in rows.enumerate() {
        let is_wanted = |family: usize, encoding: usize| (family + row) % ENCODINGS.len() == encoding;
        let records = plant_some(name, &template, planted, dice, &is_wanted).join("\n") + "\n";
        let file_name = if name.ends_with(".json") { name.to_owned() } else { format!("{name}.log") };
        trust::file(folder, &file_name, records.as_bytes());
        all += &records;
    }
    all
}

/// Every command with every option and every output format, as its own help lists them. What is new joins by itself.
#[test]
fn no_command_in_any_form_shows_a_planted_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (mut planted, mut dice) = (Planted::default(), Dice(23));
    let all = plant_mixed(folder.path(), &mut planted, &mut dice);
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

/// Reports in every format, saved summaries, and what is made of those.
#[test]
fn no_file_that_a_run_leaves_shows_a_planted_secret() {
    let (logs, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut planted, mut dice) = (Planted::default(), Dice(31));
    plant_mixed(logs.path(), &mut planted, &mut dice);
    let logs = logs.path().to_str().unwrap();
    let pages = pages();
    let formats = |name: &str| {
        let page = pages.iter().find(|page| page.path == [name]).unwrap();
        let option = page.options.iter().find(|option| option.flag == "--format").unwrap();
        option.values.clone()
    };
    let saved = "week.summary";
    let mut runs: Vec<Vec<String>> = vec![
        ["report", "--week", "2026-W47", "--save", saved, "-o", "first.json", logs].map(str::to_owned).into(),
    ];
    for (command, input) in [("analyze", logs), ("report", saved), ("merge", saved)] {
        let known = pages.iter().find(|page| page.path == [command]).unwrap();
        let has_format = known.options.iter().any(|option| option.flag == "--format");
        for format in if has_format { formats(command) } else { vec![String::new()] } {
            if format == "ndjson" {
                continue; // Only of what is followed.
            }
            let name = format!("{command}.{format}");
            let choice = if has_format { vec!["--format", &format] } else { Vec::new() };
            let run = [&[command, "-o", &name][..], &choice, &[input]].concat();
            runs.push(run.into_iter().map(str::to_owned).collect());
        }
    }
    let packet = ["packet", "--cause", "unauthorized", "-o", "packet.md", logs];
    runs.push(packet.map(str::to_owned).into());
    let mut leaks = Vec::new();
    for run in &runs {
        let arguments: Vec<&str> = run.iter().map(String::as_str).collect();
        leaks.extend(planted.leaks(&said(&arguments, out.path(), b"")).iter().map(ToString::to_string));
    }
    let mut written = 0;
    for entry in std::fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.is_empty(), "{}", path.display());
        leaks.extend(planted.leaks(&text).iter().map(|leak| format!("{} shows {leak}", path.display())));
        written += 1;
    }
    println!("{written} files, {} secrets, {} checks", planted.secrets, written * planted.secrets);
    assert_eq!(written, runs.len() + 1, "{runs:?}");
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// Secrets where settings stand: variables, their names, env files, configuration.
#[test]
fn no_setting_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (mut planted, mut dice) = (Planted::default(), Dice(37));
    let mut leaks = Vec::new();
    for row in FAMILIES {
        let canary = canary(row, &mut dice);
        planted.add(&canary, "raw", "setting");
        let secret = &canary.text;
        const NAMES: &[&str] = &[
            "OPENAI_API_KEY",
            "OPENAI_ORG_ID",
            "OPENAI_PROJECT_ID",
            "OPENAI_BASE_URL",
            "AZURE_OPENAI_ENDPOINT",
        ];
        let lines = NAMES.iter().map(|name| format!("{name}={secret}\nexport {name}='{secret} '\n"));
        trust::file(folder.path(), "prod.env", (lines.collect::<String>() + secret + "\n").as_bytes());
        let quoted = serde_json::to_string(secret).unwrap();
        let settings =
            format!("timezone = {quoted}\nexclude = [{quoted}]\nthreads = {quoted}\n{quoted} = 1\n");
        trust::file(folder.path(), "mistakes.toml", settings.as_bytes());
        trust::file(folder.path(), "broken.toml", format!("timezone = {secret}\n").as_bytes());
        trust::file(
            folder.path(),
            "good.toml",
            format!("exclude = [{quoted}]\nrules = {quoted}\n").as_bytes(),
        );
        let environment = |command: &mut Command| {
            command.envs(NAMES.iter().map(|name| (*name, secret)));
            command.env("WHY4XX_TIMEZONE", secret).env("WHY4XX_EXCLUDE", secret);
            if !secret.contains('=') {
                command.env(format!("WHY4XX_{secret}"), secret);
            }
        };
        for arguments in [
            &["check-env"][..],
            &["check-env", "--format", "json"],
            &["check-env", "prod.env"],
            &["check-env", "--format", "json", "prod.env"],
            &["config", "show"],
            &["--config", "mistakes.toml", "config", "show"],
            &["--config", "broken.toml", "config", "show"],
            &["--config", "good.toml", "config", "show"],
            &["--config", "good.toml", "."],
            &["."],
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_why4xx"));
            command.args(arguments).current_dir(folder.path()).stdin(Stdio::null());
            environment(&mut command);
            let output = command.output().unwrap();
            let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            let found = planted.leaks(&text);
            leaks.extend(found.iter().map(|leak| format!("{} shows {leak}: {text}", arguments.join(" "))));
        }
    }
    assert!(leaks.is_empty(), "{} leaks: {}", leaks.len(), leaks.join("\n"));
}
