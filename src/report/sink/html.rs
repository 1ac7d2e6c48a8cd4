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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            text("<svg onload='x'>\n&\u{202e}\""),
            "&lt;svg onload=&#39;x&#39;&gt; &amp;\u{fffd}&quot;"
        );
    }
}
