//! `why4xx redact`: the input with every secret masked, or a list of where secrets are.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::args::{Global, Redact};
use super::failure::Failure;
use super::output::Output;
use super::read::{complaints, open};
use super::say;
use crate::model::{Problem, ProblemKind};
use crate::redact::{Marks, copy};
use crate::report::sink::one_line;
use crate::source::{self, Source};

/// Masks the inputs, or looks for secrets in them.
pub(super) fn run(global: &Global, redact: &Redact) -> Result<(), Failure> {
    if let Some(folder) = redact.files.iter().find(|path| !redact.check && path.is_dir()) {
        let help = "name its files one by one, or look for secrets in it with --check";
        let message = format!("cannot mask `{}`: it is a folder", folder.display());
        return Err(Failure::with_help(message, Some(help.to_owned())));
    }
    let (inputs, problems) = open(&redact.files, &redact.selection, &source::Settings::default())?;
    let output = Output::open(redact.output.as_deref(), redact.force)?;
    let mut run = Run { redact, output, problems, failure: None, is_found: false, sources: 0 };
    for input in &inputs {
        let problems = source::read(input, &source::Settings::default(), &mut |source| {
            let is_member = source.name != input.name;
            match run.source(source, is_member) {
                Ok(()) => ControlFlow::Continue(()),
                Err(failure) => {
                    run.failure = Some(failure);
                    ControlFlow::Break(())
                }
            }
        });
        run.problems.extend(problems);
        if let Some(failure) = run.failure.take() {
            return Err(failure);
        }
    }
    run.finish(global)
}

struct Run<'a> {
    redact: &'a Redact,
    output: Output,
    problems: Vec<Problem>,
    failure: Option<Failure>,
    is_found: bool,
    sources: usize,
}

impl Run<'_> {
    fn source(&mut self, mut source: Source<'_>, is_member: bool) -> Result<(), Failure> {
        self.sources += 1;
        let name = one_line(&source.name).into_owned();
        if self.redact.check {
            let output = &mut self.output;
            let mut written = Ok(());
            let is_found = &mut self.is_found;
            let read = copy(&mut source.reader, &mut io::sink(), Marks::Masks, &mut |line, family| {
                *is_found = true;
                if written.is_ok() {
                    written = writeln!(output, "{name}:{line}: {family}");
                }
            });
            return read.and(written).map_err(|error| self.output.failure(&error));
        }
        if is_member {
            let help = "unpack it and mask its files, or look for secrets in it with --check";
            let message = format!("cannot mask `{name}`: it is a member of an archive");
            return Err(Failure::with_help(message, Some(help.to_owned())));
        }
        let marks = if self.redact.map { Marks::Fingerprints } else { Marks::Masks };
        let written = self
            .output
            .write_all(source.mark)
            .and_then(|()| copy(&mut source.reader, &mut self.output, marks, &mut |_, _| {}));
        written.map_err(|error| self.output.failure(&error))
    }

    /// What could not be read is said. A copy that lacks an input is none: then the run has failed.
    fn finish(self, global: &Global) -> Result<(), Failure> {
        let is_check = self.redact.check;
        let is_unread = |problem: &Problem| match problem.kind {
            // No text, no secret to find; but no copy either.
            ProblemKind::NotText => !is_check,
            _ => problem.location.place.offset == 0 && (!is_check || self.sources == 0),
        };
        if self.problems.iter().any(is_unread) {
            return Err(Failure::Said(complaints(&self.problems)));
        }
        if !global.quiet {
            for complaint in complaints(&self.problems) {
                say("warning", &one_line(&complaint.message));
            }
        }
        self.output.finish()?;
        if self.is_found { Err(Failure::Found) } else { Ok(()) }
    }
}
