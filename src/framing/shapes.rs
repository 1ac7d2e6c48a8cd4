//! What single lines of text records look like: links between exceptions, frames, boxes, heads and lines of HTTP
//! messages, pages, markup. Whether they belong together, [`super::joiner`] decides.

/// Phrases that tie two exceptions, or an exception and its trace, together.
pub(super) fn is_link(line: &str) -> bool {
    const LINKS: [&str; 15] = [
        "Traceback (most recent call last)",
        "The above exception was the direct cause",
        "During handling of the above exception",
        "Caused by:",
        "Stack backtrace:",
        "Stack trace:",
        "stack backtrace:",
        "Suppressed:",
        "Wrapped by:",
        "For more information check:",
        "Troubleshooting URL:",
        "goroutine ",
        "> File \"",
        "... ",
        "at ",
    ];
    LINKS.iter().any(|link| line.starts_with(link))
}

/// Phrases between two exceptions of a chain.
pub(super) fn is_chain(line: &str) -> bool {
    line.starts_with("The above exception was")
        || line.starts_with("During handling of")
        || line.trim_end().ends_with(':')
}

/// Whether the line is one of a box, or a rule above or below what has no other frame.
pub(super) fn is_boxed(line: &str) -> bool {
    line.starts_with(['│', '╭', '╰', '┃', '┏', '┗', '└', '❱'])
        || line.starts_with('─') && line.trim_end().ends_with('─')
        || (line.starts_with("| ") || line.starts_with("+-")) && !line.ends_with('+')
}

/// Whether OpenAI's client library for JavaScript wrote the line about a request, which it numbers: `[log_93eed9] …`,
/// `[log_0c51aa, retryOf: log_93eed9, x-request-id: "req_…"] post https://…`.
pub(super) fn is_numbered_request(line: &str) -> bool {
    line.strip_prefix("[log_").is_some_and(|rest| {
        let behind = rest.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
        rest.len() == behind.len() + 6 && behind.starts_with([',', ']'])
    })
}

/// Whether the line is the status line of an HTTP answer, as curl and raw dumps print it.
pub(crate) fn is_http_status(line: &str) -> bool {
    let line = line.strip_prefix("< ").unwrap_or(line);
    let Some(rest) = line.strip_prefix("HTTP/") else { return false };
    let Some((version, rest)) = rest.split_once(' ') else { return false };
    version.len() <= 3
        && rest.get(..3).is_some_and(|status| status.bytes().all(|byte| byte.is_ascii_digit()))
        && matches!(rest.as_bytes().get(3), None | Some(b' ' | b'\r'))
}

/// Whether the line is the first of an exception of openai-dotnet, whose message follows behind a blank line:
/// `System.ClientModel.ClientResultException: HTTP 401 (invalid_request_error: invalid_api_key)`.
pub(super) fn is_answer_of_dotnet(line: &str) -> bool {
    line.trim_end().ends_with(')')
        && line.split_once("Exception: HTTP ").is_some_and(|(_, rest)| rest.get(3..5) == Some(" ("))
}

/// Whether the line is `Name: value`.
pub(crate) fn is_http_header(line: &str) -> bool {
    let line = line.strip_prefix("< ").or_else(|| line.strip_prefix("> ")).unwrap_or(line);
    line.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.len() < 60
            && (value.is_empty() || value.starts_with(' '))
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    })
}

/// Whether the line is the final line of a Python traceback: `Qualified.Type` or `Qualified.Type: text`.
pub(crate) fn is_exception_line(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    !name.is_empty()
        && name.len() < 160
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'<' | b'>'))
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Whether the line names an exception at the margin, as what prints one begins: `openai.APIError: …`, `Error: …`,
/// `AI_APICallError [AI_APICallError]: …`, `Exception in thread "main" java.io.IOException: …`.
pub(super) fn is_raised(line: &str) -> bool {
    const LEADS: [&str; 4] =
        ["Uncaught ", "Unhandled exception. ", "PHP Fatal error:  Uncaught ", "Fatal error: Uncaught "];
    let line = LEADS.iter().find_map(|lead| line.strip_prefix(lead)).unwrap_or(line);
    let line = line
        .strip_prefix("Exception in thread \"")
        .map_or(Some(line), |rest| rest.split_once("\" ").map(|parts| parts.1));
    let Some((class, _)) = line.and_then(|line| line.split_once(": ")) else { return false };
    let class = class.split_once(" [").map_or(class, |(class, _)| class);
    (class.ends_with("Error") || class.ends_with("Exception"))
        && class.len() < 160
        && class.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._$:\\".contains(&byte))
}

/// Whether the line is a frame below an exception, as Java, Node, .NET and PHP write them, or closes its fields.
/// Python's frames stand above.
pub(super) fn ends_trace(line: &str) -> bool {
    let frame = line.trim_start();
    frame.starts_with("at ")
        || frame.starts_with("... ") && frame.ends_with(" more")
        || frame.starts_with('#')
            && frame.get(1..2).is_some_and(|digit| digit.bytes().all(|b| b.is_ascii_digit()))
        || frame.starts_with("thrown in ")
        || line.trim_end() == "}"
}

/// Whether the attempts of an error of instructor begin in the line, and do not end in it.
pub(super) fn opens_markup(line: &str) -> bool {
    memchr::memchr(b'<', line.as_bytes()).is_some()
        && line.contains("<failed_attempts>")
        && !line.contains("</failed_attempts>")
}

/// Whether a page ends in the line, be it within quotes or with its own line ends spelled out.
pub(super) fn closes_page(line: &str) -> bool {
    line.contains("</html>") || line.contains("</HTML>")
}

pub(super) fn opens_page(line: &str) -> bool {
    let Some(at) = line.find(['<']).filter(|_| !closes_page(line)) else { return false };
    let rest = line.get(at..).unwrap_or_default();
    ["<!DOCTYPE", "<!doctype", "<html", "<HTML"].iter().any(|opening| rest.contains(opening))
}

/// Whether OkHttp's logging wrote the line: `--> POST https://…`, `--> END POST`, `<-- 401 …`, `<-- END HTTP`.
pub(super) fn is_okhttp(line: &str) -> bool {
    line.starts_with("--> ") || line.starts_with("<-- ")
}

/// Whether the line opens an exchange in OkHttp's logging.
pub(super) fn is_okhttp_request(line: &str) -> bool {
    line.strip_prefix("--> ").is_some_and(|rest| !rest.starts_with("END ") && rest.contains("://"))
}

/// Lines that curl prints between header lines.
pub(super) fn is_curl_note(line: &str) -> bool {
    line.starts_with("* ")
        || line.starts_with("{ [")
        || line.starts_with("} [")
        || line.starts_with("> ")
        || line.starts_with("< ")
        || line.trim_end() == "<"
        || line.trim_end() == ">"
}
