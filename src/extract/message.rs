//! What the message of an error tells besides the error: the key as shown, ids, the model.

use std::sync::Arc;

use super::key;
use crate::model::ShownKey;

/// The key that the API echoes in the message.
pub(crate) fn echoed_key(message: &str) -> Option<ShownKey> {
    const LEADS: [&str; 2] = ["Incorrect API key provided: ", "Invalid API key provided: "];
    let rest =
        LEADS.iter().find_map(|lead| message.find(lead).and_then(|at| message.get(at + lead.len()..)))?;
    let end = [". You can find", ". Find your", ". For details", ".\nYou can", ". You", "\n"]
        .iter()
        .filter_map(|end| rest.find(end))
        .min()
        .unwrap_or(rest.len());
    let echo = rest.get(..end)?.trim_end_matches(['\'', '"', ','].as_slice());
    let echo = if rest.get(..end)?.starts_with(['"', '\'']) { rest.get(..end)? } else { echo };
    let echo = echo.replace("\\\"", "\"").replace("\\'", "'");
    (!echo.is_empty() && echo.len() <= 4_000).then(|| key::from_echo(&echo))
}

/// Organization and project that the message names.
pub(crate) fn ids(message: &str) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let find = |prefix: &str| {
        let at = message.find(prefix)?;
        let id: String = message
            .get(at..)?
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .collect();
        (id.len() > prefix.len() + 7).then(|| Arc::from(id))
    };
    (find("org-"), find("proj_"))
}

/// The request id that the message asks to be told.
pub(crate) fn request_id(message: &str) -> Option<Arc<str>> {
    let at = message.find("request ID ")? + "request ID ".len();
    let id: String = message
        .get(at..)?
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    (id.len() >= 20).then(|| Arc::from(id))
}

/// The model that the message names.
pub(crate) fn model(message: &str) -> Option<Arc<str>> {
    for (lead, end) in [
        ("model `", '`'),
        ("model: `", '`'),
        ("Rate limit reached for ", ' '),
        ("Request too large for ", ' '),
        ("limit reached for ", ' '),
    ] {
        if let Some(at) = message.find(lead) {
            let model = message.get(at + lead.len()..)?.split(end).next()?;
            return (!model.is_empty() && model.len() < 100).then(|| Arc::from(model));
        }
    }
    None
}
