//! Looks at the places where the surroundings say that a secret follows: header names, cookies,
//! query strings, user info in URLs.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::families::{Alphabet, FAMILIES};
use super::keys::shows_much;
use super::{Look, Span};

/// Families that only say in what surroundings a secret stood; a family known by its own letters
/// says more.
pub(super) const WEAK_FAMILIES: &[&str] =
    &["api-key", "authorization", "basic", "bearer", "cookie", "cut-key", "token", "userinfo"];

/// Names, in any case, behind which a secret may follow.
pub(super) const TRIGGERS: &[(&str, Look)] = &[
    ("authorization", authorization),
    ("bearer", bearer),
    ("basic", basic),
    ("api-key", api_key),
    ("api_key", api_key),
    ("apikey", api_key),
    ("subscription-key", api_key),
    ("account_key", api_key),
    ("accountkey", api_key),
    ("secret", token),
    ("token", token),
    ("?key", token),
    ("&key", token),
    ("sig=", signature),
    ("sig%3d", signature),
    ("signature=", signature),
    ("password=", password),
    ("password%3d", password),
    ("passwd=", password),
    ("cookie", cookies),
    ("__cf_bm=", known_cookie),
    ("__cf_bm%3d", known_cookie),
    ("_cfuvid=", known_cookie),
    ("cf_clearance=", known_cookie),
    ("://", user_info),
    ("%3a%2f%2f", user_info),
];

/// How much of a value is looked at to decide whether it is a secret; a secret is then masked to its
/// end. Bounds the work on text that repeats a trigger.
const LOOK_BYTES: usize = 512;

/// `Authorization: scheme value` and `authorization: value`.
fn authorization(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let Some(start) = value_start(text, hit.end) else { return };
    let first = value_at(text, start);
    let value = match text.as_bytes().get(first.end) {
        Some(b' ') if !is_secret(text, &first) && !is_masked(text, &first) => value_at(text, first.end + 1),
        _ => first,
    };
    if is_secret(text, &value) {
        found.push(Span::new(to_end(text, value), "authorization"));
    }
}

/// `Bearer value`. `Bearer YOUR_KEY` of the API's own help text is none.
fn bearer(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let Some(start) = after_scheme(text, hit.end) else { return };
    let value = value_at(text, start);
    if is_secret(text, &value) {
        found.push(Span::new(to_end(text, value), "bearer"));
    }
}

/// `Basic base64(user:password)`: only what decodes to a pair is one.
fn basic(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let Some(start) = after_scheme(text, hit.end) else { return };
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let length = rest.iter().take(LOOK_BYTES).take_while(|byte| Alphabet::Base64.has(**byte)).count();
    let value = start..start + length;
    if !(4..LOOK_BYTES).contains(&length) {
        return;
    }
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, config);
    let decoded = engine.decode(text.get(value.clone()).unwrap_or_default()).unwrap_or_default();
    if decoded.contains(&b':') {
        found.push(Span::new(value, "basic"));
    }
}

/// `api-key: value`, `api_key=value` and their kind. Here even a UUID is a secret.
fn api_key(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let Some(start) = value_start(text, hit.end) else { return };
    let value = value_at(text, start);
    if is_secret(text, &value) || is_uuid(text.get(value.clone()).unwrap_or_default()) {
        found.push(Span::new(to_end(text, value), "api-key"));
    }
}

/// `token=value`, `"access_token": "value"`, `client_secret=value`.
fn token(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let Some(start) = value_start(text, hit.end) else { return };
    let value = value_at(text, start);
    if is_secret(text, &value) {
        found.push(Span::new(to_end(text, value), "token"));
    }
}

/// `sig=value` of a signed URL.
fn signature(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let is_parameter = matches!(
        text.as_bytes().get(..hit.start).unwrap_or_default().last(),
        Some(b'?' | b'&' | b';' | b'-' | b' ') | None
    ) || matches!(
        text.as_bytes().get(..hit.start).unwrap_or_default(),
        [.., b'%', b'2' | b'3', b'6' | b'F' | b'f' | b'B' | b'b']
    );
    let value = value_at(text, hit.end);
    if is_parameter && is_secret(text, &value) {
        found.push(Span::new(to_end(text, value), "token"));
    }
}

/// `password=value`, written without a space: prose does not do that.
fn password(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let mut start = hit.end;
    while matches!(text.as_bytes().get(start), Some(b'\\' | b'"' | b'\'')) {
        start += 1;
    }
    let value = value_at(text, start);
    let is_word = matches!(
        text.get(value.clone()).unwrap_or_default(),
        "None" | "null" | "nil" | "undefined" | "true" | "false" | "True" | "False"
    );
    if value.len() >= 4 && !is_word && !is_masked(text, &value) {
        found.push(Span::new(to_end(text, value), "token"));
    }
}

