//! For spreadsheets: a cell that begins like a formula begins with an apostrophe.
//!
//! Quotation marks and separators are left to the writer of the file.

use super::one_line;

/// The text as the value of one cell: one line that no spreadsheet computes.
#[must_use]
pub fn cell(text: &str) -> String {
    let line = one_line(text);
    if line.starts_with(is_formula) { format!("'{line}") } else { line.into_owned() }
}

/// Whether spreadsheets take a cell that begins with the letter for a formula; some read the wide forms of
/// East Asian keyboards as well.
fn is_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text() {
        assert_eq!(cell("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(cell("\t@SUM(1)"), "'@SUM(1)");
        assert_eq!(cell("＝1+1"), "'＝1+1");
        assert_eq!(cell("billing-api"), "billing-api");
    }
}
