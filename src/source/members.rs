//! Unpacks a stream that may consist of several members, one after the other.
//!
//! Log rotation that appends, object stores and `cat a.gz b.gz` write such streams, and most decoders stop
//! silently after the first member. The members are told apart here, the same way for every compression, and
//! may even differ in it. Padding of NUL after a member is skipped.

use std::io::{self, BufRead, Read};

use super::buffered::Buffered;
use super::sniff::{self, Packing};

/// Memory a zstd stream may ask for: 2 to this power.
const ZSTD_WINDOW_LOG: u32 = 30;
/// Memory an xz stream may ask for, in KiB. `xz -9` asks for 64 MiB.
const XZ_MEMORY_KIB: u32 = 1 << 20;

enum Decoder<R: Read> {
    Gzip(Box<flate2::bufread::GzDecoder<Buffered<R>>>),
    Zstd(Box<zstd::Decoder<'static, Buffered<R>>>),
    Bzip2(Box<bzip2::bufread::BzDecoder<Buffered<R>>>),
    Xz(Box<lzma_rust2::XzReader<Buffered<R>>>),
}

impl<R: Read> Decoder<R> {
    fn new(packing: Packing, stream: Buffered<R>) -> io::Result<Self> {
        Ok(match packing {
            Packing::Gzip => Self::Gzip(Box::new(flate2::bufread::GzDecoder::new(stream))),
            Packing::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(stream)?.single_frame();
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Self::Zstd(Box::new(decoder))
            }
            Packing::Bzip2 => Self::Bzip2(Box::new(bzip2::bufread::BzDecoder::new(stream))),
            Packing::Xz => {
                Self::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(stream, false, XZ_MEMORY_KIB)))
            }
        })
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buf),
            Self::Zstd(decoder) => decoder.read(buf),
            Self::Bzip2(decoder) => decoder.read(buf),
            Self::Xz(decoder) => decoder.read(buf),
        }
    }

    /// The stream behind the member that was read to its end.
    fn into_rest(self) -> Buffered<R> {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
            Self::Bzip2(decoder) => decoder.into_inner(),
            Self::Xz(decoder) => decoder.into_inner(),
        }
    }
}

/// Reads the members of a packed stream as one.
pub(super) struct Members<R: Read> {
    /// `None` after the end or an error.
    decoder: Option<Decoder<R>>,
}

impl<R: Read> Members<R> {
    /// # Errors
    /// Where the decoder cannot be set up.
    pub(super) fn new(packing: Packing, stream: Buffered<R>) -> io::Result<Self> {
        Ok(Self { decoder: Some(Decoder::new(packing, stream)?) })
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        while let Some(mut decoder) = self.decoder.take() {
            let count = decoder.read(buf)?;
            if count > 0 {
                self.decoder = Some(decoder);
                return Ok(count);
            }
            self.decoder = next_member(decoder.into_rest())?;
        }
        Ok(0)
    }
}

/// The decoder of the member that follows, if any does.
fn next_member<R: Read>(mut stream: Buffered<R>) -> io::Result<Option<Decoder<R>>> {
    loop {
        let ahead = stream.fill_buf()?;
        let padding = ahead.iter().take_while(|byte| **byte == 0).count();
        if padding == 0 {
            break;
        }
        stream.consume(padding);
    }
    let head = stream.look(|ahead| ahead.len() >= 10)?;
    if head.is_empty() {
        return Ok(None);
    }
    let Some(packing) = sniff::packing(head) else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "what follows its end is not packed"));
    };
    Decoder::new(packing, stream).map(Some)
}
