//! A report through a template: the built-in page, or one of the user's.
//!
//! The ending of the template's name says what it makes (`weekly.md`, `page.html.jinja`). Every value passes
//! the sink of that medium; a mistyped name is an error, never an empty place.

use std::fmt;
use std::io::{self, Write};

use jiff::Timestamp;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

use super::charts::Charts;
use super::happened::{Happening, happened};
use super::phrases::{
    self, Clock, NOTHING_SEEN, act_first, chosen, do_first, look_alike, problems, read, scope,
};
use super::sink::json::SafeJson;
use super::sink::{self, lines, number};
use super::view::{CauseReport, Report};
use super::words::{bytes, duration, few_stars, minute, percent, short};

/// What a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Medium {
    Csv,
    Html,
    Json,
    Markdown,
    Plain,
    Xml,
}

impl Medium {
    /// By the ending of a name, `.jinja` and `.j2` set aside.
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".jinja").or_else(|| name.strip_suffix(".j2")).unwrap_or(&name);
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("csv") => Self::Csv,
            Some("html" | "htm") => Self::Html,
            Some("json") => Self::Json,
            Some("md" | "markdown") => Self::Markdown,
            Some("xml") => Self::Xml,
            _ => Self::Plain,
        }
    }

    /// A text for this medium, made harmless.
    fn text(self, text: &str) -> String {
        match self {
            Self::Csv => sink::csv::cell(text).replace('"', "\"\""),
            Self::Html => sink::html::escaped(&lines(text).join("\n")),
            Self::Markdown => sink::markdown::prose(text),
            Self::Xml => sink::html::escaped(&sink::xml::text(text)),
            Self::Json | Self::Plain => lines(text).join("\n"),
        }
    }

    /// A sentence for this medium, in which what stands between backticks is code where the medium has such.
    fn prose(self, text: &str) -> Value {
        match self {
            Self::Html => Value::from_safe_string(sink::html::prose(text)),
            _ => Value::from(text),
        }
    }

    fn value(self, value: &Value) -> Result<String, Error> {
        match value.as_str() {
            _ if value.is_undefined() => Err(Error::from(ErrorKind::UndefinedError)),
            _ if self == Self::Json => json(value),
            _ if value.is_none() => Ok(String::new()),
            Some(text) if value.is_safe() => Ok(text.to_owned()),
            Some(text) => Ok(self.text(text)),
            None if value.is_number() => Ok(value.to_string()),
            None => Ok(self.text(&value.to_string())),
        }
    }
}

fn json(value: &Value) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, SafeJson::compact());
    let failed = |error: &dyn fmt::Display| Error::new(ErrorKind::BadSerialization, error.to_string());
    value.serialize(&mut serializer).map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

/// What a template may name.
#[derive(Serialize)]
struct Context<'a> {
    report: &'a Report,
    charts: Charts,
    words: Words,
}

/// Sentences on the report as a whole and on each cause.
#[derive(Serialize)]
struct Words {
    read: String,
    period: Option<String>,
    chosen: Option<String>,
    act_first: Option<String>,
    do_first: Option<String>,
    happened: Vec<Happening>,
    nothing_seen: &'static str,
    problems: Vec<String>,
    exposures: Vec<String>,
    look_alikes: Vec<String>,
    causes: Vec<CauseWords>,
}

/// Sentences on one cause, at the same place as in `report.causes`.
#[derive(Serialize)]
struct CauseWords {
    sureness: &'static str,
    span: String,
    scope: Vec<(&'static str, String)>,
    statuses: Option<String>,
}

impl Words {
    fn new(report: &Report) -> Self {
        let clock = Clock::new(report);
        let cause = |cause: &CauseReport| CauseWords {
            sureness: cause.sureness,
            span: clock.span(cause.first_seen, cause.last_seen),
            scope: scope(cause),
            statuses: phrases::list(&cause.statuses, 3, "no status"),
        };
        Self {
            read: read(report),
            period: clock.period(),
            chosen: chosen(report),
            act_first: act_first(report),
            do_first: do_first(report),
            happened: happened(report),
            nothing_seen: NOTHING_SEEN,
            problems: problems(report),
            exposures: report.hygiene.iter().map(phrases::exposure).collect(),
            look_alikes: report.coverage.look_alikes.iter().map(look_alike).collect(),
            causes: report.causes.iter().map(cause).collect(),
        }
    }
}

/// A template that cannot be used, with the place in it.
#[derive(Debug)]
pub struct TemplateError(String);

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for TemplateError {}

impl From<&Error> for TemplateError {
    fn from(error: &Error) -> Self {
        let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
        let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        Self(format!("{line}{}{detail}", error.kind()))
    }
}

/// Writes a report through the template of that name and text.
///
/// # Errors
/// When the template is broken or names what there is not.
pub fn fill(report: &Report, name: &str, template: &str) -> Result<String, TemplateError> {
    let medium = Medium::of(name);
    let environment = environment(report, medium);
    let filled = environment.template_from_named_str(name, template).and_then(|template| {
        template.render(Context { report, charts: Charts::new(report), words: Words::new(report) }.value())
    });
    filled.map_err(|error| TemplateError::from(&error))
}

impl Context<'_> {
    fn value(&self) -> Value {
        Value::from(Serde(self))
    }
}

