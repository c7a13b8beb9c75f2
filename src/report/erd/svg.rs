//! SVG. Text is escaped, colours come from a style sheet, and nothing is loaded from anywhere.

use std::fmt::Write as _;

use crate::report::escape::{attribute, text};
use crate::review::compare::Change;
use crate::review::picture::{Picture, Reference, Table};

use super::layout::{Drawing, Edge, Node};
use super::measure::{HEAD, NAMES, RIGHT, ROW};

/// What a diagram is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A file of its own, with its styles.
    Alone,
    /// A page that has the styles, and describes each table under the id `t` with its number.
    Page,
}

/// Colours and fonts of a diagram; a page has them too.
pub const STYLE: &str = include_str!("style.css");

/// Corners of lines are rounded so far.
const ROUND: i32 = 6;

/// Draws a diagram. `severity` gives a class for each table, or nothing.
#[must_use]
pub fn render(picture: &Picture, drawing: &Drawing, frame: Frame, severity: &[&str]) -> String {
    let (width, height) = (drawing.width, drawing.height);
    let title =
        format!("{} tables and {} foreign keys between them", picture.tables.len(), picture.references.len());
    let mut out = String::with_capacity(4096 + picture.tables.len() * 2048);
    let name = match frame {
        Frame::Alone => " xmlns=\"http://www.w3.org/2000/svg\"",
        Frame::Page => " id=\"erd\" role=\"group\"",
    };
    let _ = writeln!(
        out,
        "<svg{name} class=\"erd\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         aria-label=\"Diagram: {title}\">"
    );
    if frame == Frame::Alone {
        let _ = writeln!(out, "<title>{title}</title>\n<style>{STYLE}</style>");
        let _ = writeln!(out, "<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>");
    }
    frames(drawing, &mut out);
    out.push_str("<g class=\"edges\">\n");
    for (reference, edge) in picture.references.iter().zip(&drawing.edges) {
        line(picture, reference, edge, &mut out);
    }
    out.push_str("</g>\n<g class=\"tables\">\n");
    for (i, (table, node)) in picture.tables.iter().zip(&drawing.nodes).enumerate() {
        let severity = severity.get(i).copied().unwrap_or_default();
        draw(i, table, node, drawing.box_width, frame, severity, &mut out);
    }
    out.push_str("</g>\n");
    titles(drawing, &mut out);
    out.push_str("</svg>\n");
    out
}

fn frames(drawing: &Drawing, out: &mut String) {
    out.push_str("<g class=\"frames\">\n");
    for (i, frame) in drawing.frames.iter().enumerate() {
        let _ = writeln!(
            out,
            "<rect class=\"f{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"/>",
            i % 6,
            frame.x,
            frame.y,
            frame.width,
            frame.height
        );
    }
    out.push_str("</g>\n");
}

/// The frames' names, above everything: a page enlarges them for who looks from afar.
fn titles(drawing: &Drawing, out: &mut String) {
    out.push_str("<g class=\"titles\">\n");
    for frame in &drawing.frames {
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" data-w=\"{}\">{}</text>",
            frame.x + 14,
            frame.y + 20,
            frame.width - 20,
            text(&frame.title)
        );
    }
    out.push_str("</g>\n");
}

/// A line with a crow's foot where many rows may be, a bar or a ring where one or none is.
fn line(picture: &Picture, reference: &Reference, edge: &Edge, out: &mut String) {
    let [start, .., end] = edge.points.as_slice() else { return };
    let mut path = String::new();
    let _ = write!(path, "M{} {}", start.0, start.1);
    let mut at = *start;
    for (corner, next) in edge.points[1..].iter().zip(&edge.points[2..]) {
        let arm = ROUND.min(distance(at, *corner) / 2).min(distance(*corner, *next) / 2);
        let before = toward(*corner, at, arm);
        let after = toward(*corner, *next, arm);
        let _ = write!(path, "L{} {}Q{} {} {} {}", before.0, before.1, corner.0, corner.1, after.0, after.1);
        at = *corner;
    }
    let _ = write!(path, "L{} {}", end.0, end.1);
    let second = edge.points[1];
    let direction = if second.0 >= start.0 { 1 } else { -1 };
    many(*start, direction, reference.single, &mut path);
    let before = edge.points[edge.points.len() - 2];
    let direction = if before.0 >= end.0 { 1 } else { -1 };
    one(*end, direction, reference.optional, &mut path);
    let names = |table: usize, columns: &[usize]| -> String {
        let table = &picture.tables[table];
        let columns: Vec<&str> =
            columns.iter().filter_map(|i| Some(table.columns.get(*i)?.name.as_str())).collect();
        format!("{} ({})", table.qualified(), columns.join(", "))
    };
    let class = reference.change.map_or("", change);
    let _ = writeln!(
        out,
        "<path class=\"e{class}\" data-f=\"{}\" data-t=\"{}\" d=\"{path}\"><title>{}: {} → {}</title></path>",
        reference.from,
        reference.to,
        text(&reference.name),
        text(&names(reference.from, &reference.columns)),
        text(&names(reference.to, &reference.to_columns))
    );
}

fn distance(a: (i32, i32), b: (i32, i32)) -> i32 {
    (a.0 - b.0).abs() + (a.1 - b.1).abs()
}

/// The point so far from `from` on the way to `to`.
fn toward(from: (i32, i32), to: (i32, i32), far: i32) -> (i32, i32) {
    (from.0 + (to.0 - from.0).signum() * far, from.1 + (to.1 - from.1).signum() * far)
}

