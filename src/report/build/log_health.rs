//! What the log leaves out, and which setting of which client library would show it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::aggregate::{Lacks, Merge, Summary};
use crate::report::view::{LogHealth, LoggingAdvice};
use crate::report::words::percent;

/// What to copy, by client library. The names of fields are those of the library's error class.
const SETTINGS: &[(&str, &str)] = &[
    (
        "openai-dotnet",
        r#"catch (ClientResultException e) { e.GetRawResponse()?.Headers.TryGetValue("x-request-id", out var id); logger.LogError(e, "OpenAI call failed, request {Id}", id); }"#,
    ),
    (
        "openai-go",
        r#"var e *openai.Error; if errors.As(err, &e) { slog.Error("OpenAI call failed", "status", e.StatusCode, "code", e.Code, "request_id", e.Response.Header.Get("x-request-id")) }"#,
    ),
    (
        "openai-java",
        r#"catch (OpenAIServiceException e) { log.error("OpenAI call failed, request {}", e.headers().values("x-request-id"), e); }"#,
    ),
    (
        "openai-node",
        r#"if (e instanceof OpenAI.APIError) logger.error({ status: e.status, code: e.code, requestID: e.requestID }, e.message)"#,
    ),
    (
        "openai-python",
        r#"except openai.APIStatusError as e: logger.exception("OpenAI call failed, code %s, request %s", e.code, e.request_id)"#,
    ),
];

/// What the log leaves out.
pub(super) fn log_health(summary: &Summary) -> LogHealth {
    let totals = &summary.totals;
    LogHealth {
        failed: totals.calls.failed,
        answered: totals.calls.failed.saturating_sub(totals.without_status),
        without_time: totals.without_time,
        without_status: totals.without_status,
        without_request_id: totals.without_request_id,
        without_code: totals.without_code,
        scrubbed: totals.scrubbed,
        assumed_zone: totals.assumed_zone,
        advice: advice(summary),
    }
}

/// One row a library whose failures leave something out; what names no library is the last.
fn advice(summary: &Summary) -> Vec<LoggingAdvice> {
    let mut libraries: BTreeMap<&str, (u64, Lacks)> = BTreeMap::new();
    for (name, client) in summary.clients.iter() {
        let library = name.split_once(' ').map_or(&**name, |(library, _)| library);
        let row = libraries.entry(library).or_default();
        row.0 += client.calls.failed;
        row.1.merge(client.lacks);
    }
    let mut rows: Vec<LoggingAdvice> =
        libraries.iter().filter_map(|(name, (failed, lacks))| row(Some(name), *failed, *lacks)).collect();
    rows.sort_by_key(|row| (Reverse(row.without_request_id.max(row.without_time)), row.client.clone()));
    let (failed, lacks) = unnamed(summary, libraries.values());
    rows.extend(row(None, failed, lacks));
    rows
}

/// What is left when all libraries are taken away from the totals.
fn unnamed<'a>(summary: &Summary, named: impl Iterator<Item = &'a (u64, Lacks)>) -> (u64, Lacks) {
    let totals = &summary.totals;
    let (mut failed, mut known) = (0, Lacks::default());
    for (calls, lacks) in named {
        failed += calls;
        known.merge(*lacks);
    }
    let answered = totals.calls.failed.saturating_sub(totals.without_status);
    let rest = Lacks {
        answered: answered.saturating_sub(known.answered),
        request_id: totals.without_request_id.saturating_sub(known.request_id),
        code: totals.without_code.saturating_sub(known.code),
        time: totals.without_time.saturating_sub(known.time),
    };
    (totals.calls.failed.saturating_sub(failed), rest)
}

fn row(client: Option<&str>, failed: u64, lacks: Lacks) -> Option<LoggingAdvice> {
    let mut wanted = Vec::new();
    if lacks.request_id > 0 {
        let share = percent(lacks.request_id, lacks.answered);
        wanted.push(format!("the request id (missing in {share} of failed answers)"));
    }
    if lacks.code > 0 {
        wanted.push(format!("the error code (missing in {})", percent(lacks.code, lacks.answered)));
    }
    if lacks.time > 0 {
        wanted.push(format!("a time with its zone (missing in {} of failures)", percent(lacks.time, failed)));
    }
    if wanted.is_empty() {
        return None;
    }
    let setting = SETTINGS.iter().find(|(name, _)| Some(*name) == client).map(|(_, setting)| *setting);
    Some(LoggingAdvice {
        client: client.map(ToOwned::to_owned),
        failed,
        answered: lacks.answered,
        without_request_id: lacks.request_id,
        without_code: lacks.code,
        without_time: lacks.time,
        text: format!("Log {} of each failed call.", wanted.join(" and ")),
        setting: setting.map(ToOwned::to_owned),
    })
}
