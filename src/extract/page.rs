//! The visible text of an HTML page that came instead of an answer.

/// Longest text that is kept, in bytes.
const MAX_TEXT: usize = 1_200;
/// Words of a title in which a status is looked for.
const MAX_WORDS: usize = 5;

/// Title and visible text, white space folded, without tags, scripts and styles; bounded.
pub(crate) fn visible_text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while !rest.is_empty() && out.len() < MAX_TEXT {
        let Some(open) = rest.find('<') else {
            push(&mut out, rest);
            break;
        };
        push(&mut out, rest.get(..open).unwrap_or_default());
        let tag = rest.get(open..).unwrap_or_default();
        let skipped = ["script", "style", "svg"]
            .iter()
            .find(|name| tag.get(1..1 + name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        let end = match skipped {
            Some(name) => tag
                .find(&format!("</{name}"))
                .and_then(|at| tag.get(at..)?.find('>').map(|close| at + close + 1)),
            None => tag.find('>').map(|close| close + 1),
        };
        rest = end.and_then(|end| tag.get(end..)).unwrap_or_default();
    }
    out.trim().to_owned()
}

/// The status that the title of a page tells: `502 Bad Gateway …`, `api.openai.com | 502: Bad gateway …`.
pub(crate) fn status(page: &str) -> Option<u16> {
    let mut words = page.split_whitespace().take(MAX_WORDS).peekable();
    while let Some(word) = words.next() {
        let number = word.strip_suffix(':').unwrap_or(word);
        let is_named = words.peek().is_some_and(|next| next.starts_with(char::is_alphabetic));
        if number.len() == 3 && is_named {
            return number.parse().ok().filter(|status| (400..=530).contains(status));
        }
    }
    None
}

fn push(out: &mut String, text: &str) {
    for word in text.replace("\\n", " ").replace("\\r", " ").replace("\\t", " ").split_whitespace() {
        if out.len() + word.len() >= MAX_TEXT {
            return;
        }
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::{status, visible_text};

    #[test]
    fn a_title_tells_the_status() {
        assert_eq!(status("502 Bad Gateway 502 Bad Gateway cloudflare"), Some(502));
        assert_eq!(status("E 504 Gateway Time-out"), Some(504));
        assert_eq!(status("api.openai.com | 502: Bad gateway Bad gateway"), Some(502));
        assert_eq!(status("Just a moment... 403"), None);
        assert_eq!(status("404 of 512"), Some(404));
        assert_eq!(status("200 OK"), None);
        assert_eq!(status("Sign in to the guest network, room 512 only"), None);
    }

    #[test]
    fn tags_scripts_and_styles_go() {
        let html = "<html><head><title>502 Bad Gateway</title><style>a{}</style></head>\r\n<body><h1>Bad</h1> <script>x<y</script>gateway</body></html>";
        assert_eq!(visible_text(html), "502 Bad Gateway Bad gateway");
        assert_eq!(visible_text("<html"), "");
    }
}
