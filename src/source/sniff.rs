//! What a stream is, told by its first bytes.
//!
//! The verdict depends on the bytes alone, not on how many of them arrived at once: a first line of clean
//! text settles it, so that a slow pipe is read from its first line on; else up to [`HEAD`] bytes are needed.

use super::encoding::{self, Encoding};

/// Bytes that are looked at.
pub(super) const HEAD: usize = 4096;

/// Bytes that hold every short signature; a settled first line is at least as long.
const SIGNATURE: usize = 16;

/// A compression of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Packing {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }
}

/// What a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Packed(Packing),
    Zip,
    Tar,
    Text(Encoding),
    /// Known, but not read here: what it is and what to do.
    Unsupported(&'static str),
    /// Neither a log nor anything that holds one.
    NotText(&'static str),
    /// Bookkeeping of a file system, without interest.
    Ignored,
}

/// First bytes and what they say, longer ones before their beginnings.
const SIGNATURES: &[(&[u8], Format)] = &[
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"\x04\x22\x4d\x18", Format::Unsupported("is an lz4 stream; pipe `lz4 -dc FILE` to standard input")),
    (b"\x1f\x9d", Format::Unsupported("is packed by compress (.Z); pipe `gzip -dc FILE` to standard input")),
    (
        b"\xff\x06\x00\x00sNaPpY",
        Format::Unsupported("is a snappy stream; pipe `snzip -dc FILE` to standard input"),
    ),
    (
        b"\x5d\x00\x00",
        Format::Unsupported("is an lzma stream; pipe `xz --format=lzma -dc FILE` to standard input"),
    ),
    (b"LZIP\x01", Format::Unsupported("is an lzip stream; pipe `lzip -dc FILE` to standard input")),
    (b"7z\xbc\xaf\x27\x1c", Format::Unsupported("is a 7-Zip archive; unpack it with `7z x FILE`")),
    (b"Rar!\x1a\x07", Format::Unsupported("is a RAR archive; unpack it with `7z x FILE`")),
    (
        b"PK\x07\x08",
        Format::Unsupported(
            "is one part of a split zip archive; join the parts with `zip -s 0 FILE --out whole.zip`",
        ),
    ),
    (b"PAR1\x15", Format::Unsupported("is a Parquet file; export it with `duckdb -json -c \"from 'FILE'\"`")),
    (b"Obj\x01", Format::Unsupported("is an Avro file; export it with `avro-tools tojson FILE`")),
    (
        b"SQLite format 3\0",
        Format::Unsupported("is an SQLite database; export the table with `sqlite3 -json FILE`"),
    ),
    (
        b"LPKSHHRH",
        Format::Unsupported("is a binary journal; pipe `journalctl -o json --file FILE` to standard input"),
    ),
    (b"ElfFile\0", Format::Unsupported("is a Windows event log; export it with `evtx_dump -o jsonl FILE`")),
    (
        b"\x00\x00\xfe\xff",
        Format::Unsupported("is UTF-32 text; pipe `iconv -f UTF-32 -t UTF-8 FILE` to standard input"),
    ),
    (b"\x00\x05\x16\x07", Format::Ignored),
    (b"\x89PNG\r\n", Format::NotText("is an image (PNG)")),
    (b"\xff\xd8\xff", Format::NotText("is an image (JPEG)")),
    (b"GIF87a", Format::NotText("is an image (GIF)")),
    (b"GIF89a", Format::NotText("is an image (GIF)")),
    (b"%PDF-", Format::NotText("is a PDF document")),
    (b"\x7fELF", Format::NotText("is an executable (ELF)")),
    (b"MZ\x90\x00", Format::NotText("is an executable (PE)")),
    (b"\xcf\xfa\xed\xfe", Format::NotText("is an executable (Mach-O)")),
    (b"\xca\xfe\xba\xbe", Format::NotText("is compiled code (Java class or Mach-O)")),
    (b"\0asm", Format::NotText("is compiled code (WebAssembly)")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::NotText("is an Office document")),
    (b"\xd4\xc3\xb2\xa1", Format::NotText("is a network capture (pcap)")),
    (b"\x0a\x0d\x0d\x0a", Format::NotText("is a network capture (pcapng)")),
];

/// Whether `head`, the bytes so far, needs no more bytes to be told.
pub(super) fn is_settled(head: &[u8]) -> bool {
    head.len() >= HEAD || clean_line(head).is_some_and(|is_clean| is_clean)
}

