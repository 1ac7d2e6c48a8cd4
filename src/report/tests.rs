mod hostile;
mod parts;

use serde_json::Value;

use super::{
    EVENTS_SCHEMA, Look, RENDERERS, Report, SCHEMA, Settings, renderer_of_file, sink, words, write_event,
};
use crate::aggregate::{Merge, Summary};
use crate::model::{
    Attempt, Call, Coverage, ExposedSecret, Finding, Headers, KeyDamage, KeyShape, Limit, Limits, Location,
    Masked, Outcome, Place, Problem, ProblemKind, ShownKey, SourceCoverage,
};
use crate::pipeline::{Options, analyze_text};
use crate::rules::RuleSet;

/// One of every kind: rate limits, a bad key, an empty account, an unknown failure, a success.
const LOG: &str = "\
2026-11-16T08:00:05.031Z httpx INFO HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 200 OK\"
2026-11-16T09:12:44.031Z openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: your-api*****here. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}
2026-11-16T10:00:01.031Z openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-abc on tokens per min (TPM): Limit 30000, Used 29000, Requested 2500. Please try again in 3s.', 'type': 'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}
2026-11-16T10:30:01.031Z openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}
2026-11-16T11:00:01.031Z openai.APIStatusError: Error code: 418 - {'error': {'message': 'I am a teapot', 'type': None, 'param': None, 'code': None}}
";

fn options() -> Options<'static> {
    Options::default()
}

fn calls() -> Vec<(Call, Option<Finding>)> {
    let mut calls = analyze_text(LOG, &options());
    assert!(calls.len() >= 3, "{calls:?}");
    let rich = calls.last().cloned().expect("a call");
    calls.push(everything(rich.0));
    calls
}

/// A call in which all that can be known is known, and all text is hostile.
fn everything(mut call: Call) -> (Call, Option<Finding>) {
    let hostile = hostile::PAYLOADS.join(" ");
    let hostile = hostile.as_str();
    let mut payloads = hostile::PAYLOADS.iter().cycle();
    let mut text = || payloads.next().map(|payload| std::sync::Arc::from(*payload));
    call.source = std::sync::Arc::from("javascript:logs/\u{1b}[31m`x`|<!channel>](y).log");
    call.attempt = Some(Attempt { number: 2, of: Some(3), chain: text().unwrap(), is_final: true });
    let seen = &mut call.seen;
    seen.outcome = Outcome::Failed;
    seen.is_quoted = false;
    seen.count = 3;
    seen.last_seen = seen.context.stamp.map(|stamp| stamp.at);
    seen.context.service = text();
    seen.context.environment = text();
    seen.context.release = text();
    seen.context.host_name = text();
    seen.context.trace_id = text();
    seen.error.code = text();
    seen.error.kind = text();
    seen.error.param = text();
    seen.error.message = Some(Masked::from_redacted(&hostile.repeat(500)));
    seen.excerpt = Masked::from_redacted(hostile);
    seen.model = text();
    seen.method = text();
    seen.endpoint = text();
    seen.host = text();
    seen.organization = text();
    seen.project = text();
    let limit = Some(Limit { limit: Some(500), remaining: Some(0), reset_ms: None });
    let limits = Limits { requests: limit, tokens: limit, images: limit, project_tokens: limit };
    seen.headers = Headers { request_id: text(), retry_after_ms: Some(1500), limits, ..Headers::default() };
    seen.key = Some(ShownKey {
        shown: text().as_deref().map(Masked::from_redacted),
        shape: KeyShape::Malformed,
        length: Some(51),
        damage: Some(KeyDamage::BearerTwice),
        provider: Some("anthropic"),
        fingerprint: Some(Masked::from_redacted("00ff")),
    });
    let finding = RuleSet::builtin().judge(&call);
    (call, Some(finding))
}

