//! The library: read logs, explain errors, merge what was read, report.
//!
//! Goes in: paths, readers, texts. Comes out: [`Diagnosis`] for one failed call, [`Analysis`] for many, and
//! the [`Report`] of it. Everything here is a thin layer over the stages; the program uses the same ones.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::aggregate::{Ledger, Mismatch, Part, Unreadable};
use crate::decode;
use crate::model::{Call, Coverage, Finding, Outcome, Retry, Severity, Tier};
use crate::pipeline::{self, Options};
use crate::report::{self, Advice, Look, Report, Scope, Settings};
use crate::rules::{Diagnostic, RuleSet};
use crate::source;

/// The rules by which failures are explained.
///
/// # Examples
/// ```
/// let rules = why4xx::Rules::builtin();
/// assert!(rules.ids().any(|id| id == "quota-exhausted"));
/// ```
#[derive(Debug, Clone)]
pub struct Rules(Set);

#[derive(Debug, Clone)]
enum Set {
    Builtin,
    Own(Arc<RuleSet>),
}

impl Rules {
    /// The rules of this crate.
    #[must_use]
    pub fn builtin() -> Self {
        Self(Set::Builtin)
    }

    /// The rules of this crate and those of files or folders, which override by id.
    ///
    /// # Errors
    /// All mistakes in all files, each with its place and a remedy where one is known.
    pub fn load(paths: &[PathBuf]) -> Result<Self, LoadError> {
        RuleSet::load(paths).map(|rules| Self(Set::Own(Arc::new(rules)))).map_err(LoadError)
    }

    /// The ids of all causes.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.set().rules().iter().map(crate::rules::Rule::id)
    }

    /// A digest that is the same for the same rules.
    #[must_use]
    pub fn digest(&self) -> String {
        self.set().hash()
    }

    fn set(&self) -> &RuleSet {
        match &self.0 {
            Set::Builtin => RuleSet::builtin(),
            Set::Own(rules) => rules,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::builtin()
    }
}

/// Rule files that cannot be used.
pub struct LoadError(Vec<Diagnostic>);

impl std::fmt::Debug for LoadError {
    /// As people read it: `main` shows errors like this.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

impl std::fmt::Display for LoadError {
    /// Every mistake with file, line, caret and help.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&crate::rules::render_all(&self.0, false))
    }
}

impl std::error::Error for LoadError {}

