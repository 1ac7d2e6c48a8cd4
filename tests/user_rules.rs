//! Rules of users: a folder of their own, exceptions of a site, how bad a cause is for whom, and what
//! happens to a file with a mistake.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const LOG: &str = "{\"time\":\"2026-11-16T09:00:28Z\",\"level\":\"error\",\"service\":\"billing\",\"env\":\"staging\",\
    \"message\":\"request failed: Error code: 403 - {'error': {'message': 'Blocked by acme gateway policy 7', 'type': 'acme', 'param': None, 'code': 'acme_policy'}}\"}\n";

const HEAD: &str = "title = \"The gateway of the site refuses on purpose\"\nfamily = \"environment\"\nseverity = \"high\"\n\
    why = \"Policy.\"\nfix = [\"Nothing to do.\"]\n";
const BODY: &str = "[[match]]\ntier = \"confirmed\"\ncode = \"acme_policy\"\n\
    [[example]]\nexpect = true\ninput = \"a\"\n[[example]]\nexpect = false\ninput = \"b\"\n";

/// The events of the log with these rule files in the configuration folder of the user.
fn run(files: &[(&str, &str)], arguments: &[&str]) -> (Vec<Value>, Output) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let rules = folder.path().join("why4xx").join("rules");
    fs::create_dir_all(&rules).expect("can be made");
    for (name, text) in files {
        fs::write(rules.join(name), text).expect("can be written");
    }
    let log = folder.path().join("app.log");
    fs::write(&log, LOG).expect("can be written");
    let output = events(folder.path(), &log, arguments);
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    (text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), output)
}

fn events(folder: &Path, log: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .arg("events")
        .args(arguments)
        .arg(log)
        .env("XDG_CONFIG_HOME", folder)
        .env("HOME", folder)
        .output()
        .expect("runs")
}

fn file(head: &str) -> String {
    format!("{HEAD}{head}\n{BODY}")
}

#[test]
#[cfg(unix)]
fn the_configuration_folder_adds_rules_unless_it_is_left_out() {
    let acme = file("");
    let (events, _) = run(&[("acme-policy.toml", &acme)], &[]);
    assert_eq!(events[0]["cause"], "acme-policy");
    let (events, _) = run(&[("acme-policy.toml", &acme)], &["--no-user-rules"]);
    assert_ne!(events[0]["cause"], "acme-policy");
}

#[test]
#[cfg(unix)]
fn what_is_expected_is_no_failure_and_explains_everything_else_away() {
    let expected =
        file("expected = true").replace("code = \"acme_policy\"", "message = \"acme gateway policy\"");
    let (events, _) = run(&[("acme-policy.toml", &expected)], &[]);
    assert_eq!((&events[0]["outcome"], &events[0]["cause"]), (&"info".into(), &"acme-policy".into()));
}

#[test]
#[cfg(unix)]
fn how_bad_a_cause_is_can_depend_on_service_and_environment() {
    for (table, severity) in [
        ("environment = \"staging\"", "low"),
        ("service = [\"other\", \"Billing\"]", "low"),
        ("service = \"billing\"\nenvironment = \"prod\"", "high"),
    ] {
        let rule = format!("{}[[override]]\n{table}\nseverity = \"low\"\n", file(""));
        let (events, output) = run(&[("acme-policy.toml", &rule)], &[]);
        assert_eq!(events[0]["severity"], severity, "{table}: {output:?}");
    }
}