fn report() -> Report {
    let mut summary = Summary::default();
    for (call, finding) in &calls() {
        summary.add(call, finding.as_ref());
    }
    let (mut exposed, finding) = everything(calls().swap_remove(0).0);
    exposed.seen.outcome = Outcome::Info;
    exposed.seen.exposed = vec![ExposedSecret {
        family: "openai-project",
        shown: Masked::from_redacted("sk-proj-****\u{202e}abcd"),
        fingerprint: None,
        line: 3,
        source: None,
    }];
    let mut cause = finding.expect("a finding");
    summary.add(&exposed, Some(&cause));
    let info = RuleSet::builtin().rule("key-exposed").map(|rule| std::sync::Arc::clone(&rule.info));
    cause.cause = info.expect("a rule for exposed keys");
    summary.add(&exposed, Some(&cause));
    let source = SourceCoverage {
        name: "app.log".into(),
        bytes: 12_345,
        lines: 4,
        records: 4,
        decoded: 4,
        // Three hours without a line after the first.
        hours: [495_008, 495_012].into(),
        ..SourceCoverage::default()
    };
    let problem = |line| Problem {
        kind: ProblemKind::RecordCut,
        location: Location { source: "x\u{1b}[2J.log".into(), place: Place { line, offset: 0 } },
        text: "record cut at 1 MiB".into(),
        count: 1,
    };
    let coverage = Coverage { sources: vec![source], problems: vec![problem(7), problem(9), problem(0)] };
    let mut before = summary.clone();
    before.merge(summary_of(&log(&[(9, REGION)])));
    let baseline = super::Baseline { summary: before, from: None, to: None, earlier: [].into() };
    let settings = Settings { is_periodic: true, baseline: Some(baseline), ..Settings::default() };
    Report::new(&summary, RuleSet::builtin(), &coverage, &settings)
}

