//! `--pager`: the same run again, its output into a pager.
//!
//! The run itself stays what it is, so that nothing of it depends on a pager: it gets the width of the terminal
//! and is told to use colours, as if it wrote there.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::{Command, ExitCode, Stdio};

use clap::ColorChoice;

use super::args::Global;
use super::failure::{Failure, reason};
use super::output::may_colour;

/// When the result is shown page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Paging {
    /// Where it goes to a terminal.
    Auto,
    /// Not at all.
    Never,
}

/// The exit status of the run in a pager; `None` where there is nothing to page.
///
/// # Errors
/// When the pager cannot be started.
pub(super) fn run(global: &Global) -> Result<Option<ExitCode>, Failure> {
    if global.pager == Paging::Never || !io::stdout().is_terminal() {
        return Ok(None);
    }
    let (program, arguments) = pager(|name| env::var(name).ok());
    let failed = |error: io::Error| {
        let help = "WHY4XX_PAGER names another, `--pager=never` does without";
        let message = format!("cannot start the pager `{program}`: {}", reason(&error));
        Failure::with_help(message, Some(help.to_owned()))
    };
    let color = match global.color {
        ColorChoice::Never => "never",
        ColorChoice::Auto if !may_colour(&io::stdout()) => "never",
        _ => "always",
    };
    let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.to_string());
    let mut pager = Command::new(&program).args(arguments).stdin(Stdio::piped()).spawn().map_err(failed)?;
    let output = pager.stdin.take().map_or_else(Stdio::null, Stdio::from);
    let mut run = Command::new(env::current_exe().map_err(failed)?);
    let run = run.args(own_arguments(env::args_os().skip(1), color)).stdout(output);
    let status = width.iter().fold(run, |run, width| run.env("COLUMNS", width)).status().map_err(failed)?;
    // How the pager ended says nothing about the run.
    let _ = pager.wait();
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Some(code.map_or(ExitCode::SUCCESS, ExitCode::from)))
}

/// The pager that the environment names, with its arguments.
fn pager(variable: impl Fn(&str) -> Option<String>) -> (String, Vec<String>) {
    let named = variable("WHY4XX_PAGER").or_else(|| variable("PAGER")).filter(|name| !name.trim().is_empty());
    let named = named.unwrap_or_else(|| "less -FR".to_owned());
    let mut words = named.split_whitespace().map(ToOwned::to_owned);
    (words.next().unwrap_or_default(), words.collect())
}

/// The arguments of the run inside: no pager, and the colour that was decided on.
fn own_arguments(arguments: impl Iterator<Item = OsString>, color: &str) -> Vec<OsString> {
    let mut own = Vec::new();
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--") => {
                own.push(argument);
                own.extend(arguments.by_ref());
            }
            Some("--color") => {
                arguments.next();
            }
            Some(other)
                if other == "--pager" || other.starts_with("--pager=") || other.starts_with("--color=") => {}
            _ => own.push(argument),
        }
    }
    let at = own.iter().position(|argument| argument == "--").unwrap_or(own.len());
    own.splice(at..at, ["--pager=never".into(), format!("--color={color}").into()]);
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_inside_has_no_pager_and_a_colour() {
        let given = ["--pager", "--color", "never", "logs", "--", "--pager"].map(OsString::from);
        let own = own_arguments(given.into_iter(), "always");
        assert_eq!(own, ["logs", "--pager=never", "--color=always", "--", "--pager"]);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_reach_the_run_inside() {
        use std::os::unix::ffi::OsStringExt;
        let name = OsString::from_vec(b"caf\xe9.log".to_vec());
        let own = own_arguments([name.clone(), "--pager".into()].into_iter(), "never");
        assert_eq!(own, [name, "--pager=never".into(), "--color=never".into()]);
    }

    #[test]
    fn the_own_variable_goes_before_the_common_one() {
        let both = |name: &str| Some(if name == "PAGER" { "more" } else { "bat -p" }.to_owned());
        assert_eq!(pager(both), ("bat".to_owned(), vec!["-p".to_owned()]));
        assert_eq!(pager(|_| None), ("less".to_owned(), vec!["-FR".to_owned()]));
        assert_eq!(pager(|_| Some(" ".to_owned())).0, "less");
    }
}
