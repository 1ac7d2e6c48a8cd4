//! The exceptions of an event: their lines, the one that speaks of OpenAI, and its innermost frames.

use std::fmt::Write as _;

use serde_json::Value;

use super::shape::{first_text, is_removed, list, scalar, text};

/// How many frames of client libraries are shown.
const MAX_FRAMES: usize = 4;

/// How many exceptions of one event are read.
const MAX_EXCEPTIONS: usize = 64;

/// One exception.
pub(super) struct Exception<'a> {
    module: Option<&'a str>,
    kind: Option<&'a str>,
    value: Option<String>,
    pub(super) raw: &'a Value,
}

impl Exception<'_> {
    /// `openai.AuthenticationError`; the module only where the class name does not hold it already.
    pub(super) fn class(&self) -> Option<String> {
        let kind = self.kind?;
        match self.module {
            Some(module) if !kind.contains('.') && kind != module => Some(format!("{module}.{kind}")),
            _ => Some(kind.to_owned()),
        }
    }

    /// `openai.AuthenticationError: Error code: 401 - …`
    pub(super) fn line(&self) -> Option<String> {
        match (self.class(), &self.value) {
            (Some(class), Some(value)) => Some(format!("{class}: {value}")),
            // The mark of the scrubber keeps the line that of an exception.
            (Some(class), None) if self.is_removed() => Some(format!("{class}: [Filtered]")),
            (Some(class), None) => Some(class),
            (None, Some(value)) => Some(value.clone()),
            (None, None) => None,
        }
    }

    /// Whether a scrubber removed the value.
    fn is_removed(&self) -> bool {
        self.raw.get("value").and_then(Value::as_str).is_some_and(is_removed)
    }

    /// How much this exception says about a call to OpenAI.
    fn weight(&self) -> u8 {
        let says_openai = |text: &str| text.to_ascii_lowercase().contains("openai");
        if self.module.is_some_and(says_openai) || self.kind.is_some_and(says_openai) {
            return 3;
        }
        let value = self.value.as_deref().unwrap_or("");
        if says_openai(value) || is_api_text(value) {
            return 2;
        }
        u8::from(
            self.module.is_some_and(|module| module.starts_with("httpx") || module.starts_with("httpcore")),
        )
    }
}

/// The exceptions as stored: the oldest, the root cause, first.
pub(super) fn exceptions(event: &Value) -> Vec<Exception<'_>> {
    let stored = event.get("exception").or_else(|| event.get("sentry.interfaces.Exception"));
    list(stored)
        .into_iter()
        .take(MAX_EXCEPTIONS)
        .filter(|raw| raw.is_object())
        .map(|raw| Exception {
            module: text(raw, "module"),
            kind: text(raw, "type"),
            value: raw.get("value").and_then(value_text),
            raw,
        })
        .collect()
}

/// The exception that speaks of OpenAI, else the last one that OpenAI's client raised, else the last one.
pub(super) fn spoken<'e, 'a>(exceptions: &'e [Exception<'a>]) -> Option<&'e Exception<'a>> {
    let spoken = exceptions.iter().max_by_key(|exception| exception.weight())?;
    let is_of_client =
        |exception: &&Exception<'_>| library_frames(exception).iter().any(|frame| frame.contains("openai"));
    match spoken.weight() {
        0 => exceptions.iter().rev().find(is_of_client).or(Some(spoken)),
        _ => Some(spoken),
    }
}

/// The innermost frames of an exception that belong to libraries, innermost first, in the shape of a
/// stack of Node (`    at openai._base_client.request (openai/_base_client.py:1148)`).
pub(super) fn library_frames(exception: &Exception<'_>) -> Vec<String> {
    let frames = exception.raw.get("stacktrace").and_then(|stack| stack.get("frames"));
    let Some(frames) = frames.and_then(Value::as_array) else { return Vec::new() };
    let is_library = |frame: &&Value| {
        let in_app = frame.get("in_app").or_else(|| frame.get("inApp"));
        let is_runtime = text(frame, "filename").is_some_and(|name| name.starts_with("node:"));
        in_app.and_then(Value::as_bool) != Some(true) && !is_runtime
    };
    frames.iter().rev().filter(is_library).take(MAX_FRAMES).filter_map(frame_line).collect()
}

fn frame_line(frame: &Value) -> Option<String> {
    let file = first_text(frame, &["filename", "abs_path", "absPath"]);
    let function = first_text(frame, &["function"]);
    let place = match (text(frame, "module"), function) {
        (Some(module), Some(function)) => format!("{module}.{function}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => file?.to_owned(),
    };
    let mut line = format!("    at {place}");
    if let Some(file) = file {
        let number = frame.get("lineno").or_else(|| frame.get("lineNo")).and_then(scalar);
        let _ = match number {
            Some(number) => write!(line, " ({file}:{number})"),
            None => write!(line, " ({file})"),
        };
    }
    Some(line)
}

/// The value of an exception; anything that is no text is shown as JSON.
fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() || is_removed(text) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// `Error code: 401 …` of the Python library, `401 Incorrect …` of the JavaScript one.
fn is_api_text(text: &str) -> bool {
    let digits = text.strip_prefix("Error code: ").unwrap_or(text);
    let digits = digits.strip_prefix("Request failed with status code ").unwrap_or(digits);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    count == 3 && matches!(digits.bytes().next(), Some(b'4' | b'5'))
}
