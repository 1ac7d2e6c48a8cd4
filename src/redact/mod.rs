//! Finds secrets in text and masks them.
//!
//! In: any text of a log, also escaped. Out: the text with every secret masked, or the list of
//! secrets. One pass of a multi-literal scan looks for the letters that announce a secret; only
//! there is the text looked at more closely, so text without secrets costs one fast scan.
//! Ids (`req_…`, `org-…`, `proj_…`, `chatcmpl-…`, UUIDs, trace ids) are no secrets, and what is
//! already masked (`sk-proj-****abcd`, `[REDACTED]`) stays as it is. A bare 32-digit hexadecimal
//! number is a secret only where its surroundings say so (`api-key: …`), because trace ids look alike.

pub(crate) mod families;

mod carried;
mod context;
mod keys;
mod observation;
mod packed;
mod private_key;
mod stream;
mod twice;
mod wrapper;

use std::ops::Range;
use std::sync::LazyLock;

use crate::model::Masked;
use crate::search::Searcher;

pub(crate) use observation::mask_fields;
pub use stream::{Marks, copy};

use families::{FAMILIES, family_of};

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Where it stands, in bytes; always on character boundaries.
    pub range: Range<usize>,
    /// What it is: a word of `key.shape` for OpenAI's keys, the provider's name for keys of others,
    /// else `jwt`, `bearer`, `basic`, `api-key`, `authorization`, `cookie`, `token`, `userinfo`,
    /// `private-key`, or `packed-key` for what is packed in base64.
    pub family: &'static str,
    /// The mask that takes its place.
    pub shown: Masked,
    /// Keyed hash; only of keys of full length.
    pub fingerprint: Option<Masked>,
}

/// Masks every secret in `text`; the rest stays byte for byte. Masking twice changes nothing more.
///
/// The result is at most three bytes longer than `text` for each secret.
#[must_use]
pub fn mask(text: &str) -> Masked {
    match &*search(text) {
        [] => Masked::from_redacted(text),
        found => Masked::from_redacted(&once(text, found)),
    }
}

/// The text with what stands at `spans` masked.
fn once(text: &str, spans: &[Span]) -> String {
    twice::Once::new(text, 0..text.len(), spans).masked
}

/// How often a text is looked at again with its masks, each of which can uncover one more piece, before what is
/// found takes in the text beside it.
const PATIENCE: u32 = 64;

/// How far before a part of a text a secret may begin that reaches into it, in bytes.
const REACH: usize = 4 << 10;

/// Where the text begins that is looked at for secrets that reach to `at`.
fn within_reach(text: &str, at: usize) -> usize {
    let from = at.saturating_sub(REACH);
    (from..at).find(|from| text.is_char_boundary(*from)).unwrap_or(at)
}

/// Masks the part of `text` at `range` as the text around it tells its secrets: a line of a wrapped key, or a value
/// whose name stands on the line before, is no secret by itself. Looks at no more than 4 KiB before the part.
///
/// A mask is shown where the secret begins within the part, and whole where the part begins inside of it.
#[must_use]
pub(crate) fn mask_part(text: &str, range: Range<usize>) -> Masked {
    let from = within_reach(text, range.start);
    let view = text.get(from..range.end).unwrap_or_default();
    let (mut masked, mut copied) = (String::new(), range.start - from);
    let reaches = |span: &Span| span.range.end > range.start - from;
    for span in search(view).into_iter().filter(reaches) {
        masked.push_str(view.get(copied..span.range.start).unwrap_or_default());
        masked.push_str(&span.shown(view));
        copied = span.range.end;
    }
    masked.push_str(view.get(copied..).unwrap_or_default());
    Masked::from_redacted(&masked)
}

