#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::{Settings, inputs, is_expected_result, read, read_from};
use crate::model::{Problem, ProblemKind};

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

#[test]
fn every_member_of_a_packed_stream_is_read() {
    for pack in [gzip, zstd, bzip2] {
        check(&[pack(b"one\n"), pack(b""), pack(b"two\n")].concat(), &["in=one\ntwo\n"]);
    }
    check(XZ, &["in=line 1 a\nline 1 b\nline 2 a\nline 2 b\n"]);
    check(&[gzip(b"one\n"), zstd(b"two\n"), bzip2(b"three\n")].concat(), &["in=one\ntwo\nthree\n"]);
}

#[test]
fn skippable_frames_and_padding_say_nothing() {
    check(&[b"\x50\x2a\x4d\x18\x03\0\0\0abc".as_slice(), &zstd(b"one\n")].concat(), &["in=one\n"]);
    for length in [1, 7, 512, 200_000] {
        let padding = vec![0; length];
        check(&[gzip(b"one\n"), padding.clone(), gzip(b"two\n"), padding].concat(), &["in=one\ntwo\n"]);
    }
    check(&[XZ, &[0; 8]].concat(), &["in=line 1 a\nline 1 b\nline 2 a\nline 2 b\n"]);
}

#[test]
fn what_came_before_a_damage_is_kept() {
    let text: String = (0..5000).map(|line| format!("line {line} {}\n", line * 7919 % 10007)).collect();
    for pack in [gzip, zstd, bzip2] {
        let packed = [pack(b"good\n"), pack(text.as_bytes())].concat();
        let cut = packed.get(..packed.len() - 20).unwrap();
        let (texts, problems) = unpack_with(cut, usize::MAX, &Settings::default());
        assert!(
            texts.len() == 1 && format!("good\n{text}").starts_with(&texts[0].1) && texts[0].1.len() >= 5
        );
        assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::Damaged]);
    }
    let damaged = unpack_with(&[&gzip(b"good\n"), b"garbage".as_slice()].concat(), 9, &Settings::default());
    assert_eq!(damaged.0, [("in".to_owned(), "good\n".to_owned())]);
    assert_eq!(
        damaged.1[0].text,
        "gzip stream is damaged at byte 25, after 5 bytes unpacked: what follows its end is not packed"
    );
    let cut = unpack_with(gzip(b"good\n").get(..12).unwrap(), 1, &Settings::default());
    assert!(cut.1[0].text.starts_with("gzip stream ends early at byte 12"), "{}", cut.1[0].text);
    check(b"\x1f\x8b", &["in=", "Damaged"]);
    check(XZ.get(..XZ.len() - 4).unwrap(), &["in=line 1 a\nline 1 b\nline 2 a\nline 2 b\n", "Damaged"]);
}

#[test]
fn wrappings_are_taken_off_three_times() {
    let double = gzip(&gzip(b"one\n"));
    check(&double, &["in=one\n"]);
    check(&zstd(&double), &["in=one\n"]);
    check(&gzip(&zstd(&double)), &["Unsupported"]);
}

#[test]
fn members_of_archives_are_sources() {
    let files: &[(&str, &[u8])] = &[("logs/b.log", b"bee\n"), ("a.log", b""), ("c.gz", &gzip(b"sea\n"))];
    let expected = ["in!logs/b.log=bee\n", "in!a.log=", "in!c.gz=sea\n"];
    check(&tar(files), &expected);
    check(&gzip(&tar(files)), &expected);
    check(&zstd(&tar(files)), &expected);
    check(&zip(files), &expected);
    check(&zip(&[("in.tar.gz", &gzip(&tar(&files[..1])))]), &["in!in.tar.gz!logs/b.log=bee\n"]);
    check(&zip(&[("../../etc/x", b"one\n")]), &["in!../../etc/x=one\n"]);
    check(&zip(&[]), &[]);
    let long = "d/".repeat(90) + "x.log";
    check(&tar(&[(&long, b"one\n")]), &[&format!("in!{long}=one\n")]);
    check(&[tar(files), tar(&files[..1])].concat(), &[&expected[..], &expected[..1]].concat());
}

