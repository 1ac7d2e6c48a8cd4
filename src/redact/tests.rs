#![allow(clippy::unwrap_used, clippy::string_slice)]

use proptest::prelude::*;

use super::{PATIENCE, find, mask, once, search_for};

mod wrapped;

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
fn what_a_mask_makes_a_secret_of_is_masked_with_it() {
    let filler = ["M".repeat(18).as_str(), "P".repeat(8).as_str()].concat();
    for text in [
        format!("//ap.csk-heli{filler}sk-ant-2mN5pQ8s…T1vW4yZ7K3mN6p=5y'}}Q9\n"),
        format!("csk-heli{filler}sk-ant-2mN5pQ8s…T1vW4yZ7K3mN6p calm {{L}} calm"),
    ] {
        let masked = mask(&filled(&text));
        assert!(!masked.as_str().contains("T1vW4yZ"), "{masked}");
        assert_eq!(mask(masked.as_str()), masked, "masking twice");
    }
}

#[test]
fn pieces_that_masks_uncover_one_by_one_are_all_masked() {
    // Each look at the masked text uncovers one of the pieces between the ellipses.
    let pieces = "Q1s…T-|f-anP-Q1s…T1vk-lf-6pSf|anP-Q1s…1vWgNsk-lf-6|anP-Q1s…gNsk-lf-6p5r||||j__s…gNsk-lf-6p5f|7-1p+??";
    let text = format!("__cf_bm={}_test_MMMABSKMM{pieces}", "sk");
    for patience in [0, 1, 4, PATIENCE] {
        let masked = once(&text, &search_for(&text, patience));
        assert_eq!(once(&masked, &search_for(&masked, patience)), masked, "{patience} looks: masking twice");
    }
}

#[test]
fn a_mask_in_whose_letters_a_secret_is_found_shows_none() {
    // The letters that the mask of the whole key shows end with an ellipsis, so that they are a cookie's value.
    let text = format!("__cf_bm={}-Q1s…T1vWgNsk-lf-6p5r+Sf|||||||j____SG..{{", "sk");
    let masked = mask(&text);
    assert_eq!(mask(masked.as_str()), masked, "masking twice");
    assert!(!masked.as_str().contains("Q1s"), "{masked}");
}

#[test]
fn a_key_behind_a_percent_sign_is_masked() {
    check("used 90%: {P}", &["openai-project"]);
    check("used 90%, {P}", &["openai-project"]);
    check(r"C:\x: {P}", &["openai-project"]);
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
