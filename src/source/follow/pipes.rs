//! Standard input and named pipes: each has a thread that waits for it.
//!
//! What they say waits in a short channel until it is taken, so a pipe that says much is slowed down.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::PIECE;

/// Pieces of pipes that wait to be taken.
const WAITING: usize = 16;

/// What came out of a pipe: its stream, and bytes; none at its end.
pub(super) type Piece = (usize, Vec<u8>);

/// The pipes that are read.
#[derive(Debug, Default)]
pub(super) struct Pipes {
    open: usize,
    channel: Option<(SyncSender<Piece>, Receiver<Piece>)>,
    waiting: VecDeque<Piece>,
    /// Paths with a thread of their own.
    paths: Vec<PathBuf>,
}

impl Pipes {
    /// Whether a pipe of that name is or was read.
    pub(super) fn knows(&self, path: &Path) -> bool {
        self.paths.iter().any(|known| known == path)
    }

    /// Whether nothing can come any more.
    pub(super) fn is_over(&self) -> bool {
        self.open == 0 && self.waiting.is_empty()
    }

    /// Reads a pipe, `-` for standard input, as this stream.
    pub(super) fn start(&mut self, path: &Path, stream: usize) {
        self.paths.push(path.to_owned());
        let (sender, _) = self.channel.get_or_insert_with(|| sync_channel(WAITING));
        let (sender, path) = (sender.clone(), path.to_owned());
        self.open += 1;
        std::thread::spawn(move || match path.to_str() {
            Some("-") => pump(&mut std::io::stdin().lock(), stream, &sender),
            _ => match File::open(&path) {
                Ok(mut file) => pump(&mut file, stream, &sender),
                Err(_) => pump(&mut std::io::empty(), stream, &sender),
            },
        });
    }

    /// Waits until a pipe has something to say, at most this long.
    pub(super) fn wait(&mut self, at_most: Duration) {
        match &self.channel {
            Some((_, receiver)) if self.open > 0 => {
                if let Ok(piece) = receiver.recv_timeout(at_most) {
                    self.waiting.push_back(piece);
                }
            }
            _ => std::thread::sleep(at_most),
        }
    }

    /// What the pipes have said since the last time.
    pub(super) fn take(&mut self) -> Vec<Piece> {
        let Some((_, receiver)) = &self.channel else { return Vec::new() };
        let pieces: Vec<Piece> = self.waiting.drain(..).chain(receiver.try_iter().take(WAITING)).collect();
        self.open -= pieces.iter().filter(|(_, bytes)| bytes.is_empty()).count();
        pieces
    }
}

/// Sends what a reader gives until it ends or nobody listens.
fn pump(reader: &mut dyn Read, stream: usize, sender: &SyncSender<Piece>) {
    let mut buffer = vec![0; PIECE];
    loop {
        let count = match reader.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Ok(count) => count,
            Err(_) => 0,
        };
        let bytes = buffer.get(..count).unwrap_or_default().to_vec();
        if sender.send((stream, bytes)).is_err() || count == 0 {
            return;
        }
    }
}

/// Whether the path is read by a thread: standard input, or neither a file nor a folder.
pub(super) fn is_pipe(path: &Path) -> bool {
    path == Path::new("-")
        || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}
