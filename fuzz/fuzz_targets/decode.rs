//! `cargo +nightly fuzz run decode`: see `tests/trust/stages.rs`.
#![no_main]

#[path = "../../tests/trust/stages.rs"]
mod stages;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stages::run("decode", bytes));
