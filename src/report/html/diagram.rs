//! The diagram of the schema with a description of each table.

use serde::Serialize;

use crate::report::erd::{self, Columns, svg};
use crate::report::words;
use crate::review::compare::Change;
use crate::review::model::Report;
use crate::review::picture::{Dependent, Picture, Table};

use super::{finding, listing};

/// The diagram.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Diagram {
    svg: String,
    tables: Vec<TableView>,
    pub(super) count: String,
    pub(super) references: String,
    /// Whether some table is new, changed or gone.
    changes: bool,
    /// Whether some columns are not shown.
    shortened: bool,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
struct TableView {
    id: usize,
    name: String,
    kind: &'static str,
    change: &'static str,
    comment: Option<String>,
    size: String,
    partitions: String,
    definition: String,
    refers: Vec<Link>,
    referred: Vec<Link>,
    /// What depends on it, by kind.
    dependents: Vec<(String, Vec<String>, usize)>,
    /// The sum of what is behind it, in words.
    reach: String,
    /// Findings about it: number, severity and rule.
    findings: Vec<(usize, &'static str, String)>,
    findings_more: usize,
}

/// A foreign key to or from another table.
#[derive(Clone, Debug, Serialize)]
struct Link {
    table: usize,
    name: String,
    columns: String,
    change: &'static str,
}

/// Findings that are listed for a table.
const MOST: usize = 12;

/// Dependents of one kind that are listed for a table.
const LISTED: usize = 25;

pub(super) fn diagram(picture: &Picture, report: Option<&Report>, columns: Columns) -> Diagram {
    let columns = columns.settle(picture);
    let drawing = erd::layout(picture, columns);
    let about = about(picture, report);
    let classes: Vec<&str> = about
        .iter()
        .map(|findings| {
            let worst =
                report.and_then(|r| findings.iter().filter_map(|i| Some(r.findings.get(*i)?.severity)).max());
            worst.map_or("", |worst| match finding::class(worst) {
                "e" => "bad",
                "w" => "odd",
                _ => "",
            })
        })
        .collect();
    // The statements that make a table: all of them in a small schema.
    let most = (12_000 / picture.tables.len().max(1)).clamp(16, 300);
    let tables = picture.tables.iter().enumerate();
    Diagram {
        svg: svg::render(picture, &drawing, svg::Frame::Page, &classes),
        tables: tables.map(|(i, t)| view(i, t, picture, report, &about[i], most)).collect(),
        count: words::count(picture.tables.len(), "table"),
        references: words::count(picture.references.len(), "foreign key"),
        changes: picture.tables.iter().any(|t| t.change.is_some()),
        shortened: columns != Columns::All || drawing.nodes.iter().any(|n| n.more > 0),
    }
}

/// For each table, the findings about it or something that is part of it.
fn about(picture: &Picture, report: Option<&Report>) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); picture.tables.len()];
    let mut places = std::collections::HashMap::new();
    for (i, table) in picture.tables.iter().enumerate() {
        places.insert(table.qualified(), i);
        for member in &table.members {
            places.insert(member.clone(), i);
        }
    }
    for (number, finding) in report.map_or(&[][..], |r| r.findings.as_slice()).iter().enumerate() {
        let Some(object) = &finding.object else { continue };
        // `public.orders.fax` is a column of `public.orders`.
        let whole = object.rsplit_once('.').map(|(table, _)| table);
        if let Some(place) = places.get(object).or_else(|| places.get(whole?)) {
            found[*place].push(number);
        }
    }
    found
}

fn view(
    id: usize,
    table: &Table,
    picture: &Picture,
    report: Option<&Report>,
    findings: &[usize],
    most: usize,
) -> TableView {
    let names = |table: usize, columns: &[usize]| -> String {
        let table = &picture.tables[table];
        let names: Vec<&str> =
            columns.iter().filter_map(|i| Some(table.columns.get(*i)?.name.as_str())).collect();
        names.join(", ")
    };
    let refers: Vec<Link> = picture
        .references
        .iter()
        .filter(|r| r.from == id)
        .map(|r| Link {
            table: r.to,
            name: picture.tables[r.to].qualified(),
            columns: format!("{} → {}", names(id, &r.columns), names(r.to, &r.to_columns)),
            change: word(r.change),
        })
        .collect();
    let referred: Vec<Link> = picture
        .references
        .iter()
        .filter(|r| r.to == id)
        .map(|r| Link {
            table: r.from,
            name: picture.tables[r.from].qualified(),
            columns: format!("{} → {}", names(r.from, &r.columns), names(id, &r.to_columns)),
            change: word(r.change),
        })
        .collect();
    let mut sql = table.definition.clone();
    table.indexes.iter().for_each(|index| sql.push_str(index));
    let level = |i: &usize| Some(report?.findings.get(*i)?.severity);
    let mut findings = findings.to_vec();
    findings.sort_by_key(|i| std::cmp::Reverse(level(i)));
    let rule = |i: &usize| {
        let finding = report?.findings.get(*i)?;
        Some((*i, finding::name(finding.severity), finding.rule.clone()))
    };
    TableView {
        id,
        name: table.qualified(),
        kind: table.kind,
        change: word(table.change),
        comment: table.comment.clone(),
        size: table.size.as_ref().map_or_else(String::new, words::bare_size),
        partitions: if table.partitions == 0 {
            String::new()
        } else {
            words::count(table.partitions, "partition")
        },
        definition: if most > 200 { listing::plain(&sql, most) } else { listing::bare(&sql, most) },
        reach: reach(table, &referred),
        refers,
        referred,
        dependents: by_kind(&table.dependents)
            .into_iter()
            .map(|(kind, mut names)| {
                let more = names.len().saturating_sub(LISTED);
                names.truncate(LISTED);
                (kind, names, more)
            })
            .collect(),
        findings: findings.iter().take(MOST).filter_map(rule).collect(),
        findings_more: findings.len().saturating_sub(MOST),
    }
}

const fn word(change: Option<Change>) -> &'static str {
    match change {
        Some(Change::Added) => "new",
        Some(Change::Changed) => "changed",
        Some(Change::Dropped) => "dropped",
        None => "",
    }
}

fn by_kind(dependents: &[Dependent]) -> Vec<(String, Vec<String>)> {
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    for dependent in dependents {
        let name = match dependent.distance {
            1 => dependent.name.clone(),
            n => format!("{} ({n} steps away)", dependent.name),
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == dependent.kind) {
            Some((_, names)) => names.push(name),
            None => kinds.push((dependent.kind.clone(), vec![name])),
        }
    }
    kinds
}

/// `3 tables refer to it; 2 views and 1 function use it`.
fn reach(table: &Table, referred: &[Link]) -> String {
    let mut tables: Vec<usize> = referred.iter().map(|l| l.table).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut parts = Vec::new();
    match tables.len() {
        0 => {}
        1 => parts.push("1 table refers to it".to_owned()),
        n => parts.push(format!("{n} tables refer to it")),
    }
    let kinds: Vec<String> = by_kind(&table.dependents)
        .into_iter()
        .map(|(kind, names)| words::count(names.len(), &kind))
        .collect();
    if !kinds.is_empty() {
        let verb = if table.dependents.len() == 1 { "depends" } else { "depend" };
        parts.push(format!("{} {verb} on it", kinds.join(", ")));
    }
    if parts.is_empty() { "nothing depends on it".to_owned() } else { parts.join("; ") }
}
