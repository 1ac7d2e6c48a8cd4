//! The command line of reports over periods: `report`, `merge`, `packet`, and gates.

use std::path::PathBuf;

use clap::Args;

use super::args::{Filters, Inputs, OutputArgs, ReportOutput};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx report logs/                                the last full week of the data
  why4xx report --week 2026-W46 --save w46.json logs/
  why4xx report w46.json --baseline w45.json         from what was saved
  why4xx report --since 2026-11-01 --fail-on new --max-failure-rate 1% logs/

Logs and saved summaries can be given together. A log counts once, also when it was rotated or has
grown since it was saved. What happened in as many days before is compared when it is known.

Exit status: 0 done; 1 a gate says no; 2 nothing could be read, or wrong usage.")]
pub(super) struct Report {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[command(flatten)]
    pub(super) filters: Filters,
    /// Report this ISO week: `2026-W46` [default: the last full week of the data]
    #[arg(long, value_name = "WEEK", help_heading = "Period", conflicts_with_all = ["since", "until"])]
    pub(super) week: Option<String>,
    /// Compare with the summaries saved in this file
    #[arg(long, value_name = "FILE", help_heading = "Period")]
    pub(super) baseline: Option<PathBuf>,
    /// Save the summaries of the period to this file, for later reports
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) save: Option<PathBuf>,
    #[command(flatten)]
    pub(super) privacy: Privacy,
    /// Report keys in use for longer than this [default: 90]
    #[arg(long, value_name = "DAYS", help_heading = "Output", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub(super) rotation_days: Option<u32>,
    #[command(flatten)]
    pub(super) gates: Gates,
    #[command(flatten)]
    pub(super) output: ReportOutput,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx merge mon.json tue.json wed.json -o week.json
  why4xx merge w44.json w45.json w46.json w47.json -o november.json

The files are those that `why4xx report --save` wrote. Their order does not matter, and what several of
them hold counts once.")]
pub(super) struct Merge {
    /// Files with saved summaries
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  why4xx packet --cause quota-exhausted -o packet.md logs/
  why4xx packet --cause rate-limit --anonymize --since 2026-11-10 --until 2026-11-12 logs/

The packet is Markdown: request ids, times in UTC, organizations, projects, masked keys, counts, what the
answers said and what was tried. Read it before you send it.")]
pub(super) struct Packet {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[command(flatten)]
    pub(super) filters: Filters,
    #[command(flatten)]
    pub(super) privacy: Privacy,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Privacy")]
pub(super) struct Privacy {
    /// Replace e-mail and IP addresses, user ids and host names by pseudonyms
    #[arg(long)]
    pub(super) anonymize: bool,
    /// Leave out all text of the logs
    #[arg(long)]
    pub(super) no_excerpts: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Gates (exit with 1 when one says no)")]
pub(super) struct Gates {
    /// Fail when there is a failure of this severity or worse, of this cause or family, or by a `new` cause
    #[arg(long, value_name = "WHAT")]
    pub(super) fail_on: Vec<String>,
    /// Fail when more calls failed: `1%`
    #[arg(long, value_name = "PERCENT")]
    pub(super) max_failure_rate: Option<String>,
}
