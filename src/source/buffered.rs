//! A reader that can be looked into before it is read.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a buffer. Larger reads go past it.
const CAPACITY: usize = 64 * 1024;

/// Counts the bytes that were taken out, readable while others hold the reader.
pub(super) type Counter = Arc<AtomicU64>;

/// Buffers `inner`; [`Buffered::look`] shows what comes next without taking it.
pub(super) struct Buffered<R> {
    inner: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    taken: Counter,
}

impl<R: Read> Buffered<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: vec![0; CAPACITY].into_boxed_slice(),
            start: 0,
            end: 0,
            taken: Counter::default(),
        }
    }

    /// Bytes taken so far.
    pub(super) fn taken(&self) -> Counter {
        Arc::clone(&self.taken)
    }

    /// The next bytes, as many as `is_enough` asks for; fewer at the end of the stream or when the buffer is
    /// full.
    ///
    /// # Errors
    /// Where the inner reader fails.
    pub(super) fn look(&mut self, is_enough: impl Fn(&[u8]) -> bool) -> io::Result<&[u8]> {
        while !is_enough(self.ahead()) {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            }
            let Some(room) = self.buffer.get_mut(self.end..).filter(|room| !room.is_empty()) else { break };
            match self.inner.read(room) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.ahead())
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }
}

impl<R: Read> BufRead for Buffered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.look(|ahead| !ahead.is_empty())
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl<R: Read> Read for Buffered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end && buf.len() >= CAPACITY {
            let count = self.inner.read(buf)?;
            self.taken.fetch_add(count as u64, Ordering::Relaxed);
            return Ok(count);
        }
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}
