//! The command line: one definition of each option for parsing, help and completions.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ColorChoice, Parser, Subcommand};
use clap_complete::Shell;

use super::help::{EXAMPLES, EXIT, EXIT_OF_REDACT, MORE};
use super::live::NDJSON;
use super::pager::Paging;
use super::report_args::{Gates, Merge, Packet, Report};
use super::rules::args::Rules;
use crate::model::Family;
use crate::report::RENDERERS;

/// Says why calls to the OpenAI API failed: root cause, how sure, who is hit, what to do.
///
/// Reads application logs, traces, HTTP captures and Sentry exports, in files, folders or from
/// standard input.
#[derive(Debug, Parser)]
#[command(
    name = "why4xx",
    version,
    disable_version_flag = true,
    after_help = EXAMPLES,
    after_long_help = MORE,
    max_term_width = 100,
    subcommand_help_heading = "Commands",
    override_usage = "why4xx [OPTIONS] [PATH]...\n       why4xx <COMMAND> [OPTIONS]"
)]
pub(super) struct Cli {
    /// Print the version; with -v also the rules, the features and the platform
    #[arg(short = 'V', long)]
    pub(super) version: bool,
    #[command(flatten)]
    pub(super) global: Global,
    #[command(flatten)]
    pub(super) analyze: Analyze,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What `--pager` does.
const PAGER: &str = "\
Show the result page by page, where it goes to a terminal: `--pager` or `--pager=auto`; `never` is the default

The program is the one that WHY4XX_PAGER names, else PAGER, else `less -FR`.";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "General")]
pub(super) struct Global {
    /// Add rules from a folder or file; a rule of the same id replaces the built-in one
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) rules: Vec<PathBuf>,
    /// Leave out the rules of the configuration folder (`why4xx/rules`)
    #[arg(long, global = true)]
    pub(super) no_user_rules: bool,
    /// Fail when a rule file has a mistake, instead of going on without it
    #[arg(long, global = true)]
    pub(super) strict_rules: bool,
    /// Read settings from this file only
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Read no settings from files and the environment
    #[arg(long, global = true)]
    pub(super) no_config: bool,
    /// Use this many threads [default: all cores]
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Colour the output
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(super) color: ColorChoice,
    /// Show the result page by page, where it goes to a terminal
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        value_enum,
        default_value = "never",
        hide_possible_values = true
    )]
    #[arg(num_args = 0..=1, default_missing_value = "auto", require_equals = true)]
    #[arg(long_help = PAGER)]
    pub(super) pager: Paging,
    /// Print no warnings and no progress
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Print what was read to standard error
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Print to standard error how each call was judged, secrets masked
    #[arg(long, global = true, conflicts_with = "quiet")]
    pub(super) debug: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report why calls failed (the default)
    Analyze(Analyze),
    /// Check keys, organization, project and address in the environment or a file, before a deploy
    CheckEnv(CheckEnv),
    /// Print the completions of a shell
    Completions(Completions),
    /// Show the settings and where they come from
    #[command(subcommand)]
    Config(Config),
    /// Print one JSON object per failed call, one per line
    Events(Events),
    /// Explain a cause, a status, an error code, an exception class, or pasted text
    Explain(Explain),
    /// List the formats that are read
    Formats(Formats),
    /// Print the man page
    Man(Man),
    /// Put saved summaries together
    Merge(Merge),
    /// Write what a support team needs to look into failures
    Packet(Packet),
    /// Copy text with every secret masked, or find secrets
    Redact(Redact),
    /// Report how the calls of a week or any other period went
    Report(Report),
    /// Show, check and test the rules that decide, and begin new ones
    #[command(subcommand)]
    Rules(Rules),
    /// Follow logs: findings as they happen, the report at the end (the same as -f)
    Watch(Analyze),
}

#[derive(Debug, Args)]
#[command(after_long_help = EXIT)]
pub(super) struct Analyze {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Follow the logs: findings as they happen, the report when the input ends or at Ctrl-C
    ///
    /// Files may be renamed, replaced or emptied meanwhile. On standard output a cause is told once for each
    /// service, then counted; incidents are told when they open and when they are over.
    #[arg(short, long, help_heading = "Input")]
    pub(super) follow: bool,
    /// With -f: leave out what the files hold already
    #[arg(long, help_heading = "Input")]
    pub(super) from_end: bool,
    #[command(flatten)]
    pub(super) filters: Filters,
    /// Report keys in use for longer than this [default: 90]
    #[arg(long, value_name = "DAYS", help_heading = "Output", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub(super) rotation_days: Option<u32>,
    #[command(flatten)]
    pub(super) gates: Gates,
    #[command(flatten)]
    pub(super) output: ReportOutput,
}

