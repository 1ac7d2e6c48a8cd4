//! `fly logs`: `time app[machine] region [level]message`.
//!
//! Everything that a machine prints is of the level `info` there, so the level tells nothing.

use super::super::level::level_of;
use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "fly",
    title: "fly logs",
    example: "2026-11-21T04:38:46Z app[148ed193b95948] ams [info]INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.has_zone)?;
    let (source, rest) = stamp.rest.strip_prefix(' ')?.split_once('[')?;
    let (machine, rest) = rest.split_once("] ")?;
    let (region, rest) = rest.split_once(" [")?;
    let (severity, message) = rest.split_once(']')?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if ![source, machine, region].into_iter().all(is_name) || level_of(severity).is_none() {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, source);
    context::stream(context, machine);
    context::name(&mut context.host_name, Some(machine));
    Some(Peeled::text(message))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::check_peeled;
    use super::LAYER;

    #[test]
    fn indentation_stays_and_a_level_says_nothing() {
        let context = "stream=app/148ed193b95948 host=148ed193b95948";
        check_peeled(
            &LAYER,
            "2026-11-21T04:38:46Z app[148ed193b95948] ams [info]    at f",
            "    at f",
            context,
        );
    }
}
