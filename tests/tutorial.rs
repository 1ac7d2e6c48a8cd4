//! The tutorial of `CONTRIBUTING.md`, done as it says: its rule files are written, its commands run, and
//! what the program answers is what the page shows.
//!
//! A `toml` block that begins with `# NAME.toml` is a file; in a `console` block each line with `$` is a
//! command, and the lines behind it are its output, standard error included.

use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../CONTRIBUTING.md");

/// The fenced blocks of a page: language, text.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, text.join("\n") + "\n"));
        }
    }
    blocks
}

/// The commands of a console block, each with its output.
fn commands(block: &str) -> Vec<(String, String)> {
    let parts = block.split("$ ").skip(1);
    parts
        .map(|part| {
            let (command, output) = part.split_once('\n').unwrap_or((part, ""));
            (command.to_owned(), output.to_owned())
        })
        .collect()
}

fn run(command: &str, folder: &Path) -> String {
    let arguments = command.strip_prefix("why4xx ").expect("a command of the program").split(' ');
    let output = Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder)
        .output()
        .expect("runs");
    String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_tutorial_goes_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (mut files, mut runs) = (0, 0);
    for (language, text) in blocks(PAGE) {
        let name = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        if language == "toml" && name.ends_with(".toml") {
            std::fs::write(folder.path().join(name), &text).expect("can be written");
            files += 1;
        } else if language == "console" {
            for (command, expected) in commands(&text) {
                let output = run(&command, folder.path());
                assert_eq!(output.trim_end(), expected.trim_end(), "{command}");
                runs += 1;
            }
        }
    }
    assert!(files >= 2 && runs >= 3, "{files} files, {runs} commands");
}
