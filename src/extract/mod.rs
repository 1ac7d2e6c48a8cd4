//! From an event to what it says about API calls.

pub(crate) mod duration;
pub(crate) mod headers;
pub(crate) mod key;
pub(crate) mod value;
