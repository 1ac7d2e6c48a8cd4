//! The constant part of a message, for grouping what no rule explains.

use crate::model::Call;

/// Most characters of a template.
const MAX_CHARS: usize = 160;

/// What failures of one kind have in common: the message (else the exception class, else the
/// excerpt) with every word that holds a digit replaced by `#`, white space collapsed, cut.
#[must_use]
pub fn template(call: &Call) -> String {
    let seen = &call.seen;
    let message = seen.error.message.as_ref().filter(|message| !message.is_empty());
    let text = match (message, &seen.exception) {
        (Some(message), _) => message.as_str(),
        (None, Some(exception)) => exception,
        (None, None) => seen.excerpt.as_str(),
    };
    let mut template = String::new();
    for word in text.split_whitespace().take(MAX_CHARS) {
        if !template.is_empty() {
            template.push(' ');
        }
        push_constant_parts(&mut template, word);
        if template.chars().count() >= MAX_CHARS {
            break;
        }
    }
    let cut: String = template.chars().take(MAX_CHARS).collect();
    match seen.error.status {
        Some(status) => format!("{status} {cut}"),
        None => cut,
    }
}

fn push_constant_parts(template: &mut String, word: &str) {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    for part in word.split_inclusive(|letter: char| !is_part(letter)) {
        let name = part.trim_end_matches(|letter: char| !is_part(letter));
        let rest = part.get(name.len()..).unwrap_or_default();
        let is_variable = name.chars().any(|letter| letter.is_ascii_digit());
        template.push_str(if is_variable { "#" } else { name });
        template.push_str(rest);
    }
}
