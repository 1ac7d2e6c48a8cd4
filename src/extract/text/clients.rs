//! Clients in other languages, and statuses behind words that announce one: Go, .NET, spring-ai, Rust,
//! requests, httpx, web sockets.

use super::prose::{first_url, line_before, prose, rest_of_line, status_at, word};
use crate::extract::objects;
use crate::extract::own;
use crate::extract::piece::{Piece, Trust};
use crate::extract::provider;
use crate::model::{BodyKind, Role};

/// Whether a member of an object begins here that is the service's own answer.
fn is_of_service(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    text.get(start..).is_some_and(|rest| rest.starts_with('"'))
        && before.rfind('{').is_some_and(|brace| own::is_own_member(text, brace))
}

/// A status behind a phrase that announces one; only failures count, and only where the number ends.
pub(super) fn number_behind(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = status_at(text.get(end..)?).filter(|status| *status >= 400)?;
    if is_of_service(text, start) {
        return None;
    }
    let rest = text.get(end..)?;
    let request_id = rest_of_line(rest, 0).split_once("request id: ").map(|(_, id)| {
        id.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
    });
    let mut piece = Piece { trust: Trust::Prose, status: Some(status), request_id, ..Piece::default() };
    let anchor = text.get(start..end)?;
    if anchor.starts_with("error, status code") {
        piece.trust = Trust::Rendering;
        piece.message = rest.split_once(", message: ").and_then(|(_, message)| prose(message));
    } else if anchor.starts_with("unexpected status") {
        piece.trust = Trust::Rendering;
        piece.message = rest_of_line(rest, 0).split_once(": ").and_then(|(_, message)| {
            let message = message.split(", url: ").next().unwrap_or(message);
            (!objects::begins_object(message)).then(|| prose(message)).flatten()
        });
    } else if anchor.ends_with('=') {
        if answers_a_route(text, start) {
            return None;
        }
        piece.code = pair_beside(text, start, &["code=", "error_code="]);
        piece.kind = pair_beside(text, start, &["type=", "error_type="]);
    } else if anchor == "returned " || anchor.starts_with(" answered") || anchor.starts_with(" responded") {
        let reason = rest.get(3..).unwrap_or_default();
        (reason.is_empty() || reason.starts_with([' ', ':', ',', '\n', '.'])).then_some(())?;
        piece.url = line_before(text, start)
            .trim_end()
            .rsplit([' ', '"', '\'', '('])
            .next()
            .filter(|word| is_host(word))
            .map(|host| format!("https://{host}"));
    }
    Some(piece)
}

/// Whether the line shows the route that the application answered: `method=POST path=/chat status=500`, and no id that
/// OpenAI gave stands beside it.
fn answers_a_route(text: &str, at: usize) -> bool {
    let begin = at - line_before(text, at).len();
    let line = rest_of_line(text, begin);
    let has_id = || line.split("req_").skip(1).any(provider::is_request_id);
    line.split_once(" path=").filter(|_| !has_id()).is_some_and(|(_, path)| {
        let path = path.trim_start_matches(['"', '\'']).split([' ', '"', '\'']).next().unwrap_or_default();
        path.starts_with('/')
            && !["/v1/", "/openai/", "/deployments/"].iter().any(|known| path.contains(known))
    })
}

/// The value of a pair on the same line, when it is a word of the API: `insufficient_quota`.
fn pair_beside(text: &str, at: usize, names: &[&str]) -> Option<String> {
    let begin = at - line_before(text, at).len();
    let is_word = |value: &str| {
        value.contains('_') && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    rest_of_line(text, begin).split_whitespace().find_map(|pair| {
        let (name, value) = pair.split_at_checked(pair.find('=')? + 1)?;
        let value = value.trim_matches(['"', '\'', ',', ';']);
        let is_named = names.iter().any(|known| {
            name.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('_'))
        });
        (is_named && is_word(value)).then(|| value.to_owned())
    })
}

/// `ClientResponseError: 401, message='Unauthorized', url='https://…'` of aiohttp, older versions `url=URL('https://…')`.
pub(super) fn aiohttp_status(text: &str, start: usize, end: usize) -> Option<Piece> {
    let (_, address) = rest_of_line(text, end).split_once("url=")?;
    let before = line_before(text, start);
    let number = before.get(before.len().checked_sub(3)?..)?;
    let status = status_at(number).filter(|status| *status >= 400)?;
    Some(Piece { trust: Trust::Rendering, status: Some(status), url: first_url(address), ..Piece::default() })
}

