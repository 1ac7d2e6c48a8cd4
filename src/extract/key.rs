//! What a key looks like, judged by as much of it as the API's echo shows or by the whole key.
//!
//! In: what stands behind "Incorrect API key provided: ", or a key in the clear. Out: the key as it
//! may be shown, its shape, its length and its visible damage. The length alone decides nothing:
//! the known lengths are not complete.
//!
//! The API echoes a key of up to 12 characters whole, else its first 8 and last 4 with a star for
//! each character between (`facts/error-catalogue.md`, 1a), so that stars + 12 is its length.

mod damage;
mod echo;
mod placeholder;

use std::borrow::Cow;

use crate::model::{KeyDamage, KeyShape, Masked, ShownKey};
use crate::redact;
use crate::redact::families::{KeyFamily, family_of};

use super::value::unescape;

pub(crate) use self::echo::echoed;

/// How many characters the API shows in front and behind, and up to which length it shows all.
const HEAD: usize = 8;
const TAIL: usize = 4;
const WHOLE: usize = HEAD + TAIL;

/// What is visible of a key.
#[derive(Debug)]
struct View<'a> {
    /// First characters.
    head: Cow<'a, str>,
    /// Last characters; empty when the head is all.
    tail: Cow<'a, str>,
    /// Length in characters, where it is known.
    length: Option<usize>,
    /// All of it, where it is visible.
    whole: Option<&'a str>,
}

/// Reads an echo of the API: a mask, or up to 12 characters in full.
pub(crate) fn from_echo(echo: &str) -> ShownKey {
    let echo = normal(echo);
    let count = echo.chars().count();
    let Some((head, stars, tail)) = mask_parts(&echo) else {
        let is_short = count <= WHOLE;
        return if is_short { short(&echo) } else { from_whole(&echo) };
    };
    let head_text: String = head.chars().take(HEAD).collect();
    let tail_text: String = tail.chars().skip(tail.chars().count().saturating_sub(TAIL)).collect();
    let is_api_mask = head.chars().count() == HEAD && tail.chars().count() == TAIL;
    let view = View {
        length: is_api_mask.then_some(stars + WHOLE),
        head: Cow::Owned(head_text),
        tail: Cow::Owned(tail_text),
        whole: None,
    };
    let shown = format!("{}{}{}", view.head, "*".repeat(stars), view.tail);
    let mut key = judge(&view, Some(Masked::from_redacted(&shown)));
    // Redactors write three or four stars for any number of characters.
    let is_shortened = stars <= 8 && !matches!(key.shape, KeyShape::Placeholder);
    key.length = key.length.filter(|_| !is_shortened);
    key
}

/// Reads the first characters of a key whose rest was cut off or scrubbed. They tell its family when they are as
/// many as the API shows, and nothing else is shown of them.
fn from_head(head: &str) -> ShownKey {
    let head: String = head.trim().chars().take(HEAD).collect();
    let prefix = family(&head).map(|family| family.prefix);
    // `sk-` begins the keys of many.
    let is_telling = head.chars().count() == HEAD || head.len() > 3 && prefix == Some(head.as_str());
    let shown: Option<String> = prefix.map(|prefix| head.chars().take(prefix.len()).collect());
    let shown = shown.filter(|_| is_telling).map(|shown| Masked::from_redacted(&shown));
    let view = View {
        head: Cow::Owned(if is_telling { head } else { String::new() }),
        tail: Cow::Borrowed(""),
        length: None,
        whole: None,
    };
    judge(&view, shown)
}

/// Reads the key in the value of an `Authorization` header, where it shows what kind of key it is: recorders often
/// put something else in its place.
pub(crate) fn sent_in(header: &str) -> Option<ShownKey> {
    let sent = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("bearer "))?;
    let key = from_echo(sent);
    (!matches!(key.shape, KeyShape::Placeholder | KeyShape::Malformed | KeyShape::Unknown)).then_some(key)
}

/// The key with which a request succeeded, in a record that shows the headers of the request. What failed names its
/// key in the answer.
pub(crate) fn sent_by(fields: &serde_json::Value) -> Option<ShownKey> {
    let requests = [fields.get("request"), fields.get("config"), Some(fields)];
    let headers = requests.into_iter().flatten().filter_map(|request| request.get("headers"));
    let names = ["authorization", "Authorization"];
    let mut values = headers.flat_map(|headers| names.iter().filter_map(|name| headers.get(name)?.as_str()));
    values.find_map(sent_in)
}

