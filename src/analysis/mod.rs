//! The library: read logs, explain errors, merge what was read, report.
//!
//! Goes in: paths, readers, texts. Comes out: [`Diagnosis`] for one failed call, [`Analysis`] for many, and
//! the [`Report`] of it. Everything here is a thin layer over the stages; the program uses the same ones.

mod analyzer;
mod diagnosis;
mod render;
mod rules;
mod saved;

pub use self::analyzer::Analyzer;
pub use self::diagnosis::Diagnosis;
pub use self::render::{formats, render};
pub use self::rules::{LoadError, Rules};
pub use self::saved::{Analysis, MergeError, ReadError};
