//! Members of structured values that say the same wherever they stand: status, request id, URL, model, number of the
//! attempt. A row is a member's names and what is taken of it.

use std::sync::LazyLock;

use hashbrown::HashMap;
use serde_json::{Map, Value};

use super::headers;
use super::piece::{Piece, Trust};
use super::scalar::{code as code_of, scalar, text};
use super::text::status_at;

/// Codes of the operating system and of Node, which are no codes of the API.
pub(super) fn is_system_code(code: &str) -> bool {
    code.starts_with("ERR_")
        || code.starts_with("UND_")
        || code.starts_with("CERT_")
        || code.contains("_CERT")
        || code.contains("SIGNATURE")
        || code.len() > 3
            && code.starts_with('E')
            && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Takes one member into a piece, where the piece knows nothing of it yet.
type Take = fn(&mut Piece, &Value);

/// Members that say the same wherever they stand.
const MEMBERS: &[(&[&str], Take)] = &[
    (
        &[
            "status",
            "statusCode",
            "status_code",
            "http_status",
            "httpStatus",
            "response_code",
            "responseCode",
            "http.status_code",
            "http.response.status_code",
            "http_status_code",
            "httpCode",
            "httpStatusCode",
            "http_code",
        ],
        take_status,
    ),
    (
        &[
            "requestID",
            "request_id",
            "requestId",
            "_request_id",
            "x-request-id",
            "x_request_id",
            "openai_request_id",
        ],
        |piece, member| {
            let id = text(Some(member)).filter(|id| is_request_id(id));
            piece.request_id = piece.request_id.take().or(id);
        },
    ),
    (&["headers", "responseHeaders", "response_headers", "rawHeaders"], take_headers),
    (&["url", "request_url", "requestUrl", "http.url", "url.full"], |piece, member| {
        let url = text(Some(member)).filter(|url| url.contains("://"));
        piece.url = piece.url.take().or(url);
    }),
    (&["method", "http.method", "http.request.method"], |piece, member| {
        let method = text(Some(member)).filter(|method| method.len() < 8);
        piece.method = piece.method.take().or(method);
    }),
    (&["model", "model_name", "gen_ai.request.model"], |piece, member| {
        let model = text(Some(member)).filter(|model| model.len() < 100);
        piece.model = piece.model.take().or(model);
    }),
    (&["error_code", "errorCode", "err_code", "errCode"], |piece, member| {
        let code = code_of(Some(member)).filter(|code| !is_system_code(code));
        piece.code = piece.code.take().or(code);
    }),
    (&["err_type", "errType", "error_type", "errorType"], |piece, member| {
        let is_word = |kind: &String| {
            kind.contains('_') && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        piece.kind = piece.kind.take().or_else(|| text(Some(member)).filter(is_word));
    }),
    (&["retryCount", "retries_taken", "attempt", "attemptNumber"], |piece, member| {
        let number = member.as_u64().and_then(|number| u32::try_from(number).ok());
        piece.attempt = piece.attempt.or(number.filter(|number| (1..100).contains(number)));
    }),
];

static TAKES: LazyLock<HashMap<&str, Take>> = LazyLock::new(|| {
    MEMBERS.iter().flat_map(|(names, take)| names.iter().map(|name| (*name, *take))).collect()
});

fn take_status(piece: &mut Piece, member: &Value) {
    if piece.status.is_none() {
        piece.status = scalar(Some(member)).as_deref().and_then(status_at);
        piece.trust = piece.trust.max(Trust::Rendering);
    }
}

fn take_headers(piece: &mut Piece, member: &Value) {
    if piece.headers.is_none() {
        piece.headers = headers::from_value(member)
            .filter(|headers| *headers != crate::model::Headers::default())
            .map(Box::new);
    }
}

/// Takes what each of the members says.
pub(super) fn plain_members(object: &Map<String, Value>, piece: &mut Piece) {
    for (name, member) in object {
        if let Some(take) = TAKES.get(name.as_str()) {
            take(piece, member);
        }
    }
}

/// OpenAI's request ids: `req_` and at least 16 characters. Ids of other forms are taken only from headers.
pub(crate) fn is_request_id(id: &str) -> bool {
    id.strip_prefix("req_")
        .is_some_and(|rest| rest.len() >= 16 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::{MEMBERS, TAKES};

    #[test]
    fn names_of_members_are_unique() {
        assert_eq!(TAKES.len(), MEMBERS.iter().map(|(names, _)| names.len()).sum::<usize>());
    }
}
