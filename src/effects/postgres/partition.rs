//! Making, attaching and detaching partitions.

use crate::effects::fact::{ErrorCondition, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::table::{ConstraintKind, ForeignKey, PartitionBound, PartitionBy};
use crate::name::QName;
use crate::schema::model::{Constraint, Object, Table, TableKind};

use super::alter::Alter;
use super::constraint::{lock_referenced, validate_foreign_key};
use super::context::{Context, Target, has_storage};
use super::{index, proof};

/// `CREATE TABLE … PARTITION OF`: what the new partition does to its parent and to the default partition.
pub(super) fn new_partition(cx: &mut Context<'_>, parent: &QName, bound: &PartitionBound) {
    let Some(parent) = cx.table(parent) else { return };
    cx.lock_table(&parent, LockMode::AccessExclusive);
    cx.lock_indexes(&parent.name, LockMode::ShareUpdateExclusive);
    for (_, fk) in foreign_keys(&parent) {
        lock_referenced(cx, &fk.table, LockMode::ShareRowExclusive);
    }
    lock_referencing(cx, &parent);
    check_default(cx, &parent, bound);
}

impl Alter<'_, '_> {
    pub(super) fn attach_partition(&mut self, partition: &QName, bound: Option<&PartitionBound>) {
        let (cx, parent) = (&mut *self.cx, self.table);
        let child = match cx.target(partition) {
            Target::Known(Object::Table(child)) => child,
            Target::Unknown(name) => {
                cx.lock(&name, crate::ir::object::ObjectKind::Table, LockMode::AccessExclusive);
                cx.fx.scan(name, ScanReason::PartitionBound);
                if let Some(bound) = bound {
                    check_default(cx, parent, bound);
                }
                return;
            }
            Target::Known(_) | Target::Absent => return,
        };
        cx.lock_tree(child, LockMode::AccessExclusive);
        if let Some(bound) = bound {
            check_bound(cx, parent, child, bound);
            check_default(cx, parent, bound);
        }
        attach_indexes(cx, parent, child);
        attach_foreign_keys(cx, parent, child);
        lock_referencing(cx, parent);
    }

    pub(super) fn detach_partition(&mut self, partition: &QName, concurrently: bool, finalize: bool) {
        let (cx, parent) = (&mut *self.cx, self.table);
        let child = match cx.target(partition) {
            Target::Known(Object::Table(child)) => child,
            Target::Unknown(name) => {
                let kind = crate::ir::object::ObjectKind::Table;
                return cx.lock(&name, kind, detached_mode(cx, None, concurrently || finalize));
            }
            Target::Known(_) | Target::Absent => return,
        };
        let mode = detached_mode(cx, Some(child), concurrently || finalize);
        cx.lock_table(child, mode);
        if concurrently || finalize {
            cx.fx.waits_for_transactions = concurrently;
            return;
        }
        for below in cx.schema.descendants_of(&child.name) {
            cx.lock_table(below, LockMode::AccessExclusive);
        }
        for index in cx.schema.indexes_of(&child.name) {
            if index.parent.is_some() {
                cx.lock_index(index, LockMode::AccessExclusive);
            }
        }
        if let Some(default) = default_partition(cx, parent)
            && default.name != child.name
        {
            cx.lock_table(default, LockMode::AccessExclusive);
        }
        for (constraint, fk) in foreign_keys(child) {
            if constraint.inherited {
                lock_referenced(cx, &fk.table, LockMode::ShareRowExclusive);
            }
        }
        if !cx.schema.referencing(&parent.name).is_empty() {
            let message =
                format!("removing partition \"{}\" violates a foreign key constraint", child.name.name);
            cx.error("23503", message, ErrorCondition::RowValues);
        }
    }
}

/// 13 takes `SHARE UPDATE EXCLUSIVE` on the partition, unless it has copies of its parent's triggers or keys.
fn detached_mode(cx: &Context<'_>, child: Option<&Table>, concurrently: bool) -> LockMode {
    let copies = child.is_none_or(|child| {
        child.triggers.iter().any(|t| t.inherited) || foreign_keys(child).any(|(c, _)| c.inherited)
    });
    if concurrently || !cx.at_least(14) && !copies {
        LockMode::ShareUpdateExclusive
    } else {
        LockMode::AccessExclusive
    }
}

fn foreign_keys(table: &Table) -> impl Iterator<Item = (&Constraint, &ForeignKey)> {
    table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::ForeignKey(fk) => Some((c, fk)),
        _ => None,
    })
}