/// The line with what it carries on of a secret that begins in the text `before` it masked; `None` where there is
/// nothing of the kind. The secrets of the line itself stay.
#[must_use]
pub(crate) fn mask_carried(before: &str, line: &str) -> Option<String> {
    let from = within_reach(before, before.len());
    let view = format!("{}\n{line}", before.get(from..).unwrap_or_default());
    let start = view.len() - line.len();
    let own = search(line);
    let is_own = |span: &Span| own.iter().any(|own| own.range.start + start == span.range.start);
    let carried = search(&view).into_iter().filter(|span| span.range.end > start && !is_own(span));
    let (mut masked, mut copied) = (String::new(), start);
    for span in carried {
        masked.push_str(view.get(copied..span.range.start).unwrap_or_default());
        masked.push_str(&span.shown(&view));
        copied = span.range.end;
    }
    (copied > start).then(|| masked + view.get(copied..).unwrap_or_default())
}

/// The secrets in `text`, in their order, not overlapping.
#[must_use]
pub fn find(text: &str) -> Vec<Secret> {
    search(text)
        .into_iter()
        .map(|span| Secret {
            shown: Masked::from_redacted(&span.shown(text)),
            fingerprint: span
                .is_whole_key
                .then(|| fingerprint(text.get(span.range.clone()).unwrap_or_default())),
            range: span.range,
            family: span.family,
        })
        .collect()
}

/// The secrets in `text` that are whole keys of a known family: those that [`find`] gives a fingerprint. Text
/// without a long run of letters behind the prefix of a family is not searched.
#[must_use]
pub(crate) fn whole_keys(text: &str) -> Vec<Secret> {
    if !families::may_hold_whole_key(text) {
        return Vec::new();
    }
    let mut keys = find(text);
    keys.retain(|secret| secret.fingerprint.is_some());
    keys
}

/// A keyed hash of a key with a fixed context, 16 hexadecimal digits: equal keys of different logs
/// can be told without showing them.
#[must_use]
pub fn fingerprint(key: &str) -> Masked {
    let context = blake3::derive_key("why4xx key fingerprint, version 1", b"");
    let hash = blake3::keyed_hash(&context, key.as_bytes()).to_hex();
    Masked::from_redacted(hash.get(..16).unwrap_or_default())
}

/// The mask of a key as the API itself makes it: at most 8 leading and 4 trailing characters, never
/// more than a third of it, and a star for every character between.
#[must_use]
pub(crate) fn shown_key(key: &str) -> String {
    let length = key.chars().count();
    let tail = (length / 9).min(4);
    let head = (length / 3 - tail).min(8);
    key.chars()
        .enumerate()
        .map(|(index, character)| if index < head || index + tail >= length { character } else { '*' })
        .collect()
}

/// A secret before it is masked.
#[derive(Debug)]
struct Span {
    range: Range<usize>,
    family: &'static str,
    is_whole_key: bool,
    /// Whether its mask shows nothing of it, because what it would show is taken for a secret itself.
    is_blank: bool,
}

impl Span {
    fn new(range: Range<usize>, family: &'static str) -> Self {
        Self { range, family, is_whole_key: false, is_blank: false }
    }

    /// What takes its place.
    fn shown(&self, text: &str) -> String {
        if self.is_blank {
            return "****".to_owned();
        }
        let secret = text.get(self.range.clone()).unwrap_or_default();
        if family_of(secret).is_some_and(|family| family.name == self.family) && secret.len() <= 400 {
            return shown_key(secret);
        }
        let is_identifiable =
            matches!(self.family, "api-key" | "bearer" | "jwt" | "authorization" | "cut-key");
        let tail = if is_identifiable && secret.len() >= 24 { secret.get(secret.len() - 4..) } else { None };
        // Letters with which keys begin would make a key of what follows.
        let tail = tail.filter(|tail| FAMILIES.iter().all(|family| !tail.contains(family.prefix)));
        format!("****{}", tail.unwrap_or_default())
    }

