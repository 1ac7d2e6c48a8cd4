//! Errors as people paste them: wrapped inside words, cropped, quoted, masked by a CI, cut.
//!
//! Each text goes through each kind of damage and must still give its cause, or a more general one of
//! the same branch where the damage takes the narrower evidence away.

use why4xx::model::Outcome;
use why4xx::pipeline::{Options, analyze_text};
use why4xx::rules::RuleSet;

/// Texts of client libraries with their causes.
const TEXTS: &[(&str, &str)] = &[
    (
        "key-invalid",
        "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-proj-********************************************aB3d. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}",
    ),
    (
        "quota-exhausted",
        "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}",
    ),
    (
        "rate-limit-tokens",
        "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-abcdefghijklmnopqrstuvwx on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s. Visit https://platform.openai.com/account/rate-limits to learn more.', 'type': 'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}",
    ),
    (
        "model-access-denied",
        "openai.NotFoundError: Error code: 404 - {'error': {'message': 'The model `gpt-9` does not exist or you do not have access to it.', 'type': 'invalid_request_error', 'param': None, 'code': 'model_not_found'}}",
    ),
    (
        "key-missing",
        "openai.AuthenticationError: Error code: 401 - {'error': {'message': \"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.\", 'type': 'invalid_request_error', 'param': None, 'code': None}}",
    ),
    (
        "bad-request",
        "openai.BadRequestError: Error code: 400 - {'error': {'message': \"This model's maximum context length is 8192 tokens. However, your messages resulted in 9131 tokens. Please reduce the length of the messages.\", 'type': 'invalid_request_error', 'param': 'messages', 'code': 'context_length_exceeded'}}",
    ),
    (
        "quota-exhausted",
        "openai.RateLimitError: Error code: 429 - You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
    ),
    (
        "key-invalid",
        "AuthenticationError: 401 Incorrect API key provided: sk-proj-********************************************aB3d. You can find your API key at https://platform.openai.com/account/api-keys.",
    ),
    (
        "key-invalid",
        "{\"error\": {\"message\": \"Incorrect API key provided: sk-proj-********************************************aB3d. You can find your API key at https://platform.openai.com/account/api-keys.\", \"type\": \"invalid_request_error\", \"param\": null, \"code\": \"invalid_api_key\"}}",
    ),
    (
        "region-unsupported",
        "openai.PermissionDeniedError: Error code: 403 - {'error': {'code': 'unsupported_country_region_territory', 'message': 'Country, region, or territory not supported', 'param': None, 'type': 'request_forbidden'}}",
    ),
];

/// Causes of the failed calls in a text.
fn causes(text: &str) -> Vec<String> {
    analyze_text(text, &Options::default())
        .iter()
        .filter(|(call, _)| call.seen.outcome == Outcome::Failed)
        .map(|(_, finding)| finding.as_ref().map_or("none", |finding| &*finding.cause.id).to_owned())
        .collect()
}

/// Damages every text and shows all that lost its cause.
fn check(damage: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for (cause, text) in TEXTS {
        let text = damage(text);
        let found = causes(&text);
        if !found.iter().any(|found| found == cause) {
            wrong.push(format!("{cause}, found {found:?}:\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} lost:\n{}", wrong.len(), TEXTS.len(), wrong.join("\n"));
}

/// Cuts the text into lines of `width` characters, wherever that is.
fn hard_wrapped(text: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(width).map(|line| line.iter().collect()).collect()
}

/// Cuts at spaces.
fn soft_wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut().filter(|line| line.is_empty() || line.len() + word.len() < width)
        {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn prefixed(lines: &[String], prefix: &str) -> String {
    lines.iter().map(|line| format!("{prefix}{line}\n")).collect()
}

#[test]
fn undamaged() {
    check(str::to_owned);
}

#[test]
fn wrapped_at_words() {
    for width in [60, 80, 100, 120] {
        check(|text| soft_wrapped(text, width).join("\n"));
    }
}

#[test]
fn wrapped_inside_words() {
    for width in [40, 72, 80, 97, 120] {
        check(|text| hard_wrapped(text, width).join("\n"));
    }
}

#[test]
fn wrapped_and_indented() {
    check(|text| soft_wrapped(text, 80).join("\n    "));
    check(|text| hard_wrapped(text, 76).join("\n    "));
}

#[test]
fn quoted_in_markdown() {
    check(|text| prefixed(&[text.to_owned()], "> "));
    check(|text| prefixed(&soft_wrapped(text, 78), "> "));
    check(|text| prefixed(&hard_wrapped(text, 78), "> "));
    check(|text| prefixed(&soft_wrapped(text, 78), "> > "));
}

#[test]
fn fenced_in_markdown() {
    check(|text| format!("I get this since today:\n\n```\n{text}\n```\n\nWhat can I do?\n"));
    check(|text| {
        format!(
            "I get this since today:\n\n```python\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\n{text}\n```\n"
        )
    });
    check(|text| format!("- [ ] `{text}`\n"));
    check(|text| format!("**Error:** {text}\n"));
}

#[test]
fn braces_masked_by_a_ci() {
    check(|text| text.replace(['{', '}'], "***"));
    check(|text| format!("2026-11-16T09:12:44.0310000Z {}", text.replace(['{', '}'], "***")));
}

#[test]
fn first_brace_missing() {
    check(|text| text.replacen('{', "", 1));
    check(|text| text.replacen("{'error': {", "", 1).replacen("{\"error\": {", "", 1));
}

#[test]
fn quotation_marks_made_typographic() {
    check(|text| text.replace('\'', "’").replace('"', "”"));
    check(|text| text.replace(" '", " ‘").replace("{'", "{‘").replace('\'', "’"));
}

#[test]
fn escaped_for_html() {
    check(|text| text.replace('&', "&amp;").replace('\'', "&#39;").replace('"', "&quot;"));
    check(|text| text.replace('&', "&amp;").replace('\'', "&#x27;").replace('"', "&#34;"));
}

#[test]
fn cut_at_the_end() {
    for keep in [8, 6, 5] {
        check(|text| text.chars().take(text.chars().count() * keep / 8).collect());
    }
}

#[test]
fn cut_inside_the_code() {
    check(|text| {
        let characters = text.chars().count();
        text.chars().take(characters.saturating_sub(6)).collect()
    });
}

#[test]
fn cropped_at_the_left_edge() {
    for cropped in [3, 12, 20] {
        check(|text| text.chars().skip(cropped).collect());
    }
}

#[test]
fn in_a_table_of_an_issue() {
    check(|text| {
        format!("Environment: production\nPython 3.11\n\n### Logs\n\n    {text}\n\n### Expected\nno error\n")
    });
}

/// The cause or a more general one; for readers of the message above.
#[test]
fn every_cause_has_a_rule() {
    for (cause, _) in TEXTS {
        assert!(RuleSet::builtin().rule(cause).is_some(), "{cause}");
    }
}
