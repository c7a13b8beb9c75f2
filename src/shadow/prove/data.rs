//! What the tables of a database hold, in few numbers, and where sequences stand.
//!
//! Of each table the number of rows, a sum over all rows and one for each column: equal for equal rows in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Ident, QName};
use crate::quote::{quote_ident, quote_literal, quote_qname};
use crate::schema::Schema;
use crate::schema::model::{Object, Sequence, Table, TableKind};

use super::super::link::{Failure, Link};
use super::Drift;

/// Where sequences are put, so that a position that is lost shows. Generated keys stay below.
const POSITION: i64 = 5_000;

/// A table in numbers.
#[derive(Clone, Debug, PartialEq)]
struct Digest {
    rows: u64,
    whole: String,
    columns: BTreeMap<Ident, String>,
}

/// Where a sequence stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    last: i64,
    called: bool,
    descends: bool,
}

impl Position {
    /// Whether numbers come again that were given out before. To have gone on is what a transaction that is rolled
    /// back leaves behind as well.
    fn is_behind(&self, was: &Self) -> bool {
        let at = |p: &Self| (if p.descends { p.last.saturating_neg() } else { p.last }, p.called);
        at(self) < at(was)
    }
}

pub(super) type Positions = BTreeMap<QName, Position>;

/// What tables and sequences hold.
#[derive(Clone, Debug)]
pub(super) struct Data {
    tables: BTreeMap<QName, Digest>,
    positions: Positions,
}

/// The tables below those named that have rows of their own.
pub(super) fn holding(schema: &Schema, names: &[QName]) -> BTreeSet<QName> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&QName> = names.iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some(table) = schema.table(name).filter(|t| seen.insert(&t.name)) else { continue };
        match table.kind {
            TableKind::Ordinary => {
                found.insert(table.name.clone());
            }
            TableKind::Partitioned(_) => {
                let is_below = |t: &&Table| t.partition_of.as_ref().is_some_and(|(p, _)| *p == table.name);
                waiting.extend(schema.tables().filter(is_below).map(|t| &t.name));
            }
            TableKind::Foreign(_) => {}
        }
    }
    found
}

/// Reads what is there of the tables named, and all sequences.
pub(super) async fn read(link: &mut Link, schema: &Schema, names: &BTreeSet<QName>) -> Result<Data, Failure> {
    let tables: Vec<&Table> = names
        .iter()
        .filter_map(|name| schema.table(name))
        .filter(|t| t.kind == TableKind::Ordinary)
        .collect();
    let mut digests = BTreeMap::new();
    // A query over hundreds of tables takes long to plan.
    for some in tables.chunks(20) {
        let sql: Vec<String> = some.iter().enumerate().map(|(at, table)| digest(at, table)).collect();
        for row in link.rows(&sql.join(" UNION ALL ")).await? {
            let mut parts = row.into_iter().flatten();
            let at = parts.next().and_then(|at| at.parse::<usize>().ok());
            let Some(table) = at.and_then(|at| some.get(at)) else { continue };
            let rows = parts.next().and_then(|n| n.parse().ok()).unwrap_or_default();
            let whole = parts.next().unwrap_or_default();
            let sums = parts.next().unwrap_or_default();
            let columns =
                sorted(table).into_iter().cloned().zip(sums.split(' ').map(str::to_owned)).collect();
            digests.insert(table.name.clone(), Digest { rows, whole, columns });
        }
    }
    Ok(Data { tables: digests, positions: positions(link, schema).await? })
}

fn sorted(table: &Table) -> Vec<&Ident> {
    let mut columns: Vec<&Ident> = table.columns.iter().map(|c| &c.name).collect();
    columns.sort();
    columns
}

fn digest(at: usize, table: &Table) -> String {
    let columns: Vec<String> = sorted(table).into_iter().map(|c| format!("t.{}", quote_ident(c))).collect();
    let sum = |text: &str| format!("coalesce(sum(hashtextextended({text}, 0)::numeric), 0)::text");
    let each: Vec<String> = columns.iter().map(|c| sum(&format!("{c}::text"))).collect();
    let each = if each.is_empty() { "''".to_owned() } else { each.join(" || ' ' || ") };
    format!(
        "SELECT '{at}', count(*)::text, {}, {each} FROM ONLY {} AS t",
        sum(&format!("ROW({})::text", columns.join(", "))),
        quote_qname(&table.name)
    )
}