/// The format of the stream that begins with `head`: all of it, its first [`HEAD`] bytes, or as much as
/// [`is_settled`] wanted.
pub(super) fn sniff(head: &[u8]) -> Format {
    let head = head.get(..HEAD).unwrap_or(head);
    if let Some(packing) = packing(head) {
        return Format::Packed(packing);
    }
    if head.starts_with(b"\xff\xfe\x00\x00") {
        return Format::Unsupported("is UTF-32 text; pipe `iconv -f UTF-32 -t UTF-8 FILE` to standard input");
    }
    if let Some((_, format)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return *format;
    }
    if is_flow_dump(head) {
        return Format::Unsupported(
            "is a mitmproxy flow file; export it with `mitmdump -nr FILE --set hardump=out.har`",
        );
    }
    if head.get(257..262) == Some(b"ustar".as_slice()) {
        return Format::Tar;
    }
    if clean_line(head) == Some(true) {
        return Format::Text(encoding::detect(head.get(..SIGNATURE).unwrap_or(head)));
    }
    match encoding::detect(head) {
        Encoding::Utf8 if looks_binary(head) => Format::NotText("is binary data"),
        encoding => Format::Text(encoding),
    }
}

/// The compression whose stream begins here; needs ten bytes.
pub(super) fn packing(head: &[u8]) -> Option<Packing> {
    match head {
        [0x1f, 0x8b, ..] => Some(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Packing::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Some(Packing::Bzip2),
        [0xfd, b'7', b'z', b'X', b'Z', 0x00, ..] => Some(Packing::Xz),
        _ => None,
    }
}

/// Whether the first line, taken as long as a signature at least, is valid UTF-8 without control
/// characters. `None` while its end is not there.
fn clean_line(head: &[u8]) -> Option<bool> {
    let head = head.get(..HEAD).unwrap_or(head);
    let end = SIGNATURE + memchr::memchr(b'\n', head.get(SIGNATURE..)?)?;
    let line = head.get(..end)?;
    Some(!line.iter().any(|byte| is_control(*byte) || *byte == 0) && std::str::from_utf8(line).is_ok())
}

/// Whether the bytes are neither text of any encoding nor text with holes of NUL: more than one in twenty
/// is a control character that no log writes, or NULs stand scattered all over.
pub(super) fn looks_binary(head: &[u8]) -> bool {
    let (mut controls, mut nuls, mut others, mut run) = (0_usize, 0_usize, 0_usize, 0_usize);
    for byte in head.iter().copied().chain([b'\n']) {
        if byte == 0 {
            run += 1;
            continue;
        }
        // A long run is a hole that `copytruncate` left.
        nuls += if run < 16 { run } else { 0 };
        (run, others) = (0, others + 1);
        controls += usize::from(is_control(byte));
    }
    controls * 20 > others || nuls * 3 > others + nuls
}

/// Control characters apart from white space, back space, escape and the separators of some log formats.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0x02..=0x07 | 0x0e..=0x1a | 0x7f)
}

/// mitmproxy's own file: netstrings of a dictionary that begins with a known key, `1532:9:websocket;…`.
fn is_flow_dump(head: &[u8]) -> bool {
    let number = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let netstring = |bytes: &'_ [u8]| {
        let digits = number(bytes);
        ((1..=9).contains(&digits) && bytes.get(digits) == Some(&b':')).then_some(digits + 1)
    };
    let Some(start) = netstring(head) else { return false };
    let inner = head.get(start..).unwrap_or_default();
    let Some(start) = netstring(inner) else { return false };
    let key = inner.get(start..).unwrap_or_default();
    const KEYS: [&[u8]; 8] = [
        b"version",
        b"websocket",
        b"response",
        b"request",
        b"client_conn",
        b"server_conn",
        b"backup",
        b"comment",
    ];
    KEYS.iter().any(|name| key.starts_with(name) && matches!(key.get(name.len()), Some(b';' | b',')))
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURE, SIGNATURES, sniff};

    #[test]
    fn every_signature_is_told_by_its_own_row() {
        for (index, (signature, format)) in SIGNATURES.iter().enumerate() {
            assert!(signature.len() <= SIGNATURE, "{signature:?}");
            assert!(
                !SIGNATURES.iter().take(index).any(|(other, _)| signature.starts_with(other)),
                "{signature:?}"
            );
            assert_eq!(sniff(signature), *format, "{signature:?}");
        }
    }
}
