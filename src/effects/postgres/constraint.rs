//! Constraints: adding, validating, changing and dropping them.

use crate::effects::fact::{BreakKind, ErrorCondition, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintDef, ConstraintKind, ForeignKey, KeyConstraint};
use crate::name::{Ident, QName};
use crate::schema::lookup::Existence;
use crate::schema::model::{Column, Constraint, Object, Table};

use super::alter::Alter;
use super::column::violated_by_some_row;
use super::context::{Context, Target, has_storage};
use super::{drop, proof};

/// A foreign key that a statement makes.
pub(super) struct NewForeignKey<'k> {
    pub(super) fk: &'k ForeignKey,
    pub(super) name: &'k Ident,
    /// Whether rows that are there already are checked.
    pub(super) validate: bool,
    /// Whether these rows have nothing but null in the column: then nothing is looked for in the other table.
    pub(super) nulls: bool,
}

/// The name a constraint gets when none is given; the server adds a number when it is taken.
pub(super) fn constraint_name(table: &Table, constraint: &ConstraintDef) -> Ident {
    if let Some(name) = &constraint.name {
        return name.clone();
    }
    let table = &table.name.name;
    let join = |columns: &[Ident]| columns.iter().map(Ident::as_str).collect::<Vec<_>>().join("_");
    let name = match &constraint.kind {
        ConstraintKind::Check(expr) => match &expr.columns[..] {
            [(_, first), rest @ ..] if rest.iter().all(|(_, c)| c == first) => {
                format!("{table}_{first}_check")
            }
            _ => format!("{table}_check"),
        },
        ConstraintKind::NotNull(column) => format!("{table}_{column}_not_null"),
        ConstraintKind::PrimaryKey(_) => format!("{table}_pkey"),
        ConstraintKind::Unique(key) => format!("{table}_{}_key", join(&key.columns)),
        ConstraintKind::ForeignKey(fk) => format!("{table}_{}_fkey", join(&fk.columns)),
        ConstraintKind::Exclude(_) => format!("{table}_excl"),
    };
    Ident::from(name)
}

impl<'t, 'a> Alter<'t, 'a> {
    pub(super) fn add_constraint(&mut self, constraint: &ConstraintDef) {
        let name = constraint_name(self.table, constraint);
        if self.cx.at_least(18) {
            // From 18 on the children are locked whatever the constraint is, since it may need NOT NULL there.
            self.lock_children();
        }
        let checked = constraint.enforced && !constraint.not_valid;
        if constraint.enforced {
            self.cx.breaks(&self.table.name, BreakKind::ValuesRefused);
        }
        match &constraint.kind {
            ConstraintKind::Check(_) => self.add_check(&name, constraint.no_inherit, checked),
            ConstraintKind::NotNull(column) => {
                if checked && constraint.no_inherit {
                    let known = proof::not_null(self.table, column, &self.dropped);
                    if self.table.column(column).is_none_or(|c| c.not_null.is_none()) && !known {
                        self.cx.scan(self.table, ScanReason::NotNull(column.clone()));
                    }
                } else if checked {
                    self.check_not_null(column);
                }
            }
            ConstraintKind::PrimaryKey(key) => {
                let columns = self.key_columns(key);
                if columns.iter().any(|c| self.table.column(c).is_none_or(|c| c.not_null.is_none())) {
                    self.lock_children();
                }
                for column in &columns {
                    self.check_not_null(column);
                }
                self.add_unique(&name, constraint.name.as_ref(), key);
            }
            ConstraintKind::Unique(key) => self.add_unique(&name, constraint.name.as_ref(), key),
            ConstraintKind::Exclude(_) => {
                let message = format!("could not create exclusion constraint \"{name}\"");
                self.cx.error("23P01", message, ErrorCondition::RowValues);
                for table in self.indexed_tables() {
                    self.cx.scan(table, ScanReason::IndexBuild);
                    self.cx.scan(table, ScanReason::Exclusion(name.clone()));
                }
            }
            ConstraintKind::ForeignKey(fk) => {
                if self.table.is_partitioned() {
                    self.lock_children();
                }
                let validate = checked && !self.adopts(constraint, fk);
                self.reference(&NewForeignKey { fk, name: &name, validate, nulls: false });
            }
        }
    }

