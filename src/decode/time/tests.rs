#![allow(clippy::unwrap_used, reason = "a test may stop")]

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil};
use proptest::prelude::*;
use serde_json::json;

use super::{
    StampOrigin, epoch_float, epoch_int, from_json, parse, parse_time_of_day, parse_with_year, prefix,
};
use crate::decode::Settings;

fn shown(text: &str) -> Option<String> {
    let stamp = parse(text, &Settings { year: Some(2026), ..Settings::default() })?;
    let mark = if stamp.origin == StampOrigin::Own { "" } else { " assumed" };
    Some(format!("{}{mark}", stamp.at))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(text).as_deref(), Some(expected), "{text:?}");
}

#[track_caller]
fn check_prefix(line: &str, expected: &str) {
    assert_eq!(prefix(line).and_then(|length| line.get(..length)), Some(expected), "{line:?}");
}

#[test]
fn every_shape_with_a_zone() {
    for (text, expected) in [
        ("2026-11-21T04:38:46Z", "2026-11-21T04:38:46Z"),
        ("2026-11-21t04:38:46z", "2026-11-21T04:38:46Z"),
        ("2026-11-21T04:38:46.195862+00:00", "2026-11-21T04:38:46.195862Z"),
        ("2026-11-21T04:38:46.195862123Z", "2026-11-21T04:38:46.195862123Z"),
        ("2026-11-21T04:38:46.1958621234567Z", "2026-11-21T04:38:46.195862123Z"),
        ("2026-11-21T04:38:46.1234567Z", "2026-11-21T04:38:46.1234567Z"),
        ("2026-11-21 04:38:46,189Z", "2026-11-21T04:38:46.189Z"),
        ("2026-11-21T04:43:34+0000", "2026-11-21T04:43:34Z"),
        ("2026-11-21T04:43:34+0200", "2026-11-21T02:43:34Z"),
        ("2026-11-21T04:43:34-08", "2026-11-21T12:43:34Z"),
        ("2026-11-21T04:43:34+09", "2026-11-20T19:43:34Z"),
        ("2026-11-21 04:43:34 +0000", "2026-11-21T04:43:34Z"),
        ("2026-11-21 04:43:34 -05:30", "2026-11-21T10:13:34Z"),
        ("2026-11-21 04:43:34 +09", "2026-11-20T19:43:34Z"),
        ("2026-11-21 04:38:46.189 +00:00", "2026-11-21T04:38:46.189Z"),
        ("2026-11-21 04:45:45.678 UTC", "2026-11-21T04:45:45.678Z"),
        ("2026-11-21 04:45:45 GMT", "2026-11-21T04:45:45Z"),
        ("2026-11-21 04:45:45 PST", "2026-11-21T12:45:45Z"),
        ("2026-11-21 04:45:45.678567 +0000 UTC m=+0.012345", "2026-11-21T04:45:45.678567Z"),
        ("2026-11-21T04:38:46+01:00[Europe/Berlin]", "2026-11-21T03:38:46Z"),
        ("2026-07-21T04:38:46[Europe/Berlin]", "2026-07-21T02:38:46Z"),
        ("2026-11-21T04:38Z", "2026-11-21T04:38:00Z"),
        ("20261121T044545Z", "2026-11-21T04:45:45Z"),
        ("2026/11/21 04:45:45 +0100", "2026-11-21T03:45:45Z"),
        ("21/Nov/2026:04:43:38 +0000", "2026-11-21T04:43:38Z"),
        ("21/Nov/2026:04:43:38 -0130", "2026-11-21T06:13:38Z"),
        ("Sat, 21 Nov 2026 04:38:46 GMT", "2026-11-21T04:38:46Z"),
        ("Saturday, 21-Nov-26 04:38:46 GMT", "2026-11-21T04:38:46Z"),
        ("Sat, 21 Nov 2026 04:38:46 +0200 (EET)", "2026-11-21T02:38:46Z"),
        ("Sat Nov 21 04:45:45 UTC 2026", "2026-11-21T04:45:45Z"),
        ("Sat Nov 21 2026 04:38:46 GMT+0100 (Central European Standard Time)", "2026-11-21T03:38:46Z"),
        (" 2026-11-21T04:38:46Z\n", "2026-11-21T04:38:46Z"),
        ("2026-11-21T23:59:60Z", "2026-11-21T23:59:59Z"),
        ("2026-11-21T24:00:00Z", "2026-11-22T00:00:00Z"),
        ("2026-12-31 24:00:00 UTC", "2027-01-01T00:00:00Z"),
    ] {
        check(text, expected);
    }
}