#[test]
fn archives_that_are_cut_keep_their_first_members() {
    let files: &[(&str, &[u8])] = &[("a.log", b"one\n"), ("b.log", b"two and more\n")];
    let tar = tar(files);
    check(tar.get(..512 * 3 + 3).unwrap(), &["in!a.log=one\n", "in!b.log=two", "Damaged"]);
    check(tar.get(..512 * 2 + 100).unwrap(), &["in!a.log=one\n", "Damaged"]);
    let zip = zip(files);
    let central = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    check(zip.get(..central).unwrap(), &["in!a.log=one\n", "in!b.log=two and more\n", "Damaged"]);
}

#[test]
fn a_member_that_is_not_read_does_not_hide_the_next() {
    let bytes = tar(&[("a", &[b'x'; 2000]), ("b", b"two\n")]);
    let mut names = Vec::new();
    read_from("in", Box::new(Cursor::new(bytes.clone())), &Settings::default(), &mut |source| {
        names.push(source.name.to_string());
        ControlFlow::Continue(())
    });
    assert_eq!(names, ["in!a", "in!b"]);
    let mut count = 0;
    read_from("in", Box::new(Cursor::new(bytes)), &Settings::default(), &mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!(count, 1);
}

#[test]
fn encrypted_members_are_named() {
    let mut bytes = zip(&[("a.log", b"one\n")]);
    for signature in [b"PK\x03\x04", b"PK\x01\x02"] {
        let at = bytes.windows(4).position(|window| window == signature).unwrap();
        bytes[at + if signature == b"PK\x03\x04" { 6 } else { 8 }] |= 1;
    }
    check(&bytes, &["Unsupported"]);
}

#[test]
fn growth_has_limits() {
    let zeros = zstd(&vec![b'x'; 3 << 20]);
    let settings = Settings { ratio_counts_from: 1 << 20, max_ratio: 1000, ..Settings::default() };
    let (texts, problems) = unpack_with(&zeros, usize::MAX, &settings);
    assert!(texts[0].1.len() < 2 << 20);
    assert_eq!(problems[0].kind, ProblemKind::TooLarge);
    let settings = Settings { max_unpacked_bytes: 100, ..Settings::default() };
    assert_eq!(unpack_with(&zeros, usize::MAX, &settings).1[0].kind, ProblemKind::TooLarge);
    let settings = Settings { max_zip_in_memory: 10, ..Settings::default() };
    assert_eq!(unpack_with(&zip(&[("a", b"one")]), 3, &settings).1[0].kind, ProblemKind::TooLarge);
}

#[test]
fn text_comes_out_as_utf8() {
    let text = "{\"a\":\"grün 😀\"}\r\nzwei\n";
    let expected = [format!("in={text}")];
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let marked = format!("\u{feff}{text}");
    check(text.as_bytes(), &expected);
    check(marked.as_bytes(), &expected);
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        check(&utf16(&marked, to_bytes), &expected);
        check(&utf16(text, to_bytes), &expected);
        check(&gzip(&utf16(text, to_bytes)), &expected);
    }
    check(b"", &["in="]);
    check(b"x", &["in=x"]);
    check(b"\xef\xbb\xbf", &["in="]);
    check(b"\xff\xfea\0b", &["in=a\u{fffd}"]);
    check(b"caf\xe9 ouvert\n", &["in=caf\u{fffd} ouvert\n"]);
    check(b"\x1b[31mred\x1b[0m and more of it\n", &["in=\x1b[31mred\x1b[0m and more of it\n"]);
}

#[test]
fn holes_of_nul_are_text() {
    let bytes = [vec![0; 10_000], b"line\n".to_vec()].concat();
    check(&bytes, &[&format!("in={}line\n", "\0".repeat(10_000))]);
    check(
        &[b"first line of the log\n".to_vec(), vec![0; 300]].concat(),
        &[&format!("in=first line of the log\n{}", "\0".repeat(300))],
    );
    check(b"{\"a\":1}\0{\"a\":2}\0", &["in={\"a\":1}\0{\"a\":2}\0"]);
}

