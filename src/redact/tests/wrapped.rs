//! Keys of which each line stands in a line of its own, behind whatever a console, a container or a logger writes.

#![allow(clippy::unwrap_used, clippy::string_slice)]

use super::{check, filled};
use crate::redact::mask;

#[test]
fn a_key_that_a_console_has_wrapped_is_masked_on_both_lines() {
    check(
        "│ key = 'sk-proj-Zy9Xw8Vu7Zy9Xw8Vu7Zy9X │\n│ w8Vu7Zy9Xw8Vu7Zy9Xw8' │",
        &["openai-project", "cut-key"],
    );
}

/// Lines that wrappers write: what stands before a text and behind it, with a number that differs.
const WRAPPERS: &[(&str, &str)] = &[
    (r#"{"log":""#, r#"\n","stream":"stderr","time":"2026-11-16T09:00:49.{}Z"}"#),
    ("2026-11-16T09:00:49.{}Z stderr F ", ""),
    ("<11>1 2026-11-16T09:00:49.{}Z host app 7 - - ", ""),
    ("Nov 16 09:00:{} host app[7]: ", ""),
    ("web-1  | ", ""),
    ("[2026-11-16 09:00:49,{}: ERROR/MainProcess] ", ""),
    ("unheard of #{} >> ", " << "),
];

/// Masks the texts, each in a line of every wrapper: what the wrapper writes stays, and nothing of the secrets does.
fn check_wrapped(texts: &[&str], secrets: &[&str]) {
    for (before, behind) in WRAPPERS {
        let number = |line: usize| (9_usize.pow(line as u32 % 4) * 7).to_string();
        let wrap = |part: &str, line: usize| part.replace("{}", &number(line));
        let lines = texts.iter().enumerate();
        let lines: Vec<String> =
            lines.map(|(line, text)| wrap(before, line) + text + &wrap(behind, line)).collect();
        let masked = mask(&lines.join("\n"));
        for secret in secrets {
            assert!(!masked.as_str().contains(secret), "{secret} in {masked}");
        }
        assert_eq!(masked.as_str().lines().count(), texts.len(), "{masked}");
        for (line, text) in masked.as_str().lines().enumerate() {
            assert!(text.starts_with(&wrap(before, line)) && text.ends_with(&wrap(behind, line)), "{masked}");
        }
        assert_eq!(mask(masked.as_str()), masked, "masking twice");
    }
}

#[test]
fn a_key_of_which_each_line_stands_in_a_line_of_a_wrapper_is_masked() {
    let key = filled("{P}");
    let [first, second, third] = [&key[..60], &key[60..108], &key[108..]];
    let secrets = [&first[20..30], &second[20..30], &third[..8]];
    let head = format!("openai: key rejected: {first}");
    check_wrapped(&[&head, second, &format!("{third}. You can find it"), "the next line"], &secrets);
    check_wrapped(&[&format!("{head} │"), &format!("│ {second} │"), &format!("│ {third}")], &secrets);
    // The text may begin with letters that the text before it begins with.
    check_wrapped(&[&head, &format!("openai{second}")], &secrets[..2]);
}

#[test]
fn a_key_between_whose_lines_other_programs_write_is_masked() {
    let key = filled("{P}");
    let pieces = [&key[..60], &key[60..108], &key[108..]];
    let writers = [
        ["web-1  | ", "db-1   | "],
        ["web-1  | ", "web-2  | "],
        ["2026-11-16T09:00:49.{}Z web-1 | ", "2026-11-16T09:00:49.{}Z cache | "],
        ["[pod/web-5b8c7-x2x4z/web] ", "[pod/web-5b8c7-q9k7m/web] "],
        ["Nov 16 09:00:{} host app[7]: ", "Nov 16 09:00:{} host app[12]: "],
    ];
    for [own, other] in writers {
        for between in [1, 3, 15] {
            let (mut lines, mut number) = (Vec::new(), 10);
            let mut line = |writer: &str, text: &str| {
                number += 1;
                lines.push(writer.replace("{}", &number.to_string()) + text);
            };
            for (index, piece) in pieces.iter().enumerate() {
                let before = if index == 0 { "openai: key rejected: " } else { "" };
                line(own, &format!("{before}{piece}"));
                (0..between).for_each(|_| line(other, "checkpoint complete: wrote 7 buffers"));
            }
            line(own, "done");
            let text = lines.join("\n");
            let masked = mask(&text);
            for secret in [&key[20..32], &key[60..72], &key[96..108], &key[108..120]] {
                assert!(!masked.as_str().contains(secret), "{secret} in {masked}");
            }
            let calm = |text: &str| text.lines().filter(|line| line.ends_with("7 buffers")).count();
            assert_eq!(calm(masked.as_str()), calm(&text), "{masked}");
            assert!(masked.as_str().ends_with(&text[text.len() - own.len() - 4..]), "{masked}");
            assert_eq!(mask(masked.as_str()), masked, "masking twice");
        }
    }
}

#[test]
fn a_key_that_docker_cuts_with_its_long_line_is_masked() {
    let key = filled("{P}");
    let record = |text: &str, at: u32| {
        format!("{{\"log\":\"{text}\",\"stream\":\"stderr\",\"time\":\"2026-11-16T09:00:49.{at}Z\"}}\n")
    };
    for at in [4, 9, 20, 60, 108] {
        let (first, second) = key.split_at(at);
        let filler = "calm words ".repeat((16 << 10) / 11);
        let text = record(&format!("{filler}{first}"), 311) + &record(&format!("{second} and more\\n"), 312);
        let masked = mask(&text);
        let secrets = key.as_bytes().windows(12).filter_map(|piece| str::from_utf8(piece).ok());
        let shown: Vec<&str> = secrets.filter(|secret| masked.as_str().contains(secret)).collect();
        assert_eq!(shown, [""; 0], "{at}");
        assert!(masked.as_str().contains(" and more"), "{at}");
    }
}

#[test]
fn a_private_key_of_which_each_line_stands_in_a_line_of_a_wrapper_is_masked() {
    let lines = [
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
        "oZ8sT3fLq+W2yVn5R1cKd/9uXbE4hGjM6pA0aSiYtUeDwzQxHrJk",
        "pL5nB2vC8xQ=",
    ];
    let secrets = [&lines[0][20..30], &lines[1][..10], &lines[2][..10]];
    let whole = |begin: &str, end: &str| {
        let lines = lines.map(|line| format!("{begin}{line}{end}"));
        [["-----BEGIN PRIVATE KEY-----".to_owned()].as_slice(), &lines, &["'-----END".to_owned()]].concat()
    };
    for texts in [whole("", ""), whole("  '", r"\n' +")] {
        let cut: Vec<&str> = texts[..4].iter().map(String::as_str).collect();
        check_wrapped(&cut, &secrets);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        check_wrapped(&texts, &secrets);
    }
}

#[test]
fn a_line_behind_a_key_in_a_wrapper_that_carries_nothing_on_stays() {
    for next in [
        "req_0f1e2d3c4b5a69788796a5b4c3d2e1f0 done",
        "2026-11-16T09:00:50Z done",
        "done",
        "proj_Ab3dEf6hIj9kLm2n",
    ] {
        let text = filled(&format!("web-1  | using {{L}}\nweb-1  | {next}"));
        assert!(mask(&text).as_str().ends_with(next), "{next}");
    }
}

#[test]
fn a_column_of_ids_beside_a_key_carries_nothing_on() {
    for (before, behind) in [
        (r#"{"trace":""#, r#"","msg":"{}"}"#),
        ("web-1  | t=", ";x=cf929a98 {}"),
        ("2026-11-16 09:00:49 INFO ", " {}"),
    ] {
        let line = |id: &str, told: &str| format!("{before}{id}{}", behind.replace("{}", told));
        let last = line("59f150a54dQx83kd9Zp", "calm");
        let text = format!("{}\n{last}", line("a8f3Kd92LmPq7Rs4", &filled("key {L}")));
        assert!(mask(&text).as_str().ends_with(&last), "{last}");
    }
    let header = "      'User-Agent: axios/1.21.1\\r\\n' +";
    let text = filled(&format!("      'Authorization: Bearer {{L}}\\r\\n' +\n{header}"));
    assert!(mask(&text).as_str().ends_with(header), "{}", mask(&text));
}
