//! Who was called, and on what evidence.
//!
//! In goes the text of a record; out comes the provider that it names: by URL or host, by the class
//! or module of the client library, by headers, by sentences that only that API writes. Facts:
//! `error-catalogue.md` sections 6 and 7, `renderings.md`.

use super::literals::{List, Literals};
use super::markers::{MARKERS, Marker};
use super::name::{self, Use};
use super::next;
use crate::model::Provider;

/// What a record tells about the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Named {
    /// The host that was called belongs to this provider.
    pub(crate) host: Option<Provider>,
    /// OpenAI's client library or sentences.
    pub(crate) openai: bool,
    /// A name with the word `openai` in it.
    pub(crate) name: bool,
    /// A path with the word `openai` in it.
    pub(crate) path: bool,
    /// Wording that OpenAI's client library shares with a few others.
    pub(crate) stainless: bool,
    /// Azure's sentences.
    pub(crate) azure: bool,
    /// A gateway's sentences.
    pub(crate) gateway: Option<&'static str>,
    /// What nobody but OpenAI writes.
    pub(crate) own: bool,
    /// Another provider.
    pub(crate) other: bool,
    /// The name of another provider.
    pub(crate) mention: bool,
}

impl Named {
    /// The provider, when there is any evidence that OpenAI, Azure OpenAI or a gateway was called.
    pub(crate) fn provider(self) -> Option<Provider> {
        if self.host == Some(Provider::Other) {
            return Some(Provider::Other);
        }
        if self.azure || self.host == Some(Provider::Azure) {
            return Some(Provider::Azure);
        }
        if self.gateway.is_some() {
            return Some(Provider::Gateway);
        }
        if self.host == Some(Provider::Openai) {
            return Some(Provider::Openai);
        }
        if self.other || self.mention && !self.own {
            return Some(Provider::Other);
        }
        (self.openai || self.stainless || self.is_a_name()).then_some(Provider::Openai)
    }

    /// Whether nothing but names and paths with the word `openai` in them speaks for OpenAI.
    pub(crate) fn is_a_name(self) -> bool {
        (self.name || self.path) && !self.openai && !self.stainless && self.host.is_none() && !self.azure
    }
}

/// What a text names.
pub(crate) fn named(text: &str) -> Named {
    named_by(text, &Literals::of(text))
}

/// What a text names whose literals are known.
pub(crate) fn named_by(text: &str, literals: &Literals) -> Named {
    let mut named = Named::default();
    for found in literals.list(List::Markers) {
        let marker = MARKERS.get(found.row).map_or(Marker::Nothing, |(_, marker)| *marker);
        if marker.is_name() && next::is_tried_next(text, &found.at) {
            continue;
        }
        match marker {
            Marker::Host(Provider::Other) => named.host = Some(Provider::Other),
            Marker::Host(provider) => named.host = named.host.or(Some(provider)),
            Marker::Openai => named.openai = true,
            Marker::Word if named.openai => {}
            Marker::Word => match name::of(text, found.at.clone()) {
                Use::Library => named.openai = true,
                Use::Name => named.name = true,
                Use::Path => named.path = true,
            },
            Marker::Stainless => named.stainless = true,
            Marker::Gateway(name) => named.gateway = named.gateway.or(Some(name)),
            Marker::Azure => named.azure = true,
            Marker::Own => (named.openai, named.own) = (true, true),
            // `anthropic.` is a module, and the end of a sentence.
            Marker::Other if is_end_of_sentence(text, found.at.end) => named.mention = true,
            Marker::Other => named.other = true,
            Marker::Mention => named.mention = true,
            Marker::RequestId => named.openai |= is_request_id(text.get(found.at.end..).unwrap_or_default()),
            Marker::Nothing => {}
        }
    }
    named
}

/// Whether a point ends here behind which no name goes on.
fn is_end_of_sentence(text: &str, end: usize) -> bool {
    let (before, behind) = text.split_at_checked(end).unwrap_or_default();
    before.ends_with('.') && !behind.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
}

/// Whether 32 hexadecimal digits stand here and end: Stripe's and Anthropic's ids have other lengths.
pub(super) fn is_request_id(text: &str) -> bool {
    text.bytes().take(33).take_while(u8::is_ascii_alphanumeric).count() == 32
        && text.bytes().take(32).all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The provider behind a host; `None` for hosts that are nobody's we know.
pub(crate) fn of_host(host: &str) -> Option<Provider> {
    let host = host.to_ascii_lowercase();
    // Ollama's port: models of one's own.
    if host.ends_with(":11434") {
        return Some(Provider::Other);
    }
    let host = host.split(':').next().unwrap_or_default();
    if host == "openai.com" || host.ends_with(".openai.com") || host == "chatgpt.com" {
        return Some(Provider::Openai);
    }
    if host.ends_with(".openai.azure.com")
        || host.ends_with(".cognitiveservices.azure.com")
        || host.ends_with(".services.ai.azure.com")
    {
        return Some(Provider::Azure);
    }
    let found = named(host);
    if found.gateway.is_some() {
        return Some(Provider::Gateway);
    }
    (found.other || found.mention || found.host == Some(Provider::Other)).then_some(Provider::Other)
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::model::Provider;

    #[test]
    fn hosts_win_over_sentences() {
        assert_eq!(named("POST https://api.anthropic.com/v1/messages 401").provider(), Some(Provider::Other));
        assert_eq!(named("openai.AuthenticationError: x").provider(), Some(Provider::Openai));
        assert_eq!(named("customer sync failed").provider(), None);
        let refused =
            "401 Access denied due to invalid subscription key, use a valid key for an active subscription";
        assert_eq!(
            named(&format!("https://a.openai.azure.com/ {refused}")).provider(),
            Some(Provider::Azure)
        );
        let vision = "https://a.cognitiveservices.azure.com/vision/v3.2/ocr";
        assert_eq!(named(&format!("{vision} {refused}")).provider(), Some(Provider::Other));
        let speech = "https://westeurope.tts.speech.microsoft.com/cognitiveservices/v1";
        assert_eq!(named(&format!("{speech} {refused}")).provider(), Some(Provider::Other));
    }

    #[test]
    fn the_name_of_another_provider_is_no_answer_of_it() {
        let told = |text: &str| named(text).provider();
        let link = "see https://platform.openai.com/account/api-keys";
        assert_eq!(told(&format!("falling back to anthropic: {link}")), Some(Provider::Openai));
        assert_eq!(told(&format!("going on with anthropic. {link}")), Some(Provider::Openai));
        assert_eq!(told("openai failed, falling back to anthropic"), Some(Provider::Openai));
        assert_eq!(told("openai failed, trying Azure OpenAI next"), Some(Provider::Openai));
        assert_eq!(told("anthropic failed, falling back to openai"), Some(Provider::Other));
        assert_eq!(told("gemini failed, falling back to openai"), None);
        assert_eq!(told("openai via anthropic: Error code: 401"), Some(Provider::Other));
        assert_eq!(told(&format!("anthropic.AuthenticationError: {link}")), Some(Provider::Other));
    }
}
