//! Changing a column's type or name with code running: a second column beside it, kept in step by a trigger,
//! takes its place in one short transaction.

use crate::effects::fact::{RewriteReason, ScanReason};
use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::ir::object::{ObjectKind, Rename};
use crate::ir::table::{AlterTable, TableAction};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::{Column, Table};
use crate::schema::preview::Ahead;

use super::Plan;
use super::case::{Case, fresh};
use super::shadow_parts::Attached;
use super::shadow_plan;
use super::split::{self, Fate};

/// One column and the one that takes its place.
pub(super) struct Shadow<'s> {
    /// The table, before anything of this happens.
    pub(super) table: &'s Table,
    /// The column.
    pub(super) old: &'s Column,
    /// What its successor is called until the swap.
    pub(super) new: Ident,
    /// The column in the end.
    pub(super) last: Column,
    /// `USING`, when the type changes by an expression.
    pub(super) using: Option<Expr>,
    /// Names are NOT NULL constraints of their own (18).
    pub(super) named_not_null: bool,
    /// Sequences that the column owns.
    pub(super) sequences: Vec<QName>,
    /// Indexes and constraints on the column.
    pub(super) attached: Attached,
}

/// `ALTER COLUMN … TYPE` and `RENAME COLUMN`.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    match case.op() {
        DdlOp::AlterTable(_) => retype(case),
        DdlOp::Rename(op) if op.kind == ObjectKind::Column => rename(case, op),
        _ => None,
    }
}

fn rename(case: &Case<'_>, op: &Rename) -> Option<Plan> {
    let schema = case.before();
    let table = schema.table(&op.object.name)?;
    let old = table.column(op.object.part.as_ref()?)?;
    let last = case.after()?.table(&table.name)?.column(&op.to)?.clone();
    // The expressions of the indexes and constraints are those after the renaming.
    let attached = Attached::of(schema, case.after()?, table, &old.name, &op.to)?;
    let shadow = Shadow {
        table,
        old,
        new: op.to.clone(),
        last,
        using: None,
        named_not_null: case.at_least(18),
        sequences: owned(schema, table, &old.name),
        attached,
    };
    let stages = shadow_plan::stages(schema, &shadow)?;
    let summary = format!(
        "Adds {} beside {}, keeps both in step by a trigger, and drops the old one when no code uses it; the column \
         moves to the end of the table",
        op.to, old.name
    );
    Some((summary, stages))
}

fn retype(case: &Case<'_>) -> Option<Plan> {
    let target = case.target()?;
    let slow = slow_columns(case, target.alter);
    let chosen: Vec<(&Ident, Option<&Expr>)> = target
        .alter
        .actions
        .iter()
        .filter_map(|(action, _)| match action {
            TableAction::AlterType { column, using, .. } if slow.is_empty() || slow.contains(column) => {
                Some((column, using.as_ref()))
            }
            _ => None,
        })
        .collect();
    // What else the statement does to the column is part of what the column is in the end.
    let absorbed = |name: &Ident| chosen.iter().any(|(column, _)| *column == name);
    let rest = split::split(&target, |action| match action {
        TableAction::AlterType { column, .. }
        | TableAction::Default { column, .. }
        | TableAction::NotNull { column, .. }
            if absorbed(column) =>
        {
            Fate::Take
        }
        _ => Fate::Keep,
    });
    let mut base = case.before().clone();
    if let Some(first) = &rest.first {
        if !base.apply(&DdlOp::AlterTable(first.clone())).is_empty() {
            return None;
        }
        base.take_changes();
    }
    let after = case.after()?.table(target.name())?;
    let mut stages = Vec::new();
    for (name, using) in chosen {
        let new = {
            let table = base.table(target.name())?;
            fresh(&[&**name], "new", |n| table.column(n).is_some())
        };
        let renamed =
            base.preview(&super::build::rename_part(ObjectKind::Column, target.name(), name, &new))?;
        let table = base.table(target.name())?;
        let old = table.column(name)?;
        let shadow = Shadow {
            table,
            old,
            attached: Attached::of(&base, Ahead::new(&base, &renamed), table, name, &new)?,
            new,
            last: after.column(name)?.clone(),
            using: using.cloned(),
            named_not_null: case.at_least(18),
            sequences: owned(&base, table, name),
        };
        stages.extend(shadow_plan::stages(&base, &shadow)?);
    }
    if stages.is_empty() {
        return None;
    }
    let summary = "Fills a second column of the new type, kept in step by a trigger, and swaps the two in a short \
                   transaction; the column moves to the end of the table";
    Some((summary.into(), rest.around(stages)))
}

/// The columns whose change of type reads or writes every row, as far as that is known.
fn slow_columns(case: &Case<'_>, alter: &AlterTable) -> Vec<Ident> {
    let effects = &case.step().effects;
    let mut columns: Vec<Ident> = effects
        .rewrites
        .iter()
        .filter_map(|r| match &r.reason {
            RewriteReason::TypeChange(column) => Some(column.clone()),
            _ => None,
        })
        .collect();
    // A rebuilt index does not say which column it is for; with one type change there is no doubt.
    let rebuilt = effects.scans.iter().any(|s| s.reason == ScanReason::IndexRebuild);
    if rebuilt && alter.actions.len() > 1 {
        columns.clear();
    }
    columns
}

fn owned(schema: &Schema, table: &Table, column: &Ident) -> Vec<QName> {
    schema.sequences_of(&table.name, column).iter().map(|s| s.name.clone()).collect()
}

impl Shadow<'_> {
    /// The type of the new column.
    pub(super) fn data_type(&self) -> &TypeName {
        &self.last.data_type
    }

    /// Whether the name changes, so that both columns are in use for a while.
    pub(super) fn is_rename(&self) -> bool {
        self.last.name != self.old.name
    }
}
