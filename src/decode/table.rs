//! CSV exports: which header lines are those of a log export, and rows as JSON objects with their place.
//!
//! In: a stream that starts with the header line. Out: one object `{column: cell}` per row, as the stream is
//! read, empty cells left out, names of time, message, service and host columns in the spelling of JSON loggers. What
//! the columns mean is decided by the layers above.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use csv::{ByteRecord, ByteRecordsIntoIter, ReaderBuilder, Terminator};
use serde_json::{Map, Value};

use super::counted::{Counted, Lost};
use crate::model::Place;

/// How cells are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// `,`, `;` or a tabulator.
    pub delimiter: u8,
}

/// Columns that only Sentry exports have, or that name their content without doubt: one is enough
/// beside any other known one.
const KNOWN: [&str; 50] = [
    "@logstream",
    "@message",
    "@timestamp",
    "_raw",
    "_time",
    "body",
    "container",
    "container_name",
    "content",
    "count()",
    "date",
    "datetime",
    "details",
    "environment",
    "error",
    "error.type",
    "error.value",
    "event.type",
    "events",
    "host",
    "hostname",
    "id",
    "issue",
    "jsonpayload.message",
    "level",
    "line",
    "log",
    "log.body",
    "log.level",
    "logger",
    "loglevel",
    "message",
    "msg",
    "project",
    "release",
    "service",
    "severity",
    "severity_text",
    "severitylevel",
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
    "@message",
    "_raw",
    "body",
    "content",
    "details",
    "error",
    "error.value",
    "jsonpayload.message",
    "line",
    "log",
    "log.body",
    "message",
    "msg",
    "outermessage",
    "text",
    "textpayload",
    "title",
    "times_seen",
];

/// Other spellings of columns and the one that JSON loggers use.
const SPELLINGS: [(&str, &str); 6] = [
    ("date", "timestamp"),
    ("@message", "@message"),
    ("message", "message"),
    ("host", "host"),
    ("service", "service"),
    ("content", "message"),
];

/// Longest cell that is carried on over lines, in bytes.
const MAX_CELL: usize = 1024 * 1024;

/// Longest header line that is looked at, in bytes.
const MAX_HEADER: usize = 16 * 1024;

/// Whether a line is the header of a CSV export of log records: at least two columns with known names, one of
/// which can hold the text of an error, no column empty or named twice.
#[must_use]
pub fn looks_like_csv(header_line: &str) -> Option<Dialect> {
    let line = header_line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    if line.len() > MAX_HEADER || line.starts_with(['{', '[', '<']) {
        return None;
    }
    [b',', b';', b'\t']
        .into_iter()
        .find(|delimiter| line.as_bytes().contains(delimiter) && is_header(line, *delimiter))
        .map(|delimiter| Dialect { delimiter })
}

/// The rows of a CSV text that starts with its header line at `first`: see [`Rows`].
#[must_use]
pub fn rows(text: &str, first: Place) -> Rows<&[u8]> {
    Rows::new(text.as_bytes(), first)
}

/// A row that may be carried on by the next lines.
struct Pending {
    place: Place,
    row: Map<String, Value>,
    last_column: String,
}

/// The rows of a CSV stream, each with the place of its first line.
///
/// A row may span lines; a row shorter or longer than the header keeps what has a column. A lone CR is part of a
/// cell. Lines that hold at most half of the columns carry on the last cell of the row before: some exporters do not
/// quote line breaks. Bytes that are no UTF-8 are replaced. Never fails: a row longer than 8 MiB, as an open quotation
/// mark makes one, is the last one, and [`Rows::lost`] tells of the rest.
pub struct Rows<R> {
    records: ByteRecordsIntoIter<Counted<R>>,
    columns: Vec<String>,
    /// Where the text behind byte order marks begins.
    begin: Place,
    pending: Option<Pending>,
    /// Where the last line of the table begins that was looked at.
    last: Place,
}

impl<R: BufRead> Rows<R> {
    /// The rows of what `reader` gives, whose header line stands at `first`.
    pub fn new(mut reader: R, first: Place) -> Self {
        let mut begin = first;
        while reader.fill_buf().is_ok_and(|ahead| ahead.starts_with(b"\xef\xbb\xbf")) {
            reader.consume(3);
            begin.offset += 3;
        }
        let ahead = reader.fill_buf().unwrap_or_default();
        let header_line =
            String::from_utf8_lossy(ahead.split(|byte| *byte == b'\n').next().unwrap_or_default());
        let delimiter = looks_like_csv(&header_line).map_or(b',', |dialect| dialect.delimiter);
        let mut records = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(Counted::new(reader, begin))
            .into_byte_records();
        let columns = match records.next() {
            Some(Ok(header)) => header.iter().map(|name| column(&String::from_utf8_lossy(name))).collect(),
            _ => Vec::new(),
        };
        let mark = begin.offset - first.offset;
        records.reader_mut().get_mut().read.0 += mark;
        Self { records, columns, begin, pending: None, last: begin }
    }
}

impl<R: Read> Rows<R> {
    /// Bytes and line ends read so far.
    #[must_use]
    pub fn read(&self) -> (u64, u64) {
        self.records.reader().get_ref().read
    }

    /// What was passed over so far.
    #[must_use]
    pub fn lost(&self) -> Lost {
        let mut lost = Lost::default();
        match self.records.reader().get_ref().skipped {
            0 => {}
            skipped => lost.add(self.last, skipped),
        }
        lost
    }

