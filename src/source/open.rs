//! Opens an input and takes off its wrappings until text is left.

use std::fs::File;
use std::io::{self, Read};
#[cfg(feature = "compression")]
use std::io::{BufReader, Seek};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::buffered::Buffered;
use super::encoding::{self, Encoding};
use super::guard::{Guard, Problems};
#[cfg(feature = "compression")]
use super::guard::{Packed, Unpacking};
#[cfg(feature = "compression")]
use super::sniff::Packing;
use super::sniff::{self, Format};
use super::stop::{self, Stop, Stopping};
use super::walk::error_text;
use super::{Input, Settings, Source};
#[cfg(feature = "compression")]
use super::{archive, members::Members};
use crate::model::{Problem, ProblemKind};
use crate::redact::mask;

/// Compressions around one stream, and archives around one member, that are taken off.
#[cfg(feature = "compression")]
const MAX_LAYERS: usize = 3;

/// Bytes of a stream that is not text yet.
pub(super) type Stream<'a> = Buffered<Box<dyn Read + Send + 'a>>;

/// Calls `each` with every source of an input, in their order, until it breaks.
///
/// A file gives one source, an archive one for each member that holds text, also in archives inside it. The
/// problems are those met until then, in the order of reading; what came before a damage is in the source.
pub fn read(
    input: &Input,
    settings: &Settings,
    each: &mut dyn FnMut(Source<'_>) -> ControlFlow<()>,
) -> Vec<Problem> {
    let problems = Problems::default();
    let mut opening = Opening { settings, problems: problems.clone(), each };
    // Whether `each` broke off matters only inside.
    let _ = match &input.path {
        Some(path) => opening.file(&input.name, path),
        None => {
            let reader = stop::standard_input(settings.stop.as_ref());
            opening.unwrap(opening.raw(reader, &input.name), What::stream(&input.name))
        }
    };
    problems.take()
}

/// Like [`read`], for bytes that come from elsewhere.
pub fn read_from(
    name: &str,
    reader: Box<dyn Read + Send + '_>,
    settings: &Settings,
    each: &mut dyn FnMut(Source<'_>) -> ControlFlow<()>,
) -> Vec<Problem> {
    let (name, problems) = (Arc::from(mask(name).as_str()), Problems::default());
    let mut opening = Opening { settings, problems: problems.clone(), each };
    let stream = opening.raw(reader, &name);
    let _ = opening.unwrap(stream, What::stream(&name));
    problems.take()
}

/// A file that must not end before the size that it had when it was opened.
struct Whole {
    file: File,
    left: u64,
}

impl Read for Whole {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buf)?;
        let left = std::mem::take(&mut self.left);
        if count == 0 && left > 0 && !buf.is_empty() {
            let text = format!("it ended {left} bytes early, as if it was cut while it was read");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
        }
        self.left = left.saturating_sub(count as u64);
        Ok(count)
    }
}

/// What is known about a stream that is being opened.
pub(super) struct What {
    pub name: Arc<str>,
    /// The same bytes as a regular file.
    pub file: Option<File>,
    pub modified: Option<Timestamp>,
    /// Compressions taken off since the last archive, and archives.
    pub layers: usize,
    pub archives: usize,
}

impl What {
    fn stream(name: &Arc<str>) -> Self {
        Self { name: Arc::clone(name), file: None, modified: None, layers: 0, archives: 0 }
    }
}

/// The state of opening one input.
pub(super) struct Opening<'a> {
    pub settings: &'a Settings,
    pub problems: Problems,
    each: &'a mut dyn FnMut(Source<'_>) -> ControlFlow<()>,
}

