//! `why4xx explain`: a cause, a status, a code, a class, or a text.
//!
//! What can lie behind a status, a code or a class is not a list of its own: the examples of the
//! rules are analysed, and those that show it name their cause.

mod nothing;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::args::{Explain, Global};
use super::failure::Failure;
use super::output::{Output, read_text};
use super::own_rules::rules;
use super::read::options;
use crate::decode;
use crate::model::{Call, Finding, Outcome};
use crate::pipeline::{self, Options, analyze_text};
use crate::report::explain::{Candidate, call_page, candidates_page, cause_page};
use crate::report::reasoning::reasoning;
use crate::report::words::count_of;
use crate::report::{Look, sink};
use crate::rules::{Rule, RuleSet, did_you_mean};
use crate::source;

/// Most bytes of a text that are explained.
const MAX_TEXT_BYTES: u64 = 16 << 20;
/// Lines of a file in which the fields of a call are looked for.
const MAX_LINES: usize = 2_000;
/// Calls of one text that are explained one by one.
const MAX_CALLS: usize = 3;

/// Classes of the client libraries with the status they stand for.
const CLASSES: &[(&str, u16)] = &[
    ("APIConnectionError", 0),
    ("APIConnectionTimeoutError", 0),
    ("APITimeoutError", 0),
    ("AuthenticationError", 401),
    ("BadRequestError", 400),
    ("ForbiddenException", 403),
    ("InternalServerError", 500),
    ("InternalServerException", 500),
    ("NotFoundError", 404),
    ("NotFoundException", 404),
    ("PermissionDeniedError", 403),
    ("PermissionDeniedException", 403),
    ("RateLimitError", 429),
    ("RateLimitException", 429),
    ("UnauthorizedException", 401),
];

/// What was asked.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Text(String),
    Word(String),
    /// A line of a file.
    Line(PathBuf, u64),
}

/// Explains what was asked.
pub(super) fn run(global: &Global, explain: &Explain) -> Result<(), Failure> {
    let rules = rules(global)?;
    let mut output = Output::open(None, false)?;
    let look = output.look(global.color);
    let asker = Asker {
        rules,
        // A text that somebody pastes is short, and what it says may have lost the words that logs are searched for.
        options: Options { look_at_every_line: true, ..options(global, rules, TimeZone::UTC, None) },
        look,
        is_json: explain.format == "json",
    };
    let page = match asked(&explain.what)? {
        Asked::Word(word) => explain_word(&word, global, rules, look)?,
        Asked::Text(text) => match recorded_line(&text) {
            Some((path, line)) => explain_line(&path, line, &asker)?,
            None => asker.pages(&text, analyze_text(&text, &asker.options)),
        },
        Asked::Line(path, line) => explain_line(&path, line, &asker)?,
    };
    output.write_all(page.as_bytes()).map_err(|error| output.failure(&error))?;
    output.finish()
}

fn asked(words: &[String]) -> Result<Asked, Failure> {
    let joined = words.join(" ");
    let word = joined.trim();
    if word.is_empty() && io::stdin().is_terminal() {
        let help = "name a cause, a status, a code or a class, or pipe a text in";
        return Err(Failure::with_help("cannot explain nothing", Some(help.to_owned())));
    }
    if word.is_empty() || word == "-" {
        return Ok(Asked::Text(read_text(Path::new("-"), MAX_TEXT_BYTES)?));
    }
    let is_file = word.len() < 4096 && Path::new(word).is_file();
    if is_file {
        return Ok(Asked::Text(read_text(Path::new(word), MAX_TEXT_BYTES)?));
    }
    if let Some((path, line)) = file_and_line(word) {
        return Ok(Asked::Line(path, line));
    }
    let is_word =
        word.len() <= 80 && !word.contains(|letter: char| letter.is_whitespace() || "{\"'".contains(letter));
    Ok(if is_word { Asked::Word(word.to_owned()) } else { Asked::Text(word.to_owned()) })
}

