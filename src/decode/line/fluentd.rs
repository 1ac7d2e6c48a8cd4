//! Fluentd's file output, `time⇥tag⇥{json}`, and its standard output, `time tag: {json}`.

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
    let (zone, tag, record) = match stamp.rest.strip_prefix('\t') {
        Some(rest) => rest.split_once('\t').map(|(tag, record)| ("", tag, record))?,
        None => standard_output(stamp.rest)?,
    };
    if tag.contains(' ') || !record.starts_with('{') {
        return None;
    }
    context::wrapper_time(context, time::parse(&format!("{}{zone}", stamp.time), settings));
    context::stream(context, tag);
    Some(Peeled::text(record))
}

/// ` +0000 tag: {json}`.
fn standard_output(rest: &str) -> Option<(&str, &str, &str)> {
    let (zone, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (tag, record) = rest.split_once(": {")?;
    let is_zone = zone.len() == 5 && zone.starts_with(['+', '-']) && !tag.is_empty();
    is_zone.then(|| (zone, tag, rest.get(rest.len() - record.len() - 1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn both_outputs() {
        let standard = "2026-11-21 04:38:46.195862000 +0000 app.x: {\"log\":\"a: {b\"}";
        check_peeled(&LAYER, standard, "{\"log\":\"a: {b\"}", "stream=app.x");
        check_peeled(&LAYER, "2026-11-21T04:38:46+0000\tapp.x\t{}", "{}", "stream=app.x");
        check_not_peeled(&LAYER, "2026-11-21 04:38:46,195 ERROR app: {}");
    }
}
