//! Why a run ended early, and how it is told.

use std::io;
use std::path::Path;

use crate::report::sink::one_line;

/// Why a run ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// The reader of our output went away: no failure at all.
    ClosedPipe,
    /// A check found what it looked for; said on standard output.
    Found,
    /// A gate says no, for these reasons.
    Refused(Vec<String>),
    /// A signal ended the run, with this exit status; what it had is printed.
    Signal(u8),
    /// Already worded, with carets and all.
    Shown(String),
    /// One or more sentences, each with a remedy when we know one.
    Said(Vec<Complaint>),
}

/// What went wrong, and what would help.
#[derive(Debug)]
pub(super) struct Complaint {
    /// Completes "error: ".
    pub(super) message: String,
    /// Completes "help: ".
    pub(super) help: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::Said(vec![Complaint { message: message.into(), help: None }])
    }

    pub(super) fn with_help(message: impl Into<String>, help: Option<String>) -> Self {
        Self::Said(vec![Complaint { message: message.into(), help }])
    }

    pub(super) fn write(path: Option<&Path>, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        let name = path.map_or_else(|| "standard output".to_owned(), |path| format!("`{}`", path.display()));
        Self::new(format!("cannot write {name}: {}", reason(error)))
    }

    /// The texts for standard error, one a line.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ClosedPipe | Self::Found | Self::Signal(_) => Vec::new(),
            Self::Refused(reasons) => {
                reasons.iter().map(|reason| ("gate", one_line(reason).into_owned())).collect()
            }
            Self::Shown(text) => vec![("", text.clone())],
            Self::Said(complaints) => {
                let line = |complaint: &Complaint| {
                    let message = ("error", one_line(&complaint.message).into_owned());
                    let help = complaint.help.as_ref().map(|help| ("  help", one_line(help).into_owned()));
                    [Some(message), help].into_iter().flatten()
                };
                complaints.iter().flat_map(line).collect()
            }
        }
    }
}

/// The reason of an I/O error in lower case, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
