//! The commands and options of the program, read from its own help, so that tests reach new ones by themselves.

use std::process::Command;

/// A command as its short help shows it.
#[derive(Debug)]
pub(crate) struct Page {
    /// `rules`, `list`; empty for the program itself.
    pub(crate) path: Vec<String>,
    pub(crate) options: Vec<Opt>,
    /// Takes something without a name: a path, a text.
    pub(crate) has_arguments: bool,
    /// Only groups the commands below it.
    pub(crate) is_group: bool,
}

/// One option.
#[derive(Debug)]
pub(crate) struct Opt {
    pub(crate) flag: String,
    pub(crate) takes_value: bool,
    /// The only values it takes, where the help lists them.
    pub(crate) values: Vec<String>,
}

/// Every command, each before those below it.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let (page, below) = page(path);
        for name in below {
            let path = [page.path.clone(), vec![name]].concat();
            waiting.push(path);
        }
        pages.push(page);
    }
    pages
}

fn page(path: Vec<String>) -> (Page, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(&path)
        .arg("-h")
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && help.contains("Usage: "), "{path:?}: {help}");
    let usage = help.split("Usage: ").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    let below = help.split("\nCommands:\n").nth(1).map(|rest| rest.split("\n\n").next().unwrap_or(rest));
    let names =
        below.unwrap_or_default().lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<String> = names
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    let bare = usage.replace("[OPTIONS]", "").replace("<COMMAND>", "");
    let has_arguments = bare.lines().next().unwrap_or_default().contains(['[', '<']);
    let is_group = usage.contains("<COMMAND>") && !path.is_empty();
    (Page { options: options(&help), path, has_arguments, is_group }, names)
}

/// The options of a help, whose entries begin with two to six blanks and a dash.
fn options(help: &str) -> Vec<Opt> {
    let mut entries: Vec<String> = Vec::new();
    for line in help.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if text.starts_with('-') && (2..=6).contains(&indent) {
            entries.push(text.to_owned());
        } else if indent > 6
            && let Some(entry) = entries.last_mut()
        {
            entry.push(' ');
            entry.push_str(text);
        }
    }
    let opt = |entry: &String| {
        let head = entry.split("  ").next().unwrap_or_default();
        let flag = head.split([' ', ',']).find(|word| word.starts_with("--"))?;
        let name = flag.trim_end_matches("...").split(['[', '=', '<']).next().unwrap_or_default();
        let values = entry.split("[possible values: ").nth(1).and_then(|rest| rest.split(']').next());
        let values = values.map(|list| list.split(", ").map(str::to_owned).collect()).unwrap_or_default();
        Some(Opt { flag: name.to_owned(), takes_value: head.contains('<') && !head.contains("[=<"), values })
    };
    entries.iter().filter_map(opt).collect()
}
