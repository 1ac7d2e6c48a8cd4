//! Text of a log in the form in which phrases are looked for.
//!
//! Log text is wrapped hard, re-quoted and escaped again on its way. Phrases are therefore compared
//! without regard to case, white space, back-slashes and the style of quotation marks. Leaving all
//! white space out finds everything that folding it to one space would, and words that were broken
//! by wrapping as well.

use std::borrow::Cow;

/// The text in lower case without white space and back-slashes, with straight quotation marks.
#[must_use]
pub(super) fn compact(text: &str) -> String {
    if text.is_ascii() {
        let mut bytes = text.as_bytes().to_ascii_lowercase();
        bytes.retain(|byte| !is_left_out(*byte));
        return String::from_utf8(bytes).unwrap_or_default();
    }
    let mut compacted = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => {}
            '\u{2018}' | '\u{2019}' => compacted.push('\''),
            '\u{201c}' | '\u{201d}' => compacted.push('"'),
            _ if letter.is_whitespace() => {}
            _ => compacted.extend(letter.to_lowercase()),
        }
    }
    compacted
}

/// Whether an ASCII letter stands for nothing.
fn is_left_out(byte: u8) -> bool {
    matches!(byte, b'\\' | b'\t'..=b'\r' | b' ')
}

/// Whether the compact text contains a compact phrase.
#[must_use]
pub(super) fn contains_compact(text: &str, phrase: &str) -> bool {
    if !text.is_ascii() {
        return compact(text).contains(phrase);
    }
    // Nothing of such a text grows when it is made compact.
    let (text, Some(first)) = (text.as_bytes(), phrase.as_bytes().first()) else { return true };
    let starts = 0..(text.len() + 1).saturating_sub(phrase.len());
    starts.into_iter().any(|at| {
        let from = text.get(at..).unwrap_or_default();
        let mut letters = from.iter().filter(|byte| !is_left_out(**byte));
        from.first().is_some_and(|byte| byte.eq_ignore_ascii_case(first))
            && phrase
                .bytes()
                .all(|wanted| letters.next().is_some_and(|letter| letter.to_ascii_lowercase() == wanted))
    })
}

/// Whether the compact text begins with a compact phrase.
#[must_use]
pub(super) fn starts_compact(text: &str, phrase: &str) -> bool {
    let mut letters = compact_letters(text);
    phrase.chars().all(|wanted| letters.next() == Some(wanted))
}

/// Whether the compact text ends with a compact phrase.
#[must_use]
pub(super) fn ends_compact(text: &str, phrase: &str) -> bool {
    let mut letters = compact_letters(text).rev();
    phrase.chars().rev().all(|wanted| letters.next() == Some(wanted))
}

/// Whether the compact text is a compact phrase.
#[must_use]
pub(super) fn is_compact(text: &str, phrase: &str) -> bool {
    compact_letters(text).eq(phrase.chars())
}

/// The letters of the [`compact`] text, one by one: for tests that mostly end at the first.
fn compact_letters(text: &str) -> impl DoubleEndedIterator<Item = char> + '_ {
    let kept = |letter: char| match letter {
        '\\' => None,
        '\u{2018}' | '\u{2019}' => Some('\''),
        '\u{201c}' | '\u{201d}' => Some('"'),
        _ => (!letter.is_whitespace()).then_some(letter),
    };
    text.chars().filter_map(kept).flat_map(char::to_lowercase)
}

/// The text with every run of white space folded to one space.
#[must_use]
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    Cow::Owned(folded)
}

/// Whether nothing can be folded: ASCII text, as most messages are, with single spaces between its words.
fn is_folded(text: &str) -> bool {
    let mut last = b' ';
    let is_single = |byte: u8| {
        let is_space = matches!(byte, b'\t'..=b'\r' | b' ');
        let is_fine = byte.is_ascii() && (!is_space || (byte == b' ' && last != b' '));
        last = byte;
        is_fine
    };
    text.bytes().all(is_single) && last != b' '
}

/// At most `limit` characters of the text, with an ellipsis where it was cut.
#[must_use]
pub(super) fn short(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_case_quotes_and_escapes_do_not_hide_a_phrase() {
        let phrase = compact("You didn't provide an API key");
        for text in ["you didn\\'t provide an\n   API key.", "You didn’t pro\nvide an API KEY"] {
            assert!(compact(text).contains(&phrase), "{text}");
        }
    }

    #[test]
    fn white_space_is_folded_and_text_is_cut_between_characters() {
        assert_eq!(folded("  a\n\t b  "), "a b");
        assert_eq!(short("äöü", 2), "äö…");
        assert_eq!(short("äö", 2), "äö");
    }

    proptest::proptest! {
        #[test]
        fn parts_of_the_compact_text_are_told_without_making_it(
            text in "[ a-zA-ZéßİẞΣ\\\\'’“\u{b}\u{85}\n]{0,12}",
            at in 0_usize..12,
        ) {
            let whole = compact(&text);
            let (start, end): (String, String) = (whole.chars().take(at).collect(), whole.chars().skip(at).collect());
            let (longer, other) = (whole.clone() + "x", "x".to_owned() + &whole);
            proptest::prop_assert!(is_compact(&text, &whole) && !is_compact(&text, &longer));
            proptest::prop_assert!(starts_compact(&text, &start) && !starts_compact(&text, &longer));
            proptest::prop_assert!(ends_compact(&text, &end) && !ends_compact(&text, &other));
            for phrase in [&whole, &start, &end, &longer, &other] {
                proptest::prop_assert_eq!(contains_compact(&text, phrase), whole.contains(phrase.as_str()));
            }
        }
    }
}
