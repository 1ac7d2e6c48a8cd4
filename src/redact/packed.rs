//! Keys inside base64: known by what their first letters become, in each of the three ways in which
//! base64 can cut them.

use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Span;
use super::families::Alphabet;
use super::keys::{MARKER, run_end};

/// Letters that stand in keys and hardly anywhere else, long enough to be known when packed.
const LITERALS: &[&str] =
    &[MARKER, "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-ant-api", "sk-or-v1-", "PRIVATE KEY-----"];
/// Base64 characters before and behind the letters that can belong to the key.
const REACH: usize = 400;

/// What the literals become.
pub(super) static TRIGGERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let packed = |literal: &&str| {
        let shifted = move |shift: usize| {
            let mut bytes = vec![0; shift];
            bytes.extend_from_slice(literal.as_bytes());
            let text = STANDARD_NO_PAD.encode(&bytes);
            // Characters that also depend on what stands before and behind are left out.
            let last = text.len() - usize::from(!bytes.len().is_multiple_of(3));
            text.get((shift * 8).div_ceil(6)..last).unwrap_or_default().to_owned()
        };
        [shifted(0), shifted(1), shifted(2)]
    };
    LITERALS.iter().flat_map(packed).collect()
});

/// A run of base64 around such letters.
pub(super) fn packed_key(text: &str, hit: Range<usize>, found: &mut Vec<Span>) {
    let is_exact = text.get(hit.clone()).is_some_and(|hit| TRIGGERS.iter().any(|trigger| trigger == hit));
    if !is_exact {
        return;
    }
    let before = text.as_bytes().get(..hit.start).unwrap_or_default();
    let is_part = |byte: &u8| Alphabet::Base64.has(*byte) || matches!(byte, b'-' | b'_');
    let lead = before.iter().rev().take(REACH).take_while(|byte| is_part(byte)).count();
    let is_escape = before.get(..before.len() - lead).is_some_and(|rest| rest.ends_with(b"\\"));
    let start = hit.start - lead + usize::from(is_escape && lead > 0);
    let end = run_end(text, hit.end, Alphabet::Base64).min(hit.end + REACH);
    if end - start >= 24 {
        found.push(Span::new(start..end, "packed-key"));
    }
}