/// The values in a `Cookie` or `Set-Cookie` header; attributes such as `path` stay.
fn cookies(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    const ATTRIBUTES: &[&str] = &["path", "domain", "expires", "max-age", "samesite", "version", "priority"];
    let Some(mut at) = value_start(text, hit.end) else { return };
    for _ in 0..64 {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let name_end = at + rest.iter().take(201).take_while(|byte| Alphabet::Dotted.has(**byte)).count();
        let rest = text.get(name_end..).unwrap_or_default();
        let Some(written) = ["=", "%3D", "%3d"].iter().find_map(|equals| rest.strip_prefix(equals)) else {
            return;
        };
        if name_end == at || name_end - at > 200 {
            return;
        }
        let value = cookie_value(text, text.len() - written.len());
        let name = text.get(at..name_end).unwrap_or_default().to_ascii_lowercase();
        let next = value.end;
        if !ATTRIBUTES.contains(&name.as_str()) {
            push_cookie(text, value, found);
        }
        let rest = text.get(next..).unwrap_or_default();
        let Some(after) = rest.strip_prefix(';') else { return };
        at = text.len() - after.trim_start_matches(' ').len();
    }
}

/// A cookie of Cloudflare, wherever it stands.
fn known_cookie(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    push_cookie(text, cookie_value(text, hit.end), found);
}

fn push_cookie(text: &str, value: Range<usize>, found: &mut Vec<Span>) {
    if value.len() >= 4 && !is_masked(text, &value) {
        let end = value.start + cookie_length(text, value.start, usize::MAX);
        found.push(Span::new(value.start..end, "cookie"));
    }
}

/// The value of a cookie, as far as it is looked at.
fn cookie_value(text: &str, start: usize) -> Range<usize> {
    start..start + cookie_length(text, start, LOOK_BYTES)
}

fn cookie_length(text: &str, start: usize, most: usize) -> usize {
    const ENDS: &[u8] = b";,\"'\\`";
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    rest.iter().take(most).take_while(|byte| byte.is_ascii_graphic() && !ENDS.contains(byte)).count()
}

/// `scheme://user:password@host` and `https://key@host` of a DSN.
fn user_info(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let rest = text.as_bytes().get(hit.end..).unwrap_or_default();
    let mut colon = None;
    for (offset, byte) in rest.iter().take(512).enumerate() {
        let packed = rest.get(offset + 1..offset + 3).filter(|_| *byte == b'%').unwrap_or_default();
        match byte {
            b'%' if packed.eq_ignore_ascii_case(b"3a") && colon.is_none() => colon = Some(offset + 2),
            b'%' if packed.eq_ignore_ascii_case(b"2f") => return,
            b'@' | b'%' if *byte == b'@' || packed == b"40" => {
                let end = hit.end + offset;
                let start = colon.map_or(hit.end, |colon| hit.end + colon + 1);
                let is_long = colon.is_some() || end - start >= 16;
                if is_long && end > start && !is_masked(text, &(start..end)) {
                    found.push(Span::new(start..end, "userinfo"));
                }
                return;
            }
            b':' if colon.is_none() => colon = Some(offset),
            b'/' | b'?' | b'#' | b'"' | b'\'' | b'\\' | b'<' | b'>' | b'`' | b'(' | b')' | b',' => return,
            _ if !byte.is_ascii_graphic() => return,
            _ => {}
        }
    }
}

/// Where the value begins that belongs to a name that ends at `end`: behind an optional closing
/// quote, a separator (`:`, `=`, `=>`, `%3D`, or `,` of a quoted pair) and an optional opening quote.
fn value_start(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let name_closed = rest.trim_start_matches('\\').trim_start_matches(['"', '\'', '`']);
    let is_quoted = name_closed.len() < rest.len();
    let spaced = name_closed.trim_start_matches([' ', '\t']);
    if name_closed.len() - spaced.len() > 8 {
        return None;
    }
    let separated = ["=>", ":", "=", "%3D", "%3d", "%3A", "%3a"]
        .iter()
        .find_map(|separator| spaced.strip_prefix(separator))
        .or_else(|| spaced.strip_prefix(',').filter(|_| is_quoted))?;
    let mut value = percent_blanks(separated.trim_start_matches([' ', '\t']));
    if let Some(list) = value.strip_prefix(['[', '(']) {
        value = list.trim_start();
    }
    for opening in ["Some(", "b'", "b\""] {
        value = value.strip_prefix(opening).unwrap_or(value);
    }
    value = value.trim_start_matches('\\').trim_start_matches(['"', '\'', '`']);
    // `OPENAI_API_KEY=sk-…` pasted into the field.
    let name = value.bytes().take(64).take_while(|byte| byte.is_ascii_uppercase() || *byte == b'_').count();
    if let Some(assigned) = value.get(name..).and_then(|rest| rest.strip_prefix('=')).filter(|_| name >= 3) {
        value = assigned;
    }
    // HAR and its kind: {"name": "api-key", "value": "…"}.
    let named = value.strip_prefix("value").filter(|_| is_quoted && spaced.starts_with(','));
    match named {
        Some(behind) if behind.starts_with(['"', '\\', '\'']) => {
            let separator = behind.trim_start_matches(['"', '\\', '\'', ' ']);
            let value = separator.strip_prefix(':')?.trim_start_matches(['"', '\\', '\'', ' ']);
            Some(text.len() - value.len())
        }
        _ => Some(text.len() - value.len()),
    }
}

