//! Reads logs and error reports and says why calls to the OpenAI API failed.

pub mod decode;
pub mod model;
pub mod source;
