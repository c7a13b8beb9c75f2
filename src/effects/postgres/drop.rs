//! What goes when something is dropped, and what is locked for it: with `CASCADE` everything that depends on it,
//! without it what belongs to it.

use std::collections::{HashSet, VecDeque};

use crate::effects::fact::{BreakKind, LossKind};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, PartitionBound};
use crate::name::{Ident, QName};
use crate::schema::dependency::{DependencyKind, Part};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Object, Table, TableKind, UserTypeKind};

use super::constraint::references_with;
use super::context::{Context, column_of};

/// Drops a column.
pub(super) fn column(cx: &mut Context<'_>, table: &Table, column: &Ident, cascade: bool) {
    let mut walk = Walk::new(cx, cascade);
    walk.table_column(table, column);
    walk.run();
}

/// Drops a constraint by `ALTER TABLE`.
pub(super) fn constraint(cx: &mut Context<'_>, table: &Table, constraint: &Constraint, cascade: bool) {
    if let ConstraintKind::ForeignKey(fk) = &constraint.kind {
        cx.lock_far_side(&fk.table, LockMode::AccessExclusive, true);
    }
    let mut walk = Walk::new(cx, cascade);
    walk.table_constraint(table, constraint);
    walk.run();
}

/// Drops whole objects.
pub(super) fn objects(cx: &mut Context<'_>, keys: impl IntoIterator<Item = ObjectKey>, cascade: bool) {
    let mut walk = Walk::new(cx, cascade);
    walk.queue.extend(keys.into_iter().map(Victim::Whole));
    walk.run();
}

