//! Where the key ends that a message echoes, and what of it is really the key.
//!
//! The API goes on behind the key with `. You can find your API key at …`: what stands before that is its echo,
//! to the character. Where the sentence is missing, somebody cut it, translated it or set it into words of their
//! own, and the echo ends where keys end. Scrubbers put a word or stars in the place of the key: then it is not
//! visible, and tells nothing.

use super::{HEAD, TAIL, from_echo, from_head};
use crate::model::{KeyDamage, KeyShape, ShownKey};

/// How the API goes on behind the key.
const SENTENCES: [&str; 5] = [". You can find", ". Find your", ". For details", ".\nYou can", ". You"];

/// What stands where a text was cut.
const CUTS: [&str; 4] = ["...", "…", "(truncated", "[truncated"];

/// Longest echo that is read, in bytes.
const LONGEST: usize = 4_000;

/// Words that scrubbers put in the place of a secret.
const SCRUBBED: [&str; 22] = [
    "anonymized",
    "censored",
    "concealed",
    "deleted",
    "elided",
    "filtered",
    "hidden",
    "mask",
    "masked",
    "obfuscated",
    "omitted",
    "protected",
    "redact",
    "redacted",
    "removed",
    "sanitised",
    "sanitized",
    "scrubbed",
    "sensitive",
    "stripped",
    "suppressed",
    "withheld",
];

/// Opening brackets and what closes them.
const BRACKETS: [(char, char); 4] = [('[', ']'), ('<', '>'), ('{', '}'), ('(', ')')];

/// The key that a message echoes, which begins with it; `None` where no part of it is visible.
pub(crate) fn echoed(text: &str) -> Option<ShownKey> {
    let (echo, is_whole) = match sentence(text) {
        Some(end) => (whole(text.get(..end)?), true),
        None => (open(text.trim_start_matches(' ')), false),
    };
    let echo = echo.replace("\\\"", "\"").replace("\\'", "'");
    let echo = unwrapped(&echo).unwrap_or(echo);
    if echo.trim().is_empty() || echo.len() > LONGEST {
        return None;
    }
    let shown = without_scrubbed(&echo)?;
    let shown = without_dots(shown).unwrap_or(shown);
    let is_shortened = shown.len() < echo.len() || !is_whole && is_cut(text, &echo);
    if is_shortened && !shown.contains("**") {
        return Some(from_head(shown));
    }
    let mut key = from_echo(shown);
    if !is_whole && key.damage.is_some_and(|damage| !is_of_head(damage)) {
        // The end that is visible is not the end of the key.
        (key.shape, key.damage) = (KeyShape::Unknown, None);
    }
    Some(key)
}

/// Where the API goes on behind the key; further lines up to there hold nothing but the rest of a wrapped echo.
fn sentence(text: &str) -> Option<usize> {
    let end = SENTENCES.iter().filter_map(|end| text.find(end)).min()?;
    let echo = text.get(..end)?;
    let is_wrapped = echo.split('\n').skip(1).all(|line| !line.trim().contains(char::is_whitespace));
    (is_wrapped && !echo.contains("provided: ")).then_some(end)
}

/// Whether the text was cut where the echo ends.
fn is_cut(text: &str, echo: &str) -> bool {
    let behind = text.trim_start_matches(' ').strip_prefix(echo).unwrap_or_default().trim_start();
    CUTS.iter().any(|mark| behind.starts_with(mark))
}

/// An echo that the sentence behind it ends: quotation marks at its end belong to a rendering, unless one stands
/// in front of it too.
fn whole(echo: &str) -> &str {
    let is_quoted = echo.starts_with(['"', '\'']);
    if is_quoted { echo } else { echo.trim_end_matches(['\'', '"', ',']) }
}

/// The echo without the ends of lines at which a terminal or a log broke it. The API shows eight characters in front
/// of the stars and four behind them, white space counted where it belongs to the key: what is more was put in, and
/// so was what stands between the stars.
fn unwrapped(echo: &str) -> Option<String> {
    let bare: String = echo.split_whitespace().collect();
    let (head, behind) = bare.split_at_checked(bare.find('*')?)?;
    let tail = behind.trim_start_matches('*');
    let is_mask = head.chars().count() == HEAD && tail.chars().count() == TAIL && !tail.contains('*');
    (is_mask && bare.len() < echo.len()).then_some(bare)
}

