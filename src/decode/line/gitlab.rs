//! GitLab's job logs with times: `time 01O message`. Behind the number of the stream stand `O` for standard output or `E`
//! for standard error, and `+` where the line goes on with the one before, else a blank.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "gitlab",
    title: "GitLab job logs with times",
    example: "2026-11-21T04:38:46.195862Z 01E Traceback (most recent call last):",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.digits == 6 && stamp.time.ends_with('Z'))?;
    let (tag, message) = stamp.rest.strip_prefix(' ')?.split_at_checked(3)?;
    let is_stream = |number: &str| number.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !tag.strip_suffix(['O', 'E']).is_some_and(is_stream) {
        return None;
    }
    let message = if message.is_empty() { "" } else { message.strip_prefix([' ', '+'])? };
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, tag);
    Some(Peeled::text(message))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::check_peeled;
    use super::LAYER;

    #[test]
    fn one_blank_divides_and_indentation_stays() {
        check_peeled(&LAYER, "2026-11-21T04:38:46.195862Z 00E     at f", "    at f", "stream=00E");
        check_peeled(&LAYER, "2026-11-21T04:38:46.195862Z 01O", "", "stream=01O");
        check_peeled(&LAYER, "2026-11-21T04:38:46.195862Z 01O+ done", " done", "stream=01O");
    }
}
