//! The message of an event: rendered, or rendered here from its template and parameters.

use serde_json::Value;

use super::shape::{is_removed, scalar, text};

/// How many parameters are put into a template.
const MAX_PARAMETERS: usize = 64;

/// The texts of the message, the rendered one first; empty where there is none.
pub(super) fn messages(event: &Value) -> Vec<String> {
    let stored = ["logentry", "sentry.interfaces.Message", "message"]
        .iter()
        .filter_map(|key| event.get(key))
        .filter(|stored| stored.is_object() || stored.as_str().is_some_and(|text| !text.trim().is_empty()));
    let mut messages: Vec<String> = Vec::new();
    for stored in stored {
        for message in texts(stored) {
            if !messages.iter().any(|known| known.contains(message.trim())) {
                messages.push(message);
            }
        }
    }
    messages
}

/// What one message object says.
fn texts(stored: &Value) -> Vec<String> {
    if let Some(message) = stored.as_str().filter(|message| !is_removed(message)) {
        return vec![message.to_owned()];
    }
    let template = text(stored, "message").or_else(|| text(stored, "template"));
    let rendered = text(stored, "formatted").map(str::to_owned);
    let parameters = stored.get("params").filter(|params| params.is_array() || params.is_object());
    match (rendered, template, parameters) {
        (Some(rendered), Some(template), _) if !has_blanks(template) && rendered != template => {
            vec![template.to_owned(), rendered]
        }
        (Some(rendered), ..) => vec![rendered],
        (None, Some(template), Some(parameters)) => vec![render(template, parameters)],
        (None, Some(template), None) => vec![template.to_owned()],
        (None, None, Some(parameters)) => {
            let rest = render("", parameters);
            if rest.is_empty() { Vec::new() } else { vec![rest] }
        }
        (None, None, None) => Vec::new(),
    }
}

fn has_blanks(template: &str) -> bool {
    template.contains('%') || template.contains('{')
}

/// A template with its parameters filled in: `%s`, `%d`, `%r`, `{}` in order, `%(name)s` and `{name}` by
/// name; what finds no blank is appended. A removed parameter stays `[Filtered]`.
pub(super) fn render(template: &str, parameters: &Value) -> String {
    match parameters {
        Value::Array(parameters) => {
            let values = parameters.iter().take(MAX_PARAMETERS).map(shown);
            fill(template, values)
        }
        Value::Object(parameters) => {
            let mut text = template.to_owned();
            let mut rest = Vec::new();
            for (name, value) in parameters.iter().take(MAX_PARAMETERS) {
                let blanks = [format!("%({name})s"), format!("%({name})d"), format!("{{{name}}}")];
                match blanks.iter().find(|blank| text.contains(blank.as_str())) {
                    Some(blank) => text = text.replacen(blank.as_str(), &shown(value), 1),
                    None => rest.push(shown(value)),
                }
            }
            fill(&text, rest.into_iter())
        }
        _ => template.to_owned(),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => scalar(other).unwrap_or_else(|| other.to_string()),
    }
}

fn fill(template: &str, values: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    let mut rest = template;
    for value in values {
        let blank = ["%s", "%d", "%r", "%i", "%f", "{}"]
            .iter()
            .filter_map(|blank| rest.find(blank).map(|at| (at, blank.len())))
            .min();
        match blank.and_then(|(at, length)| Some((rest.get(..at)?, rest.get(at + length..)?))) {
            Some((before, after)) => {
                text.push_str(before);
                text.push_str(&value);
                rest = after;
            }
            None => {
                text.push_str(rest);
                rest = "";
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&value);
            }
        }
    }
    text.push_str(rest);
    text
}
