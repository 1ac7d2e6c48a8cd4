//! What a rule may test: one row a field, with its type, meaning, source, example and getter.
//!
//! A new field is one row of [`FIELDS`]. Rule files, diagnostics, evidence and the reference follow.

use crate::model::{BodyKind, Call, KeyDamage, KeyShape, Limit, Provider, Role, ShownKey, Transport};

/// What kind of value a field has, and thereby which tests it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Prose: a bare string is looked for inside it, without regard to case and white space.
    Text,
    /// A word: a bare string is the whole value, in the same case.
    Word,
    /// A whole number.
    Number,
    /// Yes, no or unknown.
    Presence,
}

impl FieldType {
    /// The word of the reference.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Word => "word",
            Self::Number => "number",
            Self::Presence => "presence",
        }
    }
}

/// The value of a field in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Of a text or word field.
    Text(&'a str),
    /// Of a number field.
    Number(u64),
    /// Of a presence field.
    Yes(bool),
}

/// One field.
pub struct Field {
    /// As written in rule files.
    pub name: &'static str,
    /// Which tests it takes.
    pub kind: FieldType,
    /// What it tells.
    pub meaning: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// A value as it occurs.
    pub example: &'static str,
    /// All words it can have; empty when any text is possible.
    pub words: fn() -> Vec<&'static str>,
    /// Its values stand in the log as they are, so that a test for one gives the scan a literal.
    /// All others are found by what the reader of that field looks for.
    pub is_verbatim: bool,
    /// Its value in a call; `None` when it is not visible.
    pub get: for<'a> fn(&'a Call) -> Option<Value<'a>>,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Field").field(&self.name).finish()
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The field of that name.
#[must_use]
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.binary_search_by(|field| field.name.cmp(name)).ok().and_then(|row| FIELDS.get(row))
}

macro_rules! row {
    ($name:literal, $kind:ident, $meaning:literal, $source:literal, $example:literal, $get:expr) => {
        row!($name, $kind, $meaning, $source, $example, Vec::new, false, $get)
    };
    ($name:literal, $kind:ident, $meaning:literal, $source:literal, $example:literal, verbatim, $get:expr) => {
        row!($name, $kind, $meaning, $source, $example, Vec::new, true, $get)
    };
    ($name:literal, $kind:ident, $meaning:literal, $source:literal, $example:literal, $words:expr, $verbatim:literal, $get:expr) => {
        Field {
            name: $name,
            kind: FieldType::$kind,
            meaning: $meaning,
            source: $source,
            example: $example,
            words: $words,
            is_verbatim: $verbatim,
            get: $get,
        }
    };
}

