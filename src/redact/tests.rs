#![allow(clippy::unwrap_used, clippy::string_slice)]

use proptest::prelude::*;

use super::{find, mask};

/// OpenAI's marker, put together here so that no scanner takes this file for a leak.
const MARKER: &str = concat!("T3Blbk", "FJ");

/// Keys in the samples: `{L}` legacy, `{P}` project, `{H}` 32 hexadecimal digits, `{J}` a JWT.
fn filled(sample: &str) -> String {
    sample
        .replace("{L}", &format!("sk-Ab3dEf6hIj9kLm2nOp5q{MARKER}Rs8tUv1wXy4zAb7cDe0f"))
        .replace("{P}", &format!("sk-proj-{}{MARKER}{}", "Zy9Xw8Vu7-".repeat(6), "tS6_Rq5Po4".repeat(5)))
        .replace("{H}", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
        .replace("{J}", "eyJhbGciOiJSUzI1NiJ9x.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW5vdC1yZWFs")
}

fn check(sample: &str, families: &[&str]) {
    let text = filled(sample);
    let secrets = find(&text);
    let found: Vec<_> = secrets.iter().map(|secret| secret.family).collect();
    assert_eq!(found, families, "{text}");
    let masked = mask(&text);
    for secret in &secrets {
        let whole = text.get(secret.range.clone()).unwrap();
        for start in 12..whole.len().saturating_sub(15) {
            assert!(!masked.as_str().contains(&whole[start..start + 16]), "{masked}");
        }
    }
    assert_eq!(mask(masked.as_str()), masked, "masking twice");
}

fn check_mask(sample: &str, expected: &str) {
    assert_eq!(mask(&filled(sample)).as_str(), expected);
}

#[test]
fn the_end_of_a_secret_that_a_mask_shows_begins_no_other() {
    let text = "ek_2rS5uV8xY1aB4dE7gHSG.G.0k-o4dE7gHSG.0jdE7gHSG.0k-or";
    let masked = mask(text);
    assert!(masked.as_str().starts_with("ek_2r****"), "{masked}");
    assert_eq!(mask(masked.as_str()), masked);
    check("a ****{L}", &["openai-legacy"]);
    check_mask("Bearer eyJaaAAA-0aaA_0Aa0-_gsk_…AA0aAa_AAAaA", "Bearer ****AAaA");
}

#[test]
fn a_value_in_which_an_address_stands_is_a_secret_and_an_address_is_none() {
    check_mask("Bearer 0Aaapassword=://a1b2c3", "Bearer ****");
    check("token=https://login.example.com/a1b2c3d4e5f6 api_key: vault://prod/openai-1234", &[]);
}

#[test]
fn what_stands_behind_a_key_in_its_field_goes_with_it() {
    let key = "sk-proj-Ab3dE6gH9jK2mN5pQ8s";
    for value in [
        format!("{key}…T1vW4yZ7bC0eF3hJ6!!!!!!1aB4dE7gH0j0K3"),
        format!("{key}ps://api.openai.com/v1/chat/compl"),
    ] {
        let masked = mask(&format!("'openai_api_key': '{value}'"));
        let shown = masked.as_str();
        assert!(!shown.contains("1aB4dE") && !shown.contains("v1/chat"), "{shown}");
        assert_eq!(mask(shown), masked);
    }
}

#[test]
fn a_value_that_says_redacted_and_shows_its_rest_is_a_secret() {
    check_mask("api_key=sk-3REDACTED5p4yZ6g=9j026-i_a", "api_key=sk-3RE********************i_a");
    check_mask("api_key=REDACTED-Zy9Xw8Vu7tS6", "api_key=****");
    check("api_key: [REDACTED] token=sk-REDACTED Authorization: Bearer REDACTED_KEY", &[]);
}

#[test]
fn a_line_that_carries_on_a_key_is_masked_and_its_own_secrets_stay() {
    let key = filled("{P}");
    let (head, rest) = key.split_at(70);
    let before = format!("2026-11-16T09:00:49Z stderr F Incorrect API key provided: │ {head} │");
    let line = format!("│ {rest}: {}", filled("{L}"));
    let masked = super::mask_carried(&before, &line).unwrap();
    assert!(masked.starts_with("│ ****") && masked.ends_with(&filled(": {L}")), "{masked}");
    assert_eq!(super::mask_carried("INFO calm words", &line), None);
    assert_eq!(super::mask_carried(&before, "ERROR app request failed: Error code: 401"), None);
}

#[test]
fn keys_are_found_wherever_they_stand() {
    check("key {L} used", &["openai-legacy"]);
    check("{P}", &["openai-project"]);
    check(r#"{"log":"Authorization: Bearer {P}\n"}"#, &["openai-project"]);
    check(r"Illegal header value b'Bearer {P}\n'", &["openai-project"]);
    check(r"first line\n{P}\n", &["openai-project"]);
    check(r"first line\\n{P}\\n", &["openai-project"]);
    check("?api_key%3D{P}&x=1", &["openai-project"]);
    check("\x1b[31m{P}\x1b[0m", &["openai-project"]);
    check(r"\u003c{L}\u003e", &["openai-legacy"]);
    check("OPENAI_API_KEY={L}", &["openai-legacy"]);
    check("'sk-proj-Zy9Xw8Vu7Zy9Xw8Vu7Zy9Xw8Vu7'+58", &["openai-project"]);
    check("sk-SYNTHETIC0123456789abcd", &["openai-legacy"]);
    check("sk-ant-api03-abcDEF123456abcDEF123456", &["anthropic"]);
    check("gsk_abcDEF123456abcDEF123456 hf_abcDEF123456abcDEF123456", &["groq", "huggingface"]);
    check("AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", &["google"]);
    check(r#""api_key": "'OPENAI_API_KEY={L}'""#, &["openai-legacy"]);
    check("{J}.", &["jwt"]);
    check("Bearer {J}", &["jwt"]);
}

#[test]
fn cut_keys_without_their_head_are_known_by_the_marker() {
    let tail = format!("…xYz12{MARKER}Rs8tUv1wXy4z");
    check(&tail, &["cut-key"]);
}

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
fn what_somebody_masked_carries_nothing_on() {
    for text in [
        "x sk-hnP1h****\nx Zy9Xw8Vu7Zy9Xw8Vu7****",
        "set-cookie: ****; k-sk-hnj-Ab3dEH9-f\nset-cookie: Zy9Xw8Vu7",
        "set-cookie: a sk-hnj-Ab3dEH9-f\nset-cookie: __cf_sbm",
        "a: 'sk-proC; path=/'\na: Q8sT1vW4yZ7bC0eF3h; path=/'",
        "set ****': sk-hnP1h\nset ****': Q8sT1vW4yZ7bC0eF3h",
        "web: sk-h\nx\nweb: Q8sT1vW4yZ7bC0eF3h",
        "sk-h\nset-git-hsP-k-Q8sT1vW4y***",
    ] {
        assert_eq!(mask(text).as_str(), text);
    }
}

#[test]
fn a_key_that_dots_interrupt_again_is_masked_whole() {
    let masked = mask("key 'sk-proj-Ab3dE...82mN5pQ8sT1vW...8eF3hJ6kL9nP2rS5uV8xY1aB4dE7' end");
    assert!(!masked.as_str().contains("F3hJ6kL9nP") && masked.as_str().ends_with("' end"), "{masked}");
    assert_eq!(mask(masked.as_str()), masked, "masking twice");
}

#[test]
fn a_key_behind_a_percent_sign_is_masked() {
    check("used 90%: {P}", &["openai-project"]);
    check("used 90%, {P}", &["openai-project"]);
    check(r"C:\x: {P}", &["openai-project"]);
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

#[test]
fn surroundings_make_a_secret() {
    check("api-key: {H}", &["api-key"]);
    check(r#"{"api-key": "{H}"}"#, &["api-key"]);
    check(r#"{\"api_key\": \"{H}\"}"#, &["api-key"]);
    check("(b'api-key', b'{H}')", &["api-key"]);
    check(r#"{"name":"api-key","value":"{H}"}"#, &["api-key"]);
    check("https://x.openai.azure.com/?api-version=1&api-key={H}&a=b", &["api-key"]);
    check("Authorization: Basic dXNlcjpwYXNz", &["basic"]);
    check("Proxy-Authorization: Token a1b2c3d4e5f6a7b8", &["authorization"]);
    check("Cookie: a=b; session=0123456789", &["cookie"]);
    check(
        "set-cookie: __cf_bm=a.b-c_d.1234567890123456789012345; path=/; Secure, _cfuvid=abcd1234-x; path=/",
        &["cookie", "cookie"],
    );
    check("'set-cookie': [ '__cf_bm=abcd1234; path=/', '_cfuvid=abcd1234' ]", &["cookie", "cookie"]);
    check("GET /cb?access_token=a1b2c3d4e5f6a7b8c9&state=1 &sig=a1b2c3d4e5f6a7b8%3D", &["token", "token"]);
    check("http://proxyuser:hunter2@proxy.corp:3128", &["userinfo"]);
    check("https://0f1e2d3c4b5a69788796a5b4c3d2e1f0@o1.ingest.sentry.io/1", &["userinfo"]);
    check("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", &["private-key"]);
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "req_0123456789abcdef0123456789abcdef chatcmpl-9XyZ0123456789abcdefghij org-SYNTHETIC0123456789abcd",
        "proj_SYNTHETIC0123456789abcd 00000000-1111-2222-3333-444444444444 trace_id=0123456789abcdef0123456789abcdef",
        "Incorrect API key provided: sk-proj-****************************abcd. You can find",
        "sk-...wxyz sk-proj-****abcd Bearer [REDACTED] Authorization: '***' api-key: <redacted>",
        "You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)",
        "task-management-system-0123456789 risk-assessment-2024-quarter-3",
        "Basic authentication failed; basic: see https://api.openai.com/v1/chat",
        "x-ratelimit-limit-tokens: 30000 max_tokens=1024 token usage: 12",
        "www-authenticate: Bearer realm=\"OpenAI API\"",
        "mailto://a at https://platform.openai.com/account/api-keys.",
        "OpenAI-Project: proj_abcdefghijklmnop0123456789",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "password=None",
    ] {
        check(text, &[]);
    }
}

#[test]
fn masks_keep_little() {
    check_mask(
        "x {H} {L} y",
        &format!("x 0f1e2d3c4b5a69788796a5b4c3d2e1f0 sk-Ab3dE{}De0f y", "*".repeat(39)),
    );
    check_mask("api-key: {H}", "api-key: ****e1f0");
    check_mask("Bearer {J}", "Bearer ****ZWFs");
    check_mask("http://u:p4ss@h", "http://u:****@h");
    check_mask("sess-a1b2c3d4e5f6a7b8", "sess-**************b8");
}

#[test]
fn fingerprints_are_of_whole_keys_only() {
    let whole = find(&filled("{P}"));
    let quoted = find(&filled("'{P}'"));
    let cut = find(&filled("'{P}'+58"));
    assert!(whole[0].fingerprint.is_some());
    assert_eq!(whole[0].fingerprint, quoted[0].fingerprint);
    assert!(cut[0].fingerprint.is_none());
}

#[test]
fn text_that_repeats_a_trigger_takes_linear_time() {
    // Quadratic work on this much would take minutes.
    let triggers = [
        "token=",
        "token=a",
        "api_key=",
        "authorization:",
        "authorization: a ",
        "bearer ",
        "basic+",
        "cookie=",
        "cookie: a=b;",
        "__cf_bm=",
        "://",
        "://a:",
        "sig=",
        "&sig=",
        "sk-",
        "eyJ",
        "eyJa.",
        "-----BEGIN PRIVATE KEY-----**** ",
        "password=",
        "\"api-key\",\"value\",",
        "sk-A23456789012345678\n   ",
        "-----BEGIN PRIVATE KEY-----",
        "%3a%2f%2f",
        "sk-a****",
    ];
    for trigger in triggers {
        let text = format!("{}***", trigger.repeat(200_000 / trigger.len()));
        assert!(mask(&text).as_str().len() <= text.len() + 200_000, "{trigger}");
    }
}

#[test]
fn a_long_secret_is_masked_to_its_end() {
    let long = "a1B2c3D4".repeat(500);
    check_mask(&format!("token={long} x"), "token=**** x");
    check_mask(&format!("__cf_bm={long}; path=/"), "__cf_bm=****; path=/");
    check_mask(&format!("api-key: {long}"), "api-key: ****c3D4");
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "sk-",
            "sk-proj-",
            "sk-ant-",
            "eyJ",
            "eyJhbGciOiJSUzI1NiJ9",
            ".",
            "Bearer ",
            "Authorization: ",
            "api-key: ",
            "api_key=",
            "cookie: ",
            "__cf_bm=",
            "://",
            "@",
            ":",
            "token=",
            "sig=",
            "&",
            "?key=",
            "\\n",
            "\\\"",
            "\"",
            "'",
            "****",
            "*",
            "Basic ",
            "dXNlcjpwYXNz",
            "-----BEGIN PRIVATE KEY-----",
            "-----END",
            "password=",
            "\n",
            " ",
            "=",
            ";",
            "gsk_",
            "AKIA",
            "é",
            "T3Blbk\u{46}J",
            "-",
            "_",
            ",",
            "%3D",
            "[",
            "…",
            "a",
            "0",
            "\nweb-1  | ",
            "\n<11>1 2026-11-16T09:00:4",
            " │",
        ])
        .prop_map(String::from),
        "[A-Za-z0-9_-]{0,40}",
        "[A-Za-z0-9]{16,20}",
    ]
}

proptest! {
    #[test]
    fn masking_twice_changes_nothing(pieces in prop::collection::vec(piece(), 0..12)) {
        let text = pieces.concat();
        let once = mask(&text);
        prop_assert_eq!(mask(once.as_str()), once.clone());
        prop_assert!(once.as_str().len() <= text.len() + 8 * find(&text).len());
    }

    #[test]
    fn any_text_is_masked_without_panic(text in any::<String>()) {
        let _ = mask(&text);
    }
}
