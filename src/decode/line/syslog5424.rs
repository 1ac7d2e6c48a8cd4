//! Syslog of RFC 5424, with or without octet count and priority, and Heroku's drain, which leaves the
//! structured data out.

use super::super::{LineLayer, Peeled, Settings, context, level, time};
use super::grammar::{iso, unescaped};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "syslog-rfc5424",
    title: "Syslog (RFC 5424), Heroku drain",
    example: "<11>1 2026-11-21T04:38:46.195862Z app-1 assistant 1417 - - INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !matches!(text.as_bytes().first()?, b'<' | b'0'..=b'9') {
        return None;
    }
    let (priority, rest) = priority(without_count(text))?;
    let stamp_text = rest.strip_prefix("1 ")?;
    let (stamp, rest) = match stamp_text.strip_prefix("- ") {
        Some(rest) if priority.is_some() => (None, rest),
        _ => {
            let stamp = iso(stamp_text).filter(|stamp| stamp.has_t)?;
            (Some(stamp.time), stamp.rest.strip_prefix(' ')?)
        }
    };
    let (host, rest) = rest.split_once(' ')?;
    let (app, rest) = rest.split_once(' ')?;
    let (process, rest) = rest.split_once(' ')?;
    let (_, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_heroku = host == "host" || host.starts_with("d.");
    // Heroku writes no structured data; a host may be called `host` all the same.
    let message =
        if is_heroku { rest.strip_prefix("- ").unwrap_or(rest) } else { after_structured_data(rest)? };
    if let Some(stamp) = stamp {
        context::wrapper_time(context, time::parse(stamp, settings));
    }
    context.level = priority.and_then(|priority| level::transported(priority % 8)).or(context.level);
    context::name(&mut context.host_name, Some(host));
    context::name(&mut context.service, Some(app));
    for part in [host, app, process] {
        context::stream(context, part);
    }
    Some(Peeled::text(unescaped(without_blank(message.trim_start_matches('\u{feff}')))))
}

/// Without the octet count of TCP framing: `120 <40>1 …`.
fn without_count(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.get(digits..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) if digits > 0 && rest.starts_with('<') => rest,
        _ => text,
    }
}

/// `<165>`, when it is there.
pub(super) fn priority(text: &str) -> Option<(Option<i64>, &str)> {
    let Some(rest) = text.strip_prefix('<') else { return Some((None, text)) };
    let (digits, rest) = rest.split_once('>')?;
    let number = digits.parse().ok().filter(|number| digits.len() <= 3 && (0..=191).contains(number))?;
    Some((Some(number), rest))
}

/// What follows `-` or `[id name="value"]…`.
fn after_structured_data(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('-') {
        return if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') };
    }
    let mut rest = text;
    while rest.starts_with('[') {
        rest = rest.get(element(rest)?..)?;
    }
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// Without the blank that rsyslog leaves in front of every message, behind the one that the RFC asks for. What is
/// indented further than that stays indented.
fn without_blank(message: &str) -> &str {
    message.strip_prefix(' ').filter(|rest| !rest.starts_with([' ', '\t'])).unwrap_or(message)
}

/// Length of one `[id name="value with \" and \]"]`.
fn element(text: &str) -> Option<usize> {
    let (mut in_value, mut is_escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_value => is_escaped = true,
            b'"' => in_value = !in_value,
            b']' if !in_value => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn all_ways_to_write_the_head() {
        let context = "stream=web-1/api/7 service=api host=web-1 level=Error";
        check_peeled(&LAYER, "<11>1 2026-11-21T04:38:46Z web-1 api 7 - - a b", "a b", context);
        check_peeled(&LAYER, "99 <11>1 2026-11-21T04:38:46Z web-1 api 7 - - \u{feff}a", "a", context);
        check_peeled(&LAYER, r#"<11>1 - web-1 api 7 ID [x@1 k="a\"] b"][y] a"#, "a", context);
        check_peeled(&LAYER, "<11>1 2026-11-21T04:38:46Z web-1 api 7 - -", "", context);
        check_peeled(&LAYER, "<11>1 2026-11-21T04:38:46Z web-1 api 7 - - a#012  b", "a\n  b", context);
        check_peeled(&LAYER, "<11>1 2026-11-21T04:38:46Z web-1 api 7 - -  a", "a", context);
        check_peeled(&LAYER, "<11>1 2026-11-21T04:38:46Z web-1 api 7 - -    a", "   a", context);
        let context = "stream=web-1/api service=api host=web-1";
        check_peeled(&LAYER, "1 2026-11-21T04:38:46Z web-1 api - - - a", "a", context);
    }

    #[test]
    fn heroku_leaves_structured_data_out() {
        let line = "83 <40>1 2012-11-30T06:45:29+00:00 host app web.3 - [ERROR] State changed";
        check_peeled(
            &LAYER,
            line,
            "[ERROR] State changed",
            "stream=host/app/web.3 service=app host=host level=Fatal",
        );
    }

    #[test]
    fn a_host_that_is_called_like_that_of_heroku_has_structured_data() {
        let context = "stream=host/app/7 service=app host=host level=Error";
        check_peeled(&LAYER, "<11>1 2026-11-21T04:38:46Z host app 7 - - a b", "a b", context);
    }

    #[test]
    fn markup_is_no_priority() {
        for line in ["<html>", "<1>x", "<999>1 2026-11-21T04:38:46Z a b c - - d", "1 2 3", "<11>1 x y"] {
            check_not_peeled(&LAYER, line);
        }
    }
}