#[test]
fn every_shape_without_a_zone() {
    for (text, expected) in [
        ("2026-11-21 04:38:46,189", "2026-11-21T04:38:46.189Z assumed"),
        ("2026-11-21T04:38:46.195862", "2026-11-21T04:38:46.195862Z assumed"),
        ("2026-11-21_04:38:46.12345", "2026-11-21T04:38:46.12345Z assumed"),
        ("2026-11-21 04:38:46:189", "2026-11-21T04:38:46.189Z assumed"),
        ("2026/11/21 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("2026.11.21 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("21.11.2026, 04:45:45.1234", "2026-11-21T04:45:45.1234Z assumed"),
        ("11-12-2026 04:45:45", "2026-11-12T04:45:45Z assumed"),
        ("21-11-2026 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("2026-11-21-04-45-45", "2026-11-21T04:45:45Z assumed"),
        ("2026-11-21 at 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("20261121 04:45:45.678", "2026-11-21T04:45:45.678Z assumed"),
        ("20261121_044545", "2026-11-21T04:45:45Z assumed"),
        ("261121 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("11-21 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("21 Nov 04:45:45", "2026-11-21T04:45:45Z assumed"),
        ("2026/11/21 04:45:45.678567", "2026-11-21T04:45:45.678567Z assumed"),
        ("21/Nov/2026 04:59:05", "2026-11-21T04:59:05Z assumed"),
        ("21-Nov-2026 04:59:05.123", "2026-11-21T04:59:05.123Z assumed"),
        ("21 Nov 2026 04:59:05.123", "2026-11-21T04:59:05.123Z assumed"),
        ("Sat Nov 21 04:45:45.123456 2026", "2026-11-21T04:45:45.123456Z assumed"),
        ("Sun Nov  1 04:45:45 2026", "2026-11-01T04:45:45Z assumed"),
        ("Nov 21, 2026 4:41:39 AM", "2026-11-21T04:41:39Z assumed"),
        ("Nov 21, 2026 4:41:39\u{202f}PM", "2026-11-21T16:41:39Z assumed"),
        ("Nov 21, 2026, 12:41:39 AM", "2026-11-21T00:41:39Z assumed"),
        ("Nov 21, 2026 @ 04:38:46.189", "2026-11-21T04:38:46.189Z assumed"),
        ("November 21, 2026 at 4:38 PM", "2026-11-21T16:38:00Z assumed"),
        ("11/21/26 04:38:46", "2026-11-21T04:38:46Z assumed"),
        ("11/21/2026, 4:38:46 PM", "2026-11-21T16:38:46Z assumed"),
        ("21/11/2026 04:38:46", "2026-11-21T04:38:46Z assumed"),
        ("Nov  1 04:41:39", "2026-11-01T04:41:39Z assumed"),
        ("Nov 21 04:41:39.123", "2026-11-21T04:41:39.123Z assumed"),
        ("Nov 21 2026 04:41:39", "2026-11-21T04:41:39Z assumed"),
        ("Sat Nov 21 04:41:39", "2026-11-21T04:41:39Z assumed"),
        ("E1121 04:38:46.195862", "2026-11-21T04:38:46.195862Z assumed"),
        ("1121 04:38:46.195862", "2026-11-21T04:38:46.195862Z assumed"),
    ] {
        check(text, expected);
    }
}

#[test]
fn epochs_as_text_are_exact() {
    for (text, expected) in [
        ("1795236060", "2026-11-21T04:41:00Z"),
        ("@400000006b02aa8024d9ccbc", "2026-11-22T08:40:22.6182535Z"),
        ("1795236060148", "2026-11-21T04:41:00.148Z"),
        ("1795236060148123", "2026-11-21T04:41:00.148123Z"),
        ("1795236060148123456", "2026-11-21T04:41:00.148123456Z"),
        ("1795236060.148123456", "2026-11-21T04:41:00.148123456Z"),
        ("1795236060148.25", "2026-11-21T04:41:00.14825Z"),
        ("1.795236060148e9", "2026-11-21T04:41:00.148Z"),
        ("1.795236060148E+12", "2026-11-21T04:41:00.148Z"),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_is_not_a_time() {
    for text in [
        "",
        "8080",
        "401",
        "-1795236060",
        "12345678901",
        "4102444800",
        "1420070399",
        "2014-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-21",
        "04:38:46",
        "2026-11-21T25:00:00Z",
        "2026-11-21T24:00:01Z",
        "2026-11-21T04:61:00Z",
        "2026-11-21T04:38:46+0",
        "2026-11-21T04:38:46Z and more",
        "2026-11-21 04:38:46 IST",
        "2026-11-21T04:38:46+99:00",
        "nan",
        "inf",
        "1e400",
        "Nov 31 04:41:39",
        "May be 4:38:46",
        "127.0.0.1",
        "1.2.3",
        "Nov",
        "1795236060.1.2",
        "99999999999999999999999999999999999999999999",
        "2026-11-21T04:38:46\u{e9}",
        "13:00 PM",
        "2026-11-21T04:38:46Z[INFO]",
        "2026-11-21-04:00",
        "10-21",
        "31.13.2026 04:38:46",
        "991332 04:38:46",
        "11-21 04:38",
    ] {
        assert_eq!(shown(text), None, "{text:?}");
    }
}

#[test]
fn an_offset_is_never_dropped() {
    let settings = Settings { zone: TimeZone::get("Asia/Tokyo").unwrap(), ..Settings::default() };
    for text in ["2026-11-21T04:43:34+0000", "2026-11-21 04:43:34 +0000", "2026-11-21 04:43:34 UTC"] {
        let stamp = parse(text, &settings).unwrap();
        assert_eq!((stamp.at.to_string().as_str(), stamp.origin), ("2026-11-21T04:43:34Z", StampOrigin::Own));
    }
    let stamp = parse("2026-11-21 04:43:34", &settings).unwrap();
    assert_eq!(stamp.at.to_string(), "2026-11-20T19:43:34Z");
    assert_eq!(stamp.origin, StampOrigin::OwnAssumedZone);
}

#[test]
fn gaps_move_forward_and_folds_are_the_earlier() {
    let settings = Settings { zone: TimeZone::get("Europe/Berlin").unwrap(), ..Settings::default() };
    let at = |text| parse(text, &settings).unwrap().at.to_string();
    assert_eq!(at("2026-03-29 02:30:00"), "2026-03-29T01:30:00Z");
    assert_eq!(at("2026-10-25 02:30:00"), "2026-10-25T00:30:00Z");
}

#[test]
fn a_missing_year_comes_from_the_caller_only() {
    let settings = Settings::default();
    assert_eq!(parse("Nov 21 04:41:39", &settings), None);
    assert_eq!(parse("E1121 04:38:46.195862", &settings), None);
    let stamp = parse_with_year("Nov 21 04:41:39", 2025, &settings).unwrap();
    assert_eq!(stamp.at.to_string(), "2025-11-21T04:41:39Z");
    let stamp = parse_with_year("Sat Nov 21 04:41:39 2026", 2025, &settings).unwrap();
    assert_eq!(stamp.at.to_string(), "2026-11-21T04:41:39Z");
    assert_eq!(parse_with_year("Feb 29 04:41:39", 2025, &settings), None);
    assert!(parse_with_year("Feb 29 04:41:39", 2024, &settings).is_some());
}

#[test]
fn times_of_day() {
    let check = |text: &str, expected: &str| {
        assert_eq!(parse_time_of_day(text).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
    };
    check("11:42:07", "11:42:07");
    check("[04:38:46]", "04:38:46");
    check("04:41:00.148", "04:41:00.148");
    check("04:41:00,148", "04:41:00.148");
    check("4:38AM", "04:38:00");
    check("4:38:01 pm", "16:38:01");
    for text in ["", "11:42", "4:38 x", "2026-11-21T04:38:46Z", "25:00:00", "24:00:00", "11:42:07 +01:00"] {
        assert_eq!(parse_time_of_day(text), None, "{text}");
    }
}

#[test]
fn prefixes_end_where_the_time_ends() {
    for (line, expected) in [
        ("2026-11-21 04:59:05,594 - x - WARNING - line1", "2026-11-21 04:59:05,594"),
        ("2026-11-21 04:43:34 -12 left", "2026-11-21 04:43:34"),
        ("2026-11-21 04:38:46.189 | ERROR    | m:f:34 - msg", "2026-11-21 04:38:46.189"),
        ("2026-11-21 04:38:46.189 +00:00 [ERR] msg", "2026-11-21 04:38:46.189 +00:00"),
        ("2026-11-21T04:38:46.123456789Z stdout F x", "2026-11-21T04:38:46.123456789Z"),
        ("2026-11-21T04:38:46.189Z[INFO] x", "2026-11-21T04:38:46.189Z"),
        ("2026-11-21 04:38:46 UTC [12] ERROR", "2026-11-21 04:38:46 UTC"),
        ("2026-11-21 04:38:46 INFO UTC", "2026-11-21 04:38:46"),
        ("2026-11-21T04:38:46Z\tERROR", "2026-11-21T04:38:46Z"),
        ("2026-11-21T04:38:46.189: x", "2026-11-21T04:38:46.189"),
        ("2026-11-21 04:38:46,INFO,x", "2026-11-21 04:38:46"),
        ("2026/11/21 04:45:45 main.go:7: msg", "2026/11/21 04:45:45"),
        ("21/Nov/2026:04:43:38 +0000] \"GET", "21/Nov/2026:04:43:38 +0000"),
        ("Nov 21, 2026 4:41:39 AM J main", "Nov 21, 2026 4:41:39 AM"),
        ("Nov 21 04:41:39 host app[1]: x", "Nov 21 04:41:39"),
        ("Nov 21 04:41:39 2026host app[1]: x", "Nov 21 04:41:39"),
        ("Sat Nov 21 04:45:45.123456 2026] [proxy:error]", "Sat Nov 21 04:45:45.123456 2026"),
        ("E1121 04:38:46.195862   12345 f.go:12] x", "E1121 04:38:46.195862"),
        ("11/21/26 04:38:46] ERROR", "11/21/26 04:38:46"),
        ("1795236060.148    123 10.0.0.1 TCP_MISS/401", "1795236060.148"),
        ("1795236060148 x", "1795236060148"),
    ] {
        check_prefix(line, expected);
    }
    for line in [
        "",
        "ERROR: x",
        "INFO 2026-11-21T04:38:46Z",
        "401 Unauthorized",
        "12 items",
        "March on",
        "Sat down",
        "\u{e9}t\u{e9}",
        "{\"a\":1}",
        "2026-11-21T04:38:46Zulu",
        "127.0.0.1 - -",
        "1795236060 x",
        "Inner",
        "Error",
    ] {
        assert_eq!(prefix(line), None, "{line:?}");
    }
}

#[test]
fn json_values() {
    let settings = Settings::default();
    let at = |value| from_json(&value, &settings).map(|stamp| stamp.at.to_string());
    assert_eq!(at(json!(1_795_236_060)).as_deref(), Some("2026-11-21T04:41:00Z"));
    assert_eq!(at(json!(1_795_236_060_148_123_456_u64)).as_deref(), Some("2026-11-21T04:41:00.148123456Z"));
    assert_eq!(at(json!(1_795_236_060.148_123)).as_deref(), Some("2026-11-21T04:41:00.148123Z"));
    assert_eq!(at(json!("1795236060148123456")).as_deref(), Some("2026-11-21T04:41:00.148123456Z"));
    assert_eq!(at(json!("2026-11-21T04:41:00Z")).as_deref(), Some("2026-11-21T04:41:00Z"));
    assert_eq!(at(json!(null)), None);
    assert_eq!(at(json!([1_795_236_060])), None);
    assert_eq!(at(json!(30)), None);
}

proptest! {
    #[test]
    fn printed_times_are_read_back(nanoseconds in 1_420_070_400_000_000_000_i64..4_102_444_800_000_000_000, offset in -18_i8..=18) {
        let at = Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap();
        let settings = Settings::default();
        let zoned = at.to_zoned(TimeZone::fixed(jiff::tz::offset(offset)));
        for format in ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f %z", "%d/%b/%Y:%H:%M:%S%.f %z", "%b %d, %Y %I:%M:%S%.f %p %z"] {
            let text = zoned.strftime(format).to_string();
            prop_assert_eq!(parse(&text, &settings).map(|stamp| stamp.at), Some(at), "{}", text);
            prop_assert_eq!(prefix(&text), Some(text.len()));
            let line = format!("{text} ERROR x");
            prop_assert_eq!(prefix(&line), Some(text.len()));
        }
    }

    #[test]
    fn epochs_of_every_unit_agree(milliseconds in 1_420_070_400_000_i64..4_102_444_800_000) {
        let number = i128::from(milliseconds);
        let expected = Timestamp::from_millisecond(milliseconds).unwrap();
        for read in [
            epoch_int(number), epoch_int(number * 1_000), epoch_int(number * 1_000_000),
            epoch_float(milliseconds as f64), epoch_float(milliseconds as f64 / 1e3), epoch_float(milliseconds as f64 * 1e3),
        ] {
            prop_assert_eq!(read.map(|stamp| stamp.at), Some(expected));
        }
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,40}|[0-9TZ:.,/@ +eE-]{0,40}|(Nov|Sat|E11)[0-9a-zA-Z:., ]{0,30}") {
        let settings = Settings { year: Some(2026), ..Settings::default() };
        let _ = (parse(&text, &settings), parse_time_of_day(&text));
        if let Some(length) = prefix(&text) {
            prop_assert!(text.get(..length).is_some());
        }
    }
}

#[test]
fn a_time_of_day_can_inherit_a_date() {
    let time = parse_time_of_day("[04:38:46]").unwrap();
    let date = civil::date(2026, 11, 21);
    assert_eq!(date.to_datetime(time).checked_add(1.second()).unwrap().to_string(), "2026-11-21T04:38:47");
}

#[test]
fn zone_words_are_sorted_and_within_a_day() {
    let words = super::zones::ZONE_WORDS;
    assert!(words.is_sorted_by(|one, next| one.0 < next.0));
    assert!(words.iter().all(|(word, minutes)| {
        word.bytes().all(|byte| byte.is_ascii_uppercase()) && minutes.abs() <= 18 * 60
    }));
}
