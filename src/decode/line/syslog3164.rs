//! Syslog of RFC 3164 and journald's `short` forms: `Nov  1 04:41:39 host app[pid]: message`.

use super::super::{LineLayer, Peeled, Settings, context, level, time};
use super::grammar::{iso, month_time, tagged, unescaped};
use super::syslog5424::priority;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "syslog-rfc3164",
    title: "Syslog (RFC 3164), journalctl",
    example: "<11>Nov  1 04:41:39 app-1 assistant[1417]: INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !matches!(text.as_bytes().first()?, b'<' | b'A'..=b'Z') {
        return None;
    }
    let (priority, rest) = priority(text)?;
    let (stamp, rest) = match month_time(rest) {
        Some(parts) => parts,
        // A blank inside the time is the time of a program: systemd's level stands in front of it.
        None => iso(rest)
            .filter(|stamp| priority.is_some() && stamp.has_t)
            .map(|stamp| (stamp.time, stamp.rest))?,
    };
    let rest = rest.strip_prefix(' ')?;
    let parts = tagged(rest);
    if parts.is_none() && priority.is_none() {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp, settings));
    context.level = priority.and_then(|priority| level::transported(priority % 8)).or(context.level);
    let Some(parts) = parts else { return Some(Peeled::text(unescaped(rest))) };
    context::name(&mut context.host_name, Some(parts.host));
    context::name(&mut context.service, Some(parts.app));
    for part in [parts.host, parts.app, parts.process.unwrap_or_default()] {
        context::stream(context, part);
    }
    Some(Peeled::text(unescaped(parts.message)))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn with_and_without_priority_and_process() {
        let context = "stream=web-1/api/7 service=api host=web-1";
        check_peeled(&LAYER, "Nov  1 04:41:39 web-1 api[7]: a#012  b", "a\n  b", context);
        check_peeled(&LAYER, "Nov 21 04:41:39.123456 web-1 api[7]:   a", "  a", context);
        let context = "stream=web-1/kernel service=kernel host=web-1 level=Error";
        check_peeled(&LAYER, "<11>Nov  1 04:41:39 web-1 kernel: a", "a", context);
        check_peeled(&LAYER, "<11>2026-11-21T04:38:46+00:00 web-1 kernel: a", "a", context);
    }

    #[test]
    fn java_heads_and_markup_stay() {
        for line in [
            "Nov 21, 2026 4:41:39 AM J main",
            "Nov 21 04:41:39 ERROR app: x",
            "<3>text",
            "<3>2026-11-21 04:38:46 call failed: x",
            "<p>Nov",
        ] {
            check_not_peeled(&LAYER, line);
        }
    }
}