/// Where all sequences stand.
pub(super) async fn positions(link: &mut Link, schema: &Schema) -> Result<Positions, Failure> {
    let all: Vec<&Sequence> = sequences(schema).collect();
    let mut found = Positions::new();
    for some in all.chunks(100) {
        let sql: Vec<String> = some
            .iter()
            .enumerate()
            .map(|(at, sequence)| {
                let name = quote_qname(&sequence.name);
                format!("SELECT '{at}', last_value::text, is_called::text FROM {name}")
            })
            .collect();
        for row in link.rows(&sql.join(" UNION ALL ")).await? {
            let [Some(at), Some(last), Some(called)] = row.as_slice() else { continue };
            let Some(sequence) = at.parse::<usize>().ok().and_then(|at| some.get(at)) else { continue };
            let Ok(last) = last.parse() else { continue };
            let (called, descends) = (called == "true", sequence.increment < 0);
            found.insert(sequence.name.clone(), Position { last, called, descends });
        }
    }
    Ok(found)
}

fn sequences(schema: &Schema) -> impl Iterator<Item = &Sequence> {
    schema.objects().filter_map(|(_, object)| match object {
        Object::Sequence(sequence) => Some(sequence),
        _ => None,
    })
}

/// Statements that put sequences back where they were: no `ROLLBACK` does.
pub(super) fn put_back(before: &Positions, now: &Positions) -> Vec<String> {
    let moved = before.iter().filter(|(name, position)| now.get(*name) != Some(position));
    moved
        .map(|(name, Position { last, called, .. })| {
            format!("SELECT setval({}, {last}, {called})", quote_literal(&quote_qname(name)))
        })
        .collect()
}

/// Statements that move the sequences of tables with rows from where they begin.
pub(super) fn advance(schema: &Schema, filled: &[QName]) -> Vec<String> {
    let is_ours = |sequence: &&Sequence| match &sequence.owned_by {
        Some((table, _)) => filled.contains(table),
        None => true,
    };
    let has_room = |s: &&Sequence| {
        s.increment > 0 && s.max_value.is_none_or(|max| max > 2 * POSITION) && !s.data_type.is("char")
    };
    sequences(schema)
        .filter(is_ours)
        .filter(has_room)
        .map(|s| {
            let name = quote_qname(&s.name);
            let position = format!("greatest(last_value, {POSITION})");
            format!("SELECT setval({}, {position}) FROM {name}", quote_literal(&name))
        })
        .collect()
}

/// What is not as it was, of tables and sequences that are there before and now.
pub(super) fn compare(before: &Data, now: &Data) -> Vec<Drift> {
    let mut found = Vec::new();
    for (table, was) in &before.tables {
        let Some(is) = now.tables.get(table) else { continue };
        let drift =
            |column: Option<&Ident>, text| Drift { relation: table.clone(), column: column.cloned(), text };
        if was.rows != is.rows {
            let rows = |n: u64| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
            found.push(drift(None, format!("{table} has {} instead of {}", rows(is.rows), was.rows)));
            continue;
        }
        let mut any = false;
        for (column, was) in &was.columns {
            if is.columns.get(column).is_some_and(|is| is != was) {
                any = true;
                found.push(drift(Some(column), format!("values of {table}.{column} are not what they were")));
            }
        }
        if !any && was.columns.keys().eq(is.columns.keys()) && was.whole != is.whole {
            found.push(drift(None, format!("values of {table} stand in other rows than they did")));
        }
    }
    for (sequence, was) in &before.positions {
        if let Some(is) = now.positions.get(sequence).filter(|is| is.is_behind(was)) {
            let at = |p: &Position| if p.called { p.last.to_string() } else { format!("before {}", p.last) };
            found.push(Drift {
                relation: sequence.clone(),
                column: None,
                text: format!("position of sequence {sequence} is {} instead of {}", at(is), at(was)),
            });
        }
    }
    found
}
