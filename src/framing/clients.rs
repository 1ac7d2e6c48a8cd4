//! HTTP clients that log a request and its answer apart, so that only the request tells who was called.
//!
//! In goes one line without wrapper prefixes; out comes what it says of a request or of an answer, and what ties
//! both together. One row of `clients/rows.rs` a client: its words stand there and nowhere else. What belongs together
//! is found by `assemble/answers.rs`; whether the host is one of interest is not asked here.

mod rows;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use self::rows::{CLIENTS, Client, Stands, Status, Tag};
use super::head;
use crate::model::Head;

/// Methods of requests.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// What stands before a URL when no method does.
const LEADS: [&str; 3] = ["--  ", "- url: ", "URL: '"];

/// What a line says of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// A request.
    Asked(Request),
    /// An answer with this status.
    Answered(u16),
}

/// A request as its line shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// `POST` …
    pub(crate) method: Option<String>,
    /// URL, or host without a scheme.
    pub(crate) target: String,
    /// Time, where the client writes it into the line and no head does.
    pub(crate) time: Option<String>,
}

impl Request {
    /// The host that was called.
    pub(crate) fn host(&self) -> &str {
        let rest = self.target.split_once("://").map_or(self.target.as_str(), |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    }
}

/// One exchange of one client, as far as a line tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Writer {
    /// Name of the client.
    pub(crate) client: &'static str,
    tag: String,
    logger: Option<String>,
    thread: Option<String>,
}

impl Writer {
    /// Whether both can be of one exchange.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        self.client == other.client
            && self.tag == other.tag
            && !differ(&self.logger, &other.logger)
            && !differ(&self.thread, &other.thread)
    }

    /// Whether it is told apart from other exchanges of that client at the same time.
    pub(crate) fn has_identity(&self) -> bool {
        !self.tag.is_empty() || self.thread.is_some()
    }
}

static SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
static HOST: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["ost: ", "HOST   : "].map(Finder::new));

/// A quick look at a line as it was written: `false` when [`said`] tells of no request in it.
pub(crate) fn may_ask(line: &[u8]) -> bool {
    let is_url = |at: usize| {
        let before = line.get(..at).unwrap_or_default();
        let before = before.strip_suffix(b"s").unwrap_or(before).strip_suffix(b"http").unwrap_or_default();
        LEADS.iter().any(|lead| before.ends_with(lead.as_bytes()))
            || before.strip_suffix(b" ").is_some_and(|before| {
                let of = |method: &&str| before.strip_suffix(method.as_bytes());
                let asks =
                    METHODS.iter().find_map(of).is_some_and(|before| !before.ends_with(b"HTTP Request: "));
                asks && !is_answered(line.get(at..).unwrap_or_default())
            })
    };
    SCHEME.find_iter(line).any(is_url) || HOST.iter().any(|host| host.find(line).is_some())
}

/// Whether a status stands right behind a URL: the line shows its own answer, `POST https://… 200 17081ms`.
fn is_answered(url: &[u8]) -> bool {
    let end = url.iter().position(u8::is_ascii_whitespace).unwrap_or(url.len());
    let behind = url.get(end..).unwrap_or_default().trim_ascii_start();
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits == 3
        && matches!(behind.first(), Some(b'1'..=b'5'))
        && behind.get(3).is_none_or(u8::is_ascii_whitespace)
}

/// What a line says of exchanges, one for each client that writes so. `head_line` finds the line that begins the
/// record of a line without a head.
pub(crate) fn said(line: &str, head_line: impl Fn() -> Option<String>) -> Vec<(Writer, Said)> {
    if !may_say(line) {
        return Vec::new();
    }
    let own = head::parse(line);
    let from = own.as_ref().map_or_else(
        || (0, bare_level(line)),
        |head| (head.time.as_ref().map_or(0, |time| time.end), head.message),
    );
    let mut found = Vec::new();
    for (client, _, _) in CLIENTS {
        let Some((said, tag)) = client.said(line, from) else { continue };
        let before = if own.is_none() { head_line() } else { None };
        let shown = before.as_deref().unwrap_or(line);
        let head = if own.is_none() { head::parse(shown) } else { own.clone() };
        let logger = head.as_ref().filter(|_| client.is_of_one_logger).and_then(|head| logger(shown, head));
        let thread = head.as_ref().filter(|_| client.is_of_one_thread).and_then(|head| thread(shown, head));
        found.push((Writer { client: client.name, tag, logger, thread }, said));
    }
    found
}

