//! What the name of a file says of a rotation: the name of the log, a date, a number.
//!
//! ```text
//! name   = stem separator date [separator number] [ending] | stem "." number | stem separator number "." ending
//! date   = year month day [time] | seconds since the epoch
//! ```

/// Endings that packers add.
const PACKED: [&str; 7] = [".gz", ".zst", ".bz2", ".xz", ".zstd", ".gzip", ".bz"];
/// Digits of a number that counts files.
const MAX_DIGITS: usize = 5;

/// A name in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The name without date and number.
    pub(super) stem: String,
    /// The digits of the date, with the time where there is one.
    pub(super) date: Option<String>,
    pub(super) number: Option<u32>,
}

/// The name without the endings that packers add.
pub(super) fn unpacked(mut name: &str) -> &str {
    while let Some(rest) = PACKED.iter().find_map(|ending| name.strip_suffix(ending)) {
        name = rest;
    }
    name
}

/// A name that only rotation gives: it has a date, or it ends in a number behind its own ending.
pub(super) fn named(name: &str) -> Option<Name> {
    let Some((before, date, after)) = dated(name) else {
        let (stem, number) = ends_in_number(name)?;
        return Some(Name { stem: stem.to_owned(), date: None, number: Some(number) });
    };
    let is_separator = |letter: char| "-_.".contains(letter);
    let before = before.trim_end_matches(is_separator);
    // What counts the files of a day stands behind the day; a number before it is that of a host.
    let (after, number) = match (ends_in_number(after), numbered(after)) {
        (Some((after, number)), _) => (after.to_owned(), Some(number)),
        (None, Some((head, number, ending))) => (format!("{head}{ending}"), Some(number)),
        (None, None) => match after.strip_prefix('.').and_then(count) {
            Some(number) => (String::new(), Some(number)),
            None => (after.to_owned(), None),
        },
    };
    let after = if before.is_empty() { after.trim_start_matches(is_separator) } else { &after };
    let stem = format!("{before}{after}");
    (!stem.is_empty()).then_some(Name { stem, date: Some(date), number })
}

/// A name with a number before its ending, which hosts and replicas have too: `app.1.log`, `app-1.log`, `app1.log`.
pub(super) fn weak(name: &str) -> Option<Name> {
    if let Some((head, number, ending)) = numbered(name).filter(|(head, ..)| !head.is_empty()) {
        let stem = format!("{head}{ending}");
        return Some(Name { stem, date: None, number: Some(number) });
    }
    let (base, ending) = name.split_at(name.rfind('.')?);
    let head = base.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = count(base.strip_prefix(head)?)?;
    let stem = format!("{head}{ending}");
    head.ends_with(char::is_alphabetic).then_some(Name { stem, date: None, number: Some(number) })
}

/// A number of few digits and nothing else.
fn count(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= MAX_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// `app.log.1` → `app.log`, 1. What stands before the number has to hold a letter, as an address has not.
fn ends_in_number(name: &str) -> Option<(&str, u32)> {
    let (stem, number) = name.rsplit_once('.')?;
    let ending = stem.rsplit('.').next().unwrap_or_default();
    ending.contains(char::is_alphabetic).then_some((stem, count(number)?))
}

/// `app-1.log` → `app`, 1, `.log`.
fn numbered(name: &str) -> Option<(&str, u32, &str)> {
    let (base, ending) = name.split_at(name.rfind('.')?);
    let (head, number) = base.split_at(base.rfind(['-', '_', '.'])?);
    let number = count(number.get(1..)?)?;
    ending.contains(char::is_alphabetic).then_some((head, number, ending))
}

/// What stands before the first date of a name, its digits, and what stands behind it.
fn dated(name: &str) -> Option<(&str, String, &str)> {
    let bytes = name.as_bytes();
    let begins = |at: &usize| {
        bytes.get(*at).is_some_and(u8::is_ascii_digit)
            && at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|b| !b.is_ascii_digit())
    };
    (0..bytes.len()).filter(begins).find_map(|at| {
        let (before, rest) = name.split_at_checked(at)?;
        let mut cursor = Cursor { rest, digits: String::new() };
        cursor.date()?;
        cursor.time();
        Some((before, cursor.digits, cursor.rest))
    })
}

/// Reads a date.
#[derive(Clone)]
struct Cursor<'a> {
    rest: &'a str,
    digits: String,
}

impl Cursor<'_> {
    /// How many digits come next.
    fn run(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }

    /// Takes so many digits when the number that they are lies in `range`.
    fn take(&mut self, count: usize, range: std::ops::RangeInclusive<u64>) -> Option<()> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let number: u64 = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
        range.contains(&number).then(|| {
            self.digits.push_str(digits);
            self.rest = rest;
        })
    }

    /// Passes over one of these letters.
    fn pass(&mut self, letters: &str) -> bool {
        let rest = self.rest.strip_prefix(|letter| letters.contains(letter));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn date(&mut self) -> Option<()> {
        let start = self.clone();
        if self.day().is_some() {
            return Some(());
        }
        *self = start;
        // Seconds since the epoch, as `rotatelogs` writes them: 2014 to 2033.
        (self.run() == 10).then(|| self.take(10, 1_400_000_000..=1_999_999_999)).flatten()
    }

    /// `2026-11-14`, `20261114`.
    fn day(&mut self) -> Option<()> {
        let is_compact = self.run() >= 8;
        self.take(4, 2015..=2100)?;
        let has_separator = !is_compact && self.pass("-_.");
        self.take(2, 1..=12)?;
        if has_separator != self.pass("-_.") && !is_compact {
            return None;
        }
        self.take(2, 1..=31)
    }

    /// The time behind a date, as far as there is one: `T10-15-00.123`, `-101500`, `_10`.
    fn time(&mut self) {
        let start = self.clone();
        let is_dot = self.rest.starts_with('.');
        let is_apart = self.pass("Tt-_. ");
        let is_time = match self.run() {
            6 => self.clock(3, false),
            4 => self.clock(2, false),
            2 if !is_dot || !is_apart => self.clock(1, true),
            _ => None,
        };
        if is_time.is_none() {
            *self = start;
        }
    }

    /// Hour, minute and second, as many of them as `count`; `more` may follow behind separators.
    fn clock(&mut self, count: usize, more: bool) -> Option<()> {
        self.take(2, 0..=23)?;
        let mut taken = 1;
        while taken < 3 {
            let before = self.clone();
            let is_next = if more { self.pass("-_.:") && self.run() == 2 } else { taken < count };
            if !is_next || self.take(2, 0..=60).is_none() {
                *self = before;
                break;
            }
            taken += 1;
        }
        if taken < count {
            return None;
        }
        self.fraction(taken == 3);
        Some(())
    }

    /// What follows a second: its fraction, and the mark of UTC.
    fn fraction(&mut self, has_second: bool) {
        let before = self.clone();
        let count = if has_second && self.pass("._,") { self.run() } else { 0 };
        if !(3..=9).contains(&count) || self.take(count, 0..=999_999_999).is_none() {
            *self = before;
        }
        self.pass("Zz");
    }
}
