//! The command line: arguments in, bytes on standard output or in a file, an exit status.
//!
//! The only place that knows of the clock, the environment, the terminal and standard streams, and
//! the only one that prints.

mod analyze;
mod args;
mod check_env;
mod config;
mod events;
mod explain;
mod failure;
mod filter;
mod formats;
mod gate;
mod help;
mod ledger;
mod live;
mod merge;
mod output;
mod outputs;
mod own_rules;
mod packet;
mod pager;
mod pages;
mod panic;
mod period;
mod progress;
mod read;
mod redact;
mod report;
mod report_args;
mod rules;
mod select;
mod signals;
mod weeks;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::{Cli, Command};
use config::Settings;
use failure::Failure;

use crate::redact::mask;

/// Exit status of a check that found something.
const EXIT_FOUND: u8 = 1;
/// Exit status for wrong usage, nothing readable, broken rules.
const EXIT_UNUSABLE: u8 = 2;

/// Parses the arguments of the process, does what they ask, and returns the exit status.
#[must_use]
pub fn main() -> ExitCode {
    panic::tell();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let settings = match Settings::load(&Cli::command(), &arguments) {
        Ok(settings) => settings,
        Err(failure) => return ended(&failure),
    };
    let cli = match parse(&arguments, &settings) {
        Ok(cli) => cli,
        Err(error) => {
            print_usage(&error);
            return ExitCode::from(if error.use_stderr() { EXIT_UNUSABLE } else { 0 });
        }
    };
    if let clap::ColorChoice::Never = cli.global.color {
        anstream::ColorChoice::Never.write_global();
    }
    for warning in settings.warnings.iter().filter(|_| !cli.global.quiet) {
        say("warning", warning);
    }
    match paged(&cli, &settings) {
        Ok(status) => status,
        Err(failure) => ended(&failure),
    }
}

/// Says why the run ended; its exit status.
fn ended(failure: &Failure) -> ExitCode {
    for (label, text) in failure.lines() {
        say(label, &text);
    }
    match failure {
        Failure::ClosedPipe => ExitCode::SUCCESS,
        Failure::Found | Failure::Refused(_) => ExitCode::from(EXIT_FOUND),
        Failure::Signal(status) => ExitCode::from(*status),
        Failure::Shown(_) | Failure::Said(_) => ExitCode::from(EXIT_UNUSABLE),
    }
}

/// The run, through a pager where one was asked for.
fn paged(cli: &Cli, settings: &Settings) -> Result<ExitCode, Failure> {
    match pager::run(&cli.global)? {
        Some(status) => Ok(status),
        None => run(cli, settings).map(|()| ExitCode::SUCCESS),
    }
}

fn run(cli: &Cli, settings: &Settings) -> Result<(), Failure> {
    let global = &cli.global;
    if cli.version {
        return pages::version(global.verbose > 0);
    }
    match &cli.command {
        None if is_idle(&cli.analyze.inputs) => short_help(),
        None => analyze::run(global, &cli.analyze),
        Some(Command::Analyze(analyze)) => analyze::run(global, analyze),
        Some(Command::CheckEnv(check)) => check_env::run(global, check),
        Some(Command::Completions(shell)) => pages::completions(shell),
        Some(Command::Config(config)) => config::run(config, settings),
        Some(Command::Events(events)) => events::run(global, events),
        Some(Command::Explain(explain)) => explain::run(global, explain),
        Some(Command::Formats(formats)) => formats::run(global, formats),
        Some(Command::Man(man)) => pages::man(man),
        Some(Command::Merge(merge)) => merge::run(merge),
        Some(Command::Packet(packet)) => packet::run(global, packet),
        Some(Command::Redact(redact)) => redact::run(global, redact),
        Some(Command::Report(report)) => report::run(global, report),
        Some(Command::Rules(rules)) => rules::run(global, rules),
        Some(Command::Watch(watch)) => live::run(global, watch),
    }
}

/// Parses, and refuses options in front of a command that would be ignored there.
fn parse(arguments: &[OsString], settings: &Settings) -> Result<Cli, clap::Error> {
    let mut command = settings.applied(Cli::command());
    let matches = command.try_get_matches_from_mut(arguments)?;
    if let Some((name, _)) = matches.subcommand()
        && let Some(misplaced) = misplaced(&command, &matches)
    {
        let message = format!("`--{misplaced}` must follow the command `{name}`");
        return Err(command.error(clap::error::ErrorKind::ArgumentConflict, message));
    }
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn misplaced(command: &clap::Command, matches: &ArgMatches) -> Option<String> {
    let is_given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let own = command.get_arguments().filter(|argument| !argument.is_global_set());
    own.map(|argument| argument.get_id().as_str()).find(|id| is_given(id)).map(|id| id.replace('_', "-"))
}

/// Nothing to read: no path, and nobody pipes anything in.
fn is_idle(inputs: &args::Inputs) -> bool {
    inputs.paths.is_empty() && io::stdin().is_terminal()
}

fn short_help() -> Result<(), Failure> {
    let help = Cli::command().render_help();
    let _ = write!(anstream::stderr(), "{}", help.ansi());
    Err(Failure::with_help("cannot start: no path and no piped input", None))
}

/// Help and version go to standard output, errors to standard error; a secret on the command line
/// is not repeated.
fn print_usage(error: &clap::Error) {
    let text = error.render().ansi().to_string();
    let _ = if error.use_stderr() {
        write!(anstream::stderr(), "{}", mask(&text))
    } else {
        write!(anstream::stdout(), "{text}")
    };
}

/// A text on standard error as it is, secrets masked.
fn mask_and_print(text: &str) {
    let _ = write!(anstream::stderr(), "{}", mask(text));
}

/// A line on standard error, secrets masked. That it cannot be written is no reason to fail.
fn say(label: &str, text: &str) {
    let text = mask(text);
    use anstyle::{AnsiColor, Style};
    let style = match label.trim() {
        "error" => AnsiColor::Red.on_default().bold(),
        "warning" => AnsiColor::Yellow.on_default().bold(),
        _ => Style::new().bold(),
    };
    let _ = match label {
        "" => writeln!(anstream::stderr(), "{text}"),
        _ => writeln!(anstream::stderr(), "{style}{label}{style:#}: {text}"),
    };
}
