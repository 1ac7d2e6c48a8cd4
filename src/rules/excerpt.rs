//! The text of a rule file as it may be shown: its secrets masked, and the places of the file in it.
//!
//! What is named as a rule file may be a log, and only the file as a whole tells all of its secrets: a line of a
//! wrapped key is none by itself, nor is a line that is cut to the width of the screen.

use std::ops::Range;

use crate::model::Masked;
use crate::redact::{self, Secret};

/// A text without its secrets. It has the lines of the text: a secret of several lines is shown on its first.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// What may be shown.
    pub(super) text: Masked,
    /// For each secret its place in the file and the place of what is shown for it.
    moved: Vec<(Range<usize>, Range<usize>)>,
}

impl Excerpt {
    /// The text without its secrets.
    pub(super) fn of(text: &str) -> Self {
        let (mut shown, mut moved, mut copied) = (String::with_capacity(text.len()), Vec::new(), 0);
        for Secret { range, shown: mask, .. } in redact::find(text) {
            shown.push_str(text.get(copied..range.start).unwrap_or_default());
            let start = shown.len();
            shown.push_str(mask.as_str());
            let lines = text.get(range.clone()).unwrap_or_default().matches('\n').count();
            let missing = lines.saturating_sub(mask.as_str().matches('\n').count());
            shown.push_str(&"\n".repeat(missing));
            copied = range.end;
            moved.push((range, start..shown.len()));
        }
        shown.push_str(text.get(copied..).unwrap_or_default());
        Self { text: Masked::from_redacted(&shown), moved }
    }

    /// Where a place of the file is in the text that is shown: a place within a secret is the whole mask.
    pub(super) fn place(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.moved(span.start, |mask| mask.start);
        start..self.moved(span.end, |mask| mask.end).max(start)
    }

    fn moved(&self, at: usize, within: impl Fn(&Range<usize>) -> usize) -> usize {
        let before = self.moved.partition_point(|(secret, _)| secret.start < at);
        match before.checked_sub(1).and_then(|last| self.moved.get(last)) {
            Some((secret, mask)) if at < secret.end => within(mask),
            Some((secret, mask)) => mask.end + (at - secret.end),
            None => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(letters: &str) -> String {
        format!("sk-{}", letters.repeat(12))
    }

    proptest! {
        #[test]
        fn a_place_outside_secrets_shows_the_same_text(
            words in prop::collection::vec((any::<bool>(), "[a-z é\n]{1,9}"), 1..12),
            which in any::<prop::sample::Index>(),
        ) {
            let (mut text, mut places) = (String::new(), Vec::new());
            for (is_secret, word) in &words {
                text.push('\n');
                let start = text.len();
                text.push_str(&if *is_secret { format!("api_key=\"{}\"", key("aB3d")) } else { word.clone() });
                places.push(start..text.len());
            }
            let index = which.index(words.len());
            let excerpt = Excerpt::of(&text);
            let shown = excerpt.text.as_str();
            let place = excerpt.place(&places[index]);
            prop_assert!(!shown.contains("B3daB3d"));
            prop_assert_eq!(shown.matches('\n').count(), text.matches('\n').count());
            let found = shown.get(place).unwrap();
            if words[index].0 {
                prop_assert!(found.starts_with("api_key=\"sk-"), "{}", found);
            } else {
                prop_assert_eq!(found, words[index].1.as_str());
            }
        }
    }

    #[test]
    fn a_place_within_a_secret_is_the_whole_mask() {
        let text = format!("a = \"{}\"\nb = 2", key("aB3d"));
        let excerpt = Excerpt::of(&text);
        let place = excerpt.place(&(10..12));
        assert!(excerpt.text.as_str().get(place).unwrap().starts_with("sk-aB3d"));
    }
}
