//! `ALTER COLUMN … TYPE`: the table, its indexes, its constraints and the tables on the other side of its
//! foreign keys.

use crate::effects::fact::{BreakKind, ErrorCondition, LossKind, RewriteReason, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::expr::{Expr, ExprShape};
use crate::ir::index::KeyTarget;
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::lookup::index_columns;
use crate::schema::model::{Column, Index, Table};

use super::alter::Alter;
use super::constraint::validate_foreign_key;
use super::context::{Context, column_of, has_storage};
use super::conversion::{self, Resolved, Rewrite};

/// A type change, with what is decided once for all tables that it reaches.
struct TypeChange<'s> {
    column: &'s Ident,
    to: &'s TypeName,
    collation: Option<QName>,
    using: Option<&'s Expr>,
}

impl Alter<'_, '_> {
    pub(super) fn alter_type(
        &mut self,
        column: &Ident,
        to: &TypeName,
        collation: Option<&QName>,
        using: Option<&Expr>,
    ) {
        // Without COLLATE the column gets the collation of its new type.
        let mut to = to.clone();
        self.cx.schema.bind_type(&mut to);
        let to = &to;
        let of_domain = || self.cx.schema.domain(to).and_then(|d| d.collation.clone());
        let mut collation = collation.cloned().or_else(of_domain);
        self.cx.schema.bind_collation(&mut collation);
        let change = TypeChange { column, to, collation, using };
        if !self.cx.schema.views_on_column(&self.table.name, column).is_empty() {
            // Refused, before anything else is locked.
            return;
        }
        self.lock_children();
        self.consequences(&change);
        let tables: Vec<&Table> = std::iter::once(self.table).chain(self.children()).collect();
        for table in tables {
            change_table(self.cx, table, &change);
        }
    }

    fn consequences(&mut self, change: &TypeChange<'_>) {
        let object = column_of(&self.table.name, change.column);
        let Some(old) = self.table.column(change.column) else {
            self.cx.breaks(&object, BreakKind::TypeChanged);
            return;
        };
        let (schema, from, to) = (self.cx.schema, &old.data_type, change.to);
        let plain = change.using.is_none_or(|expr| match &expr.shape {
            ExprShape::Column(name) | ExprShape::ColumnCast(name, _) => name == change.column,
            _ => false,
        });
        let explicit = change.using.is_some_and(|e| matches!(e.shape, ExprShape::ColumnCast(..)));
        if conversion::is_other_type(schema, from, to) {
            self.cx.breaks(&object, BreakKind::TypeChanged);
        }
        if conversion::refuses(schema, from, to) {
            self.cx.breaks(&object, BreakKind::ValuesRefused);
        }
        if !plain || conversion::narrows(schema, from, to) {
            self.cx.lose(&object, LossKind::Narrowing);
        }
        if plain {
            for (sqlstate, message) in conversion::errors(schema, from, to) {
                // An explicit cast to a length cuts the text instead.
                if !(explicit && sqlstate == "22001") {
                    self.cx.error(sqlstate, message, ErrorCondition::RowValues);
                }
            }
        }
    }
}

