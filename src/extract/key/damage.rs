//! Visible damage: what stands around a key or in it that does not belong there.

use crate::model::KeyDamage;

use super::{View, family};

/// Heads of keys whose first characters were lost.
const CUT_HEADS: &[&str] =
    &["k-proj-", "-proj-", "proj-", "k-svcac", "-svcac", "svcacct-", "k-admin-", "k-ant-"];

/// What is wrong with the key, as far as its ends show it.
pub(super) fn of(view: &View<'_>) -> Option<KeyDamage> {
    let head = view.head.as_ref();
    let tail = if view.tail.is_empty() { head } else { view.tail.as_ref() };
    let lower = head.to_ascii_lowercase();
    if lower.starts_with("bearer") || lower.starts_with("authoriz") || lower.starts_with("basic ") {
        return Some(KeyDamage::BearerTwice);
    }
    if is_address(head) || is_address(&lower) {
        return Some(KeyDamage::Url);
    }
    if is_assignment(view, &lower) {
        return Some(KeyDamage::Assignment);
    }
    if !head.is_ascii() || !tail.is_ascii() {
        return Some(KeyDamage::NonAscii);
    }
    if let Some(damage) = wrapped(head, tail) {
        return Some(damage);
    }
    if let Some(damage) = white_space(head, tail) {
        return Some(damage);
    }
    if lower.starts_with("sk-sk-") || lower.starts_with("sk-proj-sk-") || view.whole.is_some_and(is_doubled) {
        return Some(KeyDamage::Doubled);
    }
    let is_cut = CUT_HEADS.iter().any(|cut| head.starts_with(cut)) || tail.ends_with("...");
    is_cut.then_some(KeyDamage::Cut)
}

/// URLs and file paths.
fn is_address(head: &str) -> bool {
    const STARTS: &[&str] = &["http:", "https:", "www.", "/", "./", "../", "~/", "file:", "C:\\", "c:\\"];
    STARTS.iter().any(|start| head.starts_with(start)) || head.contains("://")
}

/// `NAME=key`, `export NAME=key`, `name: key`; also where the mask hides the sign and only a name in
/// the style of the environment is left in front of a length that a name alone does not have.
fn is_assignment(view: &View<'_>, lower: &str) -> bool {
    const LONGER_THAN_NAMES: usize = 40;
    let head = view.head.as_ref();
    let name = head.trim_end_matches(|last: char| last.is_ascii_digit());
    let is_environment_name = name.contains('_')
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && head.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let is_long = view.length.is_some_and(|length| length >= LONGER_THAN_NAMES);
    let shows_sign = view.whole.unwrap_or(head).find(['=', ':']).is_some_and(|at| {
        let (name, value) = view.whole.unwrap_or(head).split_at_checked(at).unwrap_or_default();
        !name.is_empty()
            && value.len() > 1
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'"' | b'\''))
            && name.bytes().any(|byte| byte.is_ascii_alphabetic())
            && family(name).is_none()
    });
    let ends_in_sign = view.whole.is_none() && head.ends_with(['=', ':']) && family(head).is_none();
    lower.starts_with("export ")
        || lower.starts_with("set ")
        || shows_sign
        || ends_in_sign
        || is_environment_name && is_long
}

/// Quotes, brackets and punctuation that were pasted with the key.
fn wrapped(head: &str, tail: &str) -> Option<KeyDamage> {
    let first = head.chars().next()?;
    let last = tail.chars().next_back()?;
    // A comma or semicolon comes from the JSON or the code around it, as quotes do.
    if matches!(first, '"' | '\'' | '`' | ',' | ';') || matches!(last, '"' | '\'' | '`' | ',' | ';') {
        return Some(KeyDamage::Quoted);
    }
    if head.contains(['"', '\'', '`']) || tail.contains(['"', '\'', '`']) {
        return Some(KeyDamage::Quoted);
    }
    let has_bracket = |text: &str| text.contains(['{', '}', '[', ']', '(', ')', '<', '>']);
    (has_bracket(head) || has_bracket(tail)).then_some(KeyDamage::Braced)
}

/// Space in a key is damage of the key; words with spaces that begin like no key are other text.
fn white_space(head: &str, tail: &str) -> Option<KeyDamage> {
    let has_space = |text: &str| text.contains(|next: char| next.is_whitespace() || next.is_control());
    if !has_space(head) && !has_space(tail) {
        return None;
    }
    let joined: String = head.split_whitespace().collect();
    let is_key = joined.starts_with("sk-")
        || family(&joined).is_some()
        || !has_space(head) && tail.trim_end().len() == 3;
    Some(if is_key { KeyDamage::Whitespace } else { KeyDamage::Url })
}

/// Whether the key stands there twice.
fn is_doubled(key: &str) -> bool {
    let half = key.len() / 2;
    let is_repeated = key.len() >= 32 && key.len().is_multiple_of(2) && key.get(..half) == key.get(half..);
    let second = key.get(8..).unwrap_or_default();
    is_repeated || second.contains("sk-proj-") || second.contains("sk-svcacct-")
}
