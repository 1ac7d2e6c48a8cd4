//! What in an access log shows that a request went to OpenAI.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::model::Exchange;

/// Words of user agents of OpenAI's clients, lower case. OpenAI's own crawlers (`GPTBot`, `ChatGPT-User`,
/// `OAI-SearchBot`) are visitors of the application and are not among them.
const CLIENTS: [&str; 12] = [
    "openai/python",
    "openai/js",
    "openai/node",
    "openai/go",
    "openai/java",
    "openai/ruby",
    "openai/v1",
    "openai/nodejs",
    "openai-dotnet",
    "async-openai",
    "openai-php",
    "ai-sdk/openai",
];

/// Whether a line is worth a closer look.
pub(super) fn is_candidate(line: &str) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["openai", "OpenAI"].map(Finder::new));
    WORDS.iter().any(|word| word.find(line.as_bytes()).is_some())
}

/// Whether a user agent is that of a client library of OpenAI.
pub(super) fn is_client(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    CLIENTS.iter().any(|client| agent.contains(client))
}

/// The OpenAI host in a word that names a host: `api.openai.com:443`, `https://eu.api.openai.com/v1`,
/// `outbound|443||api.openai.com`. Hosts on which OpenAI serves no API (as in a referer) are none.
pub(super) fn openai_host(word: &str) -> Option<&str> {
    let word = word.rsplit('|').next().unwrap_or(word);
    let word = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")).unwrap_or(word);
    let host = word.split(['/', '?']).next().unwrap_or(word);
    let name = host.split(':').next().unwrap_or(host);
    let is_host = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let lower = name.to_ascii_lowercase();
    let is_openai = lower == "api.openai.com"
        || lower.ends_with(".api.openai.com")
        || (lower.ends_with(".openai.azure.com") && lower.len() > ".openai.azure.com".len());
    (is_host && is_openai).then_some(name)
}

/// Whether a request id has the form of OpenAI's and not that of a proxy (a UUID or 32 digits).
pub(super) fn is_openai_request_id(id: &str) -> bool {
    id.strip_prefix("req_")
        .is_some_and(|rest| rest.len() >= 16 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A request as an access log shows it, gathered token by token.
#[derive(Debug, Default)]
pub(super) struct Request<'a> {
    /// `POST`
    pub method: &'a str,
    /// Path, absolute URL, or `host:port` of a tunnel.
    pub target: &'a str,
    /// Status as the log shows it.
    pub status: Option<u16>,
    /// Host that was called.
    pub host: Option<&'a str>,
    /// User agent.
    pub agent: Option<&'a str>,
    /// OpenAI's request id.
    pub request_id: Option<&'a str>,
    /// Why there was no answer.
    pub transport: Option<String>,
}

impl Request<'_> {
    /// The exchange; `None` without evidence of OpenAI.
    pub(super) fn exchange(self) -> Option<Exchange> {
        let host = self.host.or_else(|| openai_host(self.target));
        if host.is_none() && !self.agent.is_some_and(is_client) {
            return None;
        }
        let url = match host {
            _ if self.target.starts_with("http") => without_query(self.target).to_owned(),
            Some(host) if self.target.starts_with('/') => {
                format!("https://{host}{}", without_query(self.target))
            }
            Some(host) => format!("https://{host}"),
            None => without_query(self.target).to_owned(),
        };
        let mut request_headers = Vec::new();
        for (name, value) in [("user-agent", self.agent), ("host", host)] {
            if let Some(value) = value.filter(|value| !value.is_empty() && *value != "-") {
                request_headers.push((name.to_owned(), value.to_owned()));
            }
        }
        let id = self.request_id.map(|id| ("x-request-id".to_owned(), id.to_owned()));
        Some(Exchange {
            method: Some(self.method.to_owned()),
            url: Some(url),
            status: self.status,
            request_headers,
            response_headers: id.into_iter().collect(),
            transport: self.transport,
            ..Exchange::default()
        })
    }
}

/// `POST /v1/models HTTP/1.1` as method and target.
pub(super) fn request_line(text: &str) -> Option<(&str, &str)> {
    let mut words = text.split(' ');
    let method = words.next().filter(|word| is_method(word))?;
    let target = words.next().filter(|target| !target.is_empty())?;
    let version = words.next()?;
    version.starts_with("HTTP/").then_some((method, target))
}

/// Whether a word is an HTTP method.
pub(super) fn is_method(word: &str) -> bool {
    (3..=7).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A status of three digits; `0` and `000` mean that there was none.
pub(super) fn status(word: &str) -> Option<Option<u16>> {
    match word {
        "0" | "000" => Some(None),
        _ if word.len() == 3 => word.parse().ok().filter(|status| (100..=999).contains(status)).map(Some),
        _ => None,
    }
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Why a proxy opened no tunnel (`CONNECT`), and the status that is shown of that: only 407 says the same whoever
/// gives it, any other is the proxy's own and none of OpenAI's. `None` for a tunnel that was opened.
pub(super) fn tunnel_failure(status: u16) -> Option<(String, Option<u16>)> {
    match status {
        100..=399 => None,
        407 => Some(("the proxy asked for a login: 407 Proxy Authentication Required".to_owned(), Some(407))),
        400..=499 => {
            Some((format!("the proxy refused the tunnel: Tunnel connection failed: {status}"), None))
        }
        _ => Some((
            format!("the proxy could not open the tunnel ({status}): Failed to connect to the host"),
            None,
        )),
    }
}
