//! What the word `openai` is where it stands: the client library or its maker, or a part of a name that somebody gave
//! to a service, a module, a host or a route of an application.
//!
//! In goes a text and the place of the word; out comes its [`Use`]. Whether a name is evidence is decided where it is
//! known what else the record says.

use std::ops::Range;

/// What the word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The client library, one of its classes or modules, or the company.
    Library,
    /// A part of a name: `openai-worker`, `openai_service`, `openaipublic.example.com`.
    Name,
    /// A part of a path: `/api/openai/chat`, `/srv/openai-chat/src/cache.js`.
    Path,
}

/// Longest word around it that is looked at, in bytes to either side.
const REACH: usize = 160;

/// Pieces of names and paths that only client libraries and their headers have.
const LIBRARIES: &[&str] = &[
    "site-packages",
    "dist-packages",
    "node_modules",
    "openai/_",
    "openai\\_",
    "openai/resources",
    "openai/lib",
    "openai/error",
    "openai/src",
    "openai@",
    "openai_api_key",
    "openai_base_url",
    "openai-api-key",
    "openai-processing",
    "openai-version",
    "openai-organization",
    "openai-project",
    "openai-model",
    "openai-beta",
    "openai-go",
    "openai-node",
    "openai-java",
    "openai-python",
    "openai-dotnet",
    "openai-php",
    "openai-ruby",
    "openai_dart",
    "openai-client",
    "ruby-openai",
    "go-openai",
    "async-openai",
    "async_openai",
    "langchain",
    "llama_index",
    "llama-index",
    "spring-ai",
    "spring.ai",
    "semantic_kernel",
    "pydantic_ai",
    "ai-sdk",
    "com.openai",
    "com/openai",
    "opentelemetry",
    "instrumentation",
];

/// What the word is that stands within `at` of the text.
pub(crate) fn of(text: &str, at: Range<usize>) -> Use {
    let found = text.get(at.clone()).unwrap_or_default();
    let start = at.start + found.len() - found.trim_start_matches(['/', '\\']).len();
    let at = start..start + "openai".len();
    let word = around(text, &at);
    let token = text.get(word.clone()).unwrap_or_default();
    if token.len() == "openai".len() {
        return Use::Library;
    }
    let lower = token.to_ascii_lowercase();
    if LIBRARIES.iter().any(|library| lower.contains(library)) {
        return Use::Library;
    }
    let (before, behind) = (text.get(word.start..at.start), text.get(at.end..word.end));
    let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
    if token.contains(['/', '\\']) {
        // Two words with a stroke between them are no path: `OpenAI/Azure`, `OpenAI/Python 1.99`.
        return if before.is_empty() && token.starts_with("OpenAI/") { Use::Library } else { Use::Path };
    }
    // Classes and brands: `OpenAIError`, `ChatOpenAI`, `AzureOpenAI`.
    if text.get(at.clone()).is_some_and(|found| found.contains("OpenAI")) {
        return Use::Library;
    }
    let is_class = behind.strip_prefix('.').is_some_and(|inner| {
        inner.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
            || ["api", "error", "lib", "resources", "types", "openai"]
                .iter()
                .any(|module| inner.starts_with(module))
    });
    let is_whole = before.is_empty() && behind.trim_matches(['.', ':', '-', '_']).is_empty();
    if is_class && before.is_empty() || is_whole { Use::Library } else { Use::Name }
}

/// The run of letters, digits and marks of names and paths around a place.
fn around(text: &str, at: &Range<usize>) -> Range<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./\\@".contains(byte);
    let bytes = text.as_bytes();
    let (before, behind) =
        (bytes.get(..at.start).unwrap_or_default(), bytes.get(at.end..).unwrap_or_default());
    let lead = before.iter().rev().take(REACH).take_while(|byte| is_part(byte)).count();
    let rest = behind.iter().take(REACH).take_while(|byte| is_part(byte)).count();
    at.start - lead..at.end + rest
}

#[cfg(test)]
mod tests {
    use super::{Use, of};

    fn check(text: &str, expected: Use) {
        let start = text.to_ascii_lowercase().find("openai").unwrap();
        assert_eq!(of(text, start..start + 6), expected, "{text}");
    }

    #[test]
    fn libraries_classes_and_the_company() {
        for text in [
            "openai",
            "openai: 401",
            "the call to openai.",
            "openai.RateLimitError: x",
            "openai._base_client Retrying",
            "openai.error.AuthenticationError",
            "OpenAI API error",
            "OpenAIError: x",
            "ChatOpenAI failed",
            "OpenAI/Python 1.99.9",
            "File \"/app/.venv/lib/python3.12/site-packages/openai/_base_client.py\"",
            "at APIError.generate (/app/node_modules/openai/error.js:55:20)",
            "/var/task/openai/_base_client.py",
            "openai-processing-ms: 12",
            "langchain_openai.chat_models",
            "provider=openai",
        ] {
            check(text, Use::Library);
        }
    }

    #[test]
    fn parts_of_names() {
        for text in [
            "openai-worker redis",
            "openai_service.db",
            "tasks.openai_summarize",
            "openai-db.internal:5432",
            "openaipublic.blob.core.windows.net",
            "my-openai",
        ] {
            check(text, Use::Name);
        }
    }

    #[test]
    fn parts_of_paths() {
        for text in [
            "POST /api/openai/chat",
            "/srv/openai-chat/src/cache.js",
            "C:\\srv\\openai\\app.py",
            "/simple/openai/",
        ] {
            check(text, Use::Path);
        }
    }
}
