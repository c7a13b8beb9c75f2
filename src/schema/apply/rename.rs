//! `ALTER … RENAME` and `ALTER … SET SCHEMA`: the object under its new name, and everyone who names it.

use std::sync::Arc;

use crate::hash::IndexSet;
use crate::ir::object::{ObjectKind, Rename};
use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Trigger, UserTypeKind};
use crate::schema::resolve::SYSTEM_COLUMNS;

use super::Outcome;
use super::fail::{self, column_exists, invalid_table, object_exists};
use super::rewrite::{Renaming, Rewriter};

impl Schema {
    pub(super) fn rename(&mut self, op: &Rename) -> Outcome {
        self.refuse_missing_column(op)?;
        if op.only
            && let (ObjectKind::Column | ObjectKind::Constraint, Some(part)) = (op.kind, &op.object.part)
            && let Some(table) = self.table(&op.object.name)
            && !self.children_of(&table.name).is_empty()
        {
            let inherited = op.kind == ObjectKind::Column
                || table
                    .constraint(part)
                    .is_some_and(|c| matches!(c.kind, ConstraintKind::Check(_)) && !c.no_inherit);
            if inherited {
                let what = if op.kind == ObjectKind::Column { "column" } else { "constraint" };
                let message = format!("inherited {what} \"{part}\" must be renamed in child tables too");
                self.refuse_on(&table.name.clone(), invalid_table(message))?;
            }
        }
        let Some((key, part)) = self.locate(op.kind, &op.object, op.if_exists, false)? else { return Ok(()) };
        if let ObjectKey::Relation(name) = &key
            && part == Part::Whole
        {
            self.refuse_rename_kind(name, op.kind)?;
        }
        match part {
            Part::Whole => self.rename_object(&key, &op.to),
            Part::Column(column) => self.rename_column(&key, &column, &op.to),
            Part::Constraint(name) => self.rename_constraint(&key, &name, &op.to),
            Part::Trigger(name) => self.rename_trigger(&key, &name, &op.to),
            Part::Policy(name) => {
                let ObjectKey::Relation(table) = &key else { return Ok(()) };
                if self.table_at(table).is_some_and(|t| t.policies.iter().any(|p| p.name == op.to)) {
                    self.refuse_on(table, fail::part_exists("policy", &op.to, "table", table))?;
                }
                self.edit_table(table, |t| {
                    t.policies.iter_mut().filter(|p| p.name == name).for_each(|p| p.name = op.to.clone());
                });
                Ok(())
            }
            Part::Rule(name) => {
                self.update(&key, |object| {
                    let rules = match object {
                        Object::Table(table) => &mut table.rules,
                        Object::View(view) => &mut view.rules,
                        _ => return,
                    };
                    rules.iter_mut().filter(|r| r.name == name).for_each(|r| r.name = op.to.clone());
                });
                Ok(())
            }
            Part::Default(_) | Part::Member(_) => Ok(()),
        }
    }

    /// `RENAME COLUMN` has words of its own for a column that does not exist.
    fn refuse_missing_column(&self, op: &Rename) -> Outcome {
        if op.kind == ObjectKind::Column
            && let Some(column) = &op.object.part
            && let Some(table) = self.table(&op.object.name)
            && table.column(column).is_none()
        {
            if SYSTEM_COLUMNS.contains(&column.as_str()) {
                let message = format!("cannot rename system column \"{column}\"");
                return self.refuse_on(&table.name, fail::unsupported(message));
            }
            let message = format!("column \"{column}\" does not exist");
            return self.refuse_column(table, column, SchemaError::new("42703", message));
        }
        Ok(())
    }

    /// `ALTER VIEW t RENAME` fails on a table; `ALTER INDEX`, `ALTER SEQUENCE` and `ALTER TABLE` rename any
    /// relation.
    fn refuse_rename_kind(&self, name: &QName, kind: ObjectKind) -> Outcome {
        let strict =
            matches!(kind, ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::ForeignTable);
        if strict && self.relation_kind(name) != Some(kind) {
            return self.refuse_on(name, fail::wrong_kind(name, &kind.to_string()));
        }
        Ok(())
    }

