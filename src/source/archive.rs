//! Members of zip and tar archives, in the order of the archive, named `archive.zip!folder/member`.

use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::buffered::Buffered;
use super::guard::{Guard, Packed, Unpacking};
use super::open::{Opening, Stream, What};
use super::sniff::{self, Format};
use super::tar;
use crate::model::ProblemKind;
use crate::redact::mask;

/// Opens the files of a tar archive.
pub(super) fn tar(opening: &mut Opening<'_>, stream: Stream<'_>, what: &What) -> ControlFlow<()> {
    let mut members = tar::Members::new(stream, &what.name, &opening.problems);
    while let Some(member) = members.next_file() {
        let inner = inside(what, &member.name, member.modified);
        let unpacking =
            Unpacking::new("tar member".to_owned(), Packed::Stated(member.bytes), opening.settings);
        let guard = Guard::unpacking(&mut members, &inner.name, &opening.problems, unpacking);
        opening.unwrap(Buffered::new(Box::new(guard)), inner)?;
    }
    ControlFlow::Continue(())
}

/// Opens the files of a zip archive. Where its directory at the end is missing, the members that stand before
/// the damage are read in their order.
pub(super) fn zip<R: Read + Seek + Send>(
    opening: &mut Opening<'_>,
    mut stream: R,
    what: &What,
) -> ControlFlow<()> {
    let mut archive = match ZipArchive::new(&mut stream) {
        Ok(archive) => archive,
        Err(error) => {
            let text = format!("zip archive is damaged, members before the damage are read: {error}");
            opening.problems.note(ProblemKind::Damaged, &what.name, 0, text);
            return if stream.rewind().is_ok() {
                zip_without_directory(opening, stream, what)
            } else {
                ControlFlow::Continue(())
            };
        }
    };
    if archive.has_overlapping_files().unwrap_or(false) {
        let text = "zip archive whose members share their bytes, which makes it grow without limit; not read";
        opening.problems.note(ProblemKind::TooLarge, &what.name, 0, text);
        return ControlFlow::Continue(());
    }
    for index in 0..archive.len() {
        let (inner, method, is_encrypted) = match archive.by_index_raw(index) {
            Ok(file) if !file.is_file() => continue,
            Ok(file) => (zip_member(&file, what), file.compression(), file.encrypted()),
            Err(error) => {
                note_member(opening, what, &error);
                continue;
            }
        };
        if is_encrypted {
            let text = "is encrypted; unpack it with its password and name the result";
            opening.problems.note(ProblemKind::Unsupported, &inner.name, 0, text);
            continue;
        }
        let is_read_by_zip = matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated);
        let file = if is_read_by_zip { archive.by_index(index) } else { archive.by_index_raw(index) };
        match file {
            Ok(file) if is_read_by_zip => open_member(opening, file, inner)?,
            Ok(file) => open_packed_member(opening, file, inner)?,
            Err(error) => note_member(opening, &inner, &error),
        }
    }
    ControlFlow::Continue(())
}

fn zip_without_directory<R: Read + Send>(
    opening: &mut Opening<'_>,
    stream: R,
    what: &What,
) -> ControlFlow<()> {
    let mut stream = BufReader::new(stream);
    while let Ok(Some(file)) = zip::read::read_zipfile_from_stream(&mut stream) {
        let inner = zip_member(&file, what);
        if !file.is_dir() && !file.encrypted() {
            open_member(opening, file, inner)?;
        }
    }
    ControlFlow::Continue(())
}

fn open_member<R: Read + Send>(
    opening: &mut Opening<'_>,
    file: ZipFile<'_, R>,
    inner: What,
) -> ControlFlow<()> {
    let packed = Packed::Stated(file.compressed_size());
    let unpacking = Unpacking::new("zip member".to_owned(), packed, opening.settings);
    let guard = Guard::unpacking(file, &inner.name, &opening.problems, unpacking);
    opening.unwrap(Buffered::new(Box::new(guard)), inner)
}

/// A member in a compression that we know by itself (zstd, bzip2, xz): its stored bytes are such a stream.
fn open_packed_member<R: Read + Send>(
    opening: &mut Opening<'_>,
    file: ZipFile<'_, R>,
    inner: What,
) -> ControlFlow<()> {
    let unpacking = Unpacking::new("zip member".to_owned(), Packed::Stated(u64::MAX), opening.settings);
    let guard = Guard::unpacking(file, &inner.name, &opening.problems, unpacking);
    let mut stream: Stream<'_> = Buffered::new(Box::new(guard));
    let is_known =
        stream.look(sniff::is_settled).is_ok_and(|head| matches!(sniff::sniff(head), Format::Packed(_)));
    if is_known {
        return opening.unwrap(stream, inner);
    }
    let text = "is packed by a method of zip that is not read here; unpack the archive with `7z x FILE`";
    opening.problems.note(ProblemKind::Unsupported, &inner.name, 0, text);
    ControlFlow::Continue(())
}

fn note_member(opening: &Opening<'_>, what: &What, error: &ZipError) {
    let kind = match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ProblemKind::Unsupported
        }
        _ => ProblemKind::Damaged,
    };
    opening.problems.note(kind, &what.name, 0, format!("zip member cannot be read: {error}"));
}

fn zip_member<R: Read>(file: &ZipFile<'_, R>, what: &What) -> What {
    let name = file.name().unwrap_or_else(|_| String::from_utf8_lossy(file.name_raw()));
    let modified = file.last_modified().and_then(|time| {
        let part = |number: u8| i8::try_from(number).ok();
        let date = civil::Date::new(i16::try_from(time.year()).ok()?, part(time.month())?, part(time.day())?)
            .ok()?;
        let clock =
            civil::Time::new(part(time.hour())?, part(time.minute())?, part(time.second())?, 0).ok()?;
        jiff::tz::Offset::UTC.to_timestamp(date.to_datetime(clock)).ok()
    });
    inside(what, &name, modified)
}

fn inside(what: &What, member: &str, modified: Option<Timestamp>) -> What {
    let name = Arc::from(format!("{}!{}", what.name, mask(member)));
    What { name, file: None, modified: modified.or(what.modified), layers: 0, archives: what.archives + 1 }
}
