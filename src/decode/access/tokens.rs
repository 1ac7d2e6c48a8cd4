//! Splits an access log line into bracketed, quoted and bare tokens.

/// One token of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `[21/Nov/2026:04:43:38 +0000]`
    Bracketed(&'a str),
    /// `"POST /v1/models HTTP/1.1"`
    Quoted(&'a str),
    /// `401`
    Bare(&'a str),
    /// `host="api.openai.com"`, `upstream=api.openai.com:443`
    Pair(&'a str, &'a str),
}

/// How many tokens of a line are read.
const MAX_TOKENS: usize = 200;

/// The tokens of a line, in order.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && tokens.len() < MAX_TOKENS {
        let (token, after) = token(rest);
        tokens.push(token);
        rest = after.trim_start_matches([' ', '\t', ',', ';', '\r', '\n']);
    }
    tokens
}

fn token(text: &str) -> (Token<'_>, &str) {
    if let Some(inner) = text.strip_prefix('"') {
        let (content, after) = quoted(inner);
        return (Token::Quoted(content), after);
    }
    if let Some((content, after)) = text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return (Token::Bracketed(content), after);
    }
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or(text);
    if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_name(name)) {
        if value.starts_with('"') {
            let inner = text.get(name.len() + 2..).unwrap_or("");
            let (content, after) = quoted(inner);
            return (Token::Pair(name, content), after);
        }
        return (Token::Pair(name, value.trim_end_matches([',', ';'])), text.get(end..).unwrap_or(""));
    }
    (Token::Bare(word.trim_end_matches([',', ';'])), text.get(end..).unwrap_or(""))
}

/// Content up to the closing quote, and what follows it.
fn quoted(inner: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (inner.get(..at).unwrap_or(""), inner.get(at + 1..).unwrap_or("")),
            _ => {}
        }
    }
    (inner, "")
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
