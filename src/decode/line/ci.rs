//! GitHub Actions and Azure Pipelines: a time with seven digits before each line.
//!
//! .NET loggers write such times too; their lines go on with a level and stay as they are.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::{continues_head, iso};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "ci",
    title: "GitHub Actions and Azure Pipelines logs",
    example: "2026-11-21T04:38:46.1958621Z Traceback (most recent call last):",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.digits == 7 && stamp.time.ends_with('Z'))?;
    let line = if stamp.rest.is_empty() { "" } else { stamp.rest.strip_prefix(' ')? };
    if continues_head(line) {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    Some(Peeled::text(line))
}