    /// Whether all partitions have a valid foreign key like this one: the parent's adopts them and reads nothing
    /// (`tryAttachPartitionForeignKey` in the server's `tablecmds.c`; measured in `tests/it/rewrite.rs`).
    fn adopts(&self, def: &ConstraintDef, fk: &ForeignKey) -> bool {
        let far = self.cx.schema.relation_name(&fk.table);
        let same = |c: &Constraint| match &c.kind {
            ConstraintKind::ForeignKey(own) => {
                c.validated
                    && c.enforced
                    && (c.deferrable, c.initially_deferred) == (def.deferrable, def.initially_deferred)
                    && own.table == far
                    && own.columns == fk.columns
                    && (fk.ref_columns.is_empty() || own.ref_columns == fk.ref_columns)
                    && (own.on_delete, own.on_update) == (fk.on_delete, fk.on_update)
            }
            _ => false,
        };
        let mut partitions = self.cx.schema.descendants_of(&self.table.name).into_iter();
        self.table.is_partitioned() && partitions.all(|t| !has_storage(t) || t.constraints.iter().any(same))
    }

    fn add_check(&mut self, name: &Ident, no_inherit: bool, checked: bool) {
        let mut tables = vec![self.table];
        if !no_inherit && !self.only {
            // A child that has a constraint of this name already keeps it; what is below is not visited.
            let mut queue = std::collections::VecDeque::from(self.cx.schema.children_of(&self.table.name));
            while let Some(child) = queue.pop_front() {
                self.cx.lock_table(child, self.mode);
                if child.constraint(name).is_none() {
                    tables.push(child);
                    queue.extend(self.cx.schema.children_of(&child.name));
                }
            }
        }
        if checked {
            for table in tables {
                self.cx.scan(table, ScanReason::Check(name.clone()));
            }
            let message = violated_by_some_row(name, &self.table.name);
            self.cx.error("23514", message, ErrorCondition::RowValues);
        }
    }

    fn key_columns(&self, key: &KeyConstraint) -> Vec<Ident> {
        let Some(index) = &key.using_index else { return key.columns.clone() };
        let name = self.table.name.sibling(index.clone());
        let index = self.cx.schema.index(&name).and_then(crate::schema::model::Index::key_columns);
        index.unwrap_or_default().into_iter().cloned().collect()
    }

    fn add_unique(&mut self, name: &Ident, given: Option<&Ident>, key: &KeyConstraint) {
        if let Some(index) = &key.using_index {
            // The index takes the constraint's name, for which it is locked more strongly.
            let renamed = given.is_some_and(|given| given != index);
            let mode = if renamed { LockMode::ShareUpdateExclusive } else { LockMode::AccessShare };
            self.cx.lock(&self.table.name.sibling(index.clone()), ObjectKind::Index, mode);
            return;
        }
        let message = format!("could not create unique index \"{name}\"");
        self.cx.error("23505", message, ErrorCondition::RowValues);
        for table in self.indexed_tables() {
            let there = self.cx.schema.indexes_of(&table.name).into_iter().find(|index| {
                table.name != self.table.name
                    && index.constraint.is_some()
                    && index.unique
                    && index.key_columns().is_some_and(|c| c.into_iter().eq(&key.columns))
            });
            if let Some(index) = there {
                // It becomes a partition of the new one.
                self.cx.lock_index(index, LockMode::Share);
            } else {
                self.cx.scan(table, ScanReason::IndexBuild);
                if key.without_overlaps {
                    self.cx.scan(table, ScanReason::Exclusion(name.clone()));
                }
                if has_storage(table) {
                    let own = table.name == self.table.name;
                    self.cx.build(&table.name, own.then_some(name), false);
                }
            }
        }
    }

    /// The tables that get an index with a constraint: partitions too. Before 18 these were locked like by
    /// `CREATE INDEX`.
    fn indexed_tables(&mut self) -> Vec<&'t Table>
    where
        'a: 't,
    {
        let mut tables = vec![self.table];
        if self.table.is_partitioned() {
            for child in self.children() {
                let mode = if self.cx.at_least(18) { self.mode } else { LockMode::Share };
                self.cx.lock_table(child, mode);
                tables.push(child);
            }
        }
        tables
    }

