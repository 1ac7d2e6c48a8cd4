//! Arguments of `why4xx rules`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use crate::cli::args::Inputs;
use crate::model::{Family, Retry, Severity};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Rules {
    /// List all causes
    List(List),
    /// Show the page of a cause, or its rule file
    Show(Show),
    /// Find mistakes in rule files, all at once, and what is not right
    Check(Check),
    /// Run the examples of rules, and try whether they defend every clause
    Test(Test),
    /// List what a rule may test
    Fields(Fields),
    /// Print the JSON Schema of rule files, for editors
    Schema,
    /// Begin a rule file: a commented skeleton
    New(New),
    /// Begin a rule file for the failures of a log that no rule explains
    Draft(Draft),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only causes of this family
    #[arg(long, value_name = "NAME", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Family::ALL.iter().map(|family| family.word())))]
    pub(super) family: Vec<String>,
    /// Only causes this bad
    #[arg(long, value_name = "WORD")]
    #[arg(value_parser = PossibleValuesParser::new(Severity::ALL.iter().map(|severity| severity.word())))]
    pub(super) severity: Vec<String>,
    /// Only causes with this advice on retries
    #[arg(long, value_name = "WORD")]
    #[arg(value_parser = PossibleValuesParser::new(Retry::ALL.iter().map(|retry| retry.word())))]
    pub(super) retry: Vec<String>,
    /// Only rules of the program, or only your own
    #[arg(long, value_name = "WORD", value_parser = ["built-in", "own"])]
    pub(super) origin: Option<String>,
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "markdown"])]
    pub(super) format: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Id of the cause
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Print the rule file as it is
    #[arg(long)]
    pub(super) source: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx rules check rules/               every rule file below a folder
  why4xx rules check acme-gateway.toml    one file

Files are checked as if they were added with --rules. Without a path, the rules in effect are.

Exit status: 0 nothing found, or warnings only; 1 a mistake, or a warning with --deny-warnings;
2 nothing could be read.")]
pub(in crate::cli) struct Check {
    /// Rule files, or folders with them
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Exit with 1 when there is a warning, too
    #[arg(long)]
    pub(super) deny_warnings: bool,
    /// How to print what is found
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(super) format: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx rules test                       the rules in effect
  why4xx rules test acme-gateway.toml     one file

Each example is read like a log and must get the verdict that it states; each that matches is
also quoted inside a chat message, where it must be no failure. Then each clause is dropped and
widened in turn: an example has to notice.

Exit status: 0 all is well; 1 something is wrong or missing; 2 a rule file is broken.")]
pub(in crate::cli) struct Test {
    /// Rule files, or folders with them
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How to print the result
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub(super) format: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Fields {
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "markdown"])]
    pub(super) format: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  why4xx rules new acme-gateway-refused -o acme-gateway-refused.toml")]
pub(in crate::cli) struct New {
    /// Id of the cause: small letters, digits and hyphens; it is the name of the file
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Its family
    #[arg(long, value_name = "NAME", default_value = "other", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Family::ALL.iter().map(|family| family.word())))]
    pub(super) family: String,
    /// Write to this file, or into this folder as `ID.toml`, instead of standard output
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  why4xx rules draft logs/ -o acme-gateway-refused.toml

The failures that no rule explains are put together by what their messages have in common. The
largest group becomes the match and the examples of the draft; secrets are masked. What to do
about it is left empty, and `why4xx rules test` fails until it is written.")]
pub(in crate::cli) struct Draft {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(super) force: bool,
}
