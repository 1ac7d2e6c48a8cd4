//! Where one report goes: any number of files and standard output, each in its own format, in one pass.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ColorChoice;

use super::args::ReportOutput;
use super::failure::Failure;
use super::live::NDJSON;
use super::output::{Output, read_text};
use crate::report::{Look, RENDERERS, Renderer, Report, fill, renderer, renderer_of_file};

/// Bytes of a template that are read.
const MAX_TEMPLATE: u64 = 1 << 20;

/// The open outputs of a report.
#[derive(Debug)]
pub(super) struct Outputs(Vec<(Output, Format)>);

/// How one output is written.
#[derive(Debug, Clone)]
enum Format {
    Renderer(&'static Renderer),
    /// A template of the user's.
    Template {
        path: PathBuf,
        text: String,
    },
}

impl Format {
    fn write(&self, report: &Report, look: Look, output: &mut Output) -> Result<(), Failure> {
        let written = match self {
            Self::Renderer(renderer) => (renderer.render)(report, look, output),
            Self::Template { path, text } => {
                let filled = fill(report, &path.to_string_lossy(), text)
                    .map_err(|error| Failure::new(format!("cannot use `{}`: {error}", path.display())))?;
                output.write_all(filled.as_bytes())
            }
        };
        written.map_err(|error| output.failure(&error))
    }
}

impl Outputs {
    /// Opens standard output, or every file that is named.
    ///
    /// # Errors
    /// When a file exists and may not be replaced, cannot be written, is named twice, or its format cannot
    /// be told. Nothing was written then.
    pub(super) fn open(asked: &ReportOutput) -> Result<Self, Failure> {
        if asked.format.as_deref() == Some(NDJSON) {
            let help = "add -f; `why4xx events` prints one JSON object for each call";
            return Err(Failure::with_help("cannot write ndjson without -f", Some(help.to_owned())));
        }
        Self::following(asked)
    }

    /// The same for a live run, which writes its objects itself.
    ///
    /// # Errors
    /// Those of [`Outputs::open`].
    pub(super) fn following(asked: &ReportOutput) -> Result<Self, Failure> {
        let standard = [PathBuf::from("-")];
        let paths = if asked.output.is_empty() { standard.as_slice() } else { &asked.output };
        if let Some(twice) = paths.iter().enumerate().find(|(index, path)| paths[..*index].contains(path)) {
            return Err(Failure::new(format!("cannot write `{}`: it is named twice", twice.1.display())));
        }
        let formats = formats(paths, format(asked)?)?;
        let open = |(path, format): (&PathBuf, Format)| Ok((Output::open(Some(path), asked.force)?, format));
        paths.iter().zip(formats).map(open).collect::<Result<_, Failure>>().map(Self)
    }

    /// Writes the report to every output; no file is put in its place before all are complete.
    ///
    /// # Errors
    /// When an output cannot be written. No file was replaced then, unless the last step failed.
    pub(super) fn write(mut self, report: &Report, color: ColorChoice) -> Result<(), Failure> {
        for (output, format) in &mut self.0 {
            let look = output.look(color);
            format.write(report, look, output)?;
            output.complete()?;
        }
        self.0.into_iter().try_for_each(|(output, _)| output.finish())
    }
}

/// What `--format` or `--template` asks for.
fn format(asked: &ReportOutput) -> Result<Option<Format>, Failure> {
    let Some(path) = &asked.template else {
        return Ok(asked.format.as_deref().and_then(renderer).map(Format::Renderer));
    };
    let text = read_text(path, MAX_TEMPLATE)?;
    Ok(Some(Format::Template { path: path.clone(), text }))
}

/// The format of each output. What is asked for decides for the only output; beside others for standard output
/// and for names without a known ending.
fn formats(paths: &[PathBuf], asked: Option<Format>) -> Result<Vec<Format>, Failure> {
    if asked.is_some() && paths.len() > 1 && paths.iter().all(|path| of_ending(path).is_some()) {
        let message =
            "cannot use --format or --template: the ending of each file names its format".to_owned();
        return Err(Failure::with_help(message, Some("leave it out, or add `-o -`".to_owned())));
    }
    let format = |path: &PathBuf| match (&asked, of_ending(path)) {
        (Some(asked), None) => Ok(asked.clone()),
        (Some(asked), Some(_)) if paths.len() == 1 => Ok(asked.clone()),
        (_, Some(known)) => Ok(Format::Renderer(known)),
        (None, None) if path.extension().is_none() => {
            renderer("table").map(Format::Renderer).ok_or_else(|| unknown(path))
        }
        (None, None) => Err(unknown(path)),
    };
    paths.iter().map(format).collect()
}

fn of_ending(path: &Path) -> Option<&'static Renderer> {
    path.file_name().and_then(OsStr::to_str).and_then(renderer_of_file)
}

fn unknown(path: &Path) -> Failure {
    let endings: Vec<String> =
        RENDERERS.iter().flat_map(|row| row.extensions).map(|ending| format!(".{ending}")).collect();
    let message = format!("cannot tell the format of `{}`", path.display());
    Failure::with_help(message, Some(format!("use one of {}, or --format", endings.join(" "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(paths: &[&str], asked: Option<&str>, expected: &[&str]) {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let name = |format: &Format| match format {
            Format::Renderer(renderer) => renderer.name,
            Format::Template { .. } => "template",
        };
        let names = match formats(&paths, asked.and_then(renderer).map(Format::Renderer)) {
            Ok(formats) => formats.iter().map(name).collect(),
            Err(_) => vec!["error"],
        };
        assert_eq!(names, expected);
    }

    #[test]
    fn the_ending_names_the_format() {
        check(&["-"], None, &["table"]);
        check(&["a.md", "b.JSON", "c.prom"], None, &["markdown", "json", "openmetrics"]);
        check(&["a.sarif.json", "a.slack.json", "json"], None, &["sarif", "slack", "table"]);
        check(&["a.pdf"], None, &["error"]);
    }

    #[test]
    fn a_format_is_for_the_only_output_or_for_what_has_no_ending() {
        check(&["-"], Some("json"), &["json"]);
        check(&["a.txt"], Some("csv"), &["csv"]);
        check(&["a.md", "-"], Some("slack"), &["markdown", "slack"]);
        check(&["a.md", "b.csv"], Some("json"), &["error"]);
    }
}