/// How logs are read and failures judged.
///
/// Nothing here looks at the clock, the environment or the network: the same bytes give the same result.
///
/// # Examples
/// ```
/// use why4xx::Analyzer;
///
/// let log = "2026-11-16 09:00:28,036 ERROR app Error code: 429 - {'error': {'message': 'You exceeded your \
///            current quota, please check your plan and billing details.', 'type': 'insufficient_quota', \
///            'param': None, 'code': 'insufficient_quota'}}\n";
/// let analyzer = Analyzer::new().timezone("Europe/Berlin")?;
/// let analysis = analyzer.reader("app.log", log.as_bytes());
/// let report = analyzer.report(&analysis);
/// assert_eq!(report.causes[0].cause, "quota-exhausted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Analyzer {
    rules: Rules,
    zone: TimeZone,
    zone_name: String,
    year: Option<i16>,
    threads: Option<usize>,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// With the rules of this crate; times without a zone are read as UTC.
    #[must_use]
    pub fn new() -> Self {
        Self::with_rules(Rules::builtin())
    }

    /// With rules of one's own.
    #[must_use]
    pub fn with_rules(rules: Rules) -> Self {
        Self { rules, zone: TimeZone::UTC, zone_name: "UTC".to_owned(), year: None, threads: None }
    }

    /// Reads times without a zone in this one, and cuts days in it.
    ///
    /// # Errors
    /// When the name is none of the IANA time zone database.
    pub fn timezone(self, name: &str) -> Result<Self, jiff::Error> {
        Ok(Self { zone: TimeZone::get(name)?, zone_name: name.to_owned(), ..self })
    }

    /// The year of times that show none.
    #[must_use]
    pub fn year(self, year: i16) -> Self {
        Self { year: Some(year), ..self }
    }

    /// How many threads work; one a core unless said. The result is the same for any number.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// Reads files, folders and archives.
    #[must_use]
    pub fn paths(&self, paths: &[PathBuf]) -> Analysis {
        let options = self.options();
        let (inputs, problems) = source::inputs(paths, &options.source);
        let mut analysis = self.collect(&mut |sink| pipeline::run(&inputs, &options, sink));
        analysis.0.problems.extend(problems);
        analysis
    }

    /// Reads a log from anywhere; `name` stands for it in the report.
    #[must_use]
    pub fn reader(&self, name: &str, reader: impl Read + Send) -> Analysis {
        let (options, mut reader) = (self.options(), Some(reader));
        self.collect(&mut |sink| match reader.take() {
            Some(reader) => pipeline::run_reader(name, Box::new(reader), &options, sink),
            None => Coverage::default(),
        })
    }

    /// Reads a log that is in memory already.
    #[must_use]
    pub fn text(&self, text: &str) -> Analysis {
        self.reader("text", text.as_bytes())
    }

    /// Every failed call in a log, as it is found: in the order of the log.
    pub fn each_failure(&self, name: &str, reader: impl Read + Send, mut each: impl FnMut(Diagnosis)) {
        let options = self.options();
        let _ = pipeline::run_reader(name, Box::new(reader), &options, &mut |call, finding| {
            if call.seen.outcome == Outcome::Failed
                && let Some(finding) = finding
            {
                each(self.diagnosis(&call, &finding));
            }
        });
    }

    /// What a piece of text says went wrong: a pasted error, a traceback, a few lines of a log.
    ///
    /// # Examples
    /// ```
    /// let found = why4xx::Analyzer::new().explain(
    ///     "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: \
    ///      your-api*****here. You can find your API key at https://platform.openai.com/account/api-keys.', \
    ///      'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}",
    /// );
    /// assert_eq!(found[0].cause, "key-placeholder");
    /// assert_eq!(found[0].tier, why4xx::Tier::Confirmed);
    /// assert!(!found[0].fix.is_empty());
    /// ```
    #[must_use]
    pub fn explain(&self, text: &str) -> Vec<Diagnosis> {
        let mut found = Vec::new();
        self.each_failure("text", text.as_bytes(), |diagnosis| found.push(diagnosis));
        found
    }

    /// The report of what was read.
    #[must_use]
    pub fn report(&self, analysis: &Analysis) -> Report {
        let settings =
            Settings { zone: self.zone.clone(), zone_name: self.zone_name.clone(), ..Settings::default() };
        Report::new(&analysis.0.all(), self.rules.set(), &analysis.0.coverage(), &settings)
    }

    fn options(&self) -> Options<'_> {
        Options {
            decode: decode::Settings { zone: self.zone.clone(), year: self.year },
            rules: self.rules.set(),
            threads: self.threads,
            survey: true,
            ..Options::default()
        }
    }

    /// What a run of the pipeline yields, by source.
    fn collect(&self, run: &mut dyn FnMut(&mut pipeline::Sink<'_>) -> Coverage) -> Analysis {
        let mut ledger = Ledger::default();
        ledger.zone.clone_from(&self.zone_name);
        ledger.rules.insert(self.rules.digest());
        let mut parts: Vec<(Arc<str>, Part)> = Vec::new();
        let Coverage { sources, mut problems } = run(&mut |call, finding| {
            if parts.last().is_none_or(|(name, _)| *name != call.source) {
                parts.push((Arc::clone(&call.source), Part::default()));
            }
            if let Some((_, part)) = parts.last_mut() {
                part.add(&call, finding.as_ref(), &self.zone);
            }
        });
        for read in sources {
            let at = parts.iter().position(|(name, _)| *name == read.name);
            let mut part = at.map_or_else(Part::default, |at| parts.remove(at).1);
            let is_own = |problem: &crate::model::Problem| problem.location.source == read.name;
            (part.problems, problems) = problems.into_iter().partition(is_own);
            part.read = read;
            ledger.insert(part);
        }
        ledger.problems.extend(problems);
        ledger.settle();
        Analysis(ledger)
    }

    fn diagnosis(&self, call: &Call, finding: &Finding) -> Diagnosis {
        let info = &finding.cause;
        let advice = self.rules.set().rule(&info.id).map(|rule| Advice::new(rule, &Scope::of(call)));
        let advice = advice.unwrap_or_default();
        let mut event = Vec::new();
        // Written into memory: there is nothing that could fail.
        let _ = report::write_event(call, Some(finding), &mut event);
        Diagnosis {
            cause: info.id.to_string(),
            title: info.title.to_string(),
            family: info.family.word(),
            tier: finding.tier,
            severity: info.severity,
            retry: info.retry,
            why: advice.why,
            fix: advice.fix,
            verify: advice.verify,
            source: call.source.to_string(),
            line: call.seen.place.line,
            event: String::from_utf8_lossy(&event).trim_end().to_owned(),
        }
    }
}