    fn pending(&self, record: &ByteRecord) -> Option<Pending> {
        let mut row = Map::new();
        let mut last_column = "";
        for (name, cell) in self.columns.iter().zip(record) {
            let cell = String::from_utf8_lossy(cell.strip_suffix(b"\r").unwrap_or(cell));
            if !name.is_empty() && !cell.is_empty() && !row.contains_key(name) {
                row.insert(name.clone(), Value::from(cell.into_owned()));
                last_column = name;
            }
        }
        let last_column = last_column.to_owned();
        (!row.is_empty()).then_some(Pending { place: self.last, row, last_column })
    }

    /// Appends a line that is no row to the row before it; `false` where it is a row.
    fn carry_on(&mut self, record: &ByteRecord) -> bool {
        let Some(pending) = self.pending.as_mut().filter(|_| record.len() * 2 <= self.columns.len()) else {
            return false;
        };
        let Some(Value::String(cell)) = pending.row.get_mut(&pending.last_column) else { return false };
        if cell.len() < MAX_CELL {
            cell.push('\n');
            let cells: Vec<Cow<'_, str>> = record.iter().map(String::from_utf8_lossy).collect();
            cell.push_str(cells.join(",").trim_end_matches('\r'));
        }
        true
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = (Place, Value);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(Ok(record)) = self.records.next() {
            let byte = record.position().map_or(0, csv::Position::byte);
            self.last = self.records.reader_mut().get_mut().place_at(self.begin, byte);
            if is_blank(&record) || self.carry_on(&record) {
                continue;
            }
            let next = self.pending(&record);
            if let Some(done) = std::mem::replace(&mut self.pending, next) {
                return Some((done.place, Value::Object(done.row)));
            }
        }
        self.pending.take().map(|done| (done.place, Value::Object(done.row)))
    }
}

fn is_blank(record: &ByteRecord) -> bool {
    record.len() == 1 && record.get(0).is_some_and(|cell| String::from_utf8_lossy(cell).trim().is_empty())
}

fn is_header(line: &str, delimiter: u8) -> bool {
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(line.as_bytes());
    let Some(Ok(header)) = reader.records().next() else { return false };
    let names: Vec<String> = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    let is_clean = names.iter().enumerate().all(|(index, name)| {
        name.len() <= 200
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && names.iter().take(index).all(|other| other != name || name.is_empty())
    });
    let known = names.iter().filter(|name| KNOWN.contains(&bare_name(name))).count();
    let speaks = names.iter().any(|name| SPEAKING.contains(&bare_name(name)));
    names.len() >= 2 && is_clean && known >= 2 && speaks
}

/// Without the zone that Azure's portal adds: `timestamp [UTC]`.
fn bare_name(name: &str) -> &str {
    name.strip_suffix("[utc]").or_else(|| name.strip_suffix("[UTC]")).map_or(name, str::trim_end)
}

/// The name of a column as JSON loggers spell it.
fn column(name: &str) -> String {
    let name = bare_name(name.trim());
    let is_capitalised = name.starts_with(|first: char| first.is_ascii_uppercase());
    let lower = name.to_ascii_lowercase();
    let spelling =
        SPELLINGS.iter().find(|(other, _)| *other == lower && (is_capitalised || *other == "content"));
    spelling.map_or(name, |(_, spelling)| spelling).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{looks_like_csv, rows};
    use crate::model::Place;

    fn check(text: &str, expected: &[(u64, &str)]) {
        let rows: Vec<(u64, String)> = rows(text, Place { line: 1, offset: 0 })
            .map(|(place, row)| (place.line, row.to_string()))
            .collect();
        let rows: Vec<(u64, &str)> = rows.iter().map(|(line, row)| (*line, row.as_str())).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn rows_span_lines_and_know_their_first_line() {
        check(
            "\u{feff}id,title\r\n1,\"a\r\nb\"\r\n\r\n2,c\r\n3,d",
            &[
                (2, r#"{"id":"1","title":"a\r\nb"}"#),
                (5, r#"{"id":"2","title":"c"}"#),
                (6, r#"{"id":"3","title":"d"}"#),
            ],
        );
    }

    #[test]
    fn a_lone_carriage_return_and_unquoted_line_breaks_end_no_row() {
        check(
            "id,title,time,message\n1,a\r,t,<html>\r\n<head>\r\n\r\n<p>, x\r\n2,b,t,c\n",
            &[
                (2, r#"{"id":"1","title":"a","time":"t","message":"<html>\n<head>\n<p>, x"}"#),
                (6, r#"{"id":"2","title":"b","time":"t","message":"c"}"#),
            ],
        );
    }

    #[test]
    fn places_count_from_where_the_text_starts() {
        let text = "time;message\n1;x\n2;y\n";
        let first = Place { line: 11, offset: 100 };
        let places: Vec<Place> = rows(text, first).map(|(place, _)| place).collect();
        assert_eq!(places, [Place { line: 12, offset: 113 }, Place { line: 13, offset: 117 }]);
    }

    #[test]
    fn datadog_columns_get_the_names_of_json_loggers() {
        check(
            "Date,Host,Service,Message\nd,h,s,m\n",
            &[(2, r#"{"timestamp":"d","host":"h","service":"s","message":"m"}"#)],
        );
    }

    #[test]
    fn empty_cells_and_cells_without_a_column_are_left_out() {
        check("time,level,message\n,,x,y\n", &[(2, r#"{"message":"x"}"#)]);
    }

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
}