/// Whether a word is the name of a host.
pub(super) fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// `HTTP 401 (invalid_request_error: invalid_api_key)⏎⏎message` of .NET, `HTTP 401 - {…}` of spring-ai.
pub(super) fn dotnet_or_spring(text: &str, start: usize, _: usize) -> Option<Piece> {
    let rest = text.get(start + 5..)?;
    let status = status_at(rest)?;
    let behind = rest.get(3..)?;
    if behind.starts_with(" - ") {
        return Some(Piece { trust: Trust::Rendering, status: Some(status), ..Piece::default() });
    }
    let inside = behind.strip_prefix(" (")?;
    let close = inside.find(')')?;
    let (kind, code) = inside.get(..close)?.split_once(": ").unwrap_or(("", inside.get(..close)?));
    let mut lines = inside.get(close + 1..)?.lines().skip(1).filter(|line| !line.trim().is_empty());
    let mut message = lines.next().unwrap_or_default().trim();
    let mut param = None;
    if let Some(name) = message.strip_prefix("Parameter: ") {
        param = word(name.trim());
        message = lines.next().unwrap_or_default().trim();
    }
    let is_word = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    (kind.is_empty() || is_word(kind)).then_some(())?;
    Some(Piece {
        trust: Trust::Object,
        status: Some(status),
        kind: is_word(kind).then(|| kind.to_owned()),
        code: is_word(code).then(|| code.to_owned()),
        param,
        message: (!message.starts_with("at ")).then(|| prose(message)).flatten(),
        body: Some(BodyKind::Object),
        ..Piece::default()
    })
}

/// `POST "https://api.openai.com/v1/chat/completions": 401 Unauthorized {…}`.
pub(super) fn go_error(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = status_at(text.get(end - 1..)?)?;
    let (before, url) = line_before(text, start).rsplit_once('"')?;
    url.starts_with("http").then_some(())?;
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        method: before.trim_end().rsplit([' ', '=', '"']).next().and_then(word),
        url: Some(url.to_owned()),
        ..Piece::default()
    })
}

/// `127.0.0.1:45786: POST https://api.openai.com/v1/chat/completion…⏎    << 401 Unauthorized 305b` of mitmproxy.
pub(super) fn mitm_answer(text: &str, start: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end).trim_end();
    let status = status_at(line)?;
    let size = line.rsplit(' ').next()?.strip_suffix(['b', 'k', 'm'])?;
    size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then_some(())?;
    let mut before = text.get(..start)?.lines().rev().take(3);
    let request = before.find(|line| line.contains("://"))?;
    let (lead, _) = request.split_once("http")?;
    Some(Piece {
        trust: Trust::Rendering,
        role: Some(Role::Response),
        status: Some(status),
        method: lead.split_whitespace().last().and_then(word),
        url: first_url(request).map(|url| url.trim_end_matches('…').to_owned()),
        ..Piece::default()
    })
}

/// `<<<<<<<< HTTP/1.1 401 Unauthorized Server: …` of Guzzle, which prints request and answer in one line.
pub(super) fn inline_answer(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = status_at(text.get(end..)?).filter(|status| *status >= 400)?;
    // A line of its own is read with its headers.
    let before = line_before(text, start).trim_start_matches(['<', ' ']);
    (!before.is_empty()).then(|| Piece { trust: Trust::Object, status: Some(status), ..Piece::default() })
}

/// `<-- 401 https://api.openai.com/v1/chat/completions (12ms, 305-byte body)` of OkHttp, behind a logger's head;
/// `Response: "401 https://api.openai.com/v1/chat/completions"` of Symfony.
pub(super) fn status_and_url(text: &str, start: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let status = status_at(line)?;
    let url = first_url(line)?;
    let origin = if text.get(start..)?.starts_with('<') { "okhttp" } else { "symfony" };
    Some(Piece {
        trust: Trust::Rendering,
        origin,
        role: Some(Role::Response),
        status: Some(status),
        url: Some(url),
        ..Piece::default()
    })
}

/// `Response Metadata: {…}` of openai-go and `OpenAI HTTP Error (spotted in ruby-openai 8.3.0): {…}`: the client
/// shows the answer before it raises. What the answer says is read as an object.
pub(super) fn response_notice(text: &str, start: usize, end: usize) -> Option<Piece> {
    let origin = if text.get(start..end)?.starts_with("Response") { "openai-go-log" } else { "ruby-openai" };
    Some(Piece { trust: Trust::Class, origin, role: Some(Role::Response), ..Piece::default() })
}

