//! A bug in the program, told without a secret: a panic may quote the text that it stumbled over.

use std::panic::PanicHookInfo;

use super::say;
use crate::report::sink::one_line;

/// From now on a panic is one line on standard error, secrets masked; the text of a log never follows it.
pub(super) fn tell() {
    std::panic::set_hook(Box::new(|bug| {
        let place = bug.location().map(ToString::to_string).unwrap_or_default();
        say("error", &told(&place, message(bug)));
        say("  help", "please report it with the version and, where it can be shared, the input");
    }));
}

fn message<'a>(bug: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = bug.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// What is said of a bug. Messages of the standard library quote the text in backticks at their end, up to 256 bytes of
/// it: prompts and all, so that they are left out.
fn told(place: &str, message: &str) -> String {
    let ours = message.split('`').next().unwrap_or_default().trim_end_matches([' ', ':', '(', ';']);
    format!("why4xx has a bug at {}: {}", place, one_line(ours))
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn the_text_that_a_panic_quotes_is_left_out() {
        let text = "é private words of a prompt";
        let message = std::panic::catch_unwind(|| text.split_at(1).0.len()).unwrap_err();
        let message = message.downcast_ref::<String>().unwrap();
        assert!(message.contains("private words"), "{message}");
        let told = told("src/a.rs:1:2", message);
        assert!(told.starts_with("why4xx has a bug at src/a.rs:1:2: "), "{told}");
        assert!(!told.contains("private"), "{told}");
    }

    #[test]
    fn a_message_of_our_own_is_shown() {
        assert_eq!(
            told("a.rs:1:2", "the line above proved it"),
            "why4xx has a bug at a.rs:1:2: the line above proved it"
        );
    }
}
