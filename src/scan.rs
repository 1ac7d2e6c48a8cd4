//! The literal scan: which places of a block can matter at all.
//!
//! In goes a block of bytes; out come the offsets of literals without which no record says anything
//! about a call to the API. At most 64 short literals with rare beginnings, searched with SIMD; what
//! they find is looked at, everything else is never decoded.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};

/// The literals. Each stands for a class of renderings; a record of interest holds at least one.
///
/// The searcher looks at four bytes at a time, at the beginnings of all literals of a bucket together, and the
/// place in this list gives the bucket (sixteen of them, in turn). So a literal begins where its words get
/// rare, and the order is the one of some ten thousand tried that lets the fewest places of ordinary logs
/// through; it takes half the instructions of the order by meaning.
pub const LITERALS: &[(&str, &str)] = &[
    ("itellm", "LiteLLM"),
    ("eactivated", "deactivated accounts, prose and code"),
    ("ization to use", "organizations without the user"),
    ("penAI", "product name, SDK classes, user agents, links in messages"),
    ("s model. ", "parameters that a model does not take"),
    ("dits remaining", "prose of used-up credit"),
    ("rent quota", "prose of insufficient_quota"),
    ("g scopes", "missing scopes"),
    ("te limit", "prose of rate limits, also Azure's"),
    ("s was terminated", "terminated access"),
    ("atus_code: ", "pydantic-ai and others"),
    ("licone", "Helicone"),
    ("not_active", "code of inactive billing"),
    ("ognitive", "Azure hosts and namespaces"),
    ("verloaded", "prose of overload"),
    (" about that", "prose of 5xx"),
    ("iteLLM", "LiteLLM"),
    ("this resource", "Azure deployments and key authentication"),
    ("ritory not", "unsupported regions"),
    ("ver_error", "type of error bodies of 5xx"),
    ("penai", "hosts, modules, classes, headers and loggers of OpenAI"),
    ("matched_", "codes of organizations and projects that do not match"),
    ("penrouter", "OpenRouter"),
    ("mit has been", "prose of billing and plan limits"),
    ("questID", "request ids of openai-node in dumps"),
    ("_api_key", "codes and arguments of keys"),
    ("at/completions", "gateways in front of the API"),
    ("_exceeded", "codes of limits"),
    ("ntry_region", "code of unsupported regions"),
    (" body)", "openai-node without a body"),
    ("ying request", "notices of retries"),
    ("l_not_found", "code of models without access"),
    ("tus code: ", "go-openai and others"),
    ("ialize api", "async-openai"),
    ("ror code: ", "openai-python"),
    ("MESSAGE\":[", "journald byte arrays, which hide every other literal"),
    ("ortkey", "Portkey"),
    ("MESSAGE\": [", "the same as other programs write them"),
    ("API key", "prose about keys"),
    ("mit reach", "prose of limits"),
    ("thentica", "AuthenticationError of any library, tokens, bearer authentication"),
    ("_request_error", "type of error bodies"),
    ("xist or you", "models without access"),
    ("onal hostname", "hosts of another region"),
    ("nt_quota", "insufficient_quota"),
    ("een archived", "archived projects"),
    ("codex_", "loggers of Codex"),
    ("BlbkFJ", "the marker in every OpenAI key"),
    ("proj_", "projects"),
    ("aximum context", "prose of refused requests"),
    ("not authorized", "addresses and projects without access"),
    ("APIC", "APICallError, APIConnectionError"),
    ("_reached", "codes of limits"),
    ("(code: ", "async-openai"),
    ("ientResultException", "openai-dotnet"),
    ("k-svcac", "service-account keys, also cut ones"),
    ("nied due to", "Azure keys and networks"),
    ("such organi", "unknown organizations"),
    ("fety system", "prose of refused requests"),
    ("ling details", "prose of billing"),
    ("k-proj-", "project keys, also cut ones"),
    (" be verified", "organizations without verification"),
    ("curl: (", "reasons of curl"),
    ("OPENAI", "environment variables in messages before a request"),
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

/// Makes the searcher, which is otherwise made when it is first needed.
pub fn prepare() {
    LazyLock::force(&SEARCHER);
}

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
