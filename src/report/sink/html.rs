//! For web pages: text that is neither element nor attribute nor entity.

use super::{is_harmful, one_line};

/// One line of text, for any place between tags and inside quoted attributes.
#[must_use]
pub fn text(text: &str) -> String {
    escaped(&one_line(text))
}

/// The text with what a browser obeys escaped; line feeds stay, other harmful letters are replaced.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '`' => safe.push_str("&#96;"),
            '\n' => safe.push('\n'),
            _ if is_harmful(letter) => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

/// A sentence on one line in which what stands between backticks is code.
#[must_use]
pub fn prose(text: &str) -> String {
    let line = one_line(text);
    let parts: Vec<&str> = line.split('`').collect();
    let is_paired = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|part| !part.is_empty());
    if !is_paired {
        return escaped(&line);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_ticks_is_code() {
        assert_eq!(prose("wait for `retry-after` & go"), "wait for <code>retry-after</code> &amp; go");
        assert_eq!(prose("`<b>` and `x`"), "<code>&lt;b&gt;</code> and <code>x</code>");
        assert_eq!(prose("a lone ` tick"), "a lone &#96; tick");
        assert_eq!(prose("an empty `` pair"), "an empty &#96;&#96; pair");
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            text("<svg onload='x'>\n&\u{202e}\""),
            "&lt;svg onload=&#39;x&#39;&gt; &amp;\u{fffd}&quot;"
        );
    }
}