/// `401 Client Error: Unauthorized for url: https://api.openai.com/v1/…`.
pub(super) fn requests_error(text: &str, start: usize, end: usize) -> Option<Piece> {
    let status = line_before(text, start).rsplit([' ', '\'', '"', '(', ':']).next().and_then(status_at)?;
    let url = rest_of_line(text, end).split_once("for url: ").map(|(_, url)| url);
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status),
        url: url.and_then(first_url),
        ..Piece::default()
    })
}

/// `https://api.openai.com:443 "POST /v1/chat/completions HTTP/1.1" 401 305` of urllib3, on the level DEBUG; else a
/// status behind a request in quotation marks.
pub(super) fn quoted_request(text: &str, start: usize, end: usize) -> Option<Piece> {
    let whole = || {
        let (before, request) = line_before(text, start).rsplit_once('"')?;
        let (method, path) = request.split_once(' ')?;
        let before = before.trim_end();
        let host = before.get(before.rfind("http")?..).filter(|host| !host.contains(' '))?;
        let host = host.strip_suffix(":443").unwrap_or(host);
        Some(Piece {
            trust: Trust::Rendering,
            origin: "urllib3-debug",
            role: Some(Role::Response),
            status: Some(status_at(text.get(end..)?)?),
            method: word(method),
            url: (host.contains("://") && path.starts_with('/')).then(|| format!("{host}{path}")),
            ..Piece::default()
        })
    };
    // A path alone is a route of the server that wrote the line.
    let is_route = line_before(text, start)
        .rsplit_once('"')
        .is_some_and(|(_, request)| request.split_once(' ').is_some_and(|(_, path)| path.starts_with('/')));
    whole()
        .filter(|piece| piece.url.is_some())
        .or_else(|| if is_route { None } else { number_behind(text, start, end) })
}

/// `Response{protocol=h2, code=401, message=, url=https://api.openai.com/v1/…}` of OkHttp.
pub(super) fn okhttp_response(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let (_, status) = line.split_once(" code=")?;
    let (_, address) = line.split_once(" url=")?;
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status_at(status)?),
        url: first_url(address).map(|url| url.trim_end_matches('}').to_owned()),
        ..Piece::default()
    })
}

/// `HTTP/2 401  returned for "https://api.openai.com/v1/…"` of Symfony.
pub(super) fn symfony_error(text: &str, start: usize, end: usize) -> Option<Piece> {
    let (_, line) = line_before(text, start).rsplit_once("HTTP/")?;
    let (_, status) = line.split_once(' ')?;
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status_at(status)?),
        url: first_url(rest_of_line(text, end)),
        ..Piece::default()
    })
}

/// `[401 Unauthorized] during [POST] to [https://api.openai.com/v1/…]` of Feign.
pub(super) fn feign_error(text: &str, start: usize, end: usize) -> Option<Piece> {
    let (_, status) = line_before(text, start).rsplit_once('[')?;
    let rest = rest_of_line(text, end);
    let (method, address) = rest.split_once("] to [")?;
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status_at(status)?),
        method: word(method),
        url: first_url(address),
        ..Piece::default()
    })
}

/// `Client error '401 Unauthorized' for url 'https://…'` of httpx,
/// `HTTP status client error (401 Unauthorized) for url (https://…)` of reqwest.
pub(super) fn httpx_status_error(text: &str, _: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    Some(Piece {
        trust: Trust::Rendering,
        status: Some(status_at(line)?),
        url: first_url(line),
        ..Piece::default()
    })
}

/// `401 Unauthorized invalid_request_error: Incorrect API key provided: …. (code: invalid_api_key)` of async-openai.
pub(super) fn rust_display(text: &str, start: usize, end: usize) -> Option<Piece> {
    let code = text.get(end..)?.split(')').next().filter(|code| code.len() < 60)?;
    // An exception of PHP shows its number here.
    code.bytes().any(|byte| byte.is_ascii_alphabetic()).then_some(())?;
    code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).then_some(())?;
    let before = line_before(text, start);
    let before = before.rsplit_once("error=").map_or(before, |(_, rest)| rest);
    let (kind, message) = before.split_once(": ")?;
    let status = status_at(kind);
    let kind = kind
        .rsplit(' ')
        .next()
        .filter(|kind| kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    Some(Piece {
        trust: Trust::Object,
        status,
        code: Some(code.to_owned()),
        kind: kind.filter(|kind| !kind.is_empty()).map(str::to_owned),
        message: prose(message.split(" (param: ").next().unwrap_or(message)),
        body: Some(BodyKind::Object),
        ..Piece::default()
    })
}
