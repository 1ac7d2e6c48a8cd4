//! Fluentd's file output: `time⇥tag⇥{json}`.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "fluentd",
    title: "Fluentd file output",
    example: "2026-11-21T04:38:46+0000\tapp.assistant\t{\"log\":\"INFO:app:ticket summarised\"}",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text)?;
    let (tag, record) = stamp.rest.strip_prefix('\t')?.split_once('\t')?;
    if tag.contains(' ') || !record.starts_with('{') {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, tag);
    Some(Peeled::text(record))
}