/// The renderers, and the format of live runs.
fn formats() -> impl Iterator<Item = PossibleValue> {
    let renderers = RENDERERS.iter().map(|renderer| PossibleValue::new(renderer.name).help(renderer.title));
    renderers.chain([PossibleValue::new(NDJSON).help("with -f: one JSON object for each call and incident")])
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx check-env            the environment of this shell
  why4xx check-env prod.env   a file of NAME=value lines
  kubectl exec deploy/api -- env | why4xx check-env -

Looks at OPENAI_API_KEY, OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_BASE_URL and their other names, and at
AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT. Nothing is called: whether a key is accepted, the API alone knows.

Exit status: 0 nothing speaks against it; 1 calls cannot work with it; 2 the file cannot be read.")]
pub(super) struct CheckEnv {
    /// File of `NAME=value` lines, `-` for standard input; the environment when none is named
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// How to print the verdicts
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json"])]
    pub(super) format: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// List every setting with its value and where it stands
    Show,
    /// Print the JSON schema of the files, for editors
    Schema,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx completions bash > ~/.local/share/bash-completion/completions/why4xx
  why4xx completions zsh > ~/.zfunc/_why4xx
  why4xx completions fish > ~/.config/fish/completions/why4xx.fish")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx man | man -l -           read it
  why4xx man events | man -l -    the page of one command
  why4xx man --dir share/man1     write the pages of all commands")]
pub(super) struct Man {
    /// The command, with the one below it where there is one; the program itself when none is named
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(super) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Each line is one JSON object; its keys are described in docs/schema/events.schema.json.",
    after_long_help = EXIT,
)]
pub(super) struct Events {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[command(flatten)]
    pub(super) filters: Filters,
    /// List successful calls too
    #[arg(long, help_heading = "Output")]
    pub(super) all: bool,
    /// Refine causes by what shows over time; nothing is printed before all is read
    #[arg(long, help_heading = "Output")]
    pub(super) correlate: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx explain key-placeholder        a cause
  why4xx explain 401                    what a status can mean
  why4xx explain insufficient_quota     what an error code can mean
  why4xx explain RateLimitError         what an exception class can mean
  why4xx explain < error.txt            a pasted error
  why4xx explain app.log:812            the call in that line of a log

A line of `why4xx events` is taken back to the record that it speaks of.")]
pub(super) struct Explain {
    /// Cause, status, code, class, file, FILE:LINE, text, or `-` for standard input
    #[arg(value_name = "WHAT")]
    pub(super) what: Vec<String>,
    /// How to print the explanation of calls
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(super) format: String,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_OF_REDACT)]
pub(super) struct Redact {
    /// Files to read; `-` or a pipe is standard input; folders and archives only with --check
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Write no copy; list file, line and kind of each secret, and exit with 1 when there is one
    #[arg(long, conflicts_with_all = ["map", "output"])]
    pub(super) check: bool,
    /// Keep equal secrets equal: show the start of the fingerprint of each that cannot be guessed
    #[arg(long)]
    pub(super) map: bool,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "With -v, each format is shown with an example.")]
pub(super) struct Formats {
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "markdown"])]
    pub(super) format: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct Inputs {
    /// Files and folders to read; `-` or a pipe is standard input
    ///
    /// Folders are read with everything below them, hidden and packed files included; what a file is, its
    /// content decides. Only files named `*.expected.json`, `*.expected` or `expected.*` are left out there:
    /// the expected results that stand beside samples. A file that is named itself is always read.
    #[arg(value_name = "PATH", display_order = 0)]
    pub(super) paths: Vec<PathBuf>,
    /// Read times without a zone in this zone (`Europe/Berlin`, `+02:00`) [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(super) timezone: Option<String>,
    /// Year of times that name none
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(2015..=2100))]
    pub(super) year: Option<i16>,
    #[command(flatten)]
    pub(super) selection: Selection,
}

/// Which files of folders are read.
#[derive(Debug, Default, Args)]
pub(super) struct Selection {
    /// In folders, read only files that match this (`*.log`); repeat it to allow several
    ///
    /// A pattern without `/` is held against the name of the file, one with `/` against its path below the folder.
    /// Paths that are named themselves are always read.
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(super) include: Vec<String>,
    /// In folders, leave out files and folders that match this
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(super) exclude: Vec<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters (repeat one to allow several values)")]
pub(super) struct Filters {
    /// Only calls from this time on: `2026-11-16`, `2026-11-16T09:00Z`, `24h`, `7d`, `yesterday`
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) since: Option<String>,
    /// Only calls up to this time; a date includes that day
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) until: Option<String>,
    /// Only this service
    #[arg(long, value_name = "NAME")]
    pub(super) service: Vec<String>,
    /// Only this environment
    #[arg(long, value_name = "NAME")]
    pub(super) env: Vec<String>,
    /// Only this cause and the more exact ones below it
    #[arg(long, value_name = "ID")]
    pub(super) cause: Vec<String>,
    /// Only causes of this family
    #[arg(long, value_name = "NAME", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Family::ALL.iter().map(|family| family.word())))]
    pub(super) family: Vec<String>,
    /// Only this key: its last 4 characters, or its fingerprint
    #[arg(long, value_name = "KEY")]
    pub(super) key: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ReportOutput {
    /// Format of the report [default: by the ending of the file, else table]
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = PossibleValuesParser::new(formats()))]
    pub(super) format: Option<String>,
    /// Write the report through a template of your own: Jinja syntax; `.html`, `.md`, `.csv` … decide how
    /// values are made harmless
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(super) template: Option<PathBuf>,
    /// Write to this file instead of standard output; repeat it for several files in one pass
    ///
    /// The ending of the name is the format: `-o week.html -o week.md -o week.prom`. `-` is standard output.
    /// A file appears whole or not at all, and none before all are complete.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Vec<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    pub(super) force: bool,
    /// Show times and cut days in this zone [default: that of --timezone]
    #[arg(long, value_name = "ZONE")]
    pub(super) report_timezone: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long)]
    pub(super) force: bool,
    /// Show times and cut days in this zone [default: that of --timezone]
    #[arg(long, value_name = "ZONE")]
    pub(super) report_timezone: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
