//! Texts in every wrapping, and what came out of them.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod archives;
mod files;
mod packed;
mod texts;

use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{Settings, read_from};
use crate::model::Problem;

type Texts = Vec<(String, String)>;

/// Gives out its bytes in pieces.
struct Slow {
    bytes: Cursor<Vec<u8>>,
    piece: usize,
}

impl Read for Slow {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let piece = self.piece.min(buf.len());
        self.bytes.read(buf.get_mut(..piece).unwrap())
    }
}

fn unpack_with(bytes: &[u8], piece: usize, settings: &Settings) -> (Texts, Vec<Problem>) {
    let mut texts = Texts::new();
    let reader = Slow { bytes: Cursor::new(bytes.to_vec()), piece };
    let problems = read_from("in", Box::new(reader), settings, &mut |mut source| {
        let mut text = Vec::new();
        source.reader.read_to_end(&mut text).unwrap();
        texts.push((source.name.to_string(), String::from_utf8_lossy(&text).into_owned()));
        ControlFlow::Continue(())
    });
    (texts, problems)
}

/// The sources as `name=text`, then the kinds of problems.
fn unpack(bytes: &[u8]) -> Vec<String> {
    let (texts, problems) = unpack_with(bytes, usize::MAX, &Settings::default());
    let texts = texts.into_iter().map(|(name, text)| format!("{name}={text}"));
    texts.chain(problems.iter().map(|problem| format!("{:?}", problem.kind))).collect()
}

#[track_caller]
fn check(bytes: &[u8], expected: &[&str]) {
    assert_eq!(unpack(bytes), expected);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Two streams, from the `xz` program; there is no encoder for it among our crates.
const XZ: &[u8] = include_bytes!("testdata/two-streams.xz");

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_795_236_060);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_slow_reader_gives_the_same(
        lines in proptest::collection::vec("\\PC{0,60}|[a-z \u{0}\u{1b}\u{7f}é]{0,30}", 0..200),
        piece in 1_usize..5000,
        wrapping in 0_usize..8,
    ) {
        let text = lines.join("\n");
        let bytes = match wrapping {
            0 => text.clone().into_bytes(),
            1 => gzip(text.as_bytes()),
            2 => [zstd(text.as_bytes()), zstd(text.as_bytes())].concat(),
            3 => bzip2(text.as_bytes()),
            4 => gzip(&tar(&[("a", text.as_bytes()), ("b", b"two\n")])),
            5 => zip(&[("a", text.as_bytes())]),
            6 => utf16(&text, u16::to_le_bytes),
            _ => utf16(&format!("\u{feff}{text}"), u16::to_be_bytes),
        };
        let whole = unpack_with(&bytes, usize::MAX, &Settings::default());
        prop_assert_eq!(&unpack_with(&bytes, piece, &Settings::default()), &whole);
        prop_assert_eq!(&unpack_with(&bytes, 1, &Settings::default()), &whole);
    }

    #[test]
    fn damaged_bytes_are_survived(
        text in "[a-z\n]{0,300}", wrapping in 0_usize..6, at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = match wrapping {
            0 => gzip(text.as_bytes()),
            1 => zstd(text.as_bytes()),
            2 => bzip2(text.as_bytes()),
            3 => tar(&[("a", text.as_bytes()), ("b", b"two\n")]),
            4 => zip(&[("a", text.as_bytes()), ("b", b"two\n")]),
            _ => XZ.to_vec(),
        };
        let at = at.index(bytes.len());
        bytes[at] = byte;
        unpack(&bytes);
        unpack(bytes.get(..cut.index(bytes.len())).unwrap());
    }
}