/// Damage that the first characters show, which no cut takes away.
fn is_of_head(damage: KeyDamage) -> bool {
    matches!(damage, KeyDamage::BearerTwice | KeyDamage::Assignment | KeyDamage::Url)
}

/// An echo that no sentence ends. It ends behind its stars and four characters, else at white space, at the mark
/// of a cut, at a tag, and before closing punctuation of any script.
fn open(text: &str) -> &str {
    let line = text.split('\n').next().unwrap_or_default();
    let cut = CUTS.iter().filter_map(|mark| line.find(mark)).chain(line.find("<br")).min();
    let line = line.get(..cut.unwrap_or(line.len())).unwrap_or(line);
    let end = bracketed(line).or_else(|| masked(line)).unwrap_or_else(|| {
        let word = line.split(char::is_whitespace).next().unwrap_or_default();
        let word = word.get(..word.find("</").unwrap_or(word.len())).unwrap_or(word);
        word.trim_end_matches(|letter: char| !is_of_end(letter)).len()
    });
    line.get(..end).unwrap_or(line)
}

/// The end of a mask: up to eight characters, stars, and up to four characters.
fn masked(line: &str) -> Option<usize> {
    let head: String = line.chars().take(HEAD + 1).take_while(|letter| *letter != '*').collect();
    let stars = line.get(head.len()..)?;
    let behind = stars.trim_start_matches('*');
    let is_mask = head.chars().count() <= HEAD && stars.len() - behind.len() >= 2;
    // `***REDACTED***`
    let is_word = behind.trim_start_matches(char::is_alphabetic).starts_with('*');
    let tail = behind.bytes().take(TAIL).take_while(|byte| is_of_key(*byte)).count();
    (is_mask && !is_word).then_some(line.len() - behind.len() + tail)
}

/// The end of what stands in brackets at the beginning: `[sensitive data removed]`, `${OPENAI_API_KEY}`.
fn bracketed(line: &str) -> Option<usize> {
    const MOST: usize = 60;
    let bare = line.trim_start_matches('$');
    let (open, close) = BRACKETS.into_iter().find(|(open, _)| bare.starts_with(*open))?;
    let depth = bare.chars().take_while(|letter| *letter == open).count();
    let end = bare.find(close)? + close.len_utf8() * depth;
    let end = line.len() - bare.len() + end;
    (end <= MOST && line.is_char_boundary(end)).then_some(end)
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether sample text or a key can end with the letter.
fn is_of_end(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '*' | '%' | '}' | '>' | ']')
}

/// The head of `sk-proj-...abcd`: a mask of somebody else, with dots for any number of characters.
fn without_dots(echo: &str) -> Option<&str> {
    let (head, tail) = echo.split_once("...").or_else(|| echo.split_once('…'))?;
    let is_tail = |tail: &str| (1..=TAIL).contains(&tail.len()) && tail.bytes().all(is_of_key);
    (!head.contains('*') && is_tail(tail)).then_some(head)
}

