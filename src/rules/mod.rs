//! Rule files → [`RuleSet`]; a call → the cause that explains it.
//!
//! A rule file describes one root cause: how it is recognised (`[[match]]` tables over the fields of
//! [`fields`]), what it means and what to do. The rules of the program are compiled in; directories
//! add to them, override or disable them by id. Nothing here reads logs, and nothing is printed.

mod clause;
pub mod correlation;
mod describe;
mod diagnostic;
mod excerpt;
pub mod fields;
mod implication;
mod index;
mod judge;
mod lint;
mod read;
mod read_correlate;
mod read_match;
mod reader;
mod references;
mod rule;
mod schema;
mod set;
mod skeleton;
mod sources;
mod text;
mod trial;

#[cfg(test)]
mod tests;

pub use clause::{Clause, Match, Pattern, Phrase, Test};
pub use correlation::{Condition, Correlation, CorrelationType, Dimension, Happening, Measured, Version};
pub use diagnostic::{Diagnostic, RuleSource, Weight, did_you_mean, render_all};
pub use read::{EXAMPLE_KEYS, KEYS, OVERRIDE_KEYS};
pub use read_correlate::CORRELATE_KEYS;
pub use read_match::TESTS;
pub use rule::{Blocks, Example, Override, PLACEHOLDERS, Rule};
pub use schema::{SCHEMA_LINE, schema};
pub use set::RuleSet;
pub use skeleton::{Draft, DraftValue, draft, is_id, skeleton};
pub use trial::{ClauseTrial, TableTrial, Texts, Trial};
