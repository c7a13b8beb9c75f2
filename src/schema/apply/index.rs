//! Indexes: making them, and carrying them to partitions.

use std::sync::Arc;

use crate::ir::index::{CreateIndex, IndexKey, KeyTarget, RefreshMatview, Reindex, ReindexTarget};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Index, Object, Table, TableKind};

use super::Outcome;
use super::fail::{self, object_missing};
use super::names::IndexUse;
use super::table_setting::apart;

impl Index {
    /// A valid B-tree index without a name.
    pub(super) fn plain(table: QName, keys: Vec<IndexKey>, include: Vec<Ident>) -> Self {
        Self {
            name: table.clone(),
            table,
            unique: false,
            method: "btree".into(),
            labels: Vec::new(),
            keys,
            include,
            predicate: None,
            nulls_not_distinct: false,
            valid: true,
            constraint: None,
            parent: None,
            statistics: Vec::new(),
            options: Vec::new(),
            tablespace: None,
            comment: None,
        }
    }
}

impl Schema {
    pub(super) fn create_index(&mut self, op: &CreateIndex) -> Outcome {
        let found = self.find_relation(&op.table, false)?;
        let table = found.clone().unwrap_or_else(|| self.qualify(&op.table));
        match found.as_ref().and_then(|name| self.at(name)) {
            Some(Object::Table(relation)) => {
                let relation = relation.clone();
                self.index_columns_exist(&relation, op)?;
                self.keys_have_order(&relation, &op.keys, &op.method)?;
                if op.unique {
                    self.unique_over_partitions(&relation, &op.keys, "UNIQUE")?;
                }
            }
            Some(Object::View(view)) if view.materialized => {}
            Some(_) => {
                let message = format!("cannot create index on relation \"{}\"", table.name);
                return self.refuse_on(&table, SchemaError::new("42809", message));
            }
            None => {}
        }
        let mut index = Index {
            unique: op.unique,
            method: op.method.clone(),
            predicate: op.predicate.clone(),
            nulls_not_distinct: op.nulls_not_distinct,
            options: op.options.clone(),
            tablespace: apart(op.tablespace.as_ref()),
            ..Index::plain(table.clone(), op.keys.clone(), op.include.clone())
        };
        self.opclasses_known(&index)?;
        index.keys.iter_mut().for_each(|key| self.bind_key(key));
        index.predicate.iter_mut().for_each(|p| self.bind_expr(p));
        index.labels = self.index_labels(&index.keys, &index.include);
        index.name = match &op.name {
            Some(name) => {
                let name = self.index_name(&table, name);
                if !self.make_room(&name, op.if_not_exists)? {
                    return Ok(());
                }
                name
            }
            None => self.choose_index_name(&table, IndexUse::Plain, &index.labels),
        };
        let partitions =
            self.table_at(&table).is_some_and(Table::is_partitioned) && !self.children_of(&table).is_empty();
        // Partitions are missing until they are attached.
        index.valid = !(op.only && partitions);
        let name = index.name.clone();
        self.put(ObjectKey::Relation(name.clone()), Some(Arc::new(Object::Index(index))));
        self.index_below(&name, op.only)
    }

    /// Fails when a column of the key has a type that values of which cannot be put in an order.
    pub(super) fn keys_have_order(&self, table: &Table, keys: &[IndexKey], method: &Ident) -> Outcome {
        for key in keys.iter().filter(|key| key.opclass.is_none()) {
            let Some(column) = key.as_column().and_then(|column| table.column(column)) else { continue };
            let ty = self.base_type(&column.data_type);
            if ty.array == 0 && ty.name.schema.is_none() && builtin::lacks_order(&ty.name.name, method) {
                let message = format!(
                    "data type {} has no default operator class for access method \"{method}\"",
                    ty.name.name
                );
                self.refuse_on(&table.name, SchemaError::new("42704", message))?;
            }
        }
        Ok(())
    }