/// The referencing end: any number of rows, or at most one; none at all is always possible.
fn many(at: (i32, i32), direction: i32, single: bool, path: &mut String) {
    let (x, y) = at;
    let ring = x + direction * 10;
    if single {
        let _ = write!(path, "M{0} {1}v8", x + direction * 5, y - 4);
    } else {
        let _ = write!(path, "M{0} {y}L{x} {1}M{0} {y}L{x} {2}", ring, y - 5, y + 5);
    }
    let _ = write!(
        path,
        "M{ring} {y}a3 3 0 1 {} {} 0a3 3 0 1 {0} {} 0",
        i32::from(direction > 0),
        direction * 6,
        -direction * 6
    );
}

/// The referenced end: exactly one row, or none where the key may be null.
fn one(at: (i32, i32), direction: i32, optional: bool, path: &mut String) {
    let (x, y) = at;
    let _ = write!(path, "M{} {}v8", x + direction * 5, y - 4);
    if optional {
        let ring = x + direction * 8;
        let _ = write!(
            path,
            "M{ring} {y}a3 3 0 1 {} {} 0a3 3 0 1 {0} {} 0",
            i32::from(direction > 0),
            direction * 6,
            -direction * 6
        );
    } else {
        let _ = write!(path, "M{} {}v8", x + direction * 9, y - 4);
    }
}

const fn change(change: Change) -> &'static str {
    match change {
        Change::Added => " added",
        Change::Changed => " changed",
        Change::Dropped => " dropped",
    }
}

fn draw(
    number: usize,
    table: &Table,
    node: &Node,
    width: i32,
    frame: Frame,
    severity: &str,
    out: &mut String,
) {
    let class = table.change.map_or("", change);
    let severity = if severity.is_empty() { String::new() } else { format!(" {severity}") };
    if frame == Frame::Page {
        let _ = write!(out, "<a href=\"#t{number}\">");
    }
    let _ = write!(
        out,
        "<g class=\"t{class}{severity}\" id=\"n{number}\" data-n=\"{}\" transform=\"translate({} {})\">",
        attribute(&table.qualified().to_lowercase()),
        node.x,
        node.y
    );
    let mut label = table.qualified();
    if table.kind != "table" {
        let _ = write!(label, ", {}", table.kind);
    }
    if table.partitions > 0 {
        let _ = write!(label, " with {} partitions", table.partitions);
    }
    if let Some(change) = table.change {
        let _ = write!(label, ", {}", self::change(change).trim_start());
    }
    let _ = write!(
        out,
        "<title>{}</title><rect class=\"b\" width=\"{width}\" height=\"{}\" rx=\"5\"/>\
         <path class=\"h\" d=\"M0 {HEAD}V5Q0 0 5 0H{}Q{width} 0 {width} 5V{HEAD}Z\"/>\
         <text class=\"n\" x=\"12\" y=\"19\">{}</text>",
        text(&label),
        node.height,
        width - 5,
        text(&node.title)
    );
    if table.partitions > 0 {
        // A second sheet behind the first.
        let _ = write!(out, "<path class=\"p\" d=\"M6 {0}v4h{1}V6h-4\"/>", node.height, width - 2);
    }
    if !node.rows.is_empty() || node.more > 0 {
        out.push_str("<g class=\"c\">");
        for (line, row) in node.rows.iter().enumerate() {
            columns_line(table, row, line, width, out);
        }
        if node.more > 0 {
            let y = HEAD + ROW * i32::try_from(node.rows.len()).unwrap_or(0) + 13;
            let noun = if node.more == 1 { "column" } else { "columns" };
            let _ = write!(out, "<text class=\"m\" x=\"{NAMES}\" y=\"{y}\">{} more {noun}</text>", node.more);
        }
        out.push_str("</g>");
    }
    out.push_str("</g>");
    if frame == Frame::Page {
        out.push_str("</a>");
    }
    out.push('\n');
}

fn columns_line(table: &Table, row: &super::Row, line: usize, width: i32, out: &mut String) {
    let Some(column) = table.columns.get(row.column) else { return };
    let y = HEAD + ROW * i32::try_from(line).unwrap_or(0);
    if let Some(change) = column.change {
        let class = self::change(change).trim_start();
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"1\" y=\"{y}\" width=\"{}\" height=\"{ROW}\"/>",
            width - 2
        );
    }
    let base = y + 13;
    let mark = match (column.primary, column.unique) {
        (true, _) => "PK",
        (false, true) => "U",
        (false, false) => "",
    };
    if !mark.is_empty() {
        let _ = write!(out, "<text class=\"k\" x=\"8\" y=\"{base}\">{mark}</text>");
    }
    if column.foreign {
        let _ = write!(out, "<text class=\"k r\" x=\"24\" y=\"{base}\">FK</text>");
    }
    let class = if column.change == Some(Change::Dropped) { " class=\"x\"" } else { "" };
    let _ = write!(
        out,
        "<text{class} x=\"{NAMES}\" y=\"{base}\">{}</text><text class=\"y\" x=\"{}\" y=\"{base}\">{}</text>",
        text(&row.name),
        width - RIGHT,
        text(&row.data_type)
    );
    if column.not_null {
        let _ = write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"2.5\"/>", width - 9, y + ROW / 2);
    }
}
