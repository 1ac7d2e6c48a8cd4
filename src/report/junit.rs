//! The report as JUnit XML: each cause is a test that failed, so that CI shows causes as it shows tests.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Look;
use super::phrases::{Clock, act_first, exposure, kind, place, read, scope};
use super::sink::xml::text;
use super::view::{CauseReport, Report, State};
use super::words::count_of;

/// Writes one suite.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let cases = cases(report);
    let failures = cases.iter().filter(|case| case.failure.is_some()).count().to_string();
    let tests = cases.len().to_string();
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").write_inner_content(|writer| {
        let counts =
            [("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", "0"), ("skipped", "0")];
        let suite =
            writer.create_element("testsuite").with_attribute(("name", "why4xx")).with_attributes(counts);
        suite.write_inner_content(|writer| {
            cases.iter().try_for_each(|case| case.write(writer))?;
            let summary = [Some(report.verdict.sentence.clone()), act_first(report), Some(read(report))];
            let summary: Vec<String> = summary.into_iter().flatten().collect();
            writer
                .create_element("system-out")
                .write_text_content(BytesText::new(&text(&summary.join(" "))))?;
            Ok(())
        })?;
        Ok(())
    })?;
    out.write_all(b"\n")
}

/// One test; every text of it has passed the sink.
struct Case {
    class: String,
    name: String,
    failure: Option<Failure>,
}

struct Failure {
    kind: String,
    message: String,
    lines: Vec<String>,
}

impl Case {
    fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        let names = [("classname", self.class.as_str()), ("name", self.name.as_str())];
        let element = writer.create_element("testcase").with_attributes(names);
        let Some(failure) = &self.failure else {
            element.write_empty()?;
            return Ok(());
        };
        element.write_inner_content(|writer| {
            let attributes = [("type", failure.kind.as_str()), ("message", failure.message.as_str())];
            let element = writer.create_element("failure").with_attributes(attributes);
            element.write_text_content(BytesText::new(&failure.lines.join("\n")))?;
            Ok(())
        })?;
        Ok(())
    }
}

fn cases(report: &Report) -> Vec<Case> {
    let clock = Clock::new(report);
    let mut cases: Vec<Case> = report.causes.iter().map(|cause| failed(cause, &clock)).collect();
    cases.extend(report.hygiene.iter().map(|row| Case {
        class: "why4xx.hygiene".to_owned(),
        name: text(&format!("{}: {}", row.cause, row.family)),
        failure: Some(Failure {
            kind: row.cause.to_owned(),
            message: "A secret stands in the log in full".to_owned(),
            lines: vec![text(&exposure(row))],
        }),
    }));
    if report.verdict.state != State::Failing {
        let name = text(&report.verdict.sentence);
        cases.push(Case { class: "why4xx".to_owned(), name, failure: None });
    }
    cases
}

fn failed(cause: &CauseReport, clock: &Clock<'_>) -> Case {
    let span = clock.span(cause.first_seen, cause.last_seen);
    let message = format!("{}: {}, {span}", cause.title, count_of(cause.count, "call"));
    let who = scope(cause).into_iter().map(|(kind, names)| format!("{kind} {names}"));
    let places = cause.locations.iter().take(3).map(place);
    let lines = [kind(cause), cause.why.clone()]
        .into_iter()
        .chain(who)
        .chain(cause.fix.iter().cloned())
        .chain(places);
    Case {
        class: text(&format!("why4xx.{}", cause.family)),
        name: text(&cause.cause),
        failure: Some(Failure {
            kind: text(cause.severity),
            message: text(&message),
            lines: lines.map(|line| text(&line)).filter(|line| !line.is_empty()).collect(),
        }),
    }
}
