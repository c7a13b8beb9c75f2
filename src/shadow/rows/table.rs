//! The rows of one table.

use std::collections::BTreeMap;

use crate::ir::index::KeyTarget;
use crate::ir::table::{ConstraintKind, ForeignKey, PartitionBound};
use crate::name::Ident;
use crate::quote::{quote_ident, quote_literal, quote_qname};
use crate::schema::model::{Column, Object, Table, TableKind};

use super::checks::{self, Unknown};
use super::hints::{Hints, unquoted};
use super::{Filler, Row, Stop, order};

/// How often a table is tried, with other values each time.
const ATTEMPTS: usize = 4;

impl Filler<'_, '_> {
    /// Fills a table.
    pub(super) async fn table(&mut self, table: &Table) -> Result<(), Stop> {
        for column in &table.columns {
            self.domain(&column.data_type.name).await?;
        }
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS {
            let rows = self.generate(table, attempt).await?;
            if rows.is_empty() {
                return Err(Stop::Reason("it has no columns to fill".to_owned()));
            }
            // All at once; then, if one is refused, each by itself.
            let batches: Vec<Vec<Row>> =
                if attempt == 0 { vec![rows] } else { rows.into_iter().map(|row| vec![row]).collect() };
            for batch in batches {
                match self.attempt(&insert(table, &batch)).await? {
                    Ok(returned) => self.keep(table, returned),
                    Err(message) => reason = message,
                }
            }
            if self.rows.get(&table.name).is_some_and(|rows| !rows.is_empty()) {
                return Ok(());
            }
        }
        // Rows of migrations may be in the way: then it has some.
        let columns = returning(table);
        let sql = format!("SELECT {columns} FROM {} LIMIT {}", quote_qname(&table.name), self.style.rows);
        if let Ok(existing) = self.attempt(&sql).await?
            && !existing.is_empty()
        {
            self.keep(table, existing);
            return Ok(());
        }
        Err(Stop::Reason(reason))
    }

    /// Notes what a table holds.
    fn keep(&mut self, table: &Table, returned: Vec<Vec<Option<String>>>) {
        let names: Vec<&Ident> = table.columns.iter().map(|c| &c.name).collect();
        let rows: Vec<Row> =
            returned.into_iter().map(|row| names.iter().copied().cloned().zip(row).collect()).collect();
        for holder in order::holders(self.schema, table) {
            self.rows.entry(holder.name.clone()).or_default().extend(rows.iter().cloned());
        }
    }

