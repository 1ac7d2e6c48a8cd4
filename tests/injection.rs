//! Text that strangers wrote cannot make a failure: every example of every cause, quoted where an application logs
//! what users, models, documents and tools say, gives nothing `failed`.
//!
//! The carriers are the rows of [`CARRIERS`]; the texts are the rules' own examples, so that a new rule joins by itself.
//! What cannot be told apart is a raw line end: text that is written to a log as lines of its own, without quotation
//! marks, escapes or an indent, *is* a log line. `a_raw_line_end_is_a_log_line` states it.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod trust;

use rayon::prelude::*;
use serde_json::Value;
use why4xx::model::{Outcome, Tier};
use why4xx::pipeline::{Options, analyze_text};
use why4xx::rules::RuleSet;

const TIME: &str = "2026-11-16 09:00:00,000";

/// Who wrote a text, and the record in which an application logs it. `{J}`: in a JSON string; `{K}`: in JSON in a JSON
/// string; `{P}`: Python's repr with its quotes; `{S}`: as JavaScript shows it with its quotes; `{F}`: in a value of logfmt;
/// `{T}`: the time.
const CARRIERS: &[(&str, &str)] = &[
    (
        "user, JSON messages",
        r#"{"time":"2026-11-16T09:00:00Z","level":"info","msg":"chat request","model":"gpt-4o","messages":[{"role":"user","content":"{J}"}]}"#,
    ),
    (
        "user, JSON prompt",
        r#"{"time":"2026-11-16T09:00:00Z","level":"info","msg":"completion requested","prompt":"{J}"}"#,
    ),
    (
        "user, JSON input of the responses API",
        r#"{"time":"2026-11-16T09:00:00Z","level":"debug","msg":"request","body":{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_text","text":"{J}"}]}]}}"#,
    ),
    (
        "user, JSON body as text",
        r#"{"time":"2026-11-16T09:00:00Z","level":"debug","msg":"POST /v1/chat/completions","request_body":"{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"{K}\"}]}"}"#,
    ),
    (
        "model, JSON completion",
        r#"{"time":"2026-11-16T09:00:00Z","level":"info","msg":"completion","response":{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{J}"},"finish_reason":"stop"}]}}"#,
    ),
    (
        "model, JSON output text",
        r#"{"time":"2026-11-16T09:00:00Z","level":"info","msg":"response","output_text":"{J}"}"#,
    ),
    (
        "document, JSON",
        r#"{"time":"2026-11-16T09:00:00Z","level":"debug","msg":"retrieved","documents":[{"page_content":"{J}","metadata":{"source":"kb/errors.md"}}]}"#,
    ),
    (
        "tool, JSON",
        r#"{"time":"2026-11-16T09:00:00Z","level":"debug","msg":"next turn","messages":[{"role":"tool","tool_call_id":"call_1","content":"{J}"}]}"#,
    ),
    (
        "tool, JSON arguments",
        r#"{"time":"2026-11-16T09:00:00Z","level":"debug","msg":"tool call","tool_calls":[{"id":"call_1","type":"function","function":{"name":"search","arguments":"{\"query\":\"{K}\"}"}}]}"#,
    ),
    (
        "user, Python request options",
        "{T} DEBUG openai._base_client Request options: {'method': 'post', 'url': '/chat/completions', 'files': None, 'json_data': {'messages': [{'role': 'user', 'content': {P}}], 'model': 'gpt-4o'}}",
    ),
    (
        "model, Python object",
        "{T} INFO app.chat answer: ChatCompletionMessage(content={P}, refusal=None, role='assistant')",
    ),
    (
        "document, Python",
        "{T} DEBUG app.rag context: [Document(metadata={'source': 'kb/errors.md'}, page_content={P})]",
    ),
    (
        "tool, Python",
        "{T} DEBUG app.agent history: [{'role': 'tool', 'tool_call_id': 'call_1', 'content': {P}}]",
    ),
    (
        "user, JavaScript",
        "{T} DEBUG app.chat request { model: 'gpt-4o', messages: [ { role: 'user', content: {S} } ] }",
    ),
    ("model, JavaScript", "{T} DEBUG app.chat reply { role: 'assistant', content: {S}, refusal: null }"),
    ("user, logfmt", "time=2026-11-16T09:00:00Z level=info msg=\"chat request\" model=gpt-4o prompt=\"{F}\""),
    ("model, logfmt", "time=2026-11-16T09:00:00Z level=info msg=\"completion\" completion=\"{F}\""),
    (
        "file name, JSON",
        r#"{"time":"2026-11-16T09:00:00Z","level":"error","msg":"upload rejected","filename":"{J}","size":12}"#,
    ),
    ("file name, plain", "{T} ERROR app.upload rejected filename={P} size=12"),
    ("file name, Python", "{T} ERROR app.upload rejected {'file_name': {P}, 'size': 12}"),
    (
        "file name, JavaScript",
        "{T} ERROR app.upload rejected { fieldname: 'doc', originalname: {S}, size: 12 }",
    ),
    (
        "file name, logfmt",
        "time=2026-11-16T09:00:00Z level=error msg=\"upload rejected\" file=\"{F}\" size=12",
    ),
    (
        "file name, multipart",
        "{T} DEBUG app.upload part: Content-Disposition: form-data; name=\"doc\"; filename=\"{F}\"",
    ),
    ("key, Python", "{T} WARNING app.web unknown fields {'a': 1, {P}: '1'}"),
    ("key, JavaScript", "{T} WARNING app.web unknown fields { {S}: '1' }"),
    (
        "key, JSON as text",
        r#"{"time":"2026-11-16T09:00:00Z","level":"warn","msg":"unknown fields","body":"{\"{K}\":\"1\"}"}"#,
    ),
    ("user, plain", "{T} INFO app.chat user message: {P}"),
    ("user, plain prompt", "{T} INFO app.chat prompt={P}"),
    ("model, plain", "{T} INFO app.chat completion: {P}"),
];

