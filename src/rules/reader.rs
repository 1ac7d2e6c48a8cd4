//! The values of a rule file: typed, and where one is not, a mistake with its place and a remedy.
//!
//! Knows TOML and nothing of rules.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, RuleSource, did_you_mean};

/// A value with its place.
pub(super) type Item<'a, 'i> = &'a Spanned<DeValue<'i>>;

/// Where mistakes go while a file is read.
pub(super) struct Reader<'a> {
    /// The file.
    pub(super) source: &'a RuleSource,
    /// What is wrong with it.
    pub(super) problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Notes a mistake.
    pub(super) fn report(&mut self, code: &'static str, span: Range<usize>, message: String, label: &str) {
        self.report_with_help(code, span, message, label, None);
    }

    /// Notes a mistake with a remedy.
    pub(super) fn report_with_help(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        label: &str,
        help: Option<String>,
    ) {
        self.problems.push(Diagnostic::new(code, self.source, span, message).label(label).help(help));
    }

    pub(super) fn missing(&mut self, key: &str) {
        self.report("missing-key", 0..0, format!("`{key}` is missing"), "");
    }

    pub(super) fn required(&mut self, document: &DeTable<'_>, key: &str) -> Option<String> {
        let Some(item) = value(document, key) else {
            self.missing(key);
            return None;
        };
        self.string(item, key)
    }

    /// Reports the keys of a table that are not among the known ones.
    pub(super) fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table {
            if !known.contains(&&**key.get_ref()) {
                let help = did_you_mean(key.get_ref(), known.iter().copied());
                self.report_with_help(
                    "unknown-key",
                    key.span(),
                    format!("unknown key `{}`", key.get_ref()),
                    "no such key",
                    help,
                );
            }
        }
    }

    pub(super) fn word<T: Copy>(
        &mut self,
        document: &DeTable<'_>,
        key: &str,
        words: &[(T, &str)],
    ) -> Option<T> {
        let item = value(document, key)?;
        let word = self.string(item, key)?;
        let found = words.iter().find(|row| row.1 == word).map(|row| row.0);
        if found.is_none() {
            self.unknown_word(item.span(), key, &word, &words.iter().map(|row| row.1).collect::<Vec<_>>());
        }
        found
    }

    /// Reports a word that is not among the known ones.
    pub(super) fn unknown_word(&mut self, span: Range<usize>, key: &str, word: &str, words: &[&str]) {
        let help = did_you_mean(word, words.iter().copied());
        let help = help.unwrap_or_else(|| format!("one of: {}", words.join(", ")));
        self.report_with_help(
            "unknown-word",
            span,
            format!("`{key}` cannot be `{word}`"),
            "unknown word",
            Some(help),
        );
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong_type(&mut self, item: Item<'_, '_>, key: &str, wanted: &str) {
        let message = format!("`{key}` wants {wanted}, not {}", article(item.get_ref().type_str()));
        self.report("wrong-type", item.span(), message, &format!("expected {wanted}"));
    }

    pub(super) fn boolean(&mut self, item: Item<'_, '_>, key: &str) -> Option<bool> {
        let found = item.get_ref().as_bool();
        if found.is_none() {
            self.wrong_type(item, key, "true or false");
        }
        found
    }

    pub(super) fn string(&mut self, item: Item<'_, '_>, key: &str) -> Option<String> {
        let found = item.get_ref().as_str().map(|text| text.trim().to_owned());
        match &found {
            None => self.wrong_type(item, key, "a string"),
            Some(text) if text.is_empty() => {
                self.report("wrong-type", item.span(), format!("`{key}` is empty"), "expected some text");
            }
            Some(_) => {}
        }
        found
    }

    pub(super) fn strings(&mut self, document: &DeTable<'_>, key: &str) -> Vec<(Range<usize>, String)> {
        let Some(item) = value(document, key) else { return Vec::new() };
        let Some(list) = item.get_ref().as_array() else {
            self.wrong_type(item, key, "a list of strings");
            return Vec::new();
        };
        list.iter().filter_map(|item| self.string(item, key).map(|text| (item.span(), text))).collect()
    }

    pub(super) fn tables<'t, 'i>(
        &mut self,
        document: &'t DeTable<'i>,
        key: &str,
    ) -> Vec<(Range<usize>, &'t DeTable<'i>)> {
        let Some(item) = value(document, key) else { return Vec::new() };
        let tables: Option<Vec<_>> = item.get_ref().as_array().and_then(|list| {
            list.iter().map(|item| item.get_ref().as_table().map(|table| (item.span(), table))).collect()
        });
        if tables.is_none() {
            self.wrong_type(item, key, &format!("tables: `[[{key}]]`"));
        }
        tables.unwrap_or_default()
    }

    /// A name or a list of names.
    pub(super) fn names(&mut self, table: &DeTable<'_>, key: &str) -> Vec<String> {
        match value(table, key) {
            Some(item) if item.get_ref().is_str() => self.string(item, key).into_iter().collect(),
            _ => self.strings(table, key).into_iter().map(|item| item.1).collect(),
        }
    }
}

/// The value of a key.
pub(super) fn value<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<Item<'t, 'i>> {
    table.iter().find(|(name, _)| &**name.get_ref() == key).map(|(_, value)| value)
}

fn article(type_name: &str) -> String {
    let article = if type_name.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {type_name}")
}
