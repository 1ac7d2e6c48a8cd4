//! For XML: one line without the characters that XML 1.0 cannot hold. Markup is escaped by the writer.

use super::one_line;

/// One line of text for an element or an attribute.
#[must_use]
pub fn text(text: &str) -> String {
    // The two code points at the end of the plane are the only ones left that XML forbids.
    one_line(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
