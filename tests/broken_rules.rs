//! Broken rule files, each of another kind, with the message that they get: `tests/data/broken-rules`.
//! `UPDATE_SAMPLES=1 cargo test --test broken_rules` writes the messages: read every difference.

use std::collections::BTreeSet;
use std::path::PathBuf;

use why4xx::rules::{RuleSet, render_all};

const FOLDER: &str = "tests/data/broken-rules";

fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FOLDER).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}

#[test]
fn every_kind_of_mistake_gets_its_message() {
    let mut wrong = Vec::new();
    for file in files() {
        let (_, mut mistakes) = RuleSet::load_what_can_be_used(std::slice::from_ref(&file));
        mistakes.sort_by_key(|one| (one.line, one.column, one.code));
        let now = render_all(&mistakes, false).replace('\\', "/") + "\n";
        let golden = file.with_extension("txt");
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            std::fs::write(&golden, &now).expect("can be written");
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != now {
            wrong.push(format!("{}:\n{now}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{} messages differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_thirty_kinds_and_each_message_has_a_place() {
    let mut messages = BTreeSet::new();
    for file in files() {
        let name = file.display().to_string();
        let (_, mistakes) = RuleSet::load_what_can_be_used(std::slice::from_ref(&file));
        assert!(!mistakes.is_empty(), "{name} is not broken");
        assert!(mistakes.iter().all(|one| one.line > 0 && one.column > 0), "{name}");
        let told: Vec<_> = mistakes.iter().map(|one| (one.code, one.message.clone())).collect();
        assert!(messages.insert(told), "{name} is told like another one");
    }
    assert!(messages.len() >= 30, "{}", messages.len());
}
