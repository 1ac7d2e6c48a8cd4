//! Phrases of the API and of client libraries, and HTML pages.

use super::prose::{line_before, prose};
use crate::extract::lead;
use crate::extract::literals::{List, Literals};
use crate::extract::page;
use crate::extract::phrases::Phrase;
use crate::extract::piece::{Piece, Trust};
use crate::model::BodyKind;

/// How HTML pages begin.
pub(in crate::extract) const PAGES: [&str; 4] = ["<!DOCTYPE html", "<!doctype html", "<html", "<HTML"];

pub(super) fn phrase_piece(text: &str, at: usize, phrase: Phrase) -> Option<Piece> {
    let mut piece = Piece { at, trust: Trust::Prose, ..Piece::default() };
    let rest = text.get(at..)?;
    match phrase {
        Phrase::NoAnswer(_) if is_listed(text, at) => return None,
        Phrase::NoAnswer(transport) => piece.transport = Some(transport),
        Phrase::BeforeRequest => {
            piece.is_before_request = true;
            let line = line_before(text, at);
            let begin = line.rfind(": ").map_or(0, |colon| colon + 2);
            piece.message = prose(text.get(at - (line.len() - begin)..)?);
        }
        Phrase::Sentence => {
            piece.message = prose(rest);
            piece.status = lead::status_before(text, at);
            // What stands in front of the sentence is its own, whatever else the record says.
            piece.trust = if piece.status.is_some() { Trust::Rendering } else { Trust::Prose };
        }
        Phrase::EdgeText => {
            piece.body = Some(BodyKind::Text);
            piece.page = prose(rest);
        }
    }
    Some(piece)
}

/// Whether a quoted word begins here as one of a list: `errorCodes: ['ETIMEDOUT', 'ECONNRESET']` of a client's
/// options names what would be tried again, not what happened.
fn is_listed(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let Some(before) = before.strip_suffix(['\'', '"']) else { return false };
    let behind = text.get(at..).unwrap_or_default();
    let word = behind.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(behind.len());
    let is_word = word > 0 && behind.get(word..).is_some_and(|rest| rest.starts_with(['\'', '"']));
    is_word && before.trim_end_matches([' ', '\n', '\\']).ends_with([',', '['])
}

/// HTML pages: title and visible text.
pub(super) fn pages(text: &str, literals: &Literals, pieces: &mut Vec<Piece>) {
    let mut at = 0;
    for start in literals.list(List::Pages).iter().map(|hit| hit.at.start) {
        if start < at {
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find("</html>").or_else(|| rest.find("</HTML>")).map_or(rest.len(), |end| end + 7);
        let page = page::visible_text(rest.get(..end).unwrap_or(rest));
        pieces.push(Piece {
            at: start,
            trust: Trust::Rendering,
            body: Some(BodyKind::Html),
            page: Some(page),
            ..Piece::default()
        });
        at = start + end;
    }
}
