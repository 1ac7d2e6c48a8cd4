#![allow(clippy::unwrap_used, clippy::string_slice)]

use crate::model::{KeyDamage, KeyShape};

use super::{from_echo, from_whole};

/// `{n}` in the echo stands for n stars; `expected` is shape, damage, provider and length.
fn check(echo: &str, expected: &str) {
    let mut plain = String::new();
    let mut rest = echo;
    while let Some((before, after)) = rest.split_once("~") {
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        plain.push_str(before);
        plain.push_str(&"*".repeat(digits.parse().unwrap()));
        rest = &after[digits.len()..];
        rest = rest.strip_prefix('~').unwrap_or(rest);
    }
    plain.push_str(rest);
    let key = from_echo(&plain);
    let words = [
        Some(key.shape.word().to_owned()),
        key.damage.map(|damage| damage.word().to_owned()),
        key.provider.map(str::to_owned),
        key.length.map(|length| length.to_string()),
    ];
    assert_eq!(words.into_iter().flatten().collect::<Vec<_>>().join(" "), expected, "{plain}");
}

#[test]
fn keys_of_openai_are_known_by_their_prefix() {
    check("sk-proj-~126~FkWs", "openai-project 138");
    check("sk-svcac~123~xBbL", "openai-service-account 135");
    check("sk-admin~100~xBbL", "openai-admin 112");
    check("sk-CmrEj~39~bF0I", "openai-legacy 51");
    check("sk-None-~44~bF0I", "openai-legacy 56");
    check("sess-aB1~30~bF0I", "openai-session 42");
    check("eyJhbGci~900~bF0I", "jwt 912");
    check("sk-proj-****abcd", "openai-project");
    check("sk-~33~ZXY", "openai-legacy");
    check("sk-proj-~60\n   ~66~FkWs", "openai-project 138");
    check("zq7Hd0Pw~20~aB3d", "unknown 32");
}

#[test]
fn keys_of_others_are_known_by_their_prefix_or_form() {
    check("gsk_aoXU~40~vYBJ", "other-provider groq 52");
    check("AIzaSyhl~27~PXjN", "other-provider google 39");
    check("hf_orisn~25~idTO", "other-provider huggingface 37");
    check("sk-ant-a~50~b5AA", "other-provider anthropic 62");
    check("sk-or-v1~61~b5aa", "other-provider openrouter 73");
    check("0f1e2d3c~20~e1f0", "other-provider azure 32");
    check("sk-0f1e2~23~e1f0", "other-provider deepseek 35");
}

#[test]
fn sample_text_and_variables_are_placeholders() {
    for (echo, length) in [
        ("None", 4),
        ("undefined", 9),
        ("CHANGE_ME", 9),
        ("your-api-key", 12),
        ("YOUR_API_KEY", 12),
        ("EMPTY", 5),
        ("dummy", 5),
        ("sk-xxxx", 7),
        ("sk-...", 6),
        ("***", 3),
        ("$API_KEY", 8),
        ("<YOUR_AP~2~KEY>", 14),
        (r"\u003cYOUR_AP~2~KEY\u003e", 14),
        ("&lt;YOUR_AP~2~KEY&gt;", 14),
        ("sk-xxxxx~15~xxxx", 27),
        ("sk-your-~8~here", 20),
        ("sk-proj-~20~here", 32),
        ("${OPENAI~5~KEY}", 17),
        ("$OPENAI_~3~_KEY", 15),
        ("{{ secre~12~t }}", 24),
        ("{{OPENAI~12~EY}}", 24),
        ("%OPENAI_~4~KEY%", 16),
        ("OPENAI_A~2~_KEY", 14),
        ("your_key*here", 13),
        ("your-ope~12~here", 24),
        ("secret_a~2~defg", 14),
        ("MY_OPENA~5~_KEY", 17),
        ("INSERT_Y~10~HERE", 22),
        ("[object ~3~ect]", 15),
        ("replace-~9~-key", 21),
    ] {
        check(echo, &format!("placeholder {length}"));
    }
}

#[test]
fn damage_is_seen_at_the_ends() {
    check("\"sk-proj~128~daX\"", "malformed quoted 140");
    check("\\\"sk-proj~128~daX\\\"", "malformed quoted 140");
    check("\\\\\\\"sk-proj~128~daX\\\\\\\"", "malformed quoted 140");
    check("'sk-proj~128~daX'", "malformed quoted 140");
    check("sk-proj-~127~daX,", "malformed quoted 139");
    check("sk-proj-~127~EHM}", "malformed braced 139");
    check("{sk-proj~127~aEHM", "malformed braced 139");
    check("<sk-proj~128~EHM>", "malformed braced 140");
    check("${sk-pro~128~EHM}", "malformed braced 140");
    check("Bearer s~133~hhwb", "malformed bearer-twice 145");
    check("OPENAI_A~54~OGuH", "malformed assignment 66");
    check("OPENAI_A~138~Ylgm", "malformed assignment 150");
    check("API_KEY=~51~Ylgm", "malformed assignment 63");
    check("key=sk-p~51~Ylgm", "malformed assignment 63");
    check("export O~60~Ylgm", "malformed assignment 72");
    check("https://~20~/v1/", "malformed url 32");
    check("/run/sec~20~ekey", "malformed url 32");
    check("You are ~200~tep.", "malformed url 212");
    check("sk-proj ~100~aB3d", "malformed whitespace 112");
    check("sk-proj-~100~abc\n", "malformed whitespace 112");
    check("“sk-proj~100~abc”", "malformed non-ascii 112");
    check("sk-sk-pr~100~aB3d", "malformed doubled 112");
    check("k-proj-A~100~aB3d", "malformed cut 112");
    check("sk-proj-~20~x...", "malformed cut 32");
    check("sk-proj-x7Q", "malformed cut 11");
}

#[test]
fn short_echoes_are_shown_only_when_they_are_sample_text() {
    for (echo, is_shown) in
        [("None", true), ("hunter2", false), ("sk-1a2b3c", false), ("mykey7f3a", false), ("your-key", true)]
    {
        assert_eq!(from_echo(echo).shown.is_some(), is_shown, "{echo}");
    }
}

#[test]
fn whole_keys_are_masked_at_once() {
    let key = concat!("sk-proj-", "Zy9Xw8Vu7-Zy9Xw8Vu7-Zy9Xw8Vu7-", "T3Blbk", "FJtS6_Rq5Po4tS6_Rq5Po4");
    let shown = from_whole(key);
    assert_eq!(shown.shape, KeyShape::OpenaiProject);
    assert_eq!(shown.shown.unwrap().as_str(), format!("sk-proj-{}5Po4", "*".repeat(key.len() - 12)));
    assert!(shown.fingerprint.is_some());
    let quoted = from_whole(&format!("\"{key}\""));
    assert_eq!((quoted.damage, quoted.fingerprint), (Some(KeyDamage::Quoted), None));
    assert_eq!(from_whole(&format!("{key}{key}")).damage, Some(KeyDamage::Doubled));
    assert_eq!(from_whole(&format!("OPENAI_API_KEY={key}")).damage, Some(KeyDamage::Assignment));
    assert_eq!(from_whole("your_openai_api_key_here").shape, KeyShape::Placeholder);
}
