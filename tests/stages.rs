//! Every stage over logs that were cut, spliced and overwritten: `PROPTEST_CASES=1000000 cargo test --release --test stages`
//! runs longer.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod trust;

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use trust::snippets;
use trust::stages::STAGES;

/// What breaks readers, to be put anywhere.
const JUNK: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"<",
    b">",
    b"\"",
    b"'",
    b"`",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"\\x",
    b"%",
    b"%25",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\x1b[31m",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff",
    b"\xe2\x80\xae",
    b"\xe2\x94\x82 ",
    b"|",
    b"=",
    b":",
    b",",
    b" - ",
    b"401",
    b"429",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"0x",
    b"NaN",
    b"None",
    b"null",
    b"Error code: ",
    b"2026-11-16",
    b"9999-99-99T99:99:99Z",
    b"Traceback (most recent call last):",
    b"sk-",
    b"sk-proj-",
    b"Bearer ",
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
];

/// An example of a rule, changed in a few places.
fn mangled() -> impl Strategy<Value = Vec<u8>> {
    let junk = prop_oneof![
        4 => select(JUNK).prop_map(<[u8]>::to_vec),
        2 => prop::collection::vec(any::<u8>(), 0..12),
        1 => select(snippets()).prop_map(|text| text.as_bytes().to_vec()),
    ];
    let edit = (any::<Index>(), 0_usize..64, junk, 1_usize..4);
    (select(snippets()), prop::collection::vec(edit, 0..10)).prop_map(|(text, edits)| {
        let mut bytes = text.as_bytes().to_vec();
        for (from, length, junk, times) in edits {
            let from = from.index(bytes.len() + 1);
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, junk.repeat(times));
        }
        bytes
    })
}

fn check(stage: &str, count: u32) {
    let (name, run) = STAGES.iter().find(|(name, _)| *name == stage).unwrap();
    let cases = trust::cases(count);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let inputs = prop_oneof![9 => mangled(), 1 => prop::collection::vec(any::<u8>(), 0..600)];
    TestRunner::new(config)
        .run(&inputs, |bytes| {
            let outcome = std::panic::catch_unwind(|| run(&bytes));
            prop_assert!(outcome.is_ok(), "{}", String::from_utf8_lossy(&bytes));
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    println!("{name}: {cases} inputs");
}

macro_rules! stages {
    ($($name:ident $count:literal),* $(,)?) => {
        $(#[test]
        fn $name() {
            check(stringify!($name), $count);
        })*

        #[test]
        fn every_stage_is_run_here_and_by_a_fuzzer() {
            let here = [$(stringify!($name)),*];
            let listed: Vec<&str> = STAGES.iter().map(|(name, _)| *name).collect();
            assert_eq!(here.as_slice(), listed);
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            for name in listed {
                let target = std::fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
                assert!(target.contains(&format!("\"{name}\"")) && manifest.contains(&format!("name = \"{name}\"")));
            }
        }
    };
}

stages!(
    decode 2_000,
    extract 1_000,
    framing 500,
    program 500,
    redact 2_000,
    rules 1_000,
    source 2_000,
    tables 2_000,
    times 2_000,
);
