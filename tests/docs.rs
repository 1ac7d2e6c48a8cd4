//! The commands of the README and of the pages below `docs/` run, and what they show is what the program says.
//!
//! Blocks of `sh` run with stand-ins for programs that are not here: they answer with recorded output. Blocks of
//! `console` must give exactly what stands below their command. A block that is not run says so and why above it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that fails where the tree is not as expected")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Programs that are not here: name, and the body of a shell script that answers for it.
const STAND_INS: &[(&str, &str)] = &[
    (
        "aws",
        "case \"$*\" in *filter-log-events*) cat samples/formats/clouds/cloudwatch-filter.json;; *) cat samples/formats/clouds/aws-logs-tail.log;; esac",
    ),
    ("cargo", ":"),
    (
        "curl",
        "case \"$*\" in *sentry*) cat samples/formats/sentry/rest-events.json;; *) cat samples/formats/clouds/datadog.json;; esac",
    ),
    ("docker", "cat samples/formats/containers/docker-compose.log"),
    ("journalctl", "cat samples/formats/containers/journald.jsonl"),
    ("kubectl", "cat samples/formats/containers/kubectl-prefix.log"),
    ("logcli", "cat samples/formats/clouds/logcli.jsonl"),
    ("mail", "cat > /dev/null"),
];

/// Programs of the system without which the blocks cannot run.
const NEEDED: &[&str] = &["jq", "timeout"];

/// A block of a page.
#[derive(Debug)]
struct Block {
    page: String,
    line: usize,
    language: String,
    text: String,
    is_excused: bool,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("docs/causes.md") {
                // Generated from the rules; its commands call the API with the reader's key.
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

fn blocks() -> Vec<Block> {
    let mut found = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let name = page.strip_prefix(root()).unwrap().display().to_string();
        let mut open: Option<Block> = None;
        let mut before = "";
        for (index, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (Some(_), Some("")) => found.extend(open.take()),
                (Some(block), _) => block.text += &format!("{line}\n"),
                (None, Some(language)) => {
                    let is_excused = ["<!-- not run: ", "<!-- weekly report: "]
                        .iter()
                        .any(|mark| before.starts_with(mark));
                    let (page, language) = (name.clone(), language.to_owned());
                    open = Some(Block { page, line: index + 1, language, text: String::new(), is_excused });
                }
                (None, None) => {}
            }
            before = line;
        }
        assert!(open.is_none(), "{name}: a block without end");
    }
    found
}

