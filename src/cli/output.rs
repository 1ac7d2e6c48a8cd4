//! Where results go: standard output, or a file that appears whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use anstream::stream::RawStream;
use clap::ColorChoice;

use super::failure::{Failure, reason};
use crate::report::Look;

/// Width when the output is not a terminal.
const PIPE_WIDTH: usize = 80;

/// Whether a stream that the options say nothing of may be coloured: a terminal, as far as `NO_COLOR`, `CLICOLOR`,
/// `CLICOLOR_FORCE` and `TERM` allow.
pub(super) fn may_colour(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != anstream::ColorChoice::Never
}

/// An open output.
#[derive(Debug)]
pub(super) struct Output {
    writer: Option<BufWriter<Box<dyn Sink>>>,
    target: Option<Target>,
    is_terminal: bool,
}

trait Sink: Write + std::fmt::Debug {
    /// Waits until the bytes are where they stay: only then is it known that there was room for them.
    fn settle(&mut self) -> io::Result<()>;
}

impl Sink for io::Stdout {
    fn settle(&mut self) -> io::Result<()> {
        self.flush()
    }
}

impl Sink for File {
    fn settle(&mut self) -> io::Result<()> {
        if self.metadata()?.is_file() { self.sync_all() } else { Ok(()) }
    }
}

/// A file in the making.
#[derive(Debug)]
struct Target {
    path: PathBuf,
    /// `None` when the path is written directly (a device, a named pipe).
    temporary: Option<PathBuf>,
    may_replace: bool,
}

impl Output {
    /// Opens standard output, or a new file beside the final one.
    ///
    /// # Errors
    /// When the file exists and may not be replaced, or its folder cannot be written.
    pub(super) fn open(path: Option<&Path>, may_replace: bool) -> Result<Self, Failure> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            let stdout = io::stdout();
            let is_terminal = stdout.is_terminal();
            return Ok(Self { writer: Some(BufWriter::new(Box::new(stdout))), target: None, is_terminal });
        };
        let (file, temporary) = match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                return Err(Failure::new(format!("cannot write `{}`: it is a folder", path.display())));
            }
            Ok(found) if !found.is_file() => (OpenOptions::new().write(true).open(path), None),
            Ok(_) if !may_replace => return Err(exists(path)),
            _ => {
                let temporary = beside(&followed(path));
                (File::create_new(&temporary), Some(temporary))
            }
        };
        let file = file.map_err(|error| Failure::write(Some(path), &error))?;
        let target = Target { path: path.to_owned(), temporary, may_replace };
        Ok(Self { writer: Some(BufWriter::new(Box::new(file))), target: Some(target), is_terminal: false })
    }

    /// How wide and colourful the output may be.
    pub(super) fn look(&self, color: ColorChoice) -> Look {
        let is_coloured = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => self.target.is_none() && may_colour(&io::stdout()),
        };
        Look { width: self.width(), is_coloured }
    }

    /// The width of the terminal, else what `COLUMNS` says, else that of a pipe.
    fn width(&self) -> usize {
        let terminal = terminal_size::terminal_size_of(io::stdout()).filter(|_| self.is_terminal);
        let terminal = terminal.map(|(width, _)| usize::from(width.0));
        let asked = || std::env::var("COLUMNS").ok()?.parse().ok();
        terminal.or_else(asked).unwrap_or(PIPE_WIDTH).clamp(40, 160)
    }

    /// Writes out what is buffered, down to the disk.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub(super) fn complete(&mut self) -> Result<(), Failure> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let written = writer.flush().and_then(|()| writer.get_mut().settle());
        written.map_err(|error| self.failure(&error))
    }

    /// Completes the output and puts a file in its place.
    ///
    /// # Errors
    /// When the last bytes cannot be written or the file cannot be put in place.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.complete()?;
        self.writer = None;
        let Some(target) = self.target.take() else { return Ok(()) };
        let placed = target.place();
        if placed.is_err() {
            target.remove();
        }
        placed
    }

    /// The failure of a write to this output.
    pub(super) fn failure(&self, error: &io::Error) -> Failure {
        Failure::write(self.target.as_ref().map(|target| target.path.as_path()), error)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().map_or(Ok(bytes.len()), |writer| writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Output {
    /// An output that was not finished leaves nothing behind.
    fn drop(&mut self) {
        if let Some(target) = &self.target {
            target.remove();
        }
        if let Some(writer) = self.writer.take() {
            // What could not be written before must not be tried again by the buffer.
            let _ = writer.into_parts();
        }
    }
}

impl Target {
    fn place(&self) -> Result<(), Failure> {
        let Some(temporary) = &self.temporary else { return Ok(()) };
        let failed = |error: io::Error| Failure::write(Some(&self.path), &error);
        if self.may_replace {
            let target = followed(&self.path);
            if let Ok(old) = fs::metadata(&target) {
                // Who may read the report is for its owner to say; where it cannot be kept, the new file's own
                // permissions are narrower or the same as those of any file that the user makes.
                let _ = fs::set_permissions(temporary, old.permissions());
            }
            return fs::rename(temporary, target).map_err(failed);
        }
        match fs::hard_link(temporary, &self.path) {
            Ok(()) => {
                self.remove();
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&self.path)),
            // A file system without links: the check before is all there is.
            Err(_) => fs::rename(temporary, &self.path).map_err(failed),
        }
    }

    fn remove(&self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

fn exists(path: &Path) -> Failure {
    let message = format!("cannot write `{}`: it exists", path.display());
    Failure::with_help(message, Some("add --force to replace it".to_owned()))
}

/// The file behind links, so that the link stays and the rename stays on one file system.
fn followed(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// The text of a small file or standard input, lossy, at most `max_bytes`.
pub(super) fn read_text(path: &Path, max_bytes: u64) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::Read::read_to_end(&mut io::Read::take(io::stdin(), max_bytes), &mut bytes)
    } else {
        File::open(path)
            .and_then(|file| io::Read::read_to_end(&mut io::Read::take(file, max_bytes), &mut bytes))
    };
    match read {
        Ok(_) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(Failure::new(format!("cannot read `{}`: {}", path.display(), reason(&error)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, may_replace: bool, text: &str) -> Result<(), Failure> {
        let mut output = Output::open(Some(path), may_replace)?;
        output.write_all(text.as_bytes()).expect("room on the disk");
        output.finish()
    }

    #[test]
    fn a_file_is_replaced_only_when_forced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        assert!(write(&path, false, "one").is_ok());
        assert!(write(&path, false, "two").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert!(write(&path, true, "three").is_ok());
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_output_that_was_not_finished_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let mut output = Output::open(Some(&path), true).unwrap();
        output.write_all(b"half").unwrap();
        drop(output);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_behind_it_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        let (real, link) = (folder.path().join("real/report.md"), folder.path().join("link.md"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("real/report.md", &link).unwrap();
        assert!(write(&link, true, "new").is_ok());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let output = Output::open(Some(&path), false).unwrap();
        fs::write(&path, "other").unwrap();
        assert!(output.finish().is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "other");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
