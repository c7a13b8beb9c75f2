//! Constraints on tables: checks, `NOT NULL`, and those that an index enforces. Foreign keys are in
//! [`super::foreign_key`].

use std::sync::Arc;

use crate::ir::expr::Expr;
use crate::ir::index::IndexKey;
use crate::ir::table::{ConstraintDef, ConstraintKind, Exclude, KeyConstraint};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Index, Object, Table};

use super::Outcome;
use super::fail::{self, constraint_exists, invalid_table};
use super::names::IndexUse;
use super::table_setting::apart;

/// The constraints with an index, the primary key first, without those that a former one already gives
/// (`transformIndexConstraints`): its name is kept, unless only the later one has a name.
pub(super) fn distinct_keys(defs: &[&ConstraintDef]) -> Vec<ConstraintDef> {
    let primary = |def: &&&ConstraintDef| matches!(def.kind, ConstraintKind::PrimaryKey(_));
    let others =
        |def: &&&ConstraintDef| matches!(def.kind, ConstraintKind::Unique(_) | ConstraintKind::Exclude(_));
    let mut kept: Vec<ConstraintDef> = Vec::new();
    for def in defs.iter().filter(primary).chain(defs.iter().filter(others)) {
        match kept.iter_mut().find(|prior| prior.repeats(def)) {
            Some(prior) => prior.name = prior.name.take().or_else(|| def.name.clone()),
            None => kept.push((*def).clone()),
        }
    }
    kept
}

impl Schema {
    /// A constraint as the catalog holds it, from its definition and its final name and kind.
    pub(super) fn constraint_from(
        def: &ConstraintDef,
        name: Ident,
        kind: ConstraintKind,
        creating: bool,
    ) -> Constraint {
        Constraint {
            name,
            kind,
            deferrable: def.deferrable,
            initially_deferred: def.initially_deferred,
            // An empty table satisfies everything.
            validated: (creating || !def.not_valid) && def.enforced,
            enforced: def.enforced,
            no_inherit: def.no_inherit,
            inherited: false,
            comment: None,
        }
    }

    /// A `CHECK` of a table that is being made (`creating`) or changed.
    pub(super) fn check_constraint(
        &self,
        table: &Table,
        def: &ConstraintDef,
        expr: &Expr,
        creating: bool,
    ) -> Result<Constraint, SchemaError> {
        let mut columns: Vec<&Ident> = Vec::new();
        for (_, column) in &expr.columns {
            if !columns.contains(&column) {
                columns.push(column);
            }
            if table.column(column).is_none() && *column != table.name.name {
                let message = format!("column \"{column}\" does not exist");
                self.refuse_column(table, column, SchemaError::new("42703", message))?;
            }
        }
        let name = if let Some(name) = &def.name {
            let not_null = table.columns.iter().filter_map(|c| c.not_null.as_ref()?.name.as_ref());
            if not_null.into_iter().any(|n| n == name) {
                self.refuse_on(&table.name, constraint_exists(&table.name, name))?;
            }
            if let Some(existing) = table.constraint(name)
                && !existing.inherited
            {
                let error = if creating {
                    SchemaError::new("42710", format!("check constraint \"{name}\" already exists"))
                } else {
                    constraint_exists(&table.name, name)
                };
                self.refuse_on(&table.name, error)?;
            }
            name.clone()
        } else {
            let column = if let [column] = columns[..] { Some(column.as_str()) } else { None };
            self.choose_constraint_name(table, column, "check")
        };
        let mut kind = ConstraintKind::Check(expr.clone());
        self.bind_constraint(&mut kind);
        Ok(Self::constraint_from(def, name, kind, creating))
    }

    /// A `PRIMARY KEY`, `UNIQUE` or `EXCLUDE` with its index. The constraint is appended to `table`, which the
    /// caller stores; the index is stored here.
    pub(super) fn key_constraint(&mut self, table: &mut Table, def: &ConstraintDef) -> Outcome {
        match &def.kind {
            ConstraintKind::PrimaryKey(key) => {
                if table.primary_key().is_some() {
                    let message =
                        format!("multiple primary keys for table \"{}\" are not allowed", table.name.name);
                    return self.refuse_on(&table.name, invalid_table(message));
                }
                if key.using_index.is_some() {
                    return self.key_using_index(table, def, key, true);
                }
                for column in &key.columns {
                    if let Some(column) = table.columns.iter_mut().find(|c| c.name == *column) {
                        column.not_null.get_or_insert_default();
                    }
                }
                self.name_not_nulls(table);
                self.unique_index(table, def, key, true)
            }
            ConstraintKind::Unique(key) if key.using_index.is_some() => {
                self.key_using_index(table, def, key, false)
            }
            ConstraintKind::Unique(key) => self.unique_index(table, def, key, false),
            ConstraintKind::Exclude(exclude) => self.exclusion_index(table, def, exclude),
            ConstraintKind::Check(_) | ConstraintKind::NotNull(_) | ConstraintKind::ForeignKey(_) => Ok(()),
        }
    }

