//! Members of a tar stream, read one after the other without seeking.
//!
//! The `tar` crate knows the headers; the walk over them is ours, because its entries cannot be sent to
//! another thread and give up at the first damage.

use std::io::{self, Read};
use std::sync::Arc;

use jiff::Timestamp;
use tar::{EntryType, Header, PaxExtensions};

use super::guard::Problems;
use crate::model::ProblemKind;

const BLOCK: usize = 512;
/// Longest extended header that is looked at.
const MAX_EXTENSION: u64 = 1 << 20;

/// A file in the archive.
pub(super) struct Member {
    pub name: String,
    pub modified: Option<Timestamp>,
    pub bytes: u64,
}

/// Reads the members of a tar stream.
pub(super) struct Members<R> {
    stream: R,
    name: Arc<str>,
    problems: Problems,
    /// Bytes of the current member and of the padding behind it that were not read.
    left: u64,
    padding: u64,
}

impl<R: Read> Members<R> {
    pub(super) fn new(stream: R, name: &Arc<str>, problems: &Problems) -> Self {
        Self { stream, name: Arc::clone(name), problems: problems.clone(), left: 0, padding: 0 }
    }

    /// The next file. Its bytes come from `self` as a reader, until the next call. Folders and links are
    /// passed over; damage ends the archive with a problem.
    pub(super) fn next_file(&mut self) -> Option<Member> {
        match self.find_file() {
            Ok(member) => member,
            Err(error) => {
                let verb =
                    if error.kind() == io::ErrorKind::UnexpectedEof { "ends early" } else { "is damaged" };
                let text = format!("tar archive {verb}: {error}");
                self.problems.note(ProblemKind::Damaged, &self.name, 0, text);
                None
            }
        }
    }

    fn find_file(&mut self) -> io::Result<Option<Member>> {
        let (mut long_name, mut long_size) = (None, None);
        while let Some(header) = self.next_header()? {
            let size = match header.entry_type() {
                EntryType::Symlink | EntryType::Link | EntryType::Directory => 0,
                _ => header.entry_size()?,
            };
            self.expect_bytes(size);
            match header.entry_type() {
                EntryType::GNULongName => {
                    let bytes = self.extension(size)?;
                    long_name = Some(text(bytes.split(|byte| *byte == 0).next().unwrap_or_default()));
                }
                EntryType::XHeader => {
                    let bytes = self.extension(size)?;
                    for field in PaxExtensions::new(&bytes).flatten() {
                        match field.key_bytes() {
                            b"path" => long_name = Some(text(field.value_bytes())),
                            b"size" => long_size = field.value().ok().and_then(|value| value.parse().ok()),
                            _ => {}
                        }
                    }
                }
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                    self.skip_sparse_map(&header)?;
                    let bytes = long_size.unwrap_or(size);
                    self.expect_bytes(bytes);
                    let seconds = header.mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
                    let modified = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
                    let name = long_name.unwrap_or_else(|| text(&header.path_bytes()));
                    return Ok(Some(Member { name, modified, bytes }));
                }
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => (long_name, long_size) = (None, None),
            }
        }
        Ok(None)
    }

    fn expect_bytes(&mut self, bytes: u64) {
        self.left = bytes;
        self.padding = bytes.next_multiple_of(BLOCK as u64) - bytes;
    }

    /// The next header behind what is left of the member before; blocks of NUL, which end an archive, are
    /// passed over so that joined archives are read to their end.
    fn next_header(&mut self) -> io::Result<Option<Header>> {
        self.skip_member()?;
        loop {
            let mut header = Header::new_old();
            let block = header.as_mut_bytes();
            let count = fill(&mut self.stream, block)?;
            if count == 0 {
                return Ok(None);
            }
            if block.iter().all(|byte| *byte == 0) {
                continue;
            }
            if count < BLOCK {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a header is cut"));
            }
            if !is_sound(&header) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a header is wrong"));
            }
            return Ok(Some(header));
        }
    }

    fn skip_member(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.left);
        let skipped = io::copy(&mut self.stream.by_ref().take(left), &mut io::sink())?;
        let padding = std::mem::take(&mut self.padding);
        io::copy(&mut self.stream.by_ref().take(padding), &mut io::sink())?;
        if skipped < left {
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a member is cut"))
        } else {
            Ok(())
        }
    }

    fn extension(&mut self, size: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if size <= MAX_EXTENSION {
            self.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// A sparse file has further blocks that say where its parts belong; the parts themselves are all we read.
    fn skip_sparse_map(&mut self, header: &Header) -> io::Result<()> {
        let is_sparse = header.entry_type() == EntryType::GNUSparse;
        let mut has_more = is_sparse && header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        while has_more {
            let mut block = [0; BLOCK];
            self.stream.read_exact(&mut block)?;
            has_more = block.get(504).is_some_and(|byte| *byte != 0);
        }
        Ok(())
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.by_ref().take(self.left).read(buf)?;
        self.left -= count as u64;
        if count == 0 && self.left > 0 && !buf.is_empty() {
            self.left = 0;
            self.padding = 0;
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is cut"));
        }
        Ok(count)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether the checksum of a header holds; it is the sum of all bytes with its own field as blanks.
fn is_sound(header: &Header) -> bool {
    let bytes = header.as_bytes();
    let field = 148..156;
    let sum = |byte: (usize, &u8)| if field.contains(&byte.0) { 32 } else { u32::from(*byte.1) };
    header.cksum().is_ok_and(|stated| stated == bytes.iter().enumerate().map(sum).sum::<u32>())
}

/// Reads until `block` is full or the stream ends; how many bytes.
fn fill(stream: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(room) = block.get_mut(count..).filter(|room| !room.is_empty()) {
        match stream.read(room) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}