static ANSWERS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(CLIENTS.iter().flat_map(|(client, _, _)| client.answers)).ok());

/// Whether the line holds the words of any client, wherever they stand.
pub(crate) fn may_say(line: &str) -> bool {
    may_ask(line.as_bytes()) || ANSWERS.as_ref().is_none_or(|answers| answers.is_match(line))
}

impl Client {
    /// What the line says, and its tag. The fields of its head and its message begin at these places.
    fn said(&self, line: &str, (fields, message): (usize, usize)) -> Option<(Said, String)> {
        let urls = self.urls.iter().find_map(|lead| {
            let (at, rest) = self.behind(line, message, lead)?;
            let (tag, rest) = self.tag(line, fields, at, rest)?;
            Some((Said::Asked(request(line, rest)?), tag))
        });
        let hosts = || {
            self.hosts.iter().find_map(|lead| {
                let (at, rest) = self.behind(line, message, lead)?;
                let (tag, rest) = self.tag(line, fields, at, rest)?;
                let is_of_host = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
                let target: String = rest.chars().take_while(is_of_host).collect();
                let is_host = target.contains('.');
                is_host.then_some((Said::Asked(Request { method: None, target, time: None }), tag))
            })
        };
        let answers = || {
            self.answers.iter().find_map(|lead| {
                let (at, rest) = self.behind(line, message, lead)?;
                let (tag, rest) = self.tag(line, fields, at, rest)?;
                Some((Said::Answered(self.status(rest)?), tag))
            })
        };
        urls.or_else(hosts).or_else(answers)
    }

    /// Where the words stand, and what stands behind them.
    fn behind<'a>(&self, line: &'a str, message: usize, words: &str) -> Option<(usize, &'a str)> {
        let at = match self.stands {
            Stands::Anywhere => line.find(words)?,
            Stands::First => {
                let rest = line.get(message..)?;
                let start = message + (rest.len() - rest.trim_start().len());
                let rest = line.get(start..)?;
                let tagged = match self.tag {
                    Tag::Word => rest.split_once(' ').map(|(word, _)| start + word.len() + 1),
                    Tag::Brackets | Tag::Behind => None,
                };
                let stands = |at: &usize| line.get(*at..).is_some_and(|rest| rest.starts_with(words));
                [Some(start), tagged].into_iter().flatten().find(stands)?
            }
        };
        Some((at, line.get(at + words.len()..)?))
    }

    /// The tag of a line whose words stand at `at`, and what stands behind words and tag. It stands behind `fields`:
    /// a head may have taken it for one of its own.
    fn tag<'a>(&self, line: &str, fields: usize, at: usize, rest: &'a str) -> Option<(String, &'a str)> {
        let before = line.get(fields.min(at)..at)?;
        match self.tag {
            Tag::Behind => {
                let (tag, rest) = rest.split_once("] ")?;
                Some((tag.to_owned(), rest))
            }
            Tag::Word => {
                let word = before.split_whitespace().next_back().unwrap_or_default();
                let is_name = word.starts_with(|c: char| c.is_ascii_alphanumeric());
                Some((if is_name { word.to_owned() } else { String::new() }, rest))
            }
            Tag::Brackets => {
                let is_bracket = |word: &&str| {
                    word.starts_with('[') && word.ends_with(']') && !word.contains(':') && !is_level(word)
                };
                let first = before.split_whitespace().rev().take_while(is_bracket).last();
                Some((first.unwrap_or_default().to_owned(), rest))
            }
        }
    }

    fn status(&self, rest: &str) -> Option<u16> {
        let rest = match self.status {
            Status::Next => rest,
            Status::Version => rest.split_once(' ')?.1,
            Status::Duration => rest.split_once("ms - ")?.1,
        };
        status(rest).or_else(|| status_by_name(rest).filter(|_| self.status == Status::Duration))
    }
}