/// Foreign keys that reference the parent get triggers on the new partition.
fn lock_referencing(cx: &mut Context<'_>, parent: &Table) {
    let mode = if cx.at_least(15) { LockMode::ShareRowExclusive } else { LockMode::AccessShare };
    for (child, constraint, _) in cx.schema.referencing(&parent.name) {
        if !constraint.inherited {
            cx.lock_table(child, mode);
        }
    }
}

/// The default partition of a partitioned table.
fn default_partition<'a>(cx: &Context<'a>, parent: &Table) -> Option<&'a Table> {
    let mut children = cx.schema.children_of(&parent.name).into_iter();
    children.find(|c| matches!(c.partition_of, Some((_, PartitionBound::Default))))
}

fn strategy(table: &Table) -> Option<&PartitionBy> {
    match &table.kind {
        TableKind::Partitioned(by) => Some(by),
        TableKind::Ordinary | TableKind::Foreign(_) => None,
    }
}

/// The default partition may hold rows of the new one, which is an error: it is locked and, unless its
/// constraints rule that out, read.
fn check_default(cx: &mut Context<'_>, parent: &Table, bound: &PartitionBound) {
    let Some(default) = default_partition(cx, parent) else { return };
    cx.lock_tree(default, LockMode::AccessExclusive);
    let by = strategy(parent);
    let excluded = |table: &Table| by.is_some_and(|by| proof::excludes(table, by, bound));
    if excluded(default) {
        return;
    }
    for table in std::iter::once(default).chain(cx.schema.descendants_of(&default.name)) {
        if !excluded(table) {
            cx.scan(table, ScanReason::DefaultPartition);
        }
    }
    let message = format!(
        "updated partition constraint for default partition \"{}\" would be violated by some row",
        default.name.name
    );
    cx.error("23514", message, ErrorCondition::RowValues);
}

/// The rows of an attached table must fit its bound: it is read, unless its constraints say so.
fn check_bound(cx: &mut Context<'_>, parent: &Table, child: &Table, bound: &PartitionBound) {
    let siblings = cx.schema.children_of(&parent.name);
    let siblings: Vec<&PartitionBound> =
        siblings.into_iter().filter_map(|s| s.partition_of.as_ref().map(|(_, bound)| bound)).collect();
    if matches!(bound, PartitionBound::Default) && siblings.is_empty() {
        return;
    }
    let fits = |table: &Table| strategy(parent).is_some_and(|by| proof::fits(table, by, bound, &siblings));
    if fits(child) {
        return;
    }
    for table in std::iter::once(child).chain(cx.schema.descendants_of(&child.name)) {
        if !fits(table) {
            cx.scan(table, ScanReason::PartitionBound);
        }
    }
    let message = format!("partition constraint of relation \"{}\" is violated by some row", child.name.name);
    cx.error("23514", message, ErrorCondition::RowValues);
}

/// Every index of the parent needs its like on the partition; those that are missing are built.
fn attach_indexes(cx: &mut Context<'_>, parent: &Table, child: &Table) {
    cx.lock_indexes(&parent.name, LockMode::ShareUpdateExclusive);
    let below = cx.schema.descendants_of(&child.name);
    for wanted in cx.schema.indexes_of(&parent.name) {
        for table in std::iter::once(child).chain(below.iter().copied()) {
            if has_storage(table) && index::like(cx, table, wanted).is_none() {
                cx.scan(table, ScanReason::IndexBuild);
                cx.build(&table.name, None, false);
            }
        }
    }
}

/// Every foreign key of the parent applies to the partition: one it has already is merged, others are made and
/// checked.
fn attach_foreign_keys(cx: &mut Context<'_>, parent: &Table, child: &Table) {
    for (constraint, fk) in foreign_keys(parent) {
        let has = foreign_keys(child).any(|(c, f)| {
            f.table == fk.table
                && f.columns == fk.columns
                && f.ref_columns == fk.ref_columns
                && c.validated == constraint.validated
                && (f.on_delete, f.on_update) == (fk.on_delete, fk.on_update)
        });
        if has {
            cx.lock_far_side(&fk.table, LockMode::AccessExclusive, true);
            continue;
        }
        let far = lock_referenced(cx, &fk.table, LockMode::ShareRowExclusive);
        if constraint.validated && constraint.enforced {
            validate_foreign_key(cx, child, &constraint.name, far);
        }
    }
}
