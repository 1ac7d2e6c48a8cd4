//! For Slack: text that mentions nobody and links nowhere.

use super::{cut, one_line};

/// At most `width` cells on one line. Angle brackets start mentions and links (`<!channel>`, `<@U1>`,
/// `<https://…|text>`) where a field is read as mrkdwn: they become ‹ and ›, and what is between them stays
/// readable.
#[must_use]
pub fn text(text: &str, width: usize) -> String {
    let line = one_line(text).replace('<', "‹").replace('>', "›");
    cut(&line, width).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn nobody_is_called() {
        assert_eq!(super::text("<!channel> <@U1> & so on", 50), "‹!channel› ‹@U1› & so on");
        assert_eq!(super::text("0123456789", 5), "0123…");
    }
}