/// A status of three digits at the beginning, behind which the word ends. What comes before an answer is none.
fn status(text: &str) -> Option<u16> {
    let digits = text.get(..3)?;
    let ends = !text.get(3..)?.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'));
    let status: u16 = digits.parse().ok()?;
    (ends && (200..600).contains(&status)).then_some(status)
}

/// .NET before 5 wrote names.
fn status_by_name(text: &str) -> Option<u16> {
    const NAMES: [(&str, u16); 10] = [
        ("BadGateway", 502),
        ("BadRequest", 400),
        ("Forbidden", 403),
        ("GatewayTimeout", 504),
        ("InternalServerError", 500),
        ("NotFound", 404),
        ("OK", 200),
        ("ServiceUnavailable", 503),
        ("TooManyRequests", 429),
        ("Unauthorized", 401),
    ];
    let name = text.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, status)| *status)
}

/// `POST https://…`, or the URL alone behind words that announce one.
fn request(line: &str, rest: &str) -> Option<Request> {
    let (first, behind) = rest.split_once(' ').unwrap_or((rest, ""));
    let (method, url) =
        if METHODS.contains(&first) { (Some(first.to_owned()), behind) } else { (None, rest) };
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ')' | '>');
    let target = url.split(is_end).next()?;
    let is_url = target.starts_with("https://") || target.starts_with("http://");
    let behind = url.get(target.len()..)?;
    // A line that tells the answer as well is whole by itself; a bare request is one by its version.
    let is_whole = status(behind.trim_start()).is_some()
        || rest.len() == line.trim_start().len() && !behind.starts_with(" HTTP/");
    let is_announced = || {
        line.get(..line.len() - rest.len())
            .is_some_and(|before| LEADS.iter().any(|lead| before.ends_with(lead)))
    };
    (is_url && !is_whole && (method.is_some() || is_announced())).then(|| Request {
        method,
        target: target.to_owned(),
        time: line.strip_prefix("--").and_then(|rest| rest.split_once("--")).map(|(time, _)| time.to_owned()),
    })
}

/// Method and path of `POST /v1/responses HTTP/1.1` somewhere in a line.
pub(crate) fn request_line(line: &str) -> Option<(&str, &str)> {
    let words: Vec<&str> =
        line.split([' ', '"', '\'', '{']).filter(|word| !word.is_empty()).take(64).collect();
    words.windows(3).find_map(|words| match words {
        [method, path, version]
            if METHODS.contains(method) && path.starts_with('/') && version.starts_with("HTTP/") =>
        {
            Some((*method, *path))
        }
        _ => None,
    })
}

/// Name of the logger, without the number of the event that .NET adds.
fn logger(line: &str, head: &Head) -> Option<String> {
    let logger = line.get(head.logger.clone()?)?;
    Some(logger.split('[').next().unwrap_or(logger).to_owned())
}

/// The thread that a head shows in brackets.
fn thread(line: &str, head: &Head) -> Option<String> {
    let between = line.get(head.time.as_ref()?.end..head.message)?;
    let inside = between.split(" [").skip(1).map(|rest| rest.split(']').next().unwrap_or_default());
    inside.map(str::trim).find(|word| !word.is_empty() && !is_level(word)).map(str::to_owned)
}

/// Bytes of a level in front of a message without a head: `info: `.
fn bare_level(line: &str) -> usize {
    line.split_once(": ").filter(|(word, _)| is_level(word)).map_or(0, |(word, _)| word.len() + 2)
}

fn is_level(word: &str) -> bool {
    head::level(word.trim_matches(['[', ']'])).is_some()
}

#[cfg(test)]
mod tests;