    fn unique_index(
        &mut self,
        table: &mut Table,
        def: &ConstraintDef,
        key: &KeyConstraint,
        primary: bool,
    ) -> Outcome {
        for column in key.columns.iter().chain(&key.include) {
            self.key_column(table, column)?;
        }
        let keys: Vec<IndexKey> = key.columns.iter().cloned().map(IndexKey::column).collect();
        self.keys_have_order(table, &keys, &Ident::new("btree"))?;
        self.unique_over_partitions(table, &keys, if primary { "PRIMARY KEY" } else { "UNIQUE" })?;
        let usage = if primary { IndexUse::PrimaryKey } else { IndexUse::Unique };
        let index = Index {
            method: if key.without_overlaps { "gist".into() } else { "btree".into() },
            nulls_not_distinct: key.nulls_not_distinct,
            options: key.options.clone(),
            tablespace: apart(key.tablespace.as_ref()),
            ..Index::plain(table.name.clone(), keys, key.include.clone())
        };
        self.constraint_index(table, def, usage, Index { unique: true, ..index })
    }

    fn exclusion_index(&mut self, table: &mut Table, def: &ConstraintDef, exclude: &Exclude) -> Outcome {
        let mut kind = ConstraintKind::Exclude(exclude.clone());
        self.bind_constraint(&mut kind);
        let ConstraintKind::Exclude(exclude) = kind else { return Ok(()) };
        for (key, _) in &exclude.elements {
            if let Some(column) = key.as_column() {
                self.key_column(table, column)?;
            }
        }
        let keys = exclude.elements.iter().map(|(key, _)| key.clone()).collect();
        let index = Index {
            method: exclude.method.clone(),
            predicate: exclude.predicate.clone(),
            options: exclude.options.clone(),
            tablespace: apart(exclude.tablespace.as_ref()),
            ..Index::plain(table.name.clone(), keys, exclude.include.clone())
        };
        let def = ConstraintDef { kind: ConstraintKind::Exclude(exclude), ..def.clone() };
        self.constraint_index(table, &def, IndexUse::Exclude, index)
    }

    /// Stores the index of a constraint and appends the constraint.
    fn constraint_index(
        &mut self,
        table: &mut Table,
        def: &ConstraintDef,
        usage: IndexUse,
        mut index: Index,
    ) -> Outcome {
        index.labels = self.index_labels(&index.keys, &index.include);
        let name = match &def.name {
            Some(name) => {
                let name = self.index_name(&table.name, name);
                if self.relation_taken(&name) {
                    self.refuse_on(&name, fail::relation_exists(&name))?;
                }
                if table.constraint(&name.name).is_some() {
                    self.refuse_on(&table.name, constraint_exists(&table.name, &name.name))?;
                }
                name
            }
            None => self.choose_index_name(&table.name, usage, &index.labels),
        };
        table.constraints.retain(|c| c.name != name.name);
        table.constraints.push(Self::constraint_from(def, name.name.clone(), def.kind.clone(), true));
        let index = Index { name: name.clone(), constraint: Some(name.name.clone()), ..index };
        self.put(ObjectKey::Relation(name), Some(Arc::new(Object::Index(index))));
        Ok(())
    }

