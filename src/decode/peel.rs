//! Takes wrappers off until none is left.
//!
//! The loop knows no format: it strips colour codes, tries the rows of the two lists, and opens
//! JSON where a text starts with it. At most [`MAX_LAYERS`] layers come off.

use std::borrow::Cow;

use serde_json::Value;

use super::candidates::candidates;
use super::record::is_record;
use super::{Inner, LINE_LAYERS, Peeled, Settings, ansi, lenient, sentry};
use crate::model::{Body, Context, Entry, Place};

/// How many layers come off at most; what is left then stays as it is.
const MAX_LAYERS: usize = 8;

/// The entries that one physical line or one element of a JSON document holds: one as a rule, several
/// for concatenated JSON and for batches, none for control records. All have the given place.
///
/// `text` may hold a whole JSON document over several lines. A text that stays text keeps its inner
/// line feeds and loses line ends at its end.
#[must_use]
pub fn peel(text: &str, place: Place, settings: &Settings) -> Vec<Entry> {
    let mut peeler = Peeler { place, settings, entries: Vec::with_capacity(1), waiting: Vec::new() };
    let mut context = Context::default();
    let text = match &settings.prefix {
        Some(prefix) => prefix.off(text, &mut context, settings),
        None => text,
    };
    peeler.text(Cow::Borrowed(text), context, 0);
    peeler.finish()
}

/// Peels an entry again whose text was joined from partial ones; other entries pass.
///
/// Partial texts come out of [`peel`] as they are, colour codes included: a piece may end inside of one.
#[must_use]
pub fn peel_entry(entry: Entry, settings: &Settings) -> Vec<Entry> {
    let Body::Text(text) = entry.body else { return vec![entry] };
    let place = entry.place;
    let mut peeler = Peeler { place, settings, entries: Vec::with_capacity(1), waiting: Vec::new() };
    peeler.text(Cow::Owned(text), entry.context, 0);
    peeler.finish()
}

/// Something that may still have layers.
struct Waiting {
    context: Context,
    inner: Inner,
    depth: usize,
    /// The text of which the JSON was read, when it is that of one line.
    written: Option<String>,
}

struct Peeler<'s> {
    place: Place,
    settings: &'s Settings,
    entries: Vec<Entry>,
    /// Last in, first out: pushed in reverse so that entries come in the order of the text.
    waiting: Vec<Waiting>,
}

impl Peeler<'_> {
    fn finish(mut self) -> Vec<Entry> {
        while let Some(waiting) = self.waiting.pop() {
            self.inner(waiting);
        }
        self.entries
    }

    fn emit(&mut self, context: Context, body: Body, is_partial: bool) {
        self.entries.push(Entry { place: self.place, context, body, is_partial });
    }

    fn inner(&mut self, waiting: Waiting) {
        let Waiting { context, inner, depth, written } = waiting;
        match inner {
            Inner::Text { text, is_partial: true } => self.emit(context, Body::Text(text), true),
            Inner::Text { text, is_partial: false } => self.text(Cow::Owned(text), context, depth),
            Inner::Json(value) => self.json(value, context, depth, written),
            Inner::Many(many) => {
                let many = many.into_iter().rev();
                self.waiting.extend(many.map(|(context, inner)| Waiting {
                    context,
                    inner,
                    depth,
                    written: None,
                }));
            }
            Inner::Event(mut event) => {
                event.place = self.place;
                event.last_line = event.last_line.max(self.place.line);
                self.emit(event.context.clone(), Body::Event(event), false);
            }
            Inner::Skip => {}
        }
    }

    fn text(&mut self, text: Cow<'_, str>, mut context: Context, mut depth: usize) {
        let mut text = tidy(text);
        while depth < MAX_LAYERS {
            let Some(peeled) = peel_line(&text, &mut context, self.settings) else { break };
            depth += 1;
            match peeled {
                Peeled::Event(event) => {
                    return self.inner(Waiting { context, inner: Inner::Event(event), depth, written: None });
                }
                Peeled::Json(value) => return self.json(value, context, depth, None),
                Peeled::Text { text: rest, is_partial: true } => {
                    return self.emit(context, Body::Text(rest.into_owned()), true);
                }
                Peeled::Text { text: rest, is_partial: false } => {
                    text = tidy(Cow::Owned(rest.into_owned()));
                }
            }
        }
        if depth < MAX_LAYERS
            && let Some(event) = sentry::pruned::read(&text)
        {
            return self.json(event, context, depth + 1, None);
        }
        let opened = if depth < MAX_LAYERS { lenient::open(&text) } else { None };
        match opened {
            Some(values) => self.opened(values, text.into_owned(), &context, depth + 1),
            None => self.emit(context, Body::Text(text.into_owned()), false),
        }
    }

    fn opened(&mut self, opened: lenient::Opened, text: String, context: &Context, depth: usize) {
        let mut written = (opened.values.len() == 1 && opened.rest.is_none()).then_some(text);
        if let Some(rest) = opened.rest {
            let inner = Inner::Text { text: rest, is_partial: false };
            self.waiting.push(Waiting { context: context.clone(), inner, depth: MAX_LAYERS, written: None });
        }
        for value in opened.values.into_iter().rev() {
            let (context, inner) = (context.clone(), Inner::Json(value));
            self.waiting.push(Waiting { context, inner, depth, written: written.take() });
        }
    }

    fn json(&mut self, value: Value, mut context: Context, depth: usize, written: Option<String>) {
        let mut value = value;
        if depth <= MAX_LAYERS {
            for layer in candidates(&value) {
                match (layer.peel)(value, &mut context, self.settings) {
                    Ok(inner) => return self.inner_of(inner, context, depth + 1),
                    Err(same) => value = same,
                }
            }
        }
        match value {
            Value::Array(values)
                if depth <= MAX_LAYERS && !values.is_empty() && values.iter().all(Value::is_object) =>
            {
                let many = values.into_iter().map(|value| (context.clone(), Inner::Json(value))).collect();
                self.inner_of(Inner::Many(many), context, depth + 1);
            }
            value if is_record(&value) => {
                let mut value = value;
                ansi::strip_value(&mut value);
                self.emit(context, Body::Json(value), false);
            }
            value => {
                let text = written.unwrap_or_else(|| value.to_string());
                self.emit(context, Body::Text(text), false);
            }
        }
    }

    fn inner_of(&mut self, inner: Inner, context: Context, depth: usize) {
        self.waiting.push(Waiting { context, inner, depth, written: None });
    }
}

/// The first line layer that matches. No prefix begins with a brace: such a line is JSON or text.
pub(super) fn peel_line<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if text.starts_with('{') {
        return None;
    }
    LINE_LAYERS.iter().find_map(|layer| (layer.peel)(text, context, settings))
}

/// Without byte order marks, record separators and NUL at its start, line ends at its end, and colour codes.
fn tidy(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
        Cow::Owned(text) if trimmed(&text).len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
    };
    match text {
        Cow::Borrowed(text) => ansi::strip(text),
        Cow::Owned(text) => match ansi::strip(&text) {
            Cow::Owned(stripped) => Cow::Owned(stripped),
            Cow::Borrowed(_) => Cow::Owned(text),
        },
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_start_matches(['\u{feff}', '\u{1e}', '\0']).trim_end_matches(['\n', '\r', '\0'])
}
