//! How long the client was asked to wait before it sends again.

use crate::model::{Call, Limit};

/// Words before a pause in the message of an answer.
const LEADS: [&str; 3] = ["try again in ", "retry after ", "retry in "];

/// Milliseconds that the answer asks to wait: its headers, else its message, else the reset of the
/// bucket that is empty. `None` when it names none.
pub(super) fn asked_wait_ms(call: &Call) -> Option<u64> {
    let headers = &call.seen.headers;
    let limits = &headers.limits;
    let empty = |limit: Option<Limit>| limit.filter(|limit| limit.remaining == Some(0))?.reset_ms;
    headers
        .retry_after_ms
        .or_else(|| call.seen.error.message.as_ref().and_then(|text| named(text.as_str())))
        .or_else(|| {
            [limits.requests, limits.tokens, limits.images, limits.project_tokens]
                .into_iter()
                .filter_map(empty)
                .max()
        })
}

fn named(message: &str) -> Option<u64> {
    LEADS.iter().find_map(|lead| message.split_once(lead).and_then(|(_, rest)| pause(rest)))
}

/// `pause = 1*(number [" "] unit)`: `2.686s`, `6m0s`, `120ms`, `7 seconds`, `1h2m3s`.
fn pause(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = None;
    loop {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, tail) = rest.split_at_checked(digits)?;
        let Ok(number) = number.trim_end_matches('.').parse::<f64>() else { return total };
        let tail = tail.strip_prefix(' ').unwrap_or(tail);
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at_checked(letters)?;
        let Some(scale) = milliseconds(unit) else { return total };
        total = Some(total.unwrap_or(0_u64).saturating_add((number * scale) as u64));
        rest = tail;
    }
}

fn milliseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "second" | "seconds" => 1e3,
        "m" | "min" | "minute" | "minutes" => 6e4,
        "h" | "hour" | "hours" => 3.6e6,
        "d" | "day" | "days" => 8.64e7,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::named;

    #[track_caller]
    fn check(message: &str, expected: Option<u64>) {
        assert_eq!(named(message), expected, "{message}");
    }

    #[test]
    fn pauses_are_read_from_messages() {
        check("Requested 2140. Please try again in 2.686s. Visit https://x", Some(2686));
        check("Please try again in 6m0s.", Some(360_000));
        check("Please try again in 120ms. Visit", Some(120));
        check("Please retry after 7 seconds.", Some(7000));
        check("try again in 1h2m3s", Some(3_723_000));
        check("try again in a while", None);
        check("try again later", None);
        check("retry after 5 apples", None);
        check("try again in 3é", None);
    }
}