    /// `ADD … USING INDEX`: the index becomes the constraint's, and takes its name.
    fn key_using_index(
        &mut self,
        table: &mut Table,
        def: &ConstraintDef,
        key: &KeyConstraint,
        primary: bool,
    ) -> Outcome {
        let Some(written) = &key.using_index else { return Ok(()) };
        let from = self.index_name(&table.name, written);
        let Some(Object::Index(index)) = self.at(&from) else {
            return if self.is_unknown(&table.name) {
                Ok(())
            } else {
                self.refuse_on(&from, fail::object_missing("index", written))
            };
        };
        let index = index.clone();
        if index.constraint.is_some() {
            let message = format!("index \"{written}\" is already associated with a constraint");
            return self.refuse(SchemaError::new("55000", message));
        }
        if !index.unique {
            return self.refuse(SchemaError::new("42809", format!("\"{written}\" is not a unique index")));
        }
        let Some(columns) = index.key_columns() else {
            return self
                .refuse(SchemaError::new("42809", format!("index \"{written}\" contains expressions")));
        };
        if index.predicate.is_some() {
            return self.refuse(SchemaError::new("42809", format!("\"{written}\" is a partial index")));
        }
        let columns: Vec<Ident> = columns.into_iter().cloned().collect();
        let name = def.name.clone().unwrap_or_else(|| written.clone());
        if table.constraint(&name).is_some() {
            self.refuse_on(&table.name, constraint_exists(&table.name, &name))?;
        }
        if primary {
            for column in &columns {
                if let Some(column) = table.columns.iter_mut().find(|c| c.name == *column) {
                    column.not_null.get_or_insert_default();
                }
            }
            self.name_not_nulls(table);
        }
        let to = table.name.sibling(name.clone());
        if to != from {
            if self.relation_taken(&to) {
                return self.refuse_on(&to, fail::relation_exists(&to));
            }
            self.rename_index(&from, &to);
        }
        self.update(&ObjectKey::Relation(to), |object| {
            if let Object::Index(index) = object {
                index.constraint = Some(name.clone());
            }
        });
        let resolved = KeyConstraint {
            columns,
            include: index.include.clone(),
            nulls_not_distinct: index.nulls_not_distinct,
            using_index: None,
            ..key.clone()
        };
        let kind =
            if primary { ConstraintKind::PrimaryKey(resolved) } else { ConstraintKind::Unique(resolved) };
        table.constraints.push(Self::constraint_from(def, name, kind, true));
        Ok(())
    }

    fn key_column(&self, table: &Table, column: &Ident) -> Outcome {
        if table.column(column).is_some() {
            return Ok(());
        }
        let message = format!("column \"{column}\" named in key does not exist");
        self.refuse_column(table, column, SchemaError::new("42703", message))
    }

    /// `ADD CONSTRAINT` on a stored table, carried to its descendants.
    pub(super) fn add_constraint(&mut self, name: &QName, def: &ConstraintDef, only: bool) -> Outcome {
        let Some(table) = self.table_at(name) else { return Ok(()) };
        let mut table = table.clone();
        match &def.kind {
            ConstraintKind::Check(expr) => {
                let constraint = self.check_constraint(&table, def, expr, false)?;
                let children = self.child_names(name);
                if only && !children.is_empty() && !constraint.no_inherit {
                    let message = "constraint must be added to child tables too";
                    self.refuse_on(name, invalid_table(message.into()))?;
                }
                self.edit_table(name, |t| {
                    t.constraints.retain(|c| c.name != constraint.name);
                    t.constraints.push(constraint.clone());
                });
                if !only && !constraint.no_inherit {
                    let inherited = Constraint { inherited: true, ..constraint };
                    for child in self.family(name, false).into_iter().skip(1) {
                        self.edit_table(&child, |t| {
                            if t.constraint(&inherited.name).is_none() {
                                t.constraints.push(inherited.clone());
                            }
                        });
                    }
                }
                Ok(())
            }
            ConstraintKind::NotNull(column) => self.add_not_null(&table, def, column, only),
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => {
                let before = table.constraints.len();
                self.key_constraint(&mut table, def)?;
                let added = table.constraints.get(before).map(|c| c.name.clone());
                self.edit_table(name, |t| *t = table);
                if let Some(constraint) = added {
                    self.primary_key_below(name, &constraint, only);
                    self.index_below(&name.sibling(constraint), only)?;
                }
                Ok(())
            }
            ConstraintKind::ForeignKey(fk) => {
                let constraint = self.foreign_key(&table, def, fk, false)?;
                let key = constraint.name.clone();
                self.edit_table(name, |t| t.constraints.push(constraint));
                self.foreign_key_below(name, &key);
                Ok(())
            }
        }
    }

    /// A primary key makes the columns of all descendants `NOT NULL`.
    fn primary_key_below(&mut self, name: &QName, constraint: &Ident, only: bool) {
        let Some(table) = self.table_at(name) else { return };
        let Some(ConstraintKind::PrimaryKey(key)) = table.constraint(constraint).map(|c| c.kind.clone())
        else {
            return;
        };
        for column in &key.columns {
            // A certain error was raised before: the columns exist, and setting NOT NULL cannot fail.
            let _ = self.alter_not_null(name, column, true, only);
        }
    }
}
