//! Response headers from any of the forms in which logs hold them.
//!
//! In: pairs, a value read by `value.rs`, or raw header lines. Out: the headers that tell a cause.
//! Names are compared without case, `_` counts as `-`, and the prefix `llm_provider-` with which
//! LiteLLM hands on the headers of the provider is removed. What a scrubber left (`[REDACTED]`, `***`)
//! is no value.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;

use crate::model::{Headers, Limit, Limits};
use crate::redact;

use super::duration;
use super::value::{ARGUMENTS, CLASS};

/// Longest value that is looked at; real ones are far shorter.
const MAX_VALUE_BYTES: usize = 4096;

/// Where an OpenAI request id stands, best first.
const REQUEST_ID_NAMES: &[&str] = &["x-request-id", "x-oai-request-id", "apim-request-id"];

/// The gateway that a header's name tells.
const GATEWAYS: &[(&str, &str)] = &[
    ("x-litellm-", "litellm"),
    ("llm-provider-", "litellm"),
    ("helicone-", "helicone"),
    ("x-portkey-", "portkey"),
    ("x-generation-id", "openrouter"),
    ("x-kong-", "kong"),
    ("cf-aig-", "cloudflare-ai-gateway"),
];

/// The headers among `pairs` of name and value.
pub(crate) fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Headers {
    let mut draft = Draft::default();
    for (name, value) in pairs {
        draft.add(name, value);
    }
    draft.finish()
}

/// The headers in a value: an object, a list of pairs, a list of `{name, value}`, a flat list of names
/// and values, or a list of header lines. `None` when it is none of these or empty.
pub(crate) fn from_value(value: &Value) -> Option<Headers> {
    let pairs = pairs_of(value)?;
    let is_empty = pairs.is_empty();
    (!is_empty).then(|| from_pairs(pairs.iter().map(|(name, value)| (&**name, &**value))))
}

/// The headers in raw lines of HTTP, with `\r\n` or `\n`, indentation, or the marks of curl. Where curl
/// shows both directions, the request's (`> `) are left out.
pub(crate) fn from_lines(text: &str) -> Headers {
    let has_response = text.lines().any(|line| line.trim_start().starts_with("< "));
    let lines = text.lines().map(str::trim_start).filter(|line| !(has_response && line.starts_with("> ")));
    from_pairs(lines.filter_map(header_line))
}

/// `name: value`, or nothing where the line is another one.
fn header_line(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("< ").or_else(|| line.strip_prefix("> ")).unwrap_or(line);
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_name.then(|| (name, value.trim()))
}

/// A name and its value.
type Pair<'v> = (Cow<'v, str>, Cow<'v, str>);

fn pairs_of(value: &Value) -> Option<Vec<Pair<'_>>> {
    match value {
        Value::Object(members) => {
            let mut pairs =
                members.get(ARGUMENTS).and_then(|arguments| pairs_of(arguments.get(0)?)).unwrap_or_default();
            let own = members.iter().filter(|(name, _)| *name != CLASS && *name != ARGUMENTS);
            pairs.extend(own.filter_map(|(name, value)| Some((Cow::from(name), text_of(value)?))));
            Some(pairs)
        }
        Value::Array(elements) => {
            let first = elements.first()?;
            match first {
                Value::String(first) if header_line(first).is_some_and(|(_, value)| !value.is_empty()) => {
                    let lines = elements.iter().filter_map(Value::as_str).filter_map(header_line);
                    Some(lines.map(|(name, value)| (Cow::from(name), Cow::from(value))).collect())
                }
                Value::String(_) => Some(
                    elements
                        .chunks_exact(2)
                        .filter_map(|pair| Some((text_of(pair.first()?)?, text_of(pair.get(1)?)?)))
                        .collect(),
                ),
                Value::Object(_) | Value::Array(_) => Some(elements.iter().filter_map(pair_of).collect()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `["name", "value"]` or `{"name": …, "value": …}`.
fn pair_of(value: &Value) -> Option<Pair<'_>> {
    let (name, value) = match value {
        Value::Array(pair) => (pair.first()?, pair.get(1)?),
        Value::Object(members) => {
            let of = |names: [&str; 2]| names.iter().find_map(|name| members.get(*name));
            (of(["name", "key"])?, of(["value", "val"])?)
        }
        _ => return None,
    };
    Some((text_of(name)?, text_of(value)?))
}

/// The text of a value; several are joined by commas, as HTTP does.
fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::from(unquoted(text))),
        Value::Number(number) => Some(Cow::from(number.to_string())),
        Value::Bool(is_true) => Some(Cow::from(is_true.to_string())),
        Value::Array(values) => {
            let texts: Vec<_> =
                values.iter().take(64).filter_map(|value| value.as_str().map(unquoted)).collect();
            let numbers = values.first().and_then(Value::as_number).map(ToString::to_string);
            Some(Cow::from(if texts.is_empty() { numbers? } else { texts.join(", ") }))
        }
        _ => None,
    }
}

