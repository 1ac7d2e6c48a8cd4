//! Text encodings: byte order marks and UTF-16 with and without one.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Also everything that is not recognised, Latin-1 for example: passed through.
    Utf8,
    /// UTF-8 behind a byte order mark, which is not part of the text.
    Utf8WithMark,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// The encoding of the text that begins with `head`. Without a mark it is UTF-16 when three in ten of the
/// bytes on one side of the pairs are NUL and hardly any on the other; holes of NUL have as many on both.
pub(super) fn detect(head: &[u8]) -> Encoding {
    match head {
        [0xef, 0xbb, 0xbf, ..] => return Encoding::Utf8WithMark,
        [0xff, 0xfe, ..] => return Encoding::Utf16LittleEndian,
        [0xfe, 0xff, ..] => return Encoding::Utf16BigEndian,
        _ => {}
    }
    let (pairs, _) = head.as_chunks::<2>();
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    let is_most = |one: usize, other: usize| one > 1 && one * 10 >= pairs.len() * 3 && other * 20 <= one;
    if is_most(second, first) {
        Encoding::Utf16LittleEndian
    } else if is_most(first, second) {
        Encoding::Utf16BigEndian
    } else {
        Encoding::Utf8
    }
}

/// Whether these bytes, taken from the middle of a stream, are UTF-16 in either order.
pub(crate) fn is_wide(bytes: &[u8]) -> bool {
    matches!(detect(bytes), Encoding::Utf16LittleEndian | Encoding::Utf16BigEndian)
}

/// The text of `stream` in UTF-8 without its byte order mark.
pub(super) fn decode<'a>(encoding: Encoding, stream: impl Read + Send + 'a) -> Box<dyn Read + Send + 'a> {
    match encoding {
        Encoding::Utf8 => Box::new(stream),
        Encoding::Utf8WithMark => Box::new(WithoutMark { inner: stream, left: 3 }),
        Encoding::Utf16LittleEndian => {
            Box::new(Transcoder::new(stream, UTF_16LE.new_decoder_with_bom_removal()))
        }
        Encoding::Utf16BigEndian => {
            Box::new(Transcoder::new(stream, UTF_16BE.new_decoder_with_bom_removal()))
        }
    }
}

/// Drops the first bytes of a stream.
struct WithoutMark<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut mark = [0; 3];
        while self.left > 0 {
            let count = self.inner.read(mark.get_mut(..self.left).unwrap_or_default())?;
            if count == 0 {
                return Ok(0);
            }
            self.left -= count;
        }
        self.inner.read(buf)
    }
}

/// Bytes of a step of transcoding.
const STEP: usize = 32 * 1024;

/// UTF-16 to UTF-8, malformed parts as U+FFFD.
struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    input: Box<[u8]>,
    output: Box<[u8]>,
    /// What of `input` and of `output` is not used yet.
    pending: std::ops::Range<usize>,
    ready: std::ops::Range<usize>,
    /// `inner` is at its end, and the decoder knows.
    is_ended: bool,
}

impl<R: Read> Transcoder<R> {
    fn new(inner: R, decoder: Decoder) -> Self {
        let buffer = || vec![0; STEP].into_boxed_slice();
        Self {
            inner,
            decoder,
            input: buffer(),
            output: buffer(),
            pending: 0..0,
            ready: 0..0,
            is_ended: false,
        }
    }

    /// Makes some output ready, or reaches the end.
    fn step(&mut self) -> io::Result<()> {
        let mut is_last = false;
        if self.pending.is_empty() {
            let count = self.inner.read(&mut self.input)?;
            (self.pending, is_last) = (0..count, count == 0);
        }
        let input = self.input.get(self.pending.clone()).unwrap_or_default();
        let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.output, is_last);
        self.pending.start += read;
        self.ready = 0..written;
        self.is_ended = is_last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        while self.ready.is_empty() && !self.is_ended {
            self.step()?;
        }
        let count = self.output.get(self.ready.clone()).unwrap_or_default().read(buf)?;
        self.ready.start += count;
        Ok(count)
    }
}
