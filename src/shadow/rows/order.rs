//! Which tables need rows so that others can have some, and in which order.

use std::collections::BTreeSet;

use crate::ir::table::{ConstraintKind, ForeignKey, PartitionBound};
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::model::{Table, TableKind};

/// Partitions of one table that are filled.
const PARTITIONS: usize = 4;

/// The enforced foreign keys of a table.
pub(super) fn foreign_keys(table: &Table) -> impl Iterator<Item = &ForeignKey> {
    table.constraints.iter().filter(|c| c.enforced).filter_map(|c| match &c.kind {
        ConstraintKind::ForeignKey(fk) => Some(fk),
        _ => None,
    })
}

/// The tables that hold rows when `wanted` are to hold some: partitions in place of partitioned tables, and what
/// foreign keys refer to, which comes first. Where they refer to each other, some table comes first.
pub(super) fn tables<'s>(schema: &'s Schema, wanted: impl IntoIterator<Item = &'s QName>) -> Vec<&'s Table> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for name in wanted {
        visit(schema, name, &mut seen, &mut order);
    }
    order
}

fn visit<'s>(schema: &'s Schema, name: &QName, seen: &mut BTreeSet<QName>, order: &mut Vec<&'s Table>) {
    let Some(table) = schema.table(name) else { return };
    if !seen.insert(table.name.clone()) {
        return;
    }
    for fk in foreign_keys(table) {
        visit(schema, &fk.table, seen, order);
    }
    if let TableKind::Partitioned(_) = table.kind {
        let partitions = partitions(schema, &table.name);
        if partitions.iter().any(|p| is_hashed(p)) || partitions.is_empty() {
            order.push(table);
        } else {
            for partition in partitions.into_iter().take(PARTITIONS) {
                visit(schema, &partition.name, seen, order);
            }
        }
    } else if let Some((parent, _)) = table.partition_of.as_ref().filter(|_| is_hashed(table)) {
        // Which rows are its own only the server knows.
        visit(schema, parent, seen, order);
    } else {
        order.push(table);
    }
}

fn is_hashed(table: &Table) -> bool {
    matches!(&table.partition_of, Some((_, PartitionBound::Hash { .. })))
}

/// The partitions of a table.
fn partitions<'s>(schema: &'s Schema, name: &QName) -> Vec<&'s Table> {
    schema.tables().filter(|t| t.partition_of.as_ref().is_some_and(|(parent, _)| parent == name)).collect()
}

/// A table, and the partitioned tables that its rows are rows of.
pub(super) fn holders<'s>(schema: &'s Schema, table: &'s Table) -> Vec<&'s Table> {
    let mut holders = vec![table];
    while let Some((parent, _)) = holders.last().and_then(|t| t.partition_of.as_ref()) {
        let Some(parent) = schema.table(parent).filter(|_| holders.len() < 16) else { break };
        holders.push(parent);
    }
    holders
}