/// Why one call failed, and what to do.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Id of the root cause.
    pub cause: String,
    /// The cause in plain words.
    pub title: String,
    /// Its family: `credentials`, `billing` …
    pub family: &'static str,
    /// How sure that is.
    pub tier: Tier,
    /// How bad it is.
    pub severity: Severity,
    /// Whether a retry helps; `None` where no call is retried.
    pub retry: Option<Retry>,
    /// Why the call failed.
    pub why: String,
    /// What to do, in this order.
    pub fix: Vec<String>,
    /// A command that shows whether it is fixed.
    pub verify: Option<String>,
    /// Name of the log.
    pub source: String,
    /// The line that decided, from 1.
    pub line: u64,
    event: String,
}

impl Diagnosis {
    /// The call as one line of JSON: the contract of `why4xx events` (docs/schema/events.schema.json).
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.event
    }
}

/// What was read of one or more logs. It merges in any order, and counts a log once.
///
/// # Examples
/// ```
/// use why4xx::{Analysis, Analyzer};
///
/// let analyzer = Analyzer::new();
/// let ok = "HTTP Request: POST https://api.openai.com/v1/responses \"HTTP/1.1 200 OK\"";
/// let monday = analyzer.reader("mon.log", format!("2026-11-16T09:00:00Z {ok}\n").as_bytes());
/// let tuesday = analyzer.reader("tue.log", format!("2026-11-17T09:00:00Z {ok}\n").as_bytes());
/// let saved = monday.to_json();
///
/// let mut both = Analysis::from_json(&saved)?;
/// both.merge(tuesday)?;
/// both.merge(monday)?; // again, and so it changes nothing
/// assert_eq!(analyzer.report(&both).totals.calls, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Analysis(Ledger);

impl Analysis {
    /// Puts another analysis to this one.
    ///
    /// # Errors
    /// When the other was read with another time zone or other rules for reading.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        self.0.merge(other.0).map_err(MergeError)
    }

    /// As compact JSON without secrets: what `why4xx report --save` writes and `why4xx merge` reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Names and numbers: there is nothing in it that JSON cannot hold.
        self.0.to_json().map(|json| json.to_string()).unwrap_or_default()
    }

    /// What [`Analysis::to_json`] or `why4xx report --save` has written.
    ///
    /// # Errors
    /// When it is neither, damaged, or of a later version.
    pub fn from_json(json: &str) -> Result<Self, ReadError> {
        let value = serde_json::from_str(json).map_err(ReadError::Damaged)?;
        Ledger::from_json(value).map(Self).map_err(ReadError::Unreadable)
    }
}

/// Analyses that do not fit together.
#[derive(Debug)]
pub struct MergeError(Mismatch);

impl std::fmt::Display for MergeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "cannot merge: {}", self.0)
    }
}

impl std::error::Error for MergeError {}

/// A saved analysis that cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It is no JSON.
    Damaged(serde_json::Error),
    #[doc(hidden)]
    Unreadable(Unreadable),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged(error) => write!(formatter, "cannot read: it is damaged: {error}"),
            Self::Unreadable(error) => write!(formatter, "cannot read: {error}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Writes a report in one of the [`formats`].
///
/// # Errors
/// When there is no such format, or `out` takes no more.
///
/// # Examples
/// ```
/// let analyzer = why4xx::Analyzer::new();
/// let report = analyzer.report(&analyzer.text(""));
/// let mut page = Vec::new();
/// why4xx::render(&report, "markdown", &mut page)?;
/// assert!(page.starts_with("## ⚪ No call to the OpenAI API is visible.".as_bytes()));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn render(report: &Report, format: &str, out: &mut dyn Write) -> io::Result<()> {
    let renderer = report::renderer(format).ok_or_else(|| {
        let known: Vec<&str> = formats().collect();
        let text = format!("cannot write `{format}`: the formats are {}", known.join(", "));
        io::Error::new(io::ErrorKind::InvalidInput, text)
    })?;
    (renderer.render)(report, Look::default(), out)
}

/// The names of all formats that [`render`] knows.
pub fn formats() -> impl Iterator<Item = &'static str> {
    report::RENDERERS.iter().map(|renderer| renderer.name)
}
