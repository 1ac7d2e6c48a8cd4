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
        Phrase::NoAnswer(_) if is_listed(text, at) || is_in_table(text, at) => return None,
        Phrase::NoAnswer(transport) => piece.transport = Some(transport),
        Phrase::BeforeRequest => {
            piece.is_before_request = true;
            let line = line_before(text, at);
            let begin = line.rfind(": ").map_or(0, |colon| colon + 2);
            piece.message = prose(text.get(at - (line.len() - begin)..)?);
        }
        Phrase::Sentence => sentence(text, at, &mut piece),
        Phrase::SentenceOfModel => {
            // With the name in quotes its beginning is known.
            let line = line_before(text, at).strip_suffix(|last: char| last.is_ascii_alphanumeric())?;
            let begin = line.rfind("The model ").filter(|begin| line.len() - begin < 100)?;
            sentence(text, at - line.len() - 1 + begin, &mut piece);
        }
        Phrase::EdgeText => {
            piece.body = Some(BodyKind::Text);
            piece.page = prose(rest);
        }
    }
    Some(piece)
}

/// A sentence of the API that begins here.
fn sentence(text: &str, at: usize, piece: &mut Piece) {
    piece.message = text.get(at..).and_then(prose);
    piece.status = lead::status_before(text, at);
    // What stands in front of the sentence is its own, whatever else the record says.
    piece.trust = if piece.status.is_some() { Trust::Rendering } else { Trust::Prose };
}

/// Whether a quoted text begins here as a member of a table of numbers: `'407': 'Proxy Authentication Required',` of a
/// dump names all statuses that there are.
fn is_in_table(text: &str, at: usize) -> bool {
    let quotes = ['\'', '"', '\\'];
    let (before, behind) = text.split_at_checked(at).unwrap_or_default();
    let Some(before) = before.trim_end_matches('\\').strip_suffix(quotes) else { return false };
    let Some(key) = before.trim_end_matches(['\\', ' ']).strip_suffix(':') else { return false };
    let key = key.trim_end_matches(quotes);
    let digits = key.bytes().rev().take_while(u8::is_ascii_digit).count();
    let earlier = key.get(..key.len() - digits).unwrap_or_default().trim_end_matches(quotes);
    let next = behind.find(['\'', '"']).and_then(|end| behind.get(end + 1..)).unwrap_or_default();
    let is_followed = next.strip_prefix(',').is_some_and(|next| {
        next.trim_start_matches(|next: char| next.is_whitespace() || quotes.contains(&next) || next == 'n')
            .starts_with(|next: char| next.is_ascii_digit())
    });
    digits == 3 && (is_followed || earlier.trim_end().ends_with(','))
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
