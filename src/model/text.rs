//! Text of the input from which secrets have been removed.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Text in which every recognised secret is masked.
///
/// The only way in is [`Masked::from_redacted`], which the redactor calls; every type that can
/// leave the process holds `Masked` and not `String` where the text came from a log. A saved summary holds
/// masked text only, and is read back as it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Masked(Arc<str>);

impl Masked {
    /// Wraps text that the redactor has been over. Not for other callers.
    #[must_use]
    pub fn from_redacted(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