fn explain_word(word: &str, global: &Global, rules: &RuleSet, look: Look) -> Result<String, Failure> {
    if let Some(rule) = rules.rule(word) {
        return Ok(cause_page(rule, rules, look));
    }
    let candidates = candidates(word, global, rules);
    if candidates.is_empty() {
        return Err(missing_file(word).unwrap_or_else(|| unknown("explain", word, rules)));
    }
    let asked = match word.parse::<u16>() {
        Ok(status) => format!("status {status}"),
        Err(_) => format!("`{}`", sink::one_line(word)),
    };
    Ok(candidates_page(&asked, &candidates, look))
}

/// The failure for a word of the form `FILE:LINE` without such a file.
fn missing_file(word: &str) -> Option<Failure> {
    let (path, line) = word.rsplit_once(':')?;
    line.parse::<u64>().ok()?;
    Some(Failure::new(format!("cannot explain `{word}`: there is no file `{path}`")))
}

/// The failure for a word that is no cause.
pub(super) fn unknown(action: &str, word: &str, rules: &RuleSet) -> Failure {
    let what =
        if action == "explain" { "no cause, status, code or class of that name" } else { "no such cause" };
    let help = did_you_mean(word, rules.rules().iter().map(Rule::id));
    let help = help.unwrap_or_else(|| "`why4xx rules list` lists all causes".to_owned());
    Failure::with_help(format!("cannot {action} `{word}`: {what}"), Some(help))
}

/// The causes whose examples show the word as their status, code, type or class.
fn candidates<'a>(word: &str, global: &Global, rules: &'a RuleSet) -> Vec<Candidate<'a>> {
    let options = options(global, rules, TimeZone::UTC, None);
    let class = word.rsplit(['.', ':']).next().unwrap_or(word);
    let status = CLASSES.iter().find(|row| row.0 == class).map(|row| row.1).or_else(|| word.parse().ok());
    let mut candidates = Vec::new();
    for rule in rules.rules() {
        let mut codes = Vec::new();
        let mut message = None;
        let mut is_candidate = false;
        for example in rule.examples().iter().filter(|example| example.is_expected) {
            for (call, finding) in analyze_text(&example.input, &options) {
                let is_own = finding.is_some_and(|finding| *finding.cause.id == *rule.id());
                if !is_own || call.seen.outcome != Outcome::Failed || !shows(&call, word, class, status) {
                    continue;
                }
                is_candidate = true;
                let code = call.seen.error.code.as_deref().map(ToOwned::to_owned);
                codes.extend(code.filter(|code| !codes.contains(code)));
                message = message.or(call.seen.error.message.as_ref().map(ToString::to_string));
            }
        }
        if is_candidate {
            codes.sort();
            candidates.push(Candidate { rule, codes, message });
        }
    }
    candidates
}

fn shows(call: &Call, word: &str, class: &str, status: Option<u16>) -> bool {
    let seen = &call.seen;
    let is = |value: Option<&str>| value.is_some_and(|value| value.eq_ignore_ascii_case(word));
    let exception = seen.exception.as_deref().map(|name| name.rsplit(['.', ':']).next().unwrap_or(name));
    is(seen.error.code.as_deref())
        || is(seen.error.kind.as_deref())
        || exception.is_some_and(|exception| exception.eq_ignore_ascii_case(class))
        || status.is_some_and(|status| seen.error.status.unwrap_or(0) == status)
}

/// `FILE:LINE`, where there is such a file.
fn file_and_line(word: &str) -> Option<(PathBuf, u64)> {
    let (path, line) = word.rsplit_once(':')?;
    let line = line.parse().ok().filter(|line| *line > 0)?;
    Path::new(path).is_file().then(|| (PathBuf::from(path), line))
}

/// The place that a line of `events` names, where its file can still be read.
fn recorded_line(text: &str) -> Option<(PathBuf, u64)> {
    let event: serde_json::Value = serde_json::from_str(text.trim()).ok()?;
    let location = event.get("location").filter(|_| event.get("outcome").is_some())?;
    let source = location.get("source")?.as_str()?;
    let line = location.get("line")?.as_u64()?;
    Path::new(source).is_file().then(|| (PathBuf::from(source), line))
}