    /// Locks the referenced table and, when rows are checked, what the checking query reads on both sides.
    pub(super) fn reference(&mut self, key: &NewForeignKey<'_>) {
        let far = lock_referenced(self.cx, &key.fk.table, LockMode::ShareRowExclusive);
        if key.validate {
            self.validate_foreign_key(key.name, far);
            if let Existence::Unknown = self.cx.schema.existence(&key.fk.table) {
                let far = self.cx.schema.qualify(&key.fk.table);
                self.cx.fx.scan(far, ScanReason::ForeignKey(key.name.clone()));
            }
            if key.nulls
                && let Some(far) = far
            {
                let reason = ScanReason::ForeignKey(key.name.clone());
                self.cx.fx.scans.retain(|s| s.relation != far.name || s.reason != reason);
            }
        }
    }

    pub(super) fn validate_foreign_key(&mut self, name: &Ident, far: Option<&'a Table>) {
        validate_foreign_key(self.cx, self.table, name, far);
    }

    pub(super) fn validate_constraint(&mut self, name: &Ident) {
        if let Some(column) = not_null(self.table, name) {
            if column.not_null.as_ref().is_some_and(|n| n.not_valid) {
                self.lock_children();
                let column = column.name.clone();
                for table in std::iter::once(self.table).chain(self.children()) {
                    self.cx.scan(table, ScanReason::NotNull(column.clone()));
                }
                let message = super::column::contains_null_values(&self.table.name, &column);
                self.cx.error("23502", message, ErrorCondition::RowValues);
            }
            return;
        }
        let Some(constraint) = self.table.constraint(name) else {
            let added = self.added.iter().find(|c| c.name.as_ref() == Some(name));
            if let Some(added) = added {
                // Made by the same statement with `NOT VALID`.
                match &added.kind {
                    ConstraintKind::Check(_) => self.validate_check(name),
                    ConstraintKind::ForeignKey(fk) => self.validate_reference(name, fk),
                    ConstraintKind::NotNull(column) => self.check_not_null(column),
                    ConstraintKind::PrimaryKey(_)
                    | ConstraintKind::Unique(_)
                    | ConstraintKind::Exclude(_) => {}
                }
                return;
            }
            if !self.known || !self.table.columns_known {
                self.cx.unsure(format!("what {name} demands is not known"));
                self.cx.scan(self.table, ScanReason::Check(name.clone()));
            }
            return;
        };
        if constraint.validated {
            return;
        }
        match &constraint.kind {
            ConstraintKind::Check(_) => self.validate_check(name),
            ConstraintKind::ForeignKey(fk) => self.validate_reference(name, fk),
            ConstraintKind::NotNull(_)
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclude(_) => {}
        }
    }

    fn validate_check(&mut self, name: &Ident) {
        self.lock_children();
        for table in std::iter::once(self.table).chain(self.children()) {
            if table.constraint(name).is_none_or(|c| !c.validated) {
                self.cx.scan(table, ScanReason::Check(name.clone()));
            }
        }
        let message = violated_by_some_row(name, &self.table.name);
        self.cx.error("23514", message, ErrorCondition::RowValues);
    }

    fn validate_reference(&mut self, name: &Ident, fk: &ForeignKey) {
        if self.table.is_partitioned() {
            self.lock_children();
        }
        let far = match self.cx.target(&fk.table) {
            Target::Known(Object::Table(far)) => far,
            Target::Unknown(far) => {
                self.cx.lock(&far, ObjectKind::Table, LockMode::RowShare);
                self.cx.fx.scan(far, ScanReason::ForeignKey(name.clone()));
                return self.validate_foreign_key(name, None);
            }
            Target::Known(_) | Target::Absent => return,
        };
        self.cx.lock_table(far, LockMode::RowShare);
        if far.is_partitioned() {
            // Locked by the query that checks.
            for child in self.cx.schema.descendants_of(&far.name) {
                self.cx.lock_table(child, LockMode::AccessShare);
            }
        }
        self.validate_foreign_key(name, Some(far));
    }

