//! Wrappers that put a prefix before each line: one file, one row.

mod grammar;

pub(super) mod app_engine;
pub(super) mod ci;
pub(super) mod cloudwatch_tail;
pub(super) mod compose;
pub(super) mod cri;
pub(super) mod fluent_bit;
pub(super) mod fluentd;
pub(super) mod foreman;

pub(super) mod fly;
pub(super) mod gitlab;
pub(super) mod heroku;
pub(super) mod json_tail;
pub(super) mod kubectl;
pub(super) mod lambda;
pub(super) mod logcli;
pub(super) mod logfmt;
pub(super) mod pm2;
pub(super) mod priority;
pub(super) mod stern;
pub(super) mod syslog3164;
pub(super) mod syslog5424;
pub(super) mod syslog_iso;
pub(super) mod tai64n;
pub(super) mod timestamps;
pub(super) mod winston;
