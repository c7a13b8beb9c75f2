//! `ALTER` on relations other than tables, and what a table shares with the relations that belong to it: owner,
//! schema, tablespace.

use crate::effects::fact::{RewriteReason, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, TableAction};
use crate::name::Ident;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Index, Object, Sequence, Table, View};

use super::context::{Context, Target, has_storage};

/// A new owner of a table is the owner of its indexes and sequences too.
pub(super) fn change_owner(cx: &mut Context<'_>, table: &Table) {
    cx.lock_indexes(&table.name, LockMode::AccessExclusive);
    lock_owned_sequences(cx, table);
}

/// Locks the sequences that belong to a table's columns.
pub(super) fn lock_owned_sequences(cx: &mut Context<'_>, table: &Table) {
    for sequence in owned_sequences(cx, table) {
        cx.lock_sequence(sequence, LockMode::AccessExclusive);
    }
}

/// The sequences that belong to a table's columns.
pub(super) fn owned_sequences<'a>(cx: &Context<'a>, table: &Table) -> Vec<&'a Sequence> {
    let key = ObjectKey::Relation(table.name.clone());
    let owned = cx.schema.dependents(&key).into_iter().filter_map(|(key, _)| match cx.schema.get(key)? {
        Object::Sequence(s) if s.owned_by.as_ref().is_some_and(|(t, _)| *t == table.name) => Some(s),
        _ => None,
    });
    owned.collect()
}

pub(super) fn same_tablespace(old: Option<&Ident>, new: &Ident) -> bool {
    // A table without a tablespace is in the database's own, which is `pg_default` unless somebody moved it.
    old.map_or("pg_default", |t| t.as_str()) == new.as_str()
}

pub(super) fn alter_view(cx: &mut Context<'_>, view: &View, alter: &AlterTable, mode: LockMode) {
    cx.lock_view(view, mode);
    for (action, _) in &alter.actions {
        match action {
            TableAction::OwnerTo(owner) if view.owner.as_ref() != Some(owner) => {
                cx.lock_indexes(&view.name, LockMode::AccessExclusive);
            }
            TableAction::ClusterOn(Some(index)) => {
                let name = view.name.sibling(index.clone());
                cx.lock(&name, ObjectKind::Index, LockMode::ShareUpdateExclusive);
            }
            TableAction::SetTablespace(tablespace)
                if view.materialized && !same_tablespace(view.tablespace.as_ref(), tablespace) =>
            {
                cx.fx.rewrite(view.name.clone(), RewriteReason::Tablespace);
            }
            TableAction::SetAccessMethod(_) if view.materialized => {
                cx.unsure(format!("the access method of {} is not known", view.name));
                cx.fx.rewrite(view.name.clone(), RewriteReason::AccessMethod);
                cx.fx.scan(view.name.clone(), ScanReason::Rewrite);
                cx.lock_indexes(&view.name, LockMode::AccessExclusive);
            }
            _ => {}
        }
    }
}

pub(super) fn alter_index(cx: &mut Context<'_>, index: &Index, alter: &AlterTable, mode: LockMode) {
    cx.lock_index(index, mode);
    for (action, _) in &alter.actions {
        match action {
            TableAction::SetTablespace(tablespace)
                if !same_tablespace(index.tablespace.as_ref(), tablespace)
                    && cx.schema.table(&index.table).is_none_or(has_storage) =>
            {
                cx.fx.rewrite(index.name.clone(), RewriteReason::Tablespace);
            }
            TableAction::AttachPartition { partition, .. } => {
                if let Target::Known(Object::Index(child)) = cx.target(partition) {
                    cx.lock_index(child, LockMode::AccessExclusive);
                    for table in [&index.table, &child.table] {
                        cx.lock(table, ObjectKind::Table, LockMode::AccessShare);
                    }
                }
            }
            _ => {}
        }
    }
}
