//! Takes the compressions off a stream until text or an archive is left.

use std::ops::ControlFlow;

use super::Settings;
use super::Source;
#[cfg(feature = "compression")]
use super::buffered::Buffered;
use super::encoding::{self, Encoding};
use super::guard::Problems;
#[cfg(feature = "compression")]
use super::guard::{Guard, Packed, Unpacking};
#[cfg(feature = "compression")]
use super::members::Members;
use super::open::{Stream, What};
#[cfg(feature = "compression")]
use super::sniff::Packing;
use super::sniff::{self, Format};
use super::stop::{self, Stop, Stopping};
use super::walk::error_text;
use crate::model::ProblemKind;

/// Compressions around one stream, and archives around one member, that are taken off.
#[cfg(feature = "compression")]
pub(super) const MAX_LAYERS: usize = 3;

/// What is inside a stream.
pub(super) enum Peeled<'r> {
    Text(Source<'r>),
    /// An archive, with its bytes from the first one on.
    #[cfg(feature = "compression")]
    Archive(Format, Stream<'r>, What),
    /// Nothing that can be read, which was noted where it is a problem.
    Nothing,
}

/// How streams are unpacked, and where it is noted that one cannot be.
#[derive(Clone, Copy)]
pub(super) struct Peeling<'a> {
    pub(super) settings: &'a Settings,
    pub(super) problems: &'a Problems,
}

impl Peeling<'_> {
    /// Tells what the stream is and hands it on without its compressions.
    pub(super) fn peel<'r>(self, mut stream: Stream<'r>, what: What) -> Peeled<'r> {
        let format = match stream.look(sniff::is_settled) {
            Ok(head) => sniff::sniff(head),
            Err(error) => return self.note(ProblemKind::Unreadable, &what, &error_text(&error)),
        };
        if self.is_stopped() {
            stop::note_unread(self.problems, &what.name);
            return Peeled::Nothing;
        }
        match format {
            Format::Text(encoding) => Peeled::Text(self.text(encoding, stream, what)),
            #[cfg(feature = "compression")]
            Format::Packed(packing) => self.packed(packing, stream, what),
            #[cfg(not(feature = "compression"))]
            Format::Packed(_) => self.note(ProblemKind::Unsupported, &what, UNPACK_FIRST),
            #[cfg(not(feature = "compression"))]
            Format::Tar | Format::Zip => self.note(ProblemKind::Unsupported, &what, UNPACK_FIRST),
            #[cfg(feature = "compression")]
            Format::Tar | Format::Zip => Peeled::Archive(format, stream, what),
            Format::Unsupported(text) => self.note(ProblemKind::Unsupported, &what, text),
            Format::NotText(text) => self.note(ProblemKind::NotText, &what, text),
            Format::Ignored => Peeled::Nothing,
        }
    }

    fn text<'r>(self, encoding: Encoding, stream: Stream<'r>, what: What) -> Source<'r> {
        let plain = what.file.filter(|_| encoding == Encoding::Utf8);
        let is_utf8 = matches!(encoding, Encoding::Utf8 | Encoding::Utf8WithMark);
        let mut reader = encoding::decode(encoding, stream);
        if let Some(stop) = &self.settings.stop {
            reader = Box::new(Stopping::new(reader, stop.clone(), &what.name, self.problems));
        }
        Source {
            name: what.name,
            reader,
            plain,
            modified: what.modified,
            is_original: is_utf8 && what.layers == 0 && what.archives == 0,
            mark: if encoding == Encoding::Utf8WithMark { b"\xef\xbb\xbf" } else { b"" },
        }
    }

    #[cfg(feature = "compression")]
    fn packed<'r>(self, packing: Packing, stream: Stream<'r>, what: What) -> Peeled<'r> {
        if what.layers == MAX_LAYERS {
            let text = "is packed more than 3 times; unpack it first";
            return self.note(ProblemKind::Unsupported, &what, text);
        }
        let (title, packed) = (format!("{} stream", packing.title()), Packed::Counted(stream.taken()));
        let members = match Members::new(packing, stream) {
            Ok(members) => members,
            Err(error) => return self.note(ProblemKind::Unreadable, &what, &error_text(&error)),
        };
        let unpacking = Unpacking::new(title, packed, self.settings);
        let guard = Guard::unpacking(members, &what.name, self.problems, unpacking);
        let what = What { file: None, layers: what.layers + 1, ..what };
        self.peel(Buffered::new(Box::new(guard)), what)
    }

    pub(super) fn is_stopped(self) -> bool {
        self.settings.stop.as_ref().is_some_and(Stop::is_set)
    }

    /// Whether reading goes on.
    pub(super) fn goes_on(self) -> ControlFlow<()> {
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn note<'r>(self, kind: ProblemKind, what: &What, text: &str) -> Peeled<'r> {
        self.problems.note(kind, &what.name, 0, text);
        Peeled::Nothing
    }
}

/// Built without the feature `compression`.
#[cfg(not(feature = "compression"))]
const UNPACK_FIRST: &str =
    "is packed, and this program was built without the feature `compression`; unpack it first";
