//! The table of causes: one look tells what failed, how often, since when, for whom.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, presets,
};

use super::phrases::Clock;
use super::sink::{cut, number, one_line};
use super::view::{CauseReport, Names, Report};
use super::words::percent;

/// Width from which there is room for a column each for first and last time and for severity.
const WIDE: usize = 110;
/// Width from which there is room for shares, services and tiers.
const NARROW: usize = 70;

/// A column: its head, how it is aligned, whether its text may be wrapped, and what it shows.
struct Column {
    head: &'static str,
    is_number: bool,
    is_wrapped: bool,
    cell: fn(&CauseReport, &Scale<'_>) -> String,
}

/// What cells need to know besides their cause.
struct Scale<'a> {
    report: &'a Report,
    clock: &'a Clock<'a>,
    services_width: usize,
}

const CAUSE: Column = Column {
    head: "Why calls failed",
    is_number: false,
    is_wrapped: true,
    cell: |cause, _| one_line(&cause.title).into_owned(),
};
const CALLS: Column =
    Column { head: "Calls", is_number: true, is_wrapped: false, cell: |cause, _| number(cause.count) };
const SHARE: Column = Column {
    head: "Share",
    is_number: true,
    is_wrapped: false,
    cell: |cause, scale| percent(cause.count, scale.report.totals.failed),
};
const FIRST: Column = Column {
    head: "First seen",
    is_number: false,
    is_wrapped: false,
    cell: |cause, scale| scale.clock.time(cause.first_seen),
};
const LAST: Column = Column {
    head: "Last seen",
    is_number: false,
    is_wrapped: false,
    cell: |cause, scale| scale.clock.time(cause.last_seen),
};
const FIRST_AND_LAST: Column = Column {
    head: "First and last",
    is_number: false,
    is_wrapped: false,
    cell: |cause, scale| scale.times(cause),
};
const SERVICES: Column = Column {
    head: "Services",
    is_number: false,
    is_wrapped: false,
    cell: |cause, scale| services(&cause.services, scale.services_width),
};
const SEVERITY: Column = Column {
    head: "How bad",
    is_number: false,
    is_wrapped: false,
    cell: |cause, _| cause.severity.to_owned(),
};
const TIER: Column = Column {
    head: "How sure",
    is_number: false,
    is_wrapped: false,
    cell: |cause, _| cause.sureness.to_owned(),
};

const TINY_COLUMNS: &[Column] = &[CAUSE, CALLS, FIRST_AND_LAST];
const NARROW_COLUMNS: &[Column] = &[CAUSE, CALLS, SHARE, FIRST_AND_LAST, SERVICES, TIER];
const WIDE_COLUMNS: &[Column] = &[CAUSE, CALLS, SHARE, FIRST, LAST, SERVICES, SEVERITY, TIER];

/// The table at a width; its first line is the head.
pub(super) fn overview(report: &Report, width: usize, clock: &Clock<'_>) -> String {
    let is_wide = width >= WIDE;
    let columns = match width {
        WIDE.. => WIDE_COLUMNS,
        NARROW.. => NARROW_COLUMNS,
        _ => TINY_COLUMNS,
    };
    let scale = Scale { report, clock, services_width: if is_wide { 24 } else { 14 } };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.style_mut().header_separator = LineStyle::none().fill('─').junction('─');
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header([""].into_iter().chain(columns.iter().map(|column| column.head)));
    for (index, cause) in report.causes.iter().enumerate() {
        let mut row = Row::new();
        row.add_cell(Cell::new(index + 1));
        for column in columns {
            row.add_cell(Cell::new((column.cell)(cause, &scale)));
        }
        table.add_row(row);
    }
    for (index, is_number, is_wrapped) in [(0, true, false)]
        .into_iter()
        .chain(columns.iter().zip(1..).map(|(column, index)| (index, column.is_number, column.is_wrapped)))
    {
        let Some(column) = table.column_mut(index) else { continue };
        column.set_padding((0, u16::from(index < columns.len())));
        if is_number {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if !is_wrapped {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.to_string()
}

impl Scale<'_> {
    fn times(&self, cause: &CauseReport) -> String {
        let (first, last) = (self.clock.time(cause.first_seen), self.clock.time(cause.last_seen));
        if first == last { first } else { format!("{first}\n{last}") }
    }
}

/// The first service, and how many more.
fn services(names: &Names, width: usize) -> String {
    let Some(first) = names.named.first() else { return "-".to_owned() };
    let more = names.named.len() - 1;
    let suffix = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}{suffix}", cut(&one_line(&first.name), width.saturating_sub(suffix.len())))
}
