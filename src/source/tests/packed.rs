//! Packed streams: several in one, padded, damaged, packed again, growing without measure.

use super::{XZ, bzip2, check, gzip, unpack_with, zip, zstd};
use crate::model::ProblemKind;
use crate::source::Settings;

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
