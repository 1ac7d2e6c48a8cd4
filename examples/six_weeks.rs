//! Six weeks of logs of a small company that calls the OpenAI API: the same bytes in every run.
//!
//! `cargo run --example six_weeks -- DIR` writes one file per week and service. The story, in ISO weeks of
//! 2026 (times in UTC):
//!
//! | week | what happens |
//! |---|---|
//! | W41 | all is well |
//! | W42 | `search-indexer` begins to re-index at night and runs into its limit of tokens per minute, from now on every night |
//! | W43 | `search-indexer` moves to another region on Wednesday at 08:00; calls from there are refused until it moves back at 14:00 |
//! | W44 | `support-bot` gets openai-python 2.6.0 on Monday and asks for a model that its project may not use, until Tuesday 10:00 |
//! | W45 | the account's quota is used up on Thursday from 14:00 to 17:00; nothing works until somebody pays |
//! | W46 | the key of `billing-api` is revoked on Tuesday at 09:20 and replaced at 11:00; its worker keeps the old one until 15:30. On Friday `search-indexer` is in the wrong region again, from 08:00 to 10:00 |

use std::fmt::Write as _;

/// Seconds of the first moment: Monday 2026-10-05, the first day of W41.
const START: i64 = 1_791_158_400;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// Number of the first week.
const FIRST_WEEK: i64 = 41;
/// How many weeks.
const WEEKS: i64 = 6;
/// How often a service calls.
const PACE: i64 = 20 * MINUTE;

/// A service: its name, the end of its key, its environment.
struct Service {
    name: &'static str,
    key_end: &'static str,
    host: &'static str,
}

const SERVICES: &[Service] = &[
    Service { name: "billing-api", key_end: "Qx7T", host: "app-1" },
    Service { name: "billing-worker", key_end: "Qx7T", host: "app-2" },
    Service { name: "search-indexer", key_end: "m3Kd", host: "batch-1" },
    Service { name: "support-bot", key_end: "Zp9L", host: "app-1" },
];

/// What a call comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Ok,
    Refused,
    Quota,
    Tokens,
    Region,
    Model,
}

/// All files: name and text.
pub(crate) fn logs() -> Vec<(String, String)> {
    let weeks = (0..WEEKS).flat_map(|week| SERVICES.iter().map(move |service| (week, service)));
    weeks
        .map(|(week, service)| {
            let name = format!("{}-2026-W{}.log", service.name, FIRST_WEEK + week);
            (name, log(week, service))
        })
        .collect()
}

/// The log of a service in a week.
fn log(week: i64, service: &Service) -> String {
    let mut noise = Noise(0x5eed ^ (week << 8) as u64 ^ service.name.len() as u64);
    let mut text = String::new();
    let mut at = week * WEEK + noise.below(PACE);
    while at < (week + 1) * WEEK {
        match outcome(service, week, at) {
            Outcome::Tokens => {
                for attempt in 0..3 {
                    call(&mut text, service, at + attempt * 2, Outcome::Tokens, &mut noise);
                }
                call(&mut text, service, at + 9, Outcome::Ok, &mut noise);
            }
            outcome => call(&mut text, service, at, outcome, &mut noise),
        }
        at += PACE - MINUTE + noise.below(2 * MINUTE);
    }
    text
}

/// The story.
fn outcome(service: &Service, week: i64, at: i64) -> Outcome {
    let (day, hour) = (at % WEEK / DAY, at % DAY);
    let is_between = |from: i64, to: i64| (from..to).contains(&hour);
    match (FIRST_WEEK + week, service.name, day) {
        (46, "billing-api", 1) if is_between(9 * HOUR + 20 * MINUTE, 11 * HOUR) => Outcome::Refused,
        (46, "billing-worker", 1) if is_between(9 * HOUR + 20 * MINUTE, 15 * HOUR + 30 * MINUTE) => {
            Outcome::Refused
        }
        (46, "search-indexer", 4) if is_between(8 * HOUR, 10 * HOUR) => Outcome::Region,
        (45, _, 3) if is_between(14 * HOUR, 17 * HOUR) => Outcome::Quota,
        (44, "support-bot", 0 | 1) if day == 0 || hour < 10 * HOUR => Outcome::Model,
        (43, "search-indexer", 2) if is_between(8 * HOUR, 14 * HOUR) => Outcome::Region,
        (42.., "search-indexer", _) if is_between(2 * HOUR, 4 * HOUR) => Outcome::Tokens,
        _ => Outcome::Ok,
    }
}

