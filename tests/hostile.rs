//! Inputs that were made to break a reader: each ends in bounded time and memory, in a counted problem where something
//! was not read, and with nothing else lost.
//!
//! `cargo test --test hostile -- --include-ignored --nocapture --test-threads 1` prints a row of the table in
//! `docs/reliability.md` for each.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod trust;

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use trust::program::{Run, finish, program, run};
use trust::{file, gz, tar, utf16, zip};

/// One failed call; it stands in a log beside every hostile file.
const FAILED: &str = "2026-11-16 09:00:49,813 ERROR app openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-ab***yz.', 'code': 'invalid_api_key'}}\n";
/// The members of a Sentry event with a failed call.
const EVENT: &str = r#""event_id":"0123456789abcdef0123456789abcdef","timestamp":"2026-11-16T09:00:49Z","platform":"python","exception":{"values":[{"type":"AuthenticationError","module":"openai","value":"Error code: 401 - Incorrect API key provided: sk-ab***yz."}]}"#;
/// The start of a record of a failed call that goes on.
const START: &str =
    "2026-11-16 09:00:50,000 ERROR app openai.RateLimitError: Error code: 429 - Rate limit reached ";
const MIB: usize = 1 << 20;

/// Failed calls, and the kinds of problems, that a folder must yield.
type Expected<'a> = (u64, &'a [&'a str]);

/// Shows what a run cost, and holds it to what it must yield and may cost.
fn hold(name: &str, run: &Run, (failed, kinds): Expected<'_>, mib: u64) {
    let problems = run.problems();
    let words: Vec<String> = problems.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    println!(
        "| {name} | {:.2} s | {} MiB | {} |",
        run.took.as_secs_f64(),
        run.peak_mib,
        if words.is_empty() { "–".to_owned() } else { words.join(", ") }
    );
    assert_eq!((run.status, run.failed()), (0, Some(failed)), "{name}: {} {problems:?}", run.errors);
    let found: Vec<&str> = problems.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(found, kinds, "{name}");
    assert!(problems.iter().all(|row| row.1 > 0), "{name}: {problems:?}");
    assert!(run.peak_mib <= mib, "{name}: {} MiB", run.peak_mib);
    assert!(run.took < Duration::from_secs(60), "{name}: {:?}", run.took);
}

/// Runs over a folder with a good log and what `build` puts there.
fn check(name: &str, expected: Expected<'_>, mib: u64, build: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "good.log", FAILED.as_bytes());
    build(folder.path());
    hold(name, &run(&["--format", "json", "."], folder.path()), expected, mib);
}

/// Runs over a folder with a good log and this file.
fn check_file(name: &str, file_name: &str, bytes: &[u8], expected: Expected<'_>) {
    check(name, expected, 120, |folder| {
        file(folder, file_name, bytes);
    });
}

/// A log with a failed call before and after `line`.
fn around(line: &[u8]) -> Vec<u8> {
    let after = FAILED.replace("09:00:49", "09:05:00");
    [FAILED.as_bytes(), line, b"\n", after.as_bytes()].concat()
}

#[test]
fn deep_nesting() {
    for (name, open, close) in [
        ("brackets", "[", "]"),
        ("JSON objects", "{\"a\":", "}"),
        ("JSON objects in arrays", "[{\"a\":", "}]"),
        ("Python dicts", "{'a': ", "}"),
        ("JS objects", "{ a: ", " }"),
        ("tuples", "(", ")"),
        ("byte strings", "b'", "'"),
        ("classes with brackets", "Error(", ")"),
        ("backslashes", "\\", ""),
    ] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let cut = open.repeat(100_000);
        let title = |what: &str| format!("100,000 nested {name}, {what}");
        check_file(&title("in a log"), "a.log", &around(cut.as_bytes()), (3, &[]));
        let told = format!("2026-11-16 09:00:50,000 ERROR openai Error code: 429 - {deep}");
        check_file(&title("as an error body"), "a.log", &around(told.as_bytes()), (4, &[]));
        check_file(&title("as a document"), "a.json", deep.as_bytes(), (1, &[]));
    }
    let member = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let events = format!("{{\"events\":[{{\"a\":{member},\"openai\":1}},{{{EVENT}}}]}}");
    check_file("100,000 nested brackets in an event", "a.json", events.as_bytes(), (2, &[]));
}

