//! Causes and the words that describe a verdict.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All values, in order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word used in rule files and in every output.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::from_word(&word).ok_or_else(|| D::Error::custom(format!("unknown word `{word}`")))
            }
        }
    };
}

words! {
    /// Families of causes, in the order of `causes.tsv`.
    Family {
        /// Keys and tokens.
        Credentials = "credentials",
        /// Organizations, projects, IP allow-lists.
        Organization = "organization",
        /// Scopes, model access, region.
        Permissions = "permissions",
        /// Quota, credit, payment.
        Billing = "billing",
        /// Rate limits of all kinds.
        RateLimits = "rate-limits",
        /// OpenAI's own failures.
        Service = "service",
        /// Network, proxies, clocks, client libraries, URLs, gateways.
        Environment = "environment",
        /// Azure OpenAI.
        Azure = "azure",
        /// Exposed keys, retries without back-off, rotation.
        Hygiene = "hygiene",
        /// What is no matter of authentication, or not explained.
        Other = "other",
    }
}

words! {
    /// How bad a cause is; the smallest is the worst.
    Severity {
        /// Calls fail until somebody acts, and everybody is hit.
        Critical = "critical",
        /// Calls fail until somebody acts.
        High = "high",
        /// Calls fail for a while.
        Medium = "medium",
        /// Worth knowing.
        Low = "low",
        /// No harm.
        Info = "info",
    }
}

words! {
    /// Whether a retry can help.
    Retry {
        /// No retry can help.
        Never = "never",
        /// After the time that the answer names.
        AfterReset = "after-reset",
        /// After a new token was fetched.
        AfterRenewal = "after-renewal",
        /// With growing pauses.
        WithBackoff = "with-backoff",
    }
}

words! {
    /// How sure a verdict is; the smallest is the surest.
    Tier {
        /// The API said so, or the client library did before sending.
        Confirmed = "confirmed",
        /// The evidence fits nothing else that is common.
        Likely = "likely",
        /// One of several explanations.
        Possible = "possible",
        /// Nothing narrower than the general cause can be told.
        Inconclusive = "inconclusive",
    }
}

words! {
    /// What became of a call.
    Outcome {
        /// It failed.
        Failed = "failed",
        /// It succeeded.
        Ok = "ok",
        /// No call: quoted text, an exposed key.
        Info = "info",
    }
}

/// The facts about a cause that travel with a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseInfo {
    /// Its id: a row of `causes.tsv` or of a user's rule.
    pub id: Arc<str>,
    /// Its family.
    pub family: Family,
    /// How bad it is.
    pub severity: Severity,
    /// Whether a retry helps; absent where no call is retried.
    pub retry: Option<Retry>,
    /// The cause in plain words.
    pub title: Arc<str>,
}