#[test]
fn what_is_no_text_is_named() {
    for bytes in [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
        b"\x7fELF\x02\x01\x01",
        b"%PDF-1.7\n%\xe2\xe3\n and more lines of text\n",
        b"\x03\x02\x01\x04\x05\x06\x02 abc \x02\x03\0\0\x01",
    ] {
        check(bytes, &["NotText"]);
    }
    for bytes in [
        b"\x04\x22\x4d\x18abc".as_slice(),
        b"\x1f\x9d\x90abc",
        b"\xff\x06\x00\x00sNaPpY",
        b"\x5d\x00\x00\x80\x00",
        b"PAR1\x15\x04",
        b"Obj\x01\x04",
        b"SQLite format 3\0",
        b"LPKSHHRH\0\0",
        b"ElfFile\0\0",
        b"1532:9:websocket;0:~8:response;",
        b"\xff\xfe\0\0a\0\0\0",
    ] {
        check(bytes, &["Unsupported"]);
    }
    check(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", &[]);
}

#[test]
fn a_first_line_is_enough_for_a_slow_pipe() {
    struct Endless(&'static [u8]);
    impl Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            assert!(!self.0.is_empty(), "more was asked for than the first line");
            self.0.read(buf)
        }
    }
    let mut head = [0; 30];
    read_from(
        "in",
        Box::new(Endless(b"a line that is long enough\n+++")),
        &Settings::default(),
        &mut |mut source| {
            source.reader.read_exact(&mut head).unwrap();
            ControlFlow::Break(())
        },
    );
    assert_eq!(&head, b"a line that is long enough\n+++");
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

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// Names relative to the folder, and problems as `name: kind`.
fn listed(folder: &TempDir, paths: &[PathBuf], settings: &Settings) -> (Vec<String>, Vec<String>) {
    let (inputs, problems) = inputs(paths, settings);
    let short = |name: &str| {
        Path::new(name).strip_prefix(folder.path()).unwrap_or(Path::new(name)).to_string_lossy().into_owned()
    };
    let names = inputs.iter().map(|input| short(&input.name)).collect();
    (
        names,
        problems
            .iter()
            .map(|problem| format!("{}: {:?}", short(&problem.location.source), problem.kind))
            .collect(),
    )
}

#[test]
fn folders_are_read_sorted_with_hidden_files() {
    let folder = TempDir::new().unwrap();
    for name in ["b.log", "a/z.log", "a/.hidden", "a.log", "expected.json", "x.expected.jsonl"] {
        write(&folder, name, b"x");
    }
    let paths = [folder.path().to_path_buf()];
    let all = listed(&folder, &paths, &Settings::default()).0;
    assert_eq!(all, ["a/.hidden", "a/z.log", "a.log", "b.log", "expected.json", "x.expected.jsonl"]);
    let settings = Settings { skip: &[is_expected_result], ..Settings::default() };
    assert_eq!(listed(&folder, &paths, &settings).0, ["a/.hidden", "a/z.log", "a.log", "b.log"]);
    let named = [folder.path().join("expected.json"), "-".into(), "-".into()];
    assert_eq!(listed(&folder, &named, &settings).0, ["expected.json", "-"]);
}

#[test]
fn a_missing_path_is_a_problem() {
    let folder = TempDir::new().unwrap();
    let paths = [folder.path().join("none.log"), write(&folder, "a.log", b"x")];
    let (names, problems) = listed(&folder, &paths, &Settings::default());
    assert_eq!((names, problems), (vec!["a.log".to_owned()], vec!["none.log: Missing".to_owned()]));
}

#[cfg(unix)]
#[test]
fn links_count_nothing_twice_and_end() {
    let folder = TempDir::new().unwrap();
    write(&folder, "pods/app/0.log", b"x");
    fs::create_dir_all(folder.path().join("containers")).unwrap();
    std::os::unix::fs::symlink(
        folder.path().join("pods/app/0.log"),
        folder.path().join("containers/app.log"),
    )
    .unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("pods/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling")).unwrap();
    let (names, problems) = listed(&folder, &[folder.path().to_path_buf()], &Settings::default());
    assert_eq!(names, ["containers/app.log"]);
    assert_eq!(problems, ["dangling: Missing", "pods/loop: Unreadable"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_only_when_named() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (names, problems) = listed(&folder, &[folder.path().to_path_buf()], &Settings::default());
    assert_eq!((names.len(), problems), (0, vec!["pipe: Unsupported".to_owned()]));

    let (found, _) = inputs(std::slice::from_ref(&pipe), &Settings::default());
    let writer = std::thread::spawn(move || fs::write(pipe, gzip(b"one\n")).unwrap());
    let (texts, problems) = read_files(&found);
    writer.join().unwrap();
    assert_eq!(texts.into_values().collect::<Vec<_>>(), [("one\n".to_owned(), false)]);
    assert_eq!(problems, []);
}

/// Name to text, and whether the file can be read at positions.
fn read_files(found: &[super::Input]) -> (BTreeMap<String, (String, bool)>, Vec<Problem>) {
    let (mut texts, mut problems) = (BTreeMap::new(), Vec::new());
    for input in found {
        problems.extend(read(input, &Settings::default(), &mut |mut source| {
            let mut text = String::new();
            source.reader.read_to_string(&mut text).unwrap();
            let name = source.name.rsplit('/').next().unwrap().to_owned();
            texts.insert(name, (text, source.plain.is_some()));
            ControlFlow::Continue(())
        }));
    }
    (texts, problems)
}

#[test]
fn only_plain_files_can_be_read_at_positions() {
    let folder = TempDir::new().unwrap();
    let long = "a line of an ordinary log file\n".repeat(20_000);
    write(&folder, "empty.log", b"");
    write(&folder, "gzip.log", &gzip(b"one\n"));
    write(&folder, "long.log", long.as_bytes());
    write(&folder, "mark.log", b"\xef\xbb\xbfone\n");
    write(&folder, "zip.log", &zip(&[("m", b"one\n")]));
    let (found, _) = inputs(&[folder.path().to_path_buf()], &Settings::default());
    let (texts, problems) = read_files(&found);
    let expected = [
        ("empty.log", "", true),
        ("gzip.log", "one\n", false),
        ("long.log", &long, true),
        ("mark.log", "one\n", false),
        ("zip.log!m", "one\n", false),
    ];
    let expected = expected.map(|(name, text, is_plain)| (name.to_owned(), (text.to_owned(), is_plain)));
    assert_eq!(texts, BTreeMap::from(expected));
    assert_eq!(problems, []);
}

#[test]
fn what_cannot_be_read_is_a_problem() {
    let folder = TempDir::new().unwrap();
    let input =
        |path: PathBuf| super::Input { name: path.to_string_lossy().into(), path: Some(path), bytes: None };
    let (_, problems) = read_files(&[input(folder.path().to_path_buf()), input(folder.path().join("gone"))]);
    let kinds: Vec<ProblemKind> = problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Unreadable, ProblemKind::Missing]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_a_problem() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let path = write(&folder, "secret.log", b"x");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        return; // The superuser may read everything.
    }
    let (found, _) = inputs(&[path], &Settings::default());
    let (_, problems) = read_files(&found);
    assert_eq!(problems[0].text, "cannot be opened: permission denied");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_a_problem() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("app.log");
    fs::write(&path, "calm\n".repeat(100_000)).unwrap();
    let (found, _) = inputs(std::slice::from_ref(&path), &Settings::default());
    let mut bytes = 0;
    let problems = read(found.first().unwrap(), &Settings::default(), &mut |mut source| {
        fs::File::options().write(true).open(&path).unwrap().set_len(200_000).unwrap();
        bytes = std::io::copy(&mut source.reader, &mut std::io::sink()).unwrap();
        ControlFlow::Continue(())
    });
    let problem = problems.first().unwrap();
    assert_eq!((problems.len(), problem.kind, bytes), (1, ProblemKind::Unreadable, 200_000));
    assert!(problem.text.contains("300000 bytes early"), "{}", problem.text);
}
