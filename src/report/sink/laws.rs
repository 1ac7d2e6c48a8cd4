//! What each sink promises, for every code point, every pair of bytes and generated text.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{csv, html, is_harmful, lines, markdown, one_line, openmetrics, slack, uri, xml};

/// Every code point, alone and between letters, many in one text. Of the ten planes in which nothing was ever
/// assigned the first stands for all.
fn code_points() -> impl Iterator<Item = String> {
    let all: Vec<char> = (0..0x5_0000).chain(0xe_0000..=0x10_ffff).filter_map(char::from_u32).collect();
    let text =
        |letters: &[char]| letters.iter().flat_map(|letter| [*letter, ' ', 'a', *letter, 'b', ' ']).collect();
    all.chunks(211).map(text).collect::<Vec<String>>().into_iter()
}

/// Every pair of bytes, as a reader of logs would have decoded it.
fn byte_pairs() -> impl Iterator<Item = String> {
    (0..=u8::MAX).flat_map(|first| {
        let row: Vec<u8> = (0..=u8::MAX).flat_map(|second| [first, second, b' ']).collect();
        [String::from_utf8_lossy(&row).into_owned(), String::from_utf8_lossy(&[first]).into_owned()]
    })
}

fn check_all(check: impl Fn(&str)) {
    code_points().chain(byte_pairs()).for_each(|text| check(&text));
}

/// Letters that media obey, between others.
fn nasty() -> impl Strategy<Value = String> {
    let signs = "[-@#<>!|`*_~\\[\\](){}=+$%^&:;/\\\\\"'., \n\t0-9a-fwhtps]{0,40}";
    prop_oneof![signs.prop_map(String::from), any::<String>()]
}

fn check_one_line(text: &str) {
    assert!(!one_line(text).chars().any(is_harmful));
    assert_eq!(one_line(&one_line(text)), one_line(text));
    assert!(!lines(text).iter().any(|line| line.chars().any(is_harmful)));
}

fn check_csv(text: &str) {
    let cell = csv::cell(text);
    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{cell}");
    assert!(cell.ends_with(one_line(text).as_ref()));
}

fn check_html(text: &str) {
    let prose = html::prose(text).replace("<code>", "").replace("</code>", "");
    for safe in [html::text(text), html::escaped(text), prose] {
        assert!(!safe.contains(['<', '>', '"', '\'', '`']), "{safe}");
        let entities = safe.split('&').skip(1);
        for entity in entities {
            assert!(
                ["amp;", "lt;", "gt;", "quot;", "#39;", "#96;"].iter().any(|known| entity.starts_with(known))
            );
        }
    }
}

fn check_xml(text: &str) {
    let is_allowed = |letter: char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    assert!(xml::text(text).chars().all(is_allowed));
}

fn check_openmetrics(text: &str) {
    let label = openmetrics::label(text);
    let mut letters = label.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => assert!(matches!(letters.next(), Some('\\' | '"' | 'n')), "{label}"),
            letter => assert!(letter != '"' && letter != '\n', "{label}"),
        }
    }
}

fn check_slack(text: &str) {
    assert!(!slack::text(text, 3000).contains(['<', '>']));
}

fn check_uri(text: &str) {
    let path = uri::path(text);
    assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{path}");
    assert!(!path.starts_with('/'));
}

/// Reads a paragraph back: nothing but text and code, and the words that went in; of a sentence without the
/// backticks, which made code of them.
fn check_markdown(text: &str) {
    let line = one_line(text);
    let unticked = |text: &str| text.replace('`', "");
    assert_eq!(unticked(&read_paragraph(&markdown::prose(text))), unticked(&shown(&line)), "{text:?}");
    assert_eq!(read_paragraph(&markdown::code(text)), shown(&line), "{text:?}");
    let cell = format!("| a | b |\n|---|---|\n| {} | {} |\n", markdown::prose(text), markdown::code(text));
    let cells =
        Parser::new_ext(&cell, dialects()).filter(|event| matches!(event, Event::Start(Tag::TableCell)));
    assert_eq!(cells.count(), 4, "{cell}");
    let fence = markdown::fenced("text", text, 100);
    let blocks = Parser::new_ext(&fence, dialects());
    assert!(blocks.into_iter().all(|event| {
        matches!(event, Event::Text(_) | Event::Start(Tag::CodeBlock(_)) | Event::End(TagEnd::CodeBlock))
    }));
}

/// A line as Markdown shows it: a bar would end the cell of a table.
fn shown(line: &str) -> String {
    line.replace('|', "│")
}

fn read_paragraph(source: &str) -> String {
    let mut read = String::new();
    for event in Parser::new_ext(source, dialects()) {
        match event {
            Event::Text(words) => {
                let is_live =
                    words.contains(['@', '#', '<']) || words.contains("//") || words.contains("www.");
                assert!(!is_live, "{source}");
                read.push_str(&words);
            }
            Event::Code(words) => read.push_str(&words),
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
            other => panic!("{other:?} in {source:?}"),
        }
    }
    read
}

const CHECKS: &[fn(&str)] = &[
    check_one_line,
    check_csv,
    check_html,
    check_xml,
    check_openmetrics,
    check_slack,
    check_uri,
    check_markdown,
];

#[test]
fn every_sink_holds_for_every_code_point_and_byte() {
    check_all(|text| CHECKS.iter().for_each(|check| check(text)));
}

proptest! {
    #[test]
    fn every_sink_holds_for_generated_text(text in nasty()) {
        CHECKS.iter().for_each(|check| check(&text));
    }
}

/// Everything that some dialect reads, but for the quotation marks that it makes round.
fn dialects() -> Options {
    Options::all().difference(Options::ENABLE_SMART_PUNCTUATION)
}
