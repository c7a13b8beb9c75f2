//! DOT, for Graphviz: tables as HTML-like labels with a port for each column.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::report::escape::text;
use crate::review::picture::{Column, Picture, Table};

use super::Columns;
use super::measure::title;

/// Writes a diagram.
#[must_use]
pub fn render(picture: &Picture, columns: Columns) -> String {
    let columns = columns.settle(picture);
    let mut out = String::from(
        "digraph schema {\n  graph [rankdir=LR, splines=true, nodesep=0.4, ranksep=1.2, fontname=\"Helvetica\"];\n  \
         node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n  \
         edge [dir=both, arrowsize=0.8, color=\"#707a88\"];\n",
    );
    let mut schemas: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, table) in picture.tables.iter().enumerate() {
        schemas.entry(&table.schema).or_default().push(i);
    }
    let several = schemas.len() > 1;
    for (number, (schema, tables)) in schemas.iter().enumerate() {
        if several {
            let _ = writeln!(out, "  subgraph cluster_{number} {{\n    label={};", quoted(schema));
        }
        for i in tables {
            let _ = writeln!(out, "  t{i} [label=<{}>];", label(&picture.tables[*i], columns));
        }
        if several {
            out.push_str("  }\n");
        }
    }
    for reference in &picture.references {
        let tail = if reference.single { "noneotee" } else { "crowodot" };
        let head = if reference.optional { "teeodot" } else { "teetee" };
        let port = |table: usize, column: Option<&usize>| {
            let shown = column.and_then(|i| Some((i, picture.tables[table].columns.get(*i)?)));
            match shown.filter(|(_, c)| is_shown(c, columns)) {
                Some((i, _)) => format!("t{table}:c{i}"),
                None => format!("t{table}"),
            }
        };
        let _ = writeln!(
            out,
            "  {} -> {} [arrowtail={tail}, arrowhead={head}, tooltip={}];",
            port(reference.from, reference.columns.first()),
            port(reference.to, reference.to_columns.first()),
            quoted(&reference.name)
        );
    }
    out.push_str("}\n");
    out
}

fn is_shown(column: &Column, columns: Columns) -> bool {
    match columns {
        Columns::None => false,
        Columns::Keys => column.primary || column.foreign || column.change.is_some(),
        Columns::All | Columns::Auto => true,
    }
}

fn label(table: &Table, columns: Columns) -> String {
    let mut out = format!(
        "<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\"><tr><td bgcolor=\"#e9edf3\" \
         colspan=\"2\"><b>{}</b></td></tr>",
        filled(&title(table))
    );
    for (i, column) in table.columns.iter().enumerate().filter(|(_, c)| is_shown(c, columns)) {
        let keys: Vec<&str> = [
            (column.primary, "PK"),
            (column.foreign, "FK"),
            (column.unique && !column.primary, "U"),
            (column.not_null && !column.primary, "NN"),
        ]
        .into_iter()
        .filter_map(|(is, key)| is.then_some(key))
        .collect();
        let keys = if keys.is_empty() { String::new() } else { format!(" <i>{}</i>", keys.join(" ")) };
        let _ = write!(
            out,
            "<tr><td align=\"left\" port=\"c{i}\">{}{keys}</td><td align=\"left\">{}</td></tr>",
            filled(&column.name),
            filled(&column.data_type)
        );
    }
    out.push_str("</table>");
    out
}

/// Text in a label, which may not be empty.
fn filled(body: &str) -> String {
    // A line break would be white space; what is escaped in HTML is so here.
    let body = text(&body.replace('\n', " "));
    if body.is_empty() { " ".to_owned() } else { body }
}

/// A quoted string: in it only the quote and the backslash mean something.
fn quoted(body: &str) -> String {
    let mut out = String::from("\"");
    for c in body.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
