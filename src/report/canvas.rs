//! Lines of text for people: wrapped, indented, coloured, and with nothing harmful in them.
//!
//! Every text that goes on a canvas passes the sink here, so that no caller can forget it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::Look;
use super::sink::{cut, one_line, wrap};

/// What a text is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Running text.
    Plain,
    /// A title.
    Title,
    /// A label in front of a text.
    Label,
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Less important.
    Dim,
    /// To be copied.
    Command,
}

impl Paint {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Title | Self::Command => Style::new().bold(),
            Self::Label => AnsiColor::Cyan.on_default(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Dim => Style::new().dimmed(),
        }
    }
}

/// Width of the column of labels.
const LABEL_WIDTH: usize = 9;
/// Indent of labels.
const INDENT: usize = 3;

/// Text in the making.
#[derive(Debug, Clone)]
pub struct Canvas {
    look: Look,
    text: String,
}

impl Canvas {
    /// An empty canvas. Lines are at least 40 cells wide.
    #[must_use]
    pub fn new(look: Look) -> Self {
        Self { look: Look { width: look.width.max(40), ..look }, text: String::new() }
    }

    /// Terminal cells in a line.
    #[must_use]
    pub fn width(&self) -> usize {
        self.look.width
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A paragraph at the left edge.
    pub fn paragraph(&mut self, paint: Paint, text: &str) {
        self.hanging("", "", paint, text);
    }

    /// A paragraph below a label.
    pub fn indented(&mut self, paint: Paint, text: &str) {
        self.hanging(&" ".repeat(INDENT), "", paint, text);
    }

    /// An item of a list below a title.
    pub fn item(&mut self, paint: Paint, text: &str) {
        let text = one_line(text).into_owned();
        for (index, line) in wrap(&text, self.room(2)).iter().enumerate() {
            let mark = if index == 0 { "- " } else { "  " };
            self.put(&" ".repeat(INDENT), "", paint, &format!("{mark}{line}"));
        }
    }

    /// A label with a wrapped text beside it; an empty label carries on.
    pub fn field(&mut self, label: &str, paint: Paint, text: &str) {
        let label = format!("{label:LABEL_WIDTH$}");
        self.hanging(&" ".repeat(INDENT), &label, paint, text);
    }

    /// A numbered step of a field.
    pub fn step(&mut self, label: &str, number: usize, text: &str) {
        let text = one_line(text).into_owned();
        let mark = format!("{number}. ");
        for (index, line) in wrap(&text, self.room(LABEL_WIDTH + mark.len())).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let mark = if index == 0 { mark.clone() } else { " ".repeat(mark.len()) };
            self.put(
                &" ".repeat(INDENT),
                &format!("{label:LABEL_WIDTH$}"),
                Paint::Plain,
                &format!("{mark}{line}"),
            );
        }
    }

    /// A command to copy: never wrapped, never cut.
    pub fn command(&mut self, label: &str, text: &str) {
        for (index, line) in text.lines().enumerate() {
            let label = if index == 0 { label } else { "" };
            let line = one_line(line).into_owned();
            self.put(&" ".repeat(INDENT), &format!("{label:LABEL_WIDTH$}"), Paint::Command, &line);
        }
    }

    /// Text of the input beside a label, in at most `max_lines` lines.
    pub fn quote(&mut self, label: &str, text: &str, max_lines: usize) {
        let text = one_line(text).into_owned();
        let room = self.room(LABEL_WIDTH);
        let lines = wrap(&text, room);
        let is_cut = lines.len() > max_lines;
        for (index, line) in lines.iter().take(max_lines).enumerate() {
            let label = if index == 0 { label } else { "" };
            let line = if is_cut && index + 1 == max_lines {
                format!("{}…", cut(line, room.saturating_sub(2)).trim_end_matches('…'))
            } else {
                line.clone()
            };
            self.put(&" ".repeat(INDENT), &format!("{label:LABEL_WIDTH$}"), Paint::Dim, &line);
        }
    }

    /// Lines that were laid out elsewhere from clean text: the first `heads` are a table's head.
    pub fn table(&mut self, lines: &str, heads: usize) {
        for (index, line) in lines.lines().enumerate() {
            let paint = if index < heads { Paint::Title } else { Paint::Plain };
            self.put("", "", paint, line.trim_end());
        }
    }

    fn room(&self, used: usize) -> usize {
        self.look.width.saturating_sub(INDENT + used)
    }

    fn hanging(&mut self, indent: &str, label: &str, paint: Paint, text: &str) {
        let text = one_line(text).into_owned();
        let room = self.look.width.saturating_sub(indent.width() + label.width());
        for (index, line) in wrap(&text, room).iter().enumerate() {
            let label = if index == 0 { label.to_owned() } else { " ".repeat(label.width()) };
            self.put(indent, &label, paint, line);
        }
    }

    fn put(&mut self, indent: &str, label: &str, paint: Paint, line: &str) {
        self.text.push_str(indent);
        let is_blank = label.trim().is_empty();
        self.painted(if is_blank { Paint::Plain } else { Paint::Label }, label);
        self.painted(paint, line);
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    fn painted(&mut self, paint: Paint, text: &str) {
        let style = paint.style();
        if self.look.is_coloured && style != Style::new() {
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(text);
        }
    }
}
