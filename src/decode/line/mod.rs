//! Wrappers that put a prefix before each line: one file, one row.

use super::Settings;
use crate::model::Context;

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

/// Whether the messages of a source may go on in lines without its wrapper: its first line is one of syslog, whose
/// writers (syslog-ng, logging over a socket) keep the line ends of a message as they are.
pub(crate) fn keeps_line_ends(start: &[u8], settings: &Settings) -> bool {
    const MAX_LINE: usize = 4 << 10;
    let start = String::from_utf8_lossy(start.get(..start.len().min(MAX_LINE)).unwrap_or_default());
    let Some(line) = start.lines().find(|line| !line.trim().is_empty()) else { return false };
    let layers = [syslog5424::LAYER, syslog3164::LAYER, syslog_iso::LAYER];
    layers.iter().any(|layer| (layer.peel)(line, &mut Context::default(), settings).is_some())
}
