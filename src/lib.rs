//! Reads logs and error reports and says why calls to the OpenAI API failed.
//!
//! The program of the same name is a thin layer over this crate, and so can yours be: no clock, no
//! environment, no network, and no secret in anything that comes out.
//!
//! ```
//! use why4xx::{Analyzer, render};
//!
//! let log = "\
//! 2026-11-16T09:12:40Z INFO httpx HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"
//! 2026-11-16T09:12:44Z ERROR app openai.AuthenticationError: Error code: 401 - {'error': {'message': \
//! 'Incorrect API key provided: your-api*****here.', 'type': 'invalid_request_error', 'param': None, \
//! 'code': 'invalid_api_key'}}
//! ";
//! let analyzer = Analyzer::new();
//! let report = analyzer.report(&analyzer.text(log));
//! assert_eq!((report.totals.calls, report.totals.failed), (2, 1));
//! assert_eq!(report.causes[0].title, "A placeholder was sent instead of an API key");
//!
//! let mut page = Vec::new();
//! render(&report, "markdown", &mut page)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | read files, folders, archives | [`Analyzer::paths`] |
//! | read anything else | [`Analyzer::reader`], [`Analyzer::text`] |
//! | look at each failed call | [`Analyzer::each_failure`] |
//! | explain one error | [`Analyzer::explain`] |
//! | add rules of your own | [`Rules::load`], [`Analyzer::with_rules`] |
//! | save, load and merge | [`Analysis`] |
//! | report, for people and for programs | [`Analyzer::report`], [`render`] |
//!
//! # Features
//! - `cli` (default): the program with its options, progress and live runs.
//! - `compression` (default): gz, zst, bz2, xz, zip and tar. Without it such files are problems in the report.
//!
//! What is not on this page is internal: it stands in hidden modules for the program and the tests, and
//! changes without notice.

mod analysis;

pub use analysis::{Analysis, Analyzer, Diagnosis, LoadError, MergeError, ReadError, Rules, formats, render};
pub use model::{Retry, Severity, Tier};
pub use report::Report;

// In reading order; public for the program, the tests and the fuzz targets only.
#[doc(hidden)]
pub mod aggregate;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod correlate;
#[doc(hidden)]
pub mod decode;
#[doc(hidden)]
pub mod extract;
#[doc(hidden)]
pub mod fold;
#[doc(hidden)]
pub mod framing;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod pipeline;
#[doc(hidden)]
pub mod proof;
#[doc(hidden)]
pub mod redact;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod scan;
mod search;
#[doc(hidden)]
pub mod source;
