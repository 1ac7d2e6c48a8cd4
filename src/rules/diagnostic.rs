//! Mistakes in rule files, each with its place, as plain data; and how they are shown.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::Excerpt;
use crate::model::Masked;
use crate::redact::mask;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The file cannot be used.
    Error,
    /// The file can be used, and is not what it should be.
    Warning,
}

impl Weight {
    /// The word in front of the code.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One mistake in a rule file. Its words and the lines that it shows are masked: what was named as a rule file may be
/// a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kind of mistake: `unknown-field`, `wrong-type` …
    pub code: &'static str,
    /// Whether the file can be used nevertheless.
    pub weight: Weight,
    /// Path of the rule file as given.
    pub file: Arc<str>,
    /// Line, from 1; 0 when the file could not be read.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: Masked,
    /// What to say at the place itself.
    pub label: Masked,
    /// A remedy, when one is known.
    pub help: Option<Masked>,
    /// Bytes of the file that are meant.
    span: Range<usize>,
    /// Text of the file, shown as an [`Excerpt`] only.
    text: Arc<str>,
}

impl Diagnostic {
    /// A mistake at a place of a rule file; line and column are counted here.
    #[must_use]
    pub fn new(
        code: &'static str,
        source: &RuleSource,
        span: Range<usize>,
        message: impl AsRef<str>,
    ) -> Self {
        let before = source.text.get(..span.start).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self {
            code,
            weight: Weight::Error,
            file: Arc::clone(&source.path),
            line: before.matches('\n').count() + 1,
            column,
            message: mask(message.as_ref()),
            label: Masked::default(),
            help: None,
            span,
            text: Arc::clone(&source.text),
        }
    }

    /// A rule file that cannot be read.
    #[must_use]
    pub fn unreadable(path: &str, reason: &str) -> Self {
        let source = RuleSource { path: Arc::from(path), text: Arc::from(""), is_builtin: false };
        let message = format!("cannot read `{path}`: {reason}");
        Self { line: 0, column: 0, ..Self::new("unreadable", &source, 0..0, message) }
    }

    /// The same as a warning: the file can be used.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.weight = Weight::Warning;
        self
    }

    /// The same with a text at the place.
    #[must_use]
    pub fn label(mut self, label: impl AsRef<str>) -> Self {
        self.label = mask(label.as_ref());
        self
    }

    /// The same with a remedy.
    #[must_use]
    pub fn help(mut self, help: Option<String>) -> Self {
        self.help = help.as_deref().map(mask);
        self
    }

    /// The mistake with its line of the file and a caret below it.
    #[must_use]
    pub fn render(&self, is_coloured: bool) -> String {
        self.render_in(&Excerpt::of(&self.text), is_coloured)
    }

    fn render_in(&self, excerpt: &Excerpt, is_coloured: bool) -> String {
        let level = match self.weight {
            Weight::Error => Level::ERROR,
            Weight::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str()).id(self.code);
        let path = mask(&self.file);
        let mut group = if self.line == 0 {
            Group::with_title(title)
        } else {
            let place = excerpt.place(&self.span);
            let annotation = AnnotationKind::Primary.span(place).label(self.label.as_str());
            title.element(Snippet::source(excerpt.text.as_str()).path(path.as_str()).annotation(annotation))
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }
}

/// All mistakes, one below the other.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], is_coloured: bool) -> String {
    let mut texts = Vec::new();
    for of_one_file in diagnostics.chunk_by(|left, right| Arc::ptr_eq(&left.text, &right.text)) {
        let excerpt = of_one_file.first().map(|first| Excerpt::of(&first.text));
        let shown = excerpt
            .iter()
            .flat_map(|excerpt| of_one_file.iter().map(move |one| one.render_in(excerpt, is_coloured)));
        texts.extend(shown);
    }
    texts.join("\n\n")
}

/// A rule file: where it is and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSource {
    /// Path as given, or from the package root for the rules in the program.
    pub path: Arc<str>,
    /// Text of the file.
    pub text: Arc<str>,
    /// It is part of the program.
    pub is_builtin: bool,
}

impl RuleSource {
    /// What calls are judged by: of the program's own files the part before the examples, with which they end.
    pub(super) fn judging(&self) -> &str {
        let end = if self.is_builtin { self.text.find("\n[[example]]") } else { None };
        end.and_then(|end| self.text.get(..=end)).unwrap_or(&self.text)
    }
}

/// "did you mean `…`?" with the nearest of the known words, when one is near enough.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = (word.chars().count() / 3).max(1);
    let nearest = known.into_iter().map(|candidate| (distance(word, candidate), candidate)).min()?;
    (nearest.0 <= limit).then(|| format!("did you mean `{}`?", nearest.1))
}

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, letter) in left.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != *other);
            let mut best = replaced.min(last[column + 1] + 1).min(line[column] + 1);
            if column > 0 && previous == Some(*other) && right[column - 1] == letter {
                best = best.min(before_last[column - 1] + 1);
            }
            line.push(best);
        }
        before_last = std::mem::replace(&mut last, line);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_offered_and_far_ones_are_not() {
        let known = ["status", "code", "key.shape"];
        assert_eq!(did_you_mean("stauts", known).as_deref(), Some("did you mean `status`?"));
        assert_eq!(did_you_mean("key.shpe", known).as_deref(), Some("did you mean `key.shape`?"));
        assert_eq!(did_you_mean("weather", known), None);
    }

    #[test]
    fn a_mistake_is_shown_with_line_column_caret_and_help() {
        let source = RuleSource {
            path: Arc::from("rules/x.toml"),
            text: Arc::from("title = 1\nstauts = 2\n"),
            is_builtin: false,
        };
        let diagnostic = Diagnostic::new("unknown-key", &source, 10..16, "unknown key `stauts`")
            .label("not a key")
            .help(Some("did you mean `status`?".into()));
        assert_eq!((diagnostic.line, diagnostic.column), (2, 1));
        let shown = diagnostic.render(false);
        for part in [
            "error[unknown-key]: unknown key `stauts`",
            "rules/x.toml:2:1",
            "^^^^^^ not a key",
            "help: did you",
        ] {
            assert!(shown.contains(part), "{part} in\n{shown}");
        }
    }
    #[test]
    fn a_log_in_place_of_a_rule_file_shows_no_piece_of_its_keys() {
        let body: String = ('a'..='z').zip('A'..='Z').flat_map(|(low, high)| [low, high, '7']).collect();
        let (head, tail) = body.split_at(40);
        let text = format!("# {}\ntitle = [sk-{head}\n{tail}]\nx = \"sk-{body}\" y\n", "long ".repeat(60));
        let source =
            RuleSource { path: Arc::from("app.log"), text: Arc::from(text.as_str()), is_builtin: false };
        let places = (0..text.len()).step_by(7);
        let mistakes: Vec<Diagnostic> =
            places.map(|at| Diagnostic::new("syntax", &source, at..at + 1, format!("`sk-{body}`"))).collect();
        let shown = render_all(&mistakes, false);
        let piece =
            body.as_bytes().windows(12).find(|piece| shown.contains(std::str::from_utf8(piece).unwrap()));
        assert_eq!(piece, None, "{shown}");
    }
}
