//! TEMPORARY STUB, replaced at the merge by the real pipeline.
#![allow(missing_docs)]

use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{
    ApiError, Call, Client, Context, Coverage, ExposedSecret, Finding, Headers, KeyShape, Limit, Masked,
    Observation, Outcome, Place, Provider, Role, ShownKey, SourceCoverage, Stamp, StampOrigin,
};
use crate::rules::RuleSet;
use crate::source::Input;

#[derive(Debug, Clone)]
pub struct Options<'a> {
    pub zone: TimeZone,
    pub year: Option<i16>,
    pub threads: Option<usize>,
    pub rules: &'a RuleSet,
}

pub fn run(inputs: &[Input], options: &Options<'_>, sink: &mut dyn FnMut(Call, Option<Finding>)) -> Coverage {
    let mut coverage = Coverage::default();
    for input in inputs {
        let mut bytes = Vec::new();
        let read = if input.path.as_os_str() == "-" {
            std::io::stdin().read_to_end(&mut bytes)
        } else {
            std::fs::File::open(&input.path).and_then(|mut file| file.read_to_end(&mut bytes))
        };
        if read.is_err() {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        let name: Arc<str> = Arc::from(input.path.display().to_string());
        for (call, finding) in read_text(&text, &name, options) {
            sink(call, finding);
        }
        let lines = text.lines().count() as u64;
        coverage.sources.push(SourceCoverage {
            name,
            bytes: text.len() as u64,
            lines,
            records: lines,
            decoded: lines,
            skipped: 0,
            assumed_times: 0,
        });
    }
    coverage
}

#[must_use]
pub fn analyze_text(text: &str, options: &Options<'_>) -> Vec<(Call, Option<Finding>)> {
    read_text(text, &Arc::from("-"), options)
}

fn after<'a>(line: &'a str, mark: &str, end: &[char]) -> Option<&'a str> {
    let rest = line.split_once(mark)?.1;
    rest.split(end).next().filter(|text| !text.is_empty())
}

fn read_text(text: &str, source: &Arc<str>, options: &Options<'_>) -> Vec<(Call, Option<Finding>)> {
    let mut calls = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let failed = line.contains("Error code: ") || line.contains("Connection error");
        let exposed = line.contains("sk-proj-");
        if !failed && !line.contains("200 OK") && !exposed {
            continue;
        }
        let call = observe(line, index as u64 + 1, source, failed, exposed);
        let finding = (call.seen.outcome != Outcome::Ok).then(|| options.rules.judge(&call));
        calls.push((call, finding));
    }
    calls
}

fn observe(line: &str, number: u64, source: &Arc<str>, failed: bool, exposed: bool) -> Call {
    let own = |text: &str| -> Arc<str> { Arc::from(text) };
    let place = Place { line: number, offset: 0 };
    let at = line.split_whitespace().next().and_then(|word| word.parse::<Timestamp>().ok());
    let code = after(line, "'code': '", &['\'']).map(own);
    let key = after(line, "provided: ", &[' ']).map(|shown| ShownKey {
        shown: Some(Masked::from_redacted(shown.trim_end_matches('.'))),
        shape: if shown.starts_with("sk-") { KeyShape::OpenaiProject } else { KeyShape::Placeholder },
        length: Some(shown.chars().count() as u32),
        damage: None,
        provider: None,
        fingerprint: None,
    });
    let mut headers =
        Headers { request_id: after(line, "request_id=", &[' ']).map(own), ..Headers::default() };
    headers.limits.requests =
        line.contains("429").then_some(Limit { limit: Some(500), remaining: Some(0), reset_ms: Some(120) });
    let excerpt = match line.find("openai.") {
        Some(start) => line.get(start..).unwrap_or(line),
        None => line,
    };
    Call {
        source: Arc::clone(source),
        lines: vec![number],
        attempt: None,
        seen: Observation {
            place,
            last_line: number,
            context: Context {
                stamp: at.map(|at| Stamp { at, origin: StampOrigin::Own }),
                service: after(line, "service=", &[' ']).map(own),
                environment: after(line, "env=", &[' ']).map(own),
                ..Context::default()
            },
            role: Role::Raise,
            outcome: match (failed, exposed, line.contains("quoted")) {
                (_, true, _) | (true, _, true) => Outcome::Info,
                (true, _, _) => Outcome::Failed,
                _ => Outcome::Ok,
            },
            is_quoted: line.contains("quoted"),
            error: ApiError {
                status: after(line, "Error code: ", &[' ']).and_then(|status| status.parse().ok()),
                code,
                kind: after(line, "'type': '", &['\'']).map(own),
                param: None,
                message: after(line, "'message': '", &['\'']).map(Masked::from_redacted),
            },
            body: None,
            page: None,
            transport: None,
            headers,
            provider: Provider::Openai,
            gateway: None,
            method: Some(own("POST")),
            host: Some(own("api.openai.com")),
            endpoint: Some(own("/v1/chat/completions")),
            scheme: Some("https"),
            model: after(line, "model=", &[' ']).map(own),
            organization: None,
            project: None,
            has_context_headers: None,
            key,
            client: Some(Client { name: own("openai-python"), version: Some(own("1.99.9")) }),
            exception: after(line, "openai.", &[':']).map(own),
            retry_in_ms: None,
            attempt: None,
            exposed: if exposed {
                vec![ExposedSecret {
                    family: "openai-project",
                    shown: Masked::from_redacted("sk-proj-************abcd"),
                    fingerprint: Some(Masked::from_redacted("9f8e7d6c5b4a3921")),
                    line: number,
                }]
            } else {
                vec![]
            },
            excerpt: Masked::from_redacted(excerpt),
            is_scrubbed: false,
            count: 1,
            last_seen: None,
            identity: None,
        },
    }
}