    async fn generate(&mut self, table: &Table, attempt: usize) -> Result<Vec<Row>, Stop> {
        let first = attempt * self.style.rows;
        let groups = checks::groups(table);
        let bounds = bounds(self.schema, table);
        let mut rows = Vec::with_capacity(self.style.rows);
        let mut used: BTreeMap<Ident, Vec<String>> = BTreeMap::new();
        for at in 0..self.style.rows {
            let n = first + at;
            let mut row: Row = Row::new();
            for (column, values) in &bounds {
                row.insert(column.clone(), values.get(at % values.len().max(1)).cloned().flatten());
            }
            let fixed: Vec<Ident> = row.keys().cloned().collect();
            let own = self.references(table, at, &mut row)?;
            let mut chosen: Vec<Ident> = fixed;
            chosen.extend(row.keys().cloned());
            for (columns, tests) in &groups {
                let unknowns = self.unknowns(table, columns, tests, &row, n);
                let solutions = self.solve(&unknowns, tests).await?;
                let Some(solution) = pick(&unknowns, &solutions, &used, table, at) else { continue };
                for (unknown, value) in unknowns.iter().zip(solution) {
                    row.insert(unknown.name.clone(), value.clone());
                }
                chosen.extend(columns.iter().cloned());
            }
            for column in fillable(table).filter(|c| !own.iter().any(|(_, of)| of == &c.name)) {
                if chosen.contains(&column.name) {
                    continue;
                }
                let sparse = self.style.nulls && at + 1 == self.style.rows && at > 0;
                let value = if sparse && is_nullable(self, table, column) {
                    None
                } else {
                    self.values().nth(&column.data_type, n)
                };
                if value.is_none() && !is_nullable(self, table, column) {
                    return Err(Stop::Reason(format!("values of type {} are not known", column.data_type)));
                }
                row.insert(column.name.clone(), value);
            }
            // The row itself is what it refers to.
            for (referenced, column) in own {
                let value = row.get(&referenced).cloned().flatten();
                row.insert(column, value);
            }
            for (column, value) in &row {
                used.entry(column.clone()).or_default().extend(value.clone());
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// Sets the columns of foreign keys; returns those that refer to the same row, with the column that they repeat.
    fn references(&mut self, table: &Table, at: usize, row: &mut Row) -> Result<Vec<(Ident, Ident)>, Stop> {
        let mut own = Vec::new();
        let mut keys: Vec<&ForeignKey> = order::foreign_keys(table).collect();
        // Those of many columns leave the least choice.
        keys.sort_by_key(|fk| std::cmp::Reverse(fk.columns.len()));
        for fk in keys {
            let nullable = fk
                .columns
                .iter()
                .filter(|c| !row.contains_key(*c))
                .filter(|c| table.column(c).is_some_and(|c| is_nullable(self, table, c)));
            let nullable: Vec<Ident> = nullable.cloned().collect();
            let pairs = || fk.columns.iter().zip(&fk.ref_columns);
            if fk.table == table.name {
                own.extend(
                    pairs().filter(|(c, _)| !row.contains_key(*c)).map(|(c, r)| (r.clone(), c.clone())),
                );
                continue;
            }
            let parents = self.rows.get(&fk.table).map_or(&[][..], Vec::as_slice);
            let fits = |parent: &&Row| {
                pairs().all(|(c, r)| row.get(c).is_none_or(|value| parent.get(r) == Some(value)))
                    && pairs().all(|(_, r)| parent.get(r).is_some_and(Option::is_some))
            };
            let fitting: Vec<&Row> = parents.iter().filter(fits).collect();
            match fitting.get(at % fitting.len().max(1)) {
                Some(parent) => {
                    let values: Vec<(Ident, Option<String>)> =
                        pairs().map(|(c, r)| (c.clone(), parent.get(r).cloned().flatten())).collect();
                    row.extend(values);
                }
                None if !nullable.is_empty() => row.extend(nullable.into_iter().map(|c| (c, None))),
                None if self.trusting && parents.is_empty() && !self.hopeless.contains(&fk.table) => {
                    self.trusted.push(table.name.clone());
                    for (column, referenced) in
                        pairs().filter(|(c, _)| !row.contains_key(*c)).collect::<Vec<_>>()
                    {
                        let parent = self.schema.table(&fk.table).and_then(|t| t.column(referenced));
                        let value = parent.and_then(|parent| self.values().nth(&parent.data_type, at));
                        row.insert(column.clone(), value);
                    }
                }
                None => return Err(Stop::Lacking(format!("{} has no row to refer to", fk.table))),
            }
        }
        Ok(own)
    }

    /// The columns of a group of checks with their candidates.
    fn unknowns(
        &self,
        table: &Table,
        columns: &[Ident],
        tests: &[String],
        row: &Row,
        n: usize,
    ) -> Vec<Unknown> {
        let mut hints = Hints::default();
        tests.iter().for_each(|test| hints.read(test));
        let values = self.values();
        let found = columns.iter().filter_map(|name| table.column(name));
        found
            .map(|column| {
                let ty = &column.data_type;
                let mut candidates: Vec<Option<String>> = Vec::new();
                if let Some(fixed) = row.get(&column.name) {
                    candidates.push(fixed.clone());
                } else {
                    let usual = (0..4).filter_map(|more| values.nth(ty, n + more));
                    let base = values.base(ty);
                    let hinted = match values.labels(&base) {
                        Some(labels) => hints.labels(&labels),
                        // The values of a domain are those that satisfy its own checks.
                        None if values.domains.contains_key(&ty.name) => Vec::new(),
                        None => hints.values(&base),
                    };
                    let domain = values.domains.get(&ty.name).into_iter().flatten().cloned();
                    candidates.extend(usual.take(2).map(Some));
                    if is_nullable(self, table, column) {
                        candidates.push(None);
                    }
                    let labels = values.labels(&base).unwrap_or_default();
                    for value in hinted.into_iter().chain(domain).chain(labels).map(Some) {
                        if !candidates.contains(&value) {
                            candidates.push(value);
                        }
                    }
                }
                Unknown { name: column.name.clone(), ty: ty.clone(), candidates }
            })
            .collect()
    }
}

/// A solution for a row: one whose values are not taken where they have to differ, and another for each row as far as
/// there are.
fn pick<'v>(
    unknowns: &[Unknown],
    solutions: &'v [Vec<Option<String>>],
    used: &BTreeMap<Ident, Vec<String>>,
    table: &Table,
    at: usize,
) -> Option<&'v Vec<Option<String>>> {
    let differ: Vec<usize> = unknowns
        .iter()
        .enumerate()
        .filter(|(_, unknown)| is_key(table, &unknown.name))
        .map(|(index, _)| index)
        .collect();
    let is_free = |solution: &&Vec<Option<String>>| {
        differ.iter().all(|index| {
            let taken = used.get(&unknowns[*index].name);
            let value = solution.get(*index).and_then(Option::as_ref);
            value.is_none_or(|value| !taken.is_some_and(|taken| taken.contains(value)))
        })
    };
    let free: Vec<&Vec<Option<String>>> = solutions.iter().filter(is_free).collect();
    free.get(at % free.len().max(1)).copied().or_else(|| solutions.first())
}

/// Whether a column alone makes rows differ.
fn is_key(table: &Table, column: &Ident) -> bool {
    table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.columns.contains(column),
        _ => false,
    })
}