    /// Fails when the extension that brings an operator class was dropped.
    fn opclasses_known(&self, index: &Index) -> Outcome {
        for opclass in index.keys.iter().filter_map(|key| key.opclass.as_ref()) {
            let Some(owner) = builtin::opclass_owner(&opclass.name) else { continue };
            if self.opaque_extensions == 0 && self.extension_missing(owner) {
                let message = format!(
                    "operator class \"{opclass}\" does not exist for access method \"{}\"",
                    index.method
                );
                self.refuse_on(&index.table, SchemaError::new("42704", message))?;
            }
        }
        Ok(())
    }

    /// Fails when an index could not tell values in one partition from those in another: it has to hold the whole
    /// partition key, as plain columns (`DefineIndex` in `indexcmds.c`).
    pub(super) fn unique_over_partitions(&self, table: &Table, keys: &[IndexKey], kind: &str) -> Outcome {
        let TableKind::Partitioned(by) = &table.kind else { return Ok(()) };
        let Some(wanted) = by.keys.iter().map(IndexKey::as_column).collect::<Option<Vec<_>>>() else {
            let message = format!("unsupported {kind} constraint with partition key definition");
            return self.refuse_on(&table.name, SchemaError::new("0A000", message));
        };
        let lacking =
            wanted.into_iter().find(|column| keys.iter().all(|key| key.as_column() != Some(*column)));
        let Some(column) = lacking else { return Ok(()) };
        let message = "unique constraint on partitioned table must include all partitioning columns";
        let detail = format!(
            "{kind} constraint on table \"{}\" lacks column \"{column}\" which is part of the partition key.",
            table.name.name
        );
        self.refuse_on(&table.name, SchemaError::new("0A000", message).with_detail(detail))
    }

    fn index_columns_exist(&self, table: &Table, op: &CreateIndex) -> Outcome {
        let named = op.keys.iter().flat_map(|key| match &key.target {
            KeyTarget::Column(name) => vec![name],
            KeyTarget::Expr(expr) => expr.columns.iter().map(|(_, c)| c).collect(),
        });
        let predicate = op.predicate.iter().flat_map(|p| p.columns.iter().map(|(_, c)| c));
        for column in named.chain(&op.include).chain(predicate) {
            if table.column(column).is_none() && *column != table.name.name {
                let message = format!("column \"{column}\" does not exist");
                self.refuse_column(table, column, SchemaError::new("42703", message))?;
            }
        }
        Ok(())
    }

    /// Gives the partitions of an index's table their part of it, unless `only`: an index they have already and
    /// that is like it, or a new one.
    pub(super) fn index_below(&mut self, name: &QName, only: bool) -> Outcome {
        let Some(Object::Index(index)) = self.at(name) else { return Ok(()) };
        let index = index.clone();
        if !self.table_at(&index.table).is_some_and(Table::is_partitioned) {
            return Ok(());
        }
        let children = self.child_names(&index.table);
        if only {
            if !children.is_empty() {
                self.set_validity(name, false);
            }
            return Ok(());
        }
        for child in children {
            self.index_on_partition(&index, &child)?;
        }
        Ok(())
    }

    /// Gives one partition its part of a partitioned index.
    pub(super) fn index_on_partition(&mut self, parent: &Index, child: &QName) -> Outcome {
        let Some(table) = self.table_at(child) else { return Ok(()) };
        let constraint = parent
            .constraint
            .as_ref()
            .and_then(|name| self.table_at(&parent.table)?.constraint(name))
            .cloned();
        if let Some(existing) = self.matching_index(table, parent, constraint.as_ref()) {
            self.attach_index(&existing, &parent.name);
            return Ok(());
        }
        let mut table = table.clone();
        let name = self.copy_index(&mut table, parent, constraint.clone(), Some(&parent.name), None);
        if constraint.is_some() {
            self.edit_table(child, |t| *t = table);
        }
        self.index_below(&name, false)
    }

    /// An index of a partition that is like one of the partitioned table and belongs to no other yet.
    fn matching_index(
        &self,
        table: &Table,
        parent: &Index,
        constraint: Option<&Constraint>,
    ) -> Option<QName> {
        let same_constraint = |index: &Index| match (constraint, &index.constraint) {
            (None, _) => true,
            (Some(_), None) => false,
            // Before 17, a primary key takes over a UNIQUE constraint (measured).
            (Some(wanted), Some(name)) => table.constraint(name).is_some_and(|have| {
                !self.version().at_least(17)
                    || std::mem::discriminant(&have.kind) == std::mem::discriminant(&wanted.kind)
            }),
        };
        let indexes = self.indexes_of(&table.name);
        let found = indexes.into_iter().find(|index| {
            index.parent.is_none()
                && index.unique == parent.unique
                && index.method == parent.method
                && index.keys == parent.keys
                && index.include == parent.include
                && index.predicate == parent.predicate
                && index.nulls_not_distinct == parent.nulls_not_distinct
                && same_constraint(index)
        });
        found.map(|index| index.name.clone())
    }

