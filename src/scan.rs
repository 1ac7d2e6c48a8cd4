//! The literal scan: which places of a block can matter at all.
//!
//! In goes a block of bytes; out come the offsets of literals without which no record says anything
//! about a call to the API. At most 64 short literals with rare beginnings, searched with SIMD; what
//! they find is looked at, everything else is never decoded.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};

/// The literals. Each stands for a class of renderings; a record of interest holds at least one.
pub const LITERALS: &[(&str, &str)] = &[
    ("penai", "hosts, modules, classes, headers and loggers of OpenAI"),
    ("penAI", "product name, SDK classes, user agents, links in messages"),
    ("OPENAI", "environment variables in messages before a request"),
    ("rror code: ", "openai-python"),
    ("d_request_error", "type of error bodies"),
    ("ver_error", "type of error bodies of 5xx"),
    ("nt_quota", "insufficient_quota"),
    ("rrent quota", "prose of insufficient_quota"),
    ("_exceeded", "codes of limits"),
    ("limit_reached", "codes of limits"),
    ("imit reach", "prose of limits"),
    ("te limit", "prose of rate limits, also Azure's"),
    ("limit has been", "prose of billing and plan limits"),
    ("illing details", "prose of billing"),
    ("API key", "prose about keys"),
    ("_api_key", "codes and arguments of keys"),
    ("T3BlbkFJ", "the marker in every OpenAI key"),
    ("sk-proj-", "project keys, also cut ones"),
    ("sk-svcac", "service-account keys, also cut ones"),
    ("uthentica", "AuthenticationError of any library, tokens, bearer authentication"),
    ("g scopes", "missing scopes"),
    ("erritory not", "unsupported regions"),
    ("xist or you", "models without access"),
    ("l_not_found", "code of models without access"),
    ("proj_", "projects"),
    ("nied due to", "Azure keys and networks"),
    ("this resource", "Azure deployments and key authentication"),
    ("data action", "Azure permissions"),
    ("no body)", "openai-node without a body"),
    ("tus code: ", "go-openai and others"),
    ("APIC", "APICallError, APIConnectionError"),
    ("ClientResultException", "openai-dotnet"),
    ("(code: ", "async-openai"),
    ("deserialize api", "async-openai"),
    ("codex_", "loggers of Codex"),
    ("questID", "request ids of openai-node in dumps"),
    ("status_code: ", "pydantic-ai and others"),
    ("itellm", "LiteLLM"),
    ("iteLLM", "LiteLLM"),
    ("Portkey", "Portkey"),
    ("elicone", "Helicone"),
    ("rying request", "notices of retries"),
    ("curl: (", "reasons of curl"),
    ("hat/completions", "gateways in front of the API"),
    ("safety system", "prose of refused requests"),
    ("aximum context", "prose of refused requests"),
    ("rry about that", "prose of 5xx"),
    ("verloaded", "prose of overload"),
    ("eactivated", "deactivated accounts, prose and code"),
    ("such organi", "unknown organizations"),
    ("ganization to use", "organizations without the user"),
    ("ust be verified", "organizations without verification"),
    ("ss was terminated", "terminated access"),
    ("not authorized", "addresses and projects without access"),
    ("been archived", "archived projects"),
    ("onal hostname", "hosts of another region"),
    ("country_region", "code of unsupported regions"),
    ("ismatched_", "codes of organizations and projects that do not match"),
    ("_not_active", "code of inactive billing"),
    ("edits remaining", "prose of used-up credit"),
    ("ption key", "Azure subscriptions"),
    ("ognitive", "Azure hosts and namespaces"),
    ("penrouter", "OpenRouter"),
    ("\"MESSAGE\":[", "journald byte arrays, which hide every other literal"),
];

static SEARCHER: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    let mut builder = Config::new().match_kind(MatchKind::LeftmostFirst).builder();
    for (literal, _) in LITERALS {
        builder.add(literal);
    }
    builder.build()
});

static FALLBACK: LazyLock<Option<aho_corasick::AhoCorasick>> =
    LazyLock::new(|| aho_corasick::AhoCorasick::new(LITERALS.iter().map(|(literal, _)| literal)).ok());

/// Offset of the first literal at or after `from`; `None` when there is none.
#[must_use]
pub fn next(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    if let Some(searcher) = SEARCHER.as_ref() {
        return searcher.find(rest).map(|found| from + found.start());
    }
    FALLBACK.as_ref()?.find(rest).map(|found| from + found.start())
}

/// Whether the text holds any literal.
#[must_use]
pub fn is_hit(text: &str) -> bool {
    next(text.as_bytes(), 0).is_some()
}

#[cfg(test)]
mod tests {
    use super::{LITERALS, is_hit};

    #[test]
    fn literals_are_unique_and_few_enough_for_the_packed_searcher() {
        let mut literals: Vec<_> = LITERALS.iter().map(|(literal, _)| literal).collect();
        literals.sort_unstable();
        let count = literals.len();
        literals.dedup();
        assert_eq!(literals.len(), count);
        assert!(count <= 64);
        assert!(super::SEARCHER.is_some() || cfg!(not(target_arch = "x86_64")));
    }

    #[test]
    fn ordinary_lines_are_no_hits() {
        assert!(!is_hit("2026-11-21 04:59:05,594 INFO app.web GET /health 200 service=checkout"));
        assert!(is_hit("AuthenticationError: 401 Incorrect"));
    }
}