/// The examples that give a failure, with their causes.
fn examples() -> Vec<(String, String)> {
    let rules = RuleSet::builtin().rules().iter();
    let texts = rules.flat_map(|rule| {
        let shown = rule.examples().iter().filter(|example| example.is_expected);
        shown.map(|example| (rule.id().to_string(), example.input.trim_matches('\n').to_owned()))
    });
    texts.filter(|(_, text)| !failures(text).is_empty()).collect()
}

/// Causes of what counts as failed, and of what is listed above `possible`.
fn failures(text: &str) -> Vec<String> {
    let calls = analyze_text(text, &Options::default());
    let wrong = calls.iter().filter(|(call, finding)| {
        let is_sure = finding.as_ref().is_some_and(|finding| finding.tier < Tier::Possible);
        call.seen.outcome == Outcome::Failed || call.seen.outcome == Outcome::Info && is_sure
    });
    wrong
        .map(|(_, finding)| finding.as_ref().map_or("none", |finding| &*finding.cause.id).to_owned())
        .collect()
}

fn json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap().to_owned()
}

/// As CPython writes a string.
fn python(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let inner = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
    let inner = inner.replace('\u{1b}', "\\x1b");
    let inner = if mark == '\'' { inner.replace('\'', "\\'") } else { inner };
    format!("{mark}{inner}{mark}")
}

/// As Node shows a string inside an object.
fn javascript(text: &str) -> String {
    let mark = ['\'', '"', '`'].into_iter().find(|mark| !text.contains(*mark)).unwrap_or('\'');
    let inner = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
    let inner = if text.contains(mark) { inner.replace(mark, &format!("\\{mark}")) } else { inner };
    format!("{mark}{}{mark}", inner.replace('\u{1b}', "\\x1B"))
}

/// The record in which the text is quoted.
fn carried(carrier: &str, text: &str) -> String {
    carrier
        .replace("{T}", TIME)
        .replace("{K}", &json(&json(text)))
        .replace("{J}", &json(text))
        .replace("{P}", &python(text))
        .replace("{S}", &javascript(text))
        .replace("{F}", &json(text))
}

/// Checks every text in every carrier and shows what counted as failed.
fn check(texts: &[(String, String)], carriers: &[(&str, &str)]) {
    let wrong: Vec<String> = texts
        .par_iter()
        .flat_map_iter(|(cause, text)| carriers.iter().map(move |carrier| (cause, text, carrier)))
        .filter_map(|(cause, text, (name, carrier))| {
            let record = carried(carrier, text);
            let found = failures(&record);
            (!found.is_empty()).then(|| format!("{name}: {cause} gives {found:?}:\n{record}"))
        })
        .collect();
    let checked = texts.len() * carriers.len();
    println!("{checked} quotations of {} texts", texts.len());
    assert!(wrong.is_empty(), "{} of {checked} failed:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn nothing_that_is_quoted_failed() {
    check(&examples(), CARRIERS);
}

/// Records that a stranger's text pretends to be: behind a line end, with time, level and logger.
#[test]
fn nor_forged_records() {
    let forged: Vec<(String, String)> = examples()
        .into_iter()
        .flat_map(|(cause, text)| {
            let line = format!("hello\n2026-11-16 09:00:01,000 ERROR app.llm {text}");
            let json = format!(
                "hello\n{{\"time\":\"2026-11-16T09:00:01Z\",\"level\":\"error\",\"msg\":\"{}\"}}\nbye",
                json(&text)
            );
            let closed = format!("hello\"}}]}}\n{text}\n{{\"x\":[{{\"content\":\"");
            [(cause.clone(), line), (cause.clone(), json), (cause, closed)]
        })
        .collect();
    check(&forged, CARRIERS);
}

/// A key of an object that a stranger sent is no message.
#[test]
fn nor_keys_of_objects() {
    let one_line: Vec<(String, String)> =
        examples().into_iter().filter(|(_, text)| !text.contains('\n') && text.len() < 250).collect();
    let carrier =
        r#"{"time":"2026-11-16T09:00:00Z","level":"info","msg":"form received","form":{"{J}":"1"}}"#;
    check(&one_line, &[("JSON key", carrier)]);
}

/// What cannot be told apart, stated so that nobody believes otherwise.
#[test]
fn a_raw_line_end_is_a_log_line() {
    let forged = format!(
        "{TIME} INFO app.chat user says: hello\n{TIME} ERROR app.llm openai.RateLimitError: Error code: 429 - {{'error': {{'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}}}"
    );
    assert_eq!(failures(&forged), ["quota-exhausted"]);
}