/// [`fill`] for renderers.
pub(super) fn write(report: &Report, name: &str, template: &str, out: &mut dyn Write) -> io::Result<()> {
    let text = fill(report, name, template).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn environment(report: &Report, medium: Medium) -> Environment<'static> {
    let mut environment = Environment::new();
    // What is captured by a macro or a block has passed the sink; nothing else is taken for safe.
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("sink".into()));
    for filter in ["safe", "escape", "e"] {
        environment.remove_filter(filter);
    }
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    // Only delimiters can be wrong, and these are the usual ones.
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    environment.set_formatter(move |out, _state, value| {
        fmt::Write::write_str(out, &medium.value(value)?).map_err(Error::from)
    });
    let zone = report.period.zone.clone();
    let time = move |at: Option<String>| match at.and_then(|at| at.parse::<Timestamp>().ok()) {
        Some(at) => minute(at, &zone, false),
        None => "no time".to_owned(),
    };
    environment.add_filter("prose", move |text: Option<String>| medium.prose(&text.unwrap_or_default()));
    environment.add_filter("time", time);
    environment.add_filter("number", number);
    environment.add_filter("percent", percent);
    environment.add_filter("bytes", bytes);
    environment.add_filter("duration", duration);
    environment.add_filter("short", |text: String| short(&text));
    environment.add_filter("few_stars", |text: String| few_stars(&text));
    environment.add_filter("link", link);
    environment.add_filter("names", |names: Serde<Names>, max: Option<usize>| names.list(max.unwrap_or(3)));
    environment
}

/// A link that leads out by https, else to the top of the page.
fn link(target: String) -> String {
    if target.starts_with("https://") { target } else { "#".to_owned() }
}

/// Names with counts, read back from the report.
#[derive(serde::Deserialize)]
struct Names {
    named: Vec<Named>,
    others: u64,
    unnamed: u64,
}

#[derive(serde::Deserialize)]
struct Named {
    name: String,
    count: u64,
}

impl Names {
    fn list(&self, max: usize) -> String {
        let named =
            self.named.iter().map(|row| super::view::Named { name: row.name.clone(), count: row.count });
        let names = super::view::Names { named: named.collect(), others: self.others, unnamed: self.unnamed };
        phrases::list(&names, max, "not named").unwrap_or_else(|| "–".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::Summary;
    use crate::report::Settings;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(name: &str, template: &str, expected: &str) {
        let arguments = [("since".to_owned(), vec!["<b>|=1+1 @x".to_owned(), "\u{1b}[31m\"".to_owned()])];
        let settings = Settings { arguments: arguments.into(), ..Settings::default() };
        let report = Report::new(
            &Summary::default(),
            RuleSet::builtin(),
            &crate::model::Coverage::default(),
            &settings,
        );
        let filled = fill(&report, name, template).unwrap_or_else(|error| error.to_string());
        assert_eq!(filled, expected, "{name}");
    }

    #[test]
    fn the_ending_of_the_name_decides_how_values_are_made_harmless() {
        let template = "{{ report.arguments.since[0] }}";
        check("a.html", template, "&lt;b&gt;|=1+1 @x");
        check("a.HTML.j2", template, "&lt;b&gt;|=1+1 @x");
        check("a.md", template, "`<b>│=1+1 @x`");
        check("a.csv.jinja", "{{ report.arguments.since[0][4:] }}", "'=1+1 @x");
        check("a.json", template, "\"<b>|=1+1 @x\"");
        check("a.json", "{{ report.arguments.since }}", "[\"<b>|=1+1 @x\",\"\\u001b[31m\\\"\"]");
        check("a.txt", "{{ report.arguments.since[1] }}|{{ report.totals.calls }}|{{ none }}", "\"|0|");
    }

    #[test]
    fn nothing_gets_round_the_sink() {
        check(
            "a.html",
            "{{ report.arguments.since[0]|safe }}",
            "line 1: unknown filter: filter safe is unknown",
        );
        check("a.html", "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m('<') }}", "<i>&lt;</i>");
        check("a.html", "{{ '<' ~ '>' }}{{ ['<']|join('<') }}", "&lt;&gt;&lt;");
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        check("a.txt", "\n{{ report.totls.calls }}", "line 2: undefined value");
        check("a.txt", "{% if %}", "line 1: syntax error: unexpected end of block");
    }

    #[test]
    fn words_and_filters_are_at_hand() {
        check(
            "a.txt",
            "{{ report.period.from|time }} {{ 1234|number }} {{ 1|percent(3) }} {{ words.read }}",
            "no time 1,234 33.3% Read 0 lines in 0 sources (0 B).",
        );
    }
}