/// A folder with the samples and the stand-ins.
fn scene() -> tempfile::TempDir {
    let scene = tempfile::tempdir().unwrap();
    let bin = scene.path().join("bin");
    fs::create_dir(&bin).unwrap();
    for (name, body) in STAND_INS {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_why4xx"), bin.join("why4xx")).unwrap();
    std::os::unix::fs::symlink(root().join("samples"), scene.path().join("samples")).unwrap();
    for (name, sample) in [
        ("app.log", "incident/key-revoked.log"),
        ("error.txt", "credentials/key-invalid.log"),
        ("pasted-error.txt", "credentials/key-invalid.log"),
        ("sentry-export.json.gz", "formats/compressed/members.log.gz"),
    ] {
        fs::copy(root().join("samples").join(sample), scene.path().join(name)).unwrap();
    }
    for folder in ["logs", "incident-2231"] {
        fs::create_dir(scene.path().join(folder)).unwrap();
        let sample = root().join("samples/incident/key-revoked.log");
        fs::copy(sample, scene.path().join(folder).join("app.log")).unwrap();
    }
    scene
}

fn shell(scene: &Path, script: &str) -> Output {
    let path = format!("{}:{}", scene.join("bin").display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-euc", script]).current_dir(scene).env("PATH", path).env("HOME", scene).env("TZ", "UTC");
    for name in ["SENTRY_TOKEN", "ORG", "PROJECT", "DD_API_KEY", "DD_APP_KEY"] {
        command.env(name, "stand-in");
    }
    for name in ["OPENAI_API_KEY", "XDG_CONFIG_HOME", "COLUMNS"] {
        command.env_remove(name);
    }
    // A gate, a check or a test that says no is told by the page itself.
    command.stdin(std::process::Stdio::null()).output().unwrap()
}

fn is_missing(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output()
        .is_ok_and(|found| !found.status.success())
}

#[test]
fn the_commands_of_the_pages_run() {
    if NEEDED.iter().any(|program| is_missing(program)) {
        // The macOS of a contributor has no `timeout`; the blocks ran where the change was tested.
        return;
    }
    let mut count = 0;
    for block in blocks().iter().filter(|block| block.language == "sh" && !block.is_excused) {
        let scene = scene();
        let output = shell(scene.path(), &block.text);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:{}: {:?}\n{complaints}", block.page, block.line, output.status);
        assert!(!complaints.contains("error:"), "{}:{}\n{complaints}", block.page, block.line);
        count += 1;
    }
    assert!(count > 20, "{count} blocks");
}

#[test]
fn what_the_pages_show_is_what_the_program_says() {
    let mut count = 0;
    for block in blocks().iter().filter(|block| block.language == "console" && !block.is_excused) {
        let (command, expected) = block.text.split_once('\n').unwrap();
        let command = command.strip_prefix("$ ").unwrap();
        let output = shell(scene().path(), command);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let path = root().join(&block.page);
            let page = fs::read_to_string(&path).unwrap();
            let now = format!("$ {command}\n{}\n", shown.trim_end());
            fs::write(path, page.replacen(&block.text, &now, 1)).unwrap();
            count += 1;
            continue;
        }
        assert_eq!(shown.trim_end(), expected.trim_end(), "{}:{}", block.page, block.line);
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn every_block_is_run_or_says_why_not() {
    const SHOWN: &[&str] = &["json", "text", "toml", "html"];
    for block in blocks() {
        let is_run = ["sh", "console"].contains(&block.language.as_str());
        let is_fine = is_run || block.is_excused || SHOWN.contains(&block.language.as_str());
        assert!(is_fine, "{}:{}: a block of `{}`", block.page, block.line, block.language);
    }
}

/// A page that no index names is not found by a reader.
#[test]
fn the_index_names_every_page() {
    let index = fs::read_to_string(root().join("docs/README.md")).unwrap();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let link = if path.is_dir() { format!("]({name}/)") } else { format!("]({name})") };
        assert!(["README.md", "images"].contains(&name) || index.contains(&link), "{name}");
    }
}

#[test]
fn the_stand_ins_are_sorted() {
    assert!(STAND_INS.is_sorted_by(|left, right| left.0 < right.0));
}

/// The page of all commands, made of their help.
#[test]
fn the_page_of_commands_is_what_the_help_says() {
    let help = |words: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_why4xx"));
        command.args(words).arg("--help").env("WHY4XX_NO_CONFIG", "1");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let mut page = "# Commands\n\nGenerated: `UPDATE_DOCS=1 cargo test --test docs` writes this page from the help of the program.\n".to_owned();
    let mut open = vec![Vec::new()];
    while let Some(words) = open.pop() {
        let text = help(&words);
        let below =
            text.split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
        // A description that goes on in a second line is indented further.
        let commands = below.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let names = commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        let mut more: Vec<Vec<String>> =
            names.map(|name| [words.clone(), vec![name.to_owned()]].concat()).collect();
        more.reverse();
        open.extend(more);
        let name = [vec!["why4xx".to_owned()], words].concat().join(" ");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        page += &format!("\n## {name}\n```text\n{}\n```\n", lines.join("\n").trim_end());
    }
    let path = root().join("docs/commands.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap() == page, "UPDATE_DOCS=1 cargo test --test docs writes it");
}

#[test]
fn the_script_of_the_action_writes_summary_and_annotations() {
    if is_missing("jq") || is_missing("bash") {
        return;
    }
    let scene = scene();
    let script = root().join("packaging/action.sh");
    let run = "INPUT_PATHS='logs' INPUT_ARGUMENTS='--service billing-api' INPUT_ANNOTATIONS=true GITHUB_STEP_SUMMARY=summary.md";
    let output = shell(scene.path(), &format!("{run} bash {}", script.display()));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.starts_with("::error title="), "{shown}");
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(shown.contains("file=logs/app.log,line=26::"), "{shown}");
    let summary = fs::read_to_string(scene.path().join("summary.md")).unwrap();
    assert!(summary.contains("Calls to the OpenAI API") && summary.len() > 200, "{summary}");
}
