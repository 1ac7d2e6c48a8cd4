//! The priority that services write for systemd, and the systemd console of .NET: `<3>message`.

use super::super::{LineLayer, Peeled, Settings, level};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "systemd-priority",
    title: "Service output with systemd priorities",
    example: "<3>Assistant.Llm[0] OpenAI request failed",
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    let rest = text.strip_prefix('<')?;
    let number = rest.as_bytes().first().filter(|byte| (b'0'..=b'7').contains(byte))?;
    let message = rest.get(1..)?.strip_prefix('>')?;
    context.level = level::syslog(i64::from(number - b'0'));
    Some(Peeled::text(message))
}
