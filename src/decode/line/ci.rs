//! GitHub Actions and Azure Pipelines: a time with seven digits before each line, and in front of it the job and the
//! step, each with a tabulator, where `gh run view --log` printed it.
//!
//! .NET loggers write such times too; their lines go on with a level and stay as they are.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::{continues_head, iso};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "ci",
    title: "GitHub Actions and Azure Pipelines logs",
    example: "2026-11-21T04:38:46.1958621Z Traceback (most recent call last):",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let (job, line) = if iso(text).is_some() { (None, text) } else { job_and_line(text) };
    let stamp = iso(line).filter(|stamp| stamp.has_t && stamp.digits == 7 && stamp.time.ends_with('Z'))?;
    let line = if stamp.rest.is_empty() { "" } else { stamp.rest.strip_prefix(' ')? };
    if continues_head(line) {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    if let Some(job) = job {
        context::stream(context, job);
    }
    Some(Peeled::text(line))
}

/// `job<tab>step<tab>line`
fn job_and_line(text: &str) -> (Option<&str>, &str) {
    let mut columns = text.splitn(3, '\t');
    match (columns.next(), columns.next(), columns.next()) {
        (Some(job), Some(_), Some(line)) if !job.is_empty() => {
            (Some(job), line.trim_start_matches('\u{feff}'))
        }
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn job_and_step_come_off_with_the_time() {
        check_peeled(
            &LAYER,
            "build\tRun tests\t2026-11-21T04:38:46.1958621Z   at f",
            "  at f",
            "stream=build",
        );
        check_peeled(&LAYER, "build\tUNKNOWN STEP\t\u{feff}2026-11-21T04:38:46.1958621Z", "", "stream=build");
        check_peeled(&LAYER, "2026-11-21T04:38:46.1958621Z a\tb\tc", "a\tb\tc", "");
        check_not_peeled(&LAYER, "build\tRun tests\tfailed at 2026-11-21T04:38:46.1958621Z");
    }
}
