use crate::model::Headers;
pub(crate) fn from_pairs<'a>(_: impl Iterator<Item = (&'a str, &'a str)>) -> Headers { Headers::default() }
pub(crate) fn from_value(_: &serde_json::Value) -> Option<Headers> { None }
pub(crate) fn from_lines(_: &str) -> Headers { Headers::default() }
