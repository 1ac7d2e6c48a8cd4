//! What the message of an error tells besides the error: the key as shown, ids, the model.

use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;

use super::key;
use crate::model::ShownKey;

/// Texts that stand before what is looked for, ready to be searched: most messages have none of them, and
/// preparing a search costs more than the search.
struct Leads<const N: usize>(LazyLock<[Finder<'static>; N]>);

static ECHO: Leads<2> =
    Leads(LazyLock::new(|| ["Incorrect API key provided: ", "Invalid API key provided: "].map(Finder::new)));
static IDS: Leads<2> = Leads(LazyLock::new(|| ["org-", "proj_"].map(Finder::new)));
static REQUEST_ID: Leads<1> = Leads(LazyLock::new(|| ["request ID "].map(Finder::new)));
/// What stands before the name of a model; behind the first two it is marked as code.
static MODEL: Leads<5> = Leads(LazyLock::new(|| {
    ["model `", "model: `", "Rate limit reached for ", "Request too large for ", "limit reached for "]
        .map(Finder::new)
}));

impl<const N: usize> Leads<N> {
    /// For each text what stands behind its first place.
    fn behind<'m>(&self, message: &'m str) -> impl Iterator<Item = Option<&'m str>> {
        self.0.iter().map(|lead| {
            let at = lead.find(message.as_bytes())?;
            message.get(at + lead.needle().len()..)
        })
    }
}

/// The key that the API echoes in the message, as far as it is visible.
pub(crate) fn echoed_key(message: &str) -> Option<ShownKey> {
    ECHO.behind(message).flatten().next().and_then(key::echoed)
}

/// Organization and project that the message names.
pub(crate) fn ids(message: &str) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let mut found = IDS.behind(message).zip(["org-", "proj_"]).map(|(rest, prefix)| {
        let id = id_at(rest?);
        (id.len() > 7).then(|| Arc::from(format!("{prefix}{id}")))
    });
    (found.next().flatten(), found.next().flatten())
}

/// The request id that the message asks to be told.
pub(crate) fn request_id(message: &str) -> Option<Arc<str>> {
    let id = id_at(REQUEST_ID.behind(message).next()??);
    (id.len() >= 20).then(|| Arc::from(id))
}

/// The letters, digits and dashes at the start of a text.
fn id_at(text: &str) -> &str {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.get(..text.bytes().take_while(is_part).count()).unwrap_or_default()
}

/// The model that the message names.
pub(crate) fn model(message: &str) -> Option<Arc<str>> {
    let (end, rest) = ['`', '`', ' ', ' ', ' ']
        .into_iter()
        .zip(MODEL.behind(message))
        .find_map(|(end, rest)| Some((end, rest?)))?;
    let model = rest.split(end).next()?;
    (!model.is_empty() && model.len() < 100).then(|| Arc::from(model))
}