/// Drops the columns whose types an extension brings, and what else the model knows of it.
pub(super) fn columns(cx: &mut Context<'_>, columns: Vec<(&Table, &Ident)>) {
    let mut walk = Walk::new(cx, true);
    for (table, column) in columns {
        walk.queue
            .push_back(Victim::Part(ObjectKey::Relation(table.name.clone()), Part::Column(column.clone())));
    }
    walk.run();
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Victim {
    Whole(ObjectKey),
    Part(ObjectKey, Part),
}

struct Walk<'c, 'a> {
    cx: &'c mut Context<'a>,
    cascade: bool,
    queue: VecDeque<Victim>,
    seen: HashSet<Victim>,
}

impl<'c, 'a> Walk<'c, 'a> {
    fn new(cx: &'c mut Context<'a>, cascade: bool) -> Self {
        Self { cx, cascade, queue: VecDeque::new(), seen: HashSet::new() }
    }

    fn run(&mut self) {
        while let Some(victim) = self.queue.pop_front() {
            if self.seen.insert(victim.clone()) {
                match victim {
                    Victim::Whole(key) => self.whole(&key),
                    Victim::Part(key, part) => self.part(&key, &part),
                }
            }
        }
    }

    fn whole(&mut self, key: &ObjectKey) {
        let Some(object) = self.cx.schema.get(key) else { return };
        self.cx.lock_object(object, LockMode::AccessExclusive);
        match object {
            Object::Table(table) => self.whole_table(table),
            Object::View(view) => self.gone(&view.name),
            Object::Index(index) => {
                if let Some(on) = self.cx.schema.relation(&index.table) {
                    self.cx.lock_object(on, LockMode::AccessExclusive);
                }
            }
            Object::Sequence(sequence) => self.cx.lose(&sequence.name, LossKind::SequencePosition),
            Object::Type(user_type) => {
                if let UserTypeKind::Composite(_) = user_type.kind {
                    self.cx.lock(&user_type.name, ObjectKind::CompositeType, LockMode::AccessExclusive);
                }
                self.cx.breaks(&user_type.name, BreakKind::ObjectGone { renamed_to: None });
            }
            Object::Function(_) => self.cx.breaks(key, BreakKind::ObjectGone { renamed_to: None }),
            Object::Schema(namespace) => self.whole_schema(&namespace.name),
            Object::Statistics(statistics) => {
                self.cx.lock(&statistics.table, ObjectKind::Table, LockMode::ShareUpdateExclusive);
            }
            Object::Role(_)
            | Object::Extension(_)
            | Object::Publication(_)
            | Object::DefaultAcl(_)
            | Object::Other(_) => {}
        }
        self.dependents(key, None);
    }

    fn gone(&mut self, relation: &QName) {
        self.cx.breaks(relation, BreakKind::RelationGone { renamed_to: None });
    }

    fn whole_table(&mut self, table: &Table) {
        if let Some((parent, _)) = &table.partition_of {
            self.leave_parent(table, parent);
        }
        for constraint in &table.constraints {
            if let ConstraintKind::ForeignKey(fk) = &constraint.kind {
                self.cx.lock_far_side(&fk.table, LockMode::AccessExclusive, false);
            }
        }
        if matches!(table.kind, TableKind::Ordinary) {
            self.cx.lose(&table.name, LossKind::Table);
        }
        self.gone(&table.name);
    }

    /// The parent's list of partitions changes, and with it what its default partition may hold.
    fn leave_parent(&mut self, table: &Table, parent: &QName) {
        let Some(parent) = self.cx.schema.table(parent) else { return };
        self.cx.lock_table(parent, LockMode::AccessExclusive);
        for sibling in self.cx.schema.children_of(&parent.name) {
            let default = matches!(sibling.partition_of, Some((_, PartitionBound::Default)));
            if default && sibling.name != table.name {
                self.cx.lock_table(sibling, LockMode::AccessExclusive);
            }
        }
    }

    /// Everything in a schema; the one kind of drop that looks at the whole model.
    fn whole_schema(&mut self, schema: &Ident) {
        if !self.cascade {
            return;
        }
        for (key, _) in self.cx.schema.objects() {
            if key.namespace() == Some(schema) {
                self.queue.push_back(Victim::Whole(key.clone()));
            }
        }
    }

    /// Queues what depends on an object, or on one column of it.
    fn dependents(&mut self, key: &ObjectKey, column: Option<&Ident>) {
        for (dependent, dependency) in self.cx.schema.dependents(key) {
            if column.is_some_and(|c| !dependency.columns.contains(c)) {
                continue;
            }
            // Members of publications just leave them.
            if matches!(dependency.via, Part::Member(_)) || dependent == key {
                continue;
            }
            if dependency.kind == DependencyKind::Normal && !self.cascade {
                continue;
            }
            self.queue.push_back(match &dependency.via {
                Part::Whole => Victim::Whole(dependent.clone()),
                part => Victim::Part(dependent.clone(), part.clone()),
            });
        }
    }

    /// Part of an object goes: the object itself stays and is changed.
    fn part(&mut self, key: &ObjectKey, part: &Part) {
        let Some(object) = self.cx.schema.get(key) else { return };
        let table = match object {
            Object::Table(table) => table,
            Object::Type(user_type) => {
                // An attribute of a composite type, or a constraint of a domain.
                if let UserTypeKind::Composite(_) = user_type.kind {
                    self.cx.lock(&user_type.name, ObjectKind::CompositeType, LockMode::AccessExclusive);
                }
                return;
            }
            other => return self.cx.lock_object(other, LockMode::AccessExclusive),
        };
        self.cx.lock_table(table, LockMode::AccessExclusive);
        match part {
            Part::Column(column) => {
                self.table_column(table, column);
                for child in self.cx.schema.descendants_of(&table.name) {
                    self.cx.lock_table(child, LockMode::AccessExclusive);
                    self.table_column(child, column);
                }
                self.cx.lose(column_of(&table.name, column), LossKind::Column);
                self.cx.breaks(column_of(&table.name, column), BreakKind::ColumnGone { renamed_to: None });
            }
            Part::Constraint(name) => {
                if let Some(constraint) = table.constraint(name) {
                    if let ConstraintKind::ForeignKey(fk) = &constraint.kind {
                        self.cx.lock_far_side(&fk.table, LockMode::AccessExclusive, false);
                    }
                    self.table_constraint(table, constraint);
                }
            }
            Part::Trigger(name) => {
                if table.triggers.iter().any(|t| t.def.name == *name && t.def.for_each_row) {
                    self.partitions(table);
                }
            }
            Part::Whole | Part::Default(_) | Part::Policy(_) | Part::Rule(_) | Part::Member(_) => {}
        }
    }

    /// Locks the partitions of a partitioned table: they have copies of its triggers and constraints.
    fn partitions(&mut self, table: &Table) {
        if table.is_partitioned() {
            for child in self.cx.schema.descendants_of(&table.name) {
                self.cx.lock_table(child, LockMode::AccessExclusive);
            }
        }
    }

    /// A column of a table that is locked already goes, with its indexes, its sequence, its constraints and,
    /// by cascade, what else uses it.
    fn table_column(&mut self, table: &Table, column: &Ident) {
        let key = ObjectKey::Relation(table.name.clone());
        for constraint in &table.constraints {
            if let Some(far) = references_with(constraint, column) {
                self.cx.lock_far_side(&far, LockMode::AccessExclusive, false);
                self.partitions(table);
            }
        }
        for other in &table.columns {
            let uses =
                other.generated.as_ref().is_some_and(|g| g.expr.columns.iter().any(|(_, c)| c == column));
            if uses && self.cascade && other.name != *column {
                self.queue.push_back(Victim::Part(key.clone(), Part::Column(other.name.clone())));
            }
        }
        self.dependents(&key, Some(column));
    }

    /// A constraint of a table that is locked already goes, with its index and, by cascade, the foreign keys
    /// that rely on it.
    fn table_constraint(&mut self, table: &Table, constraint: &Constraint) {
        let columns = match &constraint.kind {
            ConstraintKind::ForeignKey(_) => return self.partitions(table),
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => &key.columns,
            ConstraintKind::Exclude(_) => &Vec::new(),
            ConstraintKind::Check(_) | ConstraintKind::NotNull(_) => return,
        };
        let index = table.name.sibling(constraint.name.clone());
        self.queue.push_back(Victim::Whole(ObjectKey::Relation(index)));
        if !self.cascade {
            return;
        }
        for (child, foreign_key, fk) in self.cx.schema.referencing(&table.name) {
            if fk.ref_columns.len() == columns.len() && fk.ref_columns.iter().all(|c| columns.contains(c)) {
                let key = ObjectKey::Relation(child.name.clone());
                self.queue.push_back(Victim::Part(key, Part::Constraint(foreign_key.name.clone())));
            }
        }
    }
}
