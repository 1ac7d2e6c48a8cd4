//! Client libraries: who uses which version, and what their failures leave out of the log.
use serde::{Deserialize, Serialize};

use super::bounded::{Capped, Merge};
use super::group::{Span, Usage};
use crate::model::{Call, Client};

/// What failed calls leave out of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lacks {
    /// Failed calls that got an answer: what the next two are a part of.
    pub answered: u64,
    /// Of these, without a request id.
    pub request_id: u64,
    /// Of these, without an error code.
    pub code: u64,
    /// Failed calls without a time.
    pub time: u64,
}

impl Lacks {
    fn of(call: &Call, count: u64) -> Self {
        let seen = &call.seen;
        let is_answered = seen.error.status.is_some();
        let when = |holds: bool| if holds { count } else { 0 };
        Self {
            answered: when(is_answered),
            request_id: when(is_answered && seen.headers.request_id.is_none()),
            code: when(is_answered && seen.error.code.is_none()),
            time: when(seen.context.stamp.is_none()),
        }
    }
}

impl Merge for Lacks {
    fn merge(&mut self, other: Self) {
        self.answered.merge(other.answered);
        self.request_id.merge(other.request_id);
        self.code.merge(other.code);
        self.time.merge(other.time);
    }
}

/// The calls of one version of a client library.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientUse {
    /// Calls with it.
    pub calls: Usage,
    /// When first and last.
    pub span: Span,
    /// Calls by service.
    pub services: Capped<u64, 50>,
    /// What its failed calls leave out.
    pub lacks: Lacks,
}

impl ClientUse {
    pub(super) fn add(&mut self, call: &Call, calls: Usage) {
        let count = calls.ok + calls.failed;
        self.calls.merge(calls);
        self.span.add(call);
        if let Some(service) = &call.seen.context.service {
            self.services.entry(service).merge(count);
        }
        self.lacks.merge(Lacks::of(call, calls.failed));
    }
}

impl Merge for ClientUse {
    fn merge(&mut self, other: Self) {
        self.calls.merge(other.calls);
        self.span.merge(other.span);
        self.services.merge(other.services);
        self.lacks.merge(other.lacks);
    }
}

/// The name by which versions are told apart: `openai-python 1.99.9`, or the library alone.
pub(super) fn client_name(client: &Client) -> String {
    match &client.version {
        Some(version) => format!("{} {version}", client.name),
        None => client.name.to_string(),
    }
}
