//! The analyzer: logs, folders and texts → an analysis of them, or a diagnosis for each failure.

use std::io::Read;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::diagnosis::Diagnosis;
use super::rules::Rules;
use super::saved::Analysis;
use crate::aggregate::{Ledger, Parts};
use crate::decode;
use crate::model::{Coverage, Outcome};
use crate::pipeline::{self, Options};
use crate::report::{Report, Settings};
use crate::source;

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
                each(Diagnosis::new(self.rules.set(), &call, &finding));
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
            decode: decode::Settings {
                zone: self.zone.clone(),
                year: self.year,
                ..decode::Settings::default()
            },
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
        let mut parts = Parts::default();
        let coverage = run(&mut |call, finding| parts.add(&call, finding.as_ref(), &self.zone));
        parts.enter(coverage, &mut ledger);
        ledger.settle();
        Analysis(ledger)
    }
}
