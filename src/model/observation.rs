//! What one event says about one API call.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Context, Masked, Outcome, Place, ShownKey};

/// OpenAI's error object as far as it was readable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    /// HTTP status.
    pub status: Option<u16>,
    /// `error.code`; numbers become their digits.
    pub code: Option<Arc<str>>,
    /// `error.type`.
    pub kind: Option<Arc<str>>,
    /// `error.param`.
    pub param: Option<Arc<str>>,
    /// `error.message`, or the text of the exception where there is no body.
    pub message: Option<Masked>,
}

/// What the answer's body was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyKind {
    /// An error object (JSON or a rendering of it).
    Object,
    /// An HTML page.
    Html,
    /// Plain text.
    Text,
    /// The client said that there was no body.
    Empty,
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Name not resolved.
    Dns,
    /// Connection refused.
    Refused,
    /// Connection reset or closed.
    Reset,
    /// No answer in time.
    Timeout,
    /// The certificate could not be verified: unknown or self-signed issuer.
    TlsUntrusted,
    /// The certificate is not yet valid.
    TlsNotYetValid,
    /// The certificate has expired.
    TlsExpired,
    /// Any other TLS failure (protocol mismatch, plain HTTP on a TLS port).
    TlsOther,
    /// A proxy wants credentials (407 on the tunnel).
    ProxyAuth,
    /// A proxy refused the tunnel for another reason.
    ProxyRefused,
    /// The reason is not visible.
    Unknown,
}

impl Transport {
    /// All reasons with their words, in order.
    pub const ALL: &[(Transport, &str)] = &[
        (Transport::Dns, "dns"),
        (Transport::Refused, "refused"),
        (Transport::Reset, "reset"),
        (Transport::Timeout, "timeout"),
        (Transport::TlsUntrusted, "tls-untrusted"),
        (Transport::TlsNotYetValid, "tls-not-yet-valid"),
        (Transport::TlsExpired, "tls-expired"),
        (Transport::TlsOther, "tls"),
        (Transport::ProxyAuth, "proxy-auth"),
        (Transport::ProxyRefused, "proxy-refused"),
        (Transport::Unknown, "unknown"),
    ];

    /// The word used in rule files.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(transport, _)| *transport == self).map_or("unknown", |(_, word)| word)
    }
}

/// Who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// api.openai.com or its regional hosts.
    Openai,
    /// Azure OpenAI.
    Azure,
    /// A gateway in front of it (LiteLLM, OpenRouter, Portkey, Helicone …).
    Gateway,
    /// Another provider.
    Other,
    /// Not visible.
    Unknown,
}

impl Provider {
    /// The word of the `events` contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Azure => "azure",
            Self::Gateway => "gateway",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// One rate-limit bucket as the headers tell it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// The limit.
    pub limit: Option<u64>,
    /// What is left.
    pub remaining: Option<u64>,
    /// Milliseconds until the bucket is full again.
    pub reset_ms: Option<u64>,
}

/// The rate-limit buckets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// `x-ratelimit-*-requests`.
    pub requests: Option<Limit>,
    /// `x-ratelimit-*-tokens`.
    pub tokens: Option<Limit>,
    /// `x-ratelimit-*-images` and `-input-images`.
    pub images: Option<Limit>,
    /// `x-ratelimit-*-project-tokens`.
    pub project_tokens: Option<Limit>,
}

/// Response headers that matter, and the few request headers that tell a cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// OpenAI's request id (`req_…`, 32 hex, or a UUID from the edge).
    pub request_id: Option<Arc<str>>,
    /// `openai-organization` of the answer.
    pub organization: Option<Arc<str>>,
    /// `openai-project` of the answer.
    pub project: Option<Arc<str>>,
    /// Rate-limit buckets.
    pub limits: Limits,
    /// `retry-after-ms`, else `retry-after`, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// `date`.
    pub date: Option<Timestamp>,
    /// `server`.
    pub server: Option<Arc<str>>,
    /// `via`.
    pub via: Option<Arc<str>>,
    /// `cf-ray`.
    pub cf_ray: Option<Arc<str>>,
    /// `cf-mitigated`.
    pub cf_mitigated: Option<Arc<str>>,
    /// `www-authenticate`.
    pub www_authenticate: Option<Arc<str>>,
    /// `proxy-authenticate`.
    pub proxy_authenticate: Option<Arc<str>>,
    /// `content-type`.
    pub content_type: Option<Arc<str>>,
    /// `x-should-retry`.
    pub should_retry: Option<bool>,
    /// Any `openai-*`, `x-openai-*` or OpenAI rate-limit header was there: the answer came from OpenAI.
    pub from_openai: bool,
    /// Any `apim-*`, `x-ms-*` or `azureml-*` header was there.
    pub from_azure: bool,
    /// Name of the gateway whose headers were there (`litellm`, `helicone`, `portkey` …).
    pub gateway: Option<&'static str>,
}

/// The client library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `openai-python`, `openai-node`, `litellm` …
    pub name: Arc<str>,
    /// Its version, when visible.
    pub version: Option<Arc<str>>,
}

