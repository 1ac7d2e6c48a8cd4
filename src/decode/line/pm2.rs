//! PM2: `0|app  | message`, with a time in front of the message where `--time` asks for it.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "pm2",
    title: "PM2 logs",
    example: "0|assistant  | INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let digits = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let rest = rest.strip_prefix('|')?;
    let (name, message) = rest.split_once('|')?;
    let app = name.trim_end_matches(' ');
    let is_prefix = !app.is_empty()
        && app.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@/".contains(&byte))
        && (message.is_empty() || message.starts_with(' '));
    if !is_prefix {
        return None;
    }
    context::stream(context, number);
    context::stream(context, app);
    context::name(&mut context.service, Some(app));
    let message = message.strip_prefix(' ').unwrap_or(message);
    let timed = iso(message).filter(|stamp| stamp.has_t && !stamp.has_zone);
    let Some((stamp, bare)) = timed.and_then(|stamp| Some((stamp.time, stamp.rest.strip_prefix(':')?)))
    else {
        return Some(Peeled::text(message));
    };
    context::wrapper_time(context, time::parse(stamp, settings));
    Some(Peeled::text(bare.strip_prefix(' ').unwrap_or(bare)))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    /// What the prefix of these lines tells.
    const WEB: &str = "stream=0/web service=web";

    #[test]
    fn the_time_that_pm2_adds_comes_off() {
        check_peeled(&LAYER, "0|web  | 2026-11-21T04:38:46:   File \"x\"", "  File \"x\"", WEB);
        check_peeled(&LAYER, "0|web  | 2026-11-21T04:38:46Z ready", "2026-11-21T04:38:46Z ready", WEB);
        check_not_peeled(&LAYER, "0 | web  | ready");
    }
}
