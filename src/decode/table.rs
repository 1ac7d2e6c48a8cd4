//! CSV exports: which header lines are those of a log export, and rows as JSON objects with their place.
//!
//! In: a stream that starts with the header line. Out: one object `{column: cell}` per row, as the stream is
//! read, empty cells left out, names of time, message, service and host columns in the spelling of JSON loggers. What
//! the columns mean is decided by the layers above.

mod header;

use std::borrow::Cow;
use std::io::{BufRead, Read};

use csv::{ByteRecord, ByteRecordsIntoIter, ReaderBuilder, Terminator};
use serde_json::{Map, Value};

pub use self::header::looks_like_csv;
use self::header::{columns, delimiter_of};
use super::counted::{Counted, Lost};
use crate::model::Place;

/// Longest cell that is carried on over lines, in bytes.
const MAX_CELL: usize = 1024 * 1024;

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
        let delimiter = delimiter_of(&header_line).unwrap_or(b',');
        let mut records = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(Counted::new(reader, begin))
            .into_byte_records();
        let columns = match records.next() {
            Some(Ok(header)) => columns(&header),
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

#[cfg(test)]
mod tests {
    use super::rows;
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
    fn names_of_other_programs_get_those_of_json_loggers() {
        check(
            "Time,Line,Log_s,id\n1795236060148,a,b,c\n",
            &[(2, r#"{"timestamp":"1795236060148","message":"a","Log_s":"b","id":"c"}"#)],
        );
        check(
            "Level,Date and Time,Source,Event ID,Task Category,\nError,t,App,0,None,\"a\nb\"\n",
            &[(
                2,
                r#"{"Level":"Error","timestamp":"t","Source":"App","Event ID":"0","Task Category":"None","message":"a\nb"}"#,
            )],
        );
    }

    #[test]
    fn empty_cells_and_cells_without_a_column_are_left_out() {
        check("time,level,message\n,,x,y\n", &[(2, r#"{"message":"x"}"#)]);
    }
}
