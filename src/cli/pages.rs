//! `why4xx completions`, `why4xx man` and `why4xx --version`: what follows from the definitions of the options.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};

use super::args::{Cli, Completions, Man};
use super::failure::{Failure, reason};
use super::output::Output;
use crate::rules::{RuleSet, did_you_mean};

/// Prints the completions of a shell.
pub(super) fn completions(completions: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Cli::command(), "why4xx", &mut script);
    print(&script)
}

/// Prints a man page, or writes all of them into a folder.
pub(super) fn man(man: &Man) -> Result<(), Failure> {
    let mut root = Cli::command();
    root.build();
    if let Some(dir) = &man.dir {
        return write_pages(&root, dir);
    }
    let mut command = &root;
    for word in &man.command {
        command = command.find_subcommand(word).ok_or_else(|| {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            Failure::with_help(
                format!("cannot show the page of `{word}`: no such command"),
                did_you_mean(word, names),
            )
        })?;
    }
    print(&page(command).map_err(|error| Failure::new(format!("cannot make the page: {}", reason(&error))))?)
}

/// The page of one command. Without a date, so that equal sources give equal pages.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let man = clap_mangen::Man::new(command.clone()).title(name).date("").manual("why4xx");
    man.source(concat!("why4xx ", env!("CARGO_PKG_VERSION"))).render(&mut page)?;
    Ok(page)
}

fn write_pages(root: &Command, dir: &Path) -> Result<(), Failure> {
    let failed = |path: &Path, error: &io::Error| Failure::write(Some(path), error);
    std::fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
    let mut open = vec![root.clone().display_name("why4xx")];
    while let Some(command) = open.pop() {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let path = dir.join(format!("{name}.1"));
        page(&command).and_then(|text| std::fs::write(&path, text)).map_err(|error| failed(&path, &error))?;
        let below =
            command.get_subcommands().filter(|below| below.get_name() != "help" && !below.is_hide_set());
        open.extend(below.cloned());
    }
    Ok(())
}

/// Prints the version; with details also what this build is made of.
pub(super) fn version(is_detailed: bool) -> Result<(), Failure> {
    let mut text = format!("why4xx {}\n", env!("CARGO_PKG_VERSION"));
    if is_detailed {
        let rules = RuleSet::builtin();
        let hash: String = rules.hash().chars().take(16).collect();
        text += &format!("rules: {} causes, pack {hash}\n", rules.rules().len());
        let features = [("cli", cfg!(feature = "cli")), ("compression", cfg!(feature = "compression"))];
        let built: Vec<&str> =
            features.iter().filter(|(_, is_built)| *is_built).map(|(name, _)| *name).collect();
        text += &format!("features: {}\n", built.join(", "));
        text += &format!("platform: {}-{}\n", std::env::consts::ARCH, std::env::consts::OS);
        text += &format!("build: {}\n", if cfg!(debug_assertions) { "debug" } else { "release" });
    }
    print(text.as_bytes())
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let mut output = Output::open(None, false)?;
    output.write_all(text).map_err(|error| output.failure(&error))?;
    output.finish()
}