fn change_table(cx: &mut Context<'_>, table: &Table, change: &TypeChange<'_>) {
    let old = table.column(change.column);
    let rewritten = is_rewritten(cx, table, old, change);
    if rewritten {
        cx.rewrite(table, RewriteReason::TypeChange(change.column.clone()));
    }
    let Some(old) = old else { return };
    for index in cx.schema.indexes_of(&table.name) {
        if index_columns(index).contains(change.column) {
            cx.lock_index(index, LockMode::AccessExclusive);
            if has_storage(table) && !rewritten && !keeps_file(cx, index, old, change) {
                cx.scan(table, ScanReason::IndexRebuild);
                cx.build(&table.name, Some(&index.name.name), false);
            }
        }
    }
    for constraint in &table.constraints {
        match &constraint.kind {
            ConstraintKind::Check(expr)
                if constraint.validated
                    && constraint.enforced
                    && !rewritten
                    && expr.columns.iter().any(|(_, c)| c == change.column) =>
            {
                cx.scan(table, ScanReason::Check(constraint.name.clone()));
            }
            // A partition's copy of its parent's key is dealt with there.
            ConstraintKind::ForeignKey(fk) if fk.columns.contains(change.column) && !constraint.inherited => {
                cx.lock_far_side(&fk.table, LockMode::AccessExclusive, true);
                if constraint.validated && constraint.enforced && !keeps_check(cx, rewritten, old, change) {
                    let far = cx.schema.table(&fk.table);
                    validate_foreign_key(cx, table, &constraint.name, far);
                }
            }
            _ => {}
        }
    }
    for (child, constraint, fk) in cx.schema.referencing(&table.name) {
        if fk.ref_columns.contains(change.column) && child.name != table.name && !constraint.inherited {
            cx.lock_tree(child, LockMode::AccessExclusive);
            if constraint.validated && constraint.enforced && !keeps_check(cx, rewritten, old, change) {
                validate_foreign_key(cx, child, &constraint.name, Some(table));
            }
        }
    }
    if old.identity.is_some() {
        for sequence in cx.schema.sequences_of(&table.name, change.column) {
            cx.lock_sequence(sequence, LockMode::ShareRowExclusive);
        }
    }
}

fn is_rewritten(cx: &mut Context<'_>, table: &Table, old: Option<&Column>, change: &TypeChange<'_>) -> bool {
    let Some(old) = old else {
        if !table.columns_known {
            let object = column_of(&table.name, change.column);
            cx.unsure(format!("the present type of {object} is not known; a rewrite is assumed"));
            return true;
        }
        return false;
    };
    let rewrite = conversion::rewrite(cx.schema, change.column, &old.data_type, change.to, change.using);
    match rewrite {
        Rewrite::No => false,
        Rewrite::Yes => {
            for ty in [&old.data_type, change.to] {
                if change.using.is_none() && !Resolved::of(cx.schema, ty).known {
                    cx.unsure(format!("the casts of type {ty} are not known; a rewrite is assumed"));
                }
            }
            true
        }
        Rewrite::UnlessUtc => {
            if let Some(zone) = &cx.schema.session.time_zone {
                !conversion::is_utc(zone)
            } else {
                cx.unsure("without TimeZone set to UTC this rewrites the table, which is assumed");
                true
            }
        }
    }
}

/// Whether an index over the column is made again from its old file: it has no expressions and no predicate, is
/// no partition of another index, and every key keeps its operator class and collation
/// (`CheckIndexCompatible`).
fn keeps_file(cx: &Context<'_>, index: &Index, old: &Column, change: &TypeChange<'_>) -> bool {
    if index.predicate.is_some() || index.parent.is_some() {
        return false;
    }
    let old_type = Resolved::of(cx.schema, &old.data_type);
    let new_type = Resolved::of(cx.schema, change.to);
    let family = old_type.operator_family() == new_type.operator_family();
    let collation = same_collation(old.collation.as_ref(), change.collation.as_ref());
    // GIN keeps elements of arrays, of whatever type; the server then does not compare further.
    let polymorphic = *index.method == *"gin" && new_type.base.array > 0;
    index.keys.iter().all(|key| match &key.target {
        KeyTarget::Expr(_) => false,
        KeyTarget::Column(name) if name != change.column => true,
        KeyTarget::Column(_) => {
            (key.opclass.is_some() || family && !polymorphic) && (key.collation.is_some() || collation)
        }
    })
}

/// Whether a foreign key need not be checked again: both sides still compare by the same operator.
fn keeps_check(cx: &Context<'_>, rewritten: bool, old: &Column, change: &TypeChange<'_>) -> bool {
    let family = |ty: &TypeName| Resolved::of(cx.schema, ty).operator_family();
    !rewritten
        && family(&old.data_type) == family(change.to)
        && same_collation(old.collation.as_ref(), change.collation.as_ref())
}

fn same_collation(old: Option<&QName>, new: Option<&QName>) -> bool {
    let name = |collation: Option<&QName>| collation.map(|c| c.name.clone()).filter(|n| *n != *"default");
    name(old) == name(new)
}
