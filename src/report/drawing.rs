//! A part of the report as text: its title, its sentence, its table, its list.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table as Grid, presets,
};

use super::canvas::{Canvas, Paint};
use super::sections::{Item, Section, Table};
use super::sink::one_line;

/// Width from which there is room for tables.
const ROOM: usize = 70;
/// Indent of a table.
const INDENT: usize = 3;

/// Draws a part below a gap.
pub(super) fn section(canvas: &mut Canvas, section: &Section) {
    canvas.gap();
    canvas.paragraph(Paint::Title, section.title);
    if let Some(lead) = &section.lead {
        canvas.indented(Paint::Plain, lead);
    }
    match &section.table {
        Some(table) if canvas.width() >= ROOM => canvas.table(&grid(table, canvas.width()), 1),
        Some(table) => table.rows.iter().for_each(|row| canvas.item(Paint::Plain, &table.words(row))),
        None => {}
    }
    section.items.iter().for_each(|one| item(canvas, one));
}

fn item(canvas: &mut Canvas, item: &Item) {
    let paint = if item.is_bad { Paint::Bad } else { Paint::Plain };
    canvas.item(paint, &item.text);
    if let Some(note) = &item.note {
        canvas.indented(Paint::Dim, note);
    }
    if let Some((label, command)) = &item.command {
        canvas.command(label, command);
    }
}

/// The table within a width; its first line is the head.
fn grid(table: &Table, width: usize) -> String {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid.style_mut().header_separator = LineStyle::none();
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_width(u16::try_from(width - INDENT).unwrap_or(u16::MAX));
    grid.set_header(table.heads.iter().map(|head| head.title));
    for row in &table.rows {
        grid.add_row(row.iter().map(|cell| Cell::new(one_line(cell))));
    }
    for (index, head) in table.heads.iter().enumerate() {
        let Some(column) = grid.column_mut(index) else { continue };
        column.set_padding((0, if index + 1 < table.heads.len() { 2 } else { 0 }));
        if head.is_number {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let indented = |line: &str| format!("{}{line}\n", " ".repeat(INDENT));
    grid.to_string().lines().map(indented).collect()
}
