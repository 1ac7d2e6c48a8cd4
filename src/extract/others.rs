//! What other providers write that speak OpenAI's protocol: their sentences, types, codes and bodies.
//!
//! Programs call them with OpenAI's own client libraries, so class and status of what is raised look like
//! OpenAI's, and often no host stands beside it. In goes what one attempt says; out comes whether somebody
//! else said it. The knowledge is `others.tsv`, one row a text: who writes it, in which place it is evidence
//! (a `sentence` anywhere in the message, a whole `message`, a `type`, a `code`, the `shape` of a body,
//! a `status` that OpenAI never answers), and
//! how it is known (a row of the catalogue of errors, the provider's documentation, or reports only). What a
//! provider copies letter for letter is not listed: it cannot be told from OpenAI's.

use std::sync::LazyLock;

use hashbrown::HashSet;
use serde_json::{Map, Value};

use super::piece::Piece;
use super::provider;
use crate::search::Searcher;

const TABLE: &str = include_str!("others.tsv");

/// The rows of the table, by their place.
struct Others {
    sentences: Searcher,
    messages: Searcher,
    kinds: HashSet<&'static str>,
    codes: HashSet<&'static str>,
    shapes: Vec<Shape>,
    statuses: HashSet<u16>,
}

static OTHERS: LazyLock<Others> = LazyLock::new(|| {
    let texts = |place| rows().filter(move |row| row.place == place).map(|row| row.text);
    Others {
        sentences: Searcher::new(texts("sentence"), false),
        messages: Searcher::new(texts("message"), false),
        kinds: texts("type").collect(),
        codes: texts("code").collect(),
        shapes: texts("shape").map(Shape::read).collect(),
        statuses: texts("status").filter_map(|text| text.parse().ok()).collect(),
    }
});

/// A row of the table.
struct Row {
    place: &'static str,
    text: &'static str,
}

/// `provider TAB evidence TAB text TAB source`, below a line of titles.
fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t').skip(1);
        Some(Row { place: cells.next()?, text: cells.next()? })
    })
}

/// Whether somebody else than OpenAI wrote what the attempt says; the text of the record speaks where no
/// message was taken from it. Links to OpenAI's pages outweigh the rest; a shape alone gives way to a sentence
/// of OpenAI.
pub(crate) fn wrote(attempt: &Piece, text: &str) -> bool {
    let message = attempt.message.as_deref().unwrap_or(text);
    if message.contains("openai.com") {
        return false;
    }
    let is_one_of = |texts: &HashSet<&str>, text: Option<&str>| text.is_some_and(|text| texts.contains(text));
    attempt.status.is_some_and(|status| OTHERS.statuses.contains(&status))
        || is_one_of(&OTHERS.kinds, attempt.kind.as_deref())
        || is_one_of(&OTHERS.codes, attempt.code.as_deref())
        || says(&OTHERS.sentences, message, |_, _| true)
        || says(&OTHERS.messages, message, |before, behind| is_end(before) && is_end(behind))
        || attempt.has_foreign_shape
            && !attempt.message.as_deref().is_some_and(|message| provider::named(message).openai)
}

/// The first sentence of another provider in a text.
pub(crate) fn sentence_in(text: &str) -> Option<&'static str> {
    let found = OTHERS.sentences.find(text).into_iter().min_by_key(|found| (found.at.end, found.at.start))?;
    rows().filter(|row| row.place == "sentence").nth(found.number).map(|row| row.text)
}

/// Whether one of the texts stands in the message, between what it may stand between.
fn says(texts: &Searcher, message: &str, stands: impl Fn(&str, &str) -> bool) -> bool {
    texts.find(message).iter().any(|found| {
        let before = message.get(..found.at.start).unwrap_or_default();
        let behind = message.get(found.at.end..).unwrap_or_default();
        stands(before, behind)
    })
}

/// Whether a whole message begins behind this text or ends before it: nothing stands there, a quote, or the
/// type of the error.
fn is_end(text: &str) -> bool {
    let text = text.trim_matches(['.', ' ']);
    text.is_empty() || text.starts_with(['"', '\'', '\\']) || text.ends_with(['"', '\'', ':'])
}

/// Whether a body has the shape of somebody else's errors.
pub(crate) fn shaped(object: &Map<String, Value>) -> bool {
    OTHERS.shapes.iter().any(|shape| shape.fits(object))
}

/// The members of a body: `code:number message status:capitals details?`. All must be there but those with a
/// question mark, and no others unless `…` says so.
struct Shape {
    members: Vec<Member>,
    is_open: bool,
}

struct Member {
    name: &'static str,
    kind: Kind,
    is_optional: bool,
}

/// What a member of a shape holds.
enum Kind {
    Anything,
    /// A number.
    Number,
    /// An object.
    Object,
    /// Nothing.
    Null,
    /// Four digits in a text.
    Digits,
    /// `RESOURCE_EXHAUSTED`.
    Capitals,
    /// `InvalidApiKey`, `Throttling.RateQuota`.
    Name,
    /// This text.
    Text(&'static str),
}

impl Shape {
    fn read(text: &'static str) -> Self {
        let mut shape = Self { members: Vec::new(), is_open: false };
        for word in text.split(' ') {
            if word == "…" {
                shape.is_open = true;
                continue;
            }
            let (word, is_optional) = word.strip_suffix('?').map_or((word, false), |word| (word, true));
            let (name, kind) = match (word.split_once('='), word.split_once(':')) {
                (Some((name, text)), _) => (name, Kind::Text(text)),
                (None, Some((name, kind))) => (name, Kind::of(kind)),
                (None, None) => (word, Kind::Anything),
            };
            shape.members.push(Member { name, kind, is_optional });
        }
        shape
    }