    fn rename_object(&mut self, key: &ObjectKey, to: &Ident) -> Outcome {
        match key {
            ObjectKey::Relation(from) => {
                let target = from.sibling(to.clone());
                if target == *from || self.relation_taken(&target) {
                    return self.refuse_on(from, fail::relation_exists(&target));
                }
                let constraint = match self.at(from) {
                    Some(Object::Index(index)) => index.constraint.clone().map(|c| (index.table.clone(), c)),
                    _ => None,
                };
                // The constraint of an index has the index's name.
                if let Some((table, constraint)) = constraint {
                    return self.rename_constraint(&ObjectKey::Relation(table), &constraint, to);
                }
                self.move_relation(from, &target);
                Ok(())
            }
            ObjectKey::Type(from) => {
                let target = from.sibling(to.clone());
                if self.get(&ObjectKey::Type(target.clone())).is_some() || self.relation_taken(&target) {
                    return self.refuse_on(from, object_exists("type", to));
                }
                self.carry(key, Renaming::Type(from, &target));
                Ok(())
            }
            ObjectKey::Function(from, _) => {
                let target = from.sibling(to.clone());
                self.move_function(key, from, &target)
            }
            ObjectKey::Schema(from) => self.rename_schema(from, to),
            ObjectKey::Role(from) => {
                self.rename_role(from, to);
                Ok(())
            }
            ObjectKey::Statistics(from) => {
                let target = from.sibling(to.clone());
                self.rekey(key, ObjectKey::Statistics(target.clone()), |object| {
                    if let Object::Statistics(statistics) = object {
                        statistics.name = target;
                    }
                });
                Ok(())
            }
            ObjectKey::Publication(_) => {
                self.rekey(key, ObjectKey::Publication(to.clone()), |object| {
                    if let Object::Publication(publication) = object {
                        publication.name = to.clone();
                    }
                });
                Ok(())
            }
            ObjectKey::Other(..) => {
                self.rename_other(key, None, Some(to));
                Ok(())
            }
            ObjectKey::Extension(_) | ObjectKey::DefaultAcl(..) => Ok(()),
        }
    }

    /// Stores an object under another key.
    pub(super) fn rekey(&mut self, from: &ObjectKey, to: ObjectKey, change: impl FnOnce(&mut Object)) {
        let Some(object) = self.get(from) else { return };
        let mut object = object.clone();
        change(&mut object);
        self.put(from.clone(), None);
        self.put(to, Some(Arc::new(object)));
    }

    /// A relation under a new name, with everyone who names it.
    pub(super) fn move_relation(&mut self, from: &QName, to: &QName) {
        self.carry(&ObjectKey::Relation(from.clone()), Renaming::Relation(from, to));
    }

    /// Rewrites an object and its dependents.
    pub(super) fn carry(&mut self, key: &ObjectKey, renaming: Renaming<'_>) {
        let mut touched: IndexSet<ObjectKey> = IndexSet::default();
        touched.insert(key.clone());
        touched.extend(self.dependents(key).into_iter().map(|(k, _)| k.clone()));
        if let (Renaming::Relation(..), Some(Object::Index(index))) = (renaming, self.get(key)) {
            self.rename_index_settings(&index.table.clone(), renaming);
        }
        if matches!(renaming, Renaming::Type(..)) {
            self.add_views_above(&mut touched);
        }
        self.rewrite_all(&touched, renaming);
    }

    /// Adds the views that show columns of the tables and views in a set: their columns have the same types.
    pub(super) fn add_views_above(&self, touched: &mut IndexSet<ObjectKey>) {
        let mut at = 0;
        while let Some(key) = touched.get_index(at).cloned() {
            at += 1;
            if let ObjectKey::Relation(name) = &key {
                let views = self.views_on(name);
                touched.extend(views.into_iter().map(|(view, _)| ObjectKey::Relation(view.name.clone())));
            }
        }
    }

