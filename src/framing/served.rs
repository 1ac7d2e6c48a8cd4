//! What servers say of the requests that they served: each such line is a record of its own.
//!
//! In goes one line without wrapper prefixes; out comes whether it is a line of an access log, of a framework's
//! own log of requests, or of a development server. None of them carries on what stands before it, and nothing
//! without a head of its own carries it on. Whom the request went to is not asked here.

/// Methods that a log of requests shows.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Whether a server wrote the line, about a request or about itself.
pub(super) fn is_served(line: &str) -> bool {
    is_request(line) || is_of_development(line)
}

/// Whether a server wrote the line about a request that it served.
pub(super) fn is_request(line: &str) -> bool {
    is_access(line) || is_terse(line) || is_framed(line)
}

/// `10.0.0.1 - - [21/Nov/2026 13:05:09] "GET /me HTTP/1.1" 401 -`: a quoted request line with a status behind it.
fn is_access(line: &str) -> bool {
    !line.starts_with([' ', '\t', '{', '"', '\''])
        && memchr::memmem::find(line.as_bytes(), b" HTTP/").is_some()
        && line.match_indices('"').any(|(at, _)| {
            line.get(at + 1..).and_then(|rest| rest.split_once('"')).is_some_and(|(request, behind)| {
                is_request_line(request) && behind.strip_prefix(' ').is_some_and(begins_with_status)
            })
        })
}

/// `POST /chat HTTP/1.1`
fn is_request_line(text: &str) -> bool {
    let mut words = text.split(' ');
    words.next().is_some_and(|word| METHODS.contains(&word) || word == "CONNECT")
        && words.next().is_some_and(|target| !target.is_empty())
        && words.next().is_some_and(|version| version.starts_with("HTTP/"))
        && words.next().is_none()
}

/// ` POST /api/chat 500 in 734ms` of Next.js, `POST /chat 500 402.113 ms - 48` of morgan, `--> POST / 500 2ms` of Koa.
fn is_terse(line: &str) -> bool {
    let bare = line.trim_start_matches(' ');
    if line.len() - bare.len() > 2 {
        return false;
    }
    let bare = bare.strip_prefix("--> ").unwrap_or(bare);
    let Some((method, rest)) = bare.split_once(' ') else { return false };
    let Some((target, rest)) = rest.split_once(' ') else { return false };
    METHODS.contains(&method)
        && target.starts_with('/')
        && begins_with_status(rest)
        && rest.get(3..).is_some_and(|behind| {
            let behind = behind.trim_start().trim_start_matches("in ");
            behind.is_empty() || behind.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        })
}

/// `[GIN] 2026/11/18 - 09:12:44 | 500 | …`, `Started POST "/chat" for …` and `Completed 500 …` of Rails.
fn is_framed(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("[GIN") {
        return rest.starts_with("] ") || rest.starts_with("-debug] ");
    }
    if let Some(rest) = line.strip_prefix("Started ") {
        return rest.split_once(" \"/").is_some_and(|(method, _)| METHODS.contains(&method));
    }
    line.strip_prefix("Completed ").is_some_and(|rest| begins_with_status(rest) && rest.contains(" in "))
}

/// ` ✓ Compiled /api/chat in 512ms`: the mark in front of what a development server says.
fn is_of_development(line: &str) -> bool {
    let line = line.strip_prefix(' ').unwrap_or(line);
    line.strip_prefix(['⨯', '✓', '⚠', '○', '▲']).is_some_and(|rest| rest.starts_with(' '))
}

/// A status of three digits as a word of its own.
fn begins_with_status(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default().trim_end();
    word.len() == 3
        && word.starts_with(['1', '2', '3', '4', '5'])
        && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_served;

    #[test]
    fn lines_about_requests_stand_by_themselves() {
        for line in [
            "10.0.0.1 - - [21/Nov/2026 13:05:09] \"GET /me HTTP/1.1\" 401 -",
            "api.internal 10.0.0.4 - bob [21/Nov/2026:09:01:03 +0000] \"POST /api/chat HTTP/2.0\" 504 12 \"-\" \"x\"",
            "127.0.0.1:40260 - \"GET /boom HTTP/1.1\" 500 Internal Server Error",
            " POST /api/chat 500 in 734ms",
            "POST /api/chat 500 402.113 ms - 48",
            "GET /health 200",
            "  --> POST /chat 500 734ms 48b",
            "[GIN] 2026/11/18 - 09:12:44 | 500 |  402.1ms | 10.0.0.1 | POST \"/chat\"",
            "Started POST \"/chat\" for 127.0.0.1 at 2026-11-18 09:12:44 +0000",
            "Completed 500 Internal Server Error in 402ms (ActiveRecord: 1.2ms)",
            " ⨯ Error [AI_LoadAPIKeyError]: OpenAI API key is missing.",
            " ✓ Ready in 1832ms",
        ] {
            assert!(is_served(line), "{line}");
        }
    }

    #[test]
    fn what_speaks_of_a_request_only_is_none() {
        for line in [
            "",
            "    raise HTTPError(\"POST /chat HTTP/1.1\" 500)",
            "POST https://api.openai.com/v1/chat/completions HTTP/1.1",
            "POST /v1/chat/completions HTTP/1.1",
            "--> POST https://api.openai.com/v1/chat/completions http/1.1",
            "HTTP/1.1 401 Unauthorized",
            "POST /api/chat failed with 500",
            "GET /me 401 was not expected here",
            "Completed 3 of 5 tasks in 2s",
            "openai.AuthenticationError: Error code: 401",
            "      ✓ 12 passed",
        ] {
            assert!(!is_served(line), "{line}");
        }
    }
}
