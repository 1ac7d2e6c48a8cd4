//! Phrases of client libraries and of the API that stand in prose, without any structure.
//!
//! Three lists: reasons why no answer came, refusals before anything was sent, and sentences of the API
//! with which a message begins when a client printed nothing but the message. Facts:
//! `error-catalogue.md` sections 1 to 4 and row 80, `surprises.md`.

use super::literals::{List, Literals};
use crate::model::Transport;

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// No answer came.
    NoAnswer(Transport),
    /// The client library refused; the message begins here.
    BeforeRequest,
    /// A sentence of the API; the message begins here.
    Sentence,
    /// Text of an edge or a proxy in place of a body; the page begins here.
    EdgeText,
}

use Phrase::{BeforeRequest, EdgeText, NoAnswer, Sentence};

/// The phrases.
pub(crate) const PHRASES: &[(&str, Phrase)] = &[
    // Names that do not resolve.
    ("Name or service not known", NoAnswer(Transport::Dns)),
    ("Temporary failure in name resolution", NoAnswer(Transport::Dns)),
    ("nodename nor servname provided", NoAnswer(Transport::Dns)),
    ("No address associated with hostname", NoAnswer(Transport::Dns)),
    ("getaddrinfo failed", NoAnswer(Transport::Dns)),
    ("getaddrinfo ENOTFOUND", NoAnswer(Transport::Dns)),
    ("getaddrinfo EAI_AGAIN", NoAnswer(Transport::Dns)),
    ("Failed to resolve", NoAnswer(Transport::Dns)),
    ("Could not resolve host", NoAnswer(Transport::Dns)),
    ("no such host", NoAnswer(Transport::Dns)),
    ("UnknownHostException", NoAnswer(Transport::Dns)),
    ("NameResolutionError", NoAnswer(Transport::Dns)),
    ("dns error", NoAnswer(Transport::Dns)),
    ("failed to lookup address information", NoAnswer(Transport::Dns)),
    // Nobody listens.
    ("Connection refused", NoAnswer(Transport::Refused)),
    ("connection refused", NoAnswer(Transport::Refused)),
    ("ECONNREFUSED", NoAnswer(Transport::Refused)),
    ("actively refused it", NoAnswer(Transport::Refused)),
    ("Failed to connect to", NoAnswer(Transport::Refused)),
    // Cut off.
    ("Connection reset by peer", NoAnswer(Transport::Reset)),
    ("connection reset by peer", NoAnswer(Transport::Reset)),
    ("ECONNRESET", NoAnswer(Transport::Reset)),
    ("Server disconnected without sending a response", NoAnswer(Transport::Reset)),
    ("Remote end closed connection without response", NoAnswer(Transport::Reset)),
    ("Connection aborted", NoAnswer(Transport::Reset)),
    ("RemoteProtocolError", NoAnswer(Transport::Reset)),
    ("socket hang up", NoAnswer(Transport::Reset)),
    ("other side closed", NoAnswer(Transport::Reset)),
    ("UND_ERR_SOCKET", NoAnswer(Transport::Reset)),
    ("Empty reply from server", NoAnswer(Transport::Reset)),
    ("Recv failure", NoAnswer(Transport::Reset)),
    ("EPIPE", NoAnswer(Transport::Reset)),
    ("unexpected EOF", NoAnswer(Transport::Reset)),
    ("connection closed before message completed", NoAnswer(Transport::Reset)),
    // No answer in time.
    ("Request timed out", NoAnswer(Transport::Timeout)),
    ("Connect Timeout Error", NoAnswer(Transport::Timeout)),
    ("ConnectTimeout", NoAnswer(Transport::Timeout)),
    ("ReadTimeout", NoAnswer(Transport::Timeout)),
    ("The read operation timed out", NoAnswer(Transport::Timeout)),
    ("read timed out", NoAnswer(Transport::Timeout)),
    ("Read timed out", NoAnswer(Transport::Timeout)),
    ("ETIMEDOUT", NoAnswer(Transport::Timeout)),
    ("UND_ERR_CONNECT_TIMEOUT", NoAnswer(Transport::Timeout)),
    ("UND_ERR_HEADERS_TIMEOUT", NoAnswer(Transport::Timeout)),
    ("ECONNABORTED", NoAnswer(Transport::Timeout)),
    ("SocketTimeoutException", NoAnswer(Transport::Timeout)),
    ("HttpTimeoutException", NoAnswer(Transport::Timeout)),
    ("Client.Timeout exceeded", NoAnswer(Transport::Timeout)),
    ("context deadline exceeded", NoAnswer(Transport::Timeout)),
    ("i/o timeout", NoAnswer(Transport::Timeout)),
    ("APITimeoutError", NoAnswer(Transport::Timeout)),
    ("APIConnectionTimeoutError", NoAnswer(Transport::Timeout)),
    ("operation timed out", NoAnswer(Transport::Timeout)),
    ("Operation timed out", NoAnswer(Transport::Timeout)),
    ("Connection timed out", NoAnswer(Transport::Timeout)),
    // TLS.
    ("certificate is not yet valid", NoAnswer(Transport::TlsNotYetValid)),
    ("CERT_NOT_YET_VALID", NoAnswer(Transport::TlsNotYetValid)),
    ("certificate has expired", NoAnswer(Transport::TlsExpired)),
    ("CERT_HAS_EXPIRED", NoAnswer(Transport::TlsExpired)),
    ("self-signed certificate", NoAnswer(Transport::TlsUntrusted)),
    ("self signed certificate", NoAnswer(Transport::TlsUntrusted)),
    ("unable to get local issuer certificate", NoAnswer(Transport::TlsUntrusted)),
    ("unable to get issuer certificate", NoAnswer(Transport::TlsUntrusted)),
    ("unable to verify the first certificate", NoAnswer(Transport::TlsUntrusted)),
    ("SELF_SIGNED_CERT_IN_CHAIN", NoAnswer(Transport::TlsUntrusted)),
    ("DEPTH_ZERO_SELF_SIGNED_CERT", NoAnswer(Transport::TlsUntrusted)),
    ("UNABLE_TO_GET_ISSUER_CERT", NoAnswer(Transport::TlsUntrusted)),
    ("UNABLE_TO_VERIFY_LEAF_SIGNATURE", NoAnswer(Transport::TlsUntrusted)),
    ("certificate signed by unknown authority", NoAnswer(Transport::TlsUntrusted)),
    ("PKIX path building failed", NoAnswer(Transport::TlsUntrusted)),
    ("UnknownIssuer", NoAnswer(Transport::TlsUntrusted)),
    ("CERTIFICATE_VERIFY_FAILED", NoAnswer(Transport::TlsUntrusted)),
    ("SSL certificate problem", NoAnswer(Transport::TlsUntrusted)),
    ("The remote certificate is invalid", NoAnswer(Transport::TlsUntrusted)),
    ("WRONG_VERSION_NUMBER", NoAnswer(Transport::TlsOther)),
    ("wrong version number", NoAnswer(Transport::TlsOther)),
    ("SSL_ERROR_SYSCALL", NoAnswer(Transport::TlsOther)),
    ("TLSV1_ALERT", NoAnswer(Transport::TlsOther)),
    ("SSLV3_ALERT_HANDSHAKE_FAILURE", NoAnswer(Transport::TlsOther)),
    ("SSLHandshakeException", NoAnswer(Transport::TlsOther)),
    ("handshake failure", NoAnswer(Transport::TlsOther)),
    ("first record does not look like a TLS handshake", NoAnswer(Transport::TlsOther)),
    ("The SSL connection could not be established", NoAnswer(Transport::TlsOther)),
    // Proxies.
    ("407 Proxy Authentication Required", NoAnswer(Transport::ProxyAuth)),
    ("Tunnel connection failed: 407", NoAnswer(Transport::ProxyAuth)),
    ("Proxy response (407)", NoAnswer(Transport::ProxyAuth)),
    ("Received HTTP code 407 from proxy", NoAnswer(Transport::ProxyAuth)),
    ("CONNECT tunnel failed, response 407", NoAnswer(Transport::ProxyAuth)),
    ("Proxy Authentication Required", NoAnswer(Transport::ProxyAuth)),
    ("Tunnel connection failed: ", NoAnswer(Transport::ProxyRefused)),
    ("CONNECT tunnel failed, response", NoAnswer(Transport::ProxyRefused)),
    ("Cannot connect to proxy", NoAnswer(Transport::ProxyRefused)),
    // The reason is not visible.
    ("Connection error.", NoAnswer(Transport::Unknown)),
    ("APIConnectionError", NoAnswer(Transport::Unknown)),
    ("Error communicating with OpenAI", NoAnswer(Transport::Unknown)),
    ("error sending request for url", NoAnswer(Transport::Unknown)),
    ("fetch failed", NoAnswer(Transport::Unknown)),
    ("Cannot connect to API", NoAnswer(Transport::Unknown)),
    ("stream disconnected before completion", NoAnswer(Transport::Unknown)),
    // Refused before sending.
    ("Missing credentials. Please pass", BeforeRequest),
    ("The api_key client option must be set", BeforeRequest),
    ("The OPENAI_API_KEY environment variable is missing or empty", BeforeRequest),
    ("No API key provided. You can set your API key", BeforeRequest),
    ("Could not resolve authentication method", BeforeRequest),
    ("OpenAI API key is missing", BeforeRequest),
    ("Did not find openai_api_key", BeforeRequest),
    ("OpenAI or Azure OpenAI API key not found", BeforeRequest),
    ("OpenAI API key not found", BeforeRequest),
    ("OpenAI API key must be set", BeforeRequest),
    ("Illegal header value", BeforeRequest),
    ("is not a legal HTTP header value", BeforeRequest),
    ("is an invalid header value", BeforeRequest),
    ("Invalid character in header content", BeforeRequest),
    (
        "Invalid leading whitespace, reserved character(s), or return character(s) in header value",
        BeforeRequest,
    ),
    ("codec can't encode character", BeforeRequest),
    ("Cannot convert argument to a ByteString", BeforeRequest),
    ("failed to parse header value", BeforeRequest),
    ("invalid HTTP header value", BeforeRequest),
    ("net/http: invalid header field value", BeforeRequest),
    ("You tried to access openai.", BeforeRequest),
    ("module 'openai' has no attribute", BeforeRequest),
    ("got an unexpected keyword argument 'proxies'", BeforeRequest),
    ("cannot import name", BeforeRequest),
    ("openai.createChatCompletion is not a function", BeforeRequest),
    ("Configuration is not a constructor", BeforeRequest),
    // Sentences of the API.
    ("Incorrect API key provided: ", Sentence),
    ("You didn't provide an API key.", Sentence),
    ("Missing bearer or basic authentication in header", Sentence),
    ("Missing bearer authentication in header", Sentence),
    ("This API key has been disabled", Sentence),
    ("This API key has been revoked", Sentence),
    ("The API key you provided has expired", Sentence),
    ("Your authentication token is not", Sentence),
    ("Could not parse your authentication token", Sentence),
    ("Provided authentication token is expired", Sentence),
    ("Your authentication token has been invalidated", Sentence),
    ("Your access token could not be refreshed", Sentence),
    ("Your request to ", Sentence),
    ("OpenAI-Organization header should match", Sentence),
    ("OpenAI-Project header should match", Sentence),
    ("No such organization: ", Sentence),
    ("No such project: ", Sentence),
    ("You do not have access to the organization tied", Sentence),
    ("You must be a member of an organization to use the API", Sentence),
    ("The project you are requesting has been archived", Sentence),
    ("This key is associated with a deactivated account", Sentence),
    ("Your access was terminated due to violation", Sentence),
    ("Your IP is not authorized", Sentence),
    ("Your IP address ", Sentence),
    ("You have insufficient permissions for this operation", Sentence),
    ("Attempted to access resource with incorrect regional hostname", Sentence),
    ("This endpoint is only accessible by projects with geography", Sentence),
    ("Country, region, or territory not supported", Sentence),
    ("Project `", Sentence),
    ("Project proj_", Sentence),
    ("Project does not have access to model", Sentence),
    ("Your organization must be verified", Sentence),
    ("The model `", Sentence),
    ("The model: `", Sentence),
    ("Invalid URL (", Sentence),
    ("Rate limit reached for", Sentence),
    ("Request too large for", Sentence),
    ("Enqueued token limit reached for", Sentence),
    ("You've exceeded the rate limit", Sentence),
    ("You exceeded your current quota", Sentence),
    ("You have no credits remaining", Sentence),
    ("The monthly budget of project", Sentence),
    ("Unsupported parameter: '", Sentence),
    ("Your account is not active", Sentence),
    ("Billing hard limit has been reached", Sentence),
    ("The usage limit has been reached", Sentence),
    ("You've hit your usage limit", Sentence),
    ("Access blocked by Cloudflare", Sentence),
    ("Slow Down", Sentence),
    ("Request rate limit has been exceeded.", Sentence),
    ("That model is currently overloaded", Sentence),
    ("The engine is currently overloaded", Sentence),
    ("The server is currently overloaded", Sentence),
    ("The server is overloaded or not ready yet", Sentence),
    ("The server had an error", Sentence),
    ("The API deployment for this resource does not exist", Sentence),
    ("Access denied due to invalid subscription key", Sentence),
    ("Access denied due to missing subscription key", Sentence),
    ("Access denied due to Virtual Network", Sentence),
    ("Unauthorized. Access token is missing", Sentence),
    ("Public access is disabled. Please configure private endpoint", Sentence),
    ("Key based authentication is disabled", Sentence),
    ("The principal `", Sentence),
    ("Principal does not have access to API", Sentence),
    ("Requests to the ", Sentence),
    ("This model's maximum context length", Sentence),
    ("Invalid Helicone API key", Sentence),
    ("Invalid Authentication", Sentence),
    ("upstream connect error or disconnect/reset before headers", EdgeText),
    ("upstream request timeout", EdgeText),
    ("no healthy upstream", EdgeText),
    ("An error ocurred during streaming", Sentence),
];

/// Every phrase among the literals of a text with its byte offset, in order.
pub(crate) fn find(literals: &Literals) -> impl Iterator<Item = (usize, Phrase)> + '_ {
    let hits = literals.list(List::Phrases).iter();
    hits.filter_map(|hit| PHRASES.get(hit.row).map(|(_, phrase)| (hit.at.start, *phrase)))
}

#[cfg(test)]
mod tests {
    use super::PHRASES;

    #[test]
    fn phrases_are_unique() {
        let mut texts: Vec<_> = PHRASES.iter().map(|(text, _)| text).collect();
        texts.sort_unstable();
        let count = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }
}