    /// Makes an index part of a partitioned one, with the constraint it belongs to.
    pub(super) fn attach_index(&mut self, child: &QName, parent: &QName) {
        let mut owner = None;
        self.update(&ObjectKey::Relation(child.clone()), |object| {
            if let Object::Index(index) = object {
                index.parent = Some(parent.clone());
                owner = index.constraint.clone().map(|c| (index.table.clone(), c));
            }
        });
        let backed = matches!(self.at(parent), Some(Object::Index(index)) if index.constraint.is_some());
        if let Some((table, constraint)) = owner.filter(|_| backed) {
            self.edit_table(&table, |t| {
                if let Some(c) = t.constraints.iter_mut().find(|c| c.name == constraint) {
                    c.inherited = true;
                }
            });
        }
        self.check_validity(parent);
    }

    /// A partitioned index is valid once every partition has a valid part of it.
    pub(super) fn check_validity(&mut self, name: &QName) {
        let Some(Object::Index(index)) = self.at(name) else { return };
        if index.valid {
            return;
        }
        let parts: Vec<&Index> = self
            .dependents(&ObjectKey::Relation(name.clone()))
            .into_iter()
            .filter_map(|(key, _)| match self.get(key)? {
                Object::Index(part) if part.parent.as_ref() == Some(name) => Some(part),
                _ => None,
            })
            .collect();
        let complete = self
            .children_of(&index.table)
            .iter()
            .all(|child| parts.iter().any(|part| part.table == child.name && part.valid));
        if complete {
            let parent = index.parent.clone();
            self.set_validity(name, true);
            if let Some(parent) = parent {
                self.check_validity(&parent);
            }
        }
    }

    fn set_validity(&mut self, name: &QName, valid: bool) {
        self.update(&ObjectKey::Relation(name.clone()), |object| {
            if let Object::Index(index) = object {
                index.valid = valid;
            }
        });
    }

    /// `ALTER INDEX … ATTACH PARTITION`.
    pub(super) fn attach_partition_index(&mut self, parent: &QName, child: &QName) -> Outcome {
        let Some(Object::Index(parent_index)) = self.at(parent) else { return Ok(()) };
        let child_name = if child.schema.is_some() { child.clone() } else { self.relation_name(child) };
        let Some(Object::Index(child_index)) = self.at(&child_name) else {
            return self.relation_known(child);
        };
        if child_index.parent.as_ref() == Some(parent) {
            return Ok(());
        }
        let is_partition = self
            .table_at(&child_index.table)
            .is_none_or(|t| t.partition_of.as_ref().is_some_and(|(p, _)| *p == parent_index.table));
        let detail = if child_index.parent.is_some() {
            Some(format!("Index \"{}\" is already attached to another index.", child_name.name))
        } else if is_partition {
            None
        } else {
            Some(format!(
                "Index \"{}\" is not an index on any partition of table \"{}\".",
                child_name.name, parent_index.table.name
            ))
        };
        if let Some(detail) = detail {
            let message = format!(
                "cannot attach index \"{}\" as a partition of index \"{}\"",
                child_name.name, parent.name
            );
            self.refuse_on(parent, SchemaError::new("55000", message).with_detail(detail))?;
        }
        self.attach_index(&child_name, parent);
        Ok(())
    }

