//! One value of an object or of a pair: a text or a number, or nothing at all.
//!
//! Programs print what they do not have as a word of their language (`undefined`, `nil`, `None`) or show a mark in
//! place of what they took away. None of these is a code, a type, a status or an id.

use serde_json::Value;

/// Words with which languages print that there is no value.
const NOTHINGS: &[&str] =
    &["undefined", "[undefined]", "undef", "null", "(null)", "nil", "<nil>", "None", "<none>", "NULL"];

/// What stands in place of a value that was removed, quoted, or not shown.
const MASKS: &[&str] = &["[Filtered]", "[REDACTED]", "[Object]", "[Array]", "[Circular]", "***"];

/// Whether a text holds no value.
pub(super) fn is_absent(text: &str) -> bool {
    let text = text.trim_ascii();
    // The longest of them; most texts are longer.
    text.len() <= 11 && (text.is_empty() || NOTHINGS.contains(&text) || MASKS.contains(&text))
}

/// The text of a value.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).filter(|text| !is_absent(text)).map(str::to_owned)
}

/// Text or number as text.
pub(super) fn scalar(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::Number(number)) => Some(number.to_string()),
        other => text(other),
    }
}

/// A code: no error has the number 0.
pub(super) fn code(value: Option<&Value>) -> Option<String> {
    scalar(value).filter(|code| code != "0")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MASKS, NOTHINGS, code, is_absent, scalar};

    #[test]
    fn what_stands_for_nothing_is_nothing() {
        for word in NOTHINGS.iter().chain(MASKS) {
            assert!(is_absent(word), "{word}");
            assert!(is_absent(&format!(" {word} ")), "{word}");
            assert_eq!(scalar(Some(&json!(word))), None, "{word}");
        }
        assert!(is_absent(" "));
        assert!(!is_absent("null_value") && !is_absent("nothing") && !is_absent("none"));
    }

    #[test]
    fn a_code_is_a_word_or_a_number_but_zero() {
        assert_eq!(code(Some(&json!("invalid_api_key"))).as_deref(), Some("invalid_api_key"));
        assert_eq!(code(Some(&json!(1001))).as_deref(), Some("1001"));
        assert_eq!(code(Some(&json!(0))), None);
        assert_eq!(code(Some(&json!("0"))), None);
        assert_eq!(code(None), None);
    }
}
