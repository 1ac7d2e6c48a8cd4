//! The zone behind a time of day: `Z`, offsets, words that mean one, and names of the IANA.

use jiff::tz::TimeZone;

use super::cursor::Cursor;

#[derive(Debug)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    Named(TimeZone),
}

/// Zone abbreviations that mean one thing in practice, in minutes east of UTC. `IST`, `BST` and the like
/// mean several and are left out: a time with them is no time rather than a wrong one.
pub(super) const ZONE_WORDS: &[(&str, i32)] = &[
    ("AEDT", 660),
    ("AEST", 600),
    ("CDT", -300),
    ("CEST", 120),
    ("CET", 60),
    ("CST", -360),
    ("EDT", -240),
    ("EEST", 180),
    ("EET", 120),
    ("EST", -300),
    ("GMT", 0),
    ("HKT", 480),
    ("JST", 540),
    ("KST", 540),
    ("MDT", -360),
    ("MSK", 180),
    ("MST", -420),
    ("NZDT", 780),
    ("NZST", 720),
    ("PDT", -420),
    ("PST", -480),
    ("SGT", 480),
    ("UT", 0),
    ("UTC", 0),
    ("WEST", 60),
    ("WET", 0),
];

/// blanks? (word offset? | offset (blank word)?) ("[" name "]")? ("(" comment ")")? (" m=" number)?
/// `Z`, `+00:00`, ` +0000`, ` UTC`, ` GMT+0000 (Coordinated Universal Time)`, ` +0000 UTC m=+0.01`,
/// `+01:00[Europe/Berlin]`
pub(super) fn zone(cursor: &mut Cursor<'_>) -> Option<Zone> {
    let offset = cursor.attempt(|cursor| {
        let is_spaced = cursor.blanks().is_some();
        if matches!(cursor.peek()?, b'+' | b'-') {
            let seconds = offset(cursor, is_spaced)?;
            cursor.attempt(|cursor| {
                cursor.blanks()?;
                zone_word(cursor)
            });
            return Some(seconds);
        }
        let seconds = zone_word(cursor)?;
        Some(cursor.attempt(|cursor| offset(cursor, false)).unwrap_or(seconds))
    });
    let named = cursor.attempt(zone_name);
    if offset.is_some() {
        cursor.attempt(comment);
        cursor.attempt(monotonic);
    }
    offset.map(Zone::Offset).or(named.map(Zone::Named))
}

/// ("+" | "-") hour (":"? minute)?; after a blank without minutes only at the end of the text
fn offset(cursor: &mut Cursor<'_>, is_spaced: bool) -> Option<i32> {
    let sign = if cursor.any(b"+-")? == b'-' { -60 } else { 60 };
    let hours = cursor.pair()?;
    let minutes = cursor.attempt(|cursor| {
        cursor.try_eat(b':');
        cursor.pair().filter(|minutes| *minutes < 60)
    });
    if minutes.is_none() && is_spaced && cursor.peek().is_some() {
        return None;
    }
    let minutes = i32::try_from(hours * 60 + minutes.unwrap_or(0)).ok()?;
    (hours <= 18 && cursor.is_word_end()).then_some(sign * minutes)
}

/// `Z`, or a word of [`ZONE_WORDS`]: seconds east of UTC.
fn zone_word(cursor: &mut Cursor<'_>) -> Option<i32> {
    let word = cursor.word();
    if matches!(word, b"Z" | b"z") {
        return Some(0);
    }
    let row = ZONE_WORDS.iter().find(|(name, _)| name.as_bytes() == word)?;
    (cursor.peek() != Some(b'/')).then_some(row.1 * 60)
}

/// "[" IANA name "]": `[Europe/Berlin]`
fn zone_name(cursor: &mut Cursor<'_>) -> Option<TimeZone> {
    cursor.eat(b'[')?;
    let rest = cursor.bytes.get(cursor.at..)?;
    let length = rest.iter().take(40).position(|byte| *byte == b']')?;
    let name = std::str::from_utf8(rest.get(..length)?).ok()?;
    cursor.at += length + 1;
    if matches!(name, "UTC" | "GMT" | "Z") {
        return Some(TimeZone::UTC);
    }
    if !name.contains('/') { None } else { TimeZone::get(name).ok() }
}

/// blank "(" words ")": what JavaScript and mail add to the zone
fn comment(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.blanks()?;
    cursor.eat(b'(')?;
    while cursor.peek()?.is_ascii_alphabetic() || cursor.peek()? == b' ' {
        cursor.at += 1;
    }
    cursor.eat(b')')
}

/// " m=" signed number: the monotonic clock in Go's default print
fn monotonic(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.blanks()?;
    cursor.eat(b'm')?;
    cursor.eat(b'=')?;
    cursor.any(b"+-")?;
    while cursor.peek().is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
        cursor.at += 1;
    }
    Some(())
}