    pub(super) fn reindex(&mut self, op: &Reindex) -> Outcome {
        match &op.target {
            ReindexTarget::Table(name) => self.relation_known(name),
            ReindexTarget::Index(name) => {
                self.relation_known(name)?;
                // A rebuilt index is valid; a partitioned one is only as valid as its parts.
                if let Some(found) = self.resolve_relation(name)
                    && matches!(self.at(&found), Some(Object::Index(index))
                        if !index.valid && !self.table_at(&index.table).is_some_and(Table::is_partitioned))
                {
                    self.set_validity(&found, true);
                }
                Ok(())
            }
            ReindexTarget::Schema(name) if self.schema_missing(name) => {
                self.refuse(object_missing("schema", name))
            }
            ReindexTarget::System if op.concurrently => {
                self.refuse(SchemaError::new("0A000", "cannot reindex system catalogs concurrently"))
            }
            ReindexTarget::Schema(_) | ReindexTarget::Database | ReindexTarget::System => Ok(()),
        }
    }

    pub(super) fn cluster(&mut self, table: Option<&QName>, index: Option<&Ident>) -> Outcome {
        let Some(table) = table else { return Ok(()) };
        let Some(name) = self.find_relation(table, false)? else { return Ok(()) };
        let Some(index) = index else { return Ok(()) };
        if !self.relation_taken(&name.sibling(index.clone())) {
            let message = format!("index \"{index}\" for table \"{}\" does not exist", name.name);
            self.refuse_on(&name, SchemaError::new("42704", message))?;
        }
        self.edit_table(&name, |t| t.clustered_on = Some(index.clone()));
        Ok(())
    }

    pub(super) fn refresh(&mut self, op: &RefreshMatview) -> Outcome {
        let Some(name) = self.find_relation(&op.name, false)? else { return Ok(()) };
        match self.at(&name) {
            Some(Object::View(view)) if view.materialized => {
                let populated = view.populated;
                if op.concurrently {
                    self.refuse_concurrent_refresh(&name, populated, op.with_data)?;
                }
            }
            _ => {
                let error = SchemaError::new(
                    "42809",
                    format!("\"{}\" is not a table or materialized view", name.name),
                );
                return self.refuse_on(&name, error);
            }
        }
        self.update(&ObjectKey::Relation(name), |object| {
            if let Object::View(view) = object {
                view.populated = op.with_data;
            }
        });
        Ok(())
    }

    /// A concurrent refresh compares old and new rows by a unique index of plain columns without a predicate
    /// (`ExecRefreshMatView` in `matview.c`).
    fn refuse_concurrent_refresh(&self, name: &QName, populated: bool, with_data: bool) -> Outcome {
        if !with_data {
            let message = "CONCURRENTLY and WITH NO DATA options cannot be used together";
            return self.refuse_as_written(SchemaError::new("42601", message));
        }
        if !populated {
            let message = "CONCURRENTLY cannot be used when the materialized view is not populated";
            return self.refuse_on(name, SchemaError::new("0A000", message));
        }
        let usable = |index: &&Index| {
            index.unique && index.valid && index.predicate.is_none() && index.key_columns().is_some()
        };
        if self.indexes_of(name).iter().any(usable) {
            return Ok(());
        }
        let message = format!("cannot refresh materialized view \"{name}\" concurrently");
        let hint =
            "Create a unique index with no WHERE clause on one or more columns of the materialized view.";
        self.refuse_on(name, SchemaError::new("55000", message).with_detail(hint))
    }

    /// Renames an index and what names it, its constraint excepted.
    pub(super) fn rename_index(&mut self, from: &QName, to: &QName) {
        self.move_relation(from, to);
    }

    /// Fails when an index cannot be dropped by itself.
    pub(super) fn refuse_index_drop(&self, name: &QName, index: &Index) -> Outcome {
        if let Some(constraint) = &index.constraint {
            let table = self.described(&ObjectKey::Relation(index.table.clone()));
            let message = format!(
                "cannot drop index {} because constraint {constraint} on {table} requires it",
                name.name
            );
            return self.refuse_on(name, SchemaError::new("2BP01", message));
        }
        if let Some(parent) = &index.parent {
            let message =
                format!("cannot drop index {} because index {} requires it", name.name, parent.name);
            return self.refuse_on(name, SchemaError::new("2BP01", message));
        }
        Ok(())
    }
}

/// The error for an index that a table setting names and that does not exist.
pub(super) fn index_missing(name: &Ident, table: &QName) -> SchemaError {
    fail::part_missing("index", name, "table", table)
}
