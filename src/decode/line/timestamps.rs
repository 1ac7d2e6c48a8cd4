//! A time before each line, as `docker logs -t`, `docker compose logs -t`, `kubectl logs --timestamps`
//! and exports of CloudWatch to S3 write it.
//!
//! A logger's own time looks the same. It is a wrapper when it shows nanoseconds, or when the line goes
//! on with the head of another record.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::{continues_head, iso, starts_record};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "timestamps",
    title: "Times before each line (docker logs -t, kubectl logs --timestamps)",
    example: "2026-11-21T04:38:46.195862123Z Traceback (most recent call last):",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp = iso(text).filter(|stamp| stamp.has_t && stamp.has_zone)?;
    let line = if stamp.rest.is_empty() { "" } else { stamp.rest.strip_prefix(' ')? };
    // Go leaves zeros at the end of a fraction out: one time in ten shows eight digits.
    let is_wrapper = starts_record(line) || (stamp.digits >= 8 && !continues_head(line));
    if !is_wrapper {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    Some(Peeled::text(line))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn wrappers_show_nanoseconds_or_another_head() {
        check_peeled(&LAYER, "2026-11-21T04:38:46.195862123Z   File \"x\"", "  File \"x\"", "");
        check_peeled(&LAYER, "2026-11-21T04:38:46.195862123Z", "", "");
        check_peeled(
            &LAYER,
            "2026-11-21T04:38:46.189Z 2026-11-21 04:38:46,180 x",
            "2026-11-21 04:38:46,180 x",
            "",
        );
        check_peeled(&LAYER, "2026-11-21T04:38:46.189Z {\"a\":1}", "{\"a\":1}", "");
        check_peeled(&LAYER, "2026-11-21T04:38:46.189Z ERROR:root:failed", "ERROR:root:failed", "");
    }

    #[test]
    fn own_times_of_loggers_stay() {
        for line in [
            "2026-11-21T04:38:46.189Z openai call failed",
            "2026-11-21T04:48:03.925544Z  INFO rs: msg",
            "2026-11-21T04:48:03.925544123+00:00 ERROR rs: msg",
            "2026-11-21T04:38:46Z [ERROR] x",
            "2026-11-21T04:38:46.189Z Error: 429 Rate limit reached",
            "2026-11-21T04:38:46.195862123 naive",
        ] {
            check_not_peeled(&LAYER, line);
        }
    }
}
