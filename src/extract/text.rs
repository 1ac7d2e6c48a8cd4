//! Evidence in the text of a record: renderings of client libraries, statuses, prose.
//!
//! In goes the text; out come [`Piece`]s in no particular order. An anchor (a short literal) finds the
//! place, the reader behind it takes what stands there. Error objects in braces are read by
//! `objects.rs`, raw HTTP by `http.rs`. Facts: `renderings.md`, `surprises.md`.

mod class;
mod clients;
mod node;
mod phrase;
mod prose;
mod python;
mod retry;

pub(super) use self::class::class_status;
use self::class::{class_led, class_repr, wrapper_led};
use self::clients::{
    aiohttp_status, dotnet_or_spring, feign_error, go_error, httpx_status_error, inline_answer, mitm_answer,
    number_behind, okhttp_response, quoted_request, requests_error, response_notice, rust_display,
    status_and_url, symfony_error,
};
use self::node::{node_debug_response, node_status_line, status_and_message};
pub(super) use self::phrase::PAGES;
use self::phrase::{pages, phrase_piece};
pub(super) use self::prose::{is_page, status_at};
use self::python::{
    detail_request_id, error_code, http_code, http_request_line, http_response_line, httpcore_response,
    logfmt_error, logfmt_response, retry_reason, status_in_brackets,
};
use self::retry::{retry_notice, urllib3_retry};
use super::literals::{List, Literals};
use super::piece::Piece;
use super::{http, objects, phrases};

pub(super) type Reader = fn(&str, usize, usize) -> Option<Piece>;

/// Anchors: literal, and the reader that is given the text, where the literal begins and where it ends.
pub(super) const ANCHORS: &[(&str, Reader)] = &[
    ("HTTP Request: ", http_request_line),
    ("HTTP Response: ", http_response_line),
    (" failed with status ", node_status_line),
    (" failed with status code ", number_behind),
    (" succeeded with status ", node_status_line),
    ("OpenAI:DEBUG:response ", node_debug_response),
    ("receive_response_headers.complete return_value=", httpcore_response),
    ("request_id: req_", detail_request_id),
    ("Retrying request", retry_notice),
    ("Retrying ", retry_notice),
    ("Retrying (Retry(", urllib3_retry),
    ("Retrying due to status code ", retry_reason),
    ("Error code: ", error_code),
    ("error_code=", logfmt_error),
    ("message='OpenAI API response'", logfmt_response),
    ("error, status code: ", number_behind),
    ("unexpected status ", number_behind),
    ("last status: ", number_behind),
    ("(status ", number_behind),
    ("status_code: ", number_behind),
    ("status_code=", number_behind),
    ("statusCode: ", number_behind),
    ("statusCode=", number_behind),
    ("\"statusCode\":", number_behind),
    ("\"status_code\":", number_behind),
    ("status code ", number_behind),
    ("status code of ", number_behind),
    ("status code: ", number_behind),
    ("http_status=", number_behind),
    ("server responded with status ", number_behind),
    ("rejected WebSocket connection: HTTP ", number_behind),
    ("Unexpected server response: ", number_behind),
    ("HTTP code ", http_code),
    ("(HTTP response code was ", http_code),
    (", HTTP 4", status_in_brackets),
    (", HTTP 5", status_in_brackets),
    ("HTTP error: ", number_behind),
    ("HTTP Error ", number_behind),
    ("returned error: ", number_behind),
    ("returned an error: ", number_behind),
    ("does not indicate success: ", number_behind),
    ("HTTP 4", dotnet_or_spring),
    ("HTTP 5", dotnet_or_spring),
    ("status=", number_behind),
    (" responded ", number_behind),
    (" answered ", number_behind),
    ("returned ", number_behind),
    (" HTTP/1.1\" ", quoted_request),
    (" HTTP/2\" ", quoted_request),
    (" HTTP/2.0\" ", quoted_request),
    (": 4", status_and_message),
    (": 5", status_and_message),
    ("\": 4", go_error),
    ("\": 5", go_error),
    (" HTTP/1.0 ", inline_answer),
    (" HTTP/1.1 ", inline_answer),
    (" << ", mitm_answer),
    ("<-- ", status_and_url),
    ("Response: \"", status_and_url),
    ("Response{protocol=", okhttp_response),
    (" Client Error: ", requests_error),
    (" Server Error: ", requests_error),
    (", message='", aiohttp_status),
    ("Response Metadata: {", response_notice),
    ("OpenAI HTTP Error (spotted in ruby-openai", response_notice),
    ("Client error '", httpx_status_error),
    ("Server error '", httpx_status_error),
    ("HTTP status client error (", httpx_status_error),
    ("HTTP status server error (", httpx_status_error),
    (" returned for \"", symfony_error),
    ("] during [", feign_error),
    ("Error: ", class_led),
    ("Exception: ", class_led),
    ("Error]: ", class_led),
    ("Error(", class_repr),
    ("Timeout: ", class_led),
    ("OpenAIException - ", wrapper_led),
    ("AzureException ", wrapper_led),
    ("(code: ", rust_display),
    ("batch_", no_piece),
];

/// Places of one record that are looked at. No client library writes as many; a text that does would cost time
/// by their square.
const MAX_PLACES: usize = 2_000;

/// Everything that the text says.
pub(crate) fn pieces(text: &str, literals: &Literals) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for found in literals.list(List::Anchors).iter().take(MAX_PLACES) {
        let Some((_, reader)) = ANCHORS.get(found.row) else { continue };
        if let Some(mut piece) = reader(text, found.at.start, found.at.end) {
            piece.at = found.at.start;
            pieces.push(piece);
        }
    }
    if !literals.list(List::Http).is_empty() {
        http::pieces(text, &mut pieces);
    }
    objects::pieces(text, literals, &mut pieces);
    pages(text, literals, &mut pieces);
    for (at, phrase) in phrases::find(literals).take(MAX_PLACES) {
        pieces.extend(phrase_piece(text, at, phrase));
    }
    pieces
}

fn no_piece(_: &str, _: usize, _: usize) -> Option<Piece> {
    None
}