/// Without percent-encoded spaces and quotes at its start.
fn percent_blanks(mut value: &str) -> &str {
    while let Some(rest) = ["%20", "%22", "%27"].iter().find_map(|blank| value.strip_prefix(blank)) {
        value = rest;
    }
    value
}

/// Where the credentials begin behind a scheme such as `Bearer`.
fn after_scheme(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let value = percent_blanks(rest.trim_start_matches([' ', '+', ':']));
    (value.len() < rest.len()).then(|| text.len() - value.len())
}

/// The run of characters from `start` that can be a credential, as far as it is looked at.
fn value_at(text: &str, start: usize) -> Range<usize> {
    start..start + value_length(text, start, LOOK_BYTES)
}

/// The whole of a value of which only the beginning was looked at.
fn to_end(text: &str, value: Range<usize>) -> Range<usize> {
    value.start..value.start + value_length(text, value.start, usize::MAX)
}

fn value_length(text: &str, start: usize, most: usize) -> usize {
    const ENDS: &[u8] = b"\"'`\\,;&<>()[]{}|";
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let mut length = 0;
    loop {
        let run = rest.iter().skip(length).take(most.saturating_sub(length));
        length += run.take_while(|byte| byte.is_ascii_graphic() && !ENDS.contains(byte)).count();
        // What somebody left out of a value stands within it.
        match rest.get(length..) {
            Some(behind) if length < most && behind.starts_with("…".as_bytes()) => length += "…".len(),
            _ => break,
        }
    }
    // A full stop behind it ends a sentence.
    let value = rest.get(..length).unwrap_or_default();
    length - value.iter().rev().take_while(|byte| matches!(byte, b'.' | b':')).count()
}

/// Whether a value in a telling place is a credential: long, with a digit, not masked, no id, no URL.
fn is_secret(text: &str, value: &Range<usize>) -> bool {
    let looked = text.get(value.clone()).unwrap_or_default();
    let has_digit = looked.bytes().any(|byte| byte.is_ascii_digit());
    let is_mixed = looked.len() >= 32
        && looked.bytes().any(|byte| byte.is_ascii_uppercase())
        && looked.bytes().any(|byte| byte.is_ascii_lowercase());
    let has_letter = looked.bytes().any(|byte| byte.is_ascii_alphabetic());
    looked.len() >= 16
        && has_letter
        && (has_digit || is_mixed)
        && !is_masked(text, value)
        && !is_id(looked)
        && !looked.starts_with(['/', '$', '%'])
        && !is_url(looked)
        && !is_uuid(looked)
}

/// Longest scheme of an address; a longer word before `://` is a key that an address runs into.
const LONGEST_SCHEME: usize = 16;

/// Whether a value is an address: `https://…`, and not text in which one stands.
fn is_url(value: &str) -> bool {
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    value
        .split_once("://")
        .is_some_and(|(scheme, _)| scheme.len() <= LONGEST_SCHEME && scheme.bytes().all(is_scheme))
}

/// Whether a value begins like an id of OpenAI's.
pub(super) fn is_id(value: &str) -> bool {
    const IDS: &[&str] =
        &["req_", "org-", "proj_", "user-", "chatcmpl-", "resp_", "asst_", "thread_", "run_", "key_"];
    IDS.iter().any(|id| value.starts_with(id))
}

/// Whether somebody has masked it already.
fn is_masked(text: &str, value: &Range<usize>) -> bool {
    let value = text.get(value.clone()).unwrap_or_default();
    if value.contains("REDACTED") || value.contains("%2A%2A") {
        return !shows_much(&value.replace("REDACTED", "*").replace("%2A", "*"));
    }
    // What a mask leaves of a key is at least the letters with which it begins.
    if FAMILIES.iter().any(|family| family.prefix == value) {
        return true;
    }
    let has_gap = value.contains("***") || value.contains("...") || value.contains('…');
    has_gap && !shows_much(value)
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
