//! Who was called in an attempt of a record.
//!
//! In goes what the whole record names and what one attempt says; out comes the provider that answered.

use super::piece::Piece;
use super::provider::Named;
use super::{others, peer, provider, url};
use crate::model::{Headers, Provider};

/// Who was called, as the whole record tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Called {
    pub(super) named: Named,
    /// A host was called that is nobody's we know, and nothing names OpenAI.
    is_unknown_host: bool,
}

impl Called {
    pub(super) fn new(named: Named, pieces: &[Piece]) -> Self {
        let is_unknown_host = named.host.is_none()
            && pieces
                .iter()
                .filter_map(|piece| piece.url.as_deref())
                .filter_map(url::host_of)
                .any(|host| provider::of_host(host).is_none() && !url::is_loopback(host));
        Self { named, is_unknown_host }
    }

    /// Who answered this attempt; `None` when nothing speaks for OpenAI, Azure OpenAI or a gateway.
    pub(super) fn provider(self, attempt: &Piece, headers: &Headers, text: &str) -> Option<Provider> {
        let provider = if headers.from_azure {
            Provider::Azure
        } else if headers.gateway.or(self.named.gateway).is_some() {
            Provider::Gateway
        } else if self.is_of_another(attempt, text) {
            // Others send headers of rate limits too.
            return None;
        } else if headers.from_openai {
            Provider::Openai
        } else if self.named.is_a_name()
            && !attempt.has_own_words()
            && self.is_a_name_of_others(attempt, text)
        {
            return None;
        } else {
            let by_shape = attempt.is_openai_shaped.then_some(Provider::Unknown);
            self.named.provider().or(by_shape).filter(|provider| *provider != Provider::Other)?
        };
        if !self.is_unknown_host {
            return Some(provider);
        }
        let has_own_words = [attempt.message.as_deref(), attempt.url.as_deref()]
            .into_iter()
            .flatten()
            .any(|text| provider::named(text).openai);
        let is_openai = provider == Provider::Openai && !headers.from_openai;
        has_own_words.then_some(if is_openai { Provider::Unknown } else { provider })
    }

    /// Whether a name with the word `openai` in it is that of something else: nothing but a status stands there beside
    /// a route of the application, or somebody else is named as the one who was called.
    fn is_a_name_of_others(self, attempt: &Piece, text: &str) -> bool {
        let is_route = !self.named.name && attempt.transport.is_none();
        is_route || peer::is_foreign(text)
    }

    /// Whether no host stands there, and somebody else than OpenAI or Azure OpenAI wrote what it says.
    pub(super) fn is_of_another(self, attempt: &Piece, text: &str) -> bool {
        self.named.host.is_none()
            && !self.named.azure
            && attempt.says_failed()
            && others::wrote(attempt, text)
    }
}
