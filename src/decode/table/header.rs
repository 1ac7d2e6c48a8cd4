//! Header lines of tables: which are those of a log export, how their cells are separated, what their columns are
//! called by JSON loggers.

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use crate::decode::{Settings, level, time};

/// How cells are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// `,`, `;` or a tabulator.
    pub delimiter: u8,
}

/// Columns that only Sentry exports have, or that name their content without doubt, without case and separators: one
/// is enough beside any other known one.
const KNOWN: [&str; 51] = [
    "body",
    "computer",
    "container",
    "containername",
    "content",
    "count()",
    "date",
    "datetime",
    "details",
    "dt",
    "environment",
    "error",
    "errortype",
    "errorvalue",
    "events",
    "eventtype",
    "host",
    "hostname",
    "id",
    "issue",
    "jsonpayloadmessage",
    "level",
    "line",
    "log",
    "logbody",
    "logger",
    "loglevel",
    "logmessage",
    "logstream",
    "message",
    "messagetime",
    "msg",
    "podname",
    "project",
    "raw",
    "release",
    "service",
    "severity",
    "severitylevel",
    "severitytext",
    "source",
    "sourcetype",
    "status",
    "text",
    "textpayload",
    "time",
    "timegenerated",
    "timestamp",
    "title",
    "trace",
    "ts",
];

/// Columns of which at least one must be there: those that can hold the text of an error.
const SPEAKING: [&str; 18] = [
    "body",
    "content",
    "details",
    "error",
    "errorvalue",
    "jsonpayloadmessage",
    "line",
    "log",
    "logbody",
    "logmessage",
    "message",
    "msg",
    "outermessage",
    "raw",
    "text",
    "textpayload",
    "timesseen",
    "title",
];

/// What JSON loggers call a column whose name, without case and separators, is the first.
const SPELLINGS: [(&str, &str); 15] = [
    ("content", "message"),
    ("date", "timestamp"),
    ("dateandtime", "timestamp"),
    ("datetime", "timestamp"),
    ("host", "host"),
    ("line", "message"),
    ("log", "message"),
    ("message", "message"),
    ("messagetime", "timestamp"),
    ("msg", "message"),
    ("service", "service"),
    ("statusmessage", "message"),
    ("text", "message"),
    ("time", "timestamp"),
    ("timestamp", "timestamp"),
];
/// Names that the layers of their own formats know, as they are.
const OWN: [&str; 6] = ["@message", "@timestamp", "Log_s", "_raw", "_time", "log.body"];

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// Longest header line that is looked at, in bytes.
const MAX_HEADER: usize = 16 * 1024;
/// Fewest columns of a table that shows itself by its shape alone.
const FEWEST_COLUMNS: usize = 3;
/// Rows that are held against the header.
const ROWS: usize = 5;

/// Whether a text begins like a CSV export of log records: with at least two columns of known names, one of which can
/// hold the text of an error; or with three columns or more that are named like columns, above rows of as many cells,
/// when a name is known or a cell holds a time. No column may be named twice.
#[must_use]
pub fn looks_like_csv(start: &str) -> Option<Dialect> {
    let start = start.trim_start_matches('\u{feff}');
    let line = header_line(start)?;
    let by_name = || DELIMITERS.into_iter().find(|delimiter| is_header(line, *delimiter));
    let by_shape = || DELIMITERS.into_iter().find(|delimiter| is_table(start, *delimiter));
    by_name().or_else(by_shape).map(|delimiter| Dialect { delimiter })
}

/// How the cells of a table with this header line are separated.
pub(super) fn delimiter_of(line: &str) -> Option<u8> {
    let line = header_line(line)?;
    let by_name = DELIMITERS.into_iter().find(|delimiter| is_header(line, *delimiter));
    by_name.or_else(|| {
        DELIMITERS
            .into_iter()
            .find(|delimiter| first_record(line, *delimiter).is_some_and(|row| is_named(&row)))
    })
}

/// The names of columns as JSON loggers spell them. A last column without a name holds the text (Windows' event log).
pub(super) fn columns(header: &ByteRecord) -> Vec<String> {
    let mut names: Vec<String> = header.iter().map(|name| column(&String::from_utf8_lossy(name))).collect();
    let has_text = names.iter().any(|name| SPEAKING.contains(&normal(name).as_str()));
    if let Some(last) = names.last_mut().filter(|last| last.is_empty() && !has_text) {
        "message".clone_into(last);
    }
    names
}

fn header_line(text: &str) -> Option<&str> {
    let line = text.trim_start_matches('\u{feff}').split('\n').next()?.trim_end_matches('\r');
    (line.len() <= MAX_HEADER && !line.starts_with(['{', '[', '<'])).then_some(line)
}

fn is_header(line: &str, delimiter: u8) -> bool {
    let Some(header) = first_record(line, delimiter) else { return false };
    let names: Vec<String> = header.iter().map(normal).collect();
    let is_clean = header
        .iter()
        .all(|name| name.len() <= 200 && !name.starts_with(|first: char| first.is_ascii_digit()));
    names.len() >= 2
        && is_clean
        && is_unique(&header)
        && names.iter().filter(|name| KNOWN.contains(&name.as_str())).count() >= 2
        && names.iter().any(|name| SPEAKING.contains(&name.as_str()))
}