impl Opening<'_> {
    fn file(&mut self, name: &Arc<str>, path: &Path) -> ControlFlow<()> {
        let opened = File::open(path).and_then(|file| Ok((file.try_clone()?, file.metadata()?, file)));
        let (reader, metadata, file) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                let missing = error.kind() == io::ErrorKind::NotFound;
                let kind = if missing { ProblemKind::Missing } else { ProblemKind::Unreadable };
                self.problems.note(kind, name, 0, error_text(&error));
                return ControlFlow::Continue(());
            }
        };
        let expected = if metadata.is_file() { metadata.len() } else { 0 };
        let reader = Whole { file: reader, left: expected };
        let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        let file = metadata.is_file().then_some(file);
        let stream = self.raw(Box::new(reader), name);
        self.unwrap(stream, What { file, modified, ..What::stream(name) })
    }

    fn raw<'r>(&self, reader: Box<dyn Read + Send + 'r>, name: &Arc<str>) -> Stream<'r> {
        let guard = Guard::raw(reader, name, &self.problems).metered(self.settings.meter.as_ref());
        Buffered::new(Box::new(guard))
    }

    /// Tells what the stream is and hands it on, without its wrapping.
    pub(super) fn unwrap(&mut self, mut stream: Stream<'_>, what: What) -> ControlFlow<()> {
        let format = match stream.look(sniff::is_settled) {
            Ok(head) => sniff::sniff(head),
            Err(error) => return self.note(ProblemKind::Unreadable, &what, &error_text(&error)),
        };
        if self.is_stopped() {
            stop::note_unread(&self.problems, &what.name);
            return ControlFlow::Break(());
        }
        match format {
            Format::Text(encoding) => self.text(encoding, stream, what),
            Format::Packed(_) | Format::Tar | Format::Zip => self.wrapped(format, stream, what),
            Format::Unsupported(text) => self.note(ProblemKind::Unsupported, &what, text),
            Format::NotText(text) => self.note(ProblemKind::NotText, &what, text),
            Format::Ignored => ControlFlow::Continue(()),
        }
    }

    fn text(&mut self, encoding: Encoding, stream: Stream<'_>, what: What) -> ControlFlow<()> {
        let plain = what.file.filter(|_| encoding == Encoding::Utf8);
        let is_utf8 = matches!(encoding, Encoding::Utf8 | Encoding::Utf8WithMark);
        let mut reader = encoding::decode(encoding, stream);
        if let Some(stop) = &self.settings.stop {
            reader = Box::new(Stopping::new(reader, stop.clone(), &what.name, &self.problems));
        }
        (self.each)(Source {
            name: what.name,
            reader,
            plain,
            modified: what.modified,
            is_original: is_utf8 && what.layers == 0 && what.archives == 0,
            mark: if encoding == Encoding::Utf8WithMark { b"\xef\xbb\xbf" } else { b"" },
        })?;
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn is_stopped(&self) -> bool {
        self.settings.stop.as_ref().is_some_and(Stop::is_set)
    }

    /// Takes off a compression, or opens the members of an archive.
    #[cfg(feature = "compression")]
    fn wrapped(&mut self, format: Format, stream: Stream<'_>, what: What) -> ControlFlow<()> {
        match format {
            Format::Packed(_) if what.layers == MAX_LAYERS => {
                self.note(ProblemKind::Unsupported, &what, "is packed more than 3 times; unpack it first")
            }
            Format::Packed(packing) => self.packed(packing, stream, what),
            _ if what.archives == MAX_LAYERS => {
                self.note(ProblemKind::Unsupported, &what, "is an archive more than 3 deep; unpack it first")
            }
            Format::Tar => archive::tar(self, stream, &what),
            _ => self.zip(stream, &what),
        }
    }

    /// Built without the feature `compression`.
    #[cfg(not(feature = "compression"))]
    fn wrapped(&mut self, _format: Format, _stream: Stream<'_>, what: What) -> ControlFlow<()> {
        let text = "is packed, and this program was built without the feature `compression`; unpack it first";
        self.note(ProblemKind::Unsupported, &what, text)
    }

    #[cfg(feature = "compression")]
    fn packed(&mut self, packing: Packing, stream: Stream<'_>, what: What) -> ControlFlow<()> {
        let (title, packed) = (format!("{} stream", packing.title()), Packed::Counted(stream.taken()));
        let members = match Members::new(packing, stream) {
            Ok(members) => members,
            Err(error) => return self.note(ProblemKind::Unreadable, &what, &error_text(&error)),
        };
        let unpacking = Unpacking::new(title, packed, self.settings);
        let guard = Guard::unpacking(members, &what.name, &self.problems, unpacking);
        let what = What { file: None, layers: what.layers + 1, ..what };
        self.unwrap(Buffered::new(Box::new(guard)), what)
    }

    /// A zip archive is read from its end, so without a file to seek in it is taken into memory.
    #[cfg(feature = "compression")]
    fn zip(&mut self, stream: Stream<'_>, what: &What) -> ControlFlow<()> {
        if let Some(mut file) = what.file.as_ref().and_then(|file| file.try_clone().ok())
            && file.rewind().is_ok()
        {
            return archive::zip(self, BufReader::new(file), what);
        }
        let (limit, mut bytes) = (self.settings.max_zip_in_memory, Vec::new());
        if let Err(error) = stream.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
            return self.note(ProblemKind::Unreadable, what, &error_text(&error));
        }
        if bytes.len() as u64 > limit {
            let text =
                format!("zip archive larger than {limit} bytes inside a stream; save and name it itself");
            return self.note(ProblemKind::TooLarge, what, &text);
        }
        archive::zip(self, io::Cursor::new(bytes), what)
    }

    fn note(&self, kind: ProblemKind, what: &What, text: &str) -> ControlFlow<()> {
        self.problems.note(kind, &what.name, 0, text);
        ControlFlow::Continue(())
    }
}
