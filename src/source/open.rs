//! Opens an input and takes off its wrappings until text is left.

use std::fs::File;
use std::io::{self, Read};
#[cfg(feature = "compression")]
use std::io::{BufReader, Seek};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

#[cfg(feature = "compression")]
use super::archive;
use super::buffered::Buffered;
use super::guard::{Guard, Problems};
#[cfg(feature = "compression")]
use super::peel::MAX_LAYERS;
use super::peel::{Peeled, Peeling};
#[cfg(feature = "compression")]
use super::sniff::Format;
use super::stop;
use super::walk::error_text;
use super::{Input, Settings, Source};
use crate::model::{Problem, ProblemKind};
use crate::redact::mask;

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

/// The text of a file that is no archive, as long as nothing is wrong with its beginning, and where it is noted
/// what is wrong with the rest. Whatever is not given here, [`read`] gives or tells of.
#[must_use]
pub fn text(input: &Input, settings: &Settings) -> Option<(Source<'static>, Problems)> {
    let (path, noted) = (input.path.as_deref()?, Problems::default());
    let peeling = Peeling { settings, problems: &noted };
    let (file, what) = opened(&input.name, path).ok()?;
    match peeling.peel(raw(Box::new(file), &input.name, peeling), what) {
        Peeled::Text(source) => Some((source, noted)),
        _ => None,
    }
}

/// A file, and what is known of it.
fn opened(name: &Arc<str>, path: &Path) -> io::Result<(Whole, What)> {
    let file = File::open(path)?;
    let (reader, metadata) = (file.try_clone()?, file.metadata()?);
    let left = if metadata.is_file() { metadata.len() } else { 0 };
    let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    let file = metadata.is_file().then_some(file);
    Ok((Whole { file: reader, left }, What { file, modified, ..What::stream(name) }))
}

fn raw<'r>(reader: Box<dyn Read + Send + 'r>, name: &Arc<str>, peeling: Peeling<'_>) -> Stream<'r> {
    let guard = Guard::raw(reader, name, peeling.problems).metered(peeling.settings.meter.as_ref());
    Buffered::new(Box::new(guard))
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
        match opened(name, path) {
            Ok((file, what)) => self.unwrap(self.raw(Box::new(file), name), what),
            Err(error) => {
                let missing = error.kind() == io::ErrorKind::NotFound;
                let kind = if missing { ProblemKind::Missing } else { ProblemKind::Unreadable };
                self.problems.note(kind, name, 0, error_text(&error));
                ControlFlow::Continue(())
            }
        }
    }

    fn raw<'r>(&self, reader: Box<dyn Read + Send + 'r>, name: &Arc<str>) -> Stream<'r> {
        raw(reader, name, self.peeling())
    }

    fn peeling(&self) -> Peeling<'_> {
        Peeling { settings: self.settings, problems: &self.problems }
    }

    /// Hands on what is in the stream, without its wrapping.
    pub(super) fn unwrap(&mut self, stream: Stream<'_>, what: What) -> ControlFlow<()> {
        match self.peeling().peel(stream, what) {
            Peeled::Text(source) => (self.each)(source)?,
            #[cfg(feature = "compression")]
            Peeled::Archive(format, stream, what) => return self.archive(format, stream, &what),
            Peeled::Nothing => {}
        }
        self.peeling().goes_on()
    }

    /// Opens the members of an archive.
    #[cfg(feature = "compression")]
    fn archive(&mut self, format: Format, stream: Stream<'_>, what: &What) -> ControlFlow<()> {
        if what.archives == MAX_LAYERS {
            return self.note(
                ProblemKind::Unsupported,
                what,
                "is an archive more than 3 deep; unpack it first",
            );
        }
        match format {
            Format::Tar => archive::tar(self, stream, what),
            _ => self.zip(stream, what),
        }
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

    #[cfg(feature = "compression")]
    fn note(&self, kind: ProblemKind, what: &What, text: &str) -> ControlFlow<()> {
        self.problems.note(kind, &what.name, 0, text);
        ControlFlow::Continue(())
    }
}
