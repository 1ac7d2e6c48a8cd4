//! For OpenMetrics: the value of a label.

use super::{cut, one_line};

/// Cells of a value: labels are kept for ever by the systems that read them.
const WIDTH: usize = 120;

/// The text as the value of a label, without its quotation marks.
#[must_use]
pub fn label(text: &str) -> String {
    let line = one_line(text);
    cut(&line, WIDTH).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_keeps_its_quotes_to_itself() {
        assert_eq!(label("a\"} 1\nup 1\\"), "a\\\"} 1 up 1\\\\");
    }
}
