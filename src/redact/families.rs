//! The list of key families: by which letters a credential is known, and whose it is.
//!
//! One row a family. Ids that only look like keys (`req_…`, `org-…`, `proj_…`) are not listed, so
//! they are never touched.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// The characters that a key of a family is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Letters, digits, `-` and `_`.
    Url,
    /// Letters and digits.
    Plain,
    /// Letters, digits, `-`, `_` and `.`.
    Dotted,
    /// Letters, digits, `+`, `/`, `=`.
    Base64,
}

impl Alphabet {
    /// Whether `byte` can be part of such a key.
    pub(crate) fn has(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || match self {
                Self::Plain => false,
                Self::Url => matches!(byte, b'-' | b'_'),
                Self::Dotted => matches!(byte, b'-' | b'_' | b'.'),
                Self::Base64 => matches!(byte, b'+' | b'/' | b'='),
            }
    }
}

/// One family of keys.
#[derive(Debug)]
pub(crate) struct KeyFamily {
    /// What the key begins with.
    pub(crate) prefix: &'static str,
    /// Word for reports: the shape of an OpenAI key, or the name of the other provider.
    pub(crate) name: &'static str,
    /// Whether OpenAI issues it.
    pub(crate) is_openai: bool,
    /// How many characters must stand behind the prefix before it is a secret.
    pub(crate) min_body: usize,
    /// How many characters a whole key has at least; shorter ones get no fingerprint.
    pub(crate) full_length: usize,
    /// What it is made of.
    pub(crate) alphabet: Alphabet,
}

const fn openai(prefix: &'static str, name: &'static str) -> KeyFamily {
    KeyFamily { prefix, name, is_openai: true, min_body: 16, full_length: 48, alphabet: Alphabet::Url }
}

const fn other(
    prefix: &'static str,
    name: &'static str,
    min_body: usize,
    full_length: usize,
    alphabet: Alphabet,
) -> KeyFamily {
    KeyFamily { prefix, name, is_openai: false, min_body, full_length, alphabet }
}

/// All families; where one prefix begins another, the longer one stands first.
pub(crate) const FAMILIES: &[KeyFamily] = &[
    other("sk-ant-", "anthropic", 16, 60, Alphabet::Url),
    other("sk-or-v1-", "openrouter", 16, 70, Alphabet::Url),
    other("sk-or-", "openrouter", 16, 60, Alphabet::Url),
    other("sk-lf-", "langfuse", 16, 42, Alphabet::Url),
    other("pk-lf-", "langfuse", 16, 42, Alphabet::Url),
    other("sk-helicone-", "helicone", 12, 30, Alphabet::Url),
    openai("sk-proj-", "openai-project"),
    openai("sk-svcacct-", "openai-service-account"),
    openai("sk-service-", "openai-service-account"),
    openai("sk-admin-", "openai-admin"),
    openai("sk-None-", "openai-legacy"),
    openai("sk-", "openai-legacy"),
    openai("sess-", "openai-session"),
    other("gsk_", "groq", 16, 40, Alphabet::Plain),
    other("xai-", "xai", 16, 40, Alphabet::Plain),
    other("AIza", "google", 20, 39, Alphabet::Url),
    other("AQ.", "google", 20, 40, Alphabet::Url),
    other("pplx-", "perplexity", 16, 40, Alphabet::Plain),
    other("r8_", "replicate", 20, 37, Alphabet::Plain),
    other("hf_", "huggingface", 16, 34, Alphabet::Plain),
    other("github_pat_", "github", 20, 80, Alphabet::Url),
    other("ghp_", "github", 20, 36, Alphabet::Plain),
    other("gho_", "github", 20, 36, Alphabet::Plain),
    other("ghu_", "github", 20, 36, Alphabet::Plain),
    other("ghs_", "github", 20, 36, Alphabet::Plain),
    other("ghr_", "github", 20, 36, Alphabet::Plain),
    other("glpat-", "gitlab", 16, 26, Alphabet::Url),
    other("nvapi-", "nvidia", 20, 60, Alphabet::Url),
    other("fw_", "fireworks", 20, 24, Alphabet::Plain),
    other("tgp_", "together", 20, 40, Alphabet::Url),
    other("csk-", "cerebras", 20, 40, Alphabet::Plain),
    other("ark-", "volcengine", 24, 36, Alphabet::Url),
    other("ABSK", "aws", 24, 100, Alphabet::Base64),
    other("AKIA", "aws", 16, 20, Alphabet::Plain),
    other("ASIA", "aws", 16, 20, Alphabet::Plain),
    other("sk_live_", "stripe", 16, 32, Alphabet::Plain),
    other("rk_live_", "stripe", 16, 32, Alphabet::Plain),
    other("sk_test_", "stripe", 16, 32, Alphabet::Plain),
    other("xoxb-", "slack", 20, 40, Alphabet::Url),
    other("xoxp-", "slack", 20, 40, Alphabet::Url),
    other("SG.", "sendgrid", 30, 60, Alphabet::Dotted),
    KeyFamily {
        prefix: "ek_",
        name: "openai-ephemeral",
        is_openai: true,
        min_body: 20,
        full_length: 32,
        alphabet: Alphabet::Plain,
    },
];

/// The family that `key` begins with, whatever its length.
pub(crate) fn family_of(key: &str) -> Option<&'static KeyFamily> {
    FAMILIES.iter().find(|family| key.starts_with(family.prefix))
}

/// Fewest characters of a whole key of any family.
const SHORTEST_KEY: usize = 20;

static PREFIXES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let prefixes = FAMILIES.iter().map(|family| family.prefix);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(prefixes).ok()
});

/// Makes the searcher of prefixes.
pub(super) fn prepare() {
    LazyLock::force(&PREFIXES);
}

/// Whether as many characters of keys as the shortest whole key has stand somewhere from the prefix of a
/// family on. Never `false` for a text with a whole key.
pub(super) fn may_hold_whole_key(text: &str) -> bool {
    if text.len() < SHORTEST_KEY {
        return false;
    }
    let is_part = |byte: &&u8| Alphabet::Base64.has(**byte) || Alphabet::Dotted.has(**byte);
    PREFIXES.iter().flat_map(|prefixes| prefixes.find_iter(text)).any(|hit| {
        let from = text.as_bytes().get(hit.start()..).unwrap_or_default();
        from.iter().take(SHORTEST_KEY).take_while(is_part).count() == SHORTEST_KEY
    })
}

#[cfg(test)]
mod tests {
    use super::{FAMILIES, SHORTEST_KEY, may_hold_whole_key};

    #[test]
    fn a_whole_key_of_any_family_is_looked_for() {
        for family in FAMILIES {
            assert!(family.full_length >= SHORTEST_KEY, "{}", family.prefix);
            let key = format!("{}{}", family.prefix, "a1B2".repeat(family.full_length));
            for lead in ["", "x", "c", "s", "hf_", "\\u003c"] {
                assert!(may_hold_whole_key(&format!("é {lead}{key}.")), "{lead}{}", family.prefix);
            }
        }
        assert!(!may_hold_whole_key("task-force sk-proj-****b2B2 disk-full risk-averse"));
    }

    #[test]
    fn longer_prefixes_stand_before_those_they_begin_with() {
        for (index, family) in FAMILIES.iter().enumerate() {
            for later in FAMILIES.iter().skip(index + 1) {
                assert!(!later.prefix.starts_with(family.prefix), "{} hides {}", family.prefix, later.prefix);
            }
        }
    }
}
