//! Encodings, and what is no text.

use std::io::Read;
use std::ops::ControlFlow;

use super::{check, gzip, utf16};
use crate::source::{Settings, read_from};

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
