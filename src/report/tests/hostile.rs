//! One hostile report through every renderer: what it says is inert in each.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use serde_json::Value;

use super::{rendered, report};
use crate::report::{Look, RENDERERS, sink};

/// Each stands in fields of the report that come from a log: names, masks, messages, file names.
pub(super) const PAYLOADS: &[&str] = &[
    "\u{1b}]0;x\u{7}<script>alert(1)</script>\u{202e}\u{9b}31m$(reboot)\n=1+1",
    "\u{1b}[2J\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "<svg onload=alert(1)><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)\" x='",
    "]]><!--</testcase><failure/>&xxe;",
    "[click](javascript:alert(1)) ![i](https://evil.example/p.png)",
    "@channel @octocat #1 GH-2 https://evil.example www.evil.example x@evil.example",
    "a | b | c\n\n# heading\n- item\n```\nfence",
    "``` `code` ``` </details> ~~~",
    "<!channel> <@U012AB3CD> <https://evil.example|login> *bold* :tada:",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3\t＝1+1",
    "{{ 7*7 }} {% for x in y %} ${7*7} <%= 7 %> #{7}",
    "up\"} 1\nwhy4xx_calls{outcome=\"ok\"} 99\n# EOF\\",
    "$(touch x); `id`; ' && rm -rf / #",
    "\u{feff}\u{200b}\u{2066}txt.exe\u{2069}\u{e0041}\u{fff9}",
];

#[test]
fn hostile_text_comes_out_inert_in_every_renderer() {
    for renderer in RENDERERS {
        let text = rendered(renderer.name, Look::default());
        let harmful: Vec<char> =
            text.chars().filter(|letter| *letter != '\n' && sink::is_harmful(*letter)).collect();
        assert!(harmful.is_empty(), "{}: {harmful:?}", renderer.name);
        assert!(!text.contains("Restart $("), "{}", renderer.name);
        match renderer.name {
            "csv" => check_csv(&text),
            "html" => check_html(&text),
            "json" => drop(serde_json::from_str::<Value>(&text).unwrap()),
            "junit" => check_junit(&text),
            "markdown" => check_markdown(&text),
            "openmetrics" => check_openmetrics(&text),
            "sarif" => check_sarif(&text),
            "slack" => check_slack(&text),
            // Nothing but control characters means anything there.
            "table" => {}
            name => panic!("say here when output of `{name}` is inert"),
        }
    }
}

fn check_csv(text: &str) {
    let rows: Vec<csv::StringRecord> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    // The head, a row for each cause, and one for the cause that is gone.
    assert_eq!(rows.len(), report().causes.len() + 2);
    for cell in rows.iter().flatten() {
        let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        assert!(!is_formula, "{cell}");
    }
}

/// Only tags and attributes of ours, and links to nowhere but the page itself and the rules' documents.
fn check_html(text: &str) {
    let tag = regex::Regex::new(r#"^/?([a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)/?>"#).unwrap();
    let attribute = regex::Regex::new(r#" ([a-zA-Z-]+)(?:="([^"]*)")?"#).unwrap();
    let known: BTreeSet<&str> = "html head meta title style body a header div small h1 h2 h3 p main section ul ol li b \
        figure figcaption svg rect span details summary table caption thead tbody tr th td em code pre dl dt dd footer"
        .split_whitespace()
        .collect();
    let attributes: BTreeSet<&str> = "lang charset http-equiv content name class href id role aria-label \
        aria-labelledby aria-hidden tabindex scope open rel viewBox preserveAspectRatio x y width height"
        .split_whitespace()
        .collect();
    let (head, body) = text.split_once("</style>").unwrap();
    assert!(head.starts_with("<!DOCTYPE html>") && head.contains("default-src 'none'"));
    assert!(!body.contains("style>"));
    for piece in body.split('<').skip(1) {
        let found = tag.captures(piece).unwrap_or_else(|| panic!("{piece}"));
        assert!(known.contains(&found[1]), "{piece}");
        for found in attribute.captures_iter(&found[2]) {
            assert!(attributes.contains(&found[1]), "{piece}");
            let is_link = &found[1] == "href";
            assert!(!is_link || found[2].starts_with('#') || found[2].starts_with("https://"), "{piece}");
            assert!(!is_link || !found[2].contains("evil"), "{piece}");
        }
    }
}

fn check_junit(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    let known = ["testsuites", "testsuite", "testcase", "failure", "system-out"];
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                assert!(known.contains(&name.as_str()), "{name}");
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let known =
                        ["classname", "errors", "failures", "message", "name", "skipped", "tests", "type"];
                    assert!(known.contains(&attribute.key.as_ref()), "{attribute:?}");
                }
            }
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Comment(_)
            | quick_xml::events::Event::CData(_)
            | quick_xml::events::Event::PI(_)
            | quick_xml::events::Event::DocType(_) => panic!("markup from text: {text}"),
            _ => {}
        }
    }
}

