//! Reads logs and error reports and says why calls to the OpenAI API failed.

pub mod aggregate;
pub mod cli;
pub mod correlate;
pub mod decode;
pub mod extract;
pub mod fold;
pub mod framing;
pub mod model;
pub mod pipeline;
pub mod proof;
pub mod redact;
pub mod report;
pub mod rules;
pub mod scan;
pub mod source;
