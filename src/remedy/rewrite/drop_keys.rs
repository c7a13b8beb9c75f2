//! Dropping foreign keys one by one before what they hang on: each drop locks the other table as well.

use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::{ConstraintKind, ForeignKey, TableAction};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::{Constraint, Table};

use super::build::{alter, drop_constraint};
use super::case::Case;
use super::split::{self, Fate};
use super::{Plan, Stage};

const SUMMARY: &str = "Drops each foreign key in a transaction of its own, so that two tables at a time are locked, and briefly";

/// `DROP TABLE`, `DROP COLUMN` and `DROP CONSTRAINT`.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    match case.op() {
        DdlOp::Drop(drop) if drop.kind == ObjectKind::Table => tables(case, drop),
        DdlOp::AlterTable(_) => parts(case),
        _ => None,
    }
}

/// A foreign key by its table and its name.
type Key = (QName, Ident);

fn tables(case: &Case<'_>, drop: &Drop) -> Option<Plan> {
    let schema = case.before();
    let tables: Vec<&Table> = drop.objects.iter().map(|o| schema.table(&o.name)).collect::<Option<_>>()?;
    let going = |name: &QName| tables.iter().any(|t| t.name == *name);
    let mut keys: Vec<Key> = Vec::new();
    for table in &tables {
        keys.extend(foreign_keys(table).filter(|(_, fk)| !going(&fk.table)).map(|(c, _)| key(table, c)));
        if drop.cascade {
            keys.extend(referencing(schema, &table.name, |_| true).filter(|(name, _)| !going(name)));
        }
    }
    let mut stages = stages(keys)?;
    let objects = tables.iter().map(|t| ObjectName::of(t.name.clone())).collect();
    let rest = DdlOp::Drop(Drop { objects, ..drop.clone() });
    let title = if tables.len() == 1 { "Drop the table" } else { "Drop the tables" };
    stages.push(Stage::locked(title, vec![rest]));
    Some((SUMMARY.into(), stages))
}

fn parts(case: &Case<'_>) -> Option<Plan> {
    let schema = case.before();
    let target = case.target()?;
    let table = target.table;
    let by_itself = |name: &Ident| foreign_keys(table).any(|(c, _)| c.name == *name);
    let mut keys: Vec<Key> = Vec::new();
    for (action, _) in &target.alter.actions {
        match action {
            TableAction::DropColumn { name, cascade, .. } => {
                keys.extend(
                    foreign_keys(table)
                        .filter(|(_, fk)| fk.columns.contains(name))
                        .map(|(c, _)| key(table, c)),
                );
                if *cascade {
                    keys.extend(referencing(schema, &table.name, |fk| fk.ref_columns.contains(name)));
                }
            }
            TableAction::DropConstraint { name, cascade, .. } => {
                if by_itself(name) {
                    keys.push((table.name.clone(), name.clone()));
                } else if *cascade
                    && let Some(columns) = table.constraint(name).map(|c| split::columns_of(&c.kind))
                {
                    keys.extend(referencing(schema, &table.name, |fk| {
                        fk.ref_columns.iter().all(|c| columns.contains(c))
                    }));
                }
            }
            _ => {}
        }
    }
    let mut stages = stages(keys)?;
    let rest = split::split(&target, |action| match action {
        TableAction::DropConstraint { name, .. } if by_itself(name) => Fate::Take,
        _ => Fate::Keep,
    });
    let statements = rest.first.into_iter().chain(rest.last);
    stages.extend(statements.map(|a| Stage::locked("Make the other changes", vec![DdlOp::AlterTable(a)])));
    Some((SUMMARY.into(), stages))
}

/// One stage for each key; `None` without any.
fn stages(keys: Vec<Key>) -> Option<Vec<Stage>> {
    let mut seen: Vec<Key> = Vec::new();
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    let stage = |(table, name): Key| {
        Stage::locked(
            format!("Drop the foreign key {name} of {table}"),
            vec![alter(&table, vec![drop_constraint(&name)])],
        )
    };
    (!seen.is_empty()).then(|| seen.into_iter().map(stage).collect())
}

fn key(table: &Table, constraint: &Constraint) -> Key {
    (table.name.clone(), constraint.name.clone())
}

/// The foreign keys of a table that can be dropped there, with those that come from a parent left out.
fn foreign_keys(table: &Table) -> impl Iterator<Item = (&Constraint, &ForeignKey)> {
    table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::ForeignKey(fk) if !c.inherited => Some((c, fk)),
        _ => None,
    })
}

/// Foreign keys of other tables that reference a table.
fn referencing(
    schema: &Schema,
    table: &QName,
    wanted: impl Fn(&ForeignKey) -> bool,
) -> impl Iterator<Item = Key> {
    schema
        .referencing(table)
        .into_iter()
        .filter(move |(child, c, fk)| child.name != *table && !c.inherited && wanted(fk))
        .map(|(child, c, _)| key(child, c))
        .collect::<Vec<_>>()
        .into_iter()
}
