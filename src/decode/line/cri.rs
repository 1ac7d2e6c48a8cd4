//! Kubernetes container logs (containerd, CRI-O): `time stderr F message`.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "kubernetes-cri",
    title: "Kubernetes container logs (CRI)",
    example: "2026-11-21T04:38:46.195862123Z stderr F INFO:app:ticket summarised",
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.has_zone)?;
    let rest = stamp.rest.strip_prefix(' ')?;
    let (stream, rest) =
        ["stdout", "stderr"].iter().find_map(|name| Some((*name, rest.strip_prefix(name)?)))?;
    let rest = rest.strip_prefix(' ')?;
    let (tags, message) = rest.split_once(' ').unwrap_or((rest, ""));
    // Before tags were introduced, the message followed the stream at once.
    let (is_partial, message) = match tags.split(':').next() {
        Some("F") => (false, message),
        Some("P") => (true, message),
        _ => (false, rest),
    };
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, stream);
    Some(Peeled::Text { text: message.into(), is_partial })
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::check_peeled;
    use super::LAYER;

    #[test]
    fn indentation_stays_and_empty_lines_are_lines() {
        check_peeled(&LAYER, "2026-11-21T04:38:46.1Z stderr F   File \"x\"", "  File \"x\"", "stream=stderr");
        check_peeled(&LAYER, "2026-11-21T04:38:46.1+01:00 stdout F ", "", "stream=stdout");
        check_peeled(&LAYER, "2026-11-21T04:38:46.1Z stdout F", "", "stream=stdout");
        check_peeled(&LAYER, "2026-11-21T04:38:46.1Z stdout P part", "part", "stream=stdout partial");
    }
}