    /// What takes its place where equal secrets stay equal: the start of the fingerprint, too short to be
    /// taken for a secret itself. One that can be guessed gets none, because its hash can be guessed as well.
    fn fingerprinted(&self, text: &str) -> String {
        let secret = text.get(self.range.clone()).unwrap_or_default();
        let has = |is_one: fn(&u8) -> bool| secret.as_bytes().iter().any(is_one);
        let is_hard = secret.len() >= 24 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        let prefix =
            family_of(secret).filter(|family| family.name == self.family).map_or("", |family| family.prefix);
        let mark = fingerprint(secret);
        let shown = mark.as_str().get(..10).filter(|_| is_hard).unwrap_or_default();
        format!("{prefix}****{shown}")
    }

    /// Takes in `other`, which overlaps or touches `self`.
    fn join(&mut self, other: &Span) {
        if other.range != self.range {
            self.is_whole_key = false;
        }
        if context::WEAK_FAMILIES.contains(&self.family) && !context::WEAK_FAMILIES.contains(&other.family) {
            self.family = other.family;
            self.is_whole_key = other.is_whole_key && other.range == self.range;
        }
        self.is_blank |= other.is_blank;
        self.range = self.range.start.min(other.range.start)..self.range.end.max(other.range.end);
    }
}

/// What announces a secret, and who looks at it. A look gets the text, where the literal starts and
/// where it ends, and adds what it finds.
type Look = fn(&str, Range<usize>, &mut Vec<Span>);

struct Triggers {
    literals: Searcher,
    looks: Vec<Look>,
}

static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| {
    let mut literals: Vec<&str> = Vec::new();
    let mut looks: Vec<Look> = Vec::new();
    for (literal, look) in context::TRIGGERS.iter().chain(keys::TRIGGERS) {
        literals.push(literal);
        looks.push(*look);
    }
    for literal in packed::TRIGGERS.iter() {
        literals.push(literal);
        looks.push(packed::packed_key);
    }
    for family in FAMILIES {
        literals.push(family.prefix);
        looks.push(keys::family_key);
    }
    Triggers { literals: Searcher::new(literals, true), looks }
});

/// Makes the searchers, which are otherwise made when they are first needed.
pub(crate) fn prepare() {
    LazyLock::force(&TRIGGERS);
    families::prepare();
}

/// All secrets, sorted, joined where they overlap or touch, with what their masks would make a secret of.
fn search(text: &str) -> Vec<Span> {
    search_for(text, PATIENCE)
}

/// Ends for every text: what masks uncover behind so many looks is masked with what stands beside it, at every look
/// with twice as much, at last with the whole text.
fn search_for(text: &str, patience: u32) -> Vec<Span> {
    let mut spans = look(text);
    let mut looks = 0;
    let beside = |looks: u32| looks.checked_sub(patience).map_or(0, |late| 1_usize << late.min(40));
    while !spans.is_empty() && twice::widen(&mut spans, text, beside(looks)) {
        looks += 1;
    }
    spans
}

/// What a look at the text finds, sorted, joined where it overlaps or touches.
fn look(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut found = Vec::new();
    for hit in TRIGGERS.literals.find_leftmost(text) {
        // A literal deep inside a secret announces nothing new; at its start it may name its family.
        if spans.last().is_some_and(|last| last.range.start < hit.at.start && hit.at.end <= last.range.end) {
            continue;
        }
        if let Some(look) = TRIGGERS.looks.get(hit.number) {
            look(text, hit.at, &mut found);
        }
        for span in found.drain(..) {
            add(&mut spans, span);
        }
    }
    spans
}

fn add(spans: &mut Vec<Span>, mut span: Span) {
    while let Some(last) = spans.pop_if(|last| last.range.end >= span.range.start) {
        if last.range.start > span.range.end {
            // A look went back to text before the last find: keep both in order.
            add(spans, span);
            spans.push(last);
            return;
        }
        let mut joined = last;
        joined.join(&span);
        span = joined;
    }
    spans.push(span);
}

#[cfg(test)]
mod tests;
