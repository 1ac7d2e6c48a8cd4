//! Which client library made the call, and in which version.

use std::sync::Arc;

use super::literals::{List, Literals};
use crate::model::{Client, Event};

/// Marks in the text of a record, the more specific first.
pub(super) const MARKS: &[(&str, &str)] = &[
    ("litellm", "litellm"),
    ("LiteLLM", "litellm"),
    ("langchain_openai", "langchain-python"),
    ("docs.langchain.com/oss/javascript", "langchain-js"),
    ("AI_APICallError", "vercel-ai"),
    ("@ai-sdk/openai", "vercel-ai"),
    ("pydantic_ai", "pydantic-ai"),
    ("semantic_kernel", "semantic-kernel"),
    ("async_openai", "async-openai"),
    ("ApiError(ApiError", "async-openai"),
    ("com.openai.", "openai-java"),
    ("org.springframework.ai", "spring-ai"),
    ("ClientResultException", "openai-dotnet"),
    ("OpenAI::Errors", "openai-ruby"),
    ("Faraday::", "ruby-openai"),
    ("codex_", "codex"),
    ("error, status code: ", "go-openai"),
    ("openai.error.", "openai-python"),
    ("OpenAI API error received", "openai-python"),
    ("site-packages/openai/", "openai-python"),
    ("openai._base_client", "openai-python"),
    ("node_modules/openai/", "openai-node"),
    ("OpenAI:DEBUG:", "openai-node"),
    ("OpenAI.makeStatusError", "openai-node"),
];

/// User agents with a version behind them.
pub(super) const AGENTS: &[(&str, &str)] = &[
    ("AsyncAzureOpenAI/Python ", "openai-python"),
    ("AzureOpenAI/Python ", "openai-python"),
    ("AsyncOpenAI/Python ", "openai-python"),
    ("OpenAI/Python ", "openai-python"),
    ("OpenAI/v1 PythonBindings/", "openai-python"),
    ("OpenAI/NodeJS/", "openai-node"),
    ("OpenAI/JS ", "openai-node"),
    ("OpenAI/Go ", "openai-go"),
    ("OpenAIClientImpl/Java ", "openai-java"),
    ("Agents/Python ", "openai-agents-python"),
    ("Agents/JavaScript ", "openai-agents-js"),
    ("langchainjs-openai/", "langchain-js"),
    ("pydantic-ai/", "pydantic-ai"),
    ("ai-sdk/openai/", "vercel-ai"),
    ("openai-python/", "openai-python"),
    ("openai-node/", "openai-node"),
    ("/.pnpm/openai@", "openai-node"),
    ("x-stainless-package-version", STAINLESS),
    ("X-Stainless-Package-Version", STAINLESS),
];

/// Stands for the library that another header tells.
const STAINLESS: &str = "";

/// What Stainless, which makes OpenAI's client libraries, calls the languages in the header that it adds.
const LANGUAGES: &[(&str, &str)] = &[
    ("go", "openai-go"),
    ("java", "openai-java"),
    ("js", "openai-node"),
    ("python", "openai-python"),
    ("ruby", "openai-ruby"),
];

/// The client that the headers of a request name, by its user agent or the headers of its own.
pub(crate) fn of_headers<'a>(find: impl Fn(&str) -> Option<&'a str>) -> Option<Client> {
    let by_agent = find("user-agent").and_then(of_agent).filter(|client| client.version.is_some());
    by_agent.or_else(|| stainless(find("x-stainless-lang")?, find("x-stainless-package-version")?))
}

/// The client of a language, in a version.
fn stainless(language: &str, version: &str) -> Option<Client> {
    let name = LANGUAGES.iter().find(|(known, _)| *known == language)?.1;
    Some(Client { name: Arc::from(name), version: Some(exact(version)?) })
}

/// The client whose own headers stand in the text of a record, in whatever notation; `version` begins behind the
/// name of the header with the version.
fn stainless_in(text: &str, version: usize) -> Option<Client> {
    let value_at = |at: usize| {
        let behind = text.get(at..)?.trim_start_matches(['\\', '"', '\'', ':', '=', ' ', '[', ',']);
        let end = behind.find(|letter: char| !(letter.is_ascii_alphanumeric() || ".-".contains(letter)));
        behind.get(..end.unwrap_or(behind.len()))
    };
    let language = ["x-stainless-lang", "X-Stainless-Lang"].iter().find_map(|name| {
        let at = memchr::memmem::find(text.as_bytes(), name.as_bytes())?;
        value_at(at + name.len())
    });
    stainless(language?, value_at(version)?)
}

/// Modules of an error report that are clients, the wrapper before what it wraps.
const MODULES: &[(&str, &str)] = &[
    ("litellm", "litellm"),
    ("openai", "openai-python"),
    ("async-openai", "async-openai"),
    ("@ai-sdk/openai", "vercel-ai"),
];

/// The client, when anything names it.
pub(crate) fn of(event: &Event, text: &str, literals: &Literals, exception: Option<&str>) -> Option<Client> {
    if let Some(client) = agent_in(text, literals) {
        return Some(client);
    }
    for (module, name) in MODULES {
        if let Some((_, version)) = event.modules.iter().find(|(known, _)| known == module) {
            let is_node = event.modules.iter().any(|(known, _)| known.starts_with("@sentry/"));
            let name = if *module == "openai" && is_node { "openai-node" } else { name };
            return Some(Client { name: Arc::from(name), version: exact(version) });
        }
    }
    let mark = literals.first_row(List::Clients).and_then(|hit| MARKS.get(hit.row));
    let marked = mark.map(|(_, name)| *name);
    let by_class = exception.filter(|class| class.starts_with("openai.")).map(|_| "openai-python");
    marked.or(by_class).map(|name| Client { name: Arc::from(name), version: None })
}

/// The client that a user agent names.
pub(crate) fn of_agent(text: &str) -> Option<Client> {
    agent_in(text, &Literals::of(text))
}

fn agent_in(text: &str, literals: &Literals) -> Option<Client> {
    let found = literals.first_row(List::Agents)?;
    let (_, name) = AGENTS.get(found.row)?;
    if *name == STAINLESS {
        return stainless_in(text, found.at.end);
    }
    let behind = text.get(found.at.end..)?;
    let length =
        behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
    Some(Client { name: Arc::from(*name), version: exact(behind.get(..length)?) })
}

/// A version that is one, not a range.
fn exact(version: &str) -> Option<Arc<str>> {
    let is_exact = version.starts_with(|c: char| c.is_ascii_digit()) && version.len() < 40;
    is_exact.then(|| Arc::from(version))
}
