//! Why a text shows no failed call: what an explanation says of a text in which nothing was found.
//!
//! In goes the text; out comes the nearest thing to a failure in it. It is asked for one pasted text, never for
//! the records of a log.

use super::literals::{List, Literals};
use super::markers::{MARKERS, Marker};
use super::piece::Piece;
use super::text::{pieces, status_at};
use super::{others, provider, quoted};
use crate::model::Transport;

/// The nearest thing to a failed call to OpenAI in a text that shows none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unseen {
    /// There is no text.
    Blank,
    /// An error is quoted: in a prompt, in a document, in source code.
    Quoted,
    /// Another provider is named by this literal.
    Other(&'static str),
    /// No answer came, and nothing tells who was called.
    Unanswered(Transport),
    /// An HTTP status, and nothing tells who answered.
    Status(u16),
    /// Nothing of the kind.
    Nothing,
}

/// Why nothing was seen in the text.
#[must_use]
pub fn unseen(text: &str) -> Unseen {
    if text.trim().is_empty() {
        return Unseen::Blank;
    }
    let said = quoted::blanked(text, None);
    let of = |text: &str| pieces(text, &Literals::of(text));
    let own = of(&said);
    if let Some(name) = other_in(&said) {
        return Unseen::Other(name);
    }
    let names_openai = |text: &str| provider::named(text).openai;
    let fails = |pieces: &[Piece]| pieces.iter().any(Piece::says_failed);
    if names_openai(text) && fails(&of(text)) && !(names_openai(&said) && fails(&own)) {
        return Unseen::Quoted;
    }
    if let Some(reason) = own.iter().find_map(|piece| piece.transport) {
        return Unseen::Unanswered(reason);
    }
    let status = own.iter().find_map(|piece| piece.status).filter(|status| *status >= 400);
    status.or_else(|| bare_status(&said)).map_or(Unseen::Nothing, Unseen::Status)
}

/// The literal that names another provider.
fn other_in(text: &str) -> Option<&'static str> {
    let literals = Literals::of(text);
    let marker = literals.list(List::Markers).iter().find_map(|hit| {
        let (name, marker) = MARKERS.get(hit.row)?;
        matches!(marker, Marker::Other | Marker::Mention).then_some(*name)
    });
    marker.or_else(|| others::sentence_in(text))
}

/// A status of a refusal or a failure that stands first, beside a word of HTTP, or before its reason.
fn bare_status(text: &str) -> Option<u16> {
    const WORDS: [&str; 7] = ["http", "status", "code", "error", "answer", "respon", "return"];
    text.lines().take(50).find_map(|line| {
        let lower = line.to_ascii_lowercase();
        let has_word = WORDS.iter().any(|word| lower.contains(word));
        let mut words = line.split_ascii_whitespace().enumerate().peekable();
        while let Some((index, word)) = words.next() {
            let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
            let status = status_at(word).filter(|status| *status >= 400 && word.len() == 3);
            let has_reason = words.peek().is_some_and(|(_, next)| next.starts_with(char::is_uppercase));
            if status.is_some() && (index == 0 || has_word || has_reason) {
                return status;
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{Unseen, unseen};
    use crate::model::Transport;

    #[test]
    fn the_nearest_thing_to_a_failure_is_told() {
        for (text, expected) in [
            (" \n", Unseen::Blank),
            ("429 Too Many Requests", Unseen::Status(429)),
            ("HTTP/1.1 401 Unauthorized", Unseen::Status(401)),
            ("app.auth: invalid key from 203.0.113.7, answering 401 Unauthorized", Unseen::Status(401)),
            ("we sold 429 cars in 401 towns", Unseen::Nothing),
            ("anthropic.AuthenticationError: Error code: 401 - {}", Unseen::Other("anthropic.")),
            (
                "Error code: 401 - {'error': {'message': 'Invalid API-key provided.'}}",
                Unseen::Other("Invalid API-key provided"),
            ),
            ("httpx.ProxyError: 407 Proxy Authentication Required", Unseen::Unanswered(Transport::ProxyAuth)),
            (
                "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
                Unseen::Unanswered(Transport::TlsUntrusted),
            ),
            (
                r#"{"role": "user", "content": "openai.RateLimitError: Error code: 429 - You exceeded your current quota"}"#,
                Unseen::Quoted,
            ),
            ("the weather is fine", Unseen::Nothing),
        ] {
            assert_eq!(unseen(text), expected, "{text}");
        }
    }
}