    /// Rewrites objects, and moves those whose key changes.
    pub(super) fn rewrite_all(&mut self, keys: &IndexSet<ObjectKey>, renaming: Renaming<'_>) {
        let rewriter = Rewriter { schema: self, renaming };
        let mut results = Vec::with_capacity(keys.len());
        for key in keys {
            let Some(old) = self.get(key) else { continue };
            let mut new = old.clone();
            rewriter.object(&mut new);
            let new_key = Rewriter::key_of(key, &new);
            if new_key != *key || new != *old {
                results.push((key.clone(), new_key, new));
            }
        }
        for (key, new_key, _) in &results {
            if key != new_key {
                self.put(key.clone(), None);
            }
        }
        for (_, new_key, object) in results {
            self.put(new_key, Some(Arc::new(object)));
        }
    }

    /// `CLUSTER ON` and `REPLICA IDENTITY` name an index without its schema.
    fn rename_index_settings(&mut self, table: &QName, renaming: Renaming<'_>) {
        let Renaming::Relation(from, to) = renaming else { return };
        let named = self.table_at(table).is_some_and(|t| {
            t.clustered_on.as_ref() == Some(&from.name)
                || t.replica_identity == crate::ir::table::ReplicaIdentity::Index(from.name.clone())
        });
        if named {
            self.edit_table(table, |t| {
                if let Some(clustered) = t.clustered_on.as_mut().filter(|c| **c == from.name) {
                    *clustered = to.name.clone();
                }
                if let crate::ir::table::ReplicaIdentity::Index(index) = &mut t.replica_identity
                    && *index == from.name
                {
                    *index = to.name.clone();
                }
            });
        }
    }

