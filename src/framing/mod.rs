//! From bytes to records: lines, documents, heads, and which lines belong together.

pub(crate) mod assemble;
pub(crate) mod clients;
pub(crate) mod documents;
mod frames;
pub(crate) mod head;
pub(crate) mod joiner;
mod served;
mod shapes;
pub(crate) mod units;
mod wrap;

/// The shapes of record heads, each with its name and an example, the more specific first.
pub fn head_shapes() -> impl Iterator<Item = (&'static str, &'static str)> {
    head::HEADS.iter().map(|shape| (shape.name, shape.example))
}

/// Name of the shape of the head with which a line begins; `None` when it begins no record.
#[must_use]
pub fn head_shape(line: &str) -> Option<&'static str> {
    head::shape(line).map(|shape| shape.name)
}
