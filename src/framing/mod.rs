//! From bytes to records: lines, documents, heads, and which lines belong together.

pub(crate) mod assemble;
pub(crate) mod documents;
pub(crate) mod head;
pub(crate) mod joiner;
pub(crate) mod units;
mod wrap;