/// Columns that take values.
fn fillable(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|c| c.generated.is_none())
}

fn is_nullable(filler: &Filler<'_, '_>, table: &Table, column: &Column) -> bool {
    let in_key = table.primary_key().is_some_and(
        |c| matches!(&c.kind, ConstraintKind::PrimaryKey(key) if key.columns.contains(&column.name)),
    );
    let domain = super::domain_of(filler.schema, &column.data_type.name);
    column.not_null.is_none()
        && !in_key
        && column.identity.is_none()
        && !domain.is_some_and(|(_, d)| d.not_null)
}

/// The statement that adds rows and returns all their values.
fn insert(table: &Table, rows: &[Row]) -> String {
    let columns: Vec<&Column> = fillable(table).collect();
    let names: Vec<String> = columns.iter().map(|c| quote_ident(&c.name).into_owned()).collect();
    let value = |row: &Row, column: &Column| match row.get(&column.name) {
        Some(Some(text)) => quote_literal(text),
        Some(None) => "NULL".to_owned(),
        None => "DEFAULT".to_owned(),
    };
    let tuples: Vec<String> = rows
        .iter()
        .map(|row| format!("({})", columns.iter().map(|c| value(row, c)).collect::<Vec<_>>().join(", ")))
        .collect();
    // A rule may put something else in place of the statement.
    let conflict = if table.rules.is_empty() { " ON CONFLICT DO NOTHING" } else { "" };
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES {}{conflict} RETURNING {}",
        quote_qname(&table.name),
        names.join(", "),
        tuples.join(", "),
        returning(table)
    )
}

fn returning(table: &Table) -> String {
    let columns = table.columns.iter().map(|c| format!("{}::text", quote_ident(&c.name)));
    columns.collect::<Vec<_>>().join(", ")
}

/// A query with a row if one refers to nothing.
pub(super) fn dangling(table: &Table, fk: &ForeignKey) -> String {
    let pairs = || fk.columns.iter().zip(&fk.ref_columns);
    let set: Vec<String> = fk.columns.iter().map(|c| format!("c.{} IS NOT NULL", quote_ident(c))).collect();
    let same: Vec<String> =
        pairs().map(|(c, r)| format!("p.{} = c.{}", quote_ident(r), quote_ident(c))).collect();
    format!(
        "SELECT 'x' FROM {} AS c WHERE {} AND NOT EXISTS (SELECT FROM {} AS p WHERE {}) LIMIT 1",
        quote_qname(&table.name),
        set.join(" AND "),
        quote_qname(&fk.table),
        same.join(" AND ")
    )
}

/// Values of the columns that decide into which partition a row goes, for a partition; several rows may share one.
fn bounds(schema: &crate::schema::Schema, table: &Table) -> Vec<(Ident, Vec<Option<String>>)> {
    let mut found: Vec<(Ident, Vec<Option<String>>)> = Vec::new();
    for holder in order::holders(schema, table) {
        let Some((parent, bound)) = &holder.partition_of else { continue };
        let Some(Object::Table(parent)) = schema.relation(parent) else { continue };
        let TableKind::Partitioned(by) = &parent.kind else { continue };
        for (at, key) in by.keys.iter().enumerate() {
            let KeyTarget::Column(column) = &key.target else { continue };
            let values = match bound {
                PartitionBound::List(values) => values.iter().map(|v| literal(v)).collect(),
                PartitionBound::Range { from, to } => within(from.get(at), to.get(at)),
                PartitionBound::Default | PartitionBound::Hash { .. } => Vec::new(),
            };
            if !values.is_empty() && !found.iter().any(|(c, _)| c == column) {
                found.push((column.clone(), values));
            }
        }
    }
    found
}

/// A value within a range of partition keys: its lower end, or something before the upper one.
fn within(from: Option<&String>, to: Option<&String>) -> Vec<Option<String>> {
    let bound =
        |text: &String| !text.eq_ignore_ascii_case("MINVALUE") && !text.eq_ignore_ascii_case("MAXVALUE");
    if let Some(from) = from.filter(|text| bound(text)) {
        return vec![literal(from)];
    }
    let Some(to) = to.filter(|text| bound(text)).and_then(|to| literal(to)) else { return Vec::new() };
    let before = match to.parse::<i64>() {
        Ok(number) => number.saturating_sub(1).to_string(),
        Err(_) if to.contains('-') => "1900-01-01".to_owned(),
        Err(_) => String::new(),
    };
    vec![Some(before)]
}

/// The value of a constant as SQL writes it; `None` is null.
fn literal(sql: &str) -> Option<String> {
    let sql = sql.trim();
    if sql.eq_ignore_ascii_case("NULL") {
        return None;
    }
    Some(if sql.contains('\'') {
        let end = sql.rfind('\'').map_or(sql.len(), |at| at + 1);
        unquoted(&sql[..end])
    } else {
        sql.to_owned()
    })
}