/// Sentry keeps the `repr` of values: quotes inside the string.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix("b'").or_else(|| text.strip_prefix('\''));
    inner.and_then(|inner| inner.strip_suffix('\'')).unwrap_or(text)
}

/// The name as it is compared: in lower case, with `-` for `_`.
fn plain_name(name: &str) -> Cow<'_, str> {
    let name = name.trim().trim_end_matches(':');
    if name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        return Cow::Owned(name.to_ascii_lowercase().replace('_', "-"));
    }
    Cow::Borrowed(name)
}

/// Whether a name begins so. Most do not even begin with the same letter, which is quicker to see.
fn begins(name: &str, start: &str) -> bool {
    name.as_bytes().first() == start.as_bytes().first() && name.starts_with(start)
}

/// Headers while they are collected.
#[derive(Default)]
struct Draft {
    headers: Headers,
    /// Ids by their place in `REQUEST_ID_NAMES`.
    ids: [Option<Arc<str>>; 3],
    retry_after_ms: Option<u64>,
    retry_after: Option<String>,
    has_limits: bool,
}

impl Draft {
    fn add(&mut self, name: &str, value: &str) {
        let name = plain_name(name);
        let headers = &mut self.headers;
        if let Some((_, gateway)) = GATEWAYS.iter().find(|(start, _)| begins(&name, start)) {
            headers.gateway.get_or_insert(gateway);
        }
        let own = name.strip_prefix("llm-provider-");
        let is_handed_on = own.is_some();
        let name = own.unwrap_or(&name);
        let tells_openai = (begins(name, "openai-") || begins(name, "x-openai-")) && name != "openai-beta";
        headers.from_openai |= tells_openai;
        headers.from_azure |=
            ["apim-", "x-ms-", "azureml-", "ms-azureml-"].iter().any(|start| begins(name, start));
        let value = value.trim();
        if value.is_empty() || value.len() > MAX_VALUE_BYTES || is_scrubbed(value) {
            return;
        }
        if let Some(index) = REQUEST_ID_NAMES.iter().position(|known| *known == name) {
            if let Some(id) = self.ids.get_mut(index)
                && (id.is_none() || is_handed_on)
                && let Some(found) = request_id(value)
            {
                *id = Some(found);
            }
            return;
        }
        if let Some(bucket) = name.strip_prefix("x-ratelimit-") {
            self.has_limits |= add_limit(&mut headers.limits, bucket, value, is_handed_on);
            return;
        }
        self.add_plain(name, value);
    }

