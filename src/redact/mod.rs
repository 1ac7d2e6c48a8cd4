//! TEMPORARY STUB, replaced at the merge by the redactor.

use crate::model::Masked;

/// The text with every recognised secret masked.
#[must_use]
pub fn mask(text: &str) -> Masked {
    Masked::from_redacted(text)
}