/// An override reaches causes, incidents, changes, the order of what to do first, and the gates.
#[test]
#[cfg(unix)]
fn how_bad_it_is_for_whom_counts_in_every_face() {
    let rule = format!("{}[[override]]\nenvironment = \"staging\"\nseverity = \"low\"\n", file(""));
    let in_production = LOG.replace("staging", "prod").replace("09:00:28", "09:00:29");
    for (log, severity) in [(LOG.repeat(6), "low"), (in_production.repeat(6) + LOG, "high")] {
        let folder = tempfile::tempdir().expect("a scratch folder");
        fs::write(folder.path().join("acme-policy.toml"), &rule).expect("can be written");
        fs::write(folder.path().join("app.log"), log).expect("can be written");
        let report = |format: &str| {
            let text = faces(folder.path(), &["--format", format]).stdout;
            String::from_utf8(text).expect("UTF-8")
        };
        let json: Value = serde_json::from_str(&report("json")).expect("JSON");
        assert_eq!(json["causes"][0]["severity"], severity);
        assert_eq!(json["incidents"][0]["severity"], severity, "{json:#}");
        assert_eq!(json["actions"][0]["severity"], severity);
        for format in ["csv", "markdown", "openmetrics", "sarif"] {
            let text = report(format);
            let other = if severity == "low" { "high" } else { "low" };
            let shown = |word: &str| {
                let marks = [format!(",{word},"), format!(" {word} "), format!("\"{word}\"")];
                marks.iter().any(|mark| text.contains(mark))
            };
            assert!(shown(severity) && !shown(other), "{format}: {text}");
        }
        let gate = |word: &str| faces(folder.path(), &["--fail-on", word]).status.code();
        assert_eq!((gate("low"), gate("high")), (Some(1), Some(i32::from(severity == "high"))));
    }
}

/// The report on `app.log` with the rules of the folder.
fn faces(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .arg("--rules")
        .arg(folder.join("acme-policy.toml"))
        .args(arguments)
        .arg(folder.join("app.log"))
        .output()
        .expect("runs")
}

#[test]
#[cfg(unix)]
fn a_broken_rule_is_named_and_left_out_and_fatal_when_rules_are_strict() {
    let broken = file("").replace("code =", "cod =");
    let files = [("acme-policy.toml", broken.as_str()), ("acme-other.toml", &file(""))];
    let (events, output) = run(&files, &[]);
    assert_eq!(events[0]["cause"], "acme-other");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in
        ["error[unknown-field]: unknown field `cod`", "acme-policy.toml:9:1", "1 rule file is left out"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    let (events, output) = run(&files, &["--strict-rules"]);
    assert!(events.is_empty());
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("1 rule file is broken, and --strict-rules wants all of them"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_broken_override_leaves_the_rule_of_the_program_in_effect() {
    let broken = file("").replace("tier = \"confirmed\"", "tier = \"sure\"").replace("acme_policy", "x");
    let (events, _) = run(&[("forbidden.toml", &broken)], &[]);
    let (plain, _) = run(&[], &[]);
    assert_eq!(events[0]["cause"], plain[0]["cause"]);
}

/// A draft is complete but for the advice that its first lines say is missing.
#[test]
fn a_draft_lacks_nothing_but_what_it_announces() {
    let case: toml::Table = include_str!("cli/rules-draft.toml").parse().expect("TOML");
    let folder = tempfile::tempdir().expect("a scratch folder");
    let log = folder.path().join("app.log");
    fs::write(&log, case["stdin"].as_str().expect("text")).expect("can be written");
    let rules = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_why4xx"));
        let output = command.arg("rules").args(arguments).current_dir(folder.path()).output().expect("runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    rules(&["draft", "app.log", "-o", "acme-wallet.toml"]);
    let file = folder.path().join("acme-wallet.toml");
    let draft = fs::read_to_string(&file).expect("it is written");

    let (status, said) = rules(&["check", "acme-wallet.toml"]);
    assert_eq!(status, Some(1));
    let keys = ["title", "why", "fix", "prevent", "not", "links"];
    let mistakes: Vec<&str> = said.lines().filter(|line| line.starts_with("error[")).collect();
    let expected = keys.map(|key| format!("error[wrong-type]: `{key}` is empty"));
    assert_eq!(mistakes, expected);
    assert!(
        keys.iter().all(|key| draft.lines().nth(2).is_some_and(|line| line.contains(&format!("`{key}`"))))
    );

    fs::write(&file, draft.replace("= \"\"", "= \"x\"").replace("[\"\"]", "[\"https://acme.example\"]"))
        .expect("can be written");
    let (_, said) = rules(&["check", "acme-wallet.toml"]);
    assert!(said.contains("0 mistakes"), "{said}");
    let (_, said) = rules(&["test", "acme-wallet.toml"]);
    assert!(said.contains(" 0 wrong") && !said.contains("missing: "), "{said}");
}