    fn add_plain(&mut self, name: &str, value: &str) {
        let headers = &mut self.headers;
        let slot = match name {
            "openai-organization" => &mut headers.organization,
            "openai-project" => &mut headers.project,
            "server" => &mut headers.server,
            "via" => &mut headers.via,
            "cf-ray" => &mut headers.cf_ray,
            "cf-mitigated" => &mut headers.cf_mitigated,
            "www-authenticate" => &mut headers.www_authenticate,
            "proxy-authenticate" => &mut headers.proxy_authenticate,
            "content-type" => &mut headers.content_type,
            "x-should-retry" => {
                headers.should_retry = headers.should_retry.or(match value {
                    "true" => Some(true),
                    "false" => Some(false),
                    _ => None,
                });
                return;
            }
            "date" => {
                headers.date = headers.date.or_else(|| date(value));
                return;
            }
            "retry-after-ms" => {
                self.retry_after_ms = self.retry_after_ms.or_else(|| milliseconds(value));
                return;
            }
            "retry-after" => {
                self.retry_after.get_or_insert_with(|| value.to_owned());
                return;
            }
            _ => return,
        };
        slot.get_or_insert_with(|| Arc::from(redact::mask(value).as_str()));
    }

    fn finish(self) -> Headers {
        let mut headers = self.headers;
        headers.request_id = self.ids.into_iter().flatten().next();
        headers.from_openai |= self.has_limits && !headers.from_azure;
        let relative = self.retry_after.and_then(|text| {
            duration::millis(&text).or_else(|| {
                let wait = date(&text)?.as_millisecond() - headers.date?.as_millisecond();
                u64::try_from(wait.max(0)).ok()
            })
        });
        headers.retry_after_ms = self.retry_after_ms.or(relative);
        headers
    }
}

/// Adds one `x-ratelimit-*` header, named without that prefix; returns whether OpenAI has one of that name.
fn add_limit(limits: &mut Limits, name: &str, value: &str, is_better: bool) -> bool {
    let Some((measure, bucket)) = name.split_once('-') else { return false };
    let slot = match bucket {
        "requests" => &mut limits.requests,
        "tokens" => &mut limits.tokens,
        "images" | "input-images" => &mut limits.images,
        "project-tokens" => &mut limits.project_tokens,
        _ => return false,
    };
    let read = match measure {
        "limit" | "remaining" => count(value),
        "reset" => duration::millis(value),
        _ => return false,
    };
    if read.is_some() {
        let limit = slot.get_or_insert_with(Limit::default);
        let field = match measure {
            "limit" => &mut limit.limit,
            "remaining" => &mut limit.remaining,
            _ => &mut limit.reset_ms,
        };
        if field.is_none() || is_better {
            *field = read;
        }
    }
    true
}

/// A whole number, also written `499.0`.
fn count(value: &str) -> Option<u64> {
    let whole = value
        .split_once('.')
        .map_or(value, |(whole, zeros)| if zeros.bytes().all(|byte| byte == b'0') { whole } else { value });
    whole.parse().ok()
}

/// Milliseconds as a whole or a decimal number.
fn milliseconds(value: &str) -> Option<u64> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_number.then(|| duration::millis(&format!("{value}ms"))).flatten()
}

/// A date of RFC 7231 between 2015 and 2100.
fn date(value: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    let at = PARSER.parse_timestamp(value).ok()?;
    (1_420_070_400..4_102_444_800).contains(&at.as_second()).then_some(at)
}

/// An id of OpenAI's forms: `req_…`, 32 hexadecimal digits, or a UUID.
fn request_id(value: &str) -> Option<Arc<str>> {
    let value = value.split(',').next().unwrap_or_default().trim();
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_own = value.strip_prefix("req_").is_some_and(|body| {
        (8..=64).contains(&body.len())
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    });
    let is_uuid = value.len() == 36
        && value.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && value.split('-').all(is_hex);
    (is_own || is_uuid || value.len() == 32 && is_hex(value)).then(|| Arc::from(value))
}

/// Whether a scrubber has been at the value.
fn is_scrubbed(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'*')
        || value.chars().all(|next| next == '█')
        || [
            "[redacted",
            "<redacted",
            "redacted",
            "[filtered",
            "[secure",
            "[object",
            "[array",
            "[scrubbed",
            "[removed",
            "[masked",
        ]
        .iter()
        .any(|mark| value.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)))
}

#[cfg(test)]
mod tests;