/// The echo up to what a scrubber wrote into it; `None` where that is all of it.
fn without_scrubbed(echo: &str) -> Option<&str> {
    let bare = echo.trim();
    let is_word = |word: &str| SCRUBBED.contains(&word.to_ascii_lowercase().as_str());
    let holds_word = |text: &str| text.split(|letter: char| !letter.is_alphabetic()).any(is_word);
    if is_word(bare) || bare.chars().all(|letter| matches!(letter, '*' | '•' | '●' | '█' | '∗')) {
        return None;
    }
    // Stars in front: a scrubber's mask, of which the last characters may be left.
    if bare.starts_with("**") {
        return None;
    }
    let marks = ['[', '<', '{', '('];
    let mark = echo.find(marks).filter(|at| holds_word(echo.get(*at..).unwrap_or_default()));
    let starred = echo.find("**").filter(|at| {
        let behind = echo.get(*at..).unwrap_or_default().trim_start_matches('*');
        behind.contains("**") && holds_word(behind)
    });
    match [mark, starred].into_iter().flatten().min() {
        Some(0) => None,
        Some(at) => echo.get(..at),
        None => Some(echo),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::echoed;

    /// `expected` is what is shown, the shape and the damage; nothing where the key is not visible.
    fn check(text: &str, expected: &str) {
        let told = echoed(text).map_or(Cow::Borrowed(""), |key| {
            let shown = key.shown.map_or_else(|| "-".to_owned(), |shown| shown.as_str().to_owned());
            let damage = key.damage.map_or_else(String::new, |damage| format!(" {}", damage.word()));
            Cow::Owned(format!("{shown} {}{damage}", key.shape.word()))
        });
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn the_sentence_of_the_api_ends_the_echo() {
        check("sk-proj-****abcd. You can find your API key at https://x", "sk-proj-****abcd openai-project");
        check("your-key. You can find your API key at https://x", "your-key placeholder");
        check("\"sk-proj****nyR\". You can find your", "\"sk-proj****nyR\" malformed quoted");
        check("sk-proj-****nyR}. Find your API key at", "sk-proj-****nyR} malformed braced");
    }

    #[test]
    fn ends_of_lines_that_were_put_in_are_no_white_space_of_the_key() {
        let sentence = ". You can find your API key at https://x";
        for wrapped in ["sk-pro j-****abcd", "sk-proj-** **abcd", "sk-proj-**\n**abcd"] {
            check(&format!("{wrapped}{sentence}"), "sk-proj-****abcd openai-project");
        }
        check(&format!("sk-pro j****abcd{sentence}"), "sk-pro j****abcd malformed whitespace");
    }

    #[test]
    fn without_the_sentence_the_echo_ends_where_keys_end() {
        for behind in [
            "",
            ".",
            " »",
            ".“",
            ".」",
            "，请检查密钥。",
            ")",
            " - user=12",
            "; aborting job 12",
            ".' (tenant",
            "<br>",
            ".</p>",
            "\"}",
            "'}}",
            " → Auftrag 12",
            ". Du findest",
            "…",
            "... (truncated)",
            "\\n",
            "\nnext",
        ] {
            check(&format!("sk-proj-****abcd{behind}"), "sk-proj-****abcd openai-project");
        }
        check("sk-abc*****wxyz.', 'code': 'invalid_api_key'}}", "sk-abc*****wxyz openai-legacy");
        check("undefined\" (tenant acme)", "undefined placeholder");
        check("${OPENAI_API_KEY}, says the API", "${OP************} placeholder");
    }

    #[test]
    fn an_echo_that_was_cut_proves_no_damage() {
        check("sk-proj-****...", "sk-proj-**** openai-project");
        check("sk-proj-**** (truncated...)", "sk-proj-**** openai-project");
        check("sk-proj-...abcd. Du findest", "sk-proj- openai-project");
        check("sk-pr…", "- unknown");
        check("Bearer s****", "Bearer s**** malformed bearer-twice");
    }

    #[test]
    fn what_a_scrubber_wrote_is_no_key() {
        for echo in [
            "[REDACTED]",
            "[Filtered]",
            "[FILTERED]",
            "[MASKED]",
            "<masked>",
            "<redacted>",
            "{redacted}",
            "REDACTED",
            "[sensitive data removed]",
            "[openai-key-redacted]",
            "***",
            "****",
            "*****",
            "••••••",
            "***REDACTED***",
            "********abcd",
        ] {
            for behind in [". You can find your API key at https://x", ".", "", " - user=12"] {
                check(&format!("{echo}{behind}"), "");
            }
        }
        check("sk-proj-...abcd. You can find your", "sk-proj- openai-project");
        check("sk-...abcd. You can find your", "- unknown");
        check("sk-proj-[REDACTED]. You can find your", "sk-proj- openai-project");
        check("sk-proj-***REDACTED***. You can find your", "sk-proj- openai-project");
    }
}
