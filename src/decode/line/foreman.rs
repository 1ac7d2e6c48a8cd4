//! Foreman, Honcho, Overmind: `04:38:46 web.1   | message`.

use super::super::{LineLayer, Peeled, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "foreman",
    title: "Foreman, Honcho, Overmind",
    example: "04:38:46 web.1     | INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    if !text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let (time, rest) = text.split_once(' ')?;
    let is_time = time.len() == 8
        && time
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at % 3 == 2 { byte == b':' } else { byte.is_ascii_digit() });
    let (name, message) = rest.split_once('|').filter(|_| is_time)?;
    let process = name.trim_end_matches(' ');
    let (service, number) = process.rsplit_once('.')?;
    let is_prefix = !service.is_empty()
        && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (message.is_empty() || message.starts_with(' '));
    if !is_prefix {
        return None;
    }
    context::stream(context, process);
    context::name(&mut context.service, Some(service));
    Some(Peeled::text(message.strip_prefix(' ').unwrap_or(message)))
}