#[test]
fn odd_json() {
    let many = (0..5_000).map(|_| "\"a\":1").collect::<Vec<_>>().join(",");
    for (name, field) in [
        ("duplicate keys", r#""msg":"a","msg":"b","a":1,"a":{"b":2}"#),
        ("5,000 equal keys", many.as_str()),
        ("lone surrogates", r#""a":"\ud800 \udc00 \ud800\ud800","\udfff":1"#),
        ("NaN and Infinity", r#""a":NaN,"b":Infinity,"c":-Infinity"#),
        (
            "numbers without measure",
            r#""a":1e999999,"b":-9999999999999999999999999999999,"status":184467440737095516160"#,
        ),
        ("odd escapes", r#""a":"\u0000\u001b[31m\u202e\uffff""#),
        (
            "times out of range",
            r#""timestamp":99999999999999999999,"ts":-1e300,"@timestamp":"9999-99-99T99:99:99Z""#,
        ),
        ("empty keys", r#""":"","":{}"#),
    ] {
        let record = format!(
            "{{{field},\"level\":\"error\",\"time\":\"2026-11-16T09:00:49Z\",\"msg\":\"openai.AuthenticationError: Error code: 401 - Incorrect API key provided: sk-ab***yz.\"}}\n"
        );
        check_file(&format!("a record with {name}"), "a.log", record.as_bytes(), (2, &[]));
    }
}

#[test]
fn no_text() {
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 5_000]].concat();
    let noise: Vec<u8> = (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    check_file("a PNG image", "a.png", &png, (1, &["not-text"]));
    check_file("an ELF program", "a.bin", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", (1, &["not-text"]));
    check_file("an SQLite database", "a.db", b"SQLite format 3\0\x10\0\x01\x01\0", (1, &["unsupported"]));
    check_file("200 kB of noise", "a.bin", &noise, (1, &["not-text"]));
    check_file("an empty file", "a.log", b"", (1, &[]));
    check_file("one NUL", "a.log", b"\0", (1, &["not-text"]));
    check_file("3 MiB of NUL inside a log", "a.log", &around(&vec![0; 3 * MIB]), (3, &["record-cut"]));
    check_file("NUL before a log", "a.log", &[vec![0; 100_000], FAILED.into()].concat(), (2, &[]));
    check_file("200 kB of noise inside a log", "a.log", &around(&noise), (3, &[]));
    check_file("bytes that are no UTF-8", "a.log", &around(&[0xff; 5_000]), (3, &[]));
    check_file("100,000 lone CR", "a.log", &around(&b"\r".repeat(100_000)), (3, &[]));
}

#[test]
fn mixed_encodings() {
    let wide = utf16(&FAILED.repeat(20), false, true);
    let appended = [FAILED.as_bytes(), &wide].concat();
    check_file("UTF-16 behind UTF-8", "a.log", &appended, (2, &["unsupported"]));
    let back = [FAILED.as_bytes(), &wide, b"\n", FAILED.replace("09:00", "09:30").as_bytes()].concat();
    check_file("UTF-16 between UTF-8", "a.log", &back, (3, &["unsupported"]));
    let mark = [FAILED.as_bytes(), b"\xef\xbb\xbf", FAILED.replace("09:00", "09:30").as_bytes()].concat();
    check_file("a byte order mark inside", "a.log", &mark, (3, &[]));
    let odd = utf16(FAILED, false, true);
    check_file("UTF-16 that ends inside a character", "a.log", &odd[..odd.len() - 1], (2, &[]));
}

#[test]
fn damaged_archives() {
    let line = FAILED.as_bytes();
    let many = line.repeat(2_000);
    let packed = gz(&many);
    check_file("gz cut in its head", "a.gz", &packed[..6], (1, &["damaged"]));
    let trailed = [gz(line), b"garbage".repeat(50)].concat();
    check_file("gz with garbage behind it", "a.gz", &trailed, (2, &["damaged"]));
    check_file("gz four times", "a.gz", &gz(&gz(&gz(&gz(line)))), (1, &["unsupported"]));
    let inner = (0..4).fold(line.to_vec(), |inner, _| zip(&[("a.zip", &inner)]));
    check_file("zip four deep", "a.zip", &inner, (1, &["unsupported"]));
    let whole = zip(&[("a.log", line), ("b.log", line)]);
    check_file("zip without its end", "a.zip", &whole[..whole.len() - 30], (3, &["damaged"]));
    let whole = tar(&[("a.log", line), ("b.log", &many)]);
    check_file("tar cut in a member", "a.tar", &whole[..1_124], (2, &["damaged"]));
    check_file(
        "a bomb: 64 MiB of one letter in gz",
        "a.gz",
        &gz(&vec![b'x'; 64 * MIB]),
        (1, &["record-cut"]),
    );
    let letters = vec![b'x'; 16 * MIB];
    let members: Vec<(String, &[u8])> = (0..20).map(|at| (format!("{at}.log"), letters.as_slice())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let kinds = ["record-cut"; 20];
    check_file("a bomb: 320 MiB of one letter in zip", "a.zip", &zip(&members), (1, &kinds));
    check_file("zip members that share bytes", "a.zip", &overlapping(), (1, &["too-large"]));
}

/// A zip whose directory names one member many times.
fn overlapping() -> Vec<u8> {
    let bytes = zip(&[("a.log", &vec![b'x'; MIB])]);
    let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let end = bytes.windows(4).position(|four| four == b"PK\x05\x06").unwrap();
    let (count, length) = (1_000_u16, (end - entry) as u32);
    let mut out = bytes[..entry].to_vec();
    for index in 0..count {
        let mut copy = bytes[entry..end].to_vec();
        let name = format!("{index:05}");
        copy[46..51].copy_from_slice(name.as_bytes());
        out.extend(copy);
    }
    let mut tail = bytes[end..].to_vec();
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&(u32::from(count) * length).to_le_bytes());
    out.extend(tail);
    out
}

#[test]
fn names_that_lead_out_of_an_archive() {
    let line = FAILED.as_bytes();
    let folder = tempfile::tempdir().unwrap();
    let escaped = folder.path().join("escaped").to_string_lossy().into_owned();
    let up = format!("../../../../../../../..{escaped}");
    check("names that lead out of an archive", (6, &[]), 120, |inner| {
        file(inner, "a.tar", &tar(&[(&up, line), (&escaped, line), ("a\\..\\b", line)]));
        file(inner, "a.zip", &zip(&[(&up, line), ("C:\\escaped", line)]));
    });
    assert!(!Path::new(&escaped).exists());
}

#[test]
fn folders_with_traps() {
    check("links in a circle", (1, &["missing", "unreadable", "unreadable"]), 120, |folder| {
        std::fs::create_dir(folder.join("inner")).unwrap();
        symlink("..", folder.join("inner/up")).unwrap();
        symlink("self", folder.join("self")).unwrap();
        symlink("gone", folder.join("dangling")).unwrap();
    });
    check("one file by three names", (1, &["unreadable"]), 120, |folder| {
        symlink("good.log", folder.join("link.log")).unwrap();
        std::fs::hard_link(folder.join("good.log"), folder.join("zzz.log")).unwrap();
        symlink(".", folder.join("again")).unwrap();
    });
    check("a named pipe that nobody writes", (1, &["unsupported"]), 120, |folder| {
        assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    });
    check("a socket", (1, &["unsupported"]), 120, |folder| {
        std::os::unix::net::UnixListener::bind(folder.join("socket")).map(drop).unwrap();
    });
    check("1,000 files", (1_001, &[]), 120, |folder| files(folder, 1_000));
    check("200 folders deep", (2, &[]), 120, |folder| {
        let deep = folder.join("d/".repeat(200));
        std::fs::create_dir_all(&deep).unwrap();
        file(&deep, "a.log", FAILED.as_bytes());
    });
}

fn files(folder: &Path, count: usize) {
    for index in 0..count {
        file(folder, &format!("{index}.log"), FAILED.as_bytes());
    }
}

#[test]
#[ignore = "so many files take a while: cargo test --test hostile -- --ignored"]
fn ten_thousand_files() {
    check("10,000 files", (10_001, &[]), 120, |folder| files(folder, 10_000));
}

#[test]
fn long_lines() {
    let long = "x".repeat(64 * MIB);
    let told = format!("{START}{long}");
    let json = format!("{{\"level\":\"error\",\"msg\":\"{START}\",\"a\":\"{long}\"}}");
    check_file("a line of 64 MiB", "a.log", &around(long.as_bytes()), (3, &["record-cut"]));
    check_file("a failed call with 64 MiB", "a.log", &around(told.as_bytes()), (4, &["record-cut"]));
    check_file("a last line of 64 MiB", "a.log", long.as_bytes(), (1, &["record-cut"]));
    check_file("a JSON line of 64 MiB", "a.log", &around(json.as_bytes()), (4, &["record-cut"]));
    let words = format!("{START}{}", "Error code: 401 - invalid_api_key ".repeat(120_000));
    check_file("one line full of errors, 4 MiB", "a.log", &around(words.as_bytes()), (5, &["record-cut"]));
}

#[test]
fn large_documents() {
    let noise = "x".repeat(50 * MIB);
    let event = format!("{{\n{EVENT},\"extra\":{{\"a\":\"{noise}\"}}}}");
    check_file("a Sentry event of 50 MB", "a.json", event.as_bytes(), (2, &["record-cut"]));
    let event = format!("{{{EVENT},\"extra\":{{\"a\":\"{noise}\"}}}}");
    check_file("the same on one line", "a.json", event.as_bytes(), (2, &["record-cut"]));
    let list = format!("[{{\"extra\":\"{noise}\"}},\n{{{EVENT}}}]");
    check_file("an event behind one of 50 MB", "a.json", list.as_bytes(), (2, &["record-cut"]));
    let rows = format!("[{}{{{EVENT}}}]", "{\"a\":1},\n".repeat(100_000));
    check_file("an array of 100,000 records", "a.json", rows.as_bytes(), (2, &[]));
    let values = format!("[{{\"a\":[{}1]}},{{{EVENT}}}]", "1,".repeat(3 * MIB));
    check("a record of 3,000,000 numbers", (2, &[]), 400, |folder| {
        file(folder, "a.json", values.as_bytes());
    });
}

/// A line without end between two failed calls, written to standard input.
fn pour(mebibytes: usize) -> Run {
    let folder = tempfile::tempdir().unwrap();
    finish(program(&["--format", "json", "-"], folder.path()), |stdin| {
        stdin.write_all(FAILED.as_bytes()).unwrap();
        let piece = vec![b'x'; MIB];
        (0..mebibytes).for_each(|_| stdin.write_all(&piece).unwrap());
        stdin.write_all(b"\n").unwrap();
        stdin.write_all(FAILED.replace("09:00:49", "09:05:00").as_bytes()).unwrap();
    })
}

#[test]
fn a_long_line_through_a_pipe() {
    let run = pour(100);
    hold("a line of 100 MiB through a pipe", &run, (2, &["record-cut"]), 120);
    let text = &run.report()["problems"][0]["text"];
    assert!(text.as_str().unwrap().contains(&(99 * MIB).to_string()), "{text}");
}

#[test]
#[ignore = "a line of 1 GiB takes a while: cargo test --test hostile -- --ignored"]
fn a_line_of_a_gibibyte() {
    hold("a line of 1 GiB through a pipe", &pour(1_024), (2, &["record-cut"]), 120);
}

#[test]
fn masking_takes_no_more_memory_for_more_text() {
    let folder = tempfile::tempdir().unwrap();
    let run = finish(program(&["redact"], folder.path()), |stdin| {
        let piece = vec![b'x'; MIB];
        (0..48).for_each(|_| stdin.write_all(&piece).unwrap());
    });
    println!("| `redact`: a line of 48 MiB | {:.2} s | {} MiB | – |", run.took.as_secs_f64(), run.peak_mib);
    assert_eq!((run.output.len(), run.status), (48 * MIB, 0));
    assert!(run.peak_mib < 60, "{} MiB", run.peak_mib);
}
