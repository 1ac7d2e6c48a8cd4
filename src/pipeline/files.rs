//! The files of one log, the oldest first: which of them are one stream of text.
//!
//! Names make the candidates (`source::logs`); here they are opened, one after the other, and a file carries on
//! the one before it when it begins no earlier than that one ended. Where no times can be read names have to do,
//! when only rotation gives such names. Nothing is read twice but the first bytes of two or three files, whose
//! times tell whether numbers rise or fall.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::feed::Text;
use super::{Kind, Options, presence, start_of};
use crate::decode;
use crate::source::{self, Input, Log, Problems};

/// How much earlier than the file before it ended a file may begin that rotation alone gives its name: records
/// of several threads come a little out of order.
const SLACK: SignedDuration = SignedDuration::from_secs(1);

/// A file of lines that was opened.
pub(super) struct File<'a> {
    pub(super) name: Arc<str>,
    /// What was read of it so far.
    pub(super) start: Vec<u8>,
    /// The rest.
    pub(super) text: Text<'a>,
    /// Where is noted what is wrong with it, if not elsewhere.
    pub(super) problems: Option<Problems>,
}

/// What comes next in a log.
pub(super) enum Next {
    /// A file of lines.
    Lines(File<'static>),
    /// Anything else, which carries on nothing.
    Other(Input),
}

/// The files of a log that were not read yet.
pub(super) struct Files<'a> {
    rest: std::vec::IntoIter<Input>,
    options: &'a Options<'a>,
    is_certain: bool,
    /// Opened already.
    waiting: Option<Next>,
}

impl<'a> Files<'a> {
    /// No files.
    pub(super) fn none(options: &'a Options<'a>) -> Self {
        Self { rest: Vec::new().into_iter(), options, is_certain: false, waiting: None }
    }

    /// The files of a log.
    pub(super) fn of(log: Log, options: &'a Options<'a>) -> Self {
        let is_certain = log.is_certain;
        let rest = log.into_files(&mut |input| first_time(input, options)).into_iter();
        Self { rest, options, is_certain, waiting: None }
    }

    /// Opens the next file.
    pub(super) fn next(&mut self) -> Option<Next> {
        if let Some(next) = self.waiting.take() {
            return Some(next);
        }
        let input = self.rest.next()?;
        let Some((source, problems)) = source::text(&input, &self.options.source) else {
            return Some(Next::Other(input));
        };
        let mut text = Text::new(source.reader, self.options.survey);
        let (start, kind) = start_of(&mut text);
        if kind != Kind::Lines {
            return Some(Next::Other(input));
        }
        Some(Next::Lines(File { name: source.name, start, text, problems: Some(problems) }))
    }

    /// The next file, if it carries on the one before it, whose last time `last_time` finds.
    pub(super) fn following(
        &mut self,
        prefix: Option<&decode::Prefix>,
        last_time: &dyn Fn(&decode::Settings) -> Option<Timestamp>,
    ) -> Option<File<'static>> {
        match self.next()? {
            Next::Lines(file) if self.carries_on(&file, prefix, last_time) => Some(file),
            next => {
                self.waiting = Some(next);
                None
            }
        }
    }

    fn carries_on(
        &self,
        file: &File<'_>,
        prefix: Option<&decode::Prefix>,
        last_time: &dyn Fn(&decode::Settings) -> Option<Timestamp>,
    ) -> bool {
        let with = |prefix: Option<decode::Prefix>| decode::Settings {
            prefix: prefix.map(Arc::new),
            ..self.options.decode.clone()
        };
        let settings = with(prefix.cloned());
        let first = presence::first_time(&file.start, &settings);
        if first.is_none() {
            // What begins in the middle of a record seems to have a prefix; where times show only behind another
            // one, it is another log.
            let own = decode::Prefix::of(&file.start, &self.options.decode);
            let is_other = own.is_some() && own.as_ref() != prefix;
            if is_other && presence::first_time(&file.start, &with(own)).is_some() {
                return false;
            }
        }
        match (last_time(&settings), first) {
            (Some(last), Some(first)) if self.is_certain => first >= last - SLACK,
            (Some(last), Some(first)) => first >= last,
            _ => self.is_certain,
        }
    }
}

/// The first time in a file.
fn first_time(input: &Input, options: &Options<'_>) -> Option<Timestamp> {
    let settings = source::Settings { meter: None, ..options.source.clone() };
    let (mut source, _) = source::text(input, &settings)?;
    let (start, _) = start_of(&mut source.reader);
    let prefix = decode::Prefix::of(&start, &options.decode).map(Arc::new);
    presence::first_time(&start, &decode::Settings { prefix, ..options.decode.clone() })
}