/// A secret that stands in the log in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposedSecret {
    /// Family of the secret (`openai-project`, `jwt`, `anthropic` …).
    pub family: &'static str,
    /// Mask.
    pub shown: Masked,
    /// Keyed hash, hexadecimal; only of keys of full length.
    pub fingerprint: Option<Masked>,
    /// Line on which it stands.
    pub line: u64,
    /// The file with that line, where it is another one of the same rotated log.
    pub source: Option<Arc<str>>,
}

/// The part that an event plays in the story of one attempt. Only events of different roles fold
/// into one call when they share no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The HTTP answer as a client library or a proxy logged it (httpx line, debug response, access log).
    Response,
    /// A client library's own report of the error before it is raised (`error_code=…`, `request_id: …`).
    Detail,
    /// A notice that the request will be sent again.
    Retry,
    /// The error as raised and logged by the application.
    Raise,
    /// A Sentry event.
    Sentry,
}

/// Whether a record shows the traceback of what it tells: the frames through which an error was raised, in any language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Traceback {
    /// It shows none.
    #[default]
    None,
    /// A program's own words stand in front of it.
    Below,
    /// The record is nothing but a traceback.
    Alone,
}

/// What one event says about one API call.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// First line of the record that says it.
    pub place: Place,
    /// Last line of that record.
    pub last_line: u64,
    /// Line of the request, where its client logs the answer apart from it.
    pub asked: Option<u64>,
    /// Who, where, when.
    pub context: Context,
    /// Its part in the story.
    pub role: Role,
    /// What wrote it, where its wording tells (`httpx`, `httpcore`, `openai-debug` …); empty otherwise.
    pub origin: &'static str,
    /// The record is of a kind that tells of a failure once more: a summary, a notice, a server's own log.
    pub is_retold: bool,
    /// Whether it shows a traceback.
    pub traceback: Traceback,
    /// Failed, ok, or info.
    pub outcome: Outcome,
    /// It stands inside a prompt, a completion, a document or source code.
    pub is_quoted: bool,
    /// The error object.
    pub error: ApiError,
    /// What the body was.
    pub body: Option<BodyKind>,
    /// Text of an HTML or plain body, bounded: title and visible text.
    pub page: Option<Masked>,
    /// Why no answer came.
    pub transport: Option<Transport>,
    /// Headers.
    pub headers: Headers,
    /// Who was called, and how we know is in the text below.
    pub provider: Provider,
    /// Name of the gateway, where one answered.
    pub gateway: Option<&'static str>,
    /// Request method.
    pub method: Option<Arc<str>>,
    /// Host that was called, with the port when it is not the default.
    pub host: Option<Arc<str>>,
    /// Path that was called, without query.
    pub endpoint: Option<Arc<str>>,
    /// `http` or `https`, when visible.
    pub scheme: Option<&'static str>,
    /// Model that was asked for.
    pub model: Option<Arc<str>>,
    /// Organization that the request named or the message tells (`org-…`).
    pub organization: Option<Arc<str>>,
    /// Project that the request named or the message tells (`proj_…`).
    pub project: Option<Arc<str>>,
    /// Whether the request carried an organization or project header; `None` when requests are not visible.
    pub has_context_headers: Option<bool>,
    /// The key as shown.
    pub key: Option<ShownKey>,
    /// Client library.
    pub client: Option<Client>,
    /// Class of the exception, as written (`openai.AuthenticationError`, `AI_APICallError`).
    pub exception: Option<Arc<str>>,
    /// The pause before the next try that a retry notice names, in milliseconds.
    pub retry_in_ms: Option<u64>,
    /// Number of this attempt, from 1, when the record tells.
    pub attempt: Option<u32>,
    /// Secrets in full in this record.
    pub exposed: Vec<ExposedSecret>,
    /// Bounded, masked excerpt for reports.
    pub excerpt: Masked,
    /// A scrubber removed values.
    pub is_scrubbed: bool,
    /// How many events it stands for, at least 1.
    pub count: u64,
    /// Time of the last event of a group.
    pub last_seen: Option<Timestamp>,
    /// Identity of the event in its own system.
    pub identity: Option<Arc<str>>,
}

impl Observation {
    /// Of one event in this record that says nothing yet.
    #[must_use]
    pub fn new(place: Place, context: Context, role: Role) -> Self {
        Self {
            place,
            last_line: place.line,
            asked: None,
            context,
            role,
            origin: "",
            is_retold: false,
            traceback: Traceback::None,
            outcome: Outcome::Info,
            is_quoted: false,
            error: ApiError::default(),
            body: None,
            page: None,
            transport: None,
            headers: Headers::default(),
            provider: Provider::Unknown,
            gateway: None,
            method: None,
            host: None,
            endpoint: None,
            scheme: None,
            model: None,
            organization: None,
            project: None,
            has_context_headers: None,
            key: None,
            client: None,
            exception: None,
            retry_in_ms: None,
            attempt: None,
            exposed: Vec::new(),
            excerpt: Masked::default(),
            is_scrubbed: false,
            count: 1,
            last_seen: None,
            identity: None,
        }
    }
}
