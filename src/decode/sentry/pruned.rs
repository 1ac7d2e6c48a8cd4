//! Long Sentry events, read without what nobody asks for.
//!
//! Half of an event are the source lines around each frame, a quarter are breadcrumbs of the application's own
//! doings. Neither says anything about a call, unless a key stands there; nor do frames of the application. So an
//! event in which nothing can be a key is read without them: every other value is the one that a full reading
//! gives.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::breadcrumb::may_have_failed;
use super::event::is_event;
use super::exposed;

/// Shorter documents are read as they are.
const SHORTEST: usize = 4096;

/// Members of a frame that anybody asks for; source lines and hashes are most of the others.
const OF_FRAME: [&str; 10] =
    ["abs_path", "absPath", "filename", "function", "in_app", "inApp", "lineno", "lineNo", "module", "vars"];

/// The event that the text is, without source lines, frames of the application, and breadcrumbs of what
/// did not fail. `None` where
/// it is none, is short, or may hold a key.
pub(in crate::decode) fn read(text: &str) -> Option<Value> {
    let is_long = text.len() >= SHORTEST && text.starts_with('{');
    let is_event_like = is_long && memchr::memmem::find(text.as_bytes(), b"\"exception\"").is_some();
    if !is_event_like || has_escaped_letters(text) || exposed::may_hold_key(text) {
        return None;
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Pruned(Part::Event).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    is_event(&value).then_some(value)
}

/// Whether letters or digits may be written as `\u0041`, so that words stand there which cannot be searched.
fn has_escaped_letters(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b"\\u00")
        .any(|at| matches!(text.as_bytes().get(at + 4), Some(b'2'..=b'7')))
}

/// Where in an event a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Event,
    Breadcrumbs,
    Breadcrumb,
    /// Exceptions, but for the variables in them.
    Exceptions,
    Frame,
    Other,
}

impl Part {
    /// Where a member of an object stands; `None` for what is left out.
    fn member(self, name: &str) -> Option<Self> {
        match (self, name) {
            (Self::Event, "breadcrumbs") | (Self::Breadcrumbs, "values") => Some(Self::Breadcrumbs),
            (Self::Event, "exception") | (Self::Exceptions, "values" | "stacktrace") => {
                Some(Self::Exceptions)
            }
            (Self::Exceptions, "frames") => Some(Self::Frame),
            (Self::Frame, name) if !OF_FRAME.contains(&name) => None,
            _ => Some(Self::Other),
        }
    }
}

/// A value at its place.
struct Pruned(Part);

impl<'de> DeserializeSeed<'de> for Pruned {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.0 {
            Part::Breadcrumb => breadcrumb(deserializer),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Pruned {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        // Other elements of a list stand where the list stands.
        let part = if self.0 == Part::Breadcrumbs { Part::Breadcrumb } else { self.0 };
        let is_thinned = matches!(part, Part::Breadcrumb | Part::Frame);
        while let Some(value) = elements.next_element_seed(Pruned(part))? {
            if !is_thinned || !value.is_null() {
                list.push(value);
            }
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        // Of most frames nothing is kept, so that the map is made when that is known.
        let mut kept: Vec<(Name<'de>, Value)> = Vec::new();
        let mut is_own = false;
        while let Some(name) = members.next_key::<Name<'de>>()? {
            match self.0.member(&name.0).filter(|_| !is_own) {
                Some(part) => {
                    let value = members.next_value_seed(Pruned(part))?;
                    is_own = self.0 == Part::Frame && is_application(&name.0, &value);
                    kept.push((name, value));
                }
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        if is_own {
            return Ok(Value::Null);
        }
        Ok(Value::Object(kept.into_iter().map(|(name, value)| (name.0.into_owned(), value)).collect()))
    }
}

/// The name of a member, as it stands in the text where nothing is escaped in it.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Whether a member of a frame says that it is one of the application.
fn is_application(name: &str, value: &Value) -> bool {
    matches!(name, "in_app" | "inApp") && *value == Value::Bool(true)
}

/// A breadcrumb that may be one of a failed request, else `null`.
fn breadcrumb<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let json = <&RawValue>::deserialize(deserializer)?.get();
    if may_have_failed(json) { serde_json::from_str(json).map_err(D::Error::custom) } else { Ok(Value::Null) }
}

#[cfg(test)]
mod tests {
    use super::super::event;
    use super::read;
    use crate::decode::Settings;
    use crate::model::Context;
    use serde_json::{Value, json};

    /// A long event with `lines` around its frames.
    fn document(lines: &str) -> Value {
        let frame = |line: &str| {
            json!({"function": "f", "module": "openai.x", "pre_context": [line, "x".repeat(3000)],
                "context_line": line, "post_context": [line], "vars": {"status_code": "401"}, "in_app": false})
        };
        json!({
            "event_id": "9fac2ceed9344f2bbfdd1fdacb0ed9b1", "platform": "python", "timestamp": 1_795_235_926.195_862,
            "exception": {"values": [{"type": "AuthenticationError", "module": "openai",
                "value": "Error code: 401 - {'error': {'code': 'invalid_api_key'}}",
                "stacktrace": {"frames": [frame(lines), frame("y"), {"function": "own", "in_app": true, "vars": {"a": "left out"}}]}}]},
            "breadcrumbs": {"values": [
                {"type": "default", "category": "query", "message": "SELECT 1"},
                {"type": "http", "category": "httplib", "data": {"url": "https://api.openai.com/v1/x", "status_code": 401}},
                {"category": "log", "message": "HTTP Request: POST https://api.openai.com/v1/x \"HTTP/1.1 200 OK\""},
                {"category": "httpx", "data": {"frames": [{"context_line": "kept"}], "status_code": 502}},
                {"category": "httpx", "data": {"context_line": "left out", "status_code": 200}},
            ]},
            "extra": {"n": -1, "big": 18_446_744_073_709_551_615_u64, "none": null, "is": true, "context_line": "kept"},
        })
    }

    #[test]
    fn an_event_says_the_same_without_what_is_left_out() {
        let whole = document("return client.chat()");
        let pruned = read(&whole.to_string()).expect("an event");
        assert!(pruned.to_string().len() < whole.to_string().len() / 2);
        assert!(pruned.to_string().matches("kept").count() == 2 && !pruned.to_string().contains("left out"));
        let decoded = |value| event::event(value, &mut Context::default(), &Settings::default());
        assert_eq!(decoded(&pruned), decoded(&whole));
    }

    #[test]
    fn an_event_that_may_hold_a_key_is_read_as_a_whole() {
        let key = format!("key = '{}{}'", "sk-pr", "oj-a1B2".repeat(6));
        assert_eq!(read(&document(&key).to_string()), None);
        let escaped = document("x").to_string().replace("SELECT", "\\u0053ELECT");
        assert_eq!(read(&escaped), None);
    }

    #[test]
    fn what_is_no_event_or_short_is_not_read() {
        let record = json!({"message": "x".repeat(5000), "exception": "text"}).to_string();
        assert_eq!(read(&record), None);
        assert_eq!(read(r#"{"event_id":"9fac2ceed9344f2bbfdd1fdacb0ed9b1"}"#), None);
    }
}
