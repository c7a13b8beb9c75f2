//! Actions of `ALTER TABLE` on columns, types apart.

use crate::effects::fact::{BreakKind, ErrorCondition, LossKind, RewriteReason, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::expr::{Conjunct, Expr, ExprShape};
use crate::ir::table::{ColumnDef, ConstraintDef, ConstraintKind};
use crate::name::{Ident, QName};
use crate::schema::model::{Domain, Table, UserTypeKind};

use super::alter::Alter;
use super::constraint::{NewForeignKey, constraint_name};
use super::context::{Context, column_of};
use super::volatility::{self, Values};
use super::{drop, proof};

/// What a new column holds in the rows that are there already.
struct Fill {
    /// Why each row needs a value of its own, so that the table is written anew.
    rewrite: Option<RewriteReason>,
    /// Whether the rows have a value other than null.
    value: bool,
}

impl<'a> Alter<'_, 'a> {
    pub(super) fn add_column(&mut self, column: &ColumnDef, if_not_exists: bool) {
        if self.table.column(&column.name).is_some() && !self.dropped_columns.contains(&&column.name) {
            return;
        }
        if if_not_exists && !self.table.columns_known {
            self.cx.unsure(format!("{} may exist already", column_of(&self.table.name, &column.name)));
        }
        let fill = self.fill(column);
        let reached = self.without_column(&column.name);
        let tables = || std::iter::once(self.table).chain(reached.iter().copied());
        if let Some(reason) = &fill.rewrite {
            for table in tables() {
                self.cx.rewrite(table, reason.clone());
            }
        }
        let tables: Vec<&Table> = tables().collect();
        self.column_not_null(column, &fill, &tables);
        for constraint in &column.constraints {
            self.column_constraint(column, constraint, &fill, &tables);
        }
    }

    /// Children that do not have the column yet get it too; one that has it keeps it, and what is below that
    /// one is not visited.
    fn without_column(&mut self, column: &Ident) -> Vec<&'a Table> {
        let mut reached = Vec::new();
        if self.only {
            return reached;
        }
        let mut queue = std::collections::VecDeque::from(self.cx.schema.children_of(&self.table.name));
        while let Some(child) = queue.pop_front() {
            self.cx.lock_table(child, self.mode);
            if child.column(column).is_none() || self.dropped_columns.contains(&column) {
                reached.push(child);
                queue.extend(self.cx.schema.children_of(&child.name));
            }
        }
        reached
    }

    fn fill(&mut self, column: &ColumnDef) -> Fill {
        let name = column.name.clone();
        let domain = column.data_type.as_ref().and_then(|ty| self.cx.schema.domain(ty));
        if column.data_type.as_ref().is_some_and(|ty| ty.serial_base().is_some()) || column.identity.is_some()
        {
            return Fill { rewrite: Some(RewriteReason::VolatileDefault(name)), value: true };
        }
        if let Some(generated) = &column.generated {
            let stored = generated.stored.then_some(RewriteReason::StoredGenerated(name));
            return Fill { rewrite: stored, value: true };
        }
        let default = column.default.as_ref().or_else(|| domain.and_then(|d| d.default.as_ref()));
        let default = default.filter(|d| d.shape != ExprShape::Null);
        let mut rewrite = default.and_then(|d| self.per_row(&column.name, d));
        if domain.is_some_and(|d| is_constrained(self.cx, d)) {
            rewrite = rewrite.or(Some(RewriteReason::ConstrainedDomain(name)));
        }
        Fill { rewrite, value: default.is_some() }
    }

    /// Why a default gives each row a value of its own; it is computed then, which moves its sequences.
    fn per_row(&mut self, column: &Ident, default: &Expr) -> Option<RewriteReason> {
        match volatility::of_expr(self.cx.schema, default) {
            Values::Same => return None,
            Values::Differ => {}
            Values::Unknown(function) => {
                self.cx
                    .unsure(format!("{function} is not known; it is taken for volatile, as functions are"));
            }
        }
        self.cx.calls(&default.functions);
        for sequence in &default.sequences {
            let name = self.cx.schema.relation_name(sequence);
            self.cx.lock(&name, crate::ir::object::ObjectKind::Sequence, LockMode::RowExclusive);
        }
        Some(RewriteReason::VolatileDefault(column.clone()))
    }

    fn column_not_null(&mut self, column: &ColumnDef, fill: &Fill, tables: &[&Table]) {
        let primary = column.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)));
        let domain = column.data_type.as_ref().and_then(|ty| self.cx.schema.domain(ty));
        let named = |c: &ConstraintDef| matches!(c.kind, ConstraintKind::NotNull(_)) && !c.not_valid;
        let written = column.not_null || primary || column.constraints.iter().any(named);
        let not_null = written || domain.is_some_and(|d| d.not_null);
        let computed = column.generated.is_some();
        if !not_null || (fill.value && !computed) {
            return;
        }
        if fill.rewrite.is_none() {
            for table in tables {
                self.cx.scan(table, ScanReason::NotNull(column.name.clone()));
            }
        }
        let when = if computed { ErrorCondition::RowValues } else { ErrorCondition::AnyRow };
        self.cx.error("23502", contains_null_values(&self.table.name, &column.name), when);
        if !computed {
            let object = column_of(&self.table.name, &column.name);
            self.cx.breaks(&object, BreakKind::InsertWithoutColumn);
        }
    }

    fn column_constraint(
        &mut self,
        column: &ColumnDef,
        constraint: &ConstraintDef,
        fill: &Fill,
        tables: &[&Table],
    ) {
        let name = constraint_name(self.table, constraint);
        match &constraint.kind {
            ConstraintKind::Check(expr) if constraint.enforced => {
                for table in tables {
                    self.cx.scan(table, ScanReason::Check(name.clone()));
                }
                let demands_value =
                    expr.conjuncts.iter().any(|c| matches!(c, Conjunct::NotNull(n) if *n == column.name));
                if fill.value || demands_value {
                    let message = violated_by_some_row(&name, &self.table.name);
                    self.cx.error("23514", message, ErrorCondition::RowValues);
                }
            }
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {
                for table in tables {
                    self.cx.scan(table, ScanReason::IndexBuild);
                    if super::context::has_storage(table) {
                        self.cx.build(&table.name, None, false);
                    }
                }
                if fill.value && fill.rewrite.is_none() {
                    let message = format!("could not create unique index \"{name}\"");
                    self.cx.error("23505", message, ErrorCondition::RowValues);
                }
            }
            ConstraintKind::ForeignKey(fk) => {
                // Rows are not looked at only when no default is written at all, not even `DEFAULT NULL`.
                // A default of the column's domain does not count (measured).
                let by_domain = matches!(fill.rewrite, Some(RewriteReason::ConstrainedDomain(_)));
                let plain = column.default.is_none() && (fill.rewrite.is_none() || by_domain);
                let key = NewForeignKey {
                    fk,
                    name: &name,
                    validate: !plain && constraint.enforced,
                    nulls: !fill.value,
                };
                self.reference(&key);
            }
            ConstraintKind::Check(_) | ConstraintKind::NotNull(_) | ConstraintKind::Exclude(_) => {}
        }
    }

    pub(super) fn drop_column(&mut self, column: &Ident) {
        if self.table.column(column).is_none() {
            if !self.table.columns_known {
                let object = column_of(&self.table.name, column);
                self.cx.unsure(format!("what depends on {object} is not known"));
                self.cx.lose(&object, LossKind::Column);
                self.cx.breaks(&object, BreakKind::ColumnGone { renamed_to: None });
            }
            return;
        }
        let mut dropped = vec![(self.table, column)];
        // Even with `ONLY` the children are locked: they keep the column then, as their own.
        let mut queue = std::collections::VecDeque::from(self.cx.schema.children_of(&self.table.name));
        while let Some(child) = queue.pop_front() {
            self.cx.lock_table(child, self.mode);
            if !self.only && child.column(column).is_some_and(|c| c.inherited) {
                dropped.push((child, column));
                queue.extend(self.cx.schema.children_of(&child.name));
            }
        }
        drop::columns(self.cx, &dropped);
    }

    pub(super) fn set_not_null(&mut self, column: &Ident) {
        if is_not_null(self.table, column) && (self.cx.at_least(18) || self.table.is_partitioned()) {
            return;
        }
        self.lock_children();
        self.check_not_null(column);
        let object = column_of(&self.table.name, column);
        match self.table.column(column) {
            Some(c) if c.not_null.as_ref().is_some_and(|n| !n.not_valid) => return,
            Some(c) if c.default.is_none() && c.identity.is_none() && c.generated.is_none() => {
                self.cx.breaks(&object, BreakKind::InsertWithoutColumn);
            }
            _ => {}
        }
        self.cx.breaks(&object, BreakKind::ValuesRefused);
    }

    /// Reads the table and everything below it for nulls, where nothing says that there are none.
    pub(super) fn check_not_null(&mut self, column: &Ident) {
        let family: Vec<&Table> = std::iter::once(self.table).chain(self.children()).collect();
        for table in family {
            if is_not_null(table, column) || proof::not_null(table, column, &self.dropped) {
                continue;
            }
            self.cx.scan(table, ScanReason::NotNull(column.clone()));
            let message = contains_null_values(&table.name, column);
            self.cx.error("23502", message, ErrorCondition::RowValues);
        }
    }

    pub(super) fn drop_not_null(&mut self, column: &Ident) {
        if !self.cx.at_least(18) {
            return self.lock_children();
        }
        // From 18 on it is a constraint, dropped like others.
        if self.table.column(column).is_some_and(|c| c.not_null.is_some()) {
            self.lock_constraint_children(|child| {
                child.column(column).is_some_and(|c| c.not_null.is_some() && c.inherited)
            });
        }
    }

    pub(super) fn set_expression(&mut self, column: &Ident) {
        self.lock_children();
        let stored = self.table.column(column).is_none_or(|c| c.generated.as_ref().is_none_or(|g| g.stored));
        if stored {
            let reason = RewriteReason::StoredGenerated(column.clone());
            self.each(|cx, table| cx.rewrite(table, reason.clone()));
        }
    }
}

fn is_not_null(table: &Table, column: &Ident) -> bool {
    table.column(column).and_then(|c| c.not_null.as_ref()).is_some_and(|n| !n.not_valid)
}

/// Whether a domain, or one that it is made from, refuses values.
pub(super) fn is_constrained(cx: &Context<'_>, domain: &Domain) -> bool {
    let mut domain = domain;
    // As deep as a chain of domains may be: a broken model could hold a circle.
    for _ in 0..32 {
        if domain.is_constrained() {
            return true;
        }
        match cx.schema.user_type(&domain.base.name).map(|t| &t.kind) {
            Some(UserTypeKind::Domain(base)) if domain.base.array == 0 => domain = base,
            _ => return false,
        }
    }
    false
}

pub(super) fn contains_null_values(table: &QName, column: &str) -> String {
    format!("column \"{column}\" of relation \"{}\" contains null values", table.name)
}

pub(super) fn violated_by_some_row(constraint: &str, table: &QName) -> String {
    format!("check constraint \"{constraint}\" of relation \"{}\" is violated by some row", table.name)
}