/// What a reader of Markdown may find in a report: our own structure, and text that refers to nothing.
fn check_markdown(text: &str) {
    let report = report();
    let links: BTreeSet<&str> =
        report.causes.iter().flat_map(|cause| cause.links.iter().map(String::as_str)).collect();
    let mut verbatim = 0;
    for event in Parser::new_ext(text, dialects()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => verbatim += 1,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => verbatim -= 1,
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                assert!(link_type == LinkType::Autolink && links.contains(dest_url.as_ref()), "{dest_url}");
            }
            Event::Start(
                Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::HtmlBlock | Tag::BlockQuote(_),
            )
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Rule => panic!("{event:?} in {text}"),
            Event::Text(words) if verbatim == 0 && !links.contains(words.as_ref()) => {
                for sign in ["@", "#", "://", "www.", "<", "{{", "$"] {
                    assert!(!words.contains(sign), "{words}");
                }
            }
            _ => {}
        }
    }
    let bars = |line: &str| line.starts_with('|').then(|| line.matches('|').count());
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2) {
        if let (Some(above), Some(below)) = (bars(pair[0]), bars(pair[1])) {
            assert_eq!(above, below, "rows of different lengths: {pair:?}");
        }
    }
}

fn check_openmetrics(text: &str) {
    let sample = regex::Regex::new(
        r#"^why4xx_[a-z0-9_]+(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? [0-9.e-]+$"#,
    )
    .unwrap();
    let head = regex::Regex::new(r"^# (TYPE|UNIT|HELP) (why4xx_[a-z0-9_]+) \S.*$").unwrap();
    let (lines, mut series, mut families) =
        (text.strip_suffix("# EOF\n").unwrap(), BTreeSet::new(), BTreeSet::new());
    let mut family = String::new();
    for line in lines.lines() {
        if let Some(found) = head.captures(line) {
            if &found[1] == "TYPE" {
                assert!(families.insert(found[2].to_owned()), "a family twice: {line}");
                family = found[2].to_owned();
            }
            assert_eq!(&found[2], family, "a head out of its family");
        } else {
            assert!(sample.is_match(line), "{line}");
            let (name, _) = line.rsplit_once(' ').unwrap();
            assert_eq!(name.split('{').next(), Some(family.as_str()), "a sample out of its family");
            assert!(series.insert(name.to_owned()), "a series twice: {line}");
        }
    }
}

fn check_sarif(text: &str) {
    let log: Value = serde_json::from_str(text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules: BTreeSet<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|rule| rule["id"].as_str())
        .collect();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(rules.contains(result["ruleId"].as_str().unwrap()));
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.contains(['[', ']', '{', '}']), "{message}");
        for place in result["locations"].as_array().unwrap() {
            let place = &place["physicalLocation"];
            assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(!uri.contains([':', '<', '|', ' ', '\\']) && !uri.starts_with('/'), "{uri}");
        }
    }
}

/// The limits of Block Kit, and no text that is read for links and mentions.
fn check_slack(text: &str) {
    let message: Value = serde_json::from_str(text).unwrap();
    let blocks = message["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50 && blocks.len() >= 3);
    assert!(blocks[0]["text"]["text"].as_str().unwrap().chars().count() <= 150);
    check_slack_texts(&message);
}

fn check_slack_texts(value: &Value) {
    match value {
        Value::Object(fields) => {
            assert_ne!(fields.get("type").and_then(Value::as_str), Some("mrkdwn"));
            fields.values().for_each(check_slack_texts);
        }
        Value::Array(values) => values.iter().for_each(check_slack_texts),
        Value::String(text) => assert!(!text.contains(['<', '>']) && text.chars().count() <= 3000, "{text}"),
        _ => {}
    }
}

/// Everything that some dialect reads, but for the quotation marks that it makes round.
fn dialects() -> Options {
    Options::all().difference(Options::ENABLE_SMART_PUNCTUATION)
}
