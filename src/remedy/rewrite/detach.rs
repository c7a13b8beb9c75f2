//! `DETACH PARTITION` without locking out the parent's users.

use crate::ir::DdlOp;
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::TableAction;
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::model::{Table, TableKind};

use super::build::{alter, ident, relation};
use super::case::{Case, fresh_on};
use super::partition::default_partition;
use super::{Plan, Stage};

/// `DETACH PARTITION`, concurrently: from 14 on, and not beside a default partition.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::AlterTable(statement) = case.op() else { return None };
    let [(TableAction::DetachPartition { partition, concurrently: false, finalize: false }, _)] =
        statement.actions.as_slice()
    else {
        return None;
    };
    let schema = case.before();
    let parent = schema.table(&statement.name)?;
    let child = schema.table(partition)?;
    if !case.at_least(14) || default_partition(schema, &parent.name).is_some() {
        return None;
    }
    let detach = |concurrently, finalize| TableAction::DetachPartition {
        partition: child.name.clone(),
        concurrently,
        finalize,
    };
    let detached = Stage::outside("Detach without blocking anybody", vec![alter(&parent.name, vec![detach(true, false)])])
        .note(format!(
            "-- If it was interrupted, finish it before anything else:\n-- ALTER TABLE {} DETACH PARTITION {} FINALIZE;",
            relation(&parent.name),
            relation(&child.name)
        ));
    // The concurrent form leaves a CHECK of the old bound behind, unless another constraint implies it.
    let column = bound_column(schema, child);
    let stem: Vec<&str> = std::iter::once(&*child.name.name).chain(column.as_deref()).collect();
    let name = fresh_on(schema, child, &stem, "check");
    let drop = TableAction::DropConstraint { name: name.clone(), if_exists: true, cascade: false };
    let tidy = Stage::locked(
        format!("Drop {}, which detaching concurrently made of the bound", ident(&name)),
        vec![alter(&child.name, vec![drop])],
    );
    Some((
        "Detaches concurrently: reads and writes through the parent go on meanwhile".into(),
        vec![detached, tidy],
    ))
}

/// The column of the bound, when it is one: it is part of the name that the server gives the check.
fn bound_column(schema: &Schema, child: &Table) -> Option<Ident> {
    let mut columns: Vec<&Ident> = Vec::new();
    let mut table = child;
    while let Some((parent, _)) = &table.partition_of {
        table = schema.table(parent)?;
        let TableKind::Partitioned(by) = &table.kind else { return None };
        columns.extend(by.keys.iter().flat_map(key_columns));
    }
    columns.sort();
    columns.dedup();
    match columns.as_slice() {
        [column] => Some((*column).clone()),
        _ => None,
    }
}

fn key_columns(key: &IndexKey) -> Vec<&Ident> {
    match &key.target {
        KeyTarget::Column(name) => vec![name],
        KeyTarget::Expr(expr) => expr.columns.iter().map(|(_, name)| name).collect(),
    }
}
