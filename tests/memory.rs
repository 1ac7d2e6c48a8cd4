//! Peak memory does not grow with the input: not with its size, its longest line, or the number of failures.
//!
//! The long ones: `cargo test --test memory -- --ignored`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that fails where the program does not start")]

use std::io::{Read, Write};
use std::process::{ChildStdin, Command, Stdio};

/// Mebibytes that no input may exceed.
const MAX_PEAK: u64 = 64;
/// A line that belongs to nothing.
const CALM: &str = "2026-11-16 09:00:00,000 INFO app.web GET /health 200 in 3 ms\n";

/// A failure; so many lines of it have so many groups.
fn failure(number: usize) -> String {
    format!(
        "2026-11-16 09:{:02}:{:02},000 ERROR app.llm Error code: 429 - {{'error': {{'message': 'You exceeded your \
         current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, \
         'code': 'insufficient_quota'}}}} number {number}\n",
        number / 60 % 60,
        number % 60
    )
}

/// Peak of the program in MiB while it reads what `write` writes, and how many calls it lists.
fn peak_and_calls(write: impl FnOnce(&mut ChildStdin)) -> (u64, usize) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_why4xx"))
        .args(["events", "--threads", "2", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (program.stdin.take().unwrap(), program.stdout.take().unwrap());
    let lines = std::thread::spawn(move || {
        let (mut count, mut buffer) = (0, vec![0; 64 << 10]);
        loop {
            let read = output.read(&mut buffer).unwrap();
            if read == 0 {
                return count;
            }
            count += buffer.iter().take(read).filter(|byte| **byte == b'\n').count();
        }
    });
    write(&mut input);
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    drop(input);
    assert!(program.wait().unwrap().success());
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    (peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10, lines.join().unwrap())
}

fn check(expected: usize, write: impl FnOnce(&mut ChildStdin)) {
    let (peak, calls) = peak_and_calls(write);
    assert_eq!(calls, expected);
    assert!(peak <= MAX_PEAK, "{peak} MiB");
}

/// Ten lines on each side of a line of so many MiB, which begins with a failure.
fn check_a_line_of(mebibytes: usize) {
    check(3, |input| {
        let piece = [b'x'; 1 << 20];
        input.write_all((failure(1) + failure(2).trim_end()).as_bytes()).unwrap();
        (0..mebibytes).for_each(|_| input.write_all(&piece).unwrap());
        input.write_all(b"\n").unwrap();
        (0..10).for_each(|_| input.write_all(CALM.as_bytes()).unwrap());
        input.write_all(failure(40).as_bytes()).unwrap();
    });
}

fn check_ordinary_lines(mebibytes: usize) {
    check(1, |input| {
        let piece = CALM.repeat((1 << 20) / CALM.len());
        (0..mebibytes).for_each(|_| input.write_all(piece.as_bytes()).unwrap());
        input.write_all(failure(1).as_bytes()).unwrap();
    });
}

fn check_failures(count: usize) {
    check(count, |input| {
        (0..count).for_each(|number| input.write_all(failure(number).as_bytes()).unwrap());
    });
}

#[test]
fn a_line_of_64_mib_is_not_held() {
    check_a_line_of(64);
}

#[test]
fn a_hundred_mib_of_ordinary_lines_are_not_held() {
    check_ordinary_lines(100);
}

#[test]
fn ten_thousand_failures_are_not_held() {
    check_failures(10_000);
}

/// Rows of a table as text, so that its records are those of an export.
fn check_a_table(mebibytes: usize) {
    check(2, |input| {
        let row = |message: &str| format!("2026-11-16T09:00:00.000Z,error,api,{message}\n");
        let failed = row("Error code: 429 - insufficient_quota");
        let calm = row("GET /health 200 in 3 ms");
        let piece = calm.repeat((1 << 20) / calm.len());
        input.write_all(format!("timestamp,level,service,message\n{failed}").as_bytes()).unwrap();
        (0..mebibytes).for_each(|_| input.write_all(piece.as_bytes()).unwrap());
        input.write_all(failed.as_bytes()).unwrap();
    });
}

#[test]
#[ignore = "takes a minute: cargo test --test memory -- --ignored"]
fn a_table_is_not_held() {
    check_a_table(64);
}

#[test]
#[ignore = "takes a minute: cargo test --test memory -- --ignored"]
fn a_line_of_a_gib_is_not_held() {
    check_a_line_of(1 << 10);
}

#[test]
#[ignore = "takes minutes: cargo test --test memory -- --ignored"]
fn ten_gib_through_a_pipe_are_not_held() {
    check_ordinary_lines(10 << 10);
}

#[test]
#[ignore = "takes minutes: cargo test --test memory -- --ignored"]
fn five_million_failures_are_not_held() {
    check_failures(5_000_000);
}
