//! How long a time at the start of a text is; it is only measured here, never parsed.

/// Length of the time that stands at the start of the text: a date with a time of day, or a time of
/// day with seconds. Any of the usual separators, fractions and offsets.
pub(crate) fn time_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let date = date_length(bytes)?;
    let mut at = date;
    if at > 0 {
        match bytes.get(at) {
            Some(b'T' | b't' | b' ' | b':' | b'_') => at += 1,
            Some(b',') if bytes.get(at + 1) == Some(&b' ') => at += 1,
            _ => return None,
        }
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    let clock = clock_length(bytes.get(at..)?)?;
    at += clock;
    Some(at + offset_length(bytes.get(at..).unwrap_or_default()))
}

/// `2026-11-21`, `2026/11/21`, `21/Nov/2026`, `11/21/26`, `Nov 21, 2026`, `Sat Nov 21`, `20261121`; 0 when a clock follows at once.
fn date_length(bytes: &[u8]) -> Option<usize> {
    let digits = count_digits(bytes);
    match (digits, bytes.get(digits)) {
        (4, Some(b'-' | b'/' | b'.')) => {
            let separator = bytes.get(4)?;
            let month = count_digits(bytes.get(5..)?);
            let day_at = 5 + month + 1;
            (matches!(month, 1 | 2) && bytes.get(5 + month) == Some(separator)).then_some(())?;
            let day = count_digits(bytes.get(day_at..)?);
            matches!(day, 1 | 2).then_some(day_at + day)
        }
        (8, Some(b'T')) => Some(8),
        (1 | 2, Some(b':')) => Some(0),
        (1 | 2, Some(b'/' | b'-' | b'.')) => {
            let rest = bytes.get(digits + 1..)?;
            let month = if is_month(rest) { 3 } else { count_digits(rest) };
            matches!(month, 1..=3).then_some(())?;
            let year_at = digits + 1 + month + 1;
            let year = count_digits(bytes.get(year_at..)?);
            matches!(year, 2 | 4).then_some(year_at + year)
        }
        (0, Some(_)) => month_date_length(bytes),
        _ => None,
    }
}

fn month_date_length(bytes: &[u8]) -> Option<usize> {
    const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    let mut at = 0;
    if bytes.get(..3).is_some_and(|start| DAYS.contains(&start)) {
        at = 3;
        while matches!(bytes.get(at), Some(b',' | b' ')) {
            at += 1;
        }
    }
    is_month(bytes.get(at..)?).then_some(())?;
    at += 3;
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    let day = count_digits(bytes.get(at..)?);
    matches!(day, 1 | 2).then_some(())?;
    at += day;
    if bytes.get(at) == Some(&b',') && bytes.get(at + 1) == Some(&b' ') {
        let year = count_digits(bytes.get(at + 2..)?);
        return (year == 4).then_some(at + 6);
    }
    Some(at)
}

pub(super) fn is_month(bytes: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    bytes.get(..3).is_some_and(|start| MONTHS.contains(&start))
}

/// `04:38:46`, with fraction and `AM`/`PM`.
pub(super) fn clock_length(bytes: &[u8]) -> Option<usize> {
    let hour = count_digits(bytes);
    matches!(hour, 1 | 2).then_some(())?;
    let minute_at = hour + 1;
    (bytes.get(hour) == Some(&b':') && count_digits(bytes.get(minute_at..)?) == 2).then_some(())?;
    let second_at = minute_at + 3;
    (bytes.get(minute_at + 2) == Some(&b':') && count_digits(bytes.get(second_at..)?) == 2).then_some(())?;
    let mut at = second_at + 2;
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        let fraction = count_digits(bytes.get(at + 1..)?);
        if fraction > 0 {
            at += 1 + fraction;
        }
    }
    for separator in [&b" "[..], "\u{202f}".as_bytes()] {
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix(separator)
            && (after.starts_with(b"AM") || after.starts_with(b"PM"))
        {
            at += separator.len() + 2;
            break;
        }
    }
    Some(at)
}

/// `Z`, ` UTC`, `+0000`, ` +00:00`, and the year behind an asctime.
fn offset_length(bytes: &[u8]) -> usize {
    let space = usize::from(bytes.first() == Some(&b' '));
    let rest = bytes.get(space..).unwrap_or_default();
    match rest.first() {
        Some(b'Z' | b'z') if space == 0 && !rest.get(1).is_some_and(u8::is_ascii_alphanumeric) => 1,
        Some(b'+' | b'-') => {
            let hours = count_digits(rest.get(1..).unwrap_or_default());
            match hours {
                4 => space + 5,
                2 if rest.get(3) == Some(&b':') && count_digits(rest.get(4..).unwrap_or_default()) == 2 => {
                    space + 6
                }
                2 if space == 0 => space + 3,
                _ => 0,
            }
        }
        Some(b'U' | b'G')
            if (rest.starts_with(b"UTC") || rest.starts_with(b"GMT"))
                && !rest.get(3).is_some_and(u8::is_ascii_alphanumeric) =>
        {
            space + 3
        }
        Some(b'2') if space == 1 && rest.starts_with(b"20") && count_digits(rest) == 4 => space + 4,
        _ => 0,
    }
}

pub(super) fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