fn rendered(name: &str, look: Look) -> String {
    let mut bytes = Vec::new();
    (super::renderer(name).expect("a renderer").render)(&report(), look, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("{}/docs/schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn check_schema(validator: &jsonschema::Validator, json: &str) -> Value {
    let value: Value = serde_json::from_str(json).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{json}");
    value
}

fn events() -> Vec<String> {
    let mut bytes = Vec::new();
    for (call, finding) in &calls() {
        write_event(call, finding.as_ref(), &mut bytes).unwrap();
    }
    String::from_utf8(bytes).unwrap().lines().map(ToOwned::to_owned).collect()
}

#[test]
fn renderers_are_sorted_and_unique() {
    assert!(RENDERERS.is_sorted_by(|left, right| left.name < right.name));
    let mut endings: Vec<&str> = RENDERERS.iter().flat_map(|row| row.extensions).copied().collect();
    let count = endings.len();
    endings.sort_unstable();
    endings.dedup();
    assert_eq!(endings.len(), count, "two renderers claim an ending");
    for row in RENDERERS {
        assert!(!row.extensions.is_empty() && row.extensions.is_sorted(), "{}", row.name);
        assert_eq!(
            renderer_of_file(&format!("x.{}", row.extensions[0])).map(|found| found.name),
            Some(row.name)
        );
    }
}

#[test]
fn events_keep_their_schema() {
    let validator = schema("events");
    for line in events() {
        let value = check_schema(&validator, &line);
        assert_eq!(value["schema"], EVENTS_SCHEMA);
    }
}

#[test]
fn the_keys_of_an_event_stand_in_the_order_of_the_schema() {
    let path = format!("{}/docs/schema/events.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let wanted: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let value: Value = serde_json::from_str(events().last().unwrap()).unwrap();
    let got: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(got, wanted);
}

#[test]
fn the_json_report_keeps_its_schema() {
    let value = check_schema(&schema("report"), &rendered("json", Look::default()));
    assert_eq!(value["schema"], SCHEMA);
}

#[test]
fn the_json_report_of_nothing_keeps_its_schema() {
    let nothing = (Summary::default(), Coverage::default(), Settings::default());
    let report = Report::new(&nothing.0, RuleSet::builtin(), &nothing.1, &nothing.2);
    let mut bytes = Vec::new();
    super::json::render(&report, Look::default(), &mut bytes).unwrap();
    let value = check_schema(&schema("report"), &String::from_utf8(bytes).unwrap());
    assert_eq!(value["totals"]["success_rate"], Value::Null);
}

#[test]
fn hostile_text_comes_out_inert_in_events() {
    for line in events() {
        assert!(!line.chars().any(sink::is_harmful), "{line}");
    }
}

/// What is there to be copied, and so never wrapped.
fn commands(report: &Report) -> Vec<&str> {
    let checks = report.causes.iter().filter_map(|cause| cause.verify.as_deref());
    let actions = report.actions.iter().filter_map(|action| action.verify.as_deref());
    let settings = report.log_health.advice.iter().filter_map(|row| row.setting.as_deref());
    checks.chain(actions).chain(settings).collect()
}

#[test]
fn the_table_keeps_to_its_width_except_for_commands() {
    for width in [40, 60, 80, 120, 160] {
        let text = rendered("table", Look { width, is_coloured: false });
        let report = report();
        for line in text.lines() {
            let is_command = commands(&report)
                .iter()
                .any(|verify| verify.lines().any(|command| line.ends_with(sink::one_line(command).as_ref())));
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width || is_command, "{width}: {line}");
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = rendered("table", Look { width: 80, is_coloured: false });
    let coloured = rendered("table", Look { width: 80, is_coloured: true });
    assert!(coloured.contains("\u{1b}[1m"));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn parts_of_the_report_add_up() {
    let report = report();
    let failed = report.totals.failed;
    assert_eq!(report.causes.iter().map(|cause| cause.count).sum::<u64>(), failed);
    for cause in &report.causes {
        for names in [&cause.services, &cause.statuses, &cause.keys, &cause.models, &cause.clients] {
            let named: u64 = names.named.iter().map(|row| row.count).sum();
            assert_eq!(named + names.others + names.unnamed, cause.count, "{}", cause.cause);
        }
        assert_eq!(cause.tiers.values().sum::<u64>(), cause.count);
    }
}

#[test]
fn every_kind_of_problem_has_words() {
    for kind in words::PROBLEMS.iter().map(|row| row.0) {
        assert_eq!(words::PROBLEMS.iter().filter(|row| row.0 == kind).count(), 1);
    }
    let path = format!("{}/docs/schema/report.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let listed = &schema["properties"]["problems"]["items"]["properties"]["kind"]["enum"];
    let listed: Vec<&str> = listed.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(listed, words::PROBLEMS.iter().map(|row| row.1).collect::<Vec<_>>());
}

#[test]
fn the_keys_of_the_json_report_stand_in_the_order_of_the_schema() {
    let path = format!("{}/docs/schema/report.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let wanted: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let value: Value = serde_json::from_str(&rendered("json", Look::default())).unwrap();
    let got: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(got, wanted);
}

/// Lines of a log on successive days: `(day, status line and error)`.
fn log(rows: &[(u32, &str)]) -> String {
    let line = |(index, (day, error)): (usize, &(u32, &str))| {
        format!("2026-11-{day:02}T08:{:02}:05.031Z ERROR app {error}\n", index % 60)
    };
    rows.iter().enumerate().map(line).collect()
}

const OK: &str = "HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 200 OK\"";
const QUOTA: &str = "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}";
const REGION: &str = "openai.PermissionDeniedError: Error code: 403 - {'error': {'message': 'Country, region, or territory not supported', 'type': 'request_forbidden', 'param': None, 'code': 'unsupported_country_region_territory'}}";
const TPM: &str = "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-abc on tokens per min (TPM): Limit 30000, Used 29000, Requested 2500. Please try again in 3s.', 'type': 'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}";

fn summary_of(log: &str) -> Summary {
    let mut summary = Summary::default();
    for (call, finding) in analyze_text(log, &options()) {
        summary.add(&call, finding.as_ref());
    }
    summary
}

fn report_of(log: &str, settings: &Settings) -> Report {
    Report::new(&summary_of(log), RuleSet::builtin(), &Coverage::default(), settings)
}

#[test]
fn the_formula_of_the_grade_adds_up() {
    let rows: Vec<(u32, &str)> = (0..20).map(|index| (16, if index < 14 { OK } else { QUOTA })).collect();
    let grade = report_of(&log(&rows), &Settings::default()).verdict.grade.expect("calls");
    let points: u32 = grade.deductions.iter().map(|row| row.points).sum();
    assert_eq!(grade.score, 100 - points);
    assert!(grade.formula.starts_with("100 - 40 (30.0% of calls failed"), "{}", grade.formula);
    assert!(grade.formula.ends_with(&format!(" = {}", grade.score)), "{}", grade.formula);
    assert_eq!(grade.letter, "F");
    let healthy = report_of(&log(&[(16, OK)]), &Settings::default()).verdict.grade.expect("calls");
    assert_eq!((healthy.letter, healthy.score, healthy.formula.as_str()), ("A", 100, "100 = 100"));
    assert!(report_of("", &Settings::default()).verdict.grade.is_none());
}

#[test]
fn days_without_a_call_stand_in_the_trend() {
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    let settings = Settings { zone, zone_name: "Asia/Tokyo".to_owned(), ..Settings::default() };
    let report = report_of(&log(&[(16, OK), (16, QUOTA), (19, TPM)]).replace("T08", "T20"), &settings);
    let days: Vec<_> = report
        .trend
        .days
        .iter()
        .map(|day| (day.date.as_str(), day.ok, day.failed, day.causes.len()))
        .collect();
    let wanted =
        [("2026-11-17", 1, 1, 1), ("2026-11-18", 0, 0, 0), ("2026-11-19", 0, 0, 0), ("2026-11-20", 0, 1, 1)];
    assert_eq!(days, wanted);
}

#[test]
fn a_baseline_tells_what_is_new_gone_regressed_and_lasting() {
    use super::ChangeState::{Gone, Lasting, New, Regressed};
    let before = super::Baseline {
        summary: summary_of(&log(&[
            (9, QUOTA),
            (9, QUOTA),
            (9, OK),
            (
                10,
                "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: your-api*****here. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}",
            ),
        ])),
        from: None,
        to: None,
        earlier: [std::sync::Arc::from("rate-limit-tokens")].into(),
    };
    let settings = Settings { baseline: Some(before), ..Settings::default() };
    let teapot = "openai.APIStatusError: Error code: 418 - {'error': {'message': 'I am a teapot', 'type': None, 'param': None, 'code': None}}";
    let changes = report_of(&log(&[(16, QUOTA), (16, TPM), (16, teapot), (16, OK)]), &settings)
        .changes
        .expect("a baseline");
    let states: std::collections::BTreeMap<&str, _> =
        changes.causes.iter().map(|row| (row.cause.as_str(), (row.state, row.before, row.now))).collect();
    assert_eq!(states.get("quota-exhausted"), Some(&(Lasting, 2, 1)));
    assert_eq!(states.get("rate-limit-tokens"), Some(&(Regressed, 0, 1)));
    assert_eq!(states.get("key-placeholder"), Some(&(Gone, 1, 0)));
    assert_eq!(states.get("unclassified"), Some(&(New, 0, 1)));
    assert_eq!((changes.before.calls, changes.now.calls), (4, 4));
}

#[test]
fn actions_stand_in_the_order_of_their_effect() {
    let rows: Vec<(u32, &str)> = [(16, TPM); 2].into_iter().chain([(16, QUOTA); 6]).collect();
    let report = report_of(&log(&rows), &Settings::default());
    let saves: Vec<_> =
        report.actions.iter().map(|one| (one.cause.as_str(), one.saves, one.is_open)).collect();
    assert_eq!(saves, [("quota-exhausted", 6, true), ("rate-limit-tokens", 2, true)]);
    assert!(report.actions.iter().all(|one| !one.step.is_empty()));
    assert_eq!((report.billing.soft, report.billing.hard, report.billing.other), (6, 0, 0));
}

#[test]
fn a_library_that_shows_no_request_id_gets_the_setting_that_would() {
    let health = report_of(&log(&[(16, QUOTA), (16, QUOTA)]), &Settings::default()).log_health;
    let advice = health.advice.first().expect("advice");
    assert_eq!(
        (advice.client.as_deref(), advice.without_request_id, advice.answered),
        (Some("openai-python"), 2, 2)
    );
    assert!(advice.setting.as_deref().is_some_and(|setting| setting.contains("request_id")));
}

#[test]
fn hours_without_a_line_are_told() {
    let source = SourceCoverage {
        hours: (490_000..490_010).chain(490_013..490_020).collect(),
        ..SourceCoverage::default()
    };
    let coverage = Coverage { sources: vec![source], problems: vec![] };
    let at = |hour: i64| jiff::Timestamp::from_second(hour * 3600).ok();
    let settings = Settings { since: at(489_998), until: at(490_020), ..Settings::default() };
    let report = Report::new(&Summary::default(), RuleSet::builtin(), &coverage, &settings);
    let blind: Vec<_> =
        report.coverage.blind.iter().map(|window| (window.from, window.to, window.hours)).collect();
    assert_eq!(blind, [(at(489_998), at(490_000), 2), (at(490_010), at(490_013), 3)]);
}
