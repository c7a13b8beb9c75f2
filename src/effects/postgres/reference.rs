//! What foreign keys do when rows change: their triggers query the other table, row by row.

use crate::effects::fact::{Extent, LossKind, RowWrite, RowWriteKind, ScanReason};
use crate::hash::HashSet;
use crate::ir::data::LockMode;
use crate::ir::table::{ConstraintKind, FkAction, ForeignKey};
use crate::name::{Ident, QName};
use crate::schema::model::{Constraint, Table};

use super::context::Context;

/// New rows: the referenced tables are looked at, unless a key is null (`has_value` is false) or checked only
/// when the transaction ends.
pub(super) fn check(cx: &mut Context<'_>, table: &Table, has_value: impl Fn(&Ident) -> bool) {
    for constraint in &table.constraints {
        if let ConstraintKind::ForeignKey(fk) = &constraint.kind
            && is_immediate(constraint)
            && fk.columns.iter().all(&has_value)
        {
            look_up(cx, &fk.table);
        }
    }
}

/// Updated rows: only keys with an assigned column are checked.
pub(super) fn check_some(
    cx: &mut Context<'_>,
    table: &Table,
    assigned: &[&Ident],
    has_value: impl Fn(&Ident) -> bool,
) {
    for constraint in &table.constraints {
        if let ConstraintKind::ForeignKey(fk) = &constraint.kind
            && is_immediate(constraint)
            && fk.columns.iter().any(|c| assigned.contains(&c))
            && fk.columns.iter().all(&has_value)
        {
            look_up(cx, &fk.table);
        }
    }
}

fn is_immediate(constraint: &Constraint) -> bool {
    constraint.enforced && !constraint.initially_deferred
}

fn look_up(cx: &mut Context<'_>, far: &QName) {
    let Some(table) = cx.schema.table(far) else {
        return cx.lock(far, crate::ir::object::ObjectKind::Table, LockMode::RowShare);
    };
    cx.lock_table(table, LockMode::RowShare);
    cx.plan_indexes(table, LockMode::RowShare);
    if table.is_partitioned() {
        cx.unsure(format!("the partitions of {far} that hold the referenced rows are locked too"));
    }
}

/// Rows of a referenced table are updated: matters to keys whose columns are assigned.
pub(super) fn updated(cx: &mut Context<'_>, table: &Table, assigned: &[&Ident]) {
    for (child, constraint, fk) in cx.schema.referencing(&table.name) {
        if fk.ref_columns.iter().any(|c| assigned.contains(&c)) && constraint.enforced {
            act(cx, child, constraint, fk, fk.on_update, RowWriteKind::Update);
        }
    }
}

/// Rows of a referenced table are deleted; `ON DELETE CASCADE` goes on from table to table.
pub(super) fn deleted(cx: &mut Context<'_>, table: &Table) {
    let mut seen: HashSet<QName> = HashSet::from_iter([table.name.clone()]);
    let mut queue = vec![table.name.clone()];
    while let Some(name) = queue.pop() {
        for (child, constraint, fk) in cx.schema.referencing(&name) {
            if !constraint.enforced || constraint.inherited {
                continue;
            }
            act(cx, child, constraint, fk, fk.on_delete, RowWriteKind::Delete);
            if fk.on_delete == FkAction::Cascade && seen.insert(child.name.clone()) {
                queue.push(child.name.clone());
            }
        }
    }
}

fn act(
    cx: &mut Context<'_>,
    child: &Table,
    constraint: &Constraint,
    fk: &ForeignKey,
    action: FkAction,
    event: RowWriteKind,
) {
    let writes = match action {
        FkAction::NoAction if constraint.initially_deferred => return,
        FkAction::NoAction | FkAction::Restrict => None,
        FkAction::Cascade => Some(event),
        FkAction::SetNull | FkAction::SetDefault => Some(RowWriteKind::Update),
    };
    let mode = if writes.is_some() { LockMode::RowExclusive } else { LockMode::RowShare };
    cx.lock_table(child, mode);
    cx.plan_tree(child, mode, true);
    if let Some(kind) = writes {
        let write = RowWrite { table: child.name.clone(), kind, extent: Extent::Filtered };
        if !cx.fx.row_writes.contains(&write) {
            cx.fx.row_writes.push(write);
            cx.lose(&child.name, LossKind::Rows);
        }
    }
    for table in std::iter::once(child).chain(cx.schema.descendants_of(&child.name)) {
        let indexed = cx.schema.indexes_of(&table.name).into_iter().any(|index| {
            index.predicate.is_none()
                && index.keys.first().and_then(|k| k.as_column()).is_some_and(|c| fk.columns.contains(c))
        });
        if !indexed {
            cx.scan(table, ScanReason::ForeignKey(constraint.name.clone()));
        }
    }
}
