//! What the tests of trust share: texts of real failures, runs over files, packings.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::type_complexity,
    reason = "each test file uses a part of it"
)]

pub(crate) mod canary;
pub(crate) mod commands;
#[cfg(target_os = "linux")]
pub(crate) mod program;
pub(crate) mod stages;

use std::io::{Cursor, Write};
use std::path::Path;

use why4xx::aggregate::Summary;
use why4xx::pipeline::{self, Options};
use why4xx::report::{Look, Report, Settings, renderer, write_event};
use why4xx::rules::RuleSet;
use why4xx::source::{self, Input};

/// The number of cases of a property: `PROPTEST_CASES`, else `count`.
pub(crate) fn cases(count: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(count)
}

/// Inputs of all examples of the built-in rules: text that failures, near misses and quotes really have.
pub(crate) fn snippets() -> Vec<&'static str> {
    let rules = RuleSet::builtin().rules().iter();
    rules.flat_map(why4xx::rules::Rule::examples).map(|example| example.input.trim_matches('\n')).collect()
}

/// The lines of `events --all` for a file, without names.
pub(crate) fn events_of(path: &Path, options: &Options<'_>) -> Vec<String> {
    let (inputs, _) = source::inputs(&[path.to_path_buf()], &options.source);
    events(&inputs, options)
}

/// The lines of `events --all` for some inputs, without names.
pub(crate) fn events(inputs: &[Input], options: &Options<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let coverage = pipeline::run(inputs, options, &mut |mut call, finding| {
        call.source = "source".into();
        if let Some(attempt) = &mut call.attempt {
            let place = attempt.chain.rsplit_once(':').map_or("", |(_, line)| line);
            attempt.chain = format!("source:{place}").into();
        }
        let mut line = Vec::new();
        write_event(&call, finding.as_ref(), &mut line).unwrap();
        lines.push(String::from_utf8(line).unwrap());
    });
    for read in &coverage.sources {
        let (lines_read, records, decoded, skipped) = (read.lines, read.records, read.decoded, read.skipped);
        lines.push(format!("{lines_read} lines, {records} records, {decoded} decoded, {skipped} skipped"));
    }
    lines.extend(coverage.problems.iter().map(|problem| format!("{:?}", problem.kind)));
    lines
}

/// The report on a file, as it goes to a pipe.
pub(crate) fn report(path: &Path, format: &str) -> String {
    let options = Options { threads: Some(1), ..Options::default() };
    let (inputs, _) = source::inputs(&[path.to_path_buf()], &options.source);
    let mut summary = Summary::default();
    let coverage =
        pipeline::run(&inputs, &options, &mut |call, finding| summary.add(&call, finding.as_ref()));
    let settings = Settings::default();
    let report = Report::new(&summary, options.rules, &coverage, &settings);
    let mut bytes = Vec::new();
    let look = Look { width: 80, is_coloured: false };
    (renderer(format).unwrap().render)(&report, look, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A file in `folder` with these bytes.
pub(crate) fn file(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The bytes in every packing that is read, with its usual file ending.
pub(crate) fn packings(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("log.gz", gz(bytes)),
        ("log.zst", zstd::encode_all(bytes, 1).unwrap()),
        ("log.bz2", bz2(bytes)),
        ("log.xz", xz(bytes)),
        ("zip", zip(&[("app.log", bytes)])),
        ("tar.gz", gz(&tar(&[("app.log", bytes)]))),
        ("log.gz.zst", zstd::encode_all(gz(bytes).as_slice(), 1).unwrap()),
    ]
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(0);
    let mut packer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut packer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        packer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        packer.write_all(bytes).unwrap();
    }
    packer.finish().unwrap().into_inner()
}

/// The names go in as they are: no check that they stay inside a folder.
pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut packer = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        packer.append(&header, *bytes).unwrap();
    }
    packer.into_inner().unwrap()
}

/// UTF-16 as Windows writes it.
pub(crate) fn utf16(text: &str, is_big_endian: bool, has_mark: bool) -> Vec<u8> {
    let mark = has_mark.then_some(0xfeff);
    let order = if is_big_endian { u16::to_be_bytes } else { u16::to_le_bytes };
    mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
}