    pub(super) fn alter_constraint(
        &mut self,
        name: &Ident,
        enforced: Option<bool>,
        no_inherit: Option<bool>,
    ) {
        let Some(constraint) = self.table.constraint(name) else {
            // A NOT NULL whose inheritance changes, or a constraint that is not known. Children that get it are
            // checked.
            self.lock_children();
            if no_inherit == Some(false)
                && let Some(column) = not_null(self.table, name)
            {
                let column = column.name.clone();
                for child in self.children() {
                    if child.column(&column).is_none_or(|c| c.not_null.is_none()) {
                        self.cx.scan(child, ScanReason::NotNull(column.clone()));
                    }
                }
            }
            return;
        };
        let ConstraintKind::ForeignKey(fk) = &constraint.kind else { return self.lock_children() };
        if self.table.is_partitioned() {
            self.lock_children();
        }
        match enforced {
            Some(true) if !constraint.enforced => {
                self.cx.breaks(&self.table.name, BreakKind::ValuesRefused);
                self.reference(&NewForeignKey { fk, name, validate: true, nulls: false });
            }
            Some(false) if constraint.enforced => {
                self.cx.lock_far_side(&fk.table, LockMode::AccessExclusive, true);
            }
            _ => {}
        }
    }

    pub(super) fn drop_constraint(&mut self, name: &Ident) {
        let Some(constraint) = self.table.constraint(name) else {
            if not_null(self.table, name).is_some() {
                self.lock_constraint_children(|child| not_null(child, name).is_some());
            } else if !self.known {
                self.cx.unsure(format!("if {name} is a foreign key, the table it references is locked too"));
            }
            return;
        };
        drop::constraint(self.cx, self.table, name);
        if matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.no_inherit {
            self.lock_constraint_children(|child| child.constraint(name).is_some_and(|c| c.inherited));
        }
    }

    /// The children that inherit a constraint which is dropped. With `ONLY` they keep it as their own, for which
    /// the direct ones are locked all the same.
    pub(super) fn lock_constraint_children(&mut self, inherits: impl Fn(&Table) -> bool) {
        let mut queue = std::collections::VecDeque::from(self.cx.schema.children_of(&self.table.name));
        while let Some(child) = queue.pop_front() {
            self.cx.lock_table(child, self.mode);
            if !self.only && inherits(child) {
                queue.extend(self.cx.schema.children_of(&child.name));
            }
        }
    }
}

/// The column with the NOT NULL constraint of this name.
fn not_null<'t>(table: &'t Table, name: &Ident) -> Option<&'t Column> {
    table.columns.iter().find(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
}

/// Locks a table that a new foreign key references, with its partitions.
pub(super) fn lock_referenced<'a>(cx: &mut Context<'a>, table: &QName, mode: LockMode) -> Option<&'a Table> {
    match cx.target(table) {
        Target::Known(Object::Table(far)) => {
            if far.is_partitioned() {
                cx.lock_tree(far, mode);
            } else {
                cx.lock_table(far, mode);
            }
            Some(far)
        }
        Target::Unknown(name) => {
            cx.lock(&name, ObjectKind::Table, mode);
            None
        }
        Target::Known(_) | Target::Absent => None,
    }
}

/// The rows of a table, or of its partitions one by one, are joined with the referenced table: both are read in
/// full, and the planner opens all their indexes.
pub(super) fn validate_foreign_key(cx: &mut Context<'_>, table: &Table, name: &Ident, far: Option<&Table>) {
    let reason = ScanReason::ForeignKey(name.clone());
    let near = if table.is_partitioned() { cx.schema.descendants_of(&table.name) } else { Vec::new() };
    for table in std::iter::once(table).chain(near) {
        if has_storage(table) {
            cx.scan(table, reason.clone());
            cx.lock_indexes(&table.name, LockMode::AccessShare);
        }
    }
    if let Some(far) = far {
        cx.scan(far, reason.clone());
        cx.plan_indexes(far, LockMode::AccessShare);
        if far.is_partitioned() {
            for child in cx.schema.descendants_of(&far.name) {
                cx.scan(child, reason.clone());
                cx.plan_indexes(child, LockMode::AccessShare);
            }
        }
    }
    let message = format!(
        "insert or update on table \"{}\" violates foreign key constraint \"{name}\"",
        table.name.name
    );
    cx.error("23503", message, ErrorCondition::RowValues);
}
