//! Durations as rate-limit headers and messages write them: `6m0s`, `120ms`, `8.64s`, `1d2h`.

use nom::branch::alt;
use nom::bytes::complete::tag_no_case;
use nom::character::complete::{char, digit1, multispace0};
use nom::combinator::{eof, opt, recognize, value};
use nom::multi::many1;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// Milliseconds, rounded, of a Go duration; words for units and spaces are tolerated, a number
/// without a unit is seconds. `None` for anything else, also for negative durations.
pub(crate) fn millis(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches(['.', ',']);
    let seconds = |text| terminated(decimal, eof::<&str, nom::error::Error<&str>>).parse(text);
    let millis = match seconds(text) {
        Ok((_, number)) => number * 1000.0,
        Err(_) => terminated(many1(part), eof).parse(text).ok()?.1.iter().sum(),
    };
    // A thousand years are no waiting time.
    (millis.is_finite() && (0.0..3.2e13).contains(&millis)).then(|| round(millis))
}

/// The whole number nearest to `millis`, which is known to lie within its range.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller has checked the range"
)]
fn round(millis: f64) -> u64 {
    millis.round() as u64
}

/// part := decimal space? unit space?          `8.64s`
fn part(text: &str) -> IResult<&str, f64> {
    let (rest, (number, unit)) = (decimal, preceded(multispace0, unit)).parse(text)?;
    let (rest, _) = multispace0.parse(rest)?;
    Ok((rest, number * unit))
}

/// decimal := digits ('.' digits)? | '.' digits          `8.64`
fn decimal(text: &str) -> IResult<&str, f64> {
    let number = alt((recognize((digit1, opt((char('.'), digit1)))), recognize((char('.'), digit1))));
    nom::combinator::map_res(number, str::parse).parse(text)
}

/// unit := the milliseconds of one; longer names stand before those they begin with
fn unit(text: &str) -> IResult<&str, f64> {
    const MINUTE: f64 = 60_000.0;
    alt((
        value(0.000_001, tag_no_case("ns")),
        value(0.001, alt((tag_no_case("us"), tag_no_case("µs"), tag_no_case("μs")))),
        value(1.0, alt((tag_no_case("milliseconds"), tag_no_case("millisecond"), tag_no_case("ms")))),
        value(
            1000.0,
            alt((
                tag_no_case("seconds"),
                tag_no_case("second"),
                tag_no_case("secs"),
                tag_no_case("sec"),
                tag_no_case("s"),
            )),
        ),
        value(
            MINUTE,
            alt((
                tag_no_case("minutes"),
                tag_no_case("minute"),
                tag_no_case("mins"),
                tag_no_case("min"),
                tag_no_case("m"),
            )),
        ),
        value(60.0 * MINUTE, alt((tag_no_case("hours"), tag_no_case("hour"), tag_no_case("h")))),
        value(24.0 * 60.0 * MINUTE, alt((tag_no_case("days"), tag_no_case("day"), tag_no_case("d")))),
    ))
    .parse(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::millis;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(millis(text), expected, "{text}");
    }

    #[test]
    fn durations_of_headers_are_read() {
        check("6m0s", Some(360_000));
        check("120ms", Some(120));
        check("8.64s", Some(8_640));
        check("28m48s", Some(1_728_000));
        check("6h12m", Some(22_320_000));
        check("1d2h", Some(93_600_000));
        check("59.999s", Some(59_999));
        check("20", Some(20_000));
        check("0.5", Some(500));
        check("0s", Some(0));
        check(" 20 seconds.", Some(20_000));
        check("1 minute 5 seconds", Some(65_000));
        check("100µs", Some(0));
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in
            ["", "-1s", "soon", "1x", "s", "1s later", "[REDACTED]", "1e400", &"9".repeat(400), "2026-11-20"]
        {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn go_durations_come_back(hours in 0_u64..1000, minutes in 0_u64..60, seconds in 0_u64..60, thousandths in 0_u64..1000) {
            let text = format!("{hours}h{minutes}m{seconds}.{thousandths:03}s");
            prop_assert_eq!(millis(&text), Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths));
        }

        #[test]
        fn any_text_is_taken_without_panic(text in any::<String>()) {
            millis(&text);
        }
    }
}