/// Reads a key that stands in the log in full. It is masked at once; its fingerprint is kept only
/// when it has the length of a whole key.
pub(crate) fn from_whole(key: &str) -> ShownKey {
    let key = key.trim_matches([' ', '\t']);
    let count = key.chars().count();
    if count <= WHOLE {
        return short(key);
    }
    let tail_start = key.char_indices().nth(count - TAIL).map_or(0, |(at, _)| at);
    let head_end = key.char_indices().nth(HEAD).map_or(key.len(), |(at, _)| at);
    let view = View {
        head: Cow::Borrowed(key.get(..head_end).unwrap_or_default()),
        tail: Cow::Borrowed(key.get(tail_start..).unwrap_or_default()),
        length: Some(count),
        whole: Some(key),
    };
    let mut shown = judge(&view, Some(Masked::from_redacted(&redact::shown_key(key))));
    let is_whole =
        shown.damage.is_none() && family_of(key).is_some_and(|family| key.len() >= family.full_length);
    shown.fingerprint = is_whole.then(|| redact::fingerprint(key));
    shown
}

/// An echo of up to 12 characters: only what is known to be sample text is shown.
fn short(key: &str) -> ShownKey {
    let view = View {
        head: Cow::Borrowed(key),
        tail: Cow::Borrowed(""),
        length: Some(key.chars().count()),
        whole: Some(key),
    };
    let shown = placeholder::is_known(key).then(|| Masked::from_redacted(key));
    let mut judged = judge(&view, shown);
    if judged.shown.is_some() {
        judged.shape = KeyShape::Placeholder;
        judged.damage = None;
    } else if family_of(key).is_some() && judged.shape != KeyShape::Placeholder {
        // No key of any family is that short.
        judged.shape = KeyShape::Malformed;
        judged.damage = judged.damage.or(Some(KeyDamage::Cut));
        judged.provider = None;
    }
    judged
}

/// Shape and damage by what is visible.
fn judge(view: &View<'_>, shown: Option<Masked>) -> ShownKey {
    let mut key = ShownKey {
        shown,
        shape: KeyShape::Unknown,
        length: view.length.and_then(|length| u32::try_from(length).ok()),
        damage: None,
        provider: None,
        fingerprint: None,
    };
    if placeholder::is_likely(view) {
        key.shape = KeyShape::Placeholder;
    } else if let Some(damage) = damage::of(view) {
        key.shape = KeyShape::Malformed;
        key.damage = Some(damage);
    } else {
        (key.shape, key.provider) = family_shape(view);
    }
    key
}

/// The family that the first characters name. A mask cuts long prefixes (`sk-svcac…`).
fn family(head: &str) -> Option<&'static KeyFamily> {
    let is_cut = head.chars().count() == HEAD;
    redact::families::FAMILIES
        .iter()
        .find(|family| head.starts_with(family.prefix) || is_cut && family.prefix.starts_with(head))
}

fn family_shape(view: &View<'_>) -> (KeyShape, Option<&'static str>) {
    if view.head.starts_with("eyJ") {
        return (KeyShape::Jwt, None);
    }
    if let Some(provider) = by_form(view) {
        return (KeyShape::OtherProvider, Some(provider));
    }
    match family(&view.head) {
        Some(family) if family.is_openai => {
            let shape = KeyShape::ALL.iter().find(|(_, word)| *word == family.name);
            (shape.map_or(KeyShape::Unknown, |(shape, _)| *shape), None)
        }
        Some(family) => (KeyShape::OtherProvider, Some(family.name)),
        None => (KeyShape::Unknown, None),
    }
}

/// Keys without a prefix of their own, known by alphabet and length.
fn by_form(view: &View<'_>) -> Option<&'static str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match (view.length?, view.head.strip_prefix("sk-")) {
        (35, Some(body)) if is_hex(body) && is_hex(&view.tail) => Some("deepseek"),
        (32, None) if is_hex(&view.head) && is_hex(&view.tail) => Some("azure"),
        (84, None) if is_plain(&view.head) && is_plain(&view.tail) => Some("azure"),
        _ => None,
    }
}

/// Head, number of stars and tail of a mask.
fn mask_parts(echo: &str) -> Option<(&str, usize, &str)> {
    let head_of_one = echo.char_indices().nth(HEAD).filter(|(_, ninth)| *ninth == '*').map(|(at, _)| at);
    let start = echo.find("**").or(head_of_one).filter(|start| *start > 0)?;
    let (head, rest) = echo.split_at_checked(start)?;
    let tail = rest.trim_start_matches('*');
    Some((head, rest.len() - tail.len(), tail))
}

/// The echo without what renderers put into it: escapes, HTML entities, line breaks among the stars.
fn normal(echo: &str) -> Cow<'_, str> {
    let mut echo = Cow::Borrowed(echo.trim_matches(' ').trim_start());
    for _ in 0..3 {
        if echo.contains('\\') {
            echo = Cow::Owned(unescape(&echo));
        }
    }
    if echo.contains('&') {
        let plain =
            echo.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        echo = Cow::Owned(plain.replace("&amp;", "&"));
    }
    let is_wrapped = echo.contains('\n') && echo.trim_end().contains('\n');
    if is_wrapped && echo.contains("**") {
        echo = Cow::Owned(echo.split('\n').map(str::trim).collect());
    }
    echo
}

#[cfg(test)]
mod tests;
