//! The shared data types, in the order in which the data passes through them.
//!
//! Plain data: no I/O, no parsing, and nothing of ours is imported here. Every stage imports these
//! types and no other stage.

mod call;
mod cause;
mod coverage;
mod event;
mod key;
mod observation;
mod place;
mod problem;
mod text;
mod time;

pub use call::{Attempt, Call, Evidence, Finding, Rival};
pub use cause::{CauseInfo, Family, Outcome, Retry, Severity, Tier};
pub use coverage::{Coverage, Digest, LogDigest, SourceCoverage};
pub use event::{Body, Context, Entry, Event, Exchange, FailedRequest, Head, Inherited, Level};
pub use key::{KeyDamage, KeyShape, ShownKey};
pub use observation::{
    ApiError, BodyKind, Client, ExposedSecret, Headers, Limit, Limits, Observation, Provider, Role,
    Traceback, Transport,
};
pub use place::{Location, Place};
pub use problem::{Problem, ProblemKind};
pub use text::{Masked, holds};
pub use time::{Stamp, StampOrigin};