    fn fits(&self, object: &Map<String, Value>) -> bool {
        if !self.is_open && object.len() > self.members.len() {
            return false;
        }
        let mut known = 0;
        for member in &self.members {
            match object.get(member.name) {
                Some(value) if member.kind.holds(value) => known += 1,
                None if member.is_optional => {}
                _ => return false,
            }
        }
        self.is_open || known == object.len()
    }
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "number" => Self::Number,
            "object" => Self::Object,
            "null" => Self::Null,
            "digits" => Self::Digits,
            "capitals" => Self::Capitals,
            "name" => Self::Name,
            _ => Self::Anything,
        }
    }

    fn holds(&self, value: &Value) -> bool {
        let is_text = |holds: &dyn Fn(&str) -> bool| value.as_str().is_some_and(holds);
        match self {
            Self::Anything => true,
            Self::Number => value.is_number(),
            Self::Object => value.is_object(),
            Self::Null => value.is_null(),
            Self::Digits => is_text(&|text| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())),
            Self::Capitals => {
                is_text(&|text| text.len() > 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            }
            Self::Name => is_text(&|text| {
                text.starts_with(|c: char| c.is_ascii_uppercase())
                    && text.bytes().any(|b| b.is_ascii_lowercase())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
            }),
            Self::Text(expected) => is_text(&|text| text == *expected),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, Shape, TABLE, provider, rows, shaped, wrote};

    #[test]
    fn the_table_is_complete_sorted_and_unique() {
        let lines: Vec<&str> = TABLE.lines().skip(1).collect();
        let key = |line: &str| {
            let [provider, evidence, text, source] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("four cells: {line}");
            };
            let places = ["type", "code", "shape", "message", "sentence", "status"];
            let place = places.iter().position(|known| *known == evidence).expect(line);
            let is_sourced = source.starts_with("row ") || matches!(source, "documented" | "reported");
            assert!(is_sourced && !text.is_empty() && text.trim() == text, "{line}");
            (provider.to_lowercase(), place, text.to_owned())
        };
        assert!(lines.is_sorted_by(|a, b| key(a) < key(b)), "sorted by provider, evidence and text");
        assert_eq!(rows().count(), lines.len());
    }

    /// A text of OpenAI in the table would hide its failures.
    #[test]
    fn no_text_of_openai_is_listed() {
        for row in rows() {
            assert!(!provider::named(row.text).openai, "{}", row.text);
        }
    }

    fn check(shape: &'static str, body: &str, expected: bool) {
        let value: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            Shape::read(shape).fits(value.as_object().expect("an object")),
            expected,
            "{shape} {body}"
        );
    }

    #[test]
    fn a_shape_wants_its_members_and_no_others() {
        check("code:number reason?", r#"{"code": 1}"#, true);
        check("code:number reason?", r#"{"code": 1, "reason": "x"}"#, true);
        check("code:number reason?", r#"{"reason": "x"}"#, false);
        check("code:number reason?", r#"{"code": "1"}"#, false);
        check("code:number reason?", r#"{"code": 1, "param": null}"#, false);
        check("code:number …", r#"{"code": 1, "param": null, "type": 1}"#, true);
        check("type=error code:digits", r#"{"type": "error", "code": "1113"}"#, true);
        check("type=error code:digits", r#"{"type": "error", "code": "401"}"#, false);
        check("code:name data:null", r#"{"code": "Throttling.RateQuota", "data": null}"#, true);
        check("code:name data:null", r#"{"code": "rate_limit_exceeded", "data": null}"#, false);
        check("status:capitals", r#"{"status": "UNAUTHENTICATED"}"#, true);
        check("status:capitals", r#"{"status": "401"}"#, false);
    }

    #[test]
    fn bodies_of_openai_have_no_foreign_shape() {
        for body in [
            r#"{"message": "m", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}"#,
            r#"{"code": 502, "message": "Bad gateway.", "param": null, "type": "cf_bad_gateway"}"#,
            r#"{"type": "error", "event_id": "e", "error": {}}"#,
            r#"{"type": "error", "error": {}, "sequence_number": 3}"#,
            r#"{"code": "401", "message": "Access denied"}"#,
            r#"{"statusCode": 401, "message": "Unauthorized."}"#,
            r#"{"error": "invalid_grant", "error_description": "x"}"#,
        ] {
            let value: serde_json::Value = serde_json::from_str(body).expect("JSON");
            assert!(!shaped(value.as_object().expect("an object")), "{body}");
        }
    }

    #[test]
    fn what_names_a_page_of_openai_is_its_own() {
        let says = |message: &str| Piece { message: Some(message.to_owned()), ..Piece::default() };
        assert!(wrote(&says("Invalid API Key"), ""));
        assert!(wrote(&says("Invalid API Key."), ""));
        assert!(!wrote(&says("Invalid API Key provided: sk_test_****abcd"), ""));
        assert!(!wrote(&says("Invalid API Key, see https://platform.openai.com/account/api-keys"), ""));
        let shaped = |message: &str| Piece { has_foreign_shape: true, ..says(message) };
        assert!(wrote(&shaped("Authentication failed"), ""));
        let quota = "You exceeded your current quota, please check your plan and billing details.";
        assert!(!wrote(&shaped(quota), ""));
    }

    #[test]
    fn the_text_speaks_where_no_message_was_taken() {
        let silent = Piece { status: Some(401), ..Piece::default() };
        assert!(wrote(&silent, "401 {\"id\":\"x\",\"message\":\"invalid api token\"}"));
        assert!(wrote(&silent, "openai 401 {'error': 'Invalid username or password.'}"));
        assert!(!wrote(&silent, "openai 401: the invalid api token of the user"));
    }
}
