//! The API key as the API echoed it or as it stood in the log, masked.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Masked;

/// What the key looks like. Words of the `events` contract (`key.shape`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyShape {
    /// `sk-…` without a family, the form until 2024.
    OpenaiLegacy,
    /// `sk-proj-…`.
    OpenaiProject,
    /// `sk-svcacct-…`.
    OpenaiServiceAccount,
    /// `sk-admin-…`.
    OpenaiAdmin,
    /// `sess-…`, a dashboard session.
    OpenaiSession,
    /// Sample text or an unexpanded variable.
    Placeholder,
    /// Another provider's key; `ShownKey::provider` names it.
    OtherProvider,
    /// A JSON Web Token.
    Jwt,
    /// Damaged on its way; `ShownKey::damage` says how.
    Malformed,
    /// None of these.
    Unknown,
}

impl Serialize for KeyShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for KeyShape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = Self::ALL.iter().find(|(_, known)| *known == word).map(|(shape, _)| *shape);
        known.ok_or_else(|| D::Error::custom(format!("unknown shape of key `{word}`")))
    }
}

impl KeyShape {
    /// All shapes with their words, in order.
    pub const ALL: &[(KeyShape, &str)] = &[
        (KeyShape::OpenaiLegacy, "openai-legacy"),
        (KeyShape::OpenaiProject, "openai-project"),
        (KeyShape::OpenaiServiceAccount, "openai-service-account"),
        (KeyShape::OpenaiAdmin, "openai-admin"),
        (KeyShape::OpenaiSession, "openai-session"),
        (KeyShape::Placeholder, "placeholder"),
        (KeyShape::OtherProvider, "other-provider"),
        (KeyShape::Jwt, "jwt"),
        (KeyShape::Malformed, "malformed"),
        (KeyShape::Unknown, "unknown"),
    ];

    /// The word of the contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(shape, _)| *shape == self).map_or("unknown", |(_, word)| word)
    }
}

/// Visible damage. Words of the `events` contract (`key.damage`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyDamage {
    /// Quotes around it.
    Quoted,
    /// Braces or angle brackets around it or in it.
    Braced,
    /// White space or a newline in it.
    Whitespace,
    /// The word Bearer is part of it.
    BearerTwice,
    /// `NAME=` stands in front.
    Assignment,
    /// A URL, a path or a prompt was pasted.
    Url,
    /// A character that is not ASCII.
    NonAscii,
    /// Visibly cut.
    Cut,
    /// Visibly doubled.
    Doubled,
}

impl KeyDamage {
    /// All kinds of damage with their words, in order.
    pub const ALL: &[(KeyDamage, &str)] = &[
        (KeyDamage::Quoted, "quoted"),
        (KeyDamage::Braced, "braced"),
        (KeyDamage::Whitespace, "whitespace"),
        (KeyDamage::BearerTwice, "bearer-twice"),
        (KeyDamage::Assignment, "assignment"),
        (KeyDamage::Url, "url"),
        (KeyDamage::NonAscii, "non-ascii"),
        (KeyDamage::Cut, "cut"),
        (KeyDamage::Doubled, "doubled"),
    ];

    /// The word of the contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(damage, _)| *damage == self).map_or("cut", |(_, word)| word)
    }
}

/// A key as it was shown, never in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownKey {
    /// The mask: at most 8 leading and 4 trailing characters. `None` when even that may not be shown
    /// (an echo of up to 12 characters that is no known placeholder).
    pub shown: Option<Masked>,
    /// What it looks like.
    pub shape: KeyShape,
    /// Length in characters that the server received, when the mask tells it.
    pub length: Option<u32>,
    /// Visible damage.
    pub damage: Option<KeyDamage>,
    /// The other provider, when the prefix names one (`anthropic`, `google` …).
    pub provider: Option<&'static str>,
    /// Keyed hash of a key of full length, hexadecimal; only where the whole key stood in the log.
    pub fingerprint: Option<Masked>,
}
