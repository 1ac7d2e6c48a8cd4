//! `gcloud app logs tail` and `read`: `time service[version]  message`.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "app-engine",
    title: "gcloud app logs",
    example: "2026-11-21 04:38:46 default[20261121t043000]  INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| !stamp.has_t && !stamp.has_zone && stamp.digits == 0)?;
    let (service, rest) = stamp.rest.strip_prefix(' ')?.split_once('[')?;
    let (version, message) = rest.split_once("]  ")?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    // A number alone is a process.
    if !is_name(service) || !is_name(version) || version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, service);
    context::stream(context, version);
    context::name(&mut context.service, Some(service));
    context::name(&mut context.release, Some(version));
    Some(Peeled::text(message))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn indentation_stays_and_a_process_is_no_version() {
        let context = "stream=default/20261121t043000 service=default release=20261121t043000";
        check_peeled(&LAYER, "2026-11-21 04:38:46 default[20261121t043000]      at f", "    at f", context);
        check_not_peeled(&LAYER, "2026-11-21 04:38:46 worker[4711]  going on");
    }
}