/// Whether rows of as many cells follow a header that is named like one.
fn is_table(start: &str, delimiter: u8) -> bool {
    let mut records = reader(start, delimiter).into_records();
    let Some(Ok(header)) = records.next() else { return false };
    if !is_named(&header) {
        return false;
    }
    let rows: Vec<StringRecord> = records.map_while(Result::ok).take(ROWS).collect();
    // What was read of the text may end inside the last row.
    let whole = rows.len() - usize::from(rows.len() > 1 && rows.len() < ROWS);
    let is_alike = rows.iter().take(whole).all(|row| row.len() == header.len());
    let has_time = || rows.iter().take(whole).all(|row| row.iter().any(is_time));
    let is_known = || header.iter().any(|name| KNOWN.contains(&normal(name).as_str()));
    whole > 0 && is_alike && (is_known() || has_time())
}

fn is_time(cell: &str) -> bool {
    cell.len() <= 40 && time::parse(cell, &Settings::default()).is_some()
}

/// Whether all cells are named like columns, and none twice.
fn is_named(header: &StringRecord) -> bool {
    let is_name = |name: &str| {
        name.len() <= 40
            && name.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '@'))
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || " _.@-[]()/".contains(letter))
            && name.split(' ').count() <= 3
            && !(level::level_of(name).is_some() && name.bytes().all(|byte| byte.is_ascii_uppercase()))
    };
    let last = header.len().saturating_sub(1);
    header.len() >= FEWEST_COLUMNS
        && header.iter().enumerate().all(|(at, name)| is_name(name) || at == last && name.is_empty())
        && is_unique(header)
}

fn is_unique(header: &StringRecord) -> bool {
    let names: Vec<String> = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    let is_new =
        |(at, name): (usize, &String)| name.is_empty() || !names.iter().take(at).any(|other| other == name);
    names.iter().enumerate().all(is_new)
}

fn first_record(line: &str, delimiter: u8) -> Option<StringRecord> {
    reader(line, delimiter).into_records().next()?.ok()
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// A name without case, separators, the zone of Azure's portal (`timestamp [UTC]`) and the type of its custom columns
/// (`Log_s`).
fn normal(name: &str) -> String {
    let name = bare_name(name.trim());
    let name = ["_s", "_d", "_t", "_g", "_b"].iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(name);
    let letters = name.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '(' | ')'));
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Without the zone that Azure's portal adds: `timestamp [UTC]`.
fn bare_name(name: &str) -> &str {
    name.strip_suffix("[utc]").or_else(|| name.strip_suffix("[UTC]")).map_or(name, str::trim_end)
}

/// The name of a column as JSON loggers spell it.
fn column(name: &str) -> String {
    let name = bare_name(name.trim());
    let is_usual =
        name.bytes().all(|byte| byte.is_ascii_lowercase()) && name != "content" || name.contains('.');
    if is_usual || OWN.contains(&name) {
        return name.to_owned();
    }
    let normal = normal(name);
    let spelling = SPELLINGS.iter().find(|(other, _)| *other == normal);
    spelling.map_or(name, |(_, spelling)| spelling).to_owned()
}

#[cfg(test)]
mod tests {
    use super::looks_like_csv;

    #[test]
    fn headers_of_log_exports_are_known() {
        for (header, delimiter) in [
            ("id,title,event.type,project,timestamp,error.type,error.value,message", Some(b',')),
            ("log.body,severity_text", Some(b',')),
            ("@timestamp,@message", Some(b',')),
            ("\"_raw\",\"_time\",host,source", Some(b',')),
            ("Date;Host;Service;Message", Some(b';')),
            ("@timestamp\t_id\t_index\tmessage", Some(b'\t')),
            ("timestamp [UTC],message,severityLevel", Some(b',')),
            ("Error,Location,Details,Events,Users,Notes,Link", Some(b',')),
            ("2026-11-21 04:38:46,189 ERROR message, time", None),
            ("time passed, message sent", None),
            ("level=error, message=x", None),
            ("a,b,c", None),
            ("", None),
        ] {
            assert_eq!(looks_like_csv(header).map(|dialect| dialect.delimiter), delimiter, "{header}");
        }
    }

    #[test]
    fn tables_show_themselves_by_their_shape() {
        for (text, delimiter) in [
            ("TimeGenerated [UTC],ContainerAppName_s,Log_s\n\"11/20/2026, 10:00:05 AM\",a,b\n", Some(b',')),
            ("_messageid,_messagetime,_raw\n-9223,11/20/2026 10:00:05 AM +0000,\"a\nb\"\n", Some(b',')),
            (
                "span;started;model;output\n1;2026-11-20T10:00:05Z;gpt-4o;a\n2;2026-11-20T10:00:06Z;gpt-4o;",
                Some(b';'),
            ),
            ("id,name,model\n1,a,b\n", Some(b',')),
            ("INFO,app,started\nERROR,app,2026-11-20T10:00:05Z\n", None),
            ("app,llm,started\napp,llm,failed\n", None),
            ("a,b,c\n1,2026-11-20T10:00:05Z\n2,3\n4,5\n", None),
            ("id,name,model\n", None),
            ("started the app, id, and more\nx, y, z\n", None),
        ] {
            assert_eq!(looks_like_csv(text).map(|dialect| dialect.delimiter), delimiter, "{text}");
        }
    }
}
