//! PM2: `0|app  | message`.

use super::super::{LineLayer, Peeled, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "pm2",
    title: "PM2 logs",
    example: "0|assistant  | INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
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
    Some(Peeled::text(message.strip_prefix(' ').unwrap_or(message)))
}
