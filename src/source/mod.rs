//! Inputs: from paths to named streams of UTF-8 bytes.
//!
//! In: paths, `-` for standard input. Out: one [`Source`] for each file and each archive member, unpacked and
//! transcoded, and a [`Problem`](crate::model::Problem) for everything that cannot be read. What a file is, its content decides,
//! never its name. Names are masked here, so that no later stage sees a secret in one. Nothing is ever written to disk, so names in archives can do no harm.
//!
//! ```text
//! path ─walk→ Input ─sniff→ gz zst bz2 xz (several members, up to 3 times) ─→ zip tar (members, up to 3 deep)
//!                                                        └→ UTF-16 → UTF-8 ─→ Source
//! ```
//!
//! Left to the consumer: invalid UTF-8 passes unchanged (read each record lossily), runs of NUL that a log
//! rotation with `copytruncate` leaves behind are kept, and so is a byte order mark after the first bytes
//! (files that were joined), which framing removes at the start of a line. UTF-16 behind
//! UTF-8 in one file (two writers) is not read; the pipeline notices and counts it.

#[cfg(feature = "compression")]
mod archive;
#[cfg_attr(not(feature = "compression"), expect(dead_code, reason = "what unpacking alone needs"))]
mod buffered;
mod digest;
mod encoding;
mod follow;
#[cfg_attr(not(feature = "compression"), expect(dead_code, reason = "what unpacking alone needs"))]
mod guard;
#[cfg(feature = "compression")]
mod members;
mod meter;
mod open;
mod peel;
mod rotation;
#[cfg_attr(not(feature = "compression"), expect(dead_code, reason = "what unpacking alone needs"))]
mod sniff;
mod stop;
#[cfg(feature = "compression")]
mod tar;
mod walk;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

pub use self::digest::{Digested, of_log};
pub(crate) use self::encoding::is_wide;
pub use self::follow::{Follow, From, News, Take};
pub use self::guard::Problems;
pub use self::meter::Meter;
pub use self::open::{read, read_from, text};
pub use self::rotation::{Log, logs};
pub use self::stop::{Stop, unread_as_one};
pub use self::walk::{inputs, is_expected_result};

/// What to leave out and how far to unpack.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Files inside directories whose name (without folder) one of these accepts are not read. Empty for
    /// logs; the folders of samples use [`is_expected_result`]. Paths named directly are always read.
    pub skip: &'static [fn(&OsStr) -> bool],
    /// Unpacked bytes of one stream or member after which reading stops with a problem.
    pub max_unpacked_bytes: u64,
    /// Unpacked bytes for each packed byte that are suspicious …
    pub max_ratio: u64,
    /// … once so many bytes have been unpacked.
    pub ratio_counts_from: u64,
    /// Largest zip archive that can be read where there is no file to seek in: from standard input or inside
    /// another archive. It is held in memory.
    pub max_zip_in_memory: u64,
    /// Counts what is read.
    pub meter: Option<Arc<Meter>>,
    /// Ends reading before the inputs end; what is not read is a problem.
    pub stop: Option<Stop>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            skip: &[],
            max_unpacked_bytes: 64 << 30,
            max_ratio: 10_000,
            ratio_counts_from: 1 << 30,
            max_zip_in_memory: 256 << 20,
            meter: None,
            stop: None,
        }
    }
}

/// Something to read: a path, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The path as given or found, lossily in UTF-8, secrets masked; `-` for standard input.
    pub name: Arc<str>,
    /// `None` for standard input.
    pub path: Option<PathBuf>,
    /// Size as stored, where it is a regular file.
    pub bytes: Option<u64>,
}

/// One stream of text.
pub struct Source<'a> {
    /// Path, `-`, or `archive.zip!member`; secrets masked.
    pub name: Arc<str>,
    /// Unpacked UTF-8 bytes without byte order mark. Never fails: an error ends the stream and becomes a
    /// problem that [`read`] returns.
    pub reader: Box<dyn Read + Send + 'a>,
    /// The file itself where its bytes are the text: regular, not packed, UTF-8, no byte order mark. For
    /// reads at positions instead of `reader`, not together with it.
    pub plain: Option<File>,
    /// When the file, or the member of an archive, was last written. Members of a zip archive know no zone
    /// and are taken as UTC.
    pub modified: Option<Timestamp>,
    /// Whether `reader` gives the bytes of the input itself: neither packed nor a member nor transcoded.
    pub is_original: bool,
    /// The byte order mark that was taken off UTF-8 text, else nothing.
    pub mark: &'static [u8],
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("plain", &self.plain.is_some())
            .field("modified", &self.modified)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
