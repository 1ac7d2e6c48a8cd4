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
    ("penAI", "product name, SDK classes, user agents"),
    ("OPENAI", "environment variables in messages before a request"),
    ("Error code: ", "openai-python"),
    ("_request_error", "type of error bodies"),
    ("nt_quota", "insufficient_quota"),
    ("rrent quota", "prose of insufficient_quota"),
    ("_exceeded", "codes of limits"),
    ("imit reached", "prose of rate limits"),
    ("rate limit", "prose of rate limits"),
    ("_api_key", "codes and arguments of keys"),
    ("API key", "prose about keys"),
    ("orization error", "prose of gateways"),
    ("cationError", "AuthenticationError of any library"),
    ("LimitError", "RateLimitError of any library"),
    ("DeniedError", "PermissionDeniedError of any library"),
    ("APICallError", "Vercel AI SDK"),
    ("APIConnection", "openai-node and openai-python"),
    ("ratelimit-", "headers of rate limits"),
    ("territory not", "unsupported regions"),
    ("billing details", "billing"),
    ("hard limit has", "billing hard limit"),
    ("bscription key", "Azure keys"),
    ("T3BlbkFJ", "the marker in every OpenAI key"),
    ("sk-proj-", "project keys"),
    ("sk-svcac", "service-account keys"),
    ("itellm", "LiteLLM"),
    ("LiteLLM", "LiteLLM"),
    ("Portkey", "Portkey"),
    ("elicone", "Helicone"),
    ("proxy server token", "LiteLLM proxy"),
    ("Missing scopes", "scopes"),
    ("Missing bearer", "missing keys"),
    ("Invalid Authentication", "rejected keys"),
    ("authentication token", "tokens"),
    ("ClientResultException", ".NET"),
    ("TransientAiException", "spring-ai"),
    ("UnauthorizedException", "openai-java"),
    ("rror, status code: ", "go-openai"),
    ("unexpected status ", "Codex"),
    ("codex_", "loggers of Codex"),
    ("ApiError {", "async-openai"),
    (" (code: ", "async-openai"),
    ("deserialize api response", "async-openai"),
    ("retries left", "openai-python debug"),
    ("Illegal header value", "damaged keys"),
    ("Missing credentials", "missing keys"),
    ("InternalServerError", "openai-python and openai-node"),
    ("upstream connect error", "edge"),
    ("APIError", "any library"),
    ("in organization", "organizations"),
    ("\"MESSAGE\":[", "journald byte arrays"),
    ("aximum context length", "prose of bad requests"),
    ("safety system", "prose of bad requests"),
    ("Retrying request", "retries"),
    ("/chat/completions", "paths in notices of retries"),
    ("token_limit", "batches"),
    ("DeploymentNotFound", "Azure"),
    ("code (no body)", "openai-node without a body"),
    ("Key based auth", "Azure"),
    ("Firewall rules", "Azure"),
    ("API deployment", "Azure"),
    ("data action", "Azure"),
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