/// All fields, sorted by name.
#[rustfmt::skip]
pub static FIELDS: &[Field] = &[
    row!("body", Word, "what the body of the answer was", "the answer, or what the client library did with it", "html",
        || BODIES.iter().map(|row| row.1).collect(), false, |call| call.seen.body.map(body_word)),
    row!("client.name", Word, "the client library", "names of loggers and exceptions, user agent, traceback paths", "openai-python",
        |call| call.seen.client.as_ref().map(|client| Value::Text(&client.name))),
    row!("client.version", Word, "version of the client library", "user agent, module list of an error report", "1.99.9",
        |call| call.seen.client.as_ref().and_then(|client| text(client.version.as_deref()))),
    row!("code", Word, "`error.code` of the answer; a number as its digits", "the error object in any rendering", "invalid_api_key",
        verbatim, |call| text(call.seen.error.code.as_deref())),
    row!("context-headers", Presence, "whether the request named an organization or a project", "request headers, where requests are visible", "false",
        |call| call.seen.has_context_headers.map(Value::Yes)),
    row!("endpoint", Word, "path that was called, without query", "URL of the request", "/v1/chat/completions",
        |call| text(call.seen.endpoint.as_deref())),
    row!("exception", Text, "class of the exception", "the record, the traceback or the error report", "openai.AuthenticationError",
        verbatim, |call| text(call.seen.exception.as_deref())),
    row!("gateway", Word, "the gateway that answered", "host, headers or wording of the answer", "litellm",
        |call| text(call.seen.gateway.or(call.seen.headers.gateway))),
    row!("header.cf-mitigated", Word, "`cf-mitigated` of the answer", "response headers", "challenge",
        |call| text(call.seen.headers.cf_mitigated.as_deref())),
    row!("header.cf-ray", Word, "`cf-ray` of the answer: it passed Cloudflare", "response headers", "8f2a1b3c4d5e6f70-FRA",
        |call| text(call.seen.headers.cf_ray.as_deref())),
    row!("header.content-type", Text, "`content-type` of the answer", "response headers", "text/html",
        |call| text(call.seen.headers.content_type.as_deref())),
    row!("header.from-azure", Presence, "whether a header of the answer is one of Azure's", "response headers", "true",
        |call| Some(Value::Yes(call.seen.headers.from_azure))),
    row!("header.from-openai", Presence, "whether a header of the answer is one of OpenAI's", "response headers", "true",
        |call| Some(Value::Yes(call.seen.headers.from_openai))),
    row!("header.proxy-authenticate", Text, "`proxy-authenticate` of the answer", "response headers", "Basic realm=\"proxy\"",
        |call| text(call.seen.headers.proxy_authenticate.as_deref())),
    row!("header.server", Text, "`server` of the answer", "response headers", "cloudflare",
        |call| text(call.seen.headers.server.as_deref())),
    row!("header.via", Text, "`via` of the answer: an intermediary passed it on", "response headers", "1.1 proxy01 (squid/5.7)",
        |call| text(call.seen.headers.via.as_deref())),
    row!("header.www-authenticate", Text, "`www-authenticate` of the answer", "response headers", "Bearer realm=\"OpenAI API\"",
        |call| text(call.seen.headers.www_authenticate.as_deref())),
    row!("host", Word, "host that was called, with the port when it is not the default", "URL of the request", "api.openai.com",
        |call| text(call.seen.host.as_deref())),
    row!("key.damage", Word, "visible damage of the key", "the key as the answer or the log shows it", "quoted",
        || KeyDamage::ALL.iter().map(|row| row.1).collect(), false,
        |call| key(call).and_then(|key| key.damage).map(|damage| Value::Text(damage.word()))),
    row!("key.length", Number, "length of the key that the server received, in characters", "the number of asterisks in the answer", "164",
        |call| key(call).and_then(|key| key.length).map(|length| Value::Number(length.into()))),
    row!("key.provider", Word, "the other provider that the key's prefix names", "the key as the answer or the log shows it", "anthropic",
        |call| text(key(call).and_then(|key| key.provider))),
    row!("key.shape", Word, "what the key looks like", "the key as the answer or the log shows it", "placeholder",
        || KeyShape::ALL.iter().map(|row| row.1).collect(), false,
        |call| key(call).map(|key| Value::Text(key.shape.word()))),
    row!("limits.requests.remaining", Number, "requests left in the window", "header `x-ratelimit-remaining-requests`", "0",
        |call| remaining(call.seen.headers.limits.requests)),
    row!("limits.tokens.remaining", Number, "tokens left in the window", "header `x-ratelimit-remaining-tokens`", "0",
        |call| remaining(call.seen.headers.limits.tokens)),
    row!("message", Text, "`error.message`, or the text of the exception where there is no body", "the error object in any rendering, or the exception", "Incorrect API key provided: …",
        verbatim, |call| text(call.seen.error.message.as_ref().map(crate::model::Masked::as_str))),
    row!("method", Word, "method of the request", "request line or client log", "POST",
        |call| text(call.seen.method.as_deref())),
    row!("model", Word, "model that was asked for", "the request, or the message of the answer", "gpt-4o-mini",
        |call| text(call.seen.model.as_deref())),
    row!("organization", Word, "organization that the request, the answer or the message names", "headers or message", "org-…",
        |call| text(call.seen.organization.as_deref().or(call.seen.headers.organization.as_deref()))),
    row!("page", Text, "visible text of an HTML or plain body", "the answer where it is no JSON", "Attention Required! | Cloudflare",
        verbatim, |call| text(call.seen.page.as_ref().map(crate::model::Masked::as_str))),
    row!("param", Word, "`error.param` of the answer", "the error object in any rendering", "stream",
        |call| text(call.seen.error.param.as_deref())),
    row!("project", Word, "project that the request, the answer or the message names", "headers or message", "proj_…",
        |call| text(call.seen.project.as_deref().or(call.seen.headers.project.as_deref()))),
    row!("provider", Word, "who was called", "host, headers, exception and wording", "openai",
        || PROVIDERS.iter().map(|provider| provider.word()).collect(), false,
        |call| Some(Value::Text(call.seen.provider.word()))),
    row!("retry_after_ms", Number, "pause that the answer asks for, in milliseconds", "headers `retry-after-ms`, `retry-after`", "2000",
        |call| call.seen.headers.retry_after_ms.map(Value::Number)),
    row!("role", Word, "the part of the record that decided in the story of the attempt", "the kind of record", "raise",
        || ROLES.iter().map(|row| row.1).collect(), false, |call| role_word(call.seen.role)),
    row!("scheme", Word, "scheme of the URL that was called", "URL of the request", "https",
        || vec!["http", "https"], false, |call| text(call.seen.scheme)),
    row!("scrubbed", Presence, "whether a scrubber removed values, so that absence proves nothing", "marks of the scrubber", "true",
        |call| Some(Value::Yes(call.seen.is_scrubbed))),
    row!("status", Number, "HTTP status of the answer", "the answer, the exception or the access log", "401",
        |call| call.seen.error.status.map(|status| Value::Number(status.into()))),
    row!("transport", Word, "why no answer came", "the chain of exceptions", "tls-untrusted",
        || Transport::ALL.iter().map(|row| row.1).collect(), false,
        |call| call.seen.transport.map(|transport| Value::Text(transport.word()))),
    row!("type", Word, "`error.type` of the answer", "the error object in any rendering", "insufficient_quota",
        verbatim, |call| text(call.seen.error.kind.as_deref())),
];

