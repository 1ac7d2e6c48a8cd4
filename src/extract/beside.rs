//! What a program writes beside the text of an error: `request_id=req_… model=gpt-4o`, `request req_… failed`.
//!
//! In goes the text of a record that speaks of one call; what the error itself does not tell is added.

use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;

use super::literals::{List, Literals};
use super::markers::{MARKERS, Marker};
use super::provider::is_request_id;
use super::said;
use crate::model::{Observation, Outcome};

static MODEL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("model"));

/// How the names of OpenAI's models begin.
const MODELS: &[&str] = &[
    "gpt-",
    "chatgpt-",
    "o1",
    "o3",
    "o4",
    "codex-",
    "text-",
    "dall-e",
    "whisper-",
    "tts-",
    "omni-",
    "ft:",
    "computer-use",
];

/// Adds the request id, the code and the model that stand in the text, where there is one of them.
pub(super) fn complete(observations: &mut [Observation], text: &str, literals: &Literals) {
    let [seen] = observations else { return };
    if seen.outcome != Outcome::Failed {
        return;
    }
    if seen.headers.request_id.is_none() {
        seen.headers.request_id = request_id(text, literals).map(Arc::from);
    }
    if seen.error.code.is_none() && seen.body.is_none() && seen.transport.is_none() {
        seen.error.code = said::code_in(text).map(Arc::from);
    }
    if seen.model.is_none() {
        seen.model = model(text).map(Arc::from);
    }
}

/// The only id of OpenAI's form in the text.
fn request_id<'t>(text: &'t str, literals: &Literals) -> Option<&'t str> {
    let hits = literals.list(List::Markers).iter();
    let mut ids =
        hits.filter(|hit| matches!(MARKERS.get(hit.row), Some((_, Marker::RequestId)))).filter_map(|hit| {
            let begins = !text.get(..hit.at.start)?.ends_with(|before: char| before.is_alphanumeric());
            let behind = text.get(hit.at.end..)?;
            (begins && is_request_id(behind)).then(|| text.get(hit.at.start..hit.at.end + 32))?
        });
    let first = ids.next()?;
    ids.all(|id| id == first).then_some(first)
}

/// The model behind `model=`, `model: ` or `"model": `.
fn model(text: &str) -> Option<&str> {
    MODEL.find_iter(text.as_bytes()).find_map(|at| {
        let behind = text.get(at + "model".len()..)?;
        let behind = behind.strip_prefix("_name").unwrap_or(behind).trim_start_matches(['"', '\'', '\\']);
        let value = behind.strip_prefix(['=', ':'])?.trim_start_matches([' ', '"', '\'', '\\']);
        let is_part =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_' | ':');
        let end = value.find(|letter: char| !is_part(letter)).unwrap_or(value.len());
        let name = value.get(..end)?.trim_end_matches(['.', ':']);
        (name.len() < 100 && MODELS.iter().any(|known| name.starts_with(known))).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_of_a_pair() {
        for (text, expected) in [
            ("failed model=gpt-4o-mini, attempt 2", Some("gpt-4o-mini")),
            ("failed (model: 'gpt-4o').", Some("gpt-4o")),
            (r#"{"model": "text-embedding-3-small"}"#, Some("text-embedding-3-small")),
            ("model=User saved", None),
            ("the model gpt-4o failed", None),
        ] {
            assert_eq!(model(text), expected, "{text}");
        }
    }

    #[test]
    fn one_id_is_that_of_the_call_and_two_are_nobodys() {
        let (one, other) = (format!("req_{}", "0a".repeat(16)), format!("req_{}", "1b".repeat(16)));
        let found = |text: &str| request_id(text, &Literals::of(text)).map(str::to_owned);
        assert_eq!(found(&format!("request {one} failed ({one})")), Some(one.clone()));
        assert_eq!(found(&format!("{one} {other}")), None);
        assert_eq!(found("req_short"), None);
    }
}
