//! Notices that a request will be sent again.

use super::prose::rest_of_line;
use crate::extract::piece::{Piece, Trust};
use crate::model::Role;

/// `Retrying request to /chat/completions in 0.394219 seconds`, `Retrying f in 4.0 seconds as it raised X: …`.
pub(super) fn retry_notice(text: &str, start: usize, end: usize) -> Option<Piece> {
    let line = rest_of_line(text, end);
    let line = line.split(" as it raised").next()?;
    let (_, pause) = line.rsplit_once(" in ").or_else(|| line.split_once("in "))?;
    let number: f64 = pause.split(' ').next()?.parse().ok()?;
    let unit = pause.split(' ').nth(1).unwrap_or_default();
    (unit.starts_with("second") || unit.starts_with('s') || unit.is_empty()).then_some(())?;
    let path = rest_of_line(text, start)
        .split(" to ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .filter(|path| path.starts_with('/'));
    Some(Piece {
        trust: Trust::Rendering,
        origin: if text.get(start..end) == Some("Retrying request") { "retry-request" } else { "retry" },
        role: Some(Role::Retry),
        url: path.map(str::to_owned),
        retry_in_ms: (number.is_finite() && (0.0..1e9).contains(&number))
            .then(|| (number * 1000.0).round() as u64),
        ..Piece::default()
    })
}

/// `Retrying (Retry(total=1, …)) after connection broken by '…'` of urllib3.
pub(super) fn urllib3_retry(_: &str, _: usize, _: usize) -> Option<Piece> {
    Some(Piece { trust: Trust::Prose, origin: "urllib3", role: Some(Role::Retry), ..Piece::default() })
}
