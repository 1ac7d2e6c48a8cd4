//! `heroku logs`: `time app[web.1]: message`.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "heroku",
    title: "heroku logs",
    example: "2026-11-21T04:38:46.195862+00:00 app[web.1]: INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.has_zone)?;
    let (tag, message) = stamp.rest.strip_prefix(' ')?.split_once("]:")?;
    let (source, process) = tag.split_once('[')?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if !is_name(source) || !is_name(process) || !(message.is_empty() || message.starts_with(' ')) {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, source);
    context::stream(context, process);
    context::name(&mut context.host_name, Some(process));
    Some(Peeled::text(message.strip_prefix(' ').unwrap_or(message)))
}