const BODIES: &[(BodyKind, &str)] = &[
    (BodyKind::Object, "object"),
    (BodyKind::Html, "html"),
    (BodyKind::Text, "text"),
    (BodyKind::Empty, "empty"),
];

const PROVIDERS: &[Provider] =
    &[Provider::Openai, Provider::Azure, Provider::Gateway, Provider::Other, Provider::Unknown];

const ROLES: &[(Role, &str)] = &[
    (Role::Response, "response"),
    (Role::Detail, "detail"),
    (Role::Retry, "retry"),
    (Role::Raise, "raise"),
    (Role::Sentry, "sentry"),
];

fn text(value: Option<&str>) -> Option<Value<'_>> {
    value.map(Value::Text)
}

fn key(call: &Call) -> Option<&ShownKey> {
    call.seen.key.as_ref()
}

fn remaining(limit: Option<Limit>) -> Option<Value<'static>> {
    limit.and_then(|limit| limit.remaining).map(Value::Number)
}

fn body_word(kind: BodyKind) -> Value<'static> {
    Value::Text(BODIES.iter().find(|row| row.0 == kind).map_or("object", |row| row.1))
}

fn role_word(role: Role) -> Option<Value<'static>> {
    ROLES.iter().find(|row| row.0 == role).map(|row| Value::Text(row.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_unique_and_documented() {
        assert!(FIELDS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for row in FIELDS {
            assert!(![row.meaning, row.source, row.example].contains(&""), "{}", row.name);
            assert_eq!(field(row.name).map(|found| found.name), Some(row.name));
            let words = (row.words)();
            assert!(words.is_empty() || words.contains(&row.example), "{}", row.name);
        }
    }

    #[test]
    fn the_list_holds_every_field_of_the_design() {
        let names = "status code type param message page body exception transport provider gateway host endpoint \
            scheme method model organization project client.name client.version key.shape key.damage key.provider \
            key.length header.server header.via header.cf-mitigated header.cf-ray header.www-authenticate \
            header.proxy-authenticate header.content-type header.from-openai header.from-azure \
            limits.requests.remaining limits.tokens.remaining retry_after_ms context-headers role scrubbed";
        for name in names.split_whitespace() {
            assert!(field(name).is_some(), "{name}");
        }
        assert_eq!(FIELDS.len(), names.split_whitespace().count());
    }
}