    fn rename_column(&mut self, key: &ObjectKey, from: &Ident, to: &Ident) -> Outcome {
        match key {
            ObjectKey::Relation(name) => match self.at(name) {
                Some(Object::Table(table)) => {
                    if table.column(to).is_some() {
                        return self.refuse_on(name, column_exists(name, to));
                    }
                    if self.column_from_parent(table, from, None) {
                        let message = format!("cannot rename inherited column \"{from}\"");
                        return self.refuse_on(name, invalid_table(message));
                    }
                    for table in self.family(name, false) {
                        self.carry(&ObjectKey::Relation(table.clone()), Renaming::Column(&table, from, to));
                    }
                    Ok(())
                }
                Some(Object::View(view)) => {
                    if view.columns.iter().any(|c| c.name == *to) {
                        return self.refuse_on(name, column_exists(name, to));
                    }
                    self.carry(key, Renaming::Column(name, from, to));
                    self.update(key, |object| {
                        if let Object::View(view) = object {
                            view.columns
                                .iter_mut()
                                .filter(|c| c.name == *from)
                                .for_each(|c| c.name = to.clone());
                        }
                    });
                    Ok(())
                }
                _ => Ok(()),
            },
            ObjectKey::Type(_) => {
                self.update(key, |object| {
                    if let Object::Type(user_type) = object
                        && let UserTypeKind::Composite(attributes) = &mut user_type.kind
                    {
                        attributes
                            .iter_mut()
                            .filter(|(n, _, _)| n == from)
                            .for_each(|(n, _, _)| *n = to.clone());
                    }
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn rename_constraint(&mut self, key: &ObjectKey, from: &Ident, to: &Ident) -> Outcome {
        if let ObjectKey::Type(_) = key {
            self.update(key, |object| {
                if let Object::Type(user_type) = object
                    && let UserTypeKind::Domain(domain) = &mut user_type.kind
                {
                    domain
                        .constraints
                        .iter_mut()
                        .filter(|c| c.name == *from)
                        .for_each(|c| c.name = to.clone());
                }
            });
            return Ok(());
        }
        let ObjectKey::Relation(name) = key else { return Ok(()) };
        let Some(table) = self.table_at(name) else { return Ok(()) };
        if table.constraint(to).is_some() || self.has_not_null(name, to) {
            return self.refuse_on(name, fail::constraint_exists(name, to));
        }
        let Some(constraint) = table.constraint(from) else {
            self.edit_table(name, |t| {
                let names = t.columns.iter_mut().filter_map(|c| c.not_null.as_mut()?.name.as_mut());
                names.filter(|n| *n == from).for_each(|n| *n = to.clone());
            });
            return Ok(());
        };
        let check = matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.no_inherit;
        if check && self.constraint_from_parent(table, from, None) {
            let message = format!("cannot rename inherited constraint \"{from}\"");
            return self.refuse_on(name, invalid_table(message));
        }
        if constraint.has_index() {
            let (index, target) = (name.sibling(from.clone()), name.sibling(to.clone()));
            if self.relation_taken(&target) {
                return self.refuse_on(name, fail::relation_exists(&target));
            }
            self.move_relation(&index, &target);
            self.update(&ObjectKey::Relation(target), |object| {
                if let Object::Index(index) = object {
                    index.constraint = Some(to.clone());
                }
            });
        }
        for table in self.family(name, !check) {
            self.edit_table(&table, |t| {
                t.constraints.iter_mut().filter(|c| c.name == *from).for_each(|c| c.name = to.clone());
            });
        }
        Ok(())
    }

    fn rename_trigger(&mut self, key: &ObjectKey, from: &Ident, to: &Ident) -> Outcome {
        let ObjectKey::Relation(name) = key else { return Ok(()) };
        let taken = match self.get(key) {
            Some(Object::Table(table)) => table.triggers.iter().any(|t| t.def.name == *to),
            _ => false,
        };
        if taken {
            return self.refuse_on(name, fail::part_exists("trigger", to, "relation", name));
        }
        let clone = |t: &Trigger| t.inherited && t.def.name == *from;
        if self.version().at_least(15) && self.table_at(name).is_some_and(|t| t.triggers.iter().any(clone)) {
            let sqlstate = if self.version().at_least(18) { "0A000" } else { "XX000" };
            let message = format!("cannot rename trigger \"{from}\" on table \"{}\"", name.name);
            return self.refuse_on(name, SchemaError::new(sqlstate, message));
        }
        // The clones of partitions are renamed with it since 15.
        for table in self.family(name, !self.version().at_least(15)) {
            self.update(&ObjectKey::Relation(table.clone()), |object| {
                let triggers = match object {
                    Object::Table(table) => &mut table.triggers,
                    Object::View(view) => &mut view.triggers,
                    _ => return,
                };
                let mine =
                    triggers.iter_mut().filter(|t| t.def.name == *from && (table == *name || t.inherited));
                mine.for_each(|t| t.def.name = to.clone());
            });
        }
        Ok(())
    }

    pub(super) fn move_function(&mut self, key: &ObjectKey, from: &QName, to: &QName) -> Outcome {
        let ObjectKey::Function(_, args) = key else { return Ok(()) };
        let target = ObjectKey::Function(to.clone(), args.clone());
        if self.get(&target).is_some() {
            let message = format!(
                "function {}({args}) already exists in schema \"{}\"",
                to.name,
                to.schema.as_deref().unwrap_or_default()
            );
            return self.refuse(SchemaError::new("42723", message));
        }
        if self.functions_named(from).len() == 1 {
            self.carry(key, Renaming::Function(from, to));
            return Ok(());
        }
        // Callers do not say which overload they mean; only triggers do.
        let triggers: IndexSet<ObjectKey> =
            self.dependents(key).into_iter().map(|(k, _)| k.clone()).collect();
        self.rewrite_all(&triggers, Renaming::Function(from, to));
        self.rekey(key, target, |object| {
            if let Object::Function(function) = object {
                function.def.name = to.clone();
            }
        });
        Ok(())
    }
}
