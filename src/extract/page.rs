//! The visible text of an HTML page that came instead of an answer.

/// Longest text that is kept, in bytes.
const MAX_TEXT: usize = 1_200;

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
    use super::visible_text;

    #[test]
    fn tags_scripts_and_styles_go() {
        let html = "<html><head><title>502 Bad Gateway</title><style>a{}</style></head>\r\n<body><h1>Bad</h1> <script>x<y</script>gateway</body></html>";
        assert_eq!(visible_text(html), "502 Bad Gateway Bad gateway");
        assert_eq!(visible_text("<html"), "");
    }
}
