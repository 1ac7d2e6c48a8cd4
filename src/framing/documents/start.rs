//! Whether a source is a JSON document, told by its start, which is in memory.

/// Whether the source is a document and no log of lines: its first value does not end on the line on
/// which it begins, or it is one array, or an export that holds many records in one value.
pub(crate) fn is_document(start: &[u8], lists: &[&[&str]], is_whole: bool) -> bool {
    let Some(first) = start
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf | 0x1e))
    else {
        return false;
    };
    let looks_like_array = |rest: &[u8]| {
        rest.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'"' | b'[' | b']'))
    };
    match start.get(first) {
        Some(b'[') if !looks_like_array(start.get(first + 1..).unwrap_or_default()) => return false,
        Some(b'[' | b'{') => {}
        _ => return false,
    }
    let line_end =
        memchr::memchr(b'\n', start.get(first..).unwrap_or_default()).map_or(start.len(), |at| first + at);
    match value_end(start, first) {
        Some(end) if end <= line_end => {
            let rest = start.get(end..).unwrap_or_default().trim_ascii_start();
            let is_only = is_whole && rest.is_empty();
            start.get(first) == Some(&b'[')
                || is_only && lists.iter().any(|list| find_array(start, first, list).is_some())
        }
        // A first line that is whole JSON up to a cut is a long line, not a document.
        Some(_) => true,
        None => {
            line_end < start.len()
                || start.get(first) == Some(&b'[')
                || lists.iter().any(|list| find_array(start, first, list).is_some())
        }
    }
}

/// Position behind the value that starts at `start`; `None` when it has no end.
pub(super) fn value_end(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return Some(at),
            _ => at += 1,
        }
    }
}

/// Position behind the string whose opening quote stands at `start`.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Start of the array at a path of keys below the object at `start`.
fn find_array(text: &[u8], start: usize, path: &[&str]) -> Option<usize> {
    let mut object = start;
    for key in path {
        object = member(text, object, key)?;
    }
    (text.get(object) == Some(&b'[')
        && text
            .get(object + 1..)?
            .trim_ascii_start()
            .first()
            .is_some_and(|byte| matches!(byte, b'{' | b'[' | b']')))
    .then_some(object)
}

/// Start of the value of a member of the object at `start`.
fn member(text: &[u8], start: usize, key: &str) -> Option<usize> {
    (text.get(start) == Some(&b'{')).then_some(())?;
    let mut at = start + 1;
    for _ in 0..10_000 {
        at += text
            .get(at..)?
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','))
            .count();
        (text.get(at) == Some(&b'"')).then_some(())?;
        let name_end = string_end(text, at)?;
        let name = text.get(at + 1..name_end - 1)?;
        at = name_end;
        at += text
            .get(at..)?
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b':'))
            .count();
        if name == key.as_bytes() {
            return Some(at);
        }
        at = value_end(text, at)?;
    }
    None
}
