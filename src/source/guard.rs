//! Readers that never fail: an error, or growth beyond a limit, ends the stream and is noted as a problem.

use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::buffered::Counter;
use super::walk::error_text;
use super::{Meter, Settings};
use crate::model::{Location, Place, Problem, ProblemKind};

/// Problems noted while sources are read, shared with the readers that note them.
#[derive(Debug, Clone, Default)]
pub struct Problems(Arc<Mutex<Vec<Problem>>>);

impl Problems {
    pub(super) fn note(&self, kind: ProblemKind, source: &Arc<str>, offset: u64, text: impl Into<String>) {
        let location = Location { source: Arc::clone(source), place: Place { line: 0, offset } };
        let problem = Problem { kind, location, text: text.into(), count: 1 };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
    }

    /// The problems noted until now, which are forgotten here.
    #[must_use]
    pub fn take(&self) -> Vec<Problem> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How much a packed stream has taken in.
pub(super) enum Packed {
    /// Counted while it is read.
    Counted(Counter),
    /// As the archive says.
    Stated(u64),
}

impl Packed {
    fn bytes(&self) -> u64 {
        match self {
            Self::Counted(counter) => counter.load(Ordering::Relaxed),
            Self::Stated(bytes) => *bytes,
        }
    }
}

/// Limits on an unpacked stream, and words for where it broke.
pub(super) struct Unpacking {
    /// `gzip stream`, `zip member`
    pub title: String,
    pub packed: Packed,
    pub max_bytes: u64,
    pub max_ratio: u64,
    pub ratio_counts_from: u64,
}

impl Unpacking {
    pub(super) fn new(title: String, packed: Packed, settings: &Settings) -> Self {
        Self {
            title,
            packed,
            max_bytes: settings.max_unpacked_bytes,
            max_ratio: settings.max_ratio,
            ratio_counts_from: settings.ratio_counts_from,
        }
    }

    /// Why `bytes` out are too many, if they are.
    fn excess(&self, bytes: u64) -> Option<String> {
        if bytes > self.max_bytes {
            return Some(format!(
                "{} is larger than {} bytes unpacked; the rest is not read",
                self.title, self.max_bytes
            ));
        }
        let allowed = self.packed.bytes().max(1).saturating_mul(self.max_ratio);
        (bytes > self.ratio_counts_from && bytes > allowed).then(|| {
            format!(
                "{} grows more than {} times when unpacked; the rest is not read",
                self.title, self.max_ratio
            )
        })
    }
}

/// See the head of the file.
pub(super) struct Guard<R> {
    inner: R,
    source: Arc<str>,
    problems: Problems,
    unpacking: Option<Unpacking>,
    bytes: u64,
    is_ended: bool,
    meter: Option<Arc<Meter>>,
}

impl<R: Read> Guard<R> {
    /// Guards the raw bytes of a file or pipe: an error is [`ProblemKind::Unreadable`].
    pub(super) fn raw(inner: R, source: &Arc<str>, problems: &Problems) -> Self {
        let (source, problems) = (Arc::clone(source), problems.clone());
        Self { inner, source, problems, unpacking: None, bytes: 0, is_ended: false, meter: None }
    }

    /// The same, counted.
    pub(super) fn metered(mut self, meter: Option<&Arc<Meter>>) -> Self {
        self.meter = meter.map(Arc::clone);
        if let Some(meter) = meter {
            meter.begin(&self.source);
        }
        self
    }

    /// Guards a decoder: an error is [`ProblemKind::Damaged`], what came before it is kept.
    pub(super) fn unpacking(inner: R, source: &Arc<str>, problems: &Problems, unpacking: Unpacking) -> Self {
        Self { unpacking: Some(unpacking), ..Self::raw(inner, source, problems) }
    }

    fn end(&mut self, kind: ProblemKind, text: String) {
        self.is_ended = true;
        self.problems.note(kind, &self.source, self.bytes, text);
    }

    fn fail(&mut self, error: &io::Error) {
        let Some(unpacking) = &self.unpacking else {
            return self.end(ProblemKind::Unreadable, error_text(error));
        };
        let verb = if error.kind() == io::ErrorKind::UnexpectedEof { "ends early" } else { "is damaged" };
        let at = match &unpacking.packed {
            Packed::Counted(counter) => format!(" at byte {}", counter.load(Ordering::Relaxed)),
            Packed::Stated(_) => String::new(),
        };
        let text = format!("{} {verb}{at}, after {} bytes unpacked: {error}", unpacking.title, self.bytes);
        self.end(ProblemKind::Damaged, text);
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.is_ended || buf.is_empty() {
            return Ok(0);
        }
        loop {
            match self.inner.read(buf) {
                Ok(0) => {
                    self.is_ended = true;
                    return Ok(0);
                }
                Ok(count) => {
                    self.bytes += count as u64;
                    if let Some(meter) = &self.meter {
                        meter.add(count);
                    }
                    if let Some(text) =
                        self.unpacking.as_ref().and_then(|unpacking| unpacking.excess(self.bytes))
                    {
                        self.end(ProblemKind::TooLarge, text);
                    }
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.fail(&error);
                    return Ok(0);
                }
            }
        }
    }
}
