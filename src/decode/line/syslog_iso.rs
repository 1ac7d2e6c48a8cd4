//! Syslog files and journald with ISO times: `2026-11-21T04:38:46+0000 host app[pid]: message`, also
//! journald's `short-full` with the day of the week in front.
//!
//! A process number, or the name of a part of the system, must be there: without one the line looks
//! like the line of a logger.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::{Tagged, iso, tagged, unescaped};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "syslog-iso",
    title: "Syslog file or journalctl with ISO times",
    example: "2026-11-21T04:38:46+0000 app-1 assistant[1417]: INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

const SYSTEM: &[&str] =
    &["kernel", "systemd", "sudo", "su", "sshd", "cron", "CRON", "dockerd", "containerd", "rsyslogd"];
const DAYS: &[&str] = &["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let (stamp, rest) = match DAYS.iter().find_map(|day| text.strip_prefix(day)) {
        Some(full) => full_time(full)?,
        None => iso(text).filter(|stamp| stamp.has_t).map(|stamp| (stamp.time, stamp.rest))?,
    };
    let Tagged { host, app, process, message } = tagged(rest.strip_prefix(' ')?)?;
    if process.is_none() && !SYSTEM.contains(&app) {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp, settings));
    context::name(&mut context.host_name, Some(host));
    context::name(&mut context.service, Some(app));
    for part in [host, app, process.unwrap_or_default()] {
        context::stream(context, part);
    }
    Some(Peeled::text(unescaped(message)))
}

/// `2026-11-21 04:38:46 UTC`; the name of a zone is dropped, which leaves the zone of the run.
fn full_time(text: &str) -> Option<(&str, &str)> {
    let stamp = iso(text)?;
    let zone = stamp.rest.strip_prefix(' ')?;
    let name = zone.split(' ').next().unwrap_or_default();
    let is_zone = (3..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let rest = if is_zone { zone.get(name.len()..)? } else { stamp.rest };
    Some((stamp.time, rest))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn journald_forms() {
        let context = "stream=web-1/api/7 service=api host=web-1";
        check_peeled(&LAYER, "2026-11-21T04:38:46+0000 web-1 api[7]: a", "a", context);
        check_peeled(&LAYER, "Sat 2026-11-21 04:38:46 UTC web-1 api[7]: a", "a", context);
    }

    #[test]
    fn lines_of_loggers_stay() {
        for line in [
            "2026-11-21T04:48:03.925544Z ERROR rs: msg",
            "2026-11-21T04:48:03.925544Z main worker: msg",
            "2026-11-21T10:15:00.067Z ERROR 39599 --- [app] [main] o.e.Class : msg",
            "2026-11-21 04:38:46 web-1 api[7]: a",
        ] {
            check_not_peeled(&LAYER, line);
        }
    }
}
