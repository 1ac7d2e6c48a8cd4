//! What the members of a record show of a call to OpenAI, beside what its texts say: names of members, frames of a
//! dumped traceback, an id that stands beside a status.
//!
//! In goes the value of a record; out come yes and no. What a member says is read in `scope.rs`.

use serde_json::{Map, Value};

use super::lead;
use super::provider::is_request_id;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 8;
/// Elements of one list that are looked at.
const MAX_ELEMENTS: usize = 200;
/// Lines of a text in which an error tells its status, and the longest that is looked at, in bytes.
const MAX_LINES: usize = 4;
const MAX_LINE: usize = 400;

/// What stands behind `openai_` in the names of members that hold a part of an answer, in lower case. The names of
/// settings (`openai_timeout`) stand in records of other failures too.
const PARTS: &[&str] = &[
    "code",
    "error",
    "error_code",
    "error_message",
    "error_type",
    "organization",
    "processing_ms",
    "request_id",
    "requestid",
    "status",
    "status_code",
    "version",
];

/// Members that hold the frames of a traceback.
const FRAMES: &[&str] = &["frames", "stack", "stack_trace", "stacktrace", "traceback"];

/// Folders of the client library.
const LIBRARIES: &[&str] = &[
    "site-packages/openai/",
    "site-packages\\openai\\",
    "dist-packages/openai/",
    "node_modules/openai/",
    "node_modules\\openai\\",
];

/// Whether a member is named after a part of OpenAI's answer, whatever its value: `"openai_request_id": null`.
pub(super) fn has_name(value: &Value) -> bool {
    any_member(value, 0, &|name, _| {
        let rest = name.strip_prefix("openai").or_else(|| name.strip_prefix("Openai"));
        let rest = rest.or_else(|| name.strip_prefix("openAi")).or_else(|| name.strip_prefix("openAI"));
        rest.is_some_and(|rest| {
            let part = rest.trim_start_matches(['_', '-', '.']).replace('-', "_").to_ascii_lowercase();
            PARTS.contains(&part.as_str())
        })
    })
}

/// Whether a frame of a traceback that was dumped as objects lies in the client library.
pub(super) fn has_frame(value: &Value) -> bool {
    let is_of_library = |frame: &Value| {
        ["filename", "file", "fileName", "file_name", "abs_path", "path"]
            .iter()
            .filter_map(|name| frame.get(name)?.as_str())
            .any(|path| LIBRARIES.iter().any(|library| path.contains(library)))
    };
    any_member(value, 0, &|name, member| {
        FRAMES.contains(&name)
            && member.as_array().is_some_and(|frames| frames.iter().take(MAX_ELEMENTS).any(is_of_library))
    })
}

/// Whether the status of an object is that of the call although a route of the application stands there too: an id
/// that OpenAI gave stands beside it, and no text tells another status.
pub(super) fn is_of_the_call(object: &Map<String, Value>, status: u16) -> bool {
    let texts = || object.values().filter_map(Value::as_str);
    texts().any(|text| text.strip_prefix("req_").is_some_and(is_request_id))
        && texts().all(|text| {
            let lines = text.lines().take(MAX_LINES).filter(|line| line.len() < MAX_LINE);
            lines.filter_map(lead::status_in).all(|told| told == status)
        })
}

/// Whether a member of the value, however deep, is one of those.
fn any_member(value: &Value, depth: usize, is_one: &dyn Fn(&str, &Value) -> bool) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match value {
        Value::Object(object) => {
            object.iter().any(|(name, member)| is_one(name, member) || any_member(member, depth + 1, is_one))
        }
        Value::Array(elements) => {
            elements.iter().take(MAX_ELEMENTS).any(|element| any_member(element, depth + 1, is_one))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{PARTS, has_frame, has_name, is_of_the_call};

    const ID: &str = "req_00112233445566778899aabbccddeeff";

    #[test]
    fn parts_are_sorted_and_unique() {
        assert!(PARTS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn names_of_parts_of_an_answer_are_evidence_and_names_of_settings_are_not() {
        for name in ["openai_request_id", "openaiRequestId", "openai.status_code", "openai-processing-ms"] {
            assert!(has_name(&json!({"extra": {name: null}})), "{name}");
        }
        for name in ["openai_timeout", "openai", "openai_model", "request_id", "my_openai_status"] {
            assert!(!has_name(&json!({name: "x"})), "{name}");
        }
    }

    #[test]
    fn a_frame_in_the_library_is_evidence() {
        let dumped =
            |path: &str| json!({"exception": [{"frames": [{"filename": "a.py"}, {"filename": path}]}]});
        assert!(has_frame(&dumped("/srv/venv/lib/python3.12/site-packages/openai/_base_client.py")));
        assert!(has_frame(&dumped("C:\\app\\node_modules\\openai\\core.js")));
        assert!(!has_frame(&dumped("/srv/openai/app.py")));
        assert!(!has_frame(&json!({"files": [{"filename": "site-packages/openai/x.py"}]})));
    }

    fn check(object: &Value, expected: bool) {
        assert_eq!(is_of_the_call(object.as_object().unwrap(), 502), expected, "{object}");
    }

    #[test]
    fn a_status_beside_an_id_is_that_of_the_call_unless_the_error_tells_another() {
        check(&json!({"error": "upstream gone", "path": "/chat", "status": 502, "id": ID}), true);
        check(&json!({"error": "Error code: 401 - x", "path": "/chat", "status": 502, "id": ID}), false);
        check(&json!({"error": "upstream gone", "path": "/chat", "status": 502, "id": "web-77"}), false);
    }
}
