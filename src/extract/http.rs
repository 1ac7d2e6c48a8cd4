//! Raw HTTP in the text of a record: dumps of curl, Go, OkHttp and mitmproxy.

use super::headers;
use super::objects;
use super::piece::{Piece, Trust};
use super::text::status_at;
use crate::model::{BodyKind, Role};

/// With one of these the status line of every answer begins.
pub(super) const STATUS_LINES: &[&str] = &["HTTP/", "<-- ", "<< "];

/// Takes every HTTP answer that stands in the text with its head lines.
pub(crate) fn pieces(text: &str, pieces: &mut Vec<Piece>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((status, rest)) = status_line(line) else { continue };
        if matches!(status, 100..=199)
            || status == 200 && rest.to_ascii_lowercase().contains("connection established")
        {
            continue;
        }
        let behind = text.get(at..).unwrap_or_default();
        let head_end = blank_line(behind).unwrap_or(behind.len());
        let head = behind.get(..head_end).unwrap_or_default();
        let body = body_of(behind.get(head_end..).unwrap_or_default());
        let headers = headers::from_lines(head);
        pieces.push(Piece {
            at: start,
            trust: Trust::Object,
            origin: "http-dump",
            role: Some(Role::Response),
            status: Some(status),
            body: plain_body(body),
            page: (!body.is_empty() && plain_body(body) == Some(BodyKind::Text))
                .then(|| body.lines().next().unwrap_or_default().chars().take(300).collect()),
            headers: Some(Box::new(headers)),
            url: request_url(text.get(..start).unwrap_or_default()),
            ..Piece::default()
        });
    }
}

/// The status that a line announces, and the line from there on: `HTTP/1.1 401 Unauthorized`,
/// `<-- 401 https://… (12ms)` of OkHttp, `<< 401 Unauthorized 305b` of mitmproxy.
fn status_line(line: &str) -> Option<(u16, &str)> {
    let line = line.trim_start();
    let own = line.strip_prefix("<-- ").filter(|rest| !rest.starts_with("HTTP"));
    let own = own.or_else(|| line.strip_prefix("<< ").filter(|_| is_sized(line)));
    if let Some(rest) = own {
        return status_at(rest).map(|status| (status, rest));
    }
    let (version, rest) = line.trim_start_matches("< ").strip_prefix("HTTP/")?.split_once(' ')?;
    status_at(rest).filter(|_| version.len() <= 3).map(|status| (status, rest))
}

/// Whether the line ends with the size of an answer, as mitmproxy writes it.
fn is_sized(line: &str) -> bool {
    let size = line.trim_end().rsplit(' ').next().and_then(|size| size.strip_suffix(['b', 'k', 'm']));
    size.is_some_and(|size| {
        !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Where the head lines end: at a blank line, a bare `<`, or the first line that is no header.
fn blank_line(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end().trim_start_matches(['<', ' ']);
        if bare.is_empty() {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// What stands behind the head lines, the notes of curl set aside.
fn body_of(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        let line = text.split('\n').next().unwrap_or_default().trim_end();
        let is_note = line == "<"
            || line == ">"
            || line.starts_with("* ")
            || (line.starts_with("{ [") || line.starts_with("} [")) && line.ends_with("bytes data]");
        if !is_note {
            return text;
        }
        text = text.get(line.len()..).unwrap_or_default();
    }
}

fn plain_body(body: &str) -> Option<BodyKind> {
    if body.is_empty() || body.starts_with('*') || objects::begins_object(body) {
        return None;
    }
    Some(if body.starts_with('<') { BodyKind::Html } else { BodyKind::Text })
}

/// The URL of the request that was printed before its answer: whole with OkHttp and mitmproxy, as host and
/// path with curl -v and raw dumps.
fn request_url(before: &str) -> Option<String> {
    let whole = before.lines().rev().find_map(|line| {
        let (method, url) = line.trim_start_matches("--> ").rsplit(": ").next()?.split_once(' ')?;
        let url = url.split(' ').next().filter(|url| url.starts_with("http") && url.contains("://"))?;
        matches!(method, "DELETE" | "GET" | "PATCH" | "POST" | "PUT").then(|| url.to_owned())
    });
    if whole.is_some() {
        return whole;
    }
    let request = before
        .rfind("> POST ")
        .or_else(|| before.rfind("> GET "))
        .or_else(|| before.rfind("POST /"))
        .or_else(|| before.rfind("GET /"))?;
    let rest = before.get(request..)?;
    let path = rest.trim_start_matches("> ").split(' ').nth(1)?;
    let host = rest.lines().find_map(|line| {
        let line = line.trim_start_matches("> ");
        line.strip_prefix("Host: ").or_else(|| line.strip_prefix("host: "))
    })?;
    path.starts_with('/').then(|| format!("https://{}{path}", host.trim()))
}