/// What an explanation of calls needs.
struct Asker<'a> {
    rules: &'a RuleSet,
    options: Options<'a>,
    look: Look,
    is_json: bool,
}

/// Explains the calls that a line of a file speaks of.
fn explain_line(path: &Path, line: u64, asker: &Asker<'_>) -> Result<String, Failure> {
    let mut calls = Vec::new();
    let (inputs, _) = source::inputs(&[path.to_owned()], &asker.options.source);
    pipeline::run(&inputs, &asker.options, &mut |call, finding| {
        let is_inside = (call.seen.place.line..=call.seen.last_line).contains(&line);
        if is_inside || call.lines.contains(&line) {
            calls.push((call, finding));
        }
    });
    let text = read_text(path, MAX_TEXT_BYTES)?;
    let first = calls.iter().map(|(call, _)| call.seen.place.line).min().unwrap_or(line);
    let lines = text.split_inclusive('\n').skip(usize::try_from(first - 1).unwrap_or(usize::MAX));
    let record: String = lines.take(MAX_LINES).collect();
    if calls.is_empty() && !asker.is_json {
        let path = path.display().to_string();
        let path = sink::one_line(&path);
        return Ok(match record.lines().next() {
            Some(shown) => format!(
                "No call to the OpenAI API is visible in line {line} of {path}.\n{}",
                nothing::reason(shown)
            ),
            None => format!(
                "There is no line {line} in {path}: it has {}.\n",
                count_of(text.lines().count() as u64, "line")
            ),
        });
    }
    Ok(asker.pages(&record, calls))
}

impl Asker<'_> {
    /// One page for each cause among the calls; `text` is where their fields stand.
    fn pages(&self, text: &str, calls: Vec<(Call, Option<Finding>)>) -> String {
        let chosen = chosen(&calls);
        let layers = decode::layers(text, &self.options.decode);
        let reason = |(call, finding): &(Call, Option<Finding>)| {
            reasoning(call, finding.as_ref(), self.rules, text, layers.clone())
        };
        if self.is_json {
            let lines = chosen.iter().filter_map(|row| serde_json::to_string(&reason(row)).ok());
            return lines.map(|line| line + "\n").collect();
        }
        if chosen.is_empty() {
            return nothing::page(text);
        }
        let page = |row: &&(Call, Option<Finding>)| {
            call_page(&row.0, row.1.as_ref(), self.rules, &reason(row), self.look)
        };
        let pages: Vec<String> = chosen.iter().take(MAX_CALLS).map(page).collect();
        let mut text = pages.join("\n\n");
        if chosen.len() > MAX_CALLS {
            let more = sink::number((chosen.len() - MAX_CALLS) as u64);
            text += &format!(
                "\n{more} more causes are in this text; read it with `why4xx` for the whole report.\n"
            );
        }
        text
    }
}

/// One call of each cause, failed ones first.
fn chosen(calls: &[(Call, Option<Finding>)]) -> Vec<&(Call, Option<Finding>)> {
    let mut chosen: Vec<&(Call, Option<Finding>)> = Vec::new();
    for outcome in [Outcome::Failed, Outcome::Info] {
        for row in calls.iter().filter(|row| row.0.seen.outcome == outcome) {
            let cause =
                |row: &(Call, Option<Finding>)| row.1.as_ref().map(|finding| finding.cause.id.clone());
            if !chosen.iter().any(|kept| cause(kept) == cause(row)) {
                chosen.push(row);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_sorted_and_unique() {
        assert!(CLASSES.is_sorted_by(|left, right| left.0 < right.0));
    }

    #[test]
    fn a_single_word_is_looked_up_and_anything_longer_is_read() {
        let ask = |word: &str| asked(&[word.to_owned()]).ok();
        assert_eq!(ask("401"), Some(Asked::Word("401".into())));
        assert_eq!(ask("openai.RateLimitError"), Some(Asked::Word("openai.RateLimitError".into())));
        assert_eq!(ask("Error code: 401"), Some(Asked::Text("Error code: 401".into())));
        assert_eq!(ask("{\"error\":{}}"), Some(Asked::Text("{\"error\":{}}".into())));
    }
}