/// The lines of one call.
fn call(text: &mut String, service: &Service, at: i64, outcome: Outcome, noise: &mut Noise) {
    let head = |level: &str, logger: &str, second: i64| {
        format!("{} {level} {logger} [{}] host={}", stamp(at + second), service.name, service.host)
    };
    let status = match outcome {
        Outcome::Ok => "200 OK",
        Outcome::Refused => "401 Unauthorized",
        Outcome::Quota | Outcome::Tokens => "429 Too Many Requests",
        Outcome::Region => "403 Forbidden",
        Outcome::Model => "404 Not Found",
    };
    let request = "HTTP Request: POST https://api.openai.com/v1/chat/completions";
    let _ = writeln!(text, "{} {request} \"HTTP/1.1 {status}\"", head("INFO", "httpx", 0));
    if outcome == Outcome::Ok {
        let _ = writeln!(text, "{} done in {} ms", head("INFO", "app.jobs", 1), 400 + noise.below(900));
        return;
    }
    let error = error(outcome, service, noise);
    let version = if service.name == "support-bot" && at >= 3 * WEEK { "2.6.0" } else { "1.99.9" };
    let _ = writeln!(text, "{} OpenAI/Python {version} failed: {error}", head("ERROR", "app.llm", 0));
}

/// The error as the client library words it.
fn error(outcome: Outcome, service: &Service, noise: &mut Noise) -> String {
    let (status, message, kind, code) = match outcome {
        Outcome::Ok => return String::new(),
        Outcome::Refused => (
            401,
            format!(
                "Incorrect API key provided: sk-proj-{}{}. You can find your API key at https://platform.openai.com/account/api-keys.",
                "*".repeat(152),
                service.key_end
            ),
            "'invalid_request_error'",
            "'invalid_api_key'",
        ),
        Outcome::Quota => (
            429,
            "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.".to_owned(),
            "'insufficient_quota'",
            "'insufficient_quota'",
        ),
        Outcome::Tokens => {
            let used = 28_500 + noise.below(1500);
            let message = format!(
                "Rate limit reached for gpt-4o-mini in organization org-SYNTHETIC0123456789abcd on tokens per min (TPM): Limit 30000, Used {used}, Requested 2140. Please try again in 4.2s. Visit https://platform.openai.com/account/rate-limits to learn more."
            );
            (429, message, "'tokens'", "'rate_limit_exceeded'")
        }
        Outcome::Region => (
            403,
            "Country, region, or territory not supported".to_owned(),
            "'request_forbidden'",
            "'unsupported_country_region_territory'",
        ),
        Outcome::Model => (
            404,
            "The model `gpt-5-pro` does not exist or you do not have access to it.".to_owned(),
            "'invalid_request_error'",
            "'model_not_found'",
        ),
    };
    format!(
        "Error code: {status} - {{'error': {{'message': '{message}', 'type': {kind}, 'param': None, 'code': {code}}}}}{}",
        request_id(service, noise)
    )
}

/// Only `support-bot` logs the ids of its requests.
fn request_id(service: &Service, noise: &mut Noise) -> String {
    match service.name {
        "support-bot" => {
            format!(" (request_id: req_{:016x}{:016x})", noise.below(i64::MAX), noise.below(i64::MAX))
        }
        _ => String::new(),
    }
}

/// `2026-10-05T00:00:00Z`: civil date from days, after Howard Hinnant's algorithm.
fn stamp(second: i64) -> String {
    let second = START + second;
    let (days, rest) = (second.div_euclid(DAY), second.rem_euclid(DAY));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / HOUR, rest % HOUR / MINUTE, rest % MINUTE);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Noise(u64);

impl Noise {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % end.unsigned_abs().max(1)).cast_signed()
    }
}

#[allow(dead_code, reason = "tests use the logs without the program")]
fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "six-weeks".into());
    let folder = std::path::Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    logs().into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
}
